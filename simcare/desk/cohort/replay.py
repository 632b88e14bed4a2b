"""A recorded call seen again: its debrief from the scorecard it got, and its lines to step through.

A call that was had inside a shift is seen as an attempt is; only comments are of attempts alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcare.calls.scoring import score
from simcare.desk.cohort.words import day
from simcare.desk.debrief import debrief_view
from simcare.training.faults import RecordError
from simcare.training.judged import shift_of_call
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.reviews import RATINGS, Review
from simcare.training.shifts import Shifts
from simcare.training.working import WorkedShift


def replay_view(records: Records, call: str, reviews: Sequence[Review]) -> dict[str, Any]:
    """Return a finished call as it was; RecordError where it cannot be played any more or was not finished.

    `call` is its name: an attempt's id, or what `call_in_shift` makes.
    """
    inside = shift_of_call(call)
    shown = _attempt(records, call) if inside is None else _in_shift(records, *inside)
    return {
        "phase": "replay",
        "attempt": call,
        "reviewable": inside is None,
        **shown,
        "reviews": [
            {
                "id": each.id,
                "by": f"{each.reviewer}, {day(each.said_at)}",
                "rating": "" if each.rating is None else f"{each.rating} of 5: {RATINGS[each.rating]}",
                "comment": each.comment,
            }
            for each in reviews
        ],
        "ratings": [[str(number), words] for number, words in RATINGS.items()],
    }


def whose(records: Records, call: str) -> str:
    """Return the learner of a call by its name; UnknownRecord where there is none."""
    inside = shift_of_call(call)
    return records.attempt(call).learner if inside is None else Shifts(records).shift(inside[0]).learner


def _attempt(records: Records, attempt_id: str) -> dict[str, Any]:
    practice = Practice.resume(records, attempt_id)
    attempt = practice.attempt
    if attempt.scorecard is None:
        raise RecordError(f"attempt {attempt_id} was not finished, so there is no debrief to see")
    again = "" if attempt.parent is None else f", tried again from move {attempt.branched_at}"
    return {
        "learner": attempt.learner,
        "variant": attempt.variant,
        "words": f"{attempt.learner}, {day(attempt.started_at)}{again}",
        "debrief": debrief_view(practice.call, attempt.scorecard, rewind=False),
    }


def _in_shift(records: Records, shift_id: str, item: str) -> dict[str, Any]:
    worked = WorkedShift.resume(records, shift_id)
    record = worked.record
    card = next((each for each in (record.scorecard or {}).get("calls", ()) if each["item"] == item), None)
    if card is None:
        raise RecordError(f"shift {shift_id} has no finished call '{item}', so there is no debrief to see")
    call = worked.shift.calls[item].call
    again = "" if record.parent is None else ", tried again"
    return {
        "learner": record.learner,
        "variant": card["variant"],
        "words": f"{record.learner}, {day(record.started_at)}, in the shift “{record.title}”{again}",
        "debrief": debrief_view(call, {**score(call).as_json(), **card.get("scorecard", {})}, rewind=False),
    }
