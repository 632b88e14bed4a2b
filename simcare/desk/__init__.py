"""The desk: what a person sees and presses. Public words: `open_desk`, and `CallConsole` with the `CallDesk` it shows.

Logic of calls, scores or records is never here; widgets are nowhere else.
"""

from __future__ import annotations

import ipywidgets

from simcare.calls.listener import default_listener
from simcare.desk.call_desk import CallDesk, ClosedDesk
from simcare.desk.console import CallConsole
from simcare.documents import SimcareError
from simcare.training.records import Records

__all__ = ["CallConsole", "CallDesk", "open_desk"]


def open_desk(learner: str | None = None, scenario: str | None = None) -> ipywidgets.Box:
    """Return the call desk as a widget: at the list of calls, or at one scenario's brief.

    Without a learner the desk asks for a name, once. Where the records cannot be opened, the widget says so in plain words.
    """
    try:
        desk: CallDesk | ClosedDesk = CallDesk(Records.open(), default_listener(), learner=learner, scenario=scenario)
    except SimcareError as error:
        desk = ClosedDesk(str(error))
    return ipywidgets.VBox([CallConsole(desk)], layout=ipywidgets.Layout(width="100%"))
