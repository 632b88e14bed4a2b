"""The journal of a run: what was put on the board and what became of it, packed as bytes while it runs.

A row is opened when something joins the queue, and closed by who takes it or by a caller who leaves. Two kinds of rows
need no opening: the first ring of a call-to-be, whose number is that of its source, and attempts of the monthly work
list, rows from `ATTEMPTS` on, of which the list knows when they were due. What follows from a row's source (patient,
profile, need) is looked up afterwards, all at once.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.demand import Sources
from simcare.world.log import CALLS, INBOUND, OUTREACH, WAITING
from simcare.world.spec import ROUTINE

ATTEMPTS = 1 << 30
"""The row of the first attempt of the first monthly call."""
_OPENED = np.dtype([("parent", "i4"), ("attempt", "i1"), ("priority", "i1")])
_CLOSED = np.dtype(
    [("row", "i4"), ("post", "i2"), ("outcome", "i1"), ("decided", "i1")]
    + [(name, "f8") for name in ("began", "talk", "documentation")]
)
_MISSING = {"post": -1, "outcome": WAITING, "decided": -1, "began": np.nan, "talk": 0, "documentation": 0}
_pack_opened = Struct("ibb").pack
packed_end = Struct("ihbbddd").pack
"""Pack what somebody who took a row did, to be added to `Journal.closed`: row, post, outcome, decided, when it began,
minutes of talk and of writing. No method, since every call comes by here."""


class Journal:
    """Rows by number; a row's source is the call-to-be from which it stems."""

    def __init__(self, sources: Sources) -> None:
        first = sources.ringing
        self.first = first
        """The number of the first row that is opened; those below it ring."""
        self.kind = bytearray(np.full(first, INBOUND, np.uint8).tobytes())
        self.source = array("i", np.arange(first, dtype=np.int32).tobytes())
        self.came = array("d", sources.came[:first].tobytes())
        self.rang = bytearray(first)
        """Which sources have rung: an episode that does not happen makes no call."""
        self._priority = sources.priority[:first]
        self._due = array("d")
        self.found: dict[int, int] = {}
        """Episode of a row that is not its source's own: what a monthly call found."""
        self._opened = bytearray()
        self.closed = bytearray()
        """The rows that somebody took, each as `packed_end`."""
        self.held: dict[int, float] = {}
        """Minutes on hold of the rows that were."""
        self._left: list[tuple[int, float, int]] = []

    def open(
        self,
        kind: int,
        source: int,
        came: float,
        priority: int,
        parent: int = -1,
        attempt: int = 0,
        due: float = math.nan,
    ) -> int:
        """Open a row and return its number."""
        self.kind.append(kind)
        self.source.append(source)
        self.came.append(came)
        self._due.append(due)
        self._opened += _pack_opened(parent, attempt, priority)
        return len(self.kind) - 1

    def leave(self, row: int, at: float, outcome: int) -> None:
        """Close a row that nobody took: a caller hung up, or left a message."""
        self._left.append((row, at, outcome))

    def due(self, row: int) -> float:
        """Return by when a row is due, NaN for what is not."""
        return math.nan if row < self.first else self._due[row - self.first]

    def attempt(self, row: int) -> int:
        """Return which attempt a row is."""
        return 0 if row < self.first else self._opened[(row - self.first) * _OPENED.itemsize + 4]

    def columns(
        self, attempts: int, released: Floats
    ) -> tuple[dict[str, NDArray[Any]], Whole, Callable[[Whole], Whole]]:
        """Return the columns that the journal knows itself and the source of each row, sorted by the time they came.

        The third is a function from the numbers of rows to their places in the columns.

        `released` is when each attempt was due, negative for never; there are `attempts` for each monthly call.
        """
        opened = np.frombuffer(self._opened, _OPENED)
        rang = np.flatnonzero(np.frombuffer(self.rang, np.uint8))
        made = np.flatnonzero(released >= 0)
        rows = np.concatenate([rang, np.arange(self.first, len(self.kind))])
        came = np.concatenate([np.array(self.came)[rows], released[made]])
        order = np.argsort(came, kind="stable")
        there = np.empty(order.size, np.int64)
        there[order] = np.arange(order.size)
        place = np.full(len(self.kind), -1, np.int64)
        place[rows] = there[: rows.size]
        of_attempt = np.full(released.size, -1, np.int64)
        of_attempt[made] = there[rows.size :]

        def placed(rows: Whole) -> Whole:
            attempt = rows >= ATTEMPTS
            found = np.where(rows < 0, -1, place[np.where(attempt | (rows < 0), 0, rows)] if place.size else -1)
            found[attempt] = of_attempt[rows[attempt] - ATTEMPTS]
            return found

        nth = made % max(attempts, 1)
        earlier = np.where(nth > 0, ATTEMPTS + made - 1, -1)
        columns: dict[str, NDArray[Any]] = {
            "came": came,
            "due": np.concatenate([np.full(rang.size, np.nan), np.array(self._due), np.full(made.size, np.nan)]),
            "kind": np.concatenate([np.frombuffer(self.kind, np.int8)[rows], np.full(made.size, OUTREACH, np.int8)]),
            "priority": np.concatenate(
                [self._priority[rang], opened["priority"], np.full(made.size, ROUTINE, np.int8)]
            ),
            "attempt": np.concatenate([np.zeros(rang.size, np.int8), opened["attempt"], nth.astype(np.int8)]),
            "parent": placed(
                np.concatenate([np.full(rang.size, -1), opened["parent"].astype(np.int64), earlier])
            ).astype(np.int32),
        }
        columns = {name: values[order] for name, values in columns.items()}
        stems = self.first + made // max(attempts, 1)
        source = np.concatenate([np.frombuffer(self.source, np.int32)[rows], stems.astype(np.int32)])[order]
        self._add_closed(columns, placed)
        return columns, source, placed

    def _add_closed(self, columns: dict[str, NDArray[Any]], placed: Callable[[Whole], Whole]) -> None:
        closed = np.frombuffer(self.closed, _CLOSED)
        rows = placed(closed["row"].astype(np.int64))
        for name, missing in _MISSING.items():
            columns[name] = np.full(columns["came"].size, missing, CALLS[name][0])
            columns[name][rows] = closed[name]
        columns["hold"] = np.zeros(columns["came"].size)
        columns["hold"][placed(np.fromiter(self.held, np.int64))] = list(self.held.values())
        columns["ended"] = columns["began"] + columns["talk"] + columns["hold"] + columns["documentation"]
        if self._left:
            left = np.array(self._left)
            rows = placed(left[:, 0].astype(np.int64))
            columns["ended"][rows] = left[:, 1]
            columns["outcome"][rows] = left[:, 2]
