"""Attempts and shifts as xAPI 1.0.3 statements on the MedBiquitous Virtual Patient profile, with ids that never change.

A statement's id is the UUID version 5 of the attempt and what happened in it, so that an export twice says nothing
twice. A closed shift is one statement: completed with its score, or terminated. The profile:
https://w3id.org/xapi/virtual-patient (concepts `ignored` and `updated`; the ADL verbs by its recipes). Sending them is
the business of `lrs`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from simcare.training.canonical import strict_json
from simcare.training.exporting import private_file
from simcare.training.faults import RecordError
from simcare.training.records import Attempt, Records
from simcare.training.rows import moves_of
from simcare.training.shifts import ShiftRecord, Shifts

Statement = dict[str, Any]

HOME = "https://simcare.example"
"""Where accounts and activities are said to live unless told otherwise; an address that leads nowhere by design."""
PROFILE = "https://w3id.org/xapi/virtual-patient/v1.0"
ADL = "http://adlnet.gov/expapi"
SIMULATION = f"{ADL}/activities/simulation"
NODE = "http://activitystrea.ms/schema/1.0/node"
VERBS = {
    "initialized": f"{ADL}/verbs/initialized",
    "responded": f"{ADL}/verbs/responded",
    "completed": f"{ADL}/verbs/completed",
    "scored": f"{ADL}/verbs/scored",
    "terminated": f"{ADL}/verbs/terminated",
    "ignored": "https://w3id.org/xapi/medbiq/verbs/ignored",
}
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://w3id.org/xapi/virtual-patient#simcare")


def export_xapi(records: Records, path: Path, learner: str | None = None, home: str = HOME) -> int:
    """Write all statements into a file, as one JSON array, and return how many there are."""
    count = 0
    with private_file(path) as file:
        for count, statement in enumerate(statements(records, learner, home), start=1):
            file.write((b"[\n" if count == 1 else b",\n") + strict_json(statement).encode("ascii"))
        file.write(b"\n]\n" if count else b"[]\n")
    return count


def statements(records: Records, learner: str | None = None, home: str = HOME) -> Iterator[Statement]:
    """Return the statements of all attempts and shifts, or of one learner's; RecordError for a bad home.

    First come the attempts, then the shifts, the oldest first. An attempt that branched says only what came after the
    branch: what came before was said of the one it left.
    """
    home = _checked(home)
    for attempt in reversed(records.attempts(learner)):
        yield from _statements_of(records, attempt, home)
    for shift in reversed(Shifts(records).shifts(learner)):
        if shift.finished_at is not None:
            yield _shift_closed(shift, shift.finished_at, home)


def statement_id(attempt_id: str, what: str) -> str:
    """Return the id of a statement: the UUID version 5 of an attempt and what happened in it."""
    return str(uuid.uuid5(_IDS, f"{attempt_id}/{what}"))


def _statements_of(records: Records, attempt: Attempt, home: str) -> Iterator[Statement]:
    case = f"{home}/scenarios/{quote(attempt.scenario)}"

    def said(what: str, verb: str, at: datetime, thing: Statement, **more: Any) -> Statement:
        context: Statement = {
            "registration": str(uuid.UUID(attempt.id)),
            "contextActivities": {"category": [{"objectType": "Activity", "id": PROFILE}]},
            "platform": "simcare",
            "revision": attempt.scenario_sha[:12],
        }
        if thing["id"] != case:
            context["contextActivities"]["parent"] = [{"objectType": "Activity", "id": case}]
        if attempt.parent is not None:
            left = statement_id(attempt.parent, "initialized")
            context["statement"] = {"objectType": "StatementRef", "id": left}
        return {
            "id": statement_id(attempt.id, what),
            "actor": {"objectType": "Agent", "account": {"homePage": home, "name": attempt.learner}},
            "verb": {"id": VERBS[verb], "display": {"en-US": verb}},
            "object": thing,
            "context": context,
            "timestamp": at.isoformat(timespec="milliseconds"),
            **more,
        }

    simulation = _activity(case, attempt.scenario, SIMULATION)
    yield said("initialized", "initialized", attempt.started_at, simulation)
    with records.reading() as session:
        moves = [(row.nth, row.taken_at, row.body) for row in session.scalars(moves_of(attempt.id))]
    for nth, at, body in moves[attempt.branched_at or 0 :]:
        yield said(f"move/{nth}", "responded", at, _step(case, body), result=_answer(body))
    if attempt.finished_at is None:
        return
    if attempt.status == "left":
        yield said("terminated", "terminated", attempt.finished_at, simulation)
        return
    seconds = sum(int(body.get("seconds") or 0) for _, _, body in moves)
    lasted = {"completion": True, "duration": f"PT{seconds}S"}
    yield said("completed", "completed", attempt.finished_at, simulation, result=lasted)
    yield said("scored", "scored", attempt.finished_at, simulation, result=_judgment(attempt))
    for row in (attempt.scorecard or {}).get("critical_missed", ()):
        missed = _activity(f"{case}/rows/{quote(str(row))}", str(row), NODE)
        yield said(f"ignored/{row}", "ignored", attempt.finished_at, missed)


def _shift_closed(shift: ShiftRecord, at: datetime, home: str) -> Statement:
    verb = "completed" if shift.status == "finished" else "terminated"
    context: Statement = {
        "registration": str(uuid.UUID(shift.id)),
        "contextActivities": {"category": [{"objectType": "Activity", "id": PROFILE}]},
        "platform": "simcare",
        "revision": shift.texts["spec"][:12],
    }
    if shift.parent is not None:
        context["extensions"] = {f"{home}/worked-on-from": str(uuid.UUID(shift.parent))}
    statement: Statement = {
        "id": statement_id(shift.id, verb),
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": shift.learner}},
        "verb": {"id": VERBS[verb], "display": {"en-US": verb}},
        "object": _activity(f"{home}/shifts/{quote(shift.title)}", shift.title, SIMULATION),
        "context": context,
        "timestamp": at.isoformat(timespec="milliseconds"),
    }
    judged = {"result": {"completion": True, **_judgment(shift)}} if verb == "completed" else {}
    return {**statement, **judged}


def _activity(iri: str, name: str, kind: str) -> Statement:
    return {"objectType": "Activity", "id": iri, "definition": {"name": {"en-US": name}, "type": kind}}


def _step(case: str, body: Mapping[str, Any]) -> Statement:
    way = "do" if "do" in body else "say"
    name = str(body.get(way) or "not-understood")
    return _activity(f"{case}/{way}/{quote(name)}", name, NODE)


def _answer(body: Mapping[str, Any]) -> Statement:
    words = body.get("text") or (body.get("note") or {}).get("text")
    return {"duration": f"PT{int(body.get('seconds') or 0)}S"} | ({"response": words} if words else {})


def _judgment(attempt: Attempt | ShiftRecord) -> Statement:
    points = attempt.score or 0.0
    score = {"scaled": round(points / 100, 4), "raw": points, "min": 0, "max": 100}
    return {"score": score, "success": bool(attempt.passed)}


def _checked(home: str) -> str:
    parts = urlsplit(home)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise RecordError(f"'{home}' is no address to name accounts by; write one such as https://training.example.org")
    return home.rstrip("/")
