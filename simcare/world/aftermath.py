"""What becomes of needs of L2 or more, judged as it turns out, and the emergency visits that follow.

Each such need has one fate, which stands at one row: that of the conversation, or the last one where nobody spoke with
the patient. Whoever visits an emergency department is away for a while, and is called after the discharge.
"""

from __future__ import annotations

import math

from simpy import Environment

from simcare.world.distribution import NOTHING
from simcare.world.draws import Draws
from simcare.world.journal import Journal
from simcare.world.log import HANDLED, LATE, LOST, MISSED
from simcare.world.spec import WorldSpec
from simcare.world.telephone import Telephone

JOINED, HUNG_UP, GAVE_UP = range(3)
"""How a hold for the nurse ends."""
_NEED = 2
"""Rank from which a need is an escalation."""


class Aftermath:
    """Fates by row, the rows that a visit followed, and who is away.

    Attributes:
        fates: Index in FATES by row.
        visits: Rows that a visit to an emergency department followed.
    """

    def __init__(
        self, environment: Environment, spec: WorldSpec, draws: Draws, journal: Journal, telephone: Telephone
    ) -> None:
        self._environment, self._draws, self._journal, self._telephone = environment, draws, journal, telephone
        self._rules, self._of = spec.rules, spec.consequences
        of = spec.consequences
        self._shares = {HANDLED: of.handled, LATE: of.late, MISSED: of.missed, LOST: of.lost}
        self._holding: dict[int, tuple[int, int, float]] = {}
        """Of each source whose care manager asks for a nurse: row, need and minutes waited until then."""
        self._calling: dict[int, tuple[int, int]] = {}
        """Of each source whose fate hangs on a nurse's callback: row and need."""
        self.fates: dict[int, int] = {}
        self.visits: set[int] = set()
        telephone.on_lost = self.lost

    def spoken(self, row: int, source: int, need: int, decided: int, now: float, holds: bool) -> None:
        """Judge a conversation that begins; `holds` where a nurse must be asked before the end is known."""
        rules = self._rules
        # Nobody rang for a monthly call: its need is first heard when the patient answers.
        waited = now - self._journal.came[source] if source < self._journal.first else 0.0
        if decided < need:
            self._settle(row, source, need, MISSED)
        elif need == decided == 2 and rules.same_day_due is not None and rules.nurse_profile:
            self._calling[source] = row, need
        elif holds:
            self._holding[source] = row, need, waited
        else:
            self._settle(row, source, need, self._in_time(waited), at_once=decided == 4)

    def held(self, source: int, minutes: float, how: int) -> None:
        """Judge a hold that has ended."""
        if source not in self._holding:
            return
        row, need, waited = self._holding.pop(source)
        if how == JOINED or need < 3:
            self._settle(row, source, need, self._in_time(waited + minutes))
        elif how == GAVE_UP and self._rules.same_day_due is not None:
            self._calling[source] = row, need
        else:
            self._settle(row, source, need, LOST)

    def called_back(self, row: int, source: int, now: float) -> None:
        """Judge a nurse's callback that is begun: in time when due, unless a nurse was needed at once."""
        if source in self._calling:
            first, need = self._calling.pop(source)
            self._settle(first, source, need, LATE if need > 2 or now > self._journal.due(row) else HANDLED)

    def lost(self, row: int, source: int) -> None:
        """Judge that nobody will speak with the patient about it: they hung up for good, or were never reached."""
        need = self._draws.needs[self._draws.profile[source]]
        if source in self._calling:
            row, need = self._calling.pop(source)
        elif not math.isnan(self._journal.due(row)) and row not in self._telephone.from_messages:
            return  # a callback about something that was judged before
        if need >= _NEED:
            self._settle(row, source, need, LOST)

    def close(self) -> None:
        """Judge as lost what still hangs on a callback when the horizon comes."""
        for source, (row, need) in self._calling.items():
            self.fates[row] = LOST
            if self._visits(source, need, LOST):
                self.visits.add(row)

    def _in_time(self, waited: float) -> int:
        return LATE if waited > self._rules.late_after else HANDLED

    def _settle(self, row: int, source: int, need: int, fate: int, *, at_once: bool = False) -> None:
        self.fates[row] = fate
        if not self._visits(source, need, fate):
            return
        self.visits.add(row)
        place = self._draws.place[source]
        if place >= 0 and self._of.away != NOTHING:
            after = 0.0 if at_once else self._draws.minutes(self._of.visit_after, "world.visit_after", source)
            self._telephone.later(after, lambda _: self._go(row, source, place))

    def _visits(self, source: int, need: int, fate: int) -> bool:
        """Return whether a visit follows; the luck is the call's own, whatever became of it."""
        return self._draws.visit_luck[source] < self._shares[fate][need]

    def _go(self, row: int, source: int, place: int) -> None:
        """Let a patient be away, and call them when they are back."""
        minutes = self._draws.minutes(self._of.away, "world.away", source)
        self._telephone.send_away(place, self._environment.now + minutes)
        if self._of.discharge_profile:
            self._telephone.later(minutes, lambda _: self._telephone.ask_after_discharge(source, row))
