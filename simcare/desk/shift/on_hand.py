"""The call desk for the call on hand of a shift: the trainees' own console, with the shift in place of a lone call.

A move goes through the shift, so that time passes for everybody. Pausing, leaving and putting the call away are the
shift's business: what the console asks there is handed back as a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from simcare.calls.call import Call, Line
from simcare.calls.listener import Listener
from simcare.calls.moves import Move
from simcare.desk.call_desk import CallDesk
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.shifts import ShiftRecord
from simcare.training.working import WorkedShift
from simcare.world.shift.moves import InCall

OF_THE_SHIFT = frozenset({"finish", "leave", "pause", "calls", "again", "branch"})
"""Messages of the console that the shift answers."""
OF_THE_CALL = frozenset({"say", "intent", "none", "dismiss", "do", "sure", "note"})
"""Messages of the console that the call answers; the others lead away from it, or to somebody else's calls."""
PUT_AWAY = {
    "help": "Without a note it waits under “Notes to write”. The shift goes on either way.",
    "words": "Put the call away and go on",
}


class CallOnHand:
    """What the call desk takes for its practice: the call on hand, each move taken through the shift."""

    def __init__(self, worked: WorkedShift) -> None:
        """Join a shift that has a call on hand."""
        self._worked = worked

    @property
    def attempt(self) -> ShiftRecord:
        """The record of the shift, which says for which exercise it is worked."""
        return self._worked.record

    @property
    def call(self) -> Call:
        """The call as it stands."""
        on_hand = self._worked.shift.on_hand
        assert on_hand is not None
        return on_hand.call

    def take(self, move: Move) -> tuple[Line, ...]:
        """Take a move and return the lines it led to."""
        self._worked.take(InCall(move))
        return self._worked.shift.last_lines()


class OnHandDesk(CallDesk):
    """The call desk at the call on hand. Mutable, changed by `handle` alone."""

    def __init__(self, records: Records, listener: Listener, worked: WorkedShift, *, real_time: bool) -> None:
        """Sit down at a call that was just taken, or taken up again for its note."""
        super().__init__(records, listener, real_time=real_time, signed_in=True)
        self._learner = worked.record.learner
        self._sit_down(cast(Practice, CallOnHand(worked)))

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what the console asks of the call on hand; nothing else that a call desk does is done here."""
        if str(message.get("kind")) in OF_THE_CALL:
            super().handle(message)

    def screen(self) -> dict[str, Any]:
        """Return the view of the console, with the words of the shift at its end."""
        return {**super().screen(), "finish": PUT_AWAY, "coach": None}

    def redraw(self) -> None:
        """Number the view anew after the shift has answered."""
        self._seq += 1

    def asks_the_shift(self, message: Mapping[str, Any]) -> str:
        """Return what a message of the console asks of the shift, nothing where the call answers it itself."""
        kind = str(message.get("kind"))
        fresh = message.get("seq") == self._seq
        return kind if kind in OF_THE_SHIFT and fresh else ""
