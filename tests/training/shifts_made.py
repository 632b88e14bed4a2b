"""Worked shifts for what is made of them: the small shift, in which one call is had."""

from __future__ import annotations

from pathlib import Path

from simcare.calls.moves import Do, Say
from simcare.scenarios.model import Note
from simcare.training.records import Records
from simcare.training.working import WorkedShift
from simcare.world.shift.moves import AtDesk, InCall, ShiftMove

SMALL_SHIFT = Path(__file__).parents[1] / "world" / "shift" / "small_shift.yaml"


def worked_shift(
    records: Records,
    learner: str,
    worked: WorkedShift | None = None,
    *,
    item: str = "list",
    finish: bool = True,
    exercise: str | None = None,
) -> WorkedShift:
    """Begin the small shift, or go on with one, have one of its calls in a few moves, and end it."""
    found = worked or WorkedShift.begin(records, learner, SMALL_SHIFT, 3, exercise=exercise)
    moves: tuple[ShiftMove, ...] = (
        AtDesk("take", item),
        InCall(Say("greet_introduce", 10)),
        InCall(Say("verify_identity", 20)),
        InCall(Do("end_call", 5)),
        InCall(Do("write_note", 60, channel="chart", note=Note(text="Spoke with him.", minutes=1))),
        AtDesk("close"),
    )
    for move in (*moves, *((AtDesk("end"),) if finish else ())):
        found.take(move)
    if finish:
        found.finish()
    return found
