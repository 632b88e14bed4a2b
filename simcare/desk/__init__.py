"""The desk: what a person sees and presses. Public words: `open_desk`, and `CallConsole` with the `CallDesk` it shows;
`know_your_panel`, and the `PanelBoard` that it gives; `plan_a_program`, and the `PlanBoard`; `work_a_shift`, and the
`ShiftBoard`; `see_a_cohort` and `see_my_progress`, and the `CohortBoard`.

Logic of calls, scores or records is never here; widgets are nowhere else. The words are looked up when they are used,
because the server lives in this room too, and starts sooner without widgets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcare.desk.call_desk import CallDesk
    from simcare.desk.cohort import CohortBoard, see_a_cohort, see_my_progress
    from simcare.desk.console import CallConsole
    from simcare.desk.opening import open_desk, prepare
    from simcare.desk.panel import PanelBoard, know_your_panel
    from simcare.desk.plan import PlanBoard, plan_a_program
    from simcare.desk.shift import ShiftBoard, work_a_shift

__all__ = [
    "CallConsole",
    "CallDesk",
    "CohortBoard",
    "PanelBoard",
    "PlanBoard",
    "ShiftBoard",
    "know_your_panel",
    "open_desk",
    "plan_a_program",
    "prepare",
    "see_a_cohort",
    "see_my_progress",
    "work_a_shift",
]

_HOMES = {
    "CallConsole": "console",
    "CallDesk": "call_desk",
    "CohortBoard": "cohort",
    "PanelBoard": "panel",
    "PlanBoard": "plan",
    "ShiftBoard": "shift",
    "know_your_panel": "panel",
    "open_desk": "opening",
    "plan_a_program": "plan",
    "prepare": "opening",
    "see_a_cohort": "cohort",
    "see_my_progress": "cohort",
    "work_a_shift": "shift",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
