"""The telephone: what comes in by itself, who hangs up, what is put on the board later.

Outside of opening hours a critical call goes to who is on call; every other caller leaves a message, which becomes a
callback at the next opening.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from simpy import Environment, Event, Timeout

from simcare.world.board import DUE_LATER, DUE_SOON, Board
from simcare.world.draws import Draws
from simcare.world.journal import Journal
from simcare.world.lives import Lives
from simcare.world.log import ABANDONED, CALLBACK, DISCHARGE, INBOUND, MESSAGE, TASK
from simcare.world.presence import CallingHours
from simcare.world.rounds import Rounds, Waits
from simcare.world.rules import Rules
from simcare.world.spec import CRITICAL, ROUTINE, SAME_DAY


class Telephone:
    """Calls that ring, and the callbacks and tasks that calls lead to."""

    def __init__(
        self,
        environment: Environment,
        rules: Rules,
        draws: Draws,
        board: Board,
        journal: Journal,
        lives: Lives | None,
        hours: CallingHours,
        discharge_due: float,
        openings: list[tuple[float, float]] | None,
    ) -> None:
        self._environment, self._rules, self._draws = environment, rules, draws
        self._board, self._journal, self._lives, self._hours = board, journal, lives, hours
        self._discharge_due = discharge_due
        self._is_open = openings is None
        self._messages: list[int] = []
        self.from_messages: set[int] = set()
        """Callbacks to callers who found the lines closed: these have not yet spoken with anybody."""
        self._back: dict[int, float] = {}
        """When each patient returns who was away."""
        self.on_lost: Callable[[int, int], None] = lambda row, source: None
        """What to tell that nobody will speak with a caller: their last row and their source."""
        Rounds(environment, self._ring())
        if openings is not None:
            Rounds(environment, self._open_and_close(openings))

    def later(self, minutes: float, then: Callable[[Event], None]) -> None:
        """Do something after some minutes."""
        timeout = Timeout(self._environment, minutes)
        assert timeout.callbacks is not None
        timeout.callbacks.append(then)

    def ask_for_callback(self, source: int, now: float, due: float, parent: int, attempt: int = 0) -> None:
        """Put a nurse's callback on the board."""
        row = self._journal.open(CALLBACK, source, now, SAME_DAY, parent, attempt, due)
        self._offer_in_hours(row, DUE_SOON, self._draws.callback_eligibility[source], source)

    def ask_for_task(self, source: int, now: float, parent: int) -> None:
        """Put a piece of coordination work on the board."""
        row = self._journal.open(TASK, source, now, ROUTINE, parent, 0, now + self._rules.task_due)
        self._board.offer(row, DUE_LATER, self._draws.task_eligibility, self._draws.own[source])

    def send_away(self, place: int, until: float) -> None:
        """Let a patient neither call nor answer until some minute."""
        self._back[place] = max(until, self._back.get(place, 0.0))

    def is_away(self, place: int, now: float) -> bool:
        """Return whether a patient can be neither reached nor heard now."""
        return self._back.get(place, 0.0) > now

    def ask_after_discharge(self, source: int, parent: int, due: float | None = None, attempt: int = 0) -> None:
        """Put a call to somebody who is back from the hospital on the board."""
        now = self._environment.now
        due = now + self._discharge_due if due is None else due
        row = self._journal.open(DISCHARGE, source, now, SAME_DAY, parent, attempt, due)
        self._offer_in_hours(row, DUE_LATER, self._draws.discharge_eligibility[source], source)

    def call_again(self, row: int) -> None:
        """Put the next attempt of a callback that nobody answered on the board after a while, if one is left."""
        journal, source, due = self._journal, self._journal.source[row], self._journal.due(row)
        attempt = journal.attempt(row) + 1
        if attempt >= self._rules.callback_attempts:
            if journal.kind[row] == CALLBACK:
                self.on_lost(row, source)
        elif journal.kind[row] == DISCHARGE:
            self.later(self._rules.callback_gap, lambda _: self.ask_after_discharge(source, row, due, attempt))
        elif row in self.from_messages:
            self.later(self._rules.callback_gap, lambda _: self._return_message(source, due, row, attempt))
        else:
            self.later(
                self._rules.callback_gap,
                lambda _: self.ask_for_callback(source, self._environment.now, due, row, attempt),
            )

    def _ring(self) -> Waits:
        draws, lives, rang, away, offer = self._draws, self._lives, self._journal.rang, self._back, self._board.offer
        now = self._environment.now
        sources = zip(
            range(self._journal.first),
            self._journal.came,
            draws.happening,
            draws.place,
            draws.priority,
            draws.eligibility,
            draws.own,
            draws.patience,
            strict=False,
        )
        for source, came, at, place, priority, eligibility, own, patience in sources:
            if came > now:
                yield came - now
                now = came
            if away and away.get(place, 0.0) > now:
                continue
            if at >= 0 and (lives is None or not lives.reach(at, place)):
                continue
            rang[source] = True
            if not self._is_open and priority != CRITICAL:
                self._leave_message(source, now)
            elif not offer(source, priority, eligibility, own) and patience < math.inf:
                self._hang_up_after(patience, source)

    def _leave_message(self, row: int, now: float) -> None:
        self._journal.leave(row, now, MESSAGE)
        self._messages.append(row)

    def _hang_up_after(self, patience: float, row: int) -> None:
        timeout = Timeout(self._environment, patience, row)
        assert timeout.callbacks is not None
        timeout.callbacks.append(self._hang_up)

    def _hang_up(self, event: Event) -> None:
        row: int = event.value  # type: ignore[assignment]
        if not self._board.withdraw(row):
            return
        self._journal.leave(row, self._environment.now, ABANDONED)
        source = self._journal.source[row]
        if self._journal.attempt(row) == 0 and self._draws.chance("world.redial", source) < self._rules.redial:
            after = self._draws.minutes(self._rules.redial_after, "world.redial_after", source)
            self.later(after, lambda _: self._ring_again(source, row))
        else:
            self.on_lost(row, source)

    def _ring_again(self, source: int, parent: int) -> None:
        now = self._environment.now
        if self.is_away(self._draws.place[source], now):
            self.on_lost(parent, source)
            return
        priority, patience = self._draws.priority[source], self._draws.patience[source]
        row = self._journal.open(INBOUND, source, now, priority, parent, 1)
        eligibility, own = self._draws.eligibility[source], self._draws.own[source]
        if not self._is_open and priority != CRITICAL:
            self._leave_message(row, now)
        elif not self._board.offer(row, priority, eligibility, own) and patience < math.inf:
            self._hang_up_after(patience, row)

    def _open_and_close(self, openings: list[tuple[float, float]]) -> Waits:
        environment = self._environment
        for opens, closes in openings:
            if opens > environment.now:
                yield opens - environment.now
            self._is_open = True
            messages, self._messages = self._messages, []
            for row in messages:
                self._return_message(self._journal.source[row], opens + self._rules.message_due, row, 0)
            yield max(0.0, closes - environment.now)
            self._is_open = False

    def _return_message(self, source: int, due: float, parent: int, attempt: int) -> None:
        priority = self._draws.priority[source]
        row = self._journal.open(CALLBACK, source, self._environment.now, priority, parent, attempt, due)
        self.from_messages.add(row)
        rank = DUE_LATER if priority == ROUTINE else DUE_SOON
        self._offer_in_hours(row, rank, self._draws.message_eligibility[source], source)

    def _offer_in_hours(self, row: int, rank: int, eligibility: int, source: int) -> None:
        """Keep a callback on the board in the hours in which its patient may be called."""
        place, now = self._draws.place[source], self._environment.now
        wait = self._hours.wait(place, now)
        if wait > 0:
            self.later(wait, lambda _: self._offer_in_hours(row, rank, eligibility, source))
        elif not self._board.offer(row, rank, eligibility, self._draws.own[source]):
            left = self._hours.left(place, now)
            if left < math.inf:
                self.later(left, lambda _: self._rest(row, rank, eligibility, source))

    def _rest(self, row: int, rank: int, eligibility: int, source: int) -> None:
        if self._board.withdraw(row):
            self._offer_in_hours(row, rank, eligibility, source)
