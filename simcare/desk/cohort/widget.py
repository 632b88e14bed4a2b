"""The cohort board and the trainee's page as a widget: messages one way, the view the other, under a lock.

The page is drawn by `cohort.js` on top of the call console's own script, so that a recorded call is debriefed as it
was.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol

import anywidget
import ipywidgets
import traitlets

from simcare.desk.cohort.own import OwnDesk
from simcare.desk.cohort.trainer import TrainerDesk
from simcare.desk.cohort.words import TRAINING
from simcare.desk.modules import module, styles
from simcare.desk.refusals import sentence
from simcare.documents import SimcareError
from simcare.training.people import who_is_here
from simcare.training.records import Records


class Desk(Protocol):
    """What the widget shows."""

    file: tuple[str, str] | None

    def screen(self) -> dict[str, Any]:
        """Return the view to draw now."""
        ...

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the page asks."""
        ...


class CohortBoard(anywidget.AnyWidget):
    """Show one desk; `view` is drawn anew after every message."""

    _esm = module("drawing.js", "voice.js", "console.js", "shift/told.js", "cohort/cohort.js", show="showCohort")
    _css = styles("console.css", "shift/shift.css", "cohort/cohort.css")
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: Desk) -> None:
        """Take a desk and draw where it stands."""
        self._desk = desk
        self._one_at_a_time = threading.RLock()  # JupyterLab may run callbacks on a second thread
        super().__init__(view=desk.screen())
        self.on_msg(self._heard)

    @property
    def desk(self) -> Desk:
        """The desk that is shown."""
        return self._desk

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        with self._one_at_a_time:
            self._desk.handle(content)
            self.view = self._desk.screen()
            if self._desk.file is not None:
                name, text = self._desk.file
                self.send({"kind": "file", "name": name, "type": "text/csv", "text": text})


class ClosedDesk:
    """A desk that cannot be opened: it says why."""

    file: tuple[str, str] | None = None

    def __init__(self, why: str) -> None:
        """Keep the sentence."""
        self._why = why

    def screen(self) -> dict[str, Any]:
        """Return the one screen there is."""
        return {"phase": "closed", "words": sentence(self._why), "seq": 0, "training": TRAINING, "alert": None}

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do nothing: nothing can be done here."""


def see_a_cohort(group: str | None = None, *, reviewer: str = "") -> ipywidgets.Box:
    """Return the trainer's board as a widget; `group` is one of the roster's, `reviewer` who signs comments.

    Where the records cannot be opened, the widget says so in plain words.
    """
    try:
        signs = reviewer or who_is_here().name or ""
        desk: Desk = TrainerDesk(Records.open(), group=group, reviewer=signs)
    except SimcareError as error:
        desk = ClosedDesk(str(error))
    return _boxed(desk)


def see_my_progress(learner: str | None = None) -> ipywidgets.Box:
    """Return a trainee's own page as a widget; without a learner it asks for a name, once.

    Under a hub the learner is who signed in.
    """
    try:
        desk: Desk = OwnDesk(Records.open(), learner=who_is_here().name or learner)
    except SimcareError as error:
        desk = ClosedDesk(str(error))
    return _boxed(desk)


def _boxed(desk: Desk) -> ipywidgets.Box:
    return ipywidgets.VBox([CohortBoard(desk)], layout=ipywidgets.Layout(width="100%"))
