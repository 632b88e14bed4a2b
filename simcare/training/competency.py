"""How able somebody is in each of the seven skills, with how little is known about it.

An Elo-like rating in log-odds: a call's outcome is held against what was expected of its player on a variant of its
difficulty, and both move. Unlike Elo's it carries uncertainty (a Kalman filter on the logistic scale, as in Glicko):
little is known at first, skills of one person lean on each other, and what is not practiced is known less from day to
day. Nothing here knows the records: it folds over `Outcome`s in the order of time.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from simcare.training.catalog import PracticeCall
from simcare.training.measures import Z95
from simcare.training.outcomes import Outcome
from simcare.training.seven_skills import SKILLS

Vector = NDArray[np.float64]
NAMES = tuple(SKILLS)
PLACE = {name: at for at, name in enumerate(NAMES)}
FEW = 3
"""Calls that ask for a skill below which its rating is called a first guess."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the rating assumes; variances are in squared log-odds. Tuned in `benchmarks/learning.py`."""

    start: float = 0.5
    """Mean of a new learner: does 62 of 100 things asked for."""
    general: float = 0.6
    """Variance of what all skills of a learner share."""
    special: float = 0.8
    """Variance of each skill beside it."""
    difficulty: float = 0.06
    """Variance of a variant's difficulty around the first guess; small, since people who practice one list learn along
    it, and that is not the calls becoming easier."""
    pass_difficulty: float = 0.1
    """The same for passing it."""
    guess: float = 0.5
    """How much of the first guess, which is of decisions, holds for everything asked for."""
    per_call: float = 0.07
    """Variance a skill gains by a call that asks for it: people learn."""
    per_day: float = 0.002
    """Variance it gains by a day without practice: people forget."""
    alike: float = 0.25
    """How alike the things asked for in one call are: they share its patient and its day."""
    strict: float = 1.0
    """By how much passing is harder than doing one thing, at first."""
    strict_variance: float = 1.0


@dataclass(frozen=True, slots=True)
class Rating:
    """What is known of one skill of one learner; `share` is of things asked for in calls of middling difficulty."""

    skill: str
    mean: float
    sd: float
    calls: int

    @property
    def share(self) -> float:
        """The share expected to be done."""
        return logistic(self.mean)

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval of the share."""
        return logistic(self.mean - Z95 * self.sd)

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval of the share."""
        return logistic(self.mean + Z95 * self.sd)

    @property
    def few(self) -> bool:
        """Tell whether too few calls asked for the skill to say anything of it."""
        return self.calls < FEW


@dataclass(slots=True)
class _Difficulty:
    mean: float
    variance: float
    to_pass: float
    pass_variance: float


@dataclass(slots=True)
class _Learner:
    mean: Vector
    covariance: Vector
    strict: float
    strict_variance: float
    calls: dict[str, int] = field(default_factory=dict)
    last: datetime | None = None


