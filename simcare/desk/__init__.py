"""The desk: what a person sees and presses. Public words: `open_desk`, and `CallConsole` with the `CallDesk` it shows;
`know_your_panel`, and the `PanelBoard` that it gives.

Logic of calls, scores or records is never here; widgets are nowhere else. The words are looked up when they are used,
because the server lives in this room too, and starts sooner without widgets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcare.desk.call_desk import CallDesk
    from simcare.desk.console import CallConsole
    from simcare.desk.opening import open_desk, prepare
    from simcare.desk.panel import PanelBoard, know_your_panel

__all__ = ["CallConsole", "CallDesk", "PanelBoard", "know_your_panel", "open_desk", "prepare"]

_HOMES = {
    "CallConsole": "console",
    "CallDesk": "call_desk",
    "PanelBoard": "panel",
    "know_your_panel": "panel",
    "open_desk": "opening",
    "prepare": "opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
