"""The journal of a run: plain columns that only grow, written while it runs and put together afterwards.

A row is opened when something joins the queue, and closed by who takes it or by a caller who leaves. What follows from
its source (patient, profile, need) is looked up afterwards, all at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.world.log import CALLS


class Journal:
    """Rows by number; a row's source is the call-to-be from which it stems."""

    def __init__(self) -> None:
        self.kind = array("b")
        self.source = array("i")
        self.parent = array("i")
        self.attempt = array("b")
        self.priority = array("b")
        self.came = array("d")
        self.due: dict[int, float] = {}
        self.found: dict[int, int] = {}
        """Episode of a row that is not its source's own: what a monthly call found."""
        self._closed = array("i")
        self._post = array("h")
        self._outcome = array("b")
        self._decided = array("b")
        self._began = array("d")
        self._talk = array("d")
        self._hold = array("d")
        self._documentation = array("d")
        self._left: list[tuple[int, float, int]] = []

    def open(self, kind: int, source: int, came: float, priority: int, parent: int = -1, attempt: int = 0) -> int:
        """Open a row and return its number."""
        row = len(self.came)
        self.kind.append(kind)
        self.source.append(source)
        self.parent.append(parent)
        self.attempt.append(attempt)
        self.priority.append(priority)
        self.came.append(came)
        return row

    def close(
        self,
        row: int,
        post: int,
        outcome: int,
        decided: int,
        began: float,
        talk: float,
        documentation: float,
        hold: float = 0.0,
    ) -> None:
        """Close a row that somebody took."""
        self._closed.append(row)
        self._post.append(post)
        self._outcome.append(outcome)
        self._decided.append(decided)
        self._began.append(began)
        self._talk.append(talk)
        self._hold.append(hold)
        self._documentation.append(documentation)

    def leave(self, row: int, at: float, outcome: int) -> None:
        """Close a row that nobody took: a caller hung up, or left a message."""
        self._left.append((row, at, outcome))

    def columns(self, waiting: int) -> dict[str, NDArray[Any]]:
        """Return the columns that the journal knows itself; rows that were never closed have the outcome `waiting`."""
        count = len(self.came)
        columns: dict[str, NDArray[Any]] = {
            name: np.frombuffer(values, values.typecode).astype(CALLS.get(name, ("int64", ""))[0])
            for name, values in self._opened().items()
        }
        closed = np.frombuffer(self._closed, np.int32)
        for name, values, missing in (
            ("post", self._post, -1),
            ("outcome", self._outcome, waiting),
            ("decided", self._decided, -1),
            ("began", self._began, np.nan),
            ("talk", self._talk, 0.0),
            ("hold", self._hold, 0.0),
            ("documentation", self._documentation, 0.0),
        ):
            columns[name] = np.full(count, missing, CALLS[name][0])
            columns[name][closed] = np.frombuffer(values, values.typecode)
        columns["ended"] = columns["began"] + columns["talk"] + columns["hold"] + columns["documentation"]
        columns["due"] = np.full(count, np.nan)
        columns["due"][list(self.due)] = list(self.due.values())
        if self._left:
            rows, at, outcome = (np.array(each) for each in zip(*self._left, strict=True))
            columns["ended"][rows] = at
            columns["outcome"][rows] = outcome
        return columns

    def _opened(self) -> Mapping[str, array[Any]]:
        names = ("kind", "source", "parent", "attempt", "priority", "came")
        return {name: getattr(self, name) for name in names}
