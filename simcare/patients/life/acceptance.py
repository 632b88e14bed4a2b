"""Acceptance: whether a candidate that is reached becomes an episode, as the patient's facts stand at that time.

A candidate passes where its luck is below rate over ceiling, and begins an episode unless one of the same hazard still
lasts. `Acceptance` answers one at a time, for a world in which calls change facts; `accept` answers all at once, for a
life in which nothing changes. Both give the same answer.
"""

from __future__ import annotations

import numpy as np

from simcare.chance.quantiles import Floats
from simcare.patients.life.candidates import Candidates
from simcare.patients.life.facts import Flags
from simcare.patients.life.hazards import Hazards
from simcare.patients.life.rates import (
    changing_factor,
    changing_mask,
    each_changing_factor,
    highest_factor,
    season_shares,
)


class Acceptance:
    """The probability that a candidate becomes an episode, looked up; one serves any number of lives."""

    def __init__(self, hazards: Hazards) -> None:
        self._hazards = hazards
        self._masks = [changing_mask(hazards, hazard) for hazard in hazards]
        self._seasons = season_shares(hazards)
        self._known: list[dict[int, tuple[float, ...]]] = [{} for _ in hazards]

    def probability(self, hazard: int, changing: int, season: int) -> float:
        """Return rate over ceiling, from 0 to 1, for a hazard's index, a patient's changing facts and a season."""
        heeded = changing & self._masks[hazard]
        known = self._known[hazard].get(heeded)
        if known is None:
            known = self._known[hazard][heeded] = self._each_season(hazard, heeded)
        return known[season]

    def _each_season(self, index: int, changing: int) -> tuple[float, ...]:
        hazard = self._hazards.all[index]
        share = changing_factor(self._hazards, hazard, changing) / highest_factor(self._hazards, hazard)
        probabilities = tuple(share * season for season in self._seasons[index])
        assert max(probabilities) <= 1, f"'{hazard.key}' has a rate above its ceiling"
        return probabilities


def accept(candidates: Candidates) -> Flags:
    """Return which candidates begin an episode when the facts of the first day stand for the whole life."""
    return begin(candidates, passes(candidates))


def passes(candidates: Candidates) -> Flags:
    """Return which candidates have their luck below their probability; more of a factor never takes one away."""
    return candidates.luck < probabilities(candidates)


def probabilities(candidates: Candidates) -> Floats:
    """Return the probability of acceptance of each candidate under the facts of the first day."""
    hazards, risks = candidates.hazards, candidates.risks
    share = np.empty(risks.place.size)
    bounds = np.searchsorted(risks.hazard, np.arange(len(hazards) + 1))
    for index, hazard in enumerate(hazards):
        mine = slice(bounds[index], bounds[index + 1])
        changing = candidates.facts.changing[risks.place[mine]]
        share[mine] = each_changing_factor(hazards, hazard, changing) / highest_factor(hazards, hazard)
    seasons = np.array(list(season_shares(hazards).values())).reshape(-1, 4)
    found = share[candidates.pair] * seasons[candidates.hazard, candidates.season]
    assert found.size == 0 or found.max() <= 1, "a rate is above its ceiling"
    return found


def begin(candidates: Candidates, passed: Flags) -> Flags:
    """Return which of the candidates that pass begin an episode: those met while none of their pair lasts."""
    begins = passed.copy()
    at = np.flatnonzero(passed)
    pair = candidates.pair[at]
    order = np.argsort(pair, kind="stable")  # the candidates are sorted by day, so each pair's remain so
    at, pair = at[order], pair[order]
    starts = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]) if at.size else at
    counts = np.diff(np.r_[starts, at.size])
    starts, counts = starts[counts > 1], counts[counts > 1]
    until = np.zeros(starts.size)
    # Pairs side by side, one candidate of each at a time: who has no more drops out.
    nth = 0
    while starts.size:
        mine = at[starts + nth]
        day = candidates.day[mine]
        free = day >= until
        begins[mine[~free]] = False
        until = np.where(free, day + candidates.days[mine], until)
        nth += 1
        more = counts > nth
        starts, counts, until = starts[more], counts[more], until[more]
    return begins

