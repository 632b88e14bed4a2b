"""A seat: who holds a post, and the end of what they are doing, as one event that occurs again and again.

What is left to do at that end is the event's callbacks. A seat that is not scheduled is idle, off duty or on hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event
from simpy.events import NORMAL

from simcare.world.draws import Draws
from simcare.world.journal import Journal, packed_end

Then = list[Callable[[Any], None]]
"""What is done, one thing after the other, when the minutes of a piece of work are over."""


class Seat(Event):
    """Somebody at work. Beginning costs no event of its own: it is scheduled for when they will be free again.

    Attributes:
        post: Index in the spec's posts.
        skill: Index of their skill level.
        pace: Multiplies the minutes of the columns.
        talk: Minutes on the line of each source in their hands.
        documentation: Minutes of writing after it.
        quiet: Whether nothing follows when they speak with a source.
        free: When they are free again, or have become so.
        row: What they are doing; kept only where something is left to do at its end.
        began: When they began; kept only for a call that is closed later.
        talked: How long they speak; kept like that.
    """

    _ok, _value = True, None

    def __init__(
        self,
        environment: Environment,
        post: int,
        draws: Draws,
        journal: Journal,
        begin: Callable[[int, Seat, float], None],
    ) -> None:
        super().__init__(environment)
        self._begin, self._closed = begin, journal.closed
        self.post, self.pace = post, 1.0
        self.skill = skill = draws.skill[post]
        self.talk, self.documentation, self.quiet = draws.talk[skill], draws.documentation[skill], draws.quiet[skill]
        self.row = -1
        self.free = self.began = self.talked = 0.0

    def take(self, row: int) -> None:
        """Begin with a row."""
        self._begin(row, self, self.env.now)

    def work(self, now: float, minutes: float, then: Then) -> None:
        """Be busy for some minutes from now on."""
        self.free = now + minutes
        self.callbacks = then
        self.env.schedule(self, NORMAL, minutes)

    def finish(
        self, row: int, outcome: int, decided: int, now: float, talk: float, documentation: float, then: Then
    ) -> None:
        """Begin with a row, know how it ends, and be busy till then."""
        closed = self._closed
        closed += packed_end(row, self.post, outcome, decided, now, talk, documentation)
        minutes = talk + documentation
        self.free = now + minutes
        self.callbacks = then
        self.env.schedule(self, NORMAL, minutes)
