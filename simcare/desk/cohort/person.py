"""One trainee, as the trainer and as they themselves see it: what is due, skills, decisions, the curve, the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from simcare.desk.cohort.pictures import NARROW, WIDE, curve
from simcare.desk.cohort.words import NOTHING, VERDICTS, between, counted, day, of, points, rated, reached
from simcare.desk.practicing import exercises_view
from simcare.desk.view import clock
from simcare.scenarios.library import load_policy
from simcare.training.cohort import Trainee
from simcare.training.judged import call_in_shift, whole_shift
from simcare.training.measures import Calibration, Escalation, Measures, measure
from simcare.training.records import Attempt, Records
from simcare.training.reviews import Review
from simcare.training.seven_skills import SKILLS
from simcare.training.shifts import ShiftRecord, Shifts
from simcare.training.suggesting import suggest


def person_view(
    records: Records, who: Trainee, reviews: Iterable[Review], titles: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """Return one trainee, with what the list of calls offers them too: the next call and the exercises."""
    attempts, shifts = records.attempts(who.name), Shifts(records).shifts(who.name)
    suggestion = suggest(records, who.name, now)
    measures = measure(who.calls, load_policy().value.triage_weights)
    return {
        "name": who.name,
        "standing": who.standing,
        "begun": bool(attempts or shifts),
        "facts": [
            ["Finished calls", str(len(who.calls))],
            ["Different calls", str(who.different)],
            ["Passed", between(who.passed)],
            ["Mean score", points(who.mean_score)],
            ["Last call", day(who.last)],
            *_shifts_worked(shifts),
        ],
        "next": None if suggestion is None else {"title": suggestion.title, "why": suggestion.why},
        "assigned": _assigned(who, titles, now),
        "due": [
            {"skill": SKILLS[card.skill], "words": f"last practiced {day(card.last)}, due since {day(card.due)}"}
            for card in who.due
        ],
        "exercises": [
            {"title": each["title"], "words": each["words"], "passed": each["state"] == "passed"}
            for each in exercises_view(records, who.name)
            if each["state"] not in ("new", "locked")
        ],
        "skills": [
            {
                "skill": SKILLS[rating.skill],
                "words": rated(rating),
                "calls": counted(rating.calls, "call"),
                "few": rating.few,
                "share": round(100 * rating.share),
                "low": round(100 * rating.low),
                "high": round(100 * rating.high),
            }
            for rating in who.ratings
        ],
        "decisions": _decisions(measures),
        "curve": _curve(measures),
        "history": history(attempts, shifts, reviews, titles),
    }


def history(
    attempts: Iterable[Attempt], shifts: Iterable[ShiftRecord], reviews: Iterable[Review], titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a row for each attempt and each shift, the newest first.

    Only what was finished can be seen again: an attempt, a shift, and each of the calls that were had in a shift.
    """
    said: dict[str, int] = {}
    for review in reviews:
        said[review.attempt] = said.get(review.attempt, 0) + 1
    rows = [(each.started_at, _attempt(each, said.get(each.id, 0), titles)) for each in attempts]
    rows += [(each.started_at, _shift(each, said, titles)) for each in shifts]
    return [row for _, row in sorted(rows, key=lambda row: row[0], reverse=True)]


def _attempt(each: Attempt, reviews: int, titles: Mapping[str, str]) -> dict[str, Any]:
    decision = (each.scorecard or {}).get("decision", {})
    return {
        **_row(each),
        "title": titles.get(each.scenario, each.scenario),
        "variant": each.variant,
        "verdict": VERDICTS.get(decision.get("verdict", ""), ""),
        "finished": each.status == "finished",
        "reviews": _comments(reviews),
        "shift": False,
        "calls": [],
    }


