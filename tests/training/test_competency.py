"""Ratings: they go where the outcomes go, know how little they know, and tell a hard call from a weak learner."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simcare.training.competency import FEW, Ratings, logistic, rate
from tests.training.made import MONDAY, offered, outcome


def skill(ratings: Ratings, name: str = "S5", learner: str = "Ann"):  # type: ignore[no-untyped-def]
    """Return one rating."""
    return next(rating for rating in ratings.of(learner) if rating.skill == name)


def test_somebody_new_is_known_little() -> None:
    """Nothing is known, and the interval says so."""
    new = skill(Ratings())
    assert (new.calls, new.few, new.high - new.low > 0.6) == (0, True, True)


def test_doing_much_raises_and_doing_little_lowers() -> None:
    """The rating goes where the evidence goes, and near it."""
    good, poor = (skill(rate([outcome(nth, share) for nth in range(20)])) for share in (0.9, 0.3))
    assert (good.share, poor.share) == (pytest.approx(0.87, abs=0.06), pytest.approx(0.35, abs=0.08))


def test_every_call_narrows_the_interval() -> None:
    """More evidence is more knowledge."""
    widths = [skill(rate([outcome(at, 0.7) for at in range(nth)])).sd for nth in (0, 2, 8, 30)]
    assert widths == sorted(widths, reverse=True)


def test_what_is_not_practiced_is_known_less() -> None:
    """A long pause widens what is known, and changes nothing about where it stands."""
    before = [outcome(nth, 0.8) for nth in range(10)]
    later = [outcome(10, 0.8, skill="S1", at=MONDAY + timedelta(days=200))]
    assert skill(rate(before + later)).sd > skill(rate(before)).sd


def test_skills_of_one_learner_lean_on_each_other() -> None:
    """Who does well in one skill is thought a little better in another, with less certainty."""
    ratings = rate([outcome(nth, 0.95) for nth in range(10)])
    other = skill(ratings, "S1")
    assert skill(Ratings(), "S1").mean < other.mean < skill(ratings).mean
    assert other.sd > skill(ratings).sd


def test_a_call_that_all_fail_is_hard_and_its_learners_are_not_weak() -> None:
    """Twenty people do well everywhere but in one call: the call takes the blame."""
    found = [outcome(nth, 0.2 if nth == 5 else 0.85, learner=f"L{who}") for who in range(20) for nth in range(10)]
    ratings = rate(found)
    hard, _ = ratings.difficulty("scenario-5", "quiet")
    usual, _ = ratings.difficulty("scenario-2", "quiet")
    assert hard > usual + 1
    assert skill(ratings, learner="L3").share > 0.75


def test_the_order_in_which_outcomes_are_given_does_not_matter() -> None:
    """They are taken in the order of time."""
    found = [outcome(nth, nth % 3 / 2) for nth in range(9)]
    assert skill(rate(found)) == skill(rate(found[::-1]))


def test_evidence_of_a_call_met_before_counts_less() -> None:
    """Who has read the debrief has been told."""
    fresh, again = (skill(rate([outcome(0, 1.0, weight=weight)])).mean for weight in (1.0, 0.5))
    assert skill(Ratings()).mean < again < fresh


def test_passing_is_expected_more_of_who_passed() -> None:
    """Expected pass rises with passes and falls with a harder call."""
    easy, hard = offered(2)[:2]
    hard = type(hard)(hard.scenario, hard.variant, hard.title, hard.need, hard.asked, hard=1.5)
    calls = [easy, hard]
    passes = rate([outcome(nth, 0.9, passed=True) for nth in range(10)], calls)
    fails = rate([outcome(nth, 0.9, passed=False) for nth in range(10)], calls)
    assert passes.expected_pass("Ann", easy) > fails.expected_pass("Ann", easy)
    assert passes.expected_pass("Ann", easy) > passes.expected_pass("Ann", hard)


def test_a_rating_of_few_calls_says_so() -> None:
    """Up to three calls it is a first guess."""
    assert [skill(rate([outcome(at, 0.7) for at in range(nth)])).few for nth in (FEW - 1, FEW)] == [True, False]


def test_log_odds_are_read_as_shares() -> None:
    """0 is one half, and the ends never overflow what is shown."""
    assert (logistic(0), round(logistic(2.2), 2)) == (0.5, 0.9)
