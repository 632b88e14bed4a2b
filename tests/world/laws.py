"""Laws that hold in every run, whatever the plan; each check reads the log alone and raises AssertionError."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simcare.world import WorldLog, WorldSpec
from simcare.world.board import class_of, may_take
from simcare.world.clock import offsets
from simcare.world.log import (
    ABANDONED,
    ANSWERED,
    CALLBACK,
    DISCHARGE,
    INBOUND,
    MESSAGE,
    NO_ANSWER,
    ON_CALL,
    OUTREACH,
    TASK,
    TRANSFER,
    VOICEMAIL,
    WAITING,
    WORK,
)

MOMENT = 1e-5
"""Minutes; what sums of floating-point delays may be off."""


def check_laws(spec: WorldSpec, log: WorldLog) -> None:
    """Check all laws."""
    check_flow(spec, log)
    check_littles_law(log)
    check_one_thing_at_a_time(log)
    check_first_come_first_served(spec, log)
    check_nobody_idle_while_work_waits(spec, log)


def check_flow(spec: WorldSpec, log: WorldLog) -> None:
    """Whatever comes is taken, left or still waiting, in this order; what should follow from it follows once."""
    calls = log.calls
    kind, outcome, taken = calls["kind"], calls["outcome"], calls["post"] >= 0
    assert (taken == np.isin(outcome, (ANSWERED, VOICEMAIL, NO_ANSWER))).all()
    assert (np.isnan(calls["began"]) == ~taken).all()
    assert (np.isnan(calls["ended"]) == (outcome == WAITING)).all()
    assert (calls["began"][taken] >= calls["came"][taken] - MOMENT).all()
    assert (calls["ended"][~np.isnan(calls["ended"])] >= calls["came"][~np.isnan(calls["ended"])] - MOMENT).all()
    assert (np.isin(kind[outcome == ABANDONED], (INBOUND, TRANSFER))).all()
    assert (kind[outcome == MESSAGE] == INBOUND).all()
    assert (np.diff(calls["came"]) >= 0).all()
    assert ((calls["decided"] >= 0) <= (outcome == ANSWERED)).all()
    end = log.days * 1440
    for of, decision in ((CALLBACK, 2), (TASK, 1), (TRANSFER, 3)):
        led = (kind == of) & (calls["parent"] >= 0) & (calls["attempt"] == 0)
        parents = calls["parent"][led]
        asked = np.isin(calls["decided"][parents], (3, 4) if of == TRANSFER else (decision,))
        asked |= (outcome[parents] == MESSAGE) | (calls["hold"][parents] > 0)
        assert asked.all()
        assert np.unique(parents).size == parents.size
        if of == TASK and spec.rules.task_profile:
            expected = np.flatnonzero((calls["decided"] == 1) & (calls["ended"] < end - MOMENT))
            assert set(expected) <= set(parents.tolist())
    back = (kind == DISCHARGE) & (calls["attempt"] == 0)
    assert calls["ed"][calls["parent"][back]].all() and np.unique(calls["parent"][back]).size == back.sum()
    messages = np.flatnonzero(outcome == MESSAGE)
    answered = calls["parent"][(kind == CALLBACK) & (calls["attempt"] == 0)]
    returned = np.isin(messages, answered)
    assert returned[: max(0, np.flatnonzero(returned).max(initial=-1))].all()


def check_littles_law(log: WorldLog) -> None:
    """The mean number waiting, counted event by event, is the rate of coming times the mean wait."""
    calls, end = log.calls, log.days * 1440
    left = np.where(np.isnan(calls["began"]), np.where(np.isnan(calls["ended"]), end, calls["ended"]), calls["began"])
    events = sorted([(at, 1) for at in calls["came"].tolist()] + [(min(at, end), -1) for at in left.tolist()])
    waiting, area, before = 0, 0.0, 0.0
    for at, step in events:
        area += waiting * (at - before)
        waiting, before = waiting + step, at
    assert waiting == 0
    waits = np.minimum(left, end) - calls["came"]
    assert np.isclose(area / end, calls["came"].size / end * waits.mean(), rtol=1e-9, atol=1e-6)


def check_one_thing_at_a_time(log: WorldLog) -> None:
    """Nobody does two things at once, or begins one off duty."""
    calls, blocks = log.calls, log.blocks
    for post in np.unique(calls["post"][calls["post"] >= 0]):
        mine = np.flatnonzero(calls["post"] == post)
        mine = mine[np.argsort(calls["began"][mine], kind="stable")]
        assert (calls["began"][mine][1:] >= calls["ended"][mine][:-1] - MOMENT).all()
        on = (blocks["post"] == post) & np.isin(blocks["duty"], (WORK, ON_CALL))
        start, close = blocks["start"][on], blocks["end"][on]
        order = np.argsort(start)
        at = np.searchsorted(start[order], calls["began"][mine] + MOMENT, "right") - 1
        assert (at >= 0).all() and (calls["began"][mine] <= close[order][at] + MOMENT).all()
        busy = (calls["ended"] - calls["began"])[mine].sum()
        finished = blocks["busy"][blocks["post"] == post].sum()
        assert finished <= busy + MOMENT


def check_first_come_first_served(spec: WorldSpec, log: WorldLog) -> None:
    """Among calls, callbacks and tasks of the same rank and eligibility, what came first is taken first.

    Callbacks rest at night: those of one time zone are a line of their own.
    """
    for rows in _lines(spec, log).values():
        began = log.calls["began"][rows]
        taken = began[~np.isnan(began)]
        assert all(later >= earlier - MOMENT for earlier, later in pairwise(taken.tolist()))
        left = np.isnan(began) & (log.calls["outcome"][rows] == WAITING)
        if left.any() and taken.size:
            assert log.calls["came"][rows][left].min() >= log.calls["came"][rows][~np.isnan(began)].max() - MOMENT


def check_nobody_idle_while_work_waits(spec: WorldSpec, log: WorldLog) -> None:
    """While something waits, nobody who may take it is on duty without anything to do.

    A callback waits for a person only in the hours in which its patient may be called.
    """
    calls, end = log.calls, log.days * 1440
    left = np.where(np.isnan(calls["began"]), np.where(np.isnan(calls["ended"]), end, calls["ended"]), calls["began"])
    idle = {(post, on_call): _idle(log, post, on_call) for post in range(len(spec.posts)) for on_call in (False, True)}
    for key, rows in _lines(spec, log).items():
        waits = rows[left[rows] - calls["came"][rows] > 2 * MOMENT]
        for (post, on_call), (start, close) in idle.items():
            if start.size and _may(spec, post, on_call, key):
                for row in waits.tolist():
                    at = np.searchsorted(close, calls["came"][row] + MOMENT, "right")
                    while at < start.size and start[at] < left[row] - MOMENT:
                        first, last = max(start[at], calls["came"][row]), min(close[at], left[row])
                        assert not _may_be_called(spec, key[5], first, last), f"post {post} idles, row {row} waits"
                        at += 1


def _may_be_called(spec: WorldSpec, zone: int, first: float, last: float) -> bool:
    """Return whether there is a moment of a span in which people of a zone may be called; -1 is at any time."""
    if zone < 0 or spec.panel is None:
        return True
    ahead = offsets(spec.panel.zones[zone], spec.on, int(np.ceil(spec.days)))
    opens, closes = (hour * 60.0 for hour in spec.rules.callback_hours)
    for day in range(int(first // 1440) - 1, int(last // 1440) + 2):
        shift = day * 1440.0 - ahead[np.clip(day + 1, 0, ahead.size - 1)]
        if min(last, shift + closes) - max(first, shift + opens) > MOMENT:
            return True
    return False


Key = tuple[str, str, str, bool, int, int]
"""Kind of work, needs, state, whether critical, rank, zone of a callback (-1 for what is none)."""


def _lines(spec: WorldSpec, log: WorldLog) -> dict[tuple[Key, ...], NDArray[np.int64]]:
    """Return the rows of each rank and set of eligible posts, in the order in which they came."""
    calls = log.calls
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for row in np.flatnonzero((calls["kind"] != OUTREACH) & (calls["outcome"] != MESSAGE)).tolist():
        found[_key(spec, log, row)].append(row)
    lines: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    keys: dict[tuple[object, ...], Key] = {}
    for key, rows in found.items():
        able = tuple(_may(spec, post, on_call, key) for post in range(len(spec.posts)) for on_call in (False, True))
        lines[(*able, *key[4:])] += rows
        keys[(*able, *key[4:])] = key
    return {keys[line]: np.array(sorted(rows)) for line, rows in lines.items()}  # type: ignore[misc]


def _key(spec: WorldSpec, log: WorldLog, row: int) -> Key:
    calls = log.calls
    kind, priority = int(calls["kind"][row]), int(calls["priority"][row])
    patient = int(calls["patient"][row])
    state, zone = "", -1
    if patient >= 0 and spec.panel is not None:
        state, zone = spec.panel.states[spec.panel.state[patient]], int(spec.panel.zone[patient])
    if kind == TRANSFER:
        return "escalation", "nurse", state, True, 0, -1
    if kind == TASK:
        return "task", "anyone", "", False, 4, -1
    needs = "clinical" if calls["stream"][row] < 0 else spec.streams[int(calls["stream"][row])].needs
    if kind == INBOUND:
        return "inbound", needs, state, priority == 0, priority, -1
    if kind == DISCHARGE:
        return "callback", "clinical", state, False, 4, zone
    first = row
    while calls["attempt"][first] > 0:
        first = int(calls["parent"][first])
    if calls["outcome"][calls["parent"][first]] == MESSAGE:
        return "callback", needs, state, False, 4 if priority == 2 else 3, zone
    return "callback", "nurse", state, False, 3, zone


def _may(spec: WorldSpec, post: int, on_call: bool, key: Key) -> bool:
    each = spec.posts[post]
    if on_call and each.on_call is None:
        return False
    kind, needs, state, critical = key[:4]
    return may_take(class_of(each, on_call), kind, needs, state, spec.rules.nurse_only, critical)  # type: ignore[arg-type]


def _idle(log: WorldLog, post: int, on_call: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return when a post was on duty without anything to do, as starts and ends."""
    calls, blocks = log.calls, log.blocks
    mine = np.flatnonzero(calls["post"] == post)
    mine = mine[np.argsort(calls["began"][mine])]
    began, ended = calls["began"][mine], calls["ended"][mine]
    starts, ends = [], []
    chosen = (blocks["post"] == post) & (blocks["duty"] == (ON_CALL if on_call else WORK))
    for start, close in sorted(zip(blocks["start"][chosen].tolist(), blocks["end"][chosen].tolist(), strict=True)):
        free = start
        first = max(0, np.searchsorted(began, start) - 1)
        for at in range(first, mine.size):
            if began[at] > close:
                break
            if began[at] - free > MOMENT and ended[at] > start:
                starts.append(free)
                ends.append(min(began[at], close))
            free = max(free, ended[at])
        if close - free > MOMENT:
            starts.append(free)
            ends.append(close)
    return np.array(starts), np.array(ends)
