"""Patients: what a scenario may ask of one, and the chart that a seed draws.

Public words: `PatientConstraints`, `draw_chart` and the `Chart` it gives, `unknown_keys` for the lint. The tables
behind them lie in `data/`, each row with its source and confidence.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from simcare.patients.constraints import PatientConstraints
from simcare.patients.tables import UnknownKey, unknown_keys

if TYPE_CHECKING:
    from simcare.patients.chart import Chart
    from simcare.patients.draw import ChartError, draw_chart

__all__ = ["Chart", "ChartError", "PatientConstraints", "UnknownKey", "draw_chart", "unknown_keys"]

# Drawing brings NumPy; who only reads a scenario should not wait for it.
_LATE = {"Chart": "chart", "ChartError": "draw", "draw_chart": "draw"}


def __getattr__(name: str) -> object:
    """Return a public word of drawing, imported when it is first asked for."""
    if name in _LATE:
        return getattr(import_module(f"simcare.patients.{_LATE[name]}"), name)
    raise AttributeError(f"module 'simcare.patients' has no attribute {name!r}")
