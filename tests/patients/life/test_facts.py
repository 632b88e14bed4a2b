"""What holds about a patient: each way in which a fact may ask a table."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from simcare.patients.life import find_facts, load_hazards
from tests.patients.life.people import Panel, make_panel

HAZARDS = load_hazards()


def ask(panel: Panel, fact: str, among: list[int] | None = None) -> list[int]:
    """Return the numbers of those for whom a fact holds."""
    facts = find_facts(panel, HAZARDS, None if among is None else np.array(among))
    if HAZARDS.facts[fact].changeable:
        return facts.patient[(facts.changing & HAZARDS.bit(fact)) != 0].tolist()
    return facts.patient[facts.lasting[fact]].tolist()


def small(**changes: pd.DataFrame) -> Panel:
    """Return three people, 5 to 7, with some tables replaced."""
    panel = make_panel(3, start=5)
    return Panel(panel.seed, date(2026, 11, 23), {**panel.tables, **changes})


def test_a_word_of_a_column_makes_a_fact() -> None:
    """Gout is a row of conditions, and another condition is not gout."""
    conditions = pd.DataFrame(
        {"patient": [5, 6, 7], "condition": ["gout", "copd", "gout"], "severity": [1.0, 1.0, 0.1]}
    )
    assert ask(small(conditions=conditions), "gout") == [5, 7]


def test_a_measure_bounds_a_fact_from_below() -> None:
    """Severe is a condition with enough severity; the severity of another condition does not count."""
    conditions = pd.DataFrame(
        {"patient": [5, 6, 6, 7], "condition": ["copd", "copd", "gout", "copd"], "severity": [0.8, 0.79, 2.0, 1.0]}
    )
    assert ask(small(conditions=conditions), "copd_severe") == [5, 7]


def test_a_measure_bounds_a_fact_from_above() -> None:
    """Adherence of .8 is not low."""
    panel = small()
    patients = panel.tables["patients"].assign(adherence=[0.79, 0.8, 0.2])
    assert ask(small(patients=patients), "adherence_low") == [5, 7]


def test_many_rows_make_a_fact() -> None:
    """Eight medicines are many, seven are not."""
    medications = pd.DataFrame(
        {"patient": [5] * 7 + [7] * 8, "medication": ["lisinopril"] * 15, "over_the_counter": [False] * 15}
    )
    assert ask(small(medications=medications), "medicines_8") == [7]


def test_yes_and_no_are_words() -> None:
    """A column of bools is asked for True or False."""
    medications = pd.DataFrame(
        {"patient": [5, 7], "medication": ["lisinopril", "acetaminophen"], "over_the_counter": [False, True]}
    )
    assert ask(small(medications=medications), "prescription") == [5]


def test_nobody_came_home_before_the_start() -> None:
    """What only the world can tell holds for nobody on the first day."""
    assert ask(make_panel(100), "recently_home") == []


def test_only_those_among_are_asked() -> None:
    """A panel may be any choice of numbers; their facts are the same as in the whole."""
    panel = make_panel(500)
    chosen = [3, 77, 78, 401, 9999]
    assert ask(panel, "hypertension", chosen) == [who for who in ask(panel, "hypertension") if who in chosen]
    assert ask(panel, "need_isolation", chosen) == [who for who in ask(panel, "need_isolation") if who in chosen]
