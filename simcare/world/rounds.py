"""Rounds: somebody who does a little, waits some minutes and goes on, at half the cost of a SimPy process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from simpy import Environment, Event
from simpy.events import NORMAL

Waits = Iterator[float]
"""A generator that yields the minutes until it goes on."""


class Rounds(Event):
    """An event that occurs again and again: each time its generator goes on and says after how many minutes next."""

    _ok, _value = True, None

    def __init__(self, environment: Environment, waits: Waits) -> None:
        super().__init__(environment)
        self._waits = waits
        self._again: list[Callable[[Any], None]] = [self._go_on]
        self._go_on(self)

    def _go_on(self, _: Event) -> None:
        for minutes in self._waits:
            self.callbacks = self._again
            self.env.schedule(self, NORMAL, minutes)
            return
