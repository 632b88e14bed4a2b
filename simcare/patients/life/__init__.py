"""Life: what happens to patients over time, as hazards that a call may change.

Public words: `episode_kinds` for the lint; `load_hazards`, `draw_candidates`, `accept`, `Acceptance`, `Candidates` and
`Episode` for the world; `compare_rates` and `compare_shares` for the report. The numbers lie in `data/hazards.csv`,
`hazard_modifiers.csv`, `life_facts.csv` and `hazard_scales.csv`. Calls, hours of the day and scenarios live elsewhere.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from simcare.patients.life.hazards import Hazard, HazardError, Hazards, episode_kinds, load_hazards

if TYPE_CHECKING:
    from simcare.patients.life.acceptance import Acceptance, accept
    from simcare.patients.life.calibration import compare_rates, compare_shares
    from simcare.patients.life.candidates import Candidates, Episode, draw_candidates
    from simcare.patients.life.facts import Facts, People, find_facts

__all__ = [
    "Acceptance",
    "Candidates",
    "Episode",
    "Facts",
    "Hazard",
    "HazardError",
    "Hazards",
    "People",
    "accept",
    "compare_rates",
    "compare_shares",
    "draw_candidates",
    "episode_kinds",
    "find_facts",
    "load_hazards",
]

# Drawing brings NumPy and pandas; the lint, which asks only for the kinds, should not wait for them.
_LATE = {
    "Acceptance": "acceptance",
    "Candidates": "candidates",
    "Episode": "candidates",
    "Facts": "facts",
    "People": "facts",
    "accept": "acceptance",
    "compare_rates": "calibration",
    "compare_shares": "calibration",
    "draw_candidates": "candidates",
    "find_facts": "facts",
}


def __getattr__(name: str) -> object:
    """Return a public word of drawing, imported when it is first asked for."""
    if name in _LATE:
        return getattr(import_module(f"simcare.patients.life.{_LATE[name]}"), name)
    raise AttributeError(f"module 'simcare.patients.life' has no attribute {name!r}")
