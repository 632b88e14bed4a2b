"""From a log to a tally: what was counted in one replication, as sums by interval of the week and by day.

Ratios are made of sums in `answers`, so that an interval, a day, a month and the whole have one definition each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.planning.billing import bill
from simcare.planning.building import Built
from simcare.planning.calendar import Calendar, Floats, Whole
from simcare.planning.counted import AT, COUNTED, QUEUES, Tally
from simcare.planning.tables import consequences
from simcare.world import WorldLog
from simcare.world.log import (
    ABANDONED,
    ANSWERED,
    BREAK,
    CALLBACK,
    DISCHARGE,
    INBOUND,
    LATE,
    LEAVE,
    LOST,
    MEETING,
    MESSAGE,
    MISSED,
    ON_CALL,
    OUTREACH,
    SICK,
    TASK,
    TRAINING,
    TRANSFER,
    VACANT,
    VOICEMAIL,
    WORK,
)


def count(log: WorldLog, built: Built, calendar: Calendar) -> Tally:
    """Return the tally of a log."""
    intervals = len(calendar.days) * calendar.per_day
    sums = np.zeros((intervals, len(COUNTED)))
    own: dict[str, float] = {}
    _count_calls(log, built, calendar, sums, own)
    _count_work(log, built, calendar, sums, own)
    _count_queues(log, calendar, sums)
    codes = _count_months(log, built, calendar, sums)
    week = np.zeros((7 * calendar.per_day, len(COUNTED)))
    np.add.at(week, calendar.slots, sums)
    days = sums.reshape(len(calendar.days), calendar.per_day, len(COUNTED)).sum(axis=1)
    return Tally(log.replication, week, days, codes, own)


def _count_calls(log: WorldLog, built: Built, calendar: Calendar, sums: Floats, own: dict[str, float]) -> None:
    calls, plan = log.calls, built.basis.plan
    kind, outcome, came = calls["kind"], calls["outcome"], calls["came"]
    interval = calendar.interval_of(came)
    counted = interval >= 0
    wait = np.where(np.isnan(calls["began"]), calls["ended"], calls["began"]) - came

    def add(name: str, rows: NDArray[np.bool_], weights: Floats | None = None) -> None:
        rows = rows & counted
        weight = None if weights is None else weights[rows]
        sums[:, AT[name]] += np.bincount(interval[rows], weight, sums.shape[0])

    live = kind == INBOUND
    answered, hung_up = live & (outcome == ANSWERED), live & (outcome == ABANDONED)
    short = hung_up & (wait * 60 <= plan.service_level.short_seconds)
    add("offered", live & (outcome != MESSAGE))
    add("answered", answered)
    add("in_time", answered & (wait * 60 <= plan.service_level.within_seconds))
    add("abandoned", hung_up)
    add("short", short)
    add("wait", answered, wait)
    add("messages", live & (outcome == MESSAGE))
    tried = (kind == OUTREACH) & ~np.isnan(calls["began"])
    add("attempts", tried)
    add("attempts_answered", tried & (outcome == ANSWERED))
    add("voicemails", tried & (outcome == VOICEMAIL))
    asked = kind == TRANSFER
    add("nurse_asked", asked)
    add("nurse_joined", asked & (outcome == ANSWERED))
    nurse_wait = np.where(np.isnan(wait), log.days * 1440.0 - came, wait)
    add("nurse_wait", asked, nurse_wait)
    fate, need = calls["fate"], calls["need"]
    fated = fate > 0
    add("escalations", fated)
    for name, which in (("late", LATE), ("missed", MISSED), ("lost", LOST)):
        add(name, fate == which)
    add("urgent", fated & (need >= 3))
    add("urgent_missed", fated & (need >= 3) & np.isin(fate, (MISSED, LOST)))
    shares = np.array([(0.0,) * 5, *(consequences()[word] for word in ("handled", "late", "missed", "lost"))])
    add("ed_expected", fated, shares[fate, need])
    add("ed", calls["ed"])
    about = (calls["episode"] >= 0) & (live | (kind == OUTREACH)) & (calls["decided"] >= 0)
    add("about_episodes", about)
    scenario = {profile.key for profile in built.spec.profiles if profile.scenario}
    served = np.array([key in scenario for key in log.profiles] or [False])
    add("unserved", about & ~served[calls["profile"]])
    work = np.isin(kind, (CALLBACK, TASK, DISCHARGE)) & ~np.isnan(calls["due"]) & (calls["due"] < log.days * 1440.0)
    add("due", work)
    add("overdue", work & ~(calls["began"] <= calls["due"]))
    own["wait_p95"] = _percentile(wait[answered & counted], 95)
    own["nurse_wait_p95"] = _percentile(nurse_wait[asked & counted], 95)


def _count_work(log: WorldLog, built: Built, calendar: Calendar, sums: Floats, own: dict[str, float]) -> None:
    blocks, calls = log.blocks, log.calls
    duty, start, end, post = blocks["duty"], blocks["start"], blocks["end"], blocks["post"]
    over = blocks["over"].astype(np.float64)
    at_work = duty == WORK
    shrunk = np.isin(duty, (BREAK, MEETING, LEAVE, SICK, TRAINING))
    paid = (duty != VACANT) & (duty != ON_CALL)
    rates = built.hourly_usd / 60 if built.hourly_usd.size else np.zeros(1)
    extra = built.basis.number("overtime_factor") - 1
    on_call_rate = rates * built.basis.number("on_call_share")

    def put(name: str, rows: NDArray[np.bool_], until: Floats, weights: Floats | None = None) -> None:
        sums[:, AT[name]] += calendar.shared(start[rows], until[rows], None if weights is None else weights[rows])

    late = end + over
    put("duty", at_work, late)
    put("paid", paid, np.where(at_work, late, end))
    put("shrunk", shrunk, end)
    put("on_call", duty == ON_CALL, end)
    sums[:, AT["over"]] += calendar.shared(end[at_work], late[at_work])
    wages = sums[:, AT["wages"]]
    wages += calendar.shared(start[paid], np.where(at_work, late, end)[paid], rates[post[paid]])
    wages += calendar.shared(end[at_work], late[at_work], extra * rates[post[at_work]])
    calling = duty == ON_CALL
    wages += calendar.shared(start[calling], end[calling], on_call_rate[post[calling]])
    # On call people also work, but their time is not a shift's: they would hide how full the shifts are.
    taken = (calls["post"] >= 0) & ~np.isnan(calls["began"])
    began, ended = calls["began"][taken], calls["ended"][taken]
    by = calls["post"][taken].astype(np.int64)
    shift = _during(blocks["post"][at_work].astype(np.int64), start[at_work], late[at_work], by, began)
    sums[:, AT["busy"]] += calendar.shared(began[shift], ended[shift])
    sums[:, AT["clock"]] += np.diff(calendar.edges)
    for who, at in log.leavers:
        interval = calendar.interval_of(np.array([at]))[0]
        if interval >= 0:
            license_ = built.spec.posts[who].license
            sums[interval, AT["leavers"]] += 1
            sums[interval, AT["replacement"]] += built.basis.number(f"replacement_usd_{license_}")
    first, last = calendar.edges[0], calendar.edges[-1]
    busy = _clipped(began[shift], ended[shift], by[shift], first, last, built.team.size)
    on_duty = _clipped(start[at_work], late[at_work], post[at_work].astype(np.int64), first, last, built.team.size)
    own.update(_spread(built.team, busy, on_duty))
    for at, team in enumerate(built.basis.plan.roster):
        mine = built.team == at
        total = on_duty[mine].sum()
        own[f"occupancy of {team.team}"] = float(busy[mine].sum() / total) if total > 0 else float("nan")


def _during(post: Whole, start: Floats, end: Floats, by: Whole, began: Floats) -> NDArray[np.bool_]:
    """Return which calls were begun in one of the blocks: by its post, within it."""
    if not post.size:
        return np.zeros(by.size, np.bool_)
    far = max(float(end.max()), float(began.max(initial=0.0))) + 1440.0
    # Blocks of a post do not overlap, so one sorted line of (post, start) finds the only block that can hold a call.
    order = np.lexsort((start, post))
    line = post[order] * far + start[order]
    place = np.searchsorted(line, by * far + began, side="right") - 1
    at = order[np.maximum(place, 0)]
    found: NDArray[np.bool_] = (place >= 0) & (post[at] == by) & (began <= end[at])
    return found


def _clipped(start: Floats, end: Floats, who: Whole, first: float, last: float, count: int) -> Floats:
    minutes = np.clip(end, first, last) - np.clip(start, first, last)
    return np.asarray(np.bincount(who, minutes, count), np.float64)


def _spread(team: Whole, busy: Floats, on_duty: Floats) -> dict[str, float]:
    """Return how unevenly work lies on people of a team: the standard deviation of their occupancies, over teams."""
    worked = on_duty > 0
    if not worked.any():
        return {"workload_spread": float("nan")}
    occupancy = busy[worked] / on_duty[worked]
    squares = 0.0
    for at in np.unique(team[worked]):
        mine = occupancy[team[worked] == at]
        squares += float(((mine - mine.mean()) ** 2).sum())
    return {"workload_spread": (squares / occupancy.size) ** 0.5}


def _count_queues(log: WorldLog, calendar: Calendar, sums: Floats) -> None:
    calls = log.calls
    until = np.where(np.isnan(calls["began"]), calls["ended"], calls["began"])
    until = np.where(np.isnan(until), log.days * 1440.0, until)
    # What nobody got to in its month is not called any more when the next month's list begins.
    listed = calls["kind"] == OUTREACH
    until = np.where(listed, np.minimum(until, calendar.month_ends(calls["came"])), until)
    for name, kinds in zip(QUEUES, ((INBOUND,), (OUTREACH,), (CALLBACK, DISCHARGE), (TASK,)), strict=True):
        rows = np.isin(calls["kind"], kinds)
        sums[:, AT[name]] += calendar.shared(calls["came"][rows], until[rows])


def _count_months(log: WorldLog, built: Built, calendar: Calendar, sums: Floats) -> Floats:
    """Put what belongs to a patient's month on the month's first interval; return units by month and code."""
    panel = built.spec.panel
    patients = 0 if panel is None else len(panel)
    months = len(calendar.months)
    calls = log.calls
    spoken = (calls["patient"] >= 0) & (calls["outcome"] == ANSWERED)
    month = calendar.month_of(np.where(spoken, calls["began"], -1.0))
    spoken &= month >= 0
    place = month[spoken] * patients + calls["patient"][spoken]
    kind = calls["kind"][spoken]
    share = np.where(kind == TASK, built.basis.number("coordination_minutes_share"), 1.0)
    # One minute counts once: while a nurse and a care manager are both on the line, only one of them counts.
    beside = (kind == TRANSFER) & (calls["decided"][calls["parent"][spoken]] == 4)
    counting: Floats = (np.where(beside, 0.0, calls["talk"][spoken]) + calls["documentation"][spoken]) * share
    minutes = np.asarray(np.bincount(place, counting, months * patients), np.float64)
    both = (kind == TRANSFER) & ~beside
    together = built.basis.minutes("handover").mean
    minutes = np.maximum(minutes - np.bincount(place[both], minlength=months * patients) * together, 0.0)
    with_patient = np.isin(kind, (INBOUND, OUTREACH, CALLBACK, DISCHARGE))
    contact = np.bincount(place[with_patient], minlength=months * patients)
    minutes, contact = minutes.reshape(months, patients), contact.reshape(months, patients)
    units, usd, billed = bill(built, minutes)
    # Staff minutes are counted, and software is paid, for the whole month at its first day.
    firsts = calendar.interval_of(calendar.month_edges[:, 0])
    enrolled = (log.left > calendar.month_edges[:, :1]).sum(axis=1)
    for name, values in (
        ("panel", enrolled),
        ("reached", (contact > 0).sum(axis=1)),
        ("billed_months", billed),
        ("minutes", minutes.sum(axis=1)),
        ("revenue", usd),
        ("software", enrolled * built.basis.number("software_usd_per_patient_month")),
    ):
        sums[firsts, AT[name]] += values
    return units


def _percentile(values: Floats, percent: float) -> float:
    return float(np.percentile(values, percent)) if values.size else float("nan")
