"""The shift board: the widget between the page and the shift desk.

It carries messages one way and the views the other, under a lock, and lets the twin be played in a thread, so that the
page can stop it. The page is drawn by `shift.js` on top of the call console's own script.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from simcare.calls.listener import default_listener
from simcare.calls.skills import shipped_skills, skill_named
from simcare.desk.call_desk import ClosedDesk
from simcare.desk.modules import module, styles
from simcare.desk.plan.running import Runner, Show
from simcare.desk.shift.shift_desk import ShiftDesk
from simcare.documents import SimcareError
from simcare.training.own_skill import YOU
from simcare.training.people import who_is_here
from simcare.training.records import Records
from simcare.world.shift.twin import NEW_HIRE, RUNS, Twin, play_twin

_HERE = Path(__file__).parent.name  # the scripts lie beside this module
BEGIN_A_TWIN = ("finish", "look", "resume", "twin")
"""Messages after which a model works the shift, where they lead to a debrief."""
_log = logging.getLogger(__name__)


class ShiftBoard(anywidget.AnyWidget):
    """Show one shift desk; `call` is drawn by the call console, `progress` changes while the twin is played."""

    _esm = module("drawing.js", "voice.js", "console.js", f"{_HERE}/shift.js", f"{_HERE}/told.js", show="showShift")
    _css = styles("console.css", f"{_HERE}/shift.css")
    view = traitlets.Dict().tag(sync=True)
    call = traitlets.Dict().tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: ShiftDesk | ClosedDesk, *, runs: int = RUNS) -> None:
        """Take a desk and draw where it stands; the twin is played so many times."""
        self._desk, self._runs = desk, runs
        self._one_at_a_time = threading.RLock()  # the page, JupyterLab's second thread, and the one that plays the twin
        self.runner, self._turn = Runner(), 0
        super().__init__(**self._drawn(), progress={})
        self.on_msg(self._heard)

    @property
    def desk(self) -> ShiftDesk | ClosedDesk:
        """The desk that is shown."""
        return self._desk

    def close(self) -> None:
        """End what runs beside the desk, then the widget."""
        self.runner.cancel()
        super().close()

    def _drawn(self) -> dict[str, dict[str, Any]]:
        call = self._desk.call() if isinstance(self._desk, ShiftDesk) else {}
        return {"call": call, "view": self._desk.screen()}

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        desk, kind = self._desk, content.get("kind")
        with self._one_at_a_time:
            if kind == "stop_twin":
                self.runner.cancel()
                return
            if kind != "twin":
                desk.handle(content)
                self._draw()
            if isinstance(desk, ShiftDesk) and desk.phase == "debrief" and kind in BEGIN_A_TWIN:
                self._play_twin(desk, str(content.get("skill") or ""))

    def _draw(self) -> None:
        with self.hold_sync():
            for name, value in self._drawn().items():
                setattr(self, name, value)

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

        self.progress = {"done": 0, "of": self._runs, "words": "A model of you works the same shift ..."}
        self.runner.start(work, self._show, lambda twin, wrong: self._arrived(desk, turn, twin, wrong))

    def _show(self, done: int, of: int, words: str) -> None:
        self.progress = {"done": done, "of": of, "words": words}

    def _arrived(self, desk: ShiftDesk, turn: int, twin: Any, wrong: Exception | None) -> None:
        """Take over the twin; called in its thread. By then another may have been begun, or the debrief left."""
        with self._one_at_a_time:
            if wrong is not None:
                _log.error("the twin could not be played", exc_info=wrong)
            if turn != self._turn:
                return
            self.progress = {}
            if wrong is None and desk.phase in ("debrief", "seen"):
                desk.twin = twin
                self._draw()


def work_a_shift(learner: str | None = None, shift: str | None = None) -> ipywidgets.Box:
    """Return the shift desk as a widget, at the list of shifts or at one shift's brief.

    Without a learner it asks for a name, once; under a hub the learner is who signed in. Where the records cannot be
    opened, the widget says so in plain words.
    """
    signed_in = who_is_here().name
    try:
        desk: ShiftDesk | ClosedDesk = ShiftDesk(
            Records.open(),
            default_listener(),
            learner=signed_in or learner,
            shift=shift,
            signed_in=signed_in is not None,
        )
    except SimcareError as error:
        desk = ClosedDesk(str(error))
    return ipywidgets.VBox([ShiftBoard(desk)], layout=ipywidgets.Layout(width="100%"))
