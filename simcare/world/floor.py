"""The floor: one SimPy generator for each post, and what the person in it does with a call.

A call is a number. Whoever takes it knows at once from its luck how long it lasts and how it ends, so talk and
documentation are one timeout; a second one is needed only where a nurse joins. What the numbers mean afterwards (fates,
visits) is worked out in `outcome`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Generator
from typing import Any

import numpy as np
from simpy import Environment, Event, Timeout

from simcare.world.aftermath import GAVE_UP, HUNG_UP, JOINED, Aftermath
from simcare.world.board import CRITICAL_LIVE, Board, Hands
from simcare.world.draws import Draws
from simcare.world.duty import Duty
from simcare.world.journal import ATTEMPTS, Journal
from simcare.world.lives import Lives
from simcare.world.log import (
    ABANDONED,
    ANSWERED,
    CALLBACK,
    DISCHARGE,
    INBOUND,
    NO_ANSWER,
    ON_CALL,
    TASK,
    TRANSFER,
    VOICEMAIL,
    WORK,
)
from simcare.world.rules import Rules
from simcare.world.spec import CRITICAL
from simcare.world.telephone import Telephone
from simcare.world.worklist import WorkList

Steps = Generator[Event, Any, None]
_MOMENT = 1e-6
"""Minutes; a sum of delays may miss the time it aims at by less."""
_NOTHING, _FOLLOW_UP, _CALL_AGAIN, _HOLD, _STAY = range(5)
"""What is left to do once the minutes of a call are over."""


class Free(Event):
    """Somebody without work. It occurs when what they are given is done, so that beginning costs no event of its own.

    Its value is (row, minute at which it began, minutes it took, what is left to do).
    """

    def __init__(self, floor: Floor, post: int) -> None:
        super().__init__(floor.environment)
        self._floor, self._post = floor, post

    def take(self, row: int) -> None:
        """Begin with a row."""
        now = self.env.now
        minutes, then = self._floor.begin(row, self._post, now)
        self._ok, self._value = True, (row, now, minutes, then)
        self.env.schedule(self, delay=minutes)


class Floor:
    """Everybody, at work and off duty."""

    def __init__(
        self,
        environment: Environment,
        rules: Rules,
        draws: Draws,
        duty: Duty,
        board: Board,
        journal: Journal,
        telephone: Telephone,
        aftermath: Aftermath,
        lives: Lives | None,
        work_list: WorkList | None,
    ) -> None:
        self.environment, self._rules, self._draws = environment, rules, draws
        self._board, self._journal, self._telephone = board, journal, telephone
        self._aftermath, self._lives, self._work_list = aftermath, lives, work_list
        self._asked: dict[int, Event] = {}
        """For each transfer that waits, what to tell the care manager who holds."""
        self._pending: dict[int, tuple[int, int]] = {}
        """Decision and episode (-1: none) of each source about which there is something left to do."""
        self._away: dict[int, Hands] = {}
        """Who is off duty, by post."""
        self._pace = [1.0] * len(board.now)
        for post in range(len(board.now)):
            environment.process(self._work(post))
        environment.process(self._keep_hours(duty))

    def _work(self, post: int) -> Steps:
        """Take one row after the other while on duty; who has a call in hand when a block ends finishes it."""
        environment, board, waiting, away = self.environment, self._board, self._board.waiting, self._away
        begin, take = self.begin, self._board.take
        next_attempt = None if self._work_list is None else self._work_list.take
        on_duty, at_work, idle = board.now, board.at_work[post], board.idle
        row, now = -1, 0.0
        while True:
            of = on_duty[post]
            if of >= 0:
                row = take(post) if waiting[of] else -1
                if row < 0 and next_attempt is not None and of == at_work:
                    row = next_attempt(post)
            if row < 0:
                free = Free(self, post)
                (idle[of] if of >= 0 else away)[post] = free
                row, now, minutes, then = yield free
            else:
                minutes, then = begin(row, post, now)
                yield Timeout(environment, minutes)
            if then >= _HOLD:
                then = yield from (self._hold if then == _HOLD else self._stay)(row, post, now, minutes)
                now = environment.now
            else:
                now += minutes  # what environment.now returns, sooner
            if then == _FOLLOW_UP:
                self._follow_up(row, now)
            elif then == _CALL_AGAIN:
                self._telephone.call_again(row)
            row = -1

    def _keep_hours(self, duty: Duty) -> Steps:
        """Let people come on duty and go, block by block; whoever is at work is not on call."""
        environment, board = self.environment, self._board
        for at, begins, post, on_call, pace in _boundaries(duty):
            if at > environment.now + _MOMENT:
                yield Timeout(environment, at - environment.now)
            of = board.on_call[post] if on_call else board.at_work[post]
            if not begins:
                if board.now[post] == of:
                    self._go(post)
            elif board.now[post] < 0 or not on_call:
                if board.now[post] >= 0:
                    self._go(post)
                self._come(post, of, pace)

    def _come(self, post: int, of: int, pace: float) -> None:
        """Come on duty: take what waits, or be idle; who is still busy goes on with that."""
        board = self._board
        board.now[post], self._pace[post] = of, pace
        free = self._away.pop(post, None)
        if free is not None:
            row = board.take(post) if board.waiting[of] else -1
            if row < 0 and self._work_list is not None and of == board.at_work[post]:
                row = self._work_list.take(post)
            if row < 0:
                board.idle[of][post] = free
            else:
                free.take(row)

    def _go(self, post: int) -> None:
        """Go off duty; who is busy goes when that is done."""
        idle = self._board.idle[self._board.now[post]].pop(post, None)
        if idle is not None:
            self._away[post] = idle
        self._board.now[post] = -1

    def begin(self, row: int, post: int, now: float) -> tuple[float, int]:
        """Take a row; return the minutes until something else must be done, and what that is."""
        if row >= ATTEMPTS:
            return self._call_patient(row, post, now)
        journal, draws = self._journal, self._draws
        kind, source = journal.kind[row], journal.source[row]
        if kind == INBOUND:
            return self._converse(row, source, post, now, draws.happening[source])
        if kind in (CALLBACK, DISCHARGE):
            if not self._answers_callback(row, kind, source, now):
                journal.close(row, post, NO_ANSWER, -1, now, self._rules.ring_minutes, 0.0)
                return self._rules.ring_minutes, _CALL_AGAIN
            if row in self._telephone.from_messages:
                return self._converse(row, source, post, now, draws.happening[source])
            if kind == CALLBACK:
                self._aftermath.called_back(row, source, now)
        skill, pace = draws.skill[post], self._pace[post]
        if kind == TASK:
            talk, documentation = draws.task_talk[skill][source], draws.task_documentation[skill][source]
        elif kind == DISCHARGE:
            talk, documentation = draws.after_discharge(source, post)
        else:
            talk, documentation = draws.nurse_talk[skill][source], draws.nurse_documentation[skill][source]
        talk, documentation = talk * pace, documentation * pace
        if kind == TRANSFER:
            if row not in self._asked:  # 911 is under way, and nobody waits for the nurse
                journal.close(row, post, ANSWERED, -1, now, talk, documentation)
                return talk + documentation, _NOTHING
            talk += draws.handover(source)
            self._asked.pop(row).succeed(JOINED)
        journal.close(row, post, ANSWERED, -1, now, talk, documentation)
        return talk + documentation, _NOTHING if kind == DISCHARGE else _FOLLOW_UP

    def _answers_callback(self, row: int, kind: int, source: int, now: float) -> bool:
        draws, attempt = self._draws, self._journal.attempt(row)
        if self._telephone.is_away(draws.place[source], now):
            return False
        if kind == DISCHARGE:
            return draws.chance("world.discharge", source, attempt) < self._rules.callback_answer
        return draws.callback_luck[source * self._rules.callback_attempts + attempt] < self._rules.callback_answer

    def _converse(self, row: int, source: int, post: int, now: float, episode: int) -> tuple[float, int]:
        """Speak with the patient and decide; stay on for 911, bring in a nurse where that was decided."""
        draws, pace = self._draws, self._pace[post]
        skill = draws.skill[post]
        talk, documentation = draws.talk[skill][source] * pace, draws.documentation[skill][source] * pace
        profile = draws.profile[source]
        if episode == draws.happening[source]:
            decided = draws.decided[skill][source]
        else:
            profile = draws.served[episode]
            decided = bisect_right(draws.thresholds[profile][skill], draws.luck[source])
        is_nurse = decided >= 3 and self._board.now[post] in self._board.takers[draws.nurse_eligibility[source]]
        holds = decided == 3 and not is_nurse and bool(self._rules.nurse_profile)
        if draws.needs[profile] >= 2:
            self._aftermath.spoken(row, source, draws.needs[profile], decided, now, holds)
        then = _NOTHING
        if decided or episode >= 0:
            then = _FOLLOW_UP
            self._pending[source] = decided, episode
            if holds:
                return talk, _HOLD
            if decided == 4:
                if self._rules.nurse_profile and self._rules.nurse_joins_911 and not is_nurse:
                    return talk, _STAY
                talk += draws.stay_on_line(source)
            elif decided == 3 and self._rules.nurse_profile:
                talk += draws.nurse_talk[skill][source] * pace
        self._journal.close(row, post, ANSWERED, decided, now, talk, documentation)
        return talk + documentation, then

    def _call_patient(self, row: int, post: int, now: float) -> tuple[float, int]:
        """Make an attempt of the monthly work list; leave a voicemail or not where nobody answers."""
        work_list, draws = self._work_list, self._draws
        assert work_list is not None
        attempt = row - ATTEMPTS
        call = attempt // work_list.most
        luck, answers, source = (
            work_list.luck[attempt],
            work_list.answered[work_list.group[attempt]],
            work_list.first + call,
        )
        if luck < answers and not self._telephone.is_away(draws.place[source], now):
            found = -1 if self._lives is None else self._lives.find(draws.place[source], work_list.month, now)
            if found >= 0:
                self._journal.found[row] = found
            return self._converse(row, source, post, now, found)
        work_list.retry(attempt, call)
        if luck - answers < draws.voicemail * (1.0 - answers):
            minutes, outcome = draws.voicemail_minutes[source] * self._pace[post], VOICEMAIL
        else:
            minutes, outcome = draws.ring_minutes[source] * self._pace[post], NO_ANSWER
        self._journal.close(row, post, outcome, -1, now, minutes, 0.0)
        return minutes, _NOTHING

    def _source(self, row: int) -> int:
        """Return the source of a row, attempts of the work list included."""
        if row < ATTEMPTS:
            return self._journal.source[row]
        assert self._work_list is not None
        return self._work_list.first + (row - ATTEMPTS) // self._work_list.most

    def _hold(self, row: int, post: int, began: float, talk: float) -> Generator[Event, Any, int]:
        """Hold the line until a nurse joins, hand over, and write; return what is left to do."""
        environment, draws, source, pace = self.environment, self._draws, self._source(row), self._pace[post]
        asked, joined = environment.now, Event(environment)
        transfer = self._journal.open(TRANSFER, source, asked, CRITICAL, row)
        self._asked[transfer] = joined
        if not self._board.offer(transfer, CRITICAL_LIVE, draws.nurse_eligibility[source]):
            patience = draws.hold_patience(source)
            most = math.inf if self._rules.hold_most is None else self._rules.hold_most
            if min(patience, most) < math.inf:
                how = HUNG_UP if patience < most else GAVE_UP
                self._telephone.later(min(patience, most), lambda _: self._end_hold(transfer, how))
        how = yield joined
        hold = environment.now - asked
        documentation = draws.documentation[draws.skill[post]][source] * pace
        self._aftermath.held(source, hold, how)
        together = draws.handover(source) if how == JOINED else 0.0
        self._journal.close(row, post, ANSWERED, 3, began, talk + together, documentation, hold)
        yield Timeout(environment, together + documentation)
        if how == GAVE_UP:
            if self._rules.same_day_due is not None:
                now = environment.now
                self._telephone.ask_for_callback(source, now, now + self._rules.same_day_due, row)
        elif how == HUNG_UP:
            del self._pending[source]
        return _NOTHING

    def _stay(self, row: int, post: int, began: float, talk: float) -> Generator[Event, Any, int]:
        """Stay on the line until the ambulance crew takes over, while a nurse is brought in; return what is left."""
        environment, draws, source = self.environment, self._draws, self._source(row)
        transfer = self._journal.open(TRANSFER, source, environment.now, CRITICAL, row)
        self._board.offer(transfer, CRITICAL_LIVE, draws.nurse_eligibility[source])
        stay = draws.stay_on_line(source)
        documentation = draws.documentation[draws.skill[post]][source] * self._pace[post]
        self._journal.close(row, post, ANSWERED, 4, began, talk + stay, documentation)
        yield Timeout(environment, stay)
        if self._board.withdraw(transfer):
            self._journal.leave(transfer, environment.now, ABANDONED)
        yield Timeout(environment, documentation)
        return _FOLLOW_UP

    def _end_hold(self, transfer: int, how: int) -> None:
        if self._board.withdraw(transfer):
            self._journal.leave(transfer, self.environment.now, ABANDONED)
            self._asked.pop(transfer).succeed(how)

    def _follow_up(self, row: int, now: float) -> None:
        """Do what follows from work that is done: more work, or after the last of it a change in the patient's life."""
        rules, source = self._rules, self._source(row)
        decided, episode = self._pending[source]
        conversed = row >= ATTEMPTS or self._journal.kind[row] == INBOUND or row in self._telephone.from_messages
        if conversed and decided == 2 and rules.same_day_due is not None and rules.nurse_profile:
            self._telephone.ask_for_callback(source, now, now + rules.same_day_due, row)
        elif conversed and decided == 1 and rules.task_profile:
            self._telephone.ask_for_task(source, now, row)
        else:
            del self._pending[source]
            if self._lives is None or episode < 0 or decided < self._draws.needs[self._draws.served[episode]]:
                return
            self._lives.handle(episode, self._draws.place[source], now)


def _boundaries(duty: Duty) -> list[tuple[float, bool, int, bool, float]]:
    """Return when whom's duty ends or begins, in order of time, ends first: (minute, begins, post, on call, pace)."""
    answers = np.flatnonzero((duty.duty == WORK) | (duty.duty == ON_CALL))
    at = np.concatenate([duty.end[answers], duty.start[answers]])
    begins = np.repeat([False, True], answers.size)
    order = np.lexsort((begins, at))
    which = np.tile(answers, 2)[order]
    columns = at[order], begins[order], duty.post[which], duty.duty[which] == ON_CALL, duty.pace[which]
    return list(zip(*(column.tolist() for column in columns), strict=True))
