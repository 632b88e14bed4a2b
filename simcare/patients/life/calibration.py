"""Calibration: do the lives that are drawn have the rates that the sources state, and which constants make them so?

The report shows `compare_rates` and `compare_shares`; `tools/scale_hazards.py` writes what `find_scales` finds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simcare.chance.quantiles import Floats
from simcare.patients.life.acceptance import accept
from simcare.patients.life.candidates import Candidates, draw_candidates
from simcare.patients.life.facts import Facts, People, Whole, find_facts
from simcare.patients.life.frailty import frailty_levels
from simcare.patients.life.hazards import DAYS_A_YEAR, SEASON_DAYS, Hazard, Hazards, load_hazards
from simcare.patients.life.rates import (
    each_changing_factor,
    highest_factor,
    is_eligible,
    lasting_factor,
    seasons_of,
)

WITHIN = 3.5
"""Standard errors that a line may be off: where all lines are true, one run in about forty shows one beyond it."""


def compare_rates(people: People, seed: int, years: float = 1.0, *, hazards: Hazards | None = None) -> pd.DataFrame:
    """Live some years and compare the rates with their sources: one row for each hazard, rates per 1,000 person-years.

    `expected` follows from this population's facts and frailties, `realized` was counted. `standard_error` is that of
    `realized` around the source: it holds the luck of the lives and of who was drawn into the population.
    `expected_error` is that of `realized` around `expected`: the luck of the lives alone.
    `as_expected` and `as_source` say whether both differences are within `WITHIN` errors; a population of another mix
    than the default one is as expected, but need not be as the source. A rate of nobody is NaN, and as it should be.
    """
    return rates_of(draw_candidates(people, seed, years, hazards=hazards))


def rates_of(candidates: Candidates) -> pd.DataFrame:
    """Return the rows of `compare_rates` for a life that is already drawn."""
    hazards, risks = candidates.hazards, candidates.risks
    counts = _counts(candidates)
    expected = expected_counts(candidates)
    lines = []
    for index, hazard in enumerate(hazards):
        mine = risks.hazard == index
        eligible = int(mine.sum())
        person_years = eligible * candidates.years
        count, mean = counts[mine], expected[mine]
        per_thousand = 1000 / person_years if person_years else np.nan
        realized, hoped = count.sum() * per_thousand, mean.sum() * per_thousand
        expected_error = np.sqrt(mean.sum()) * per_thousand
        error = max(count.std() * np.sqrt(eligible) * per_thousand, expected_error) if eligible else np.nan
        source = 1000 * hazard.rate
        lines.append(
            {
                "hazard": hazard.key,
                "kind": hazard.kind,
                "eligible": eligible,
                "person_years": person_years,
                "source": source,
                "expected": hoped,
                "realized": realized,
                "standard_error": error,
                "expected_error": expected_error,
                "as_expected": not abs(realized - hoped) > WITHIN * expected_error,
                "as_source": not abs(realized - source) > WITHIN * error,
                "calls": realized * hazard.call_share,
                "where": hazard.source,
                "confidence": hazard.confidence,
            }
        )
    return pd.DataFrame(lines)


def compare_shares(
    people: People, seed: int, *, hazards: Hazards | None = None, tolerance: float = 0.01
) -> pd.DataFrame:
    """Compare the share of the eligible with one or more episodes in a year with the published one, where there is one.

    A line is met within `tolerance` or `WITHIN` standard errors, whichever is larger: frailty's shape is in eighths.
    """
    candidates = draw_candidates(people, seed, 1.0, hazards=hazards)
    counts = _counts(candidates)
    lines = []
    for index, hazard in enumerate(candidates.hazards):
        if hazard.yearly_share is None:
            continue
        count = counts[candidates.risks.hazard == index]
        share = float((count > 0).mean()) if count.size else np.nan
        error = float(np.sqrt(share * (1 - share) / count.size)) if count.size else np.nan
        off = abs(share - hazard.yearly_share)
        lines.append(
            {
                "hazard": hazard.key,
                "eligible": count.size,
                "source": hazard.yearly_share,
                "realized": share,
                "standard_error": error,
                "as_source": not off > max(tolerance, WITHIN * error),
            }
        )
    return pd.DataFrame(lines)


def expected_counts(candidates: Candidates) -> Floats:
    """Return the mean count of episodes of each pair over the life, by its rate and how long an episode lasts."""
    hazards, risks = candidates.hazards, candidates.risks
    days = candidates.years * DAYS_A_YEAR
    season_days = np.bincount(seasons_of(candidates.on, max(1, round(days))), minlength=4).astype(np.float64)
    season_days *= days / season_days.sum()
    expected = np.empty(risks.place.size)
    for index, hazard in enumerate(hazards):
        mine = risks.hazard == index
        changing = each_changing_factor(hazards, hazard, candidates.facts.changing[risks.place[mine]])
        highest = highest_factor(hazards, hazard) * max(hazard.seasons)
        expected[mine] = mean_count(risks.ceiling[mine] * changing / highest, hazard, season_days)
    return expected


def mean_count(rate: Floats, hazard: Hazard, season_days: Floats) -> Floats:
    """Return the mean count of episodes that begin at `rate` a day times season, but never while one lasts.

    `season_days` says how many days lie in each season. A renewal process that starts free: days over mean cycle, plus
    what its start adds; exact but for terms that vanish where an episode is short against a season.
    """
    spread = hazard.spread_days
    lasts = hazard.least_days + spread
    counted = np.zeros_like(rate)
    for season, days in zip(hazard.seasons, season_days.tolist(), strict=True):
        counted += days * rate * season / (1 + rate * season * lasts)
    rate = rate * (np.array(hazard.seasons) @ season_days) / max(season_days.sum(), 1e-9)
    return counted + ((rate * lasts) ** 2 + (rate * spread) ** 2) / (2 * (1 + rate * lasts) ** 2)


def find_scales(people: People, hazards: Hazards | None = None) -> dict[str, float]:
    """Return the constant of each hazard that makes its rate the mean over the eligible of this population.

    Counted over a first year, with all factors that hold on the first day, the frailties' whole spread and the
    seasons, and with the loss to episodes that still last.
    """
    hazards = load_hazards() if hazards is None else hazards
    facts = find_facts(people, hazards)
    return {hazard.key: _scale(hazards, hazard, facts) for hazard in hazards}


def _scale(hazards: Hazards, hazard: Hazard, facts: Facts) -> float:
    at = np.flatnonzero(is_eligible(hazard, facts))
    if not at.size:
        return 1.0
    product = lasting_factor(hazards, hazard, facts, at) * each_changing_factor(hazards, hazard, facts.changing[at])
    factors, people = np.unique(product, return_counts=True)
    levels = np.array(frailty_levels(hazard.frailty_shape) if hazard.frailty_shape is not None else (1.0,))
    rates = factors[:, None] * levels * hazard.rate / DAYS_A_YEAR
    weights = np.broadcast_to(people[:, None] / people.sum() / levels.size, rates.shape)

    def yearly(scale: float) -> float:
        return float((mean_count(rates * scale, hazard, np.array(SEASON_DAYS)) * weights).sum())

    low, high = 0.0, 1.0
    while yearly(high) < hazard.rate:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if yearly(middle) < hazard.rate else (low, middle)
    return high


def _counts(candidates: Candidates) -> Whole:
    """Return how many episodes each pair has."""
    return np.bincount(candidates.pair[accept(candidates)], minlength=candidates.risks.place.size)
