"""Calibration: the lives have the rates they should have, and the checks would see it if they had not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from simcare.patients.life import accept, compare_rates, compare_shares, draw_candidates, load_hazards
from simcare.patients.life.calibration import expected_counts, find_scales, mean_count, rates_of
from simcare.patients.life.frailty import draw_frailties, frailty_levels
from simcare.patients.life.hazards import Hazards
from simcare.patients.life.rates import seasons_of
from simcare.patients.population.drawing import populate
from tests.patients.life.people import make_panel

PANEL = make_panel(40_000)
HAZARDS = load_hazards()
SCALED = HAZARDS.scaled(find_scales(PANEL))


def test_lives_have_the_rates_of_their_sources() -> None:
    """Scaled to their own population, all hazards are within 3.5 standard errors of source and expectation."""
    table = compare_rates(PANEL, 4, hazards=SCALED)
    assert table.loc[~(table["as_expected"] & table["as_source"]), "hazard"].tolist() == []


def test_expectation_is_the_source_for_the_population_it_was_scaled_to() -> None:
    """The constants do what they are for; where there is frailty, but for that of the people who happen to be there."""
    table = compare_rates(PANEL, 4, hazards=SCALED).set_index("hazard")
    for hazard in SCALED:
        line = table.loc[hazard.key]
        frailty = 0.0 if hazard.frailty_shape is None else 4 / np.sqrt(hazard.frailty_shape * line["eligible"])
        assert line["expected"] == pytest.approx(line["source"], rel=max(0.001, 1.5 * frailty)), hazard.key


@pytest.mark.slow
@pytest.mark.parametrize("years", [0.5, 3.0])
def test_expectation_holds_for_any_length(years: float) -> None:
    """Season, first days and lasting episodes are all counted in."""
    table = compare_rates(make_panel(30_000), 9, years, hazards=SCALED)
    assert table.loc[~table["as_expected"], "hazard"].tolist() == []


def test_a_wrong_rate_is_seen() -> None:
    """Falls at 1.1 times the rate are as expected of such a table, and not as the source says."""
    drawn = draw_candidates(make_panel(80_000), 4, hazards=SCALED.only("infection").times(1.1))
    table = rates_of(drawn)
    table_of_source = table.assign(source=1000 * HAZARDS.only("infection").all[0].rate)
    off = abs(table_of_source["realized"] - table_of_source["source"]) > 3.5 * table_of_source["standard_error"]
    assert (bool(table["as_expected"].all()), bool(off.all())) == (True, True)


def test_a_kind_without_anybody_at_risk_has_no_rate_and_no_fault() -> None:
    """A panel without gout says nothing about gout."""
    panel = make_panel(200)
    conditions = panel.tables["conditions"]
    healthy = type(panel)(
        panel.seed, panel.on, {**panel.tables, "conditions": conditions[conditions["condition"] != "gout"]}
    )
    line = compare_rates(healthy, 1, hazards=HAZARDS.only("joint_flare_gout")).iloc[0]
    assert (line["eligible"], np.isnan(line["realized"]), line["as_expected"], line["as_source"]) == (
        0,
        True,
        True,
        True,
    )


@pytest.mark.slow
def test_default_population_has_the_rates_of_the_sources() -> None:
    """The constants that are shipped are those of the default population: people of another seed have the rates too."""
    people = populate(40_000, seed=77, on=date(2026, 11, 23), tables=("patients", *find_tables()))
    rates, shares = compare_rates(people, 1), compare_shares(people, 1)
    assert rates.loc[~(rates["as_expected"] & rates["as_source"]), "hazard"].tolist() == []
    assert shares.loc[~shares["as_source"], "hazard"].tolist() == []


@pytest.mark.slow
def test_share_of_people_who_fall_is_the_published_one() -> None:
    """Frailty makes .67 falls a year those of 27.5 percent of people, and 1.2 exacerbations those of 42.6."""
    people = populate(40_000, seed=78, on=date(2026, 11, 23), tables=("patients", *find_tables()))
    table = compare_shares(people, 4).set_index("hazard")
    assert table.loc["fall", "realized"] == pytest.approx(0.275, abs=0.01)
    assert table.loc["copd_exacerbation", "realized"] == pytest.approx(0.426, abs=0.025)  # 4,600 people have COPD


def test_without_frailty_falls_would_be_everybodys() -> None:
    """The check above can fail: at the same rate and no frailty far more people fall."""
    even = Hazards(tuple(replace(hazard, frailty_shape=None) for hazard in SCALED), SCALED.facts)
    table = compare_shares(PANEL, 4, hazards=even).set_index("hazard")
    assert (table.loc["fall", "realized"] > 0.4, bool(table.loc["fall", "as_source"])) == (True, False)


def test_counts_are_poisson_where_nothing_differs() -> None:
    """Candidates of people at one rate have a variance as large as their mean: chi-squared, two-sided at 1 in 1,000."""
    drawn = draw_candidates(PANEL, 8, hazards=SCALED.only("suicidal_thoughts").times(60))
    ceiling = drawn.risks.ceiling
    common = np.flatnonzero(ceiling == np.median(ceiling))
    counts = np.bincount(drawn.pair, minlength=ceiling.size)[common]
    dispersion = ((counts - counts.mean()) ** 2).sum() / counts.mean()
    tail = stats.chi2(common.size - 1).cdf(dispersion)
    assert (common.size > 3_000, counts.mean() > 0.5, 0.0005 < tail < 0.9995) == (True, True, True)


def test_times_are_uniform_and_independent_of_the_count() -> None:
    """Given its number, the candidates of a Poisson process lie anywhere (Kolmogorov-Smirnov at 1 in 1,000)."""
    drawn = draw_candidates(PANEL, 8, hazards=SCALED.only("fall"))
    assert stats.kstest(drawn.day / 365.25, "uniform").pvalue > 0.001
    several = drawn.nth > 0
    assert stats.kstest(drawn.day[several] / 365.25, "uniform").pvalue > 0.001


@pytest.mark.parametrize("shape", [0.25, 0.4, 0.5, 2.0])
def test_frailty_is_gamma(shape: float) -> None:
    """The draws are those of a gamma with mean 1 (Kolmogorov-Smirnov at 1 in 1,000)."""
    drawn = draw_frailties(3, "fall", shape, np.arange(50_000))
    assert stats.kstest(drawn, stats.gamma(shape, scale=1 / shape).cdf).pvalue > 0.001


def test_levels_of_frailty_have_the_mean_of_their_gamma() -> None:
    """The steps that the constants are worked out with have mean 1, and are those of the gamma's quantiles."""
    levels = frailty_levels(0.25)
    gamma = stats.gamma(0.25, scale=4)
    middle = gamma.ppf((np.arange(64) + 0.5) / 64)
    assert np.mean(levels) == pytest.approx(1)
    np.testing.assert_allclose(levels[32:60], middle[32:60], rtol=0.05)


