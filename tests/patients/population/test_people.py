"""The people of a population: the same under a seed whoever stands beside them, sound, and told by a schema."""

from __future__ import annotations

import pickle
from copy import copy
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.patients.population.drawing import BLOCK, Population, PopulationError, populate
from simcare.patients.population.mix import mix_names
from simcare.patients.population.panel import CONDITIONS
from simcare.patients.population.plausible import RULES, broken
from simcare.patients.population.schema import SCHEMA, TABLES

ON = date(2026, 11, 20)
DAYS = [date(2026, 9, 1), date(2027, 2, 28), date(2028, 2, 29), date(2026, 12, 31)]


@pytest.fixture(scope="module")
def panel() -> Population:
    """Draw a panel that begins in the middle of the numbers and spans two blocks."""
    return populate(BLOCK + 500, seed=3, on=ON, start=1234)


def same(a: pd.DataFrame, b: pd.DataFrame) -> bool:
    """Tell whether two frames hold the same rows in the same order."""
    return bool(a.reset_index(drop=True).equals(b.reset_index(drop=True)))


def of(table: pd.DataFrame, low: int, high: int) -> pd.DataFrame:
    """Return the rows of patients from low to before high."""
    return table[(table["patient"] >= low) & (table["patient"] < high)]


def test_every_table_has_the_columns_and_dtypes_of_the_schema(panel: Population) -> None:
    """The schema is the contract: nothing is missing, nothing is extra, every dtype is the one it says."""
    assert list(panel.tables) == list(SCHEMA)
    for name, table in panel.tables.items():
        told = {column.name: column.dtype for column in SCHEMA[name].columns}
        assert {column: str(dtype) for column, dtype in table.dtypes.items()} == told


def test_only_columns_that_may_be_empty_are(panel: Population) -> None:
    """A missing value is part of the data only where the schema says so."""
    empty = {(name, column) for name, table in panel.tables.items() for column in table if table[column].isna().any()}
    allowed = {(table.name, column.name) for table in TABLES for column in table.columns if column.may_be_empty}
    assert empty <= allowed


def test_rows_are_ordered_by_patient(panel: Population) -> None:
    """Every table tells of the patients in the order of their numbers."""
    assert [name for name, table in panel.tables.items() if not table["patient"].is_monotonic_increasing] == []


def test_one_more_patient_changes_nobody(panel: Population) -> None:
    """Every table of everybody else is the same when a person is added at either end."""
    more = populate(len(panel) + 2, seed=3, on=ON, start=1233)
    low, high = 1234, 1234 + len(panel)
    assert [name for name in SCHEMA if not same(of(more.tables[name], low, high), panel.tables[name])] == []


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 5000))
def test_a_person_is_the_same_alone_and_in_a_crowd(seed: int, patient: int) -> None:
    """Who stands beside a person decides nothing about them."""
    crowd = populate(7, seed=seed, on=ON, start=max(0, patient - 3))
    alone = populate(1, seed=seed, on=ON, start=patient)
    different = [n for n in SCHEMA if not same(of(crowd.tables[n], patient, patient + 1), alone.tables[n])]
    assert different == []


def test_another_seed_gives_other_people() -> None:
    """The seed is what a person hangs on."""
    first, second = (populate(50, seed=seed, on=ON).patients for seed in (1, 2))
    assert (first["birth_date"] != second["birth_date"]).mean() > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("mix", mix_names())
@pytest.mark.parametrize("day", DAYS)
def test_nobody_breaks_a_rule(mix: str, day: date) -> None:
    """No rule of plausibility is broken once, in any mix, on ordinary days and on leap days."""
    found = broken(populate(1500, seed=day.month, on=day, mix=mix))
    assert {name: who.tolist() for name, who in found.items() if len(who)} == {}


