"""The population: N synthetic Medicare-age patients as columns, one table per subject, keyed by patient number.

Public words: `populate` draws a `Population` in memory, `generate` writes one to disk in partitions, `load` and
`load_partitions` read it back; `read_mix` and `mix_names` say what panels there are; `draw_person` and `chart_of` give
the chart of one person, `pick_chart` the person who fits a scenario. `schema` says every table and column, `plausible`
what must never be true of anybody, `targets` what published tables say. What happens to these people over time lives in
`patients.life`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcare.patients.population.drawing import Population, PopulationError, populate
    from simcare.patients.population.mix import Mix, MixError, mix_names, read_mix
    from simcare.patients.population.person import chart_of, draw_person
    from simcare.patients.population.picking import pick_chart
    from simcare.patients.population.storage import cluster_executor, describe, generate, load, load_partitions

__all__ = [
    "Mix",
    "MixError",
    "Population",
    "PopulationError",
    "chart_of",
    "cluster_executor",
    "describe",
    "draw_person",
    "generate",
    "load",
    "load_partitions",
    "mix_names",
    "pick_chart",
    "populate",
    "read_mix",
]

# Drawing brings pandas and Arrow; who only asks for the schema should not wait for them.
_LATE = {
    **dict.fromkeys(("Population", "PopulationError", "populate"), "drawing"),
    **dict.fromkeys(("Mix", "MixError", "mix_names", "read_mix"), "mix"),
    **dict.fromkeys(("chart_of", "draw_person"), "person"),
    **dict.fromkeys(("cluster_executor", "describe", "generate", "load", "load_partitions"), "storage"),
    "pick_chart": "picking",
}


def __getattr__(name: str) -> object:
    """Return a public word, imported when it is first asked for."""
    if name in _LATE:
        return getattr(import_module(f"simcare.patients.population.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