def _shift(each: ShiftRecord, said: Mapping[str, int], titles: Mapping[str, str]) -> dict[str, Any]:
    calls = (each.scorecard or {}).get("calls", ())
    return {
        **_row(each),
        "attempt": whole_shift(each.id),
        "title": each.title,
        "variant": "",
        "verdict": counted(len(calls), "call") if each.status == "finished" else "",
        "finished": each.status == "finished",
        "reviews": _comments(said.get(whole_shift(each.id), 0)),
        "shift": True,
        "calls": [
            {
                "attempt": call_in_shift(each.id, call["item"]),
                "words": f"{titles.get(call['scenario'], call['scenario'])}: {VERDICTS[call['verdict']].lower()}, "
                f"{reached(call['score'])} of 100",
                "reviews": _comments(said.get(call_in_shift(each.id, call["item"]), 0)),
            }
            for call in calls
        ],
    }


def _comments(number: int) -> str:
    return counted(number, "comment") if number else ""


def _row(each: Attempt | ShiftRecord) -> dict[str, Any]:
    result = {
        "open": "Not finished",
        "left": "Left, without a score",
        "finished": f"{'Passed' if each.passed else 'Not passed'}, {reached(each.score)} of 100",
    }[each.status]
    return {
        "attempt": each.id,
        "when": day(each.started_at),
        "result": result,
        "passed": bool(each.passed),
        "again": each.parent is not None,
    }


def _shifts_worked(shifts: Iterable[ShiftRecord]) -> list[list[str]]:
    done = [each for each in shifts if each.status == "finished" and each.parent is None]
    return [["Shifts worked", f"{len(done)}, {sum(bool(each.passed) for each in done)} passed"]] if done else []


def _assigned(who: Trainee, titles: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": each.assignment.title,
            "late": each.overdue(now),
            "words": f"{len(each.passed)} of {len(each.assignment.calls)} passed, "
            f"{'was due' if each.overdue(now) else 'due'} {day(each.assignment.due)}",
            "left": [titles.get(name, name) for name in each.left],
        }
        for each in who.assigned
    ]


def _decisions(found: Measures) -> list[list[str]]:
    triage = found.triage
    kappa = NOTHING if triage.kappa is None else f"{triage.kappa:.2f} (1 agrees with the experts, 0 as chance would)"
    return [
        ["Right level of help", between(triage.right)],
        ["Too little help", between(triage.under)],
        ["Too much help", between(triage.over)],
        ["Agreement, triage-weighted kappa", kappa],
        ["Urgent calls that got a nurse or 911", _urgent(found.escalation)],
        ["How sure against how right", _sure(found.calibration)],
    ]


def _urgent(found: Escalation) -> str:
    if not found.calls:
        return NOTHING
    time = "" if found.median is None else f", in {clock(found.median)} minutes (median)"
    late = f", {found.late.hits} too late" if found.late.hits else ""
    return f"{found.reached} of {found.calls}{time}{late}"


def _sure(found: Calibration) -> str:
    if found.brier is None or found.mean_confidence is None:
        return NOTHING
    low = len(found.confident_under)
    warning = f"; sure of too little help in {counted(low, 'call')}" if low else ""
    return f"{found.mean_confidence:.0f}% sure, right in {of(found.right)}; Brier {found.brier:.2f} (0 best){warning}"


def _curve(found: Measures) -> dict[str, Any] | None:
    if not found.curve:
        return None
    told = "A dot for each call, filled where it passed, and a line of the mean of the last five calls."
    return {
        "svg": [
            curve(
                [each.mean_of_last for each in found.curve],
                [(each.score, each.passed) for each in found.curve],
                [str(each.nth) for each in found.curve],
                width=width,
                name=f"own-{width}",
                told=told,
            )
            for width in (WIDE, NARROW)
        ],
        "head": ["Call", "Score", "Passed", "Mean of the last five"],
        "rows": [
            [str(each.nth), points(each.score), "yes" if each.passed else "no", points(each.mean_of_last)]
            for each in found.curve
        ],
    }
