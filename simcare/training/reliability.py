"""How reliably a set of calls ranks people: would the other half of their calls tell the same?

Split-half reliability over scenarios. The first score in each scenario counts, freed of how hard the scenario is; a
learner's scores are halved at random many times by keyed chance, and the agreement of the halves is stepped up to the
whole (Spearman 1910, Brown 1910).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from simcare import chance
from simcare.training.judged import JudgedCall
from simcare.training.measures import evidence

FEWEST_LEARNERS = 10
FEWEST_SCENARIOS = 6
"""Different scenarios a learner needs to be split into two halves."""
SPLITS = 100


@dataclass(frozen=True, slots=True)
class Reliability:
    """`value` is the mean over the splits, -1 to 1; None with the reason in `words` where there are too few."""

    method: str
    learners: int
    scenarios: float
    """Mean number of different scenarios of the learners who count."""
    value: float | None
    words: str


def reliability(calls: Iterable[JudgedCall], *, seed: int = 0) -> Reliability:
    """Return the split-half reliability of mean scores over scenarios; says so where there are too few."""
    people = {
        learner: scores for learner, scores in _scores(evidence(calls)).items() if len(scores) >= FEWEST_SCENARIOS
    }
    method = f"split-half over scenarios, mean of {SPLITS} random halvings, Spearman-Brown"
    number = fmean(map(len, people.values())) if people else 0.0
    if len(people) < FEWEST_LEARNERS:
        words = (
            f"Too few: {len(people)} of at least {FEWEST_LEARNERS} learners have "
            f"{FEWEST_SCENARIOS} different calls or more."
        )
        return Reliability(method, len(people), number, None, words)
    halves = [found for split in range(SPLITS) if (found := _one_split(people, seed, split)) is not None]
    if not halves:
        return Reliability(method, len(people), number, None, "All scores are the same, so nobody can be told apart.")
    value = fmean(2 * r / (1 + abs(r)) for r in halves)
    each = f"{number:.1f}".removesuffix(".0")
    words = (
        f"Split in two halves, the calls of {len(people)} learners ({each} scenarios each) agree at {value:.2f}: "
        "0 is chance, 1 says that another such set would put people in the same order."
    )
    return Reliability(method, len(people), number, value, words)


def _scores(calls: Iterable[JudgedCall]) -> Mapping[str, Mapping[str, float]]:
    """Return each learner's first score in each scenario, less the mean of all learners there."""
    first: dict[str, dict[str, float]] = defaultdict(dict)
    for call in calls:
        first[call.learner].setdefault(call.scenario, call.score)
    by_scenario: dict[str, list[float]] = defaultdict(list)
    for scores in first.values():
        for scenario, score in scores.items():
            by_scenario[scenario].append(score)
    hard = {scenario: fmean(scores) for scenario, scores in by_scenario.items()}
    return {who: {name: score - hard[name] for name, score in scores.items()} for who, scores in first.items()}


def _one_split(people: Mapping[str, Mapping[str, float]], seed: int, split: int) -> float | None:
    left, right = [], []
    for who, scores in people.items():
        order = chance.shuffle(seed, "reliability.split", who, split, items=sorted(scores))
        half = len(order) // 2
        left.append(fmean(scores[name] for name in order[:half]))
        right.append(fmean(scores[name] for name in order[half:]))
    return _correlation(left, right)


def _correlation(x: list[float], y: list[float]) -> float | None:
    mean_x, mean_y = fmean(x), fmean(y)
    spread = math.sqrt(sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y))
    if spread == 0:
        return None
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
