"""A shift desk with the model that works beside it: what the widget of a notebook and the service both show.

Messages come from a page under a lock; the twin is played in a thread of its own, so that a page can stop it. What is
drawn is the desk's `view`, the `call` on hand or looked at, and the `progress` of the twin while it is played.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from simcare.calls.skills import shipped_skills, skill_named
from simcare.desk.call_desk import ClosedDesk
from simcare.desk.plan.running import Runner, Show
from simcare.desk.shift.shift_desk import ShiftDesk
from simcare.training.own_skill import YOU
from simcare.world.shift.twin import NEW_HIRE, RUNS, Twin, play_twin

BEGIN_A_TWIN = ("finish", "look", "resume", "twin")
"""Messages after which a model works the shift, where they lead to a debrief."""
_log = logging.getLogger(__name__)


def _nobody_listens(*_: object) -> None:
    """Tell nobody: who shows this room asks for what is drawn."""


class ShiftRoom:
    """One person's shift desk and its twin: mutable, changed by `handle` alone; threads may share it."""

    def __init__(
        self,
        desk: ShiftDesk | ClosedDesk,
        *,
        runs: int = RUNS,
        on_progress: Callable[[dict[str, Any]], object] = _nobody_listens,
        on_twin: Callable[[], object] = _nobody_listens,
    ) -> None:
        """Take a desk; the twin is played so many times.

        Both callbacks come from the twin's thread: one while it is played, without the lock, and one when it is there.
        """
        self.desk, self._runs, self._on_progress, self._on_twin = desk, runs, on_progress, on_twin
        self.lock = threading.RLock()  # the page, JupyterLab's second thread, and the one that plays the twin
        self.runner, self._turn = Runner(), 0
        self._progress: dict[str, Any] = {}

    def drawn(self) -> dict[str, dict[str, Any]]:
        """Return what is shown now: `view`, `call` and `progress`."""
        with self.lock:
            call = self.desk.call() if isinstance(self.desk, ShiftDesk) else {}
            return {"call": call, "progress": self._progress, "view": self.desk.screen()}

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the page asks."""
        desk, kind = self.desk, str(message.get("kind"))
        with self.lock:
            if kind == "stop_twin":
                self.runner.cancel()
                return
            if kind != "twin":
                desk.handle(message)
            if isinstance(desk, ShiftDesk) and desk.phase == "debrief" and kind in BEGIN_A_TWIN:
                self._play_twin(desk, str(message.get("skill") or ""))

    def close(self) -> None:
        """End what runs beside the desk."""
        self.runner.cancel()

    def _play_twin(self, desk: ShiftDesk, level: str) -> None:
        """Let a model work the shift that the debrief is about; one that works another stops.

        `level` is a shipped one; without it the model is the person's own, or a new hire while that is not known.
        """
        if desk.worked is None:
            return
        own = desk.own_skill() if level in ("", YOU) else None
        skill = own or skill_named(level if level in shipped_skills() else NEW_HIRE)
        self.runner.cancel()
        while self.runner.busy:  # one run takes some milliseconds
            time.sleep(0.005)
        shift = desk.worked.shift
        self._turn += 1
        turn = self._turn

        def work(stop: threading.Event, show: Show) -> Twin:
            def tell(done: int, of: int) -> None:
                if done % 10 == 0 or done == of:
                    show(done, of, f"{done} of {of} shifts worked")

            return play_twin(shift.spec, shift.cast, shift.seed, skill, runs=self._runs, progress=tell, stop=stop)

        self._show(0, self._runs, "A model of you works the same shift ...")
        self.runner.start(work, self._show, lambda twin, wrong: self._arrived(desk, turn, twin, wrong))

    def _show(self, done: int, of: int, words: str) -> None:
        self._progress = {"done": done, "of": of, "words": words}
        self._on_progress(self._progress)

    def _arrived(self, desk: ShiftDesk, turn: int, twin: Any, wrong: Exception | None) -> None:
        """Take over the twin; called in its thread. By then another may have been begun, or the debrief left."""
        with self.lock:
            if wrong is not None:
                _log.error("the twin could not be played", exc_info=wrong)
            if turn != self._turn:
                return
            self._progress = {}
            if wrong is None:
                desk.show_twin(twin)
            self._on_twin()
