"""Profiles and effects to start from, read from `data/*.csv`, where each row has its source and confidence.

A plan replaces the profiles by those that rehearsals of the library gave; these serve what no scenario serves.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from simcare.world.distribution import NOTHING, Distribution, gamma, lognormal
from simcare.world.spec import CallProfile, Effect


@cache
def default_profiles() -> tuple[CallProfile, ...]:
    """Return the profiles of calls that no scenario serves, of a nurse's part and of coordination work."""
    return tuple(
        CallProfile(
            key=row["key"],
            skill=row["skill"],
            need=int(row["need"]),
            talk=lognormal(
                float(row["talk_mean"]), float(row["talk_sd"]), float(row["talk_least"]), float(row["talk_most"])
            ),
            documentation=_documentation(float(row["documentation_mean"]), float(row["documentation_sd"])),
            decided=(
                float(row["decided_0"]),
                float(row["decided_1"]),
                float(row["decided_2"]),
                float(row["decided_3"]),
                float(row["decided_4"]),
            ),
        )
        for row in _rows("profiles")
    )


@cache
def default_effects() -> tuple[Effect, ...]:
    """Return what episodes, and the handling of them, change about a patient."""
    return tuple(
        Effect(
            kind=row["kind"],
            fact=row["fact"],
            holds=row["holds"] == "Y",
            share=float(row["share"]),
            on="begin" if row["on"] == "begin" else "handled",
            days=float(row["days"]) if row["days"] else None,
        )
        for row in _rows("effects")
    )


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = files("simcare.world").joinpath("data", f"{table}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _documentation(mean: float, sd: float) -> Distribution:
    return gamma(mean, sd) if mean > 0 else NOTHING
