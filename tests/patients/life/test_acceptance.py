"""Acceptance: candidates are thinned without bias, and what a call changes counts from then on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.patients.life import Acceptance, accept, draw_candidates, load_hazards
from simcare.patients.life.acceptance import passes, probabilities
from simcare.patients.life.candidates import with_facts
from tests.patients.life.people import make_panel
from tests.patients.life.twin import live

HAZARDS = load_hazards()
PANEL = make_panel(2_000)
CANDIDATES = draw_candidates(PANEL, 11)
ALL_FACTS = (1 << len(HAZARDS.changeable)) - 1
RAISING = [
    fact
    for fact in HAZARDS.changeable
    if all(factor >= 1 for hazard in HAZARDS for name, factor in HAZARDS.changing_factors(hazard) if name == fact)
]


@settings(max_examples=50, deadline=None)
@given(changing=st.integers(0, ALL_FACTS), hazard=st.integers(0, len(HAZARDS) - 1), season=st.integers(0, 3))
def test_a_probability_lies_between_0_and_1(changing: int, hazard: int, season: int) -> None:
    """Whatever facts hold, no rate is above its ceiling."""
    assert 0 < Acceptance(HAZARDS).probability(hazard, changing, season) <= 1


def test_some_state_reaches_the_ceiling() -> None:
    """The ceiling is no higher than it must be: for each hazard some facts and a season give a probability of 1."""
    acceptance = Acceptance(HAZARDS)
    for index, hazard in enumerate(HAZARDS):
        worst = sum(HAZARDS.bit(fact) for fact, factor in HAZARDS.changing_factors(hazard) if factor > 1)
        assert max(acceptance.probability(index, worst, season) for season in range(4)) == pytest.approx(1)


def test_one_at_a_time_is_as_all_at_once() -> None:
    """A world in which nothing changes has exactly the episodes that `accept` gives."""
    acceptance = Acceptance(HAZARDS)
    days, until, begun = CANDIDATES.days(), {}, []
    for at in range(len(CANDIDATES)):
        pair, changing = int(CANDIDATES.pair[at]), int(CANDIDATES.facts.changing[CANDIDATES.place[at]])
        probability = acceptance.probability(int(CANDIDATES.hazard[at]), changing, int(CANDIDATES.season[at]))
        if CANDIDATES.luck[at] < probability and CANDIDATES.day[at] >= until.get(pair, 0.0):
            begun.append(at)
            until[pair] = CANDIDATES.day[at] + days[at]
    assert begun == np.flatnonzero(accept(CANDIDATES)).tolist()


def test_columns_and_loops_give_the_same_lives() -> None:
    """The plain twin, which draws one hazard, one patient and one candidate at a time, has the same episodes."""
    fast = CANDIDATES.frame(accept(CANDIDATES))
    slow = pd.DataFrame(live(PANEL, 11, HAZARDS)).astype({"hazard": fast["hazard"].dtype, "kind": fast["kind"].dtype})
    in_order = ["hazard", "patient", "day"]
    expected, actual = (each.sort_values(in_order, ignore_index=True) for each in (slow, fast))
    pd.testing.assert_frame_equal(expected, actual, check_exact=True)


@pytest.mark.parametrize("fact", RAISING)
def test_a_fact_that_raises_takes_no_candidate_away(fact: str) -> None:
    """Who passed before passes when a harmful fact comes to hold for everybody; a call that ends it adds nothing."""
    with_it = with_facts(CANDIDATES, CANDIDATES.facts.changing | HAZARDS.bit(fact))
    without = with_facts(CANDIDATES, CANDIDATES.facts.changing & ~HAZARDS.bit(fact))
    assert not (passes(without) & ~passes(with_it)).any()
    assert passes(with_it).sum() > passes(without).sum()


def test_facts_that_raise_leave_each_episode_covered() -> None:
    """Where an episode began before, one begins now or one that began a little earlier still lasts."""
    worse = with_facts(CANDIDATES, np.full_like(CANDIDATES.facts.changing, sum(map(HAZARDS.bit, RAISING))))
    better = with_facts(CANDIDATES, np.zeros_like(CANDIDATES.facts.changing))
    lost = accept(better) & ~accept(worse)
    begun = np.flatnonzero(accept(worse))
    days = CANDIDATES.days()
    for at in np.flatnonzero(lost):
        mine = begun[CANDIDATES.pair[begun] == CANDIDATES.pair[at]]
        start = CANDIDATES.day[mine]
        assert ((start < CANDIDATES.day[at]) & (CANDIDATES.day[at] < start + days[mine])).any()


def test_a_higher_rate_takes_no_candidate_away() -> None:
    """Who passed at a rate passes at a higher one: the same luck against the same probability."""
    key = ["patient", "hazard", "nth"]
    lower, higher = (
        (drawn := draw_candidates(PANEL, 11, hazards=HAZARDS.times(each))).frame(passes(drawn))[key]
        for each in (1.0, 1.5)
    )
    assert len(lower.merge(higher, on=key)) == len(lower) < len(higher)


def test_no_episode_begins_while_one_of_its_pair_lasts() -> None:
    """A second flare in a flare is the same flare."""
    frame = CANDIDATES.frame(accept(CANDIDATES)).sort_values(["patient", "hazard", "day"])
    following = frame.groupby(["patient", "hazard"], observed=True)["day"].shift(-1)
    assert not (following < frame["day"] + frame["days"]).any()


def test_mending_a_need_lowers_its_hazard_by_its_factor() -> None:
    """With a ride for everybody the losses of transport fall to what the table says, within four standard errors."""
    only = HAZARDS.only("lost_transport")
    index_of = dict(only.all[0].factors)["need_transportation"]
    drawn = draw_candidates(make_panel(200_000), 2, hazards=only)
    needing = (drawn.facts.changing & only.bit("need_transportation")) != 0
    mended = with_facts(drawn, drawn.facts.changing & ~only.bit("need_transportation"))
    before, after = (int((passes(each) & needing[each.place]).sum()) for each in (drawn, mended))
    error = np.sqrt(after * (1 - 1 / index_of)) / before
    assert after / before == pytest.approx(1 / index_of, abs=4 * error)


def test_probabilities_are_the_shares_that_pass() -> None:
    """Luck is uniform: the mean of the probabilities is the share that passes, within four standard errors."""
    chance = probabilities(CANDIDATES)
    error = np.sqrt((chance * (1 - chance)).sum()) / chance.size
    assert passes(CANDIDATES).mean() == pytest.approx(chance.mean(), abs=4 * error)
