"""The parts from which a world is made: distributions, clocks, calendars, the board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy import Environment

from simcare.world import (
    FLAT,
    CallProfile,
    Distribution,
    Hours,
    Post,
    Shift,
    Shrinkage,
    Stream,
    Turnover,
    WorldSpec,
    empirical,
    exponential,
    fixed,
    gamma,
    lognormal,
    run,
    triangular,
    uniform,
)
from simcare.world.board import Board
from simcare.world.clock import clock_times, months, offsets, operational, starts
from simcare.world.demand import poisson_process
from simcare.world.duty import draw_duty, draw_tenures
from simcare.world.log import LEAVE, SICK, TRAINING, VACANT, WORK
from simcare.world.profiles import Table
from simcare.world.rounds import Rounds

ON = date(2026, 1, 5)
MANY = np.arange(200_000)


@pytest.mark.parametrize(
    ("distribution", "mean", "sd"),
    [
        (fixed(3.0), 3.0, 0.0),
        (exponential(4.0), 4.0, 4.0),
        (lognormal(14.0, 7.0), 14.0, 7.0),
        (gamma(6.0, 3.0), 6.0, 3.0),
        (uniform(2.0, 8.0), 5.0, 6 / 12**0.5),
        (triangular(0.7, 1.3, 2.5), 1.5, 0.3742),
        (empirical((1.0, 2.0, 6.0)), 3.0, 2.1602),
    ],
)
def test_distributions_have_their_moments(distribution: Distribution, mean: float, sd: float) -> None:
    """The mean and the spread of many draws are those that were asked for, and one draw is one of the many."""
    drawn = distribution.draws(1, "test", MANY)
    assert drawn.mean() == pytest.approx(mean, rel=0.01)
    assert drawn.std() == pytest.approx(sd, rel=0.02, abs=1e-12)
    assert distribution.draw(1, "test", 17) == drawn[17]


@given(st.floats(0.5, 50), st.floats(0.1, 30), st.floats(0, 5), st.floats(5, 90))
@settings(max_examples=30, deadline=None)
def test_a_longer_mean_makes_no_call_shorter(mean: float, sd: float, least: float, most: float) -> None:
    """The same luck under a longer mean is never less, and the bounds hold."""
    short = lognormal(mean, sd, least, most).draws(1, "test", MANY[:200])
    long = lognormal(mean * 1.5, sd * 1.5, least, most).draws(1, "test", MANY[:200])
    assert (long >= short - 1e-12).all() and (short >= least).all() and (long <= most).all()


@pytest.mark.parametrize("wrong", [lambda: fixed(-1.0), lambda: gamma(1.0, 0.0), lambda: triangular(3, 2, 1)])
def test_impossible_distributions_say_so(wrong: object) -> None:
    """A distribution that cannot be is refused where it is made."""
    with pytest.raises(ValueError, match=r"needs"):
        wrong()  # type: ignore[operator]


def test_calls_follow_the_hours_of_the_local_clock() -> None:
    """Under a pattern of one hour of one weekday all calls fall into it, in a zone that changes its clocks too."""
    only = Hours(tuple(tuple(float(day == 2 and hour == 9) for hour in range(24)) for day in range(7)))
    ahead = offsets("America/New_York", ON, 364)
    reached = operational(only.shares, ahead, ON, 364.0)
    assert reached[-1] == pytest.approx(364 * 1440)
    at = clock_times(np.linspace(1.0, reached[-1] - 1.0, 999), reached, 364.0)
    local = at + ahead[(at // 1440).astype(int) + 1]
    assert set((local // 60 % 24).astype(int)) == {9} and set((local // 1440).astype(int) % 7) == {2}


def test_poisson_process_has_its_rate_and_each_its_own_points() -> None:
    """Points are as many as the rate says, and one more source moves nobody's."""
    whose, _, at = poisson_process(np.arange(500), 7, 10.0, 1000.0, 1)
    more, _, later = poisson_process(np.arange(501), 7, 10.0, 1000.0, 1)
    assert at.size == pytest.approx(50_000, rel=0.02)
    assert sorted(zip(whose, at, strict=True)) == sorted(
        pair for pair in zip(more, later, strict=True) if pair[0] < 500
    )


def test_months_follow_the_calendar() -> None:
    """The first month begins with the horizon, the others on their first day."""
    assert months(date(2026, 1, 5), 90).tolist() == [0, 27, 55, 86]


def test_rotations_share_out_the_weeks() -> None:
    """Of a rotation of three each works every third week, and together all."""
    begun = [starts(Shift("UTC", days=(0,), every=3, week=week), ON, 63) for week in range(3)]
    assert [each.size for each in begun] == [3, 3, 3]
    assert len(set(np.concatenate(begun).tolist())) == 9


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Asia/Kolkata"])
def test_zones_that_cannot_be_are_named(zone: str) -> None:
    """A zone that is unknown, or not whole hours from UTC, is refused by name."""
    with pytest.raises(ValueError, match=zone):
        offsets(zone, ON, 3)


