"""The numbers of a shift, from `world/data/shift.csv`, where each has its plain words, source and confidence."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def numbers() -> Mapping[tuple[str, str], float]:
    """Return every number by its part and key, in the unit of the table."""
    text = files("simcare.world").joinpath("data", "shift.csv").read_text(encoding="utf-8")
    return {(row["part"], row["key"]): float(row["value"]) for row in csv.DictReader(text.splitlines())}


def seconds(key: str) -> int:
    """Return a time in whole seconds; those of the table that are in minutes are turned into them."""
    return round(_in_seconds("time", key))


def limit_seconds(key: str) -> int:
    """Return a limit in whole seconds."""
    return round(_in_seconds("limit", key))


def minutes(key: str) -> float:
    """Return a time in minutes."""
    return _in_seconds("time", key) / 60


def _in_seconds(part: str, key: str) -> float:
    return numbers()[part, key] * _unit(part, key)


@cache
def _unit(part: str, key: str) -> int:
    text = files("simcare.world").joinpath("data", "shift.csv").read_text(encoding="utf-8")
    units = {(row["part"], row["key"]): row["unit"] for row in csv.DictReader(text.splitlines())}
    return 60 if units[part, key] == "minutes" else 1
