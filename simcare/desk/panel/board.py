"""The panel board: the widget that takes a change of a filter and shows the pictures of the people who fit.

It draws nothing itself: `board.js` puts what `screen` says on the page. Neither asks the network for anything.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from simcare.desk.panel.screen import NUMBERS, screen
from simcare.patients.population.drawing import Population, populate
from simcare.patients.population.mix import mix_names
from simcare.patients.report.panel import OLDEST, TABLES, YOUNGEST, Chosen, PanelCounts
from simcare.patients.tables import keyed

_HERE = Path(__file__).parent
SEEN = date(2026, 11, 20)


class PanelBoard(anywidget.AnyWidget):
    """Show one panel; `view` is drawn anew after every change of a filter."""

    _esm = (_HERE / "board.js").read_text(encoding="utf-8")
    _css = (_HERE / "board.css").read_text(encoding="utf-8")
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, mix: str = "default", number: int = 2_000, seed: int = 1) -> None:
        """Draw a panel and look at all of it."""
        self._mix, self._number, self._seed = mix, number, seed
        self._chosen = Chosen()
        self._count = 0
        self._one_at_a_time = threading.RLock()  # JupyterLab may run callbacks on a second thread
        super().__init__(view=self._screen())
        self.on_msg(self._heard)

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        with self._one_at_a_time:
            self._choose(str(content.get("key")), str(content.get("value")))
            self.view = self._screen()

    def _choose(self, key: str, value: str) -> None:
        """Take a new value of a filter; one that the page does not offer changes nothing."""
        if key == "mix" and value in mix_names():
            self._mix = value
        elif key == "number" and value in map(str, NUMBERS):
            self._number = int(value)
        elif key == "sex" and value in ("", "female", "male"):
            self._chosen = replace(self._chosen, sex=value or None)
        elif key == "condition" and (not value or value in keyed("conditions")):
            self._chosen = replace(self._chosen, condition=value or None)
        elif key in ("youngest", "oldest") and value.isdecimal() and YOUNGEST <= int(value) <= OLDEST:
            self._chosen = replace(self._chosen, **{key: int(value)})  # type: ignore[arg-type]

    def _screen(self) -> dict[str, Any]:
        self._count += 1
        people = _drawn(self._mix, self._number, self._seed)
        return {**screen(PanelCounts(people, self._chosen), self._mix), "seq": self._count}


@lru_cache(maxsize=4)
def _drawn(mix: str, number: int, seed: int) -> Population:
    return populate(number, seed=seed, on=SEEN, mix=mix, tables=TABLES)


def know_your_panel(mix: str = "default", number: int = 2_000, seed: int = 1) -> PanelBoard:
    """Return the board of a panel as a widget: who the patients are, with filters.

    Raises MixError for a mix that is not there.
    """
    return PanelBoard(mix, number, seed)
