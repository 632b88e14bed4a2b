"""The call console: the widget between the page and the call desk.

It carries messages one way and the view the other, under a lock; there is no logic of a call in it. The page is drawn
by `drawing.js`, `voice.js` and `console.js`, plain JavaScript without a build, and `console.css`; none asks the network
for anything. Sounds are made in a thread of their own, so that nothing a person does waits for one.
"""

from __future__ import annotations

import threading
from typing import Any

import anywidget
import traitlets

from simcare.desk.call_desk import CallDesk, ClosedDesk
from simcare.desk.modules import module, styles
from simcare.desk.voice import find_program, sound_of


class CallConsole(anywidget.AnyWidget):
    """Show one call desk; `view` is drawn anew after every message, `sheet` only changes with the call."""

    _esm = module("drawing.js", "voice.js", "console.js", show="showConsole")
    _css = styles("console.css")
    view = traitlets.Dict().tag(sync=True)
    sheet = traitlets.Dict().tag(sync=True)
    voice = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: CallDesk | ClosedDesk) -> None:
        """Take a desk and draw where it stands."""
        self._desk = desk
        self._one_at_a_time = threading.RLock()  # JupyterLab may run callbacks on a second thread
        self._program = find_program()
        self._ticket = 0
        super().__init__(view=desk.screen(), sheet=desk.sheet(), voice={"program": self._program is not None})
        self.on_msg(self._heard)

    @property
    def desk(self) -> CallDesk | ClosedDesk:
        """The desk that is shown."""
        return self._desk

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        if content.get("kind") == "voice":
            self._ticket = int(content.get("ticket") or 0)
            lines = [str(line) for line in content.get("lines", ()) if str(line).isdecimal()]
            threading.Thread(target=self._sound, args=(self._ticket, lines), daemon=True).start()
            return
        with self._one_at_a_time:
            self._desk.handle(content)
            with self.hold_sync():
                self.sheet = self._desk.sheet()
                self.view = self._desk.screen()

    def _sound(self, ticket: int, lines: list[str]) -> None:
        """Send the sound of each line, none where there is none, until the page asks for something newer."""
        practice = self._desk.practice if isinstance(self._desk, CallDesk) else None
        for line in lines:
            if practice is None or ticket != self._ticket:
                return
            sound = sound_of(practice.call, int(line), self._program)
            content = {"kind": "voice", "ticket": ticket, "line": line, "type": sound[0] if sound else None}
            self.send(content, [sound[1]] if sound else None)
