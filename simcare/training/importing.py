"""Take in a file that `exporting` wrote: all of it or nothing, once or many times.

What is here already stays. A call that went on since an earlier import is brought up to date; where two databases say
different things of the same call, nothing is imported and every contradiction is told with its line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from simcare.documents import DocumentError
from simcare.training.portable import END, FORMAT, HEADER
from simcare.training.records import Records
from simcare.training.taking import OTHER_FILE, Taking, problem

AT_ONCE = 200
"""How many lines are compared with what is here by one question."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines of each kind are new here, and how many were here already."""

    new: dict[str, int]
    known: int


def import_jsonl(records: Records, path: Path) -> Imported:
    """Import a file, and return what is new; DocumentError, with nothing changed, where a line is bad or contradicts.

    One name is one learner: who is here already under a name takes in what the file has of it.
    """
    _check_whole(path)
    with records.writing() as session:
        taking = Taking(session, path.as_posix())
        lines = _lines(path)
        while batch := list(islice(lines, AT_ONCE)):
            taking.take(batch)
        taking.end()
        return Imported(taking.new, taking.known)


# -- the file ----------------------------------------------------------------------------------------------------------


def _check_whole(path: Path) -> None:
    """Raise DocumentError unless the file begins, ends and adds up as an export does."""
    name = path.as_posix()
    digest, number, last = hashlib.sha256(), 0, b""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number == 1 and _parsed(line) != HEADER:
                    _refuse_header(name, _parsed(line))
                digest.update(last)
                last = line
    except OSError as error:
        _refuse(name, 1, f"the file cannot be read ({error.strerror})", "name a file of `simcare records export`")
    end = _parsed(last)
    if not (isinstance(end, dict) and end.get("kind") == END and last.endswith(b"\n")):
        _refuse(name, max(1, number), "the file ends too early: its last line is missing", "export or copy it again")
    if end.get("lines") != number - 1 or end.get("sha256") != digest.hexdigest():
        _refuse(name, number, "the file is not as it was exported: its lines do not add up", OTHER_FILE)


def _refuse_header(name: str, found: object) -> NoReturn:
    if isinstance(found, dict) and found.get("kind") == HEADER["kind"]:
        fact = f"the file has the format {found.get('format')!r}, and this simcare knows format {FORMAT}"
        _refuse(name, 1, fact, "import it with the simcare that wrote it, or a newer one")
    _refuse(name, 1, "this is no export of simcare's records", OTHER_FILE)


def _lines(path: Path) -> Iterator[tuple[int, object]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            found = _parsed(line)
            if number > 1 and not (isinstance(found, dict) and found.get("kind") == END):
                yield number, found


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _refuse(name: str, line: int, fact: str, remedy: str) -> NoReturn:
    raise DocumentError([problem(name, line, fact, remedy)])
