"""The call desk without a screen: takes messages, keeps where the person is, gives the view to draw.

Everything that happens to a call goes through `Practice`, so it is recorded before it is shown. What a screen looks
like is told in `view` and `debrief`, what becomes of a typed line in `conversation`; widgets are in `console`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from simcare.calls.call import Call
from simcare.calls.hearing import listener_in
from simcare.calls.listener import Listener, in_plain_words
from simcare.calls.moves import Do, Say
from simcare.calls.opening import open_call
from simcare.desk import practicing, view
from simcare.desk.choice import open_library
from simcare.desk.conversation import Conversation
from simcare.desk.debrief import debrief_view
from simcare.desk.practicing import Chosen, ChosenShift
from simcare.desk.refusals import sentence, trouble
from simcare.desk.steps import NOTE, SURE
from simcare.documents import SimcareError
from simcare.scenarios.library import load_scenario, scenario_ids
from simcare.scenarios.model import Note, Sbar
from simcare.training.practice import HARD_TO_HEAR, SEEDS, Practice
from simcare.training.records import Attempt, Records

BROKEN = (
    "Something went wrong in the desk and this was not done. Every move before it is saved: open the desk again and "
    "choose Resume. Please report what you did."
)

log = logging.getLogger(__name__)


class CallDesk:
    """One person at the desk: mutable, changed by `handle` alone, read through `screen` and `sheet`."""

    def __init__(
        self,
        records: Records,
        listener: Listener,
        *,
        learner: str | None = None,
        scenario: str | None = None,
        seed: int | None = None,
        variant: str | None = None,
        exercise: str | None = None,
        real_time: bool = False,
        signed_in: bool = False,
    ) -> None:
        """Sit down at the desk: at the name, at the list of calls, or at the brief of a scenario or an exercise's call.

        Somebody who is `signed_in` stays the learner that was given, and cannot become another one.
        `seed` and `variant` fix the luck of calls begun here; `real_time` counts thinking too, as an exercise may ask.
        """
        self._records = records
        self._listener = listener
        self._seed, self._variant, self._real_time = seed, variant, real_time
        self._learner = (learner or "").strip()
        self._signed_in = signed_in
        self._wanted, self._wanted_exercise = scenario, exercise
        self._practice: Practice | None = None
        self._preview: Call | None = None
        self._scorecard: dict[str, Any] | None = None
        self._phase = "hello"
        self._seq = 0
        self._luck = 0
        self._chosen = Chosen("")
        self._talk: Conversation | None = None
        self._alert: str | None = None
        if self._learner:
            self._guarded(self._after_hello)

    # -- reading -------------------------------------------------------------------------------------------------------

    def screen(self) -> dict[str, Any]:
        """Return the view to draw now, with `seq`, a number that grows with every message handled."""
        drawn = self._screens[self._phase](self)
        exercise = practicing.call_view(self._exercise)
        if exercise is not None and exercise["assessment"]:
            drawn["coach"] = None
        return {
            "learner": self._learner,
            "signed_in": self._signed_in,
            **drawn,
            "seq": self._seq,
            "training": view.TRAINING,
            "exercise": exercise,
            "listens": in_plain_words(self._heard_by().name),
            "alert": self._alert,
            "status": self._talk and self._talk.status,
            "draft": self._talk and self._talk.draft,
        }

    def sheet(self) -> dict[str, Any]:
        """Return what stays the same through a call; empty while there is none."""
        call = self._any_call()
        return view.sheet(call) if call is not None and self._phase in ("brief", "call", "wrap") else {}

    @property
    def phase(self) -> str:
        """The screen the person is at."""
        return self._phase

    @property
    def practice(self) -> Practice | None:
        """The attempt at the desk, None before one is begun."""
        return self._practice

    # -- messages ------------------------------------------------------------------------------------------------------

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the screen asks; what cannot be done is told in the next view's `alert`.

        A message made from an older view (a double click, a second window) is dropped: what it meant may be gone.
        """
        stale = message.get("seq") != self._seq
        self._seq += 1
        if stale:
            return
        act = self._messages.get(str(message.get("kind")))
        if act is None:
            self._alert = "The desk and the page do not fit together; reload the page."
            return
        self._alert = None
        if self._talk is not None:
            self._talk.draft = self._talk.status = None
        self._guarded(lambda: act(self, message))

    def _guarded(self, work: Callable[[], None]) -> None:
        self._alert = trouble(work, log, BROKEN) or self._alert

    def _hello(self, message: Mapping[str, Any]) -> None:
        self._refuse_another_name()
        name = " ".join(str(message.get("name", "")).split())[:60]
        if not name:
            self._alert = "Write your name or initials first; they find your saved calls again."
            return
        self._learner = name
        self._after_hello()

    def _after_hello(self) -> None:
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._open(Chosen(wanted))
        elif self._wanted_exercise is not None:
            self._phase = "pick"  # where the exercise is not open yet, the list says so
            wanted, self._wanted_exercise = self._wanted_exercise, None
            self._open_item(wanted)
        else:
            self._phase = "pick"

    def _who(self, message: Mapping[str, Any]) -> None:
        self._refuse_another_name()
        self._learner, self._phase = "", "hello"

    def _calls(self, message: Mapping[str, Any]) -> None:
        self._practice = self._preview = self._scorecard = self._talk = None
        self._phase = "pick"

    def _pick(self, message: Mapping[str, Any]) -> None:
        wanted = str(message.get("scenario"))
        if wanted not in scenario_ids():  # a page names calls of the list and never a file
            raise SimcareError("this call is not in the list; pick one that is")
        self._open(Chosen(wanted))

    def _next(self, message: Mapping[str, Any]) -> None:
        self._open(practicing.chosen_next(self._records, self._learner))

    def _set(self, message: Mapping[str, Any]) -> None:
        wanted = str(message.get("exercise"))
        if wanted not in {exercise.id for exercise in practicing.open_exercises()}:
            raise SimcareError("this exercise is not in the list; pick one that is")
        self._open_item(wanted)

    def _open_item(self, exercise: str) -> None:
        chosen = practicing.chosen_item(self._records, self._learner, exercise, secrets.randbelow(SEEDS))
        if isinstance(chosen, ChosenShift):
            self._calls({})
            raise SimcareError(chosen.words)
        self._open(chosen)

    def _open(self, chosen: Chosen) -> None:
        """Go to the brief of a call; what the desk was told to fix goes before what is chosen."""
        document = load_scenario(chosen.scenario)
        fixed = self._seed if self._seed is not None else chosen.seed
        self._luck = secrets.randbelow(SEEDS) if fixed is None else fixed
        self._chosen = replace(chosen, variant=self._variant or chosen.variant)
        self._preview = open_call(document.value, self._chosen.variant, self._luck)
        self._practice = self._talk = None
        self._phase = "brief"

    def _dial(self, message: Mapping[str, Any]) -> None:
        self._sit_down(
            Practice.begin(
                self._records,
                self._learner,
                self._chosen.scenario,
                self._chosen.variant,
                self._luck,
                exercise=self._chosen.exercise,
                listener=self._heard_by().name,
            )
        )

    def _resume(self, message: Mapping[str, Any]) -> None:
        self._sit_down(Practice.resume(self._records, self._own(message)))

    def _close(self, message: Mapping[str, Any]) -> None:
        """Close an open call from the list; it is kept as left, without a score."""
        self._records.leave(self._own(message), "closed from the list")

    def _own(self, message: Mapping[str, Any]) -> str:
        """Return the attempt that a message names; SimcareError where it is not this learner's."""
        named = str(message.get("attempt"))
        if named not in {attempt.id for attempt in self._records.attempts(self._learner)}:
            raise SimcareError("this call is not one of yours; pick one from the list")
        return named

    def _refuse_another_name(self) -> None:
        if self._signed_in:
            raise SimcareError(f"you are signed in as {self._learner}; sign out to be somebody else")

    def _again(self, message: Mapping[str, Any]) -> None:
        self._refuse_in_an_assessment()
        attempt = self._playing().attempt
        self._open(Chosen(attempt.scenario, exercise=attempt.exercise))

    def _branch(self, message: Mapping[str, Any]) -> None:
        self._refuse_in_an_assessment()
        self._sit_down(self._playing().branch(int(message["at"])))

    def _sit_down(self, practice: Practice) -> None:
        self._practice = practice
        self._preview = self._scorecard = None
        asks = not practicing.is_assessed(self._exercise)
        self._talk = Conversation(lambda: practice.call, self._take, self._listener, asks)
        self._phase = "call" if practice.call.ended is None else "wrap"

    # -- messages in a call --------------------------------------------------------------------------------------------

    def _say(self, message: Mapping[str, Any]) -> None:
        text = " ".join(str(message.get("text", "")).split())
        if text:
            self._talking().type_line(text, self._thinking(message))

    def _intent(self, message: Mapping[str, Any]) -> None:
        talk = self._talking()
        choose = talk.choose_chip if message.get("from") == "chip" else talk.choose_phrase
        choose(str(message.get("intent")), self._thinking(message))

    def _none(self, message: Mapping[str, Any]) -> None:
        self._talking().refuse_chips(self._thinking(message))

    def _dismiss(self, message: Mapping[str, Any]) -> None:
        self._talking().put_off()

    def _do(self, message: Mapping[str, Any]) -> None:
        action = str(message.get("action"))
        sbar, confidence = message.get("sbar"), message.get("confidence")
        rule = self._playing().call.script.policy.actions.get(action)
        self._take(
            Do(
                action,
                (rule.seconds if rule else 0) + self._thinking(message),
                sbar=None if sbar is None else Sbar.model_validate(sbar),
                confidence=None if confidence is None else int(confidence),
            )
        )
        self._talking().go_on_after(action, self._thinking(message))

    def _sure(self, message: Mapping[str, Any]) -> None:
        self._take(Do(SURE, 0, confidence=int(message["confidence"])))

    def _note(self, message: Mapping[str, Any]) -> None:
        rule = self._playing().call.script.policy.actions[NOTE]
        note = Note(
            text=str(message.get("text", "")),
            facts=tuple(message.get("facts", ())),
            minutes=max(0, min(240, int(message.get("minutes") or 0))),
        )
        self._take(Do(NOTE, rule.seconds, channel="chart", note=note))

    def _take(self, move: Say | Do) -> None:
        self._playing().take(move)
        if self._phase == "call" and self._playing().call.ended is not None:
            self._talking().end()
            self._phase = "wrap"

    def _pause(self, message: Mapping[str, Any]) -> None:
        if self._phase == "call":
            self._phase = "paused"

    def _unpause(self, message: Mapping[str, Any]) -> None:
        if self._phase == "paused":
            self._phase = "call"

    def _leave(self, message: Mapping[str, Any]) -> None:
        self._playing().leave(HARD_TO_HEAR)
        self._talking().end()
        self._phase = "left"

    def _finish(self, message: Mapping[str, Any]) -> None:
        self._scorecard = self._playing().finish().as_json()
        self._phase = "debrief"

    # -- small things --------------------------------------------------------------------------------------------------

    def _playing(self) -> Practice:
        if self._practice is None:
            raise SimcareError("no call is open at this desk; pick one from the list")
        return self._practice

    def _talking(self) -> Conversation:
        self._playing()
        assert self._talk is not None
        return self._talk

    def _heard_by(self) -> Listener:
        """Return who listens at this desk: in a call that of its language."""
        call = self._any_call()
        return self._listener if call is None else listener_in(call, self._listener)

    @property
    def _exercise(self) -> str | None:
        """The exercise of the call at the desk."""
        if self._practice is not None:
            return self._practice.attempt.exercise
        return self._chosen.exercise if self._preview is not None else None

    def _refuse_in_an_assessment(self) -> None:
        if practicing.is_assessed(self._exercise):
            raise SimcareError("an assessment has no going back; its calls can be sat again when all are done")

    def _any_call(self) -> Call | None:
        return self._practice.call if self._practice is not None else self._preview

    def _thinking(self, message: Mapping[str, Any]) -> int:
        return max(0, min(600, int(float(message.get("elapsed") or 0)))) if self._real_time else 0

    # -- screens -------------------------------------------------------------------------------------------------------

    def _hello_screen(self) -> dict[str, Any]:
        return view.hello_view()

    def _pick_screen(self) -> dict[str, Any]:
        library = open_library()
        titles = {name: document.value.title for name, document in library.items()}
        waiting = [
            {"attempt": attempt.id, "title": titles.get(attempt.scenario, attempt.scenario), "words": _waiting(attempt)}
            for attempt in self._records.open_attempts(self._learner)[:3]
        ]
        tries: dict[str, list[tuple[float, bool]]] = {}
        for attempt in self._records.attempts(self._learner):
            if attempt.score is not None:
                tries.setdefault(attempt.scenario, []).append((attempt.score, bool(attempt.passed)))
        return {
            **view.pick_view(self._learner, [document.value for document in library.values()], waiting, tries),
            "next": practicing.next_view(self._records, self._learner),
            "sets": practicing.exercises_view(self._records, self._learner),
        }

    def _brief_screen(self) -> dict[str, Any]:
        assert self._preview is not None
        return view.brief_view(self._preview)

    def _call_screen(self) -> dict[str, Any]:
        call, talk = self._playing().call, self._talking()
        chips = None if talk.chips is None else {"text": talk.chips.text, "intents": talk.chips.chips}
        return view.call_view(call, chips=chips, proposal=talk.proposal, real_time=self._real_time)

    def _paused_screen(self) -> dict[str, Any]:
        return view.paused_view(self._playing().call)

    def _wrap_screen(self) -> dict[str, Any]:
        return view.wrap_view(self._playing().call)

    def _left_screen(self) -> dict[str, Any]:
        return view.left_view()

    def _debrief_screen(self) -> dict[str, Any]:
        assert self._scorecard is not None
        rewind = not practicing.is_assessed(self._exercise)
        return debrief_view(self._playing().call, self._scorecard, rewind=rewind)

    _screens: Mapping[str, Callable[[CallDesk], dict[str, Any]]] = {
        "hello": _hello_screen,
        "pick": _pick_screen,
        "brief": _brief_screen,
        "call": _call_screen,
        "paused": _paused_screen,
        "wrap": _wrap_screen,
        "left": _left_screen,
        "debrief": _debrief_screen,
    }
    _messages: Mapping[str, Callable[[CallDesk, Mapping[str, Any]], None]] = {
        "hello": _hello,
        "who": _who,
        "calls": _calls,
        "pick": _pick,
        "next": _next,
        "set": _set,
        "dial": _dial,
        "resume": _resume,
        "close": _close,
        "again": _again,
        "branch": _branch,
        "say": _say,
        "intent": _intent,
        "none": _none,
        "dismiss": _dismiss,
        "do": _do,
        "sure": _sure,
        "note": _note,
        "pause": _pause,
        "unpause": _unpause,
        "leave": _leave,
        "finish": _finish,
    }


class ClosedDesk:
    """A desk that could not open: it only says why."""

    def __init__(self, why: str) -> None:
        """Keep the words to show."""
        self._why = why

    def screen(self) -> dict[str, Any]:
        """Return the one screen there is."""
        words = [sentence(self._why), "Put that right, then open the desk again. Nothing was changed."]
        return {"phase": "closed", "words": words, "seq": 0, "training": view.TRAINING, "alert": None}

    def sheet(self) -> dict[str, Any]:
        """Return nothing: there is no call."""
        return {}

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do nothing: a closed desk has no buttons."""


def _waiting(attempt: Attempt) -> str:
    started: datetime = attempt.started_at.astimezone()
    moves = {0: "nothing said", 1: "one move"}.get(attempt.moves, f"{attempt.moves} moves")
    return f"Begun {view.when(started.strftime('%Y-%m-%d %H:%M'))}, {moves} so far. It goes on exactly where it was."