def test_mean_count_of_episodes_that_last() -> None:
    """A renewal process that starts free, against one drawn here by adding waits and durations."""
    hazard = replace(SCALED.only("low_mood").all[0], seasons=(1.0, 1.0, 1.0, 1.0))
    rate, days, people = 4 / 365.25, 365.25, 40_000
    numbers = np.random.default_rng(5)
    clock, counts = np.zeros(people), np.zeros(people)
    while (clock < days).any():
        clock += numbers.exponential(1 / rate, people)
        counts += clock < days
        clock += hazard.least_days + numbers.exponential(hazard.spread_days, people)
    error = counts.std() / np.sqrt(people)
    assert mean_count(np.array([rate]), hazard, np.full(4, days / 4))[0] == pytest.approx(counts.mean(), abs=4 * error)


def test_seasons_change_by_whole_months() -> None:
    """The day after the last of February belongs to spring, also where a life began elsewhere in the year."""
    seasons = seasons_of(date(2027, 12, 1), 400)
    assert np.bincount(seasons[:366]).tolist() == [91, 92, 92, 91]
    assert seasons[[0, 90, 91, 182, 183, 275, 366]].tolist() == [0, 0, 1, 1, 2, 3, 0]


def test_expected_counts_follow_from_the_facts() -> None:
    """Each pair's own expectation is met in each half of the people by it, within 4 standard errors."""
    drawn = draw_candidates(PANEL, 6, hazards=SCALED)
    expected = expected_counts(drawn)
    counts = np.bincount(drawn.pair[accept(drawn)], minlength=expected.size)
    high = expected > np.median(expected)
    for half in (high, ~high):
        assert counts[half].sum() == pytest.approx(expected[half].sum(), abs=4 * np.sqrt(expected[half].sum()))


def find_tables() -> set[str]:
    """Return the tables that life reads."""
    return {fact.table for fact in HAZARDS.facts.values() if fact.table}
