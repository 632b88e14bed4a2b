"""What finished calls say about how somebody triages, talks and judges themselves: shares with their uncertainty.

Everything here is a pure function of judged calls. Guided calls are left out, since they tell what to do. Scores
differ from case to case, so nothing here certifies anybody: under `ENOUGH_CALLS` different calls it says "too few
calls", and above it still "practice". Reliability over people is in `reliability`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median, quantiles
from typing import Any

from simcare.scenarios.policy import TriageWeights
from simcare.training.judged import URGENT, JudgedCall

ENOUGH_CALLS = 12
"""Different scenarios below which a number says too little about a person (the scenario format's rule of thumb)."""
Z95 = 1.959964
CONFIDENT = 80
"""Percent from which somebody is called sure, as in the scorecard."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a number of cases with its 95 % Wilson interval; all three are None without a case."""

    hits: int
    cases: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Urgent or not, as judged against as needed: a nurse now or 911 is the positive."""

    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int

    @property
    def sensitivity(self) -> Share:
        """Of those that needed it, how many got it."""
        return wilson(self.true_positive, self.true_positive + self.false_negative)

    @property
    def specificity(self) -> Share:
        """Of those that did not need it, how many were spared it."""
        return wilson(self.true_negative, self.true_negative + self.false_positive)

    @property
    def positive_predictive_value(self) -> Share:
        """Of those that got it, how many needed it."""
        return wilson(self.true_positive, self.true_positive + self.false_positive)

    @property
    def negative_predictive_value(self) -> Share:
        """Of those that did not get it, how many did not need it."""
        return wilson(self.true_negative, self.true_negative + self.false_negative)


@dataclass(frozen=True, slots=True)
class Triage:
    """How decisions stand against the expected levels; an accepted level counts as right, none at all as under."""

    right: Share
    under: Share
    over: Share
    urgent: Table
    kappa: float | None
    """Triage-weighted kappa: 1 agrees with the experts always, 0 as often as chance. None where it is not defined."""
    weights: dict[str, float]
    """Disagreement by distance on the ladder, as the policy sets it: too little help costs more than too much."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """How long urgent calls waited for the right level, in seconds from the start of the call."""

    calls: int
    reached: int
    """Urgent calls that got a right level."""
    median: float | None
    middle_half: tuple[float, float] | None
    late: Share
    """Of those reached, how many came later than the call allows."""


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Decisions whose confidence, in percent, lies in [low, high], and how many of them were right."""

    low: int
    high: int
    right: Share


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure somebody said to be against how often they were right."""

    stated: int
    brier: float | None
    """Mean squared distance of confidence from being right: 0 is best, .25 is what always saying 50 % gives."""
    mean_confidence: float | None
    right: Share
    bins: tuple[CalibrationBin, ...]
    confident_under: tuple[str, ...]
    """Attempts in which somebody was sure (80 % or more) of too little help."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain of the rubric: points earned of those to be had, and rows done of those asked for."""

    domain: str
    earned: float
    possible: float
    rows: Share


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One call on the learning curve: its score, and the mean of the last calls up to it."""

    nth: int
    attempt: str
    score: float
    passed: bool
    mean_of_last: float


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures of one set of calls, mostly one learner's."""

    calls: int
    different: int
    enough: bool
    standing: str
    passed: Share
    mean_score: float | None
    triage: Triage
    escalation: Escalation
    calibration: Calibration
    domains: tuple[Domain, ...]
    curve: tuple[CurvePoint, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the measures as plain data, with sensitivity and its siblings written out."""
        data = asdict(self)
        table = self.triage.urgent
        for name in ("sensitivity", "specificity", "positive_predictive_value", "negative_predictive_value"):
            data["triage"]["urgent"][name] = asdict(getattr(table, name))
        return data


def measure(calls: Iterable[JudgedCall], weights: TriageWeights) -> Measures:
    """Return all measures of these calls in their order in time; guided ones are left out."""
    counted = evidence(calls)
    scenarios = {call.scenario for call in counted}
    return Measures(
        calls=len(counted),
        different=len(scenarios),
        enough=len(scenarios) >= ENOUGH_CALLS,
        standing=standing(len(scenarios)),
        passed=wilson(sum(call.passed for call in counted), len(counted)),
        mean_score=fmean(call.score for call in counted) if counted else None,
        triage=triage(counted, weights),
        escalation=escalation(counted),
        calibration=calibration(counted),
        domains=domains(counted),
        curve=learning_curve(counted),
    )


def evidence(calls: Iterable[JudgedCall]) -> tuple[JudgedCall, ...]:
    """Return the calls that say something about their player, the oldest first."""
    return tuple(sorted((call for call in calls if not call.guided), key=lambda call: (call.started_at, call.attempt)))


def standing(different: int) -> str:
    """Say in a sentence how much so many different calls can say; never that somebody is able."""
    if different < ENOUGH_CALLS:
        return f"Practice. Too few calls to say more: {different} of at least {ENOUGH_CALLS} different ones."
    return f"Practice, over {different} different calls. This describes these calls; it certifies nothing."


def wilson(hits: int, cases: int) -> Share:
    """Return a share with its 95 % Wilson interval (Wilson 1927): it holds for few cases and at both ends."""
    if not 0 <= hits <= cases:
        raise ValueError(f"{hits} of {cases} is no share")
    if cases == 0:
        return Share(0, 0, None, None, None)
    share, z2 = hits / cases, Z95**2
    center = (share + z2 / (2 * cases)) / (1 + z2 / cases)
    half = Z95 * math.sqrt(share * (1 - share) / cases + z2 / (4 * cases**2)) / (1 + z2 / cases)
    return Share(hits, cases, share, max(0.0, center - half), min(1.0, center + half))


def triage(calls: Sequence[JudgedCall], weights: TriageWeights) -> Triage:
    """Return how the decisions of these calls stand against the expected levels."""
    pairs = [(call.expected, call.expected if call.right else (call.taken or 0)) for call in calls]
    return Triage(
        right=wilson(sum(call.right for call in calls), len(calls)),
        under=wilson(sum(call.under for call in calls), len(calls)),
        over=wilson(sum(call.over for call in calls), len(calls)),
        urgent=urgent_table((expected >= URGENT, taken >= URGENT) for expected, taken in pairs),
        kappa=weighted_kappa(pairs, weights),
        weights={name: getattr(weights, name) for name in ("one_under", "two_under", "one_over", "two_over")},
    )


def urgent_table(pairs: Iterable[tuple[bool, bool]]) -> Table:
    """Count (needed, given) pairs into the four fields."""
    counted = list(pairs)
    return Table(
        counted.count((True, True)),
        counted.count((True, False)),
        counted.count((False, True)),
        counted.count((False, False)),
    )


def weighted_kappa(pairs: Sequence[tuple[int, int]], weights: TriageWeights) -> float | None:
    """Return kappa of (expected, taken) ranks with the policy's disagreement weights; None where chance never errs.

    Cohen's weighted kappa (1968) with weights that are not symmetric: linear or quadratic ones cannot tell a cautious
    care manager from a lax one.
    """
    if not pairs:
        return None
    observed = fmean(_disagreement(taken - expected, weights) for expected, taken in pairs)
    by_chance = fmean(_disagreement(taken - expected, weights) for expected, _ in pairs for _, taken in pairs)
    return None if by_chance == 0 else 1 - observed / by_chance


def escalation(calls: Sequence[JudgedCall]) -> Escalation:
    """Return how long the urgent ones of these calls waited for a right level."""
    urgent = [call for call in calls if call.urgent]
    reached = [call for call in urgent if call.right and call.seconds is not None]
    seconds = [float(call.seconds or 0) for call in reached]
    parts = quantiles(seconds, n=4, method="inclusive") if len(seconds) > 1 else None
    return Escalation(
        calls=len(urgent),
        reached=len(reached),
        median=median(seconds) if seconds else None,
        middle_half=None if parts is None else (parts[0], parts[2]),
        late=wilson(sum(call.late for call in reached), len(reached)),
    )


def calibration(calls: Sequence[JudgedCall]) -> Calibration:
    """Return how well the stated confidence fits, over the decisions that have one."""
    stated = [(call.confidence, call.right, call) for call in calls if call.confidence is not None]
    return Calibration(
        stated=len(stated),
        brier=fmean((sure / 100 - right) ** 2 for sure, right, _ in stated) if stated else None,
        mean_confidence=fmean(sure for sure, _, _ in stated) if stated else None,
        right=wilson(sum(right for _, right, _ in stated), len(stated)),
        bins=tuple(
            CalibrationBin(low, high, wilson(sum(within), len(within)))
            for low, high in ((0, 59), (60, 79), (80, 94), (95, 100))
            if (within := [right for sure, right, _ in stated if low <= sure <= high])
        ),
        confident_under=tuple(call.attempt for sure, _, call in stated if sure >= CONFIDENT and call.under),
    )


def domains(calls: Iterable[JudgedCall]) -> tuple[Domain, ...]:
    """Return what was earned in each domain of the rubric, in the order of the domains' names."""
    rows = [row for call in calls for row in call.rows]
    found = []
    for name in sorted({row.domain for row in rows}):
        own = [row for row in rows if row.domain == name]
        asked = [row for row in own if row.kind != "must_not"]
        found.append(
            Domain(
                domain=name,
                earned=sum(row.earned for row in own),
                possible=sum(row.points for row in asked),
                rows=wilson(sum(row.good for row in asked), len(asked)),
            )
        )
    return tuple(found)


def learning_curve(calls: Sequence[JudgedCall], last: int = 5) -> tuple[CurvePoint, ...]:
    """Return the scores in their order, each with the mean of the `last` calls up to it."""
    return tuple(
        CurvePoint(
            nth=nth,
            attempt=call.attempt,
            score=call.score,
            passed=call.passed,
            mean_of_last=fmean(each.score for each in calls[max(0, nth - last) : nth]),
        )
        for nth, call in enumerate(calls, 1)
    )


def _disagreement(steps: int, weights: TriageWeights) -> float:
    if steps == 0:
        return 0.0
    if steps > 0:
        return weights.one_over if steps == 1 else weights.two_over
    return weights.one_under if steps == -1 else weights.two_under
