"""The floor: what everybody at work does with a call, one event for each post (`seat`).

A call is a number. Whoever takes it knows at once from its luck how long it lasts and how it ends, so talk and
documentation are one wait; a second one is needed only where a nurse joins. What the numbers mean afterwards (fates,
visits) is worked out in `outcome`.
"""

from __future__ import annotations

import math
from bisect import bisect_right

from simpy import Environment, Event

from simcare.world.aftermath import GAVE_UP, HUNG_UP, JOINED, Aftermath
from simcare.world.board import CRITICAL_LIVE, Board
from simcare.world.draws import Draws
from simcare.world.duty import Duty, boundaries
from simcare.world.journal import ATTEMPTS, Journal, packed_end
from simcare.world.lives import Lives
from simcare.world.log import (
    ABANDONED,
    ANSWERED,
    CALLBACK,
    DISCHARGE,
    INBOUND,
    NO_ANSWER,
    TASK,
    TRANSFER,
    VOICEMAIL,
)
from simcare.world.rounds import Rounds, Waits
from simcare.world.rules import Rules
from simcare.world.seat import Seat, Then
from simcare.world.spec import CRITICAL
from simcare.world.telephone import Telephone
from simcare.world.worklist import WorkList

_MOMENT = 1e-6
"""Minutes; a sum of delays may miss the time it aims at by less."""


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
        self._first = journal.first
        self._asked: dict[int, Event] = {}
        """For each transfer that waits, what to tell the care manager who holds."""
        self._pending: dict[int, tuple[int, int]] = {}
        """Decision and episode (-1: none) of each source about which there is something left to do."""
        self._seats = [Seat(environment, post, draws, journal, self.begin) for post in range(len(board.now))]
        self._away: dict[int, Seat] = dict(enumerate(self._seats))
        """Who is off duty, by post."""
        self._rest: Then = [self._go_on]
        self._then_follow_up: Then = [self._follow_up, self._go_on]
        self._then_call_again: Then = [self._call_again, self._go_on]
        self._then_hold: Then = [self._hold]
        self._then_stay: Then = [self._stay]
        self._then_ask_back: Then = [self._ask_back, self._go_on]
        self._then_forget: Then = [self._forget, self._go_on]
        Rounds(environment, self._keep_hours(duty))

    def _go_on(self, seat: Seat) -> None:
        """Take the next row, or be idle or away; who has a call in hand when a block ends finishes it."""
        board, post = self._board, seat.post
        of = board.now[post]
        if of < 0:
            self._away[post] = seat
            return
        row = -1
        if board.waiting[of]:
            row = board.take(of)
        elif self._work_list is not None and of == board.at_work[post]:
            row = self._work_list.take(post)
        if row < 0:
            board.idle[of][post] = seat
        elif row < self._first:
            self._converse(row, row, seat, seat.free)
        else:
            self.begin(row, seat, seat.free)

    def _keep_hours(self, duty: Duty) -> Waits:
        """Let people come on duty and go, block by block; whoever is at work is not on call."""
        environment, board = self.environment, self._board
        for at, begins, post, on_call, pace in boundaries(duty):
            if at > environment.now + _MOMENT:
                yield at - environment.now
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
        self._board.now[post], self._seats[post].pace = of, pace
        seat = self._away.pop(post, None)
        if seat is not None:
            seat.free = self.environment.now
            self._go_on(seat)

    def _go(self, post: int) -> None:
        """Go off duty; who is busy goes when that is done."""
        if self._board.idle[self._board.now[post]].pop(post, None) is not None:
            self._away[post] = self._seats[post]
        self._board.now[post] = -1

    def begin(self, row: int, seat: Seat, now: float) -> None:
        """Take a row."""
        if row < self._first:
            self._converse(row, row, seat, now)
        elif row >= ATTEMPTS:
            self._call_patient(row, seat, now)
        else:
            self._take_up(row, seat, now)

    def _take_up(self, row: int, seat: Seat, now: float) -> None:
        """Take what an earlier call led to."""
        journal, draws, skill = self._journal, self._draws, seat.skill
        kind, source = journal.kind[row], journal.source[row]
        if kind in (CALLBACK, DISCHARGE) and not self._answers_callback(row, kind, source, now):
            seat.row = row
            seat.finish(row, NO_ANSWER, -1, now, self._rules.ring_minutes, 0.0, self._then_call_again)
            return
        if kind == INBOUND or row in self._telephone.from_messages:
            self._converse(row, source, seat, now)
            return
        if kind == CALLBACK:
            self._aftermath.called_back(row, source, now)
        if kind == TASK:
            talk, documentation = draws.task_talk[skill][source], draws.task_documentation[skill][source]
        elif kind == DISCHARGE:
            talk, documentation = draws.after_discharge(source, seat.post)
        else:
            talk, documentation = draws.nurse_talk[skill][source], draws.nurse_documentation[skill][source]
        talk, documentation = talk * seat.pace, documentation * seat.pace
        then = self._rest if kind == DISCHARGE else self._then_follow_up
        if kind == TRANSFER:
            if row in self._asked:
                talk += draws.handover(source)
                self._asked.pop(row).succeed(JOINED)
            else:  # 911 is under way, and nobody waits for the nurse
                then = self._rest
        seat.row = row
        seat.finish(row, ANSWERED, -1, now, talk, documentation, then)

    def _may_escalate(self, seat: Seat, source: int) -> bool:
        """Return whether somebody may take the nurse's part themselves."""
        return self._board.now[seat.post] in self._board.takers[self._draws.nurse_eligibility[source]]

    def _answers_callback(self, row: int, kind: int, source: int, now: float) -> bool:
        draws, attempt = self._draws, self._journal.attempt(row)
        if self._telephone.is_away(draws.place[source], now):
            return False
        if kind == DISCHARGE:
            return draws.chance("world.discharge", source, attempt) < self._rules.callback_answer
        return draws.chance("world.callback", source, attempt) < self._rules.callback_answer

    def _converse(self, row: int, source: int, seat: Seat, now: float, found: int = -1) -> None:
        """Speak with the patient and decide; stay on for 911, bring in a nurse where that was decided.

        `found` is the episode that a monthly call finds.
        """
        pace = seat.pace
        talk, documentation = seat.talk[source] * pace, seat.documentation[source] * pace
        if found < 0 and seat.quiet[source]:
            seat.finish(row, ANSWERED, 0, now, talk, documentation, self._rest)
            return
        draws, rules, skill = self._draws, self._rules, seat.skill
        if found < 0:
            episode, profile, decided = draws.happening[source], draws.profile[source], draws.decided[skill][source]
        else:
            episode, profile = found, draws.served[found]
            decided = bisect_right(draws.thresholds[profile][skill], draws.luck[source])
        asks = decided >= 3 and bool(rules.nurse_profile) and not self._may_escalate(seat, source)
        if draws.needs[profile] >= 2:
            self._aftermath.spoken(row, source, draws.needs[profile], decided, now, asks and decided == 3)
        then = self._rest
        if decided or episode >= 0:
            self._pending[source] = decided, episode
            seat.row, then = row, self._then_follow_up
            if asks and (decided == 3 or rules.nurse_joins_911):
                seat.began, seat.talked = now, talk
                seat.work(now, talk, self._then_hold if decided == 3 else self._then_stay)
                return
            if decided == 4:
                talk += draws.stay_on_line(source)
            elif decided == 3 and rules.nurse_profile:
                talk += draws.nurse_talk[skill][source] * pace
        seat.finish(row, ANSWERED, decided, now, talk, documentation, then)

    def _call_patient(self, row: int, seat: Seat, now: float) -> None:
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
            self._converse(row, source, seat, now, found)
            return
        work_list.retry(attempt, call)
        if luck - answers < draws.voicemail * (1.0 - answers):
            minutes, outcome = draws.voicemail_minutes[source] * seat.pace, VOICEMAIL
        else:
            minutes, outcome = draws.ring_minutes[source] * seat.pace, NO_ANSWER
        seat.finish(row, outcome, -1, now, minutes, 0.0, self._rest)

    def _source(self, row: int) -> int:
        """Return the source of a row, attempts of the work list included."""
        if row < ATTEMPTS:
            return self._journal.source[row]
        assert self._work_list is not None
        return self._work_list.first + (row - ATTEMPTS) // self._work_list.most

    def _hold(self, seat: Seat) -> None:
        """Hold the line until a nurse joins, or the patient or the care manager gives up."""
        draws, source, pace, asked = self._draws, self._source(seat.row), seat.pace, seat.free
        transfer = self._journal.open(TRANSFER, source, asked, CRITICAL, seat.row)
        joined = self._asked[transfer] = Event(self.environment)
        joined.callbacks.append(lambda event: self._hand_over(seat, source, pace, asked, event.value))
        if not self._board.offer(transfer, CRITICAL_LIVE, draws.nurse_eligibility[source]):
            patience = draws.hold_patience(source)
            most = math.inf if self._rules.hold_most is None else self._rules.hold_most
            if min(patience, most) < math.inf:
                how = HUNG_UP if patience < most else GAVE_UP
                self._telephone.later(min(patience, most), lambda _: self._end_hold(transfer, how))

    def _hand_over(self, seat: Seat, source: int, pace: float, asked: float, how: int) -> None:
        """Hand over to the nurse who has joined, if one has, and write."""
        draws, now = self._draws, self.environment.now
        documentation = seat.documentation[source] * pace
        self._aftermath.held(source, now - asked, how)
        together = draws.handover(source) if how == JOINED else 0.0
        self._journal.closed += packed_end(
            seat.row, seat.post, ANSWERED, 3, seat.began, seat.talked + together, documentation
        )
        self._journal.held[seat.row] = now - asked
        then = self._rest
        if how == GAVE_UP and self._rules.same_day_due is not None:
            then = self._then_ask_back
        elif how == HUNG_UP:
            then = self._then_forget
        seat.work(now, together + documentation, then)

    def _ask_back(self, seat: Seat) -> None:
        """Ask for a nurse's callback, since none could join."""
        assert self._rules.same_day_due is not None
        source, now = self._source(seat.row), seat.free
        self._telephone.ask_for_callback(source, now, now + self._rules.same_day_due, seat.row)

    def _forget(self, seat: Seat) -> None:
        """Do nothing more about a patient who hung up while holding."""
        del self._pending[self._source(seat.row)]

    def _stay(self, seat: Seat) -> None:
        """Stay on the line until the ambulance crew takes over, while a nurse is brought in."""
        draws, source, now = self._draws, self._source(seat.row), seat.free
        transfer = self._journal.open(TRANSFER, source, now, CRITICAL, seat.row)
        self._board.offer(transfer, CRITICAL_LIVE, draws.nurse_eligibility[source])
        stay, documentation = draws.stay_on_line(source), seat.documentation[source] * seat.pace
        self._journal.closed += packed_end(
            seat.row, seat.post, ANSWERED, 4, seat.began, seat.talked + stay, documentation
        )
        seat.work(now, stay, [lambda _: self._leave_to_crew(seat, transfer, documentation)])

    def _leave_to_crew(self, seat: Seat, transfer: int, documentation: float) -> None:
        """Hang up, with a nurse or without, and write."""
        if self._board.withdraw(transfer):
            self._journal.leave(transfer, seat.free, ABANDONED)
        seat.work(seat.free, documentation, self._then_follow_up)

    def _end_hold(self, transfer: int, how: int) -> None:
        if self._board.withdraw(transfer):
            self._journal.leave(transfer, self.environment.now, ABANDONED)
            self._asked.pop(transfer).succeed(how)

    def _call_again(self, seat: Seat) -> None:
        """Try a callback again that nobody answered."""
        self._telephone.call_again(seat.row)

    def _follow_up(self, seat: Seat) -> None:
        """Do what follows from work that is done: more work, or after the last of it a change in the patient's life."""
        row, now = seat.row, seat.free
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
