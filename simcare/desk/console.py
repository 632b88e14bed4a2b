"""The call console: the widget between the page and the call desk.

It carries messages one way and the view the other, under a lock; there is no logic of a call in it. The page is drawn
by `drawing.js` and `console.js`, plain JavaScript without a build, and `console.css`; neither asks the network for
anything.
"""

from __future__ import annotations

import threading
from typing import Any

import anywidget
import traitlets

from simcare.desk.call_desk import CallDesk, ClosedDesk
from simcare.desk.modules import module, styles


class CallConsole(anywidget.AnyWidget):
    """Show one call desk; `view` is drawn anew after every message, `sheet` only changes with the call."""

    _esm = module("drawing.js", "console.js", show="showConsole")
    _css = styles("console.css")
    view = traitlets.Dict().tag(sync=True)
    sheet = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: CallDesk | ClosedDesk) -> None:
        """Take a desk and draw where it stands."""
        self._desk = desk
        self._one_at_a_time = threading.RLock()  # JupyterLab may run callbacks on a second thread
        super().__init__(view=desk.screen(), sheet=desk.sheet())
        self.on_msg(self._heard)

    @property
    def desk(self) -> CallDesk | ClosedDesk:
        """The desk that is shown."""
        return self._desk

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        with self._one_at_a_time:
            self._desk.handle(content)
            with self.hold_sync():
                self.sheet = self._desk.sheet()
                self.view = self._desk.screen()
