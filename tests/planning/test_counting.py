"""From a log to answers, on a log made by hand whose every number can be checked with a pencil."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcare.planning.answers import ANSWERS, Money, derive_answers, whole
from simcare.planning.billing import bill, codes
from simcare.planning.building import Built, build
from simcare.planning.calendar import calendar_of
from simcare.planning.counted import AT, COUNTED
from simcare.planning.counting import count
from simcare.world import BLOCKS, CALLS, EPISODES, WorldLog
from tests.planning.plans import QUEUE, basis_of

FREE = Money(0.0, 0.0)


def log_of(
    calls: list[dict[str, Any]],
    blocks: list[dict[str, Any]],
    days: float = 28.0,
    leavers: tuple[tuple[int, float], ...] = (),
) -> WorldLog:
    """Return a log with these rows; what a row leaves out is nothing."""
    blank = {name: np.nan if dtype == "float64" else 0 for name, (dtype, _) in CALLS.items()}
    blank |= {"patient": -1, "stream": -1, "episode": -1, "decided": -1, "parent": -1, "post": -1}
    blank |= {"talk": 0.0, "hold": 0.0, "documentation": 0.0}
    empty = dict.fromkeys(BLOCKS, 0)

    def columns(rows: list[dict[str, Any]], schema: Any, base: dict[str, Any]) -> dict[str, Any]:
        full = [{**base, **row} for row in rows]
        return {name: np.array([row[name] for row in full], dtype) for name, (dtype, _) in schema.items()}

    nothing = {name: np.zeros(0, dtype) for name, (dtype, _) in EPISODES.items()}
    return WorldLog(
        0,
        0,
        date(2027, 3, 1),
        days,
        columns(calls, CALLS, blank),
        columns(blocks, BLOCKS, empty),
        nothing,
        np.zeros(0),
        leavers,
        ("stream calls",),
        (),
    )


def answered(came: float, wait: float, talk: float, post: int = 0) -> dict[str, Any]:
    """Return an inbound call that was answered."""
    began = came + wait
    return {"came": came, "began": began, "talk": talk, "ended": began + talk, "post": post, "outcome": 0}


def hung_up(came: float, after: float) -> dict[str, Any]:
    """Return an inbound call that nobody answered."""
    return {"came": came, "ended": came + after, "outcome": 1}


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """Return the textbook queue: two cheap posts at 10 USD an hour and a dear one at 25, in UTC."""
    return build(basis_of(tmp_path, QUEUE))


def test_service_speed_and_abandonment_are_as_defined(built: Built) -> None:
    """Of five calls one is answered late and two hang up, one of these within five seconds: it does not count."""
    calls = [answered(10, 0, 5), answered(20, 0.5, 5), answered(30, 2, 5), hung_up(40, 3), hung_up(50, 0.05)]
    found = whole(count(log_of(calls, []), built, calendar_of(built.basis)), FREE)
    assert found["service_level"] == pytest.approx(2 / 4)
    assert found["asa"] == pytest.approx(60 * 2.5 / 3)
    assert found["abandonment"] == pytest.approx(2 / 5)
    assert found["inbound"] == pytest.approx(5 / 28)


def test_occupancy_utilization_and_shrinkage_stand_apart(built: Built) -> None:
    """Of ten paid hours one is a meeting; three of the other nine are worked: 33 %, 30 % and 10 %."""
    blocks = [{"duty": 0, "start": 0, "end": 540, "busy": 180}, {"duty": 3, "start": 540, "end": 600}]
    found = whole(count(log_of([answered(60, 0, 180)], blocks), built, calendar_of(built.basis)), FREE)
    assert found["occupancy"] == pytest.approx(1 / 3)
    assert found["utilization"] == pytest.approx(0.3)
    assert found["shrinkage"] == pytest.approx(0.1)


def test_overtime_is_paid_more(built: Built) -> None:
    """A shift of an hour with half an hour over costs an hour and one and a half times the half: 17.50 USD at 10."""
    blocks = [{"duty": 0, "start": 0, "end": 60, "busy": 90, "over": 30}]
    tally = count(log_of([answered(0, 0, 90)], blocks), built, calendar_of(built.basis))
    assert tally.days[:, AT["wages"]].sum() == pytest.approx(17.5)
    assert tally.days[:, AT["over"]].sum() == pytest.approx(30)


def test_a_span_is_shared_among_the_intervals_it_touches(built: Built) -> None:
    """A wait from 0:20 to 1:10 lies 10 minutes in the first half-hour, 30 in the second, 10 in the third."""
    calendar = calendar_of(built.basis)
    shared = calendar.shared(np.array([20.0]), np.array([70.0]))
    assert shared[:4].tolist() == pytest.approx([10, 30, 10, 0])
    assert calendar.shared(np.array([20.0]), np.array([70.0]), np.array([2.0])).sum() == pytest.approx(100)


def test_intervals_add_up_to_days_and_days_to_the_whole(built: Built) -> None:
    """One definition serves all levels, because all are made of the same sums."""
    calls = [answered(at * 613.0, at % 3, 4 + at % 5) for at in range(60)]
    tally = count(log_of(calls, [{"duty": 0, "start": 0, "end": 40_000}]), built, calendar_of(built.basis))
    assert tally.week.sum(axis=0) == pytest.approx(tally.days.sum(axis=0))
    level = derive_answers(tally.days, FREE, 0.0)["inbound"]
    assert level.mean() == pytest.approx(whole(tally, FREE)["inbound"])


def test_a_day_of_a_clock_change_has_all_its_calls(tmp_path: Path) -> None:
    """On the day that New York skips an hour nothing is counted twice or lost, and days begin at local midnight."""
    basis = basis_of(tmp_path, QUEUE.replace("zone: UTC", "zone: America/New_York"))
    calendar = calendar_of(basis)
    skipped = (date(2027, 3, 14) - date(2027, 3, 1)).days
    lengths = np.diff(calendar.edges).reshape(len(calendar.days), -1).sum(axis=1)
    assert lengths[skipped] == 23 * 60
    assert set(np.delete(lengths, skipped)) == {24 * 60}
    assert calendar.edges[0] == 5 * 60


@pytest.mark.parametrize(
    ("minutes", "complex_case", "billed"),
    [
        (19.9, False, {}),
        (20.0, False, {"99490": 1}),
        (59.0, True, {"99490": 1, "99439": 1}),
        (65.0, False, {"99490": 1, "99439": 2}),
        (200.0, False, {"99490": 1, "99439": 2}),
        (60.0, True, {"99487": 1}),
        (121.0, True, {"99487": 1, "99489": 2}),
    ],
)
def test_minutes_become_codes_without_rounding_up(
    built: Built, minutes: float, complex_case: bool, billed: dict[str, int]
) -> None:
    """Twenty minutes earn the first code, each further twenty another of at most two; complex months go by sixty."""
    object.__setattr__(built, "complex", np.array([complex_case]))
    units, usd, months = bill(built, np.array([[minutes]]))
    assert dict(zip(codes(built.basis), units[0], strict=True)) == {**dict.fromkeys(codes(built.basis), 0), **billed}
    assert (usd[0] > 0, months[0]) == (bool(billed), float(bool(billed)))


def test_who_leaves_costs_a_replacement(tmp_path: Path) -> None:
    """Each of the staff who leaves within what is counted costs what replacing one of that license does, no more."""
    built = build(basis_of(tmp_path, QUEUE))
    log = log_of([], [], leavers=((0, 1440.0), (2, 2880.0), (1, 99_999_999.0)))
    found = whole(count(log, built, calendar_of(built.basis)), FREE)
    months = 28 / 30.4375
    assert found["leavers"] == pytest.approx(2 / months)
    assert found["cost"] == pytest.approx(2 * built.basis.number("replacement_usd_none") / months)


def test_every_answer_is_made_of_sums_that_are_counted() -> None:
    """No definition names a sum that nobody counts."""
    made = {"missed_or_lost", "not_short", "days", "clock_months", "months", "cost"}
    for answer in ANSWERS.values():
        assert {answer.top, answer.bottom} - {""} <= {*COUNTED, *made}, answer.key
