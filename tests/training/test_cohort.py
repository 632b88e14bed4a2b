"""A cohort: who has done what, who is due, and that a trainee's own numbers are those the trainer sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from simcare.training.cohort import cohort_curve, see_cohort, see_trainee, trainee
from simcare.training.records import Attempt, Records
from simcare.training.roster import Member, assign, import_roster
from tests.training.made import MONDAY, call, offered

NOW = datetime(2026, 11, 30, tzinfo=UTC)
Begin = Callable[..., Attempt]


@pytest.fixture
def records() -> Records:
    """Return empty records in memory."""
    return Records.open("sqlite://")


def test_a_trainee_is_told_by_calls_that_are_evidence() -> None:
    """Guided calls are counted as done and say nothing of passing; 'different' counts scenarios once."""
    calls = [call(0, guided=True), call(1), call(2, scenario="scenario-1", taken=2), call(3)]
    found = trainee("Ann", calls, (), offered(), NOW)
    assert (len(found.calls), found.different, found.passed.hits, found.passed.cases) == (4, 2, 2, 3)
    assert found.last == MONDAY + timedelta(hours=3)
    assert found.standing == "Practice. Too few calls to say more: 2 of at least 12 different ones."


def test_skills_are_due_when_their_time_has_come() -> None:
    """A skill practiced on a Monday with half of it done is due weeks later, and not on the same day."""
    calls = [call(0)]
    assert trainee("Ann", calls, (), offered(), MONDAY + timedelta(hours=1)).due == ()
    assert {card.skill for card in trainee("Ann", calls, (), offered(), NOW).due} == {"S5", "S7"}


def test_everybody_of_a_roster_is_there_also_before_the_first_call(records: Records) -> None:
    """Who was imported stands on the board with nothing done and what is assigned; another group stays away."""
    import_roster(records, [Member("Ann", "spring"), Member("Bo", "spring"), Member("Cy", "fall")])
    assign(records, "spring", ["sore-knees", "lost-car"], NOW - timedelta(days=1), title="First", now=MONDAY)
    found = see_cohort(records, offered(), NOW, group="spring")
    assert (found.groups, [each.name for each in found.trainees]) == (("fall", "spring"), ["Ann", "Bo"])
    assert [(each.left(), len(each.overdue(NOW)), each.mean_score) for each in found.trainees] == [(2, 1, None)] * 2
    everybody = see_cohort(records, offered(), NOW)
    assert [(each.name, each.left()) for each in everybody.trainees] == [("Ann", 2), ("Bo", 2), ("Cy", 0)]


def test_what_is_open_is_counted_and_is_no_evidence(records: Records, begin: Begin) -> None:
    """An attempt that was begun is told, one that was left is not; neither is a finished call."""
    begin(records, "Ann")
    records.leave(begin(records, "Ann").id, "too much")
    found = see_cohort(records, offered(), NOW).trainees[0]
    assert (found.unfinished, found.calls, found.last) == (1, (), None)


def test_a_trainee_sees_what_the_trainer_sees(records: Records) -> None:
    """However the name is spelled, the page rests on the same calls, assignments and ratings as the board."""
    import_roster(records, [Member("Ann Lee", "spring")])
    assign(records, "spring", ["sore-knees"], NOW, title="First", now=MONDAY)
    board = see_cohort(records, offered(), NOW).trainees[0]
    own = see_trainee(records, " ann  LEE", offered(), NOW)
    assert (own.assigned, own.ratings, own.calls) == (board.assigned, board.ratings, board.calls)
    assert see_trainee(records, "Nobody", offered(), NOW).assigned == ()


def test_the_curve_of_the_group_ends_where_too_few_have_come() -> None:
    """Each point is the mean of all who have such a call; below three people there is none."""
    scores = {"Ann": [40, 60, 90], "Bo": [60, 70], "Cy": [80, 80]}
    people = [
        trainee(name, [call(n, learner=name, score=score) for n, score in enumerate(own)], (), offered(), NOW)
        for name, own in scores.items()
    ]
    found = [(point.nth, point.people, point.mean_score) for point in cohort_curve(people)]
    assert found == [(1, 3, 60), (2, 3, 70)]
