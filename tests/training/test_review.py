"""Spacing: what was done badly comes back soon, what was done well later, without luck and without a clock."""

from __future__ import annotations

from datetime import timedelta

from fsrs import Rating

from simcare.training.review import grade, review
from tests.training.made import MONDAY, outcome


def days(*shares: float) -> list[int]:
    """Practice on each due day with these shares, and return the days until the next time."""
    found, gaps, on = [], [], 0
    for share in shares:
        found.append(outcome(on, share, scenario=f"s{on}"))
        card = review(found).cards(MONDAY + timedelta(days=on))[0]
        gaps.append((card.due.date() - (MONDAY + timedelta(days=on)).date()).days)
        on += gaps[-1]
    return gaps


def test_spacing_grows_with_success_and_falls_back_after_a_slip() -> None:
    """Hard, Good, Good, Again, Good on the due days."""
    assert days(0.7, 0.9, 0.9, 0.2, 0.9) == [1, 5, 17, 2, 4]


def test_a_day_is_one_review() -> None:
    """Three calls on one day are graded together, so that practicing much is not forgetting little."""
    morning, noon, evening = (
        outcome(0, share, at=MONDAY + timedelta(hours=3 * nth)) for nth, share in enumerate((0.2, 1, 1))
    )
    together = review([morning, noon, evening]).cards(MONDAY)[0]
    alone = review([outcome(0, 2.2 / 3)]).cards(MONDAY)[0]
    assert (together.reviews, together.due) == (1, alone.due)


def test_grades_follow_the_share_done() -> None:
    """Half, three quarters and nearly all are the steps."""
    assert [grade(done, 10) for done in (4.9, 5, 7.5, 9.5)] == [Rating.Again, Rating.Hard, Rating.Good, Rating.Easy]


def test_memory_fades_and_the_day_comes() -> None:
    """What is kept falls from day to day; on the due day it is due."""
    cards = review([outcome(0, 0.9)])
    soon, later = (cards.cards(MONDAY + timedelta(days=nth))[0] for nth in (1, 30))
    assert soon.kept > later.kept
    assert (soon.is_due(soon.due - timedelta(hours=1)), soon.is_due(soon.due)) == (False, True)


def test_only_practiced_skills_have_a_card() -> None:
    """A skill that was never asked for has nothing to be forgotten."""
    assert [card.skill for card in review([outcome(0, 1, skill="S3")]).cards(MONDAY)] == ["S3"]