def test_every_rule_is_broken_by_a_shuffled_population(panel: Population) -> None:
    """A rule that nothing can break tells nothing: of people whose columns were shuffled, most rules are broken."""
    rng = np.random.default_rng(1)
    shuffled = {
        name: pd.DataFrame({c: table[c].iloc[rng.permutation(len(table))].array for c in table}) if name == "patients"
        else table.assign(patient=np.sort(rng.choice(panel.patients["patient"], len(table))))
        for name, table in panel.tables.items()
    }  # fmt: skip
    shuffled["patients"]["patient"] = panel.patients["patient"].to_numpy()
    mixed = Population(panel.seed, panel.mix, panel.on, panel.start, shuffled)
    quiet = {name for name, who in broken(mixed).items() if not len(who)}
    # These tell of one row alone, so moving whole rows cannot break them.
    assert quiet <= {"nobody_real", "rows_have_a_person", "scores_are_possible", "values_are_possible"}
    assert len(RULES) >= 25


def test_the_old_and_the_dual_are_worse_off(panel: Population) -> None:
    """Frailty rises with age; needs are more among people with Medicaid; and needs go together."""
    people = panel.patients.set_index("patient")
    assert people["frailty"].corr(people["age"]) > 0.3
    needs = panel.social_needs.groupby("patient").size().reindex(people.index, fill_value=0)
    assert needs[people["dual"]].mean() > 1.3 * needs[~people["dual"]].mean()
    listed = panel.social_needs.assign(one=1).pivot_table(index="patient", columns="need", values="one", observed=False)
    listed = listed.reindex(people.index).notna()
    assert listed["food"].corr(listed["utilities"]) > 0.2


def test_gaps_between_fills_follow_adherence(panel: Population) -> None:
    """Who takes less fills later: days filled in a year fall short by about what adherence says."""
    people = panel.patients.set_index("patient")
    days = panel.fills.groupby("patient")["days_supply"].sum()
    drugs = panel.fills.groupby("patient")["nth"].nunique()
    covered = (days / drugs / 365).clip(upper=1.3)
    low, high = (covered[people.loc[covered.index, "adherence"].between(*r)].mean() for r in ((0.2, 0.6), (0.95, 1.0)))
    assert low < 0.75 < 0.9 < high


def test_control_shows_in_what_is_measured(panel: Population) -> None:
    """A1c is lower where control is better."""
    a1c = panel.observations[panel.observations["observation"] == "hba1c"].groupby("patient")["value"].mean()
    control = panel.patients.set_index("patient")["control"].loc[a1c.index]
    assert a1c[control > 0.7].mean() < a1c[control < 0.3].mean() - 0.5


def test_severity_is_what_lies_under_the_threshold(panel: Population) -> None:
    """Everybody with a condition has a severity of 0 or more, and it spreads."""
    severity = panel.conditions["severity"]
    assert severity.min() >= 0
    assert severity.std() > 0.3


def test_some_tables_are_the_same_as_in_all(panel: Population) -> None:
    """Asking for fewer tables changes none of them."""
    some = populate(len(panel), seed=3, on=ON, start=1234, tables=["conditions"])
    assert list(some.tables) == ["patients", "conditions"]
    assert same(some.conditions, panel.conditions) and same(some.patients, panel.patients)


def test_all_conditions_are_met(panel: Population) -> None:
    """Each of the 36 conditions is somebody's."""
    assert set(panel.conditions["condition"].unique()) == set(CONDITIONS)


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    """Counts, days and tables that cannot be are told with a remedy."""
    for wrong, words in (
        ({"count": -1}, "must be 0 or more"),
        ({"on": date(1999, 1, 1)}, "choose a day from 2024-01-01"),
        ({"tables": ["patient"]}, "the tables are patients"),
    ):
        asked = {"count": 3, "seed": 0, "on": ON, **wrong}
        with pytest.raises(PopulationError, match=words):
            populate(asked.pop("count"), **asked)


def test_nobody_is_a_population_too() -> None:
    """No people give empty tables with all columns."""
    none = populate(0, seed=0, on=ON)
    assert {name: len(table) for name, table in none.tables.items()} == dict.fromkeys(SCHEMA, 0)


def test_a_population_travels_between_processes() -> None:
    """A population can be pickled and copied, and says which tables there are when asked for another."""
    drawn = populate(3, seed=0, on=ON)
    again = pickle.loads(pickle.dumps(copy(drawn)))
    assert [name for name in SCHEMA if not same(again.tables[name], drawn.tables[name])] == []
    with pytest.raises(AttributeError, match="no table 'patient'; the tables are patients"):
        drawn.patient  # noqa: B018
