"""The tables `allergies`, `surgeries` and `family_history`: harmless entries of before, from the charts' own tables."""

from __future__ import annotations

from functools import cache

import numpy as np

from simcare.patients.population.columns import Bools, Coded, Drawn, Floats, Whole, coded
from simcare.patients.population.illness import Taken
from simcare.patients.population.panel import CONDITIONS, NUMBER, YEAR, Panel, choose, effect, rows_of
from simcare.patients.tables import grouped, listed, rows

RELATIONS = ("mother", "father", "sister", "brother")
MOST = 2


def allergies(panel: Panel, taken: Taken) -> Drawn:
    """Return none, one or two allergies a person, none against a medicine on the list."""
    members = rows("allergies")
    count_of, *picks = panel.draws.parts("allergies", 1 + MOST)
    count = choose("allergies", count_of).codes
    weights = np.empty((len(members), len(panel.age)))
    for at, row in enumerate(members):
        weights[at] = float(row["weight"])
        for key in listed(row["not_with"]):
            weights[at][taken.takes(key)] = 0.0
    has = np.zeros((len(panel.age), len(members)), dtype=bool)
    for nth, pick in enumerate(picks):
        some = np.flatnonzero(count > nth)
        steps = np.cumsum(weights[:, some], axis=0)
        chosen = np.minimum((steps <= pick[some] * steps[-1]).sum(axis=0), len(members) - 1)
        has[some, chosen] = True
        weights[chosen, some] = 0.0
    person, which = rows_of(has)
    return {
        "patient": panel.draws.who[person],
        "substance": coded(which, [row["substance"] for row in members]),
        "reaction": coded(which, [row["reaction"] for row in members]),
    }


def surgeries(panel: Panel) -> Drawn:
    """Return past operations, each at an age at which it is usual, in the order of `data/surgeries.csv`."""
    members = rows("surgeries")
    share = _shares(panel, len(members))
    fits = np.stack([_fits(panel, row["sex"]) for row in members], axis=1)
    percent = np.array([float(row["percent"]) for row in members])
    low = np.array([int(row["age_from"]) for row in members])
    high = np.array([int(row["age_to"]) for row in members])
    happened = share[..., 0] * 100 < percent
    days = (panel.birth[:, None] + (low + share[..., 1] * (high - low + 1)) * YEAR).astype(np.int32)
    person, which = rows_of(fits & happened & (days < panel.on - 60))
    return {
        "patient": panel.draws.who[person],
        "surgery": coded(which, [row["name"] for row in members]),
        "on": days[person, which],
    }


def _shares(panel: Panel, count: int) -> Floats:
    """Return two draws for each person and operation, as (person, operation, 2)."""
    pairs = [panel.draws.parts("surgery", 4, nth=nth) for nth in range((count + 1) // 2)]
    flat = [np.stack(pair[half : half + 2], axis=1) for pair in pairs for half in (0, 2)]
    return np.stack(flat[:count], axis=1)


def _fits(panel: Panel, sex: str) -> Bools:
    return {"A": np.ones(len(panel.age), dtype=bool), "F": panel.female, "M": ~panel.female}[sex]


def family_history(panel: Panel) -> Drawn:
    """Return a line for mother and father, and for a sister or brother where one is known."""
    draws = panel.draws
    *picks, which = draws.parts("family", 4)
    found = np.full((len(panel.age), 3), -1, dtype=np.int8)
    members = rows("family_history")
    for at, (relative, own) in enumerate(grouped("family_history", "relative").items()):
        weights = np.empty((len(own), len(panel.age)))
        for row, line in enumerate(own):
            weights[row] = float(line["weight"])
            if line["condition"]:
                weights[row][panel.has[NUMBER[line["condition"]]]] *= effect("own_condition_in_family")
        steps = np.cumsum(weights, axis=0)
        chosen = np.minimum((steps <= picks[at] * steps[-1]).sum(axis=0), len(own) - 1)
        found[:, at] = _numbers(relative)[chosen]
    found[which * 100 < effect("no_sibling"), 2] = -1
    person, place = rows_of(found >= 0)
    told = found[person, place]
    sibling = np.where(np.floor(which[person] * 8192) % 2 == 0, 2, 3)
    conditions = np.array([NUMBER[row["condition"]] if row["condition"] else -1 for row in members], dtype=np.int8)
    return {
        "patient": draws.who[person],
        "relation": Coded(np.where(place < 2, place, sibling).astype(np.int8), RELATIONS),
        "what": coded(told, [row["what"] for row in members]),
        "condition": Coded(conditions[told], CONDITIONS),
    }


@cache
def _numbers(relative: str) -> Whole:
    return np.array([at for at, row in enumerate(rows("family_history")) if row["relative"] == relative], dtype=np.int8)
