"""The shift board: the widget between the page and the shift's room.

It carries messages one way and what is drawn the other. The page is drawn by `shift.js` on top of the call console's
own script.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from simcare.calls.listener import default_listener
from simcare.desk.call_desk import ClosedDesk
from simcare.desk.modules import module, styles
from simcare.desk.plan.running import Runner
from simcare.desk.shift.room import ShiftRoom
from simcare.desk.shift.shift_desk import ShiftDesk
from simcare.documents import SimcareError
from simcare.training.people import who_is_here
from simcare.training.records import Records
from simcare.world.shift.twin import RUNS

_HERE = Path(__file__).parent.name  # the scripts lie beside this module


class ShiftBoard(anywidget.AnyWidget):
    """Show one shift desk; `call` is drawn by the call console, `progress` changes while the twin is played."""

    _esm = module("drawing.js", "voice.js", "console.js", f"{_HERE}/shift.js", f"{_HERE}/told.js", show="showShift")
    _css = styles("console.css", f"{_HERE}/shift.css")
    view = traitlets.Dict().tag(sync=True)
    call = traitlets.Dict().tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: ShiftDesk | ClosedDesk, *, runs: int = RUNS) -> None:
        """Take a desk and draw where it stands; the twin is played so many times."""
        self._room = ShiftRoom(desk, runs=runs, on_progress=self._show, on_twin=self._draw)
        super().__init__(**self._room.drawn())
        self.on_msg(self._heard)

    @property
    def desk(self) -> ShiftDesk | ClosedDesk:
        """The desk that is shown."""
        return self._room.desk

    @property
    def runner(self) -> Runner:
        """Who plays the twin."""
        return self._room.runner

    def close(self) -> None:
        """End what runs beside the desk, then the widget."""
        self._room.close()
        super().close()

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        with self._room.lock:
            self._room.handle(content)
            self._draw()

    def _show(self, progress: dict[str, Any]) -> None:
        self.progress = progress

    def _draw(self) -> None:
        with self._room.lock, self.hold_sync():
            for name, value in self._room.drawn().items():
                setattr(self, name, value)


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
