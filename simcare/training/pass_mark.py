"""Where a pass mark would lie by what supervisors say: the borderline regression method.

Scores are regressed on global ratings; the mark is the score at the rating "borderline". "Quantifying error in OSCE
standard setting for varying cohort sizes" (Medical Teacher, doi:10.3109/0142159X.2015.1029898) found its standard error
unacceptably large below 50 candidates, so below 50 rated calls there is none. It informs the trainer; no call's own
pass mark is changed by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from simcare.training.judged import JudgedCall
from simcare.training.measures import evidence
from simcare.training.reviews import Review

ENOUGH_RATINGS = 50
BORDERLINE = 3
"""The rating at which the mark is read, as `reviews.RATINGS` words it."""


@dataclass(frozen=True, slots=True)
class Rated:
    """One call with the mean of what its reviewers rated (1 to 5) and its score (0 to 100)."""

    attempt: str
    rating: float
    score: float


@dataclass(frozen=True, slots=True)
class BorderlineMark:
    """What the regression says; mark, standard error, slope (points a rating) and r2 are None where it says nothing."""

    rated: int
    mark: float | None
    error: float | None
    slope: float | None
    r2: float | None
    words: str


def rated_calls(calls: Iterable[JudgedCall], reviews: Iterable[Review]) -> tuple[Rated, ...]:
    """Return the calls that have a rating, the oldest first; several ratings of one call count as their mean."""
    given: dict[str, list[int]] = {}
    for review in reviews:
        if review.rating is not None:
            given.setdefault(review.attempt, []).append(review.rating)
    return tuple(
        Rated(call.attempt, fmean(given[call.attempt]), call.score) for call in evidence(calls) if call.attempt in given
    )


def pass_marks(calls: Sequence[JudgedCall], reviews: Sequence[Review]) -> Mapping[str, BorderlineMark]:
    """Return the mark of each scenario that has a rating, by its id in alphabetical order."""
    scenarios = sorted({call.scenario for call in calls})
    found = {name: rated_calls((call for call in calls if call.scenario == name), reviews) for name in scenarios}
    return {name: borderline_regression(rated) for name, rated in found.items() if rated}


def borderline_regression(rated: Sequence[Rated]) -> BorderlineMark:
    """Return the score expected at the rating "borderline" by least squares, or why there is none.

    The standard error is that of the line at that rating.
    """
    number = len(rated)
    if number < ENOUGH_RATINGS:
        words = f"Too few ratings for a pass mark: {number} of at least {ENOUGH_RATINGS} rated calls."
        return BorderlineMark(number, None, None, None, None, words)
    ratings, scores = [each.rating for each in rated], [each.score for each in rated]
    if not min(ratings) < BORDERLINE < max(ratings):
        words = "No pass mark: there must be calls rated below and above borderline, or the line says nothing there."
        return BorderlineMark(number, None, None, None, None, words)
    middle, level = fmean(ratings), fmean(scores)
    spread = sum((x - middle) ** 2 for x in ratings)
    slope = sum((x - middle) * (y - level) for x, y in zip(ratings, scores, strict=True)) / spread
    left = sum((y - level - slope * (x - middle)) ** 2 for x, y in zip(ratings, scores, strict=True))
    total = sum((y - level) ** 2 for y in scores)
    if slope <= 0:
        words = "No pass mark: calls that are rated better do not score better. Look at the rubric, or at the raters."
        return BorderlineMark(number, None, None, slope, None if total == 0 else 1 - left / total, words)
    mark = level + slope * (BORDERLINE - middle)
    error = math.sqrt(left / (number - 2) * (1 / number + (BORDERLINE - middle) ** 2 / spread))
    words = f"A call rated borderline scores {mark:.0f} on average (standard error {error:.1f}, {number} rated calls)."
    return BorderlineMark(number, mark, error, slope, 1 - left / total, words)
