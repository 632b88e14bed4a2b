"""Send xAPI statements to a learning record store by URL: in batches, patiently, and going on where it stopped.

What the store has taken is kept in a small file beside the user's other data, and the ids never change: neither a
broken line nor a lost file makes a statement appear twice.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import platformdirs

from simcare.training.canonical import strict_json
from simcare.training.faults import RecordError
from simcare.training.xapi import Statement

USER_VARIABLE, PASSWORD_VARIABLE = "SIMCARE_LRS_USER", "SIMCARE_LRS_PASSWORD"
VERSION = "1.0.3"
AT_ONCE = 50
TRIES = 7
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before the second try, doubled with each, and the most that is waited for a store that names its own."""
ANSWER_SECONDS = 30.0
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the statements: new in the store, known to have arrived before, and there with other content."""

    new: int
    before: int
    other: int


def send(
    statements: Iterable[Statement],
    url: str,
    *,
    tell: Callable[[int], None] = lambda sent: None,
    wait: Callable[[float], None] = time.sleep,
) -> Sent:
    """Send what the store does not have yet, and return what became of it; `tell` gets the number sent so far.

    Name and password come from SIMCARE_LRS_USER and SIMCARE_LRS_PASSWORD and are never shown. A store that does not
    answer or is busy is tried again with growing waits. RecordError where it refuses or stays away: what it took until
    then is remembered, and the same command goes on from there.
    """
    store = _Store(url, wait)
    log = _arrived(url)
    known = set(log.read_text("ascii").split()) if log.exists() else set()
    new = before = other = 0
    batch: list[Statement] = []

    def hand_over() -> None:
        nonlocal new, other
        differ = store.take(batch)
        with log.open("a", encoding="ascii") as file:
            file.writelines(f"{statement['id']}\n" for statement in batch)
            file.flush()
            os.fsync(file.fileno())
        new += len(batch) - differ
        other += differ
        batch.clear()
        tell(new)

    for statement in statements:
        if statement["id"] in known:
            before += 1
            continue
        batch.append(statement)
        if len(batch) == AT_ONCE:
            hand_over()
    if batch:
        hand_over()
    return Sent(new, before, other)


class _Store:
    """A learning record store at a URL."""

    def __init__(self, url: str, wait: Callable[[float], None]) -> None:
        parts = urlsplit(url)
        loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.username or parts.password:
            raise RecordError(
                f"the URL of the learning record store holds a name or password; set {USER_VARIABLE} and "
                f"{PASSWORD_VARIABLE} and leave them out of the URL"
            )
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
            raise RecordError(f"'{url}' is no address of a learning record store; write https://host/path")
        self._url = url.rstrip("/").removesuffix("/statements") + "/statements"
        self._wait = wait
        self._open = urllib.request.build_opener(_Stay).open

    def take(self, batch: Sequence[Statement]) -> int:
        """Hand statements over, and return how many the store has with other content under the same id."""
        if self._post(batch):
            return 0
        if len(batch) == 1:
            return 0 if self._has(batch[0]) else 1
        return sum(self.take([statement]) for statement in batch)  # one of them is the reason; the others may go

    def _has(self, statement: Statement) -> bool:
        """Tell whether the store has just this statement; some stores refuse also what they have already."""
        request = self._request(None, "?" + urlencode({"statementId": statement["id"]}))
        try:
            with self._open(request, timeout=ANSWER_SECONDS) as answer:
                found = json.loads(answer.read())
            return bool(_content(found) == _content(statement))
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
            return False  # who may only write statements cannot look

    def _post(self, batch: Sequence[Statement]) -> bool:
        """Return whether the store took them; False where it has one of them with other content."""
        body = strict_json(batch).encode("ascii")
        fact = "it does not answer"
        for turn in range(TRIES):
            pause = min(LONGEST_WAIT, FIRST_WAIT * 2**turn)
            try:
                with self._open(self._request(body), timeout=ANSWER_SECONDS) as answer:
                    answer.read()
                    return True
            except urllib.error.HTTPError as error:
                with error:
                    if error.code == 409:
                        return False
                    if error.code not in _TRY_AGAIN:
                        raise RecordError(self._refusal(error.code)) from None
                    fact = f"it answers {error.code}"
                    pause = _asked(error.headers.get("Retry-After"), pause)
            except (OSError, http.client.HTTPException) as error:
                fact = f"it does not answer ({type(getattr(error, 'reason', error)).__name__})"
            if turn < TRIES - 1:
                self._wait(pause)
        raise RecordError(
            f"{self._url}: the learning record store cannot be reached now: {fact}; what it took is remembered, run "
            "the same command again to go on from there"
        )

    def _request(self, body: bytes | None, query: str = "") -> urllib.request.Request:
        headers = {"Content-Type": "application/json", "X-Experience-API-Version": VERSION}
        user, password = os.environ.get(USER_VARIABLE), os.environ.get(PASSWORD_VARIABLE, "")
        if user:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        return urllib.request.Request(self._url + query, body, headers, method="GET" if body is None else "POST")

    def _refusal(self, code: int) -> str:
        if code in (401, 403):
            return (
                f"{self._url}: the learning record store does not let us in ({code}); set {USER_VARIABLE} and "
                f"{PASSWORD_VARIABLE} to an account that may write statements"
            )
        return (
            f"{self._url}: the learning record store refuses the statements ({code}); see that the URL is that of its "
            "xAPI endpoint"
        )


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follow nobody elsewhere: name and password are meant for one store."""

    def redirect_request(self, *_: Any) -> None:
        """Answer that there is no other request to make."""
        return


def _content(statement: Statement) -> object:
    """Return what makes two statements say the same; a store may add and reorder the rest."""
    result = statement.get("result")
    return statement["actor"]["account"], statement["verb"]["id"], statement["object"]["id"], result


def _asked(header: str | None, otherwise: float) -> float:
    try:
        return max(0.0, min(LONGEST_WAIT, float(header or "")))
    except ValueError:
        return otherwise


def _arrived(url: str) -> Path:
    """Return the file that lists the ids which the store at a URL has taken."""
    folder = Path(platformdirs.user_data_dir("simcare", appauthor=False)) / "lrs"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RecordError(
            f"{folder} cannot be made ({error.strerror}); give yourself the right to write there"
        ) from error
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.txt"
