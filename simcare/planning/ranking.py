"""Which of a few is best, with a guarantee: the fully sequential procedure of Kim and Nelson (2001).

With at least the stated confidence the chosen one is the best, whenever the best is better than all others by the
indifference amount; if others are closer, it is one of those. Common random numbers are allowed and make it fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Ranking:
    """What came of it.

    Attributes:
        best: Place of the chosen one.
        replications: How many each one took, by place.
        means: Of the replications it took, by place.
        decided: False where the most replications came first; then `best` has the least mean and no guarantee.
    """

    best: int
    replications: tuple[int, ...]
    means: tuple[float, ...]
    decided: bool


def rank_least(
    count: int,
    draw: Callable[[Sequence[int], int], Sequence[float]],
    *,
    indifference: float,
    confidence: float = 0.95,
    first: int = 10,
    most: int = 200,
) -> Ranking:
    """Return which of `count` has the least mean.

    Args:
        count: How many.
        draw: Gives the values of the asked places for one replication's number; with the same luck for all.
        indifference: Differences below this do not matter.
        confidence: Of the right choice.
        first: Replications before anybody drops out.
        most: Replications after which the smallest mean is taken.
    """
    if count == 1:
        value = float(draw([0], 0)[0])
        return Ranking(0, (1,), (value,), decided=True)
    kept = list(range(count))
    values: list[list[float]] = [[] for _ in range(count)]
    for replication in range(first):
        for place, value in zip(kept, draw(kept, replication), strict=True):
            values[place].append(value)
    start = np.array([each[:first] for each in values])
    # Twice eta is the slope of how fast the triangle of continuation closes (Kim and Nelson, with c = 1).
    eta = 0.5 * ((2 * (1 - confidence) / (count - 1)) ** (-2 / (first - 1)) - 1)
    squared = 2 * eta * (first - 1)
    variance = {(a, b): float((start[a] - start[b]).var(ddof=1)) for a in range(count) for b in range(count) if a != b}
    taken = first
    while True:
        means = {place: float(np.mean(values[place])) for place in kept}
        kept = [
            place
            for place in kept
            if all(
                means[place] <= means[other] + _room(indifference, squared, variance[place, other], taken)
                for other in kept
                if other != place
            )
        ]
        if len(kept) == 1 or taken >= most:
            break
        for place, value in zip(kept, draw(kept, taken), strict=True):
            values[place].append(value)
        taken += 1
    best = min(kept, key=lambda place: float(np.mean(values[place])))
    return Ranking(
        best,
        tuple(len(each) for each in values),
        tuple(float(np.mean(each)) for each in values),
        decided=len(kept) == 1,
    )


def _room(indifference: float, squared: float, variance: float, taken: int) -> float:
    return max(0.0, indifference / (2 * taken) * (squared * variance / indifference**2 - taken))
