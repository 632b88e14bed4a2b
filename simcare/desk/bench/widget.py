"""The author's bench as a widget: it carries messages one way and what to draw the other, under a lock.

The page is drawn by `bench.js` on top of the call console's own script, so that a call is played at the bench in the
very console that trainees use.
"""

from __future__ import annotations

import threading
from typing import Any

import anywidget
import ipywidgets
import traitlets

from simcare.calls.listener import default_listener
from simcare.desk.bench import screens
from simcare.desk.bench.author import Bench
from simcare.desk.bench.drafts import Drafts
from simcare.desk.modules import module, styles
from simcare.desk.places import drafts_folder, join_own_library
from simcare.documents import SimcareError
from simcare.training.records import Records


class AuthorBench(anywidget.AnyWidget):
    """Show one bench. `text` changes only when the bench itself changes the text, `call` while a call is played."""

    _esm = module("drawing.js", "voice.js", "console.js", "bench/bench.js", show="showBench")
    _css = styles("console.css", "bench/bench.css")
    view = traitlets.Dict().tag(sync=True)
    text = traitlets.Dict().tag(sync=True)
    call = traitlets.Dict().tag(sync=True)
    picture = traitlets.Dict().tag(sync=True)

    def __init__(self, bench: Bench | ClosedBench) -> None:
        """Take a bench and draw where it stands."""
        self._bench = bench
        self._one_at_a_time = threading.RLock()  # JupyterLab may run callbacks on a second thread
        super().__init__(**self._drawn())
        self.on_msg(self._heard)

    @property
    def bench(self) -> Bench | ClosedBench:
        """The bench that is shown."""
        return self._bench

    def close(self) -> None:
        """End what runs beside the bench, then the widget."""
        if isinstance(self._bench, Bench):
            self._bench.close()
        super().close()

    def _drawn(self) -> dict[str, dict[str, Any]]:
        bench = self._bench
        if isinstance(bench, ClosedBench):
            return {"view": bench.screen()}
        return {
            "text": screens.text(bench),
            "call": screens.call(bench),
            "picture": screens.picture(bench),
            "view": screens.screen(bench),
        }

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        with self._one_at_a_time:
            self._bench.handle(content)
            with self.hold_sync():
                for name, value in self._drawn().items():
                    setattr(self, name, value)


class ClosedBench:
    """A bench that cannot be opened: it says why, on every screen."""

    def __init__(self, why: str) -> None:
        """Keep the sentence."""
        self._why = why
        self._answered = 0

    def screen(self) -> dict[str, Any]:
        """Return the one screen there is."""
        return {"phase": "closed", "words": self._why, "answered": self._answered, "training": screens.TRAINING}

    def handle(self, message: dict[str, Any]) -> None:
        """Nothing can be done at a closed bench."""
        self._answered = int(message.get("n") or 0)


def open_bench() -> ipywidgets.Box:
    """Return the author's bench as a widget; where drafts cannot be kept, it says so in plain words."""
    try:
        join_own_library()
        folder = drafts_folder()
        drafts = Drafts(folder)
        bench: Bench | ClosedBench = Bench(
            drafts, Records.open(f"sqlite:///{(folder / 'trial-calls.sqlite').as_posix()}"), default_listener()
        )
    except SimcareError as error:
        bench = ClosedBench(str(error))
    return ipywidgets.VBox([AuthorBench(bench)], layout=ipywidgets.Layout(width="100%"))
