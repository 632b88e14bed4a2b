"""Open a desk in a notebook: join the records, the listener, the desk and its console. Nothing else lives here."""

from __future__ import annotations

import os
from contextlib import suppress

import ipywidgets

from simcare.calls.listener import default_listener
from simcare.calls.opening import open_call
from simcare.desk.call_desk import CallDesk, ClosedDesk
from simcare.desk.choice import open_library
from simcare.desk.console import CallConsole
from simcare.documents import SimcareError
from simcare.training.people import who_is_here
from simcare.training.records import Records
from simcare.training.suggesting import offered

EXERCISE_VARIABLE = "SIMCARE_EXERCISE"


def open_desk(learner: str | None = None, scenario: str | None = None, exercise: str | None = None) -> ipywidgets.Box:
    """Return the call desk as a widget: at the list of calls, at one scenario's brief, or at an exercise's next call.

    `simcare train --exercise` names the exercise for every desk it opens. Without a learner the desk asks for a name,
    once; under a hub the learner is who signed in. Where the records cannot be opened, the widget says so in plain
    words.
    """
    signed_in = who_is_here().name
    try:
        desk: CallDesk | ClosedDesk = CallDesk(
            Records.open(),
            default_listener(),
            learner=signed_in or learner,
            scenario=scenario,
            exercise=exercise or os.environ.get(EXERCISE_VARIABLE) or None,
            signed_in=signed_in is not None,
        )
    except SimcareError as error:
        desk = ClosedDesk(str(error))
    return ipywidgets.VBox([CallConsole(desk)], layout=ipywidgets.Layout(width="100%"))


def prepare() -> None:
    """Read and learn what every desk needs, so that opening one and the first call answer at once."""
    default_listener()
    for document in open_library().values():
        with suppress(SimcareError):  # a scenario that is not in order is told where it is picked
            open_call(document.value, None, 0)
    offered(open_library().values())
