"""Borderline regression by hand: a known line, its standard error, and no mark where there is no ground for one."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from simcare.training.pass_mark import Rated, borderline_regression, pass_marks, rated_calls
from simcare.training.reviews import Review
from tests.training.made import call


def rated(slope: float = 20.0, *, each: int = 10, ratings: tuple[int, ...] = (1, 2, 3, 4, 5)) -> list[Rated]:
    """Return `each` calls for every rating, half of them 5 points above the line and half below it."""
    return [
        Rated(f"{rating}-{n}", rating, 60 + slope * (rating - 3) + (5 if n % 2 else -5))
        for rating in ratings
        for n in range(each)
    ]


def said(attempt: str, rating: int | None) -> Review:
    """Return a review of an attempt."""
    return Review(f"r{attempt}{rating}", attempt, "Sam", datetime(2026, 11, 3, tzinfo=UTC), "", rating)


def test_the_mark_is_the_score_expected_at_borderline() -> None:
    """Fifty calls on a line of 20 points a rating through 60 at borderline, 5 points around it."""
    found = borderline_regression(rated())
    assert (found.rated, found.mark, found.slope) == (50, pytest.approx(60), pytest.approx(20))
    assert found.error == pytest.approx(math.sqrt(1250 / 48 / 50))
    assert found.r2 == pytest.approx(40_000 / 41_250)
    assert found.words == "A call rated borderline scores 60 on average (standard error 0.7, 50 rated calls)."


def test_away_from_the_middle_of_the_ratings_it_is_less_sure() -> None:
    """Most calls rated good: the mark stays on the line, its error is that of the line at borderline, by hand."""
    found = borderline_regression([*rated(each=2), *rated(each=40, ratings=(5,))])
    # 8 calls at 1 to 4, two each, and 42 at 5: mean 4.6, spread 2*(3.6² + 2.6² + 1.6² + .6²) + 42*.4² = 52.
    assert found.mark == pytest.approx(60)
    assert found.error == pytest.approx(math.sqrt(1250 / 48 * (1 / 50 + 1.6**2 / 52)))


def test_below_fifty_ratings_it_says_so() -> None:
    """Forty-nine ratings give no mark and the number that is wanted."""
    found = borderline_regression(rated()[1:])
    assert (found.mark, found.words) == (None, "Too few ratings for a pass mark: 49 of at least 50 rated calls.")


def test_without_calls_on_both_sides_of_borderline_there_is_no_mark() -> None:
    """Where everybody is rated good or ready, the line would be read where nobody stands."""
    found = borderline_regression(rated(each=25, ratings=(4, 5)))
    assert found.mark is None and "below and above borderline" in found.words


def test_ratings_that_do_not_go_with_scores_give_no_mark() -> None:
    """A line that falls, or is flat, sends the trainer back to rubric and raters."""
    for slope in (-10.0, 0.0):
        found = borderline_regression(rated(slope))
        assert found.mark is None and "rated better do not score better" in found.words


def test_several_ratings_of_a_call_count_as_their_mean() -> None:
    """Two raters make one dot; a comment without a rating, a guided call and an unrated one make none."""
    calls = [call(0, score=70.0), call(1), call(2, guided=True)]
    reviews = [said("a0", 2), said("a0", 5), said("a1", None), said("a2", 4)]
    assert rated_calls(calls, reviews) == (Rated("a0", 3.5, 70.0),)


def test_every_scenario_has_a_mark_of_its_own() -> None:
    """What was rated is told by scenario, with the reason where there is no mark yet."""
    found = pass_marks([call(0), call(1), call(2)], [said("a0", 3), said("a2", 4)])
    assert {name: mark.rated for name, mark in found.items()} == {"scenario-0": 1, "scenario-2": 1}
