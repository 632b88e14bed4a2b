"""What episodes, and the handling of them, change about a patient: `data/effects.csv`, each row with its source.

How calls go is told by the rehearsed profiles of `calls`; what no scenario serves is the plan's.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from simcare.world.spec import Effect


@cache
def effect_rows() -> tuple[Mapping[str, str], ...]:
    """Return all rows in the file's order, every value as text."""
    text = files("simcare.world").joinpath("data", "effects.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def default_effects() -> tuple[Effect, ...]:
    """Return them as the world uses them."""
    return tuple(
        Effect(
            kind=row["kind"],
            fact=row["fact"],
            holds=row["holds"] == "Y",
            share=float(row["share"]),
            on="begin" if row["on"] == "begin" else "handled",
            days=float(row["days"]) if row["days"] else None,
        )
        for row in effect_rows()
    )
