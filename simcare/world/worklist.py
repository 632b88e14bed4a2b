"""The monthly work list: who is to be called now, whose list it stands on, and when an attempt that failed comes back.

It moves once an hour of the clock: then zones enter and leave the hours in which their patients are called, and first
attempts and retries that have come due are put on the list of the own care manager or of the pool. An attempt is a
number: that of its monthly call times the most attempts, plus which it is.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict, deque

import numpy as np
from numpy.typing import NDArray
from simpy import Environment

from simcare.chance import uniforms
from simcare.chance.quantiles import Floats
from simcare.world.board import Board
from simcare.world.clock import months, offsets
from simcare.world.demand import Sources, workdays
from simcare.world.duty import Duty
from simcare.world.journal import ATTEMPTS
from simcare.world.log import WORK
from simcare.world.rounds import Waits
from simcare.world.spec import DAY, Outreach, Panel, WorldSpec

_HANDOVER_HOUR = 6
"""Hour UTC, deep in the American night, at which what the own care manager did not get to goes to the pool."""


class WorkList:
    """Attempts that are due, on one list for each care manager and one for each eligibility.

    Attributes:
        first: Source of the first monthly call.
        most: Most attempts of a monthly call.
        luck: Of each attempt: it is answered where this is below `answered` of the group.
        month: Which month of the horizon it is.
        released: When each attempt was put on a list, -1 for never.
        group: Of each attempt: zone and best time of its patient.
        answered: Probability, at this hour, that a patient of each group answers; 0 where they are not called.
    """

    def __init__(
        self,
        spec: WorldSpec,
        outreach: Outreach,
        panel: Panel,
        sources: Sources,
        left: Floats,
        duty: Duty,
        board: Board,
        seed: int,
    ) -> None:
        self.first, self.most = sources.ringing, outreach.attempts
        self._outreach, self._board, self._bests = outreach, board, panel.best_times
        self._days, self._weekday = math.ceil(spec.days), spec.on.weekday()
        place = sources.place[self.first :]
        groups = len(panel.zones) * len(self._bests)
        group = panel.zone[place].astype(np.int64) * len(self._bests) + panel.best[place]
        self.group: bytearray | list[int] = bytearray(np.repeat(group, self.most).astype(np.uint8).tobytes())
        if groups > 255:
            self.group = np.repeat(group, self.most).tolist()
        self._gone = groups
        """The group of those who have left the program: nobody calls them."""
        self._leaving = _leaving(left, place, sources.month[self.first :], spec.days * DAY)
        self._month_ends = deque([*(months(spec.on, spec.days)[1:] * 24).tolist(), math.inf])
        """Hours of the clock, those still to come."""
        self.month = 0
        who, nth = sources.who[self.first :, None], sources.nth[self.first :, None]
        luck = uniforms(seed, "world.answer", who, nth + (np.arange(self.most) << 53))
        self.luck = array("d", luck.tobytes())
        self.released = array("d", np.full(luck.size, -1.0).tobytes())
        self._first_due = array("d", sources.came[self.first :].tobytes())
        self._begun = 0
        self._later: defaultdict[int, list[int]] = defaultdict(list)
        self._parked: list[list[int]] = [[] for _ in range(groups + 1)]
        self._retry_hour = [0] * groups
        self.answered = [0.0] * (groups + 1)
        self._known: dict[tuple[int, ...], list[float]] = {}
        ahead = np.array([offsets(name, spec.on, self._days) // 60 for name in panel.zones])
        self._ahead: list[list[int]] = ahead.T.tolist()
        """Hours that each zone is ahead of UTC, from the day before the first."""
        self._workday: list[int] = workdays(spec, outreach).tolist()
        self._works = _days_at_work(spec, duty, self._days)
        self._here = [works[0] for works in self._works]
        """Who works at all on the day that it is, in UTC."""
        self._share_out(outreach, panel, place)

    def _share_out(self, outreach: Outreach, panel: Panel, place: NDArray[np.int32]) -> None:
        """Say whose each monthly call is: the own care manager's, if such work is theirs, and which pool's."""
        board = self._board
        of_state = [board.eligibility("outreach", outreach.needs, state, False) for state in panel.states]
        self._mine: list[deque[int]] = [deque() for _ in board.now]
        pools: dict[int, deque[int]] = {each: deque() for each in of_state}
        self._pools = list(pools.values())
        pool_of = [pools[of_state[state]] for state in panel.state.tolist()]
        self._pool = [pool_of[at] for at in place.tolist()]
        may = [[at in board.takers[each] for each in of_state] for at in board.at_work]
        may.append([False] * len(of_state))  # who has no own care manager has the last one: nobody
        self._own: list[int] = np.where(np.array(may)[panel.own, panel.state], panel.own, -1)[place].tolist()
        self._pools_of = [
            [pool for each, pool in pools.items() if number in board.takers[each]]
            for number in range(len(board.classes))
        ]

    def tick(self, now: float) -> None:
        """Move the list on to an hour of the clock, and hand what has come due to whoever is idle."""
        hour = round(now / 60.0)
        if hour >= self._month_ends[0]:
            self._end_month()
        self._open_hours(hour)
        self._let_go(now)
        if hour % 24 == 0:
            self._here = [works[hour // 24] for works in self._works]
        if hour % 24 == _HANDOVER_HOUR:
            self._hand_over(now)
        for group, parked in enumerate(self._parked):
            if parked and self.answered[group] > 0:
                self._parked[group] = []
                self._put(parked, now)
        call, due = self._begun, self._first_due
        while call < len(due) and due[call] <= now:
            call += 1
        self._release([each * self.most for each in range(self._begun, call)], now)
        self._begun = call
        self._release(self._later.pop(hour, []), now)
        for of, idle in enumerate(self._board.idle):
            for post in list(idle):
                if of != self._board.at_work[post]:
                    continue
                row = self.take(post)
                if row >= 0:
                    idle.pop(post).take(row)

    def take(self, post: int) -> int:
        """Return the row of the attempt that a post should make next, -1 for none: the own list, then the pools'.

        An attempt whose patient may not be called at this hour rests until that hour comes.
        """
        mine, group, answered = self._mine[post], self.group, self.answered
        while True:
            line = mine or self._oldest(self._pools_of[self._board.now[post]])
            if not line:
                return -1
            attempt = line.popleft()
            if answered[group[attempt]] > 0:
                return attempt + ATTEMPTS
            self._parked[group[attempt]].append(attempt)

    def retry(self, attempt: int, call: int) -> None:
        """Put the attempt after a failed one on the list of a later day, if one is left and the month lasts."""
        if attempt + 1 < (call + 1) * self.most:
            hour = self._retry_hour[self.group[attempt]]
            if hour < self._month_ends[0]:
                self._later[hour].append(attempt + 1)

    def _oldest(self, pools: list[deque[int]]) -> deque[int] | None:
        """Return the pool whose first attempt has waited longest, None where all are empty."""
        oldest: deque[int] | None = None
        for pool in pools:
            if pool and (oldest is None or self.released[pool[0]] < self.released[oldest[0]]):
                oldest = pool
        return oldest

    def _release(self, attempts: list[int], now: float) -> None:
        released, group = self.released, self.group
        attempts = [attempt for attempt in attempts if group[attempt] != self._gone]
        for attempt in attempts:
            released[attempt] = now
        self._put(attempts, now)

    def _put(self, attempts: list[int], now: float) -> None:
        """Put attempts on the list of the own care manager, if that one works today and it is kept, or in the pool."""
        most, owns, here, mine, released = self.most, self._own, self._here, self._mine, self.released
        kept_since = now - self._outreach.own_days * DAY
        for attempt in attempts:
            call = attempt // most
            own = owns[call]
            if own >= 0 and here[own] and released[attempt] > kept_since:
                mine[own].append(attempt)
            else:
                self._pool[call].append(attempt)

    def _let_go(self, now: float) -> None:
        """Call nobody any more who has left the program."""
        while self._leaving and self._leaving[-1][0] <= now:
            call = self._leaving.pop()[1]
            for attempt in range(call * self.most, (call + 1) * self.most):
                self.group[attempt] = self._gone

    def _end_month(self) -> None:
        """Drop what was not got to: the next month's calls are others."""
        self._month_ends.popleft()
        self.month += 1
        for lines in (self._mine, self._pools, self._parked):
            for line in lines:
                line.clear()

    def _hand_over(self, now: float) -> None:
        kept_since = now - self._outreach.own_days * DAY
        for here, mine in zip(self._here, self._mine, strict=True):
            while mine and (not here or self.released[mine[0]] <= kept_since):
                attempt = mine.popleft()
                self._pool[attempt // self.most].append(attempt)

    def _open_hours(self, hour: int) -> None:
        """Work out who answers with which probability at this hour, and when those who do not are called again."""
        ahead = self._ahead[hour // 24 + 1]
        key = (hour % 168, *ahead)
        if key not in self._known:
            self._known[key] = [
                self._answer((hour + hours) % 24, (hour + hours) // 24, best) for hours in ahead for best in self._bests
            ]
            self._known[key].append(0.0)
        self.answered = self._known[key]
        for zone, hours in enumerate(ahead):
            if hour == 0 or (hour + hours) % 24 == 0:
                day = self._workday[max(0, (hour + hours) // 24 + self._outreach.gap_days)]
                for best, (begins, _) in enumerate(self._bests):
                    self._retry_hour[zone * len(self._bests) + best] = day * 24 + begins - hours

    def _answer(self, hour: int, day: int, best: tuple[int, int]) -> float:
        if (day + self._weekday) % 7 not in self._outreach.weekdays:
            return 0.0
        factor = self._outreach.best_factor if best[0] <= hour < best[1] else 1.0
        return min(1.0, self._outreach.answer[hour] * factor)


def tick_hourly(environment: Environment, work_list: WorkList, days: float) -> Waits:
    """Move a work list on at each hour of the horizon."""
    for hour in range(math.ceil(days * 24)):
        if hour * 60.0 > environment.now:
            yield hour * 60.0 - environment.now
        work_list.tick(hour * 60.0)


def _leaving(left: Floats, place: NDArray[np.int32], month: NDArray[np.int16], until: float) -> list[tuple[float, int]]:
    """Return when the patients of which calls leave, the first to leave last: of each only the last month's call."""
    calls = np.flatnonzero(left[place] < until)
    last = {int(place[call]): int(call) for call in calls[np.argsort(month[calls], kind="stable")]}
    return sorted(((float(left[at]), call) for at, call in last.items()), reverse=True)


def _days_at_work(spec: WorldSpec, duty: Duty, days: int) -> list[bytearray]:
    """Return for each post on which days, in UTC, it works at all."""
    works = [bytearray(b"\1" if post.shift is None else b"\0") * (days + 1) for post in spec.posts]
    for post, kind, start in zip(duty.post.tolist(), duty.duty.tolist(), duty.start.tolist(), strict=True):
        if kind == WORK:
            works[post][int(start // DAY)] = 1
    return works
