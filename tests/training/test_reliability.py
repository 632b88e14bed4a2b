"""Reliability over scenarios: perfect where people differ, none where only luck does, and silence for few."""

from __future__ import annotations

from simcare import chance
from simcare.training.reliability import FEWEST_LEARNERS, reliability
from tests.training.made import call


def scores(people: int, calls: int, spread: float, noise: float) -> list:
    """Return calls of people who differ by `spread` and of calls that differ by `noise`."""
    return [
        call(
            nth,
            learner=f"L{who}",
            attempt=f"{who}-{nth}",
            score=60 + spread * who / people + noise * (chance.uniform(1, "score", f"L{who}", nth) - 0.5),
        )
        for who in range(people)
        for nth in range(calls)
    ]


def test_people_who_differ_are_told_apart() -> None:
    """Without luck two halves agree, however the calls are halved."""
    assert round(reliability(scores(12, 8, 30, 0)).value or 0, 2) == 1.0


def test_luck_alone_is_not_reliable() -> None:
    """Where all are the same, halves agree as often as not."""
    found = reliability(scores(40, 8, 0, 30))
    assert found.value is not None and abs(found.value) < 0.35


def test_more_calls_are_more_reliable() -> None:
    """The same people over more scenarios are ranked better."""
    few, many = (reliability(scores(30, number, 15, 30)).value or 0 for number in (6, 20))
    assert few < many


def test_too_few_learners_is_said() -> None:
    """No number is given that could not be trusted."""
    found = reliability(scores(FEWEST_LEARNERS - 1, 8, 30, 0))
    assert (found.value, "Too few" in found.words) == (None, True)
