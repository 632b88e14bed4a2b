"""The monthly work list: who is to be called now, whose list it stands on, and when an attempt that failed comes back.

It moves once an hour of the clock: then zones enter and leave the hours in which their patients are called, first
attempts and retries that have come due are put on the list of the own care manager or of the pool.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict, deque
from collections.abc import Generator

import numpy as np
from simpy import Environment, Event, Timeout

from simcare.chance import uniforms
from simcare.world.board import Board
from simcare.world.clock import months, offsets
from simcare.world.demand import NEEDS, Sources, workdays
from simcare.world.duty import Duty
from simcare.world.journal import Journal
from simcare.world.log import OUTREACH, WORK
from simcare.world.spec import DAY, ROUTINE, Outreach, Panel, WorldSpec

_HANDOVER_HOUR = 6
"""Hour UTC, deep in the American night, at which what the own care manager did not get to goes to the pool."""


class WorkList:
    """Attempts that are due, as rows of the journal, on one list for each care manager and each eligibility."""

    def __init__(
        self,
        spec: WorldSpec,
        outreach: Outreach,
        panel: Panel,
        sources: Sources,
        duty: Duty,
        board: Board,
        journal: Journal,
        seed: int,
    ) -> None:
        self._outreach, self._board, self._journal = outreach, board, journal
        first = self._first = sources.ringing
        days = math.ceil(spec.days)
        place = sources.place[first:]
        bests = len(panel.best_times)
        self._group: list[int] = (panel.zone[place].astype(np.int64) * bests + panel.best[place]).tolist()
        self._month: list[int] = sources.month[first:].tolist()
        self._month_ends: list[float] = [*(months(spec.on, spec.days)[1:] * DAY).tolist(), math.inf]
        needs = sources.needs[first:]
        eligibility = np.array(
            [board.eligibility("outreach", outreach.needs, state, False) for state in panel.states] or [0]
        )
        assert not needs.size or (needs == NEEDS.index(outreach.needs)).all()
        self._eligibility: list[int] = eligibility[panel.state[place]].tolist()
        self._own: list[int] = panel.own[place].tolist()
        attempts = np.arange(outreach.attempts)
        who, nth = sources.who[first:, None], sources.nth[first:, None]
        self.luck = array("d", uniforms(seed, "world.answer", who, nth + (attempts << 53)).tobytes())
        """Luck of each attempt, `attempts` for each monthly call."""
        self._came: list[float] = sources.came[first:].tolist()
        self._released = 0
        self._later: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._parked: list[list[int]] = [[] for _ in range(len(panel.zones) * bests)]
        self._mine: list[deque[int]] = [deque() for _ in spec.posts]
        self._pools: list[deque[int]] = [deque() for _ in board.takers]
        self._pools_of = [
            [self._pools[at] for at, takers in enumerate(board.takers) if each in takers and at in set(eligibility)]
            for each in range(len(board.classes))
        ]
        self.answered = [0.0] * len(self._parked)
        """Probability, at this hour, that a patient of each group answers; 0 where they are not called."""
        self._ahead = [[int(each) for each in offsets(name, spec.on, days)] for name in panel.zones]
        self._ahead_now = [0.0] * len(self._parked)
        self._bests = panel.best_times
        self._weekday = spec.on.weekday()
        self._workday: list[int] = workdays(spec, outreach).tolist()
        self._works = [bytearray(days + 1) for _ in spec.posts]
        for post, kind, start in zip(duty.post.tolist(), duty.duty.tolist(), duty.start.tolist(), strict=True):
            if kind == WORK:
                self._works[post][int(start // DAY)] = 1
        for post, each in enumerate(spec.posts):
            if each.shift is None:
                self._works[post] = bytearray(b"\1") * (days + 1)

    def tick(self, now: float) -> None:
        """Move the list on to an hour of the clock, and hand what has come due to whoever is idle."""
        hour = round(now / 60.0)
        opened = self._open_hours(hour)
        if hour % 24 == _HANDOVER_HOUR:
            self._hand_over(now)
        for group in opened:
            parked, self._parked[group] = self._parked[group], []
            for row in parked:
                self._put(row, now)
        journal, came = self._journal, self._came
        at, end = self._released, len(came)
        while at < end and came[at] <= now:
            self._put(journal.open(OUTREACH, self._first + at, now, ROUTINE), now)
            at += 1
        self._released = at
        for source, attempt, parent in self._later.pop(hour, ()):
            self._put(journal.open(OUTREACH, source, now, ROUTINE, parent, attempt), now)
        for idle in self._board.idle:
            for post in list(idle):
                row = self.take(post, now)
                if row >= 0:
                    idle.pop(post).succeed(row)

    def take(self, post: int, now: float) -> int:
        """Return the attempt that a post should make next, -1 for none: the own list, then the pool's."""
        mine = self._mine[post]
        if mine:
            row = self._next(mine, now)
            if row >= 0:
                return row
        for pool in self._pools_of[self._board.now[post]]:
            if pool:
                row = self._next(pool, now)
                if row >= 0:
                    return row
        return -1

    def answer(self, row: int) -> tuple[float, float]:
        """Return the luck of an attempt and the probability that the patient answers now."""
        at = self._journal.source[row] - self._first
        return self.luck[at * self._outreach.attempts + self._journal.attempt[row]], self.answered[self._group[at]]

    def retry(self, row: int, now: float) -> None:
        """Put a failed attempt's next one on the list of a later day, if one is left this month."""
        attempt = self._journal.attempt[row] + 1
        if attempt >= self._outreach.attempts:
            return
        source = self._journal.source[row]
        at = source - self._first
        group = self._group[at]
        ahead = self._ahead_now[group]
        day = self._workday[int((now + ahead) // DAY) + self._outreach.gap_days]
        when = day * DAY + self._bests[group % len(self._bests)][0] * 60.0 - ahead
        if when < self._month_ends[self._month[at]]:
            self._later[round(when / 60.0)].append((source, attempt, row))

    def _next(self, line: deque[int], now: float) -> int:
        source, first = self._journal.source, self._first
        while line:
            row = line.popleft()
            at = source[row] - first
            group = self._group[at]
            if now < self._month_ends[self._month[at]]:
                if self.answered[group] > 0:
                    return row
                self._parked[group].append(row)
        return -1

    def _put(self, row: int, now: float) -> None:
        at = self._journal.source[row] - self._first
        own, eligibility = self._own[at], self._eligibility[at]
        may = own >= 0 and self._board.at_work[own] in self._board.takers[eligibility]
        if may and self._works[own][int(now // DAY)] and now < self._reserved_until(row):
            self._mine[own].append(row)
        else:
            self._pools[eligibility].append(row)

    def _reserved_until(self, row: int) -> float:
        return self._journal.came[row] + self._outreach.own_days * DAY

    def _hand_over(self, now: float) -> None:
        today = int(now // DAY)
        for own, mine in enumerate(self._mine):
            away = not self._works[own][today]
            while mine and (away or now >= self._reserved_until(mine[0])):
                row = mine.popleft()
                self._pools[self._eligibility[self._journal.source[row] - self._first]].append(row)

    def _open_hours(self, hour: int) -> list[int]:
        """Work out who answers with which probability at this hour; return the groups that may be called again."""
        opened = []
        for zone, ahead in enumerate(self._ahead):
            minutes = ahead[hour // 24 + 1]
            local = hour + minutes // 60
            called = (local // 24 + self._weekday) % 7 in self._outreach.weekdays
            answer = self._outreach.answer[local % 24] if called else 0.0
            for best, (begins, ends) in enumerate(self._bests):
                group = zone * len(self._bests) + best
                liked = begins <= local % 24 < ends
                now = min(1.0, answer * self._outreach.best_factor) if liked else answer
                if now > 0 and self.answered[group] == 0:
                    opened.append(group)
                self.answered[group] = now
                self._ahead_now[group] = minutes
        return opened


def tick_hourly(environment: Environment, work_list: WorkList, days: float) -> Generator[Event, None, None]:
    """Move a work list on at each hour of the horizon."""
    for hour in range(math.ceil(days * 24)):
        if hour * 60.0 > environment.now:
            yield Timeout(environment, hour * 60.0 - environment.now)
        work_list.tick(hour * 60.0)
