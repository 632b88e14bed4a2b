"""One recorded shift under somebody's hands: what is done in it, the call on hand, its debrief once it has ended.

The page speaks of items and answers by number, since an author's own names (`stroke`, `rude`) would tell what they
are about; here the numbers get their names back. Nothing of a debrief is made before the shift has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simcare.calls.listener import Listener
from simcare.calls.skills import Skill
from simcare.desk import practicing
from simcare.desk.shift import debriefing, numbering, screens
from simcare.desk.shift.on_hand import OnHandDesk
from simcare.documents import SimcareError
from simcare.training.own_skill import own_skill
from simcare.training.records import Records
from simcare.training.working import WorkedShift
from simcare.world.shift.card import ShiftCard
from simcare.world.shift.judging import judge
from simcare.world.shift.moves import ACTS, AtDesk
from simcare.world.shift.playing import move_number
from simcare.world.shift.twin import Twin, your_measures

TAKES_A_CALL = ("take", "note", "close", "leave")
NO_GOING_BACK = "an assessment has no going back; it can be sat again when all of it is done"


class AtWork:
    """A shift at the desk: mutable, changed by `act`, `in_call`, `finish` and `leave`."""

    def __init__(self, records: Records, listener: Listener, worked: WorkedShift) -> None:
        """Sit down at a shift that was begun, resumed or finished."""
        self._records, self._listener = records, listener
        self.worked = worked
        self._card: ShiftCard | None = None
        self._on_hand: OnHandDesk | None = None
        self._told = len(worked.shift.news)
        """How many of the shift's news were there before the last message."""
        self.twin: Twin | None = None
        """Put here by who plays it."""
        self._own: Skill | None = None
        self._own_asked = False
        self._look_at_call()

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def assessed(self) -> bool:
        """Tell whether the shift is worked for an assessment, which has no going back."""
        return practicing.is_assessed(self.worked.record.exercise)

    def own_skill(self) -> Skill | None:
        """Return what the person's own calls say of their skill, None while there are too few; asked once."""
        if not self._own_asked:
            self._own, self._own_asked = own_skill(self._records, self.worked.record.learner), True
        return self._own

    def desk(self) -> dict[str, Any]:
        """Return the desk."""
        return screens.desk_view(self.worked.shift, self._told)

    def call(self) -> dict[str, Any]:
        """Return what the call console draws of the call on hand; empty while there is none."""
        return {} if self._on_hand is None else {"view": self._on_hand.screen(), "sheet": self._on_hand.sheet()}

    def debrief(self) -> dict[str, Any]:
        """Return the debrief of the shift, which has ended."""
        shift = self.worked.shift
        self._card = card = self._card or judge(shift)
        known = self.own_skill() is not None
        shown = debriefing.debrief_view(
            shift,
            card,
            your_measures(shift.office, card),
            self.twin,
            own_is_known=known,
            rewind=not self.assessed,
        )
        return {**shown, "exercise": practicing.call_view(self.worked.record.exercise)}

    def seen(self, item: str) -> dict[str, Any]:
        """Return the debrief of one of its calls."""
        return debriefing.seen_view(self.worked.shift, item, rewind=not self.assessed)

    def call_about(self, number: object) -> str:
        """Return the item of a call that was had, by its number; SimcareError where there is none."""
        item = numbering.item_of(self.worked.shift, number)
        if item not in self.worked.shift.calls:
            raise SimcareError("there was no call about this; pick one that the debrief shows")
        return item

    # -- changing ------------------------------------------------------------------------------------------------------

    def listen(self) -> None:
        """Take what was told so far as known: what is told from now on is news."""
        self._told = len(self.worked.shift.news)

    def act(self, message: Mapping[str, Any]) -> None:
        """Do what a message asks at the desk; SimcareError where it is not possible now."""
        shift = self.worked.shift
        act = next(each for each in ACTS if each == message.get("kind"))
        item, choice = "", str(message.get("choice") or "")
        if message.get("item"):
            item = numbering.item_of(shift, message["item"])
        if act == "answer":
            choice = numbering.answer_of(shift, item, choice)
        self.worked.take(AtDesk(act, item, choice, int(message.get("seconds") or 0)))
        if act in TAKES_A_CALL:
            self._look_at_call()

    def in_call(self, content: Mapping[str, Any]) -> str:
        """Do what the call console asks; return what it asks of the shift, nothing where the call answered it itself.

        What is asked of the shift is done already, save for pausing, which is the desk's.
        """
        if self._on_hand is None:
            return ""
        asked = self._on_hand.asks_the_shift(content)
        if not asked:
            self._on_hand.handle(content)
            return ""
        self._on_hand.redraw()
        if asked == "finish":
            self.worked.take(AtDesk("close"))
        elif asked == "leave":
            self.worked.take(AtDesk("leave"))
        self._look_at_call()
        return asked

    def finish(self) -> None:
        """End the shift and judge it."""
        if not self.worked.shift.ended:
            self.worked.take(AtDesk("end"))
        self._card = self.worked.finish()
        self._look_at_call()

    def branch(self, at_move: int) -> WorkedShift:
        """Return the shift gone on from a move of it, as one of its own; SimcareError in an assessment."""
        self.refuse_going_back()
        return self.worked.branch(at_move)

    def branch_in(self, item: str, nth: int) -> WorkedShift:
        """Return the shift gone on from a move of one of its calls."""
        self.refuse_going_back()
        return self.worked.branch(move_number(self.worked.shift, item, nth))

    def refuse_going_back(self) -> None:
        """Raise SimcareError where the shift is worked for an assessment."""
        if self.assessed:
            raise SimcareError(NO_GOING_BACK)

    def _look_at_call(self) -> None:
        """Sit the call desk down where a call is on hand that it does not show yet."""
        shift = self.worked.shift
        if shift.on_hand is None:
            self._on_hand = None
        elif self._on_hand is None:
            self._on_hand = OnHandDesk(self._records, self._listener, self.worked, real_time=shift.spec.real_time)
