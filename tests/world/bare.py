"""The yardstick of speed: part of the program as one loop over a bare heap, without SimPy and without any structure.

It knows calls of a stream, the monthly work list, two kinds of people who are always there, transfers, 911 and
hang-ups; no lives, shifts, licenses, callbacks or tasks. It takes its luck from the same columns as the world.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict, deque
from dataclasses import replace
from heapq import heappop, heappush

import numpy as np

from simcare.world import DAY, EVERYTHING, Consequences, Post, Rules, WorldSpec, exponential
from simcare.world.clock import months, offsets
from simcare.world.demand import workdays
from simcare.world.draws import Draws
from simcare.world.worklist import WorkList
from tests.world.programs import program

RING, FREE, ASK, NURSE_FREE, HANG_UP, LET_GO, TICK = range(7)


def bare_program(count: int, managers: int, nurses: int, days: float) -> WorldSpec:
    """Return the part of the program that the bare loop knows."""
    spec = program(count, 1, 1, days)
    assert spec.panel is not None and spec.outreach is not None
    posts = [Post(f"manager {nth}", takes=EVERYTHING - {"escalation"}) for nth in range(managers)]
    posts += [Post(f"nurse {nth}", license="rn", takes=frozenset(("escalation",))) for nth in range(nurses)]
    full = spec.rules
    rules = Rules(
        nurse_profile="nurse",
        handover=full.handover,
        hold_patience=exponential(15.0),
        stay_on_line=full.stay_on_line,
    )
    return replace(
        spec,
        posts=tuple(posts),
        panel=replace(spec.panel, own=np.full(count, -1, np.int32)),
        streams=tuple(replace(each, rate=0.25) for each in spec.streams),
        episodes=None,
        attrition_yearly=0.0,
        consequences=Consequences(),
        rules=rules,
    )


def run_bare(
    spec: WorldSpec, rings: list[float], draws: Draws, work: WorkList, managers: int, nurses: int
) -> list[tuple[float, ...]]:
    """Live through the horizon; return (kind, came, began, talk, hold, documentation, post) of what was taken.

    `rings` is when each call of the stream rings.
    """
    assert spec.panel is not None and spec.outreach is not None
    outreach, panel, most, first, end = spec.outreach, spec.panel, work.most, work.first, spec.days * DAY
    rows: list[tuple[float, ...]] = []
    heap: list[tuple[float, int, int, int]] = []
    number = 0
    idle, idle_nurses = deque(range(managers)), deque(range(managers, managers + nurses))
    queue: deque[tuple[float, int]] = deque()
    due: deque[tuple[float, int]] = deque()
    waiting: set[int] = set()
    asking: deque[tuple[float, int, int]] = deque()
    holding: dict[int, tuple[float, float, float]] = {}
    parked: list[list[tuple[float, int]]] = [[] for _ in work.answered]
    later: defaultdict[int, list[int]] = defaultdict(list)
    answered, retry_hour = [0.0] * len(parked), [0] * len(parked)
    begun, firsts = 0, work._first_due
    month_ends = deque([*(months(spec.on, spec.days)[1:] * 24).tolist(), math.inf])
    ahead = [(offsets(zone, spec.on, math.ceil(spec.days)) // 60).tolist() for zone in panel.zones]
    workday = workdays(spec, outreach).tolist()

    def converse(kind: int, source: int, came: float, post: int, now: float) -> None:
        nonlocal number
        talk, writing = draws.talk[0][source], draws.documentation[0][source]
        decided = bisect_right(draws.thresholds[draws.profile[source]][0], draws.luck[source])
        number += 1
        if decided == 3:
            holding[post] = came, now, talk
            heappush(heap, (now + talk, number, ASK, source * 1000 + post))
            return
        if decided == 4:
            talk += draws.minutes(spec.rules.stay_on_line, "world.stay", source)
        rows.append((kind, came, now, talk, 0.0, writing, post))
        heappush(heap, (now + talk + writing, number, FREE, post))

    def join(nurse: int, source: int, post: int, asked: float, now: float) -> None:
        nonlocal number
        came, began, talk = holding.pop(post)
        together, writing = draws.handover(source), draws.documentation[0][source]
        rows.append((0, came, began, talk + together, now - asked, writing, post))
        heappush(heap, (now + together + writing, number + 1, FREE, post))
        long, writing = together + draws.nurse_talk[0][source], draws.nurse_documentation[0][source]
        rows.append((2, asked, now, long, 0.0, writing, nurse))
        heappush(heap, (now + long + writing, number + 2, NURSE_FREE, nurse))
        number += 2

    def work_on(post: int, now: float) -> bool:
        nonlocal number
        while queue:
            came, source = queue.popleft()
            if source in waiting:
                waiting.discard(source)
                converse(0, source, came, post, now)
                return True
        while due:
            came, attempt = due.popleft()
            call, group = attempt // most, work.group[attempt]
            if answered[group] <= 0:
                parked[group].append((came, attempt))
                continue
            luck, answers, source = work.luck[attempt], answered[group], first + call
            if luck < answers:
                converse(1, source, came, post, now)
                return True
            if attempt + 1 < (call + 1) * most and retry_hour[group] < month_ends[0]:
                later[retry_hour[group]].append(attempt + 1)
            left = luck - answers < draws.voicemail * (1.0 - answers)
            minutes = (draws.voicemail_minutes if left else draws.ring_minutes)[source]
            rows.append((1, came, now, minutes, 0.0, 0.0, post))
            number += 1
            heappush(heap, (now + minutes, number, FREE, post))
            return True
        return False

    if rings:
        heappush(heap, (rings[0], -1, RING, 0))
    heappush(heap, (0.0, -2, TICK, 0))
    while heap:
        now, _, what, which = heappop(heap)
        if now >= end:
            break
        if what == FREE:
            if not work_on(which, now):
                idle.append(which)
        elif what == RING:
            number += 1
            if which + 1 < len(rings):
                heappush(heap, (rings[which + 1], number, RING, which + 1))
            if idle:
                converse(0, which, now, idle.popleft(), now)
            else:
                queue.append((now, which))
                waiting.add(which)
                if draws.patience[which] < math.inf:
                    heappush(heap, (now + draws.patience[which], number, HANG_UP, which))
        elif what == HANG_UP:
            waiting.discard(which)
        elif what == ASK:
            source, post = divmod(which, 1000)
            if idle_nurses:
                join(idle_nurses.popleft(), source, post, now, now)
            else:
                asking.append((now, source, post))
                number += 1
                heappush(heap, (now + draws.hold_patience(source), number, LET_GO, which))
        elif what == LET_GO:
            source, post = divmod(which, 1000)
            for asked in list(asking):
                if asked[1:] == (source, post):
                    asking.remove(asked)
                    came, began, talk = holding.pop(post)
                    writing = draws.documentation[0][source]
                    rows.append((0, came, began, talk, now - asked[0], writing, post))
                    number += 1
                    heappush(heap, (now + writing, number, FREE, post))
        elif what == NURSE_FREE:
            if asking:
                asked_at, source, post = asking.popleft()
                join(which, source, post, asked_at, now)
            else:
                idle_nurses.append(which)
        else:
            if which >= month_ends[0]:
                month_ends.popleft()
                due.clear()
                for line in parked:
                    line.clear()
            for zone, hours in enumerate(ahead):
                local = which + hours[which // 24 + 1]
                called = (local // 24 + spec.on.weekday()) % 7 in outreach.weekdays
                for best, (begins, closes) in enumerate(panel.best_times):
                    group = zone * len(panel.best_times) + best
                    factor = outreach.best_factor if begins <= local % 24 < closes else 1.0
                    answered[group] = min(1.0, outreach.answer[local % 24] * factor) if called else 0.0
                    day = workday[max(0, local // 24 + outreach.gap_days)]
                    retry_hour[group] = day * 24 + begins - hours[which // 24 + 1]
                    if answered[group] > 0 and parked[group]:
                        due.extend(parked[group])
                        parked[group] = []
            while begun < len(firsts) and firsts[begun] <= now:
                due.append((now, begun * most))
                begun += 1
            due.extend((now, attempt) for attempt in later.pop(which, ()))
            number += 1
            heappush(heap, ((which + 1) * 60.0, number, TICK, which + 1))
            while idle and work_on(idle[0], now):
                idle.popleft()
    return rows
