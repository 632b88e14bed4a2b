"""The shift desk without a screen: takes messages, keeps where the person is, gives the view to draw.

Everything that happens to a shift goes through `WorkedShift`, so it is recorded before it is shown. What is done in a
shift lives in `at_work`, what a screen looks like in `screens` and `debriefing`, who shows it in `room` and `board`.
A message is taken only on the screens that send it: no debrief, whole or of a call, before the shift has ended.
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
from simcare.desk.shift import screens
from simcare.desk.shift.at_work import AtWork
from simcare.desk.shift.numbering import number_of
from simcare.documents import SimcareError
from simcare.training.practice import SEEDS
from simcare.training.records import Records
from simcare.training.shifts import Shifts
from simcare.training.working import WorkedShift
from simcare.world.shift.library import Texts, load_shift, playable_shifts, shift_files
from simcare.world.shift.moves import ACTS
from simcare.world.shift.twin import Twin

TOOK_OVER = "A colleague has taken over the call. Leaving it costs nothing. Take a moment before you go on."
PUT_AWAY = "The call is put away."
_log = logging.getLogger(__name__)
Act = Callable[["ShiftDesk", Mapping[str, Any]], None]


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
        self._at: AtWork | None = None
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
            return {"view": {**self._working().seen(self._seen), "seq": self._seq}, "sheet": {}}
        return self._at.call() if self._at is not None and self._phase == "desk" else {}

    @property
    def phase(self) -> str:
        """The screen the person is at."""
        return self._phase

    @property
    def worked(self) -> WorkedShift | None:
        """The shift at the desk, None before one is begun."""
        return None if self._at is None else self._at.worked

    def own_skill(self) -> Skill | None:
        """Return what the person's own calls say of their skill, None while there are too few; asked once a debrief."""
        return self._working().own_skill()

    def show_twin(self, twin: Twin) -> None:
        """Put what a model had of the shift into its debrief; nothing is done where that is no longer shown."""
        if self._at is not None and self._phase in ("debrief", "seen"):
            self._at.twin = twin

    # -- messages ------------------------------------------------------------------------------------------------------

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the screen asks; what cannot be done is told in the next view's `alert`.

        A message made from an older view (a double click, a second window) is dropped.
        """
        kind = str(message.get("kind"))
        stale = kind != "call" and message.get("seq") != self._seq
        self._seq += 1
        if stale:
            return
        self._alert = self._status = None
        phases, act = self._messages.get(kind, (("desk",) if kind in ACTS else (), ShiftDesk._act))
        if self._phase in phases:
            self._guarded(lambda: act(self, message))
        elif kind != "call":  # the console's last word may come when its call has left the page
            self._alert = "The desk and the page do not fit together; reload the page."

    def _guarded(self, work: Callable[[], None]) -> None:
        if self._at is not None:
            self._at.listen()
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
            self._open(wanted)

    def _who(self, message: Mapping[str, Any]) -> None:
        if not self._signed_in:
            self._learner, self._phase = "", "hello"

    def _shifts(self, message: Mapping[str, Any]) -> None:
        self._at = None
        self._phase = "pick"

    # -- messages before a shift ---------------------------------------------------------------------------------------

    def _pick(self, message: Mapping[str, Any]) -> None:
        wanted = str(message.get("shift"))
        if wanted not in shift_files():  # a page names shifts of the list and never a file
            raise SimcareError("this shift is not in the list; pick one that is")
        self._open(wanted)

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
        self._sit_down(WorkedShift.resume(self._records, self._own_record(message, "open")))

    def _look(self, message: Mapping[str, Any]) -> None:
        """Look at the debrief of a shift that was finished; one may work on from its moments too."""
        worked = WorkedShift.resume(self._records, self._own_record(message, "finished"))
        self._at = AtWork(self._records, self._listener, worked)
        self._phase = "debrief"

    def _drop(self, message: Mapping[str, Any]) -> None:
        """Close an open shift from the list; it is kept as left, without a score."""
        Shifts(self._records).leave(self._own_record(message, "open"), "closed from the list")

    def _own_record(self, message: Mapping[str, Any], status: str) -> str:
        """Return the record that a message names; SimcareError where it is not one of this person's, or not so far."""
        wanted = str(message.get("record"))
        found = next((each for each in Shifts(self._records).shifts(self._learner) if each.id == wanted), None)
        if found is None:
            raise SimcareError("this is none of your shifts; pick one from the list")
        if found.status != status:
            what = "is not open any more" if status == "open" else "was not finished, so there is no debrief to see"
            raise SimcareError(f"this shift {what}; pick one from the list")
        return wanted

    def _sit_down(self, worked: WorkedShift) -> None:
        self._at = AtWork(self._records, self._listener, worked)
        self._phase = "desk"
        if worked.shift.ended:  # it was cut off between its end and its debrief
            self._finish({})

    # -- messages of a shift -------------------------------------------------------------------------------------------

    def _act(self, message: Mapping[str, Any]) -> None:
        self._working().act(message)

    def _in_call(self, message: Mapping[str, Any]) -> None:
        content = message.get("content")
        if not isinstance(content, Mapping):
            return
        if self._phase == "seen":
            self._of_the_seen(content)
            return
        asked = self._working().in_call(content)
        self._status = {"finish": PUT_AWAY, "leave": TOOK_OVER}.get(asked)
        if asked == "pause":
            self._phase = "paused"

    def _pause(self, message: Mapping[str, Any]) -> None:
        self._phase = "paused"

    def _unpause(self, message: Mapping[str, Any]) -> None:
        self._phase = "desk"

    def _finish(self, message: Mapping[str, Any]) -> None:
        self._working().finish()
        self._phase = "debrief"

    def _cut_off(self, message: Mapping[str, Any]) -> None:
        """Leave the shift for good, without a score."""
        self._working().worked.leave("this shift is too much today")
        self._at = None
        self._phase = "left"

    # -- messages of a debrief -----------------------------------------------------------------------------------------

    def _branch(self, message: Mapping[str, Any]) -> None:
        self._sit_down(self._working().branch(int(message["at"])))

    def _again(self, message: Mapping[str, Any]) -> None:
        at = self._working()
        at.refuse_going_back()
        self._open(at.worked.shift.spec.id)
        self._at = None

    def _see(self, message: Mapping[str, Any]) -> None:
        """Look at the debrief of one of the calls."""
        self._seen = self._working().call_about(message.get("item"))
        self._phase = "seen"

    def _back(self, message: Mapping[str, Any]) -> None:
        self._phase = "debrief"

    def _of_the_seen(self, content: Mapping[str, Any]) -> None:
        """Do what the console asks while it shows the debrief of a call: go on from one of its moves, or go back."""
        if content.get("kind") == "branch":
            self._sit_down(self._working().branch_in(self._seen, int(content["at"])))
        elif content.get("kind") == "calls":
            self._phase = "debrief"

    def _working(self) -> AtWork:
        if self._at is None:
            raise SimcareError("no shift is open at this desk; pick one from the list")
        return self._at

    # -- screens -------------------------------------------------------------------------------------------------------

    def _hello_screen(self) -> dict[str, Any]:
        return {"phase": "hello"}

    def _pick_screen(self) -> dict[str, Any]:
        shown = screens.pick_view(self._learner, playable_shifts(), Shifts(self._records).shifts(self._learner))
        return {**shown, "sets": practicing.sets_with_a_shift(self._records, self._learner)}

    def _brief_screen(self) -> dict[str, Any]:
        assert self._texts is not None
        exercise = None if self._for is None else practicing.call_view(self._for.exercise)
        return {**screens.brief_view(self._texts.spec.value), "exercise": exercise}

    def _desk_screen(self) -> dict[str, Any]:
        return self._working().desk()

    def _paused_screen(self) -> dict[str, Any]:
        return screens.paused_view(self._working().worked.shift)

    def _left_screen(self) -> dict[str, Any]:
        return {"phase": "left", "words": call_views.left_view()["words"]}

    def _seen_screen(self) -> dict[str, Any]:
        shift = self._working().worked.shift
        return {"phase": "seen", "item": number_of(shift, self._seen), "title": shift.spec.title}

    def _debrief_screen(self) -> dict[str, Any]:
        return self._working().debrief()

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
    _messages: Mapping[str, tuple[tuple[str, ...], Act]] = {
        "hello": (("hello",), _hello),
        "who": (("pick",), _who),
        "shifts": (("brief", "paused", "left", "debrief"), _shifts),
        "pick": (("pick",), _pick),
        "set": (("pick",), _set),
        "resume": (("pick",), _resume),
        "look": (("pick",), _look),
        "drop": (("pick",), _drop),
        "begin": (("brief",), _begin),
        "call": (("desk", "seen"), _in_call),
        "pause": (("desk",), _pause),
        "cut_off": (("desk",), _cut_off),
        "finish": (("desk",), _finish),
        "unpause": (("paused",), _unpause),
        "branch": (("debrief",), _branch),
        "again": (("debrief",), _again),
        "see": (("debrief",), _see),
        "back": (("seen",), _back),
    }
    """Each message, on which screens it is taken, and what it does."""
