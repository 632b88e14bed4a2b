"""The shift desk without a screen: takes messages, keeps where the person is, gives the view to draw.

Everything that happens to a shift goes through `WorkedShift`, so it is recorded before it is shown. What a screen looks
like is told in `screens` and `debriefing`; the widget and its threads live in `board`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from simcare.calls.listener import Listener
from simcare.calls.skills import Skill
from simcare.desk import practicing
from simcare.desk import view as call_views
from simcare.desk.call_desk import BROKEN
from simcare.desk.practicing import ChosenShift
from simcare.desk.refusals import trouble
from simcare.desk.shift import debriefing, screens
from simcare.desk.shift.on_hand import OnHandDesk
from simcare.documents import SimcareError
from simcare.training.own_skill import own_skill
from simcare.training.practice import SEEDS
from simcare.training.records import Records
from simcare.training.shifts import Shifts
from simcare.training.working import WorkedShift
from simcare.world.shift.card import ShiftCard
from simcare.world.shift.judging import judge
from simcare.world.shift.library import Texts, load_shift, shift_files
from simcare.world.shift.moves import ACTS, AtDesk
from simcare.world.shift.playing import move_number
from simcare.world.shift.twin import Twin, your_measures

TOOK_OVER = "A colleague has taken over the call. Leaving it costs nothing. Take a moment before you go on."
_log = logging.getLogger(__name__)


class ShiftDesk:
    """One person at the shift desk: mutable, changed by `handle` alone, read through `screen` and `call`."""

    def __init__(
        self,
        records: Records,
        listener: Listener,
        *,
        learner: str | None = None,
        shift: str | None = None,
        seed: int | None = None,
        signed_in: bool = False,
    ) -> None:
        """Sit down: at the name, the list of shifts, or a shift's brief. `seed` fixes the luck of shifts begun here.

        Somebody who is `signed_in` stays the learner that was given, and cannot become another one.
        """
        self._signed_in = signed_in
        self._records, self._listener, self._seed = records, listener, seed
        self._learner, self._wanted = (learner or "").strip(), shift
        self._phase = "hello"
        self._chosen = ""
        self._for: ChosenShift | None = None
        """The item of an exercise that the chosen shift is to be worked for."""
        self._texts: Texts | None = None
        self._worked: WorkedShift | None = None
        self._on_hand: OnHandDesk | None = None
        self._card: ShiftCard | None = None
        self._told = 0
        """How many of the shift's news were there before the last message."""
        self.twin: Twin | None = None
        """Put here by who plays it."""
        self._own: Skill | None = None
        self._own_asked = False
        self._seq = 0
        self._alert: str | None = None
        self._status: str | None = None
        self._seen = ""
        """The item whose call is looked at in the debrief."""
        if self._learner:
            self._guarded(self._after_hello)

    # -- reading -------------------------------------------------------------------------------------------------------

    def screen(self) -> dict[str, Any]:
        """Return the view to draw now, with `seq`, a number that grows with every message handled."""
        return {
            "learner": self._learner,
            "signed_in": self._signed_in,
            **self._screens[self._phase](self),
            "seq": self._seq,
            "alert": self._alert,
            "status": self._status,
            "training": call_views.TRAINING,
        }

    def call(self) -> dict[str, Any]:
        """Return what the call console draws, `view` and `sheet`; empty while no call is on hand or looked at."""
        if self._phase == "seen":
            seen = debriefing.seen_view(self._working().shift, self._seen, rewind=not self._assessed)
            return {"view": {**seen, "seq": self._seq}, "sheet": {}}
        if self._on_hand is None or self._phase != "desk":
            return {}
        return {"view": self._on_hand.screen(), "sheet": self._on_hand.sheet()}

    @property
    def phase(self) -> str:
        """The screen the person is at."""
        return self._phase

    @property
    def worked(self) -> WorkedShift | None:
        """The shift at the desk, None before one is begun."""
        return self._worked

    def own_skill(self) -> Skill | None:
        """Return what the person's own calls say of their skill, None while there are too few; asked once a debrief."""
        if not self._own_asked:
            self._own, self._own_asked = own_skill(self._records, self._learner), True
        return self._own

    # -- messages ------------------------------------------------------------------------------------------------------

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the screen asks; what cannot be done is told in the next view's `alert`.

        A message made from an older view (a double click, a second window) is dropped.
        """
        kind = str(message.get("kind"))
        if kind == "call":
            self._seq += 1
            self._alert = self._status = None
            self._guarded(lambda: self._in_call(message.get("content") or {}))
            return
        stale = message.get("seq") != self._seq
        self._seq += 1
        if stale:
            return
        self._alert = self._status = None
        act = self._messages.get(kind)
        if act is not None:
            self._guarded(lambda: act(self, message))
        elif kind in ACTS and self._worked is not None:
            self._guarded(lambda: self._act(message))
        else:
            self._alert = "The desk and the page do not fit together; reload the page."

    def _guarded(self, work: Callable[[], None]) -> None:
        self._told = 0 if self._worked is None else len(self._worked.shift.news)
        self._alert = trouble(work, _log, BROKEN) or self._alert

    def _hello(self, message: Mapping[str, Any]) -> None:
        name = " ".join(str(message.get("name", "")).split())[:60]
        if not name:
            self._alert = "Write your name or initials first; they find your saved shifts again."
            return
        self._learner = name
        self._after_hello()

    def _after_hello(self) -> None:
        self._phase = "pick"
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._pick({"shift": wanted})

    def _who(self, message: Mapping[str, Any]) -> None:
        if not self._signed_in:
            self._learner, self._phase = "", "hello"

    def _shifts(self, message: Mapping[str, Any]) -> None:
        self._worked = self._on_hand = self._card = self.twin = None
        self._phase = "pick"

    def _pick(self, message: Mapping[str, Any]) -> None:
        self._open(str(message.get("shift")))

    def _set(self, message: Mapping[str, Any]) -> None:
        """Go to the brief of the shift that comes next in an exercise."""
        wanted = str(message.get("exercise"))
        if wanted not in {exercise.id for exercise in practicing.open_exercises()}:
            raise SimcareError("this exercise is not in the list; pick one that is")
        chosen = practicing.chosen_item(self._records, self._learner, wanted, 0)
        if not isinstance(chosen, ChosenShift):
            raise SimcareError("next in this exercise comes a call; take it on the page of the calls")
        self._open(chosen.shift, chosen)

    def _open(self, shift: str, item: ChosenShift | None = None) -> None:
        self._texts = load_shift(shift)
        self._chosen, self._for = shift, item
        self._phase = "brief"

    def _begin(self, message: Mapping[str, Any]) -> None:
        given = self._for.seed if self._seed is None and self._for is not None else self._seed
        worked = WorkedShift.begin(
            self._records,
            self._learner,
            self._chosen,
            secrets.randbelow(SEEDS) if given is None else given,
            exercise=None if self._for is None else self._for.exercise,
            listener=self._listener.name,
        )
        self._sit_down(worked)

    def _resume(self, message: Mapping[str, Any]) -> None:
        self._sit_down(WorkedShift.resume(self._records, self._own_record(message)))

    def _look(self, message: Mapping[str, Any]) -> None:
        """Look at the debrief of a shift that was finished; one may work on from its moments too."""
        worked = WorkedShift.resume(self._records, self._own_record(message))
        self._worked, self._on_hand, self.twin = worked, None, None
        self._chosen = worked.shift.spec.id
        self._card = judge(worked.shift)
        self._phase, self._own_asked = "debrief", False

    def _drop(self, message: Mapping[str, Any]) -> None:
        """Close an open shift from the list; it is kept as left, without a score."""
        Shifts(self._records).leave(self._own_record(message), "closed from the list")

    def _own_record(self, message: Mapping[str, Any]) -> str:
        """Return the record that a message names; SimcareError where it is not one of this person's."""
        wanted = str(message.get("record"))
        if wanted not in (record.id for record in Shifts(self._records).shifts(self._learner)):
            raise SimcareError("this is none of your shifts; pick one from the list")
        return wanted

    def _branch(self, message: Mapping[str, Any]) -> None:
        self._refuse_in_an_assessment()
        self._sit_down(self._working().branch(int(message["at"])))

    def _see(self, message: Mapping[str, Any]) -> None:
        """Look at the debrief of one of the calls."""
        item = str(message.get("item"))
        if item not in self._working().shift.calls:
            raise SimcareError(f"there was no call about '{item}'")
        self._seen, self._phase = item, "seen"

    def _back(self, message: Mapping[str, Any]) -> None:
        self._phase = "debrief"

    def _again(self, message: Mapping[str, Any]) -> None:
        self._refuse_in_an_assessment()
        self._open(self._working().shift.spec.id)
        self._worked = self._on_hand = self._card = self.twin = None

    def _refuse_in_an_assessment(self) -> None:
        if self._assessed:
            raise SimcareError("an assessment has no going back; it can be sat again when all of it is done")

    @property
    def _assessed(self) -> bool:
        return self._worked is not None and practicing.is_assessed(self._worked.record.exercise)

    def _sit_down(self, worked: WorkedShift) -> None:
        self._worked, self._card, self.twin = worked, None, None
        self._chosen = worked.shift.spec.id
        self._phase = "desk"
        self._told = len(worked.shift.news)
        self._look_at_call()
        if worked.shift.ended:  # it was cut off between its end and its debrief
            self._finish({})

    def _pause(self, message: Mapping[str, Any]) -> None:
        self._phase = "paused"

    def _unpause(self, message: Mapping[str, Any]) -> None:
        self._phase = "desk"

    def _finish(self, message: Mapping[str, Any]) -> None:
        worked = self._working()
        if not worked.shift.ended:
            worked.take(AtDesk("end"))
        self._card = worked.finish()
        self._phase, self._own_asked = "debrief", False

    def _cut_off(self, message: Mapping[str, Any]) -> None:
        """Leave the shift for good, without a score."""
        self._working().leave("this shift is too much today")
        self._worked = self._on_hand = None
        self._phase = "left"

    # -- messages of the shift and of the call on hand -----------------------------------------------------------------

    def _act(self, message: Mapping[str, Any]) -> None:
        worked = self._working()
        act = next(each for each in ACTS if each == message.get("kind"))
        item, choice = (str(message.get(name) or "") for name in ("item", "choice"))
        worked.take(AtDesk(act, item, choice, int(message.get("seconds") or 0)))
        if act in ("take", "note", "close", "leave"):
            self._look_at_call()

    def _in_call(self, content: Mapping[str, Any]) -> None:
        if self._phase == "seen":
            self._of_the_seen(content)
            return
        if self._on_hand is None:
            return
        asked = self._on_hand.asks_the_shift(content)
        if not asked:
            self._on_hand.handle(content)
            return
        self._on_hand.redraw()
        if asked == "finish":
            self._working().take(AtDesk("close"))
            self._status = "The call is put away."
        elif asked == "leave":
            self._working().take(AtDesk("leave"))
            self._status = TOOK_OVER
        elif asked == "pause":
            self._phase = "paused"
        self._look_at_call()

    def _of_the_seen(self, content: Mapping[str, Any]) -> None:
        """Do what the console asks while it shows the debrief of a call: go on from one of its moves, or go back."""
        if content.get("kind") == "branch":
            self._refuse_in_an_assessment()
            worked = self._working()
            self._sit_down(worked.branch(move_number(worked.shift, self._seen, int(content["at"]))))
        elif content.get("kind") == "calls":
            self._phase = "debrief"

    def _look_at_call(self) -> None:
        """Sit the call desk down where a call is on hand that it does not show yet."""
        worked = self._working()
        if worked.shift.on_hand is None:
            self._on_hand = None
        elif self._on_hand is None:
            self._on_hand = OnHandDesk(self._records, self._listener, worked, real_time=worked.shift.spec.real_time)

    def _working(self) -> WorkedShift:
        if self._worked is None:
            raise SimcareError("no shift is open at this desk; pick one from the list")
        return self._worked

    # -- screens -------------------------------------------------------------------------------------------------------

    def _hello_screen(self) -> dict[str, Any]:
        return {"phase": "hello"}

    def _pick_screen(self) -> dict[str, Any]:
        shown = screens.pick_view(self._learner, _readable(), Shifts(self._records).shifts(self._learner))
        return {**shown, "sets": practicing.sets_with_a_shift(self._records, self._learner)}

    def _brief_screen(self) -> dict[str, Any]:
        assert self._texts is not None
        exercise = None if self._for is None else practicing.call_view(self._for.exercise)
        return {**screens.brief_view(self._texts.spec.value), "exercise": exercise}

    def _desk_screen(self) -> dict[str, Any]:
        return screens.desk_view(self._working().shift, self._told)

    def _paused_screen(self) -> dict[str, Any]:
        return screens.paused_view(self._working().shift)

    def _left_screen(self) -> dict[str, Any]:
        return {"phase": "left", "words": call_views.left_view()["words"]}

    def _seen_screen(self) -> dict[str, Any]:
        return {"phase": "seen", "item": self._seen, "title": self._working().shift.spec.title}

    def _debrief_screen(self) -> dict[str, Any]:
        worked = self._working()
        card = self._card or judge(worked.shift)
        yours = your_measures(worked.shift.office, card)
        known = self.own_skill() is not None
        shown = debriefing.debrief_view(
            worked.shift, card, yours, self.twin, own_is_known=known, rewind=not self._assessed
        )
        return {**shown, "exercise": practicing.call_view(worked.record.exercise)}

    _screens: Mapping[str, Callable[[ShiftDesk], dict[str, Any]]] = {
        "hello": _hello_screen,
        "pick": _pick_screen,
        "brief": _brief_screen,
        "desk": _desk_screen,
        "paused": _paused_screen,
        "left": _left_screen,
        "debrief": _debrief_screen,
        "seen": _seen_screen,
    }
    _messages: Mapping[str, Callable[[ShiftDesk, Mapping[str, Any]], None]] = {
        "hello": _hello,
        "who": _who,
        "shifts": _shifts,
        "pick": _pick,
        "set": _set,
        "begin": _begin,
        "resume": _resume,
        "look": _look,
        "drop": _drop,
        "branch": _branch,
        "again": _again,
        "pause": _pause,
        "unpause": _unpause,
        "finish": _finish,
        "see": _see,
        "back": _back,
        "cut_off": _cut_off,
    }


def _readable() -> list[Texts]:
    """Return the shifts that can be played; what is wrong with another is told by `simcare shifts lint`."""
    found = []
    for name in shift_files():
        try:
            found.append(load_shift(name))
        except SimcareError:
            continue
    return sorted(found, key=lambda texts: (texts.spec.value.difficulty, texts.spec.value.title))
