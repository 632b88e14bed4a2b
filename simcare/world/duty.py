"""Duty: each post's calendar as blocks of time, drawn before the run: who works when, and what keeps them from it.

People are modelled, not slots: whoever has a call in hand at the end of a block finishes it, and overtime falls out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from simcare.chance import exponential, uniforms
from simcare.chance.quantiles import Floats
from simcare.world.clock import starts
from simcare.world.log import BREAK, LEAVE, MEETING, ON_CALL, SICK, TRAINING, VACANT, WORK
from simcare.world.posts import Post, Shift
from simcare.world.spec import DAY, WEEK, WorldSpec

_YEAR = 365.25
Block = tuple[float, float, int, float]
"""Start and end in minutes, duty, pace."""


@dataclass(frozen=True, slots=True)
class Duty:
    """The blocks of all posts as columns, by post, then by start; the names are those of `log.BLOCKS`.

    `leavers` is who leaves a post and when, as (post, minute).
    """

    post: NDArray[np.int16]
    duty: NDArray[np.int8]
    start: Floats
    end: Floats
    pace: Floats
    leavers: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Tenure:
    """One holder of a post: begins to be paid, begins to take calls, leaves; minutes."""

    begins: float
    answers: float
    leaves: float


def draw_duty(spec: WorldSpec, seed: int) -> Duty:
    """Draw the calendars of all posts; raises ValueError for two posts of one key, whose luck would be one."""
    if len({post.key for post in spec.posts}) < len(spec.posts):
        raise ValueError("two posts have the same key; each needs its own, because its luck hangs on it")
    begun: dict[Shift, Floats] = {}
    for post in spec.posts:
        for shift in (post.shift, post.on_call):
            if shift is not None and shift not in begun:
                begun[shift] = starts(shift, spec.on, spec.days)
    until = spec.days * DAY
    tenures = [[] if post.shift is None else draw_tenures(post, until, seed) for post in spec.posts]
    rows = [
        (index, *block)
        for index, post in enumerate(spec.posts)
        for block in sorted(_blocks(post, spec.on, until, begun, tenures[index], seed))
        if block[1] > 0
    ]
    columns = np.fromiter(chain.from_iterable(rows), np.float64, 5 * len(rows)).reshape(-1, 5).T
    return Duty(
        post=columns[0].astype(np.int16),
        duty=columns[3].astype(np.int8),
        start=np.maximum(columns[1], 0.0),
        end=columns[2],
        pace=columns[4],
        leavers=tuple(
            (index, each.leaves) for index, held in enumerate(tenures) for each in held if each.leaves < until
        ),
    )


def draw_tenures(post: Post, until: float, seed: int) -> list[Tenure]:
    """Draw who holds a post one after the other; the first is there and at full pace from the start."""
    turnover = post.turnover
    tenures, begins, answers = [], -math.inf, -math.inf
    for nth in range(1000):
        stay = exponential(seed, "world.tenure", post.key, nth) / turnover.yearly if turnover.yearly else math.inf
        leaves = max(answers, 0.0) + stay * _YEAR * DAY
        tenures.append(Tenure(begins, answers, leaves))
        begins = leaves + turnover.vacant_days * DAY
        answers = begins + turnover.training_days * DAY
        if leaves >= until:
            break
    return tenures


def _blocks(
    post: Post, on: date, until: float, begun: dict[Shift, Floats], tenures: list[Tenure], seed: int
) -> Iterator[Block]:
    if post.shift is None:
        yield 0.0, until, WORK, post.pace
        return
    yield from _of_shift(post, post.shift, on, begun[post.shift], tenures, seed)
    if post.on_call is not None:
        for start in begun[post.on_call].tolist():
            holder = _holder(tenures, start)
            if holder is not None and start >= holder.answers:
                yield start, start + post.on_call.minutes, ON_CALL, _pace(post, holder, start)


def boundaries(duty: Duty) -> list[tuple[float, bool, int, bool, float]]:
    """Return when whom's duty ends or begins, in order of time, ends first: (minute, begins, post, on call, pace)."""
    answers = np.flatnonzero((duty.duty == WORK) | (duty.duty == ON_CALL))
    at = np.concatenate([duty.end[answers], duty.start[answers]])
    begins = np.repeat([False, True], answers.size)
    order = np.lexsort((begins, at))
    which = np.tile(answers, 2)[order]
    columns = at[order], begins[order], duty.post[which], duty.duty[which] == ON_CALL, duty.pace[which]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _of_shift(post: Post, shift: Shift, on: date, begun: Floats, tenures: list[Tenure], seed: int) -> Iterator[Block]:
    day = np.floor(begun / DAY).astype(np.int64) + 1
    week = np.floor((begun + on.weekday() * DAY) / WEEK).astype(np.int64) + 1
    sick = (uniforms(seed, "world.sick", post.key, day) < post.shrinkage.sick).tolist()
    leave = (uniforms(seed, "world.leave", post.key, week) < post.shrinkage.leave).tolist()
    when = uniforms(seed, "world.meeting", post.key, day).tolist()
    breaks = [(at, at + length, BREAK) for at, length in sorted(shift.breaks)]
    for nth, start in enumerate(begun.tolist()):
        end = start + shift.minutes
        holder = _holder(tenures, start)
        if holder is None:
            yield start, end, VACANT, 1.0
        elif start < holder.answers:
            yield start, end, TRAINING, 1.0
        elif leave[nth]:
            yield start, end, LEAVE, 1.0
        elif sick[nth]:
            yield start, end, SICK, 1.0
        else:
            pace = _pace(post, holder, start)
            absent = breaks
            if post.shrinkage.meetings > 0:
                absent = _with_meeting(breaks, shift.minutes, post.shrinkage.meetings, when[nth])
            at = 0.0
            for first, last, duty in absent:
                if first > at:
                    yield start + at, start + first, WORK, pace
                yield start + first, start + last, duty, pace
                at = last
            if at < shift.minutes:
                yield start + at, end, WORK, pace


def _with_meeting(
    breaks: list[tuple[float, float, int]], minutes: float, share: float, when: float
) -> list[tuple[float, float, int]]:
    """Return the breaks and a meeting that lies in the stretch of work in which it begins, as far as that is long."""
    edges = [0.0, *(edge for first, last, _ in breaks for edge in (first, last)), minutes]
    stretches = [(edges[at], edges[at + 1]) for at in range(0, len(edges), 2)]
    first, last = stretches[int(when * len(stretches))]
    length = min(share * minutes, last - first)
    at = first + (when * len(stretches)) % 1.0 * (last - first - length)
    return sorted([*breaks, (at, at + length, MEETING)])


def _holder(tenures: list[Tenure], at: float) -> Tenure | None:
    """Return who holds the post at a time, in training included."""
    for tenure in tenures:
        if tenure.begins <= at < tenure.leaves:
            return tenure
    return None


def _pace(post: Post, holder: Tenure, at: float) -> float:
    ramp = post.turnover.ramp_days * DAY
    if ramp <= 0 or at >= holder.answers + ramp:
        return post.pace
    done = (at - holder.answers) / ramp
    return post.pace * (post.turnover.ramp_pace + (1.0 - post.turnover.ramp_pace) * done)
