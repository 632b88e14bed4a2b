"""The finished shifts that exercises ask for, each with the shift of the library that it was.

A recorded shift knows its text and not the name of a file, so the name is read from the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from simcare.documents import SimcareError
from simcare.training.practice import text_as_recorded
from simcare.training.records import Records
from simcare.training.shifts import Shifts
from simcare.world.shift.authored import ShiftSpec


@dataclass(frozen=True, slots=True)
class ShiftDone:
    """One shift that a learner has finished for an exercise; `passed` by its own mark, the time in UTC."""

    id: str
    learner: str
    shift: str
    exercise: str
    started_at: datetime
    passed: bool


def shifts_done(records: Records, learner: str) -> tuple[ShiftDone, ...]:
    """Return a learner's finished shifts of exercises, the newest first; branches are left out."""
    return tuple(_done(records, learner))


def _done(records: Records, learner: str) -> Iterator[ShiftDone]:
    for each in Shifts(records).shifts(learner):
        if each.exercise is None or each.status != "finished" or each.parent is not None:
            continue
        name = _name(records, each.texts["spec"])
        if name is not None:
            yield ShiftDone(each.id, each.learner, name, each.exercise, each.started_at, bool(each.passed))


_ALREADY_READ: dict[str, str | None] = {}
"""The name of a shift by the hash of its text."""


def _name(records: Records, sha: str) -> str | None:
    if sha not in _ALREADY_READ:
        try:
            _ALREADY_READ[sha] = text_as_recorded(records, sha, ShiftSpec).id
        except SimcareError:  # of another time; it is in the records, and counts for no exercise of today
            _ALREADY_READ[sha] = None
    return _ALREADY_READ[sha]
