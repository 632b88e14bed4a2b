"""What the panel board shows, as plain JSON: filters, facts, pictures, and for each picture its table."""

from __future__ import annotations

from typing import Any

import numpy as np

from simcare.desk.panel.pictures import NARROW, WIDE, gaps, pyramid
from simcare.patients.population.mix import mix_names, read_mix
from simcare.patients.report.panel import BAND_NAMES, GROUPS, OLDEST, STATES, YOUNGEST, Chosen, PanelCounts
from simcare.patients.tables import keyed

NUMBERS = (500, 1_000, 2_000, 5_000, 10_000)
AGES = (65, 70, 75, 80, 85, 90)
ROWS, PAIRED, GAPS = 18, 10, 14
STATE_WORDS = {"done": "Done", "booked": "Booked", "due": "Due", "overdue": "Overdue", "declined": "Declined"}
TRAINING = "Training material, not a clinical protocol. All patients are synthetic."


def screen(counts: PanelCounts, mix: str) -> dict[str, Any]:
    """Return all that the board draws for some people of a panel."""
    people, everybody = counts.people, len(counts.population)
    return {
        "filters": filters(counts.chosen, mix, everybody),
        "words": _words(counts, everybody),
        "facts": _facts(counts),
        "empty": len(people) == 0,
        "ages": ages(counts),
        "conditions": conditions(counts),
        "pairs": pairs(counts),
        "gaps": open_gaps(counts),
        "training": TRAINING,
    }


def filters(chosen: Chosen, mix: str, number: int) -> list[dict[str, Any]]:
    """Return the filters in order: key, label, value, and (value, words) of each option."""
    sexes = [("", "Women and men"), ("female", "Women"), ("male", "Men")]
    illness = sorted((_condition(key), key) for key in keyed("conditions"))
    young = [(str(age), f"{age}") for age in AGES]
    old = [(str(age - 1), f"{age - 1}") for age in AGES[1:]] + [(str(OLDEST), "no limit")]
    return [
        _filter("mix", "Panel", mix, [(name, read_mix(name).title) for name in mix_names()]),
        _filter("number", "Patients", str(number), [(str(n), f"{n:,}") for n in NUMBERS]),
        _filter("sex", "Sex", chosen.sex or "", sexes),
        _filter("youngest", "Age from", str(chosen.youngest), young),
        _filter("oldest", "to", str(chosen.oldest), old),
        _filter("condition", "Condition", chosen.condition or "", [("", "Any")] + [(k, words) for words, k in illness]),
    ]


def ages(counts: PanelCounts) -> dict[str, Any]:
    """Return the age pyramid and its table."""
    women, men = counts.ages("female"), counts.ages("male")
    return {
        "svg": [pyramid(BAND_NAMES, women, men, width=w, name=f"ages-{w}") for w in (WIDE, NARROW)],
        "head": ["Age", "Women", "Men"],
        "rows": [[band, f"{a:,}", f"{b:,}"] for band, a, b in zip(BAND_NAMES, women, men, strict=True)],
    }


def conditions(counts: PanelCounts) -> dict[str, Any]:
    """Return the heat map of conditions by sex and age: percent of each group, and how dark each cell is (0 to 1)."""
    groups = [counts.group(*group) for group in GROUPS]
    rows = []
    for key in counts.commonest(ROWS):
        shares = [counts.share(key, group) for group in groups]
        rows.append({"label": _condition(key), "cells": [_cell(share, 75.0) for share in shares]})
    spans = [f"{low}-{high}" if high < OLDEST else f"{low}+" for _, low, high in GROUPS]
    return {"groups": [["Women", 3], ["Men", 3]], "head": spans, "rows": rows}


def pairs(counts: PanelCounts) -> dict[str, Any]:
    """Return the heat map of pairs: of those with the condition of the row, the percent with that of the column."""
    keys = counts.commonest(PAIRED)
    rows = [
        {
            "label": f"{place} {_condition(key)}",
            "cells": [
                _cell(None if other == key else counts.share(other, counts.has[key]), 90.0, same=other == key)
                for other in keys
            ],
        }
        for place, key in enumerate(keys, 1)
    ]
    return {"head": [[str(place), _condition(key)] for place, key in enumerate(keys, 1)], "rows": rows}


def open_gaps(counts: PanelCounts) -> dict[str, Any]:
    """Return the bars of the care gaps that wait most, and the table of all."""
    found = [(keyed("care_gaps")[key]["plain"], numbers) for key, numbers in counts.gaps()]
    waiting = sum(numbers[2] + numbers[3] for _, numbers in found)
    size = max(len(counts.people), 1)
    return {
        "svg": [gaps([(_short(n), c) for n, c in found[:GAPS]], width=w, name=f"gaps-{w}") for w in (WIDE, NARROW)],
        "words": f"{waiting:,} screenings, shots and checks wait: {waiting / size:.1f} a patient.",
        "states": [[state, STATE_WORDS[state]] for state in STATES],
        "head": ["Care gap", *STATE_WORDS.values()],
        "rows": [[name, *(f"{count:,}" for count in numbers)] for name, numbers in found],
    }


def _words(counts: PanelCounts, everybody: int) -> str:
    size, chosen = len(counts.people), counts.chosen
    if not size:
        return "Nobody of this panel fits these filters. Widen one of them."
    who = {None: "patients", "female": "women", "male": "men"}[chosen.sex]
    span = "" if (chosen.youngest, chosen.oldest) == (YOUNGEST, OLDEST) else f" of {_span(chosen)}"
    ill = f" who have: {_condition(chosen.condition).lower()}" if chosen.condition else ""
    return f"{size:,} of {everybody:,} patients: {who}{span}{ill}." if size < everybody else f"All {size:,} patients."


def _span(chosen: Chosen) -> str:
    return f"{chosen.youngest} and over" if chosen.oldest == OLDEST else f"{chosen.youngest} to {chosen.oldest}"


def _facts(counts: PanelCounts) -> list[list[str]]:
    people = counts.people
    if not len(people):
        return []
    return [
        ["Women", f"{100 * float((people['sex'] == 'female').mean()):.0f}%"],
        ["Middle age", f"{np.median(people['age']):.0f}"],
        ["Conditions, on average", f"{float(people['n_conditions'].mean()):.1f}"],
        ["Medicare and Medicaid", f"{100 * float(people['dual'].mean()):.0f}%"],
        ["Eligible for CCM", f"{100 * float(people['ccm_eligible'].mean()):.0f}%"],
        ["Enrolled in CCM", f"{100 * float(people['enrolled'].mean()):.0f}%"],
    ]


def _cell(share: float | None, darkest: float, *, same: bool = False) -> dict[str, Any]:
    if share is None:
        return {"text": "" if same else "-", "heat": 0.0, "same": same}
    return {"text": f"{share:.0f}", "heat": round(min(share / darkest, 1.0), 3), "same": same}


def _condition(key: str) -> str:
    """Return a condition in few plain words: without what stands in brackets, unless that is its better-known name."""
    words, _, inside = keyed("conditions")[key]["plain"].rstrip(")").partition(" (")
    return inside if inside.isupper() and len(words) > 30 else words.partition(",")[0]


def _short(name: str) -> str:
    return name.partition(" (")[0].partition(",")[0]


def _filter(key: str, label: str, value: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    return {"key": key, "label": label, "value": value, "options": [list(option) for option in options]}
