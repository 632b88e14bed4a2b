"""The hazards as data: what the tables must hold, and what the loaded words say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from simcare.patients import tables
from simcare.patients.life import HazardError, episode_kinds, load_hazards
from simcare.patients.life import hazards as module
from simcare.patients.population.schema import SCHEMA
from simcare.patients.tables import keyed, rows

ASKED = {
    "joint_flare",
    "refill_runout",
    "refill_request",
    "lost_transport",
    "food_crisis",
    "utility_crisis",
    "fall",
    "heart_failure_worse",
    "copd_worse",
    "hypoglycemia",
    "hyperglycemia",
    "stroke_tia",
    "bleed",
    "medication_error",
    "suspected_overdose",
    "low_mood",
    "suicidal_thoughts",
    "infection",
    "hospital_discharge",
    "equipment_failure",
    "loneliness",
    "chest_pain",
    "high_blood_pressure",
    "slow_pulse",
}
WORDS = {"verified", "derived", "recalled", "assumption"}


def test_every_kind_that_a_program_meets_has_a_hazard() -> None:
    """The kinds are those that were asked for, and drug events, for which there is a rate."""
    assert set(episode_kinds()) == ASKED | {"adverse_drug_event"}


def test_kinds_are_those_of_the_hazards() -> None:
    """A kind exists because a hazard leads to it, in the file's order."""
    assert episode_kinds() == tuple(dict.fromkeys(hazard.kind for hazard in load_hazards()))


def test_each_number_of_a_hazard_says_how_sure_it_is() -> None:
    """Besides the rate, the published yearly share and the planning values have a source and a confidence."""
    vague = [
        row["key"]
        for row in rows("hazards")
        if row["other_confidence"] not in WORDS
        or not row["other_source"]
        or bool(row["yearly_pct"]) != (row["yearly_confidence"] in WORDS and bool(row["yearly_source"]))
    ]
    assert vague == []


def test_facts_ask_for_tables_columns_and_keys_that_exist() -> None:
    """A fact that asks for what no population holds would silently hold for nobody."""
    keys = {"condition": "conditions", "medication": "medications", "need": "sdoh"}
    wrong = []
    for fact in load_hazards().facts.values():
        if fact.table:
            wrong += [
                f"{fact.key}: {name}"
                for name in (fact.column, fact.measure)
                if name and name not in SCHEMA[fact.table].names
            ]
        if fact.column in keys:
            wrong += [f"{fact.key}: {value}" for value in fact.values - keyed(keys[fact.column]).keys()]
    assert wrong == []


def test_every_fact_is_used() -> None:
    """A fact that no hazard heeds is deleted."""
    hazards = load_hazards()
    used = {fact for hazard in hazards for fact in (*hazard.eligible, *dict(hazard.factors))}
    assert set(hazards.facts) - used == set()


def test_a_fact_is_named_once_for_a_hazard() -> None:
    """Two factors for one fact would leave one of them unread."""
    pairs = [(row["hazard"], row["fact"]) for row in rows("hazard_modifiers")]
    assert len(pairs) == len(set(pairs))


def test_asking_for_the_kinds_brings_no_numpy() -> None:
    """The lint of a scenario asks only for words, and does not wait for the tools of drawing."""
    code = "import sys; from simcare.patients.life import episode_kinds; episode_kinds(); print('numpy' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert asked.stdout.strip() == "False"


def test_seasons_leave_the_year_as_it_was() -> None:
    """The mean of a hazard's season over the days of a year is 1."""
    days = (90.25, 92.0, 92.0, 91.0)
    for hazard in load_hazards():
        mean = sum(season * share for season, share in zip(hazard.seasons, days, strict=True)) / 365.25
        assert mean == pytest.approx(1)


def test_each_changeable_fact_has_a_bit_of_its_own() -> None:
    """A patient's changing facts are one number; they must fit into it."""
    hazards = load_hazards()
    bits = [hazards.bit(fact) for fact in hazards.changeable]
    assert (len(set(bits)), max(bits) < 2**62) == (len(bits), True)


@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        ("hazards", {"rate": "-1"}, r"hazards\.csv: 'fall': the rate must be above 0"),
        ("hazards", {"eligible": "need_food"}, r"'fall': eligible names 'need_food', which is no lasting fact"),
        ("hazards", {"median_days": "0.1"}, r"'fall': least_days must be 0 or more and at most median_days"),
        ("hazards", {"call_pct": "120"}, r"'fall': call_pct must be from 0 to 100"),
        ("hazards", {"frailty_shape": "0"}, r"'fall': frailty_shape must be above 0"),
        ("hazard_modifiers", {"fact": "tall"}, r"'fall' names 'tall', which life_facts\.csv does not hold"),
        ("hazard_modifiers", {"factor": "0"}, r"the factor of 'fall' for 'age_75' must be above 0"),
        ("hazard_modifiers", {"hazard": "flood"}, r"there is no hazard 'flood'; use a key of hazards\.csv"),
        ("hazard_scales", {"hazard": "flood"}, r"'fall' is missing; run `python tools/scale_hazards\.py`"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(
    table: str, change: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever edits the tables is told which row is wrong and why."""
    mine = "hazard" if table != "hazards" else "key"
    first = next(at for at, row in enumerate(rows(table)) if row[mine] == "fall")
    changed = tuple({**row, **change} if at == first else row for at, row in enumerate(rows(table)))
    whole = {name: changed if name == table else rows(name) for name in tables.TABLES}
    monkeypatch.setattr(module, "rows", lambda name: whole[name])
    monkeypatch.setattr(module, "keyed", lambda name, key="key": {row[key]: row for row in whole[name]})
    monkeypatch.setattr(
        module,
        "grouped",
        lambda name, key: {k: tuple(r for r in whole[name] if r[key] == k) for k in {r[key] for r in whole[name]}},
    )
    with pytest.raises(HazardError, match=sentence):
        load_hazards.__wrapped__()
