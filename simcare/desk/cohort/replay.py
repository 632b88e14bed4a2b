"""A recorded call or shift seen again: a call's debrief with its lines to step through, a shift's with its calls.

A call that was had inside a shift is seen as an attempt is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcare.calls.scoring import score
from simcare.desk.cohort.words import day
from simcare.desk.debrief import debrief_view
from simcare.desk.practicing import call_view
from simcare.desk.shift.debriefing import debrief_view as shift_debrief
from simcare.training.faults import RecordError
from simcare.training.judged import call_in_shift, shift_of_call, whole_shift
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.reviews import RATINGS, Review, reviews_of
from simcare.training.shifts import Shifts
from simcare.training.working import WorkedShift
from simcare.world.shift.judging import judge
from simcare.world.shift.twin import your_measures


def replay_view(records: Records, call: str, reviews: Sequence[Review]) -> dict[str, Any]:
    """Return a finished call or shift as it was; RecordError where it cannot be played any more or was not finished.

    `call` is its name: an attempt's id, or what `call_in_shift` or `whole_shift` makes.
    """
    inside = shift_of_call(call)
    if inside is None:
        shown = _attempt(records, call)
    else:
        shown = _in_shift(records, *inside) if inside[1] else _shift(records, inside[0])
    return {
        "phase": "replay",
        "attempt": call,
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


class Opened:
    """What is looked at now, and the shift that a call was opened from. Mutable."""

    def __init__(self) -> None:
        """Look at nothing."""
        self._path: list[str] = []

    @property
    def name(self) -> str | None:
        """The name of the call or shift that is looked at, None where none is."""
        return self._path[-1] if self._path else None

    def go_to(self, name: str) -> None:
        """Look at another; from a shift one comes to its calls, and goes back to it."""
        of = shift_of_call(name)
        if of is None or self._path != [whole_shift(of[0])]:
            self._path = []
        self._path.append(name)

    def go_back(self) -> bool:
        """Look again at what was looked at before; False where nothing was looked at."""
        return bool(self._path) and self._path.pop() is not None

    def shown(self, records: Records) -> dict[str, Any]:
        """Return what is looked at, with what was said of it."""
        name = self._path[-1]
        return {**replay_view(records, name, reviews_of(records, name)), "from_shift": len(self._path) > 1}


def whose(records: Records, call: str) -> str:
    """Return the learner of a call or shift by its name; UnknownRecord where there is none."""
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


def _shift(records: Records, shift_id: str) -> dict[str, Any]:
    worked = WorkedShift.resume(records, shift_id)
    record, shift = worked.record, worked.shift
    if record.status != "finished":
        raise RecordError(f"shift {shift_id} was not finished, so there is no debrief to see")
    card = judge(shift)
    told = shift_debrief(shift, card, your_measures(shift.office, card), None, rewind=False)
    again = "" if record.parent is None else f", tried again from move {record.branched_at}"
    return {
        "phase": "shift",
        "learner": record.learner,
        "words": f"{record.learner}, {day(record.started_at)}{again}",
        "debrief": {
            **told,
            "exercise": call_view(record.exercise),
            "calls": [
                {**shown, "attempt": call_in_shift(shift_id, call.item)}
                for shown, call in zip(told["calls"], card.calls, strict=True)
            ],
        },
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
