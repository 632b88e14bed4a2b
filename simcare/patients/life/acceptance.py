"""Acceptance: whether a candidate that is reached becomes an episode, as the patient's facts stand at that time.

A candidate passes where its luck is below rate over ceiling, and begins an episode unless one of the same hazard still
lasts. `Acceptance` answers one at a time, for a world in which calls change facts; `accept` answers all at once, for a
life in which nothing changes. Both give the same answer.
"""

from __future__ import annotations

import numpy as np

from simcare.chance.quantiles import Floats
from simcare.patients.life.candidates import Candidates
from simcare.patients.life.facts import Flags, Whole
from simcare.patients.life.hazards import Hazards
from simcare.patients.life.rates import (
    changing_factor,
    changing_mask,
    each_changing_factor,
    highest_factor,
    season_shares,
)


class Acceptance:
    """The probability that a candidate becomes an episode, looked up; one serves any number of lives.

    A world keeps each patient's `changing` facts and until when the last episode of each pair lasts. When it reaches a
    candidate, that begins an episode if its luck is below `probability` and no episode of its pair lasts.
    """

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
    found: Floats = share[candidates.pair] * seasons[candidates.hazard, candidates.season]
    assert found.size == 0 or found.max() <= 1, "a rate is above its ceiling"
    return found


def begin(candidates: Candidates, passed: Flags) -> Flags:
    """Return which of the candidates that pass begin an episode: those met while none of their pair lasts."""
    begins = passed.copy()
    at = np.flatnonzero(passed)
    # Sorted by pair, then by place, which is by day: as one number, because numbers sort faster than their order does.
    pair, at = np.divmod(np.sort(candidates.pair[at] * len(candidates) + at), max(1, len(candidates)))
    follows = np.flatnonzero(pair[1:] == pair[:-1]) + 1
    earlier, later = at[follows - 1], at[follows]
    until = candidates.day[earlier] + candidates.days(earlier)
    # Only a pair with one that outlasts the start of the next needs a walk through its candidates.
    crowded = np.unique(pair[follows[until > candidates.day[later]]])
    begins[_met_while_another_lasts(candidates, at[np.isin(pair, crowded)])] = False
    return begins


def _met_while_another_lasts(candidates: Candidates, at: Whole) -> list[int]:
    """Return those of the candidates, sorted by pair and day, that fall into an episode of their own pair."""
    met, last, until = [], -1, 0.0
    columns = (at, candidates.pair[at], candidates.day[at], candidates.days(at))
    for place, pair, day, days in zip(*(column.tolist() for column in columns), strict=True):
        if pair == last and day < until:
            met.append(place)
        else:
            last, until = pair, day + days
    return met
