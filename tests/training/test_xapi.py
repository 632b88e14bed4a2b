"""xAPI: statements in order, the same ones every time, and sent so that none is lost and none comes twice."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from simcare.training.faults import RecordError
from simcare.training.lrs import AT_ONCE, send
from simcare.training.records import Records
from simcare.training.xapi import PROFILE, export_xapi, statement_id, statements
from tests.training.filled import Begin, begin_attempt, fill
from tests.training.shifts_made import worked_shift
from tests.training.xapi_rules import broken_rules


class Store(BaseHTTPRequestHandler):
    """A learning record store that fails when it is told to, and refuses every id it has already."""

    kept: dict[str, dict[str, Any]]
    failures: list[int]
    requests: list[str]
    strict: bool

    def do_POST(self) -> None:
        """Take a batch whole, or fail, or refuse it."""
        batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(self.headers.get("Authorization", ""))
        assert self.headers["X-Experience-API-Version"] == "1.0.3"
        assert len({one["id"] for one in batch}) == len(batch) <= AT_ONCE
        failure = self.failures.pop(0) if self.failures else 200
        if failure not in (200, 299):
            self._answer(failure, b"no")
            return
        clash = [one for one in batch if one["id"] in self.kept and (self.strict or self.kept[one["id"]] != one)]
        if clash:
            self._answer(409, b"conflict")
            return
        self.kept.update((one["id"], one) for one in batch)
        if failure == 299:  # it has them, and its answer is lost
            self.close_connection = True
            return
        self._answer(200, json.dumps([one["id"] for one in batch]).encode())

    def do_GET(self) -> None:
        """Return one statement, with what a store adds."""
        wanted = parse_qs(urlsplit(self.path).query)["statementId"][0]
        found = self.kept.get(wanted)
        if found is None:
            self._answer(404, b"")
        else:
            self._answer(200, json.dumps({**found, "stored": "2026-01-01T00:00:00Z", "version": "1.0.3"}).encode())

    def _answer(self, code: int, body: bytes) -> None:
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        if code == 429:
            self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class Served:
    """A store that runs, and where."""

    def __init__(self, handler: type[Store], url: str) -> None:
        """Know what it keeps."""
        self.store, self.url = handler, url
        self.waits: list[float] = []

    def send(self, records: Records) -> Any:
        """Send everything without waiting for real."""
        return send(statements(records), self.url, wait=self.waits.append)


@pytest.fixture
def served() -> Iterator[Served]:
    """Run a store of its own."""
    handler = type("Own", (Store,), {"kept": {}, "failures": [], "requests": [], "strict": False})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Served(handler, f"http://127.0.0.1:{server.server_address[1]}/xapi")
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(sqlite_url: str, begin: Begin) -> Iterator[Records]:
    """Return records with some of everything."""
    with Records.open(sqlite_url) as records:
        fill(records, begin, "Ann Lee", "Bo Díaz")
        yield records


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """Return the same for tests that only look."""
    with Records.open(f"sqlite:///{(tmp_path_factory.mktemp('kept') / 'records.sqlite').as_posix()}") as records:
        fill(records, begin_attempt, "Ann Lee", "Bo Díaz")
        yield records


# -- statements --------------------------------------------------------------------------------------------------------


def test_every_statement_keeps_the_rules(kept: Records) -> None:
    """All of them are in order by the specification, and all stand on the Virtual Patient profile."""
    found = list(statements(kept))
    assert [broken_rules(one) for one in found] == [[]] * len(found)
    assert {one["context"]["contextActivities"]["category"][0]["id"] for one in found} == {PROFILE}


def test_the_rules_find_what_is_broken(kept: Records) -> None:
    """The judge above is no yes-man: each of these breaks one rule."""
    good = next(one for one in statements(kept) if one["verb"]["display"]["en-US"] == "scored")
    for path, value in (
        (("id",), "7"),
        (("verb", "id"), "scored"),
        (("actor", "mbox"), "mailto:a@example.com"),
        (("actor", "account", "homePage"), "here"),
        (("object", "id"), "no iri"),
        (("result", "score", "scaled"), 1.5),
        (("result", "score", "raw"), 101),
        (("result", "success"), "yes"),
        (("result", "duration"), "90 s"),
        (("context", "registration"), "x"),
        (("context", "more"), 1),
        (("timestamp",), "2026-11-27"),
        (("timestamp",), "2126-11-27T00:00:00Z"),
        (("verb", "display", "en-US"), None),
    ):
        bad = json.loads(json.dumps(good))
        place = bad
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        assert len(broken_rules(bad)) >= 1, path


def test_an_attempt_tells_its_story_once(kept: Records) -> None:
    """Begun, answered move by move, completed, scored, what was ignored; a branch says only what came after it."""
    ann = list(statements(kept, "Ann Lee"))
    by_attempt: dict[str, list[str]] = {}
    for one in ann:
        by_attempt.setdefault(one["context"]["registration"], []).append(one["verb"]["display"]["en-US"])
    assert list(by_attempt.values()) == [
        ["initialized", "responded", "responded", "responded", "completed", "scored", "ignored"],
        ["initialized", "responded"],
        ["initialized", "terminated"],
        ["initialized"],
    ]
    scored = next(one for one in ann if one["verb"]["display"]["en-US"] == "scored")
    assert scored["result"] == {"score": {"scaled": 0.825, "raw": 82.5, "min": 0, "max": 100}, "success": True}


def test_ids_are_those_of_attempt_and_move(kept: Records, tmp_path: Path) -> None:
    """A second export is the first, and an id can be computed by whoever knows attempt and move."""
    export_xapi(kept, tmp_path / "one.json")
    export_xapi(kept, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    found = json.loads((tmp_path / "one.json").read_text("utf-8"))
    assert len({one["id"] for one in found}) == len(found) > 20
    assert {UUID(one["id"]).version for one in found} == {5}
    first = found[1]
    assert first["id"] == statement_id(UUID(first["context"]["registration"]).hex, "move/0")


def test_nothing_recorded_is_an_empty_list(sqlite_url: str, tmp_path: Path) -> None:
    """The file is JSON also then."""
    with Records.open(sqlite_url) as records:
        assert export_xapi(records, tmp_path / "none.json") == 0
    assert json.loads((tmp_path / "none.json").read_text("utf-8")) == []


@pytest.mark.parametrize("home", ["here", "ftp://x.org", "https://", "https://me:secret@x.org", "https://x.org/?a=1"])
def test_an_address_that_names_nobody_is_refused(kept: Records, home: str) -> None:
    """Accounts need an address; the sentence says which form it has."""
    with pytest.raises(RecordError, match=r"write one such as https://training\.example\.org"):
        list(statements(kept, home=home))


def test_a_closed_shift_is_one_statement(sqlite_url: str) -> None:
    """A finished one is completed with its score, a left one terminated, an open one not told; all keep the rules."""
    with Records.open(sqlite_url) as records:
        worked = worked_shift(records, "Ann Lee")
        branch = worked_shift(records, "Ann Lee", worked.branch(0))
        worked_shift(records, "Ann Lee", finish=False).leave("too much")
        worked_shift(records, "Ann Lee", finish=False)
        found = list(statements(records))
        assert list(statements(records, "Bo")) == []
    assert [broken_rules(one) for one in found] == [[]] * 3
    assert [one["verb"]["display"]["en-US"] for one in found] == ["completed", "completed", "terminated"]
    assert (found[0]["id"], found[0]["result"]["completion"]) == (statement_id(worked.record.id, "completed"), True)
    assert [found[0]["result"][name] for name in ("score", "success")] == [
        {"scaled": round((worked.record.score or 0) / 100, 4), "raw": worked.record.score, "min": 0, "max": 100},
        False,
    ]
    registered = [UUID(one["context"]["registration"]).hex for one in found[:2]]
    assert registered == [worked.record.id, branch.record.id]
    assert "extensions" in found[1]["context"] and "extensions" not in found[0]["context"]


# -- sending -----------------------------------------------------------------------------------------------------------


def test_a_store_that_fails_sometimes_has_everything_once(store: Records, served: Served) -> None:
    """Busy, broken, silent: it is tried again, and what it has is what an export has."""
    served.store.failures = [503, 429, 500, 299, 200]
    sent = served.send(store)
    wanted = {one["id"]: one for one in statements(store)}
    assert served.store.kept == wanted
    assert (sent.new, sent.before, sent.other) == (len(wanted), 0, 0)
    assert served.waits == [0.5, 7.0, 2.0, 4.0]


@pytest.mark.parametrize("strict", [True, False])
def test_a_second_time_nothing_is_sent(
    store: Records, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    """What arrived is remembered; where that is lost, a store that refuses all it has is understood too."""
    served.store.strict = strict
    count = served.send(store).new
    again = served.send(store)
    assert (again.new, again.before, len(served.store.requests)) == (0, count, 1)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    assert (served.send(store).other, len(served.store.kept)) == (0, count)


def test_a_store_that_stays_away_is_gone_on_with_later(store: Records, begin: Begin, served: Served) -> None:
    """The first batch arrived, the second did not; the same command sends only what is missing."""
    long = begin(store)
    for nth in range(AT_ONCE):
        store.append(long.id, nth, {"say": "ask_med_dose", "seconds": 1})
    served.store.failures = [200] + [503] * 7
    with pytest.raises(RecordError, match=r"answers 503; what it took is remembered, run the same command again"):
        served.send(store)
    assert len(served.store.kept) == AT_ONCE
    sent = served.send(store)
    assert sent.before == AT_ONCE and sent.new == len(list(statements(store))) - AT_ONCE
    assert set(served.store.kept) == {one["id"] for one in statements(store)}


def test_what_a_store_has_otherwise_is_counted(store: Records, served: Served) -> None:
    """The store keeps its own; everything else arrives."""
    odd = next(statements(store))
    served.store.kept[odd["id"]] = {**odd, "result": {"response": "other"}}
    sent = served.send(store)
    assert (sent.other, len(served.store.kept)) == (1, len(list(statements(store))))
    assert served.store.kept[odd["id"]]["result"] == {"response": "other"}


def test_name_and_password_come_from_the_environment_and_are_never_shown(
    store: Records, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are sent to the store and stand in no message."""
    monkeypatch.setenv("SIMCARE_LRS_USER", "simcare")
    monkeypatch.setenv("SIMCARE_LRS_PASSWORD", "open sesame")
    served.store.failures = [401]
    with pytest.raises(RecordError, match="does not let us in") as told:
        served.send(store)
    assert served.store.requests == ["Basic " + base64.b64encode(b"simcare:open sesame").decode()]
    assert "sesame" not in str(told.value) and "sesame" not in repr(told.value.__cause__)


def test_a_store_that_sends_us_elsewhere_is_not_followed(store: Records, served: Served) -> None:
    """Name and password are for one store."""
    served.store.failures = [302]
    with pytest.raises(RecordError, match=r"refuses the statements \(302\)"):
        served.send(store)


@pytest.mark.parametrize(
    "url", ["http://lrs.example.org/xapi", "lrs.example.org", "https://", "https://me:secret@lrs.example.org/xapi"]
)
def test_an_address_that_would_show_a_password_is_refused(kept: Records, url: str) -> None:
    """Plain http goes to this machine only, and a password never stands in an address."""
    with pytest.raises(RecordError) as told:
        send(statements(kept), url)
    assert "secret" not in str(told.value)