def test_shrinkage_takes_its_share() -> None:
    """Sickness, leave and meetings take the shares that were asked for; the rest of a shift is work."""
    shift = Shift("UTC", days=tuple(range(7)), start=480, minutes=480, breaks=((240.0, 30.0),))
    shrinkage = Shrinkage(sick=0.05, leave=0.1, meetings=0.1)
    posts = tuple(Post(f"post {nth}", shift=shift, shrinkage=shrinkage) for nth in range(40))
    duty = draw_duty(WorldSpec(ON, 364.0, posts, ()), 1)
    minutes = np.bincount(duty.duty, duty.end - duty.start, minlength=8) / (40 * 364 * 480)
    assert minutes.sum() == pytest.approx(1.0)
    assert minutes[LEAVE] == pytest.approx(0.1, abs=0.02)
    assert minutes[SICK] == pytest.approx(0.05 * (1 - minutes[LEAVE]), abs=0.01)
    assert minutes[WORK] == pytest.approx((1 - minutes[SICK] - minutes[LEAVE]) * (1 - 0.1 - 30 / 480), abs=0.005)


def test_turnover_leaves_a_gap_and_a_slow_start() -> None:
    """Who leaves is missed, then trained, then slow; the rate of leaving is the one that was asked for."""
    turnover = Turnover(yearly=1.0, vacant_days=30, training_days=14, ramp_days=60, ramp_pace=2.0)
    posts = tuple(Post(f"post {nth}", shift=Shift("UTC"), turnover=turnover) for nth in range(60))
    spec = WorldSpec(ON, 364.0, posts, ())
    duty = draw_duty(spec, 1)
    assert {VACANT, TRAINING} <= set(duty.duty.tolist())
    slow = duty.pace[(duty.duty == WORK) & (duty.pace != 1.0)]
    assert slow.max() <= 2.0 and slow.min() > 1.0
    left = sum(len(draw_tenures(post, 364.0 * 1440, 1)) - 1 for post in posts)
    assert left == pytest.approx(60 * 0.85, abs=25)


def test_board_serves_rank_before_time_and_the_first_within_a_rank() -> None:
    """Lower ranks first; within a rank who came first, also among different eligibilities."""
    board = Board([Post("nurse", license="rn"), Post("other")], frozenset(("PA",)), (0.0, 1.0, 2.0, 3.0))
    board.now = list(board.at_work)
    anyone = board.eligibility("inbound", "anyone", "", False)
    licensed = board.eligibility("inbound", "clinical", "PA", False)
    for row, (rank, who) in enumerate([(2, anyone), (2, licensed), (2, anyone), (0, licensed)]):
        assert not board.offer(row, rank, who)
    assert [board.take(board.now[0]) for _ in range(2)] == [3, 0]
    assert board.take(board.now[1]) == 2  # row 1 is not for the unlicensed
    assert board.withdraw(1) and not board.withdraw(1)
    assert board.waiting == [0, 0]


def test_rounds_go_on_when_their_minutes_are_over() -> None:
    """A generator goes on after the minutes that it yields, from its own start, and ends the rounds by ending."""
    clock, seen = Environment(initial_time=5.0), []

    def walk() -> Iterator[float]:
        for minutes in (2.0, 0.0, 3.0):
            seen.append(clock.now)
            yield minutes
        seen.append(clock.now)

    Rounds(clock, walk())
    clock.run()
    assert seen == [5.0, 7.0, 7.0, 10.0]


def test_profiles_fall_back_to_the_row_for_every_skill() -> None:
    """A skill without its own row takes that for all; none at all, or a wrong one, is named."""
    row = CallProfile("call", "", 1, fixed(5.0), decided=(0.5, 0.5, 0, 0, 0))
    table = Table([row, replace(row, skill="new", talk=fixed(9.0))], ["old", "new"])
    zero = np.zeros(1, np.int64)
    assert [minutes[0] for minutes in table.talk(1, zero, zero, zero)] == [5.0, 9.0]
    with pytest.raises(ValueError, match="'old'"):
        Table([replace(row, skill="new")], ["old"])
    with pytest.raises(ValueError, match="add up to 1"):
        Table([replace(row, decided=(0.5, 0.4, 0, 0, 0))], [""])


def test_two_posts_of_one_key_are_refused() -> None:
    """The luck of a post hangs on its key, so no two may share one."""
    spec = WorldSpec(
        ON,
        1.0,
        (Post("a"), Post("a")),
        (CallProfile("call", "", 0, fixed(1.0)),),
        streams=(Stream("s", "call", 1.0, "program", hours=FLAT),),
    )
    with pytest.raises(ValueError, match="same key"):
        run(spec, 1)
