"""Call profiles: the shipped table belongs to the shipped library, and says what rehearsals would say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from simcare.calls.profiles import (
    VariantProfile,
    library_stamp,
    profiles_of,
    read_table,
    rehearse_library,
    shipped_profiles,
    write_table,
)
from simcare.calls.skills import RANKS, Skill, shipped_skills
from simcare.scenarios.library import load_library, load_scenario
from simcare.scenarios.model import Scenario

LEVELS = tuple(shipped_skills())


def pairs() -> Iterator[tuple[str, str]]:
    """Return every variant of the library."""
    for document in load_library().values():
        for variant in document.value.variants:
            yield document.value.id, variant


def missed(profiles: tuple[VariantProfile, ...], skill: str) -> float:
    """Return the mean share of decisions below the need, of calls that need at least a nurse."""
    found = [sum(row.decided[: row.need]) for row in profiles if row.skill == skill and row.need >= 3]
    return sum(found) / len(found)


def trained(**strengths: float) -> Skill:
    """Return the trained level with other strengths, under another name."""
    level = shipped_skills()["trained"]
    return replace(level, name="mine", strengths={**level.strengths, **strengths})


@pytest.fixture(scope="module")
def first_call() -> Scenario:
    """Return the guided call."""
    return load_scenario("first-call").value


def test_the_shipped_table_belongs_to_the_shipped_library() -> None:
    """Every variant has a row for each level, made from the library, policy and levels as they are now.

    When this fails, a scenario, the policy or a level has changed: make the table anew with
    `simcare scenarios profile --out simcare/calls/data/profiles.csv` and commit it.
    """
    made_from = {row.source for row in shipped_profiles()}
    assert made_from == {f"Rehearsals of the library at hash {library_stamp()}, 200 runs each"}, (
        "the table is older than the library; make it anew with "
        "'simcare scenarios profile --out simcare/calls/data/profiles.csv'"
    )
    assert {(row.scenario, row.variant, row.skill) for row in shipped_profiles()} == {
        (*pair, level) for pair in pairs() for level in LEVELS
    }


@pytest.mark.slow
def test_rows_are_rehearsed_and_not_made_up(first_call: Scenario) -> None:
    """Rehearsing a scenario again gives exactly the rows that are shipped for it."""
    again = rehearse_library(scenarios=[first_call])
    assert again == tuple(row for row in shipped_profiles() if row.scenario == first_call.id)


@pytest.mark.slow
def test_two_processes_give_the_same_as_one(first_call: Scenario) -> None:
    """The table does not depend on how many processes played."""
    alone, together = (rehearse_library(runs=3, scenarios=[first_call], processes=number) for number in (1, 2))
    assert alone == together


def test_the_table_survives_its_file() -> None:
    """Writing the table and reading it gives the same profiles."""
    assert read_table(write_table(shipped_profiles())) == shipped_profiles()


def test_shares_are_shares_and_minutes_are_minutes() -> None:
    """In every row the decisions add up to 1, verdicts too, and a call takes between half a minute and half an hour."""
    for row in shipped_profiles():
        assert sum(row.decided) == pytest.approx(1, abs=1e-6) and len(row.decided) == RANKS
        assert row.correct + row.under + row.over == pytest.approx(1, abs=1e-3)
        assert 0.5 < row.talk_mean < 30 and 0 < row.documentation_mean < 30


def test_better_care_managers_miss_fewer_escalations() -> None:
    """Over all calls that need a nurse or 911, each level decides below the need less often than the one before."""
    found = [missed(shipped_profiles(), level) for level in LEVELS]
    assert found == sorted(found, reverse=True) and found[0] > 2 * found[-1]


@pytest.mark.parametrize("level", LEVELS)
def test_carrying_over_a_level_that_was_rehearsed_gives_back_its_rehearsals(level: str) -> None:
    """A table carried over to a shipped level agrees with its rehearsals: on average, and nowhere by more than 0.15."""
    known = {(row.scenario, row.variant): row for row in shipped_profiles() if row.skill == level}
    away = []
    for row in profiles_of(shipped_skills()[level]):
        rehearsed = known[row.scenario, row.variant]
        away.append(row.decided[row.need] - rehearsed.decided[row.need])
        assert row.talk_mean == pytest.approx(rehearsed.talk_mean)
    assert max(map(abs, away)) < 0.15
    assert abs(sum(away) / len(away)) < 0.03


def test_teaching_escalation_saves_escalations() -> None:
    """A skill that is surer of the right level misses fewer escalations than the level it is like."""
    levels, taught = shipped_profiles(), profiles_of(trained(escalation=4.0))
    assert missed(taught, "mine") < 0.6 * missed(levels, "trained")


def test_teaching_questions_saves_escalations() -> None:
    """Whoever asks more before deciding misses fewer escalations, though no surer of the right level."""
    asks = dict.fromkeys(("history_taking", "red_flag_screening", "listening", "medication_support"), 5.0)
    assert missed(profiles_of(trained(**asks)), "mine") < missed(profiles_of(trained()), "mine")


def test_a_changed_scenario_changes_its_profile(first_call: Scenario) -> None:
    """When the right decision of a variant is another, what it needs and what is decided are other."""
    data = first_call.model_dump(mode="json", by_alias=True)
    data["variants"]["in-the-sink"]["decision"]["expect"] = "warm_transfer_rn"
    stricter = Scenario.model_validate(data)
    before, after = (
        next(row for row in rehearse_library(runs=40, scenarios=[each]) if row.variant == "in-the-sink")
        for each in (first_call, stricter)
    )
    assert (before.need, after.need) == (2, 3)
    assert after.decided[3] > before.decided[3]