class Ratings:
    """The ratings of learners and the difficulties of variants; mutable, changed by `observe` alone."""

    def __init__(self, calls: Iterable[PracticeCall] = (), settings: Settings | None = None) -> None:
        """Begin with nobody known; `calls` give the first guesses of the difficulties."""
        self.settings = settings or Settings()
        offered = tuple(calls)
        self._guesses = {call.id: call.hard for call in offered}
        self._asked = {call.id: _weights(call.asked) for call in offered}
        self._difficulties: dict[tuple[str, str], _Difficulty] = {}
        self._learners: dict[str, _Learner] = {}

    def observe(self, outcome: Outcome) -> None:
        """Take one more call into account; outcomes come in the order of time."""
        learner = self._learners.setdefault(outcome.learner, self._learner(outcome.learner))
        call = outcome.scenario, outcome.variant
        difficulty = self._difficulties.setdefault(call, self._difficulty(call))
        self._age(learner, outcome)
        for skill, (good, asked) in outcome.done.items():
            self._observe_skill(learner, difficulty, skill, good / asked, outcome.weight * asked)
        self._observe_pass(learner, difficulty, outcome)

    def of(self, learner: str) -> tuple[Rating, ...]:
        """Return a learner's ratings in the order S1 to S7; of somebody unknown, what is thought of anybody new."""
        known = self._learner(learner)
        return tuple(
            Rating(name, float(known.mean[at]), math.sqrt(known.covariance[at, at]), known.calls.get(name, 0))
            for name, at in PLACE.items()
        )

    def expected_pass(self, learner: str, call: PracticeCall) -> float:
        """Return the probability that a learner passes a call."""
        known, difficulty = self._learner(learner), self._difficulty(call.id)
        weights = self._asked[call.id] if call.id in self._asked else _weights(call.asked)
        spread = float(weights @ known.covariance @ weights) + known.strict_variance + difficulty.pass_variance
        return _expected(float(weights @ known.mean) - known.strict - difficulty.to_pass, spread)

    def difficulty(self, scenario: str, variant: str) -> tuple[float, float]:
        """Return how hard a variant is, in log-odds beside the middle of the library, and the standard deviation."""
        found = self._difficulty((scenario, variant))
        return found.mean, math.sqrt(found.variance)

    # -- the filter ------------------------------------------------------------------------------------------------

    def _observe_skill(
        self, learner: _Learner, difficulty: _Difficulty, skill: str, share: float, asked: float
    ) -> None:
        """Move a learner and a variant by one share; the noise of the share is that of so many yes-or-no trials."""
        at = PLACE[skill]
        column = learner.covariance[:, at].copy()
        spread = float(column[at]) + difficulty.variance
        expected = _expected(float(learner.mean[at]) - difficulty.mean, spread)
        slope = max(0.04, expected * (1 - expected))
        trials = asked / (1 + max(0.0, asked - 1) * self.settings.alike)
        total = spread + 1 / (trials * slope)
        surprise = (share - expected) / slope
        learner.mean += column * (surprise / total)
        learner.covariance -= np.outer(column, column) / total
        difficulty.mean -= difficulty.variance / total * surprise
        difficulty.variance -= difficulty.variance**2 / total
        learner.calls[skill] = learner.calls.get(skill, 0) + 1

    def _observe_pass(self, learner: _Learner, difficulty: _Difficulty, outcome: Outcome) -> None:
        """Move what passing takes beyond the skills; these have learned from the same call's rows already."""
        weights = _weights({skill: asked for skill, (_, asked) in outcome.done.items()})
        ability = float(weights @ learner.mean)
        spread = float(weights @ learner.covariance @ weights) + learner.strict_variance + difficulty.pass_variance
        expected = _expected(ability - learner.strict - difficulty.to_pass, spread)
        slope = max(0.04, expected * (1 - expected))
        total = spread + 1 / (outcome.weight * slope)
        surprise = (float(outcome.passed) - expected) / slope
        learner.strict -= learner.strict_variance / total * surprise
        learner.strict_variance -= learner.strict_variance**2 / total
        difficulty.to_pass -= difficulty.pass_variance / total * surprise
        difficulty.pass_variance -= difficulty.pass_variance**2 / total

    def _age(self, learner: _Learner, outcome: Outcome) -> None:
        """Know less of everybody day by day, and of the skills that a call has just trained."""
        days = 0.0 if learner.last is None else max(0.0, (outcome.at - learner.last).total_seconds() / 86_400)
        learner.last = outcome.at
        gained = np.full(len(NAMES), self.settings.per_day * days)
        for skill in outcome.done:
            gained[PLACE[skill]] += self.settings.per_call
        learner.covariance[np.diag_indices(len(NAMES))] += gained

    def _learner(self, name: str) -> _Learner:
        """Return what is known of a learner, or what is thought of anybody new."""
        if name in self._learners:
            return self._learners[name]
        chosen, size = self.settings, len(NAMES)
        covariance = np.full((size, size), chosen.general) + np.eye(size) * chosen.special
        return _Learner(np.full(size, chosen.start), covariance, chosen.strict, chosen.strict_variance)

    def _difficulty(self, call: tuple[str, str]) -> _Difficulty:
        if call in self._difficulties:
            return self._difficulties[call]
        guess, chosen = self._guesses.get(call, 0.0), self.settings
        return _Difficulty(chosen.guess * guess, chosen.difficulty, guess, chosen.pass_difficulty)


def rate(outcomes: Iterable[Outcome], calls: Iterable[PracticeCall] = (), settings: Settings | None = None) -> Ratings:
    """Return the ratings after these outcomes, which may come in any order."""
    ratings = Ratings(calls, settings)
    for outcome in sorted(outcomes, key=lambda each: (each.at, each.learner, each.scenario)):
        ratings.observe(outcome)
    return ratings


def logistic(value: float) -> float:
    """Return the probability that has these log-odds."""
    return 1 / (1 + math.exp(-value))


def _expected(mean: float, variance: float) -> float:
    """Return the mean of a logistic share whose log-odds are normal (the probit approximation, MacKay 1992)."""
    return logistic(mean / math.sqrt(1 + math.pi * variance / 8))


def _weights(asked: Mapping[str, float] | Mapping[str, int]) -> Vector:
    total = sum(asked.values())
    weights = np.zeros(len(NAMES))
    for skill, number in asked.items():
        weights[PLACE[skill]] = number / total
    return weights
