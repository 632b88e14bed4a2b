"""The desks of each person, kept while they are used. Nothing of them need outlive the program: calls resume.

There are two rooms: the call desk, and the page on which people see how they are doing.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Literal

from simcare.calls.listener import Listener
from simcare.desk.call_desk import CallDesk
from simcare.desk.cohort.own import OwnDesk
from simcare.training.records import Records

Room = Literal["calls", "progress"]
MOST_DESKS = 500
"""How many desks are kept; the one that was not used for longest is cleared, and its person finds the list of calls."""


class Desks:
    """The desks of everybody who is signed in. Mutable; threads may share it, and no person waits for another."""

    def __init__(self, records: Records, listener: Listener) -> None:
        """Take the records and the listener that all desks share."""
        self._records, self._listener = records, listener
        self._desks: OrderedDict[tuple[Room, str], tuple[CallDesk | OwnDesk, threading.Lock]] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, room: Room, name: str, message: Mapping[str, Any] | None, seen: str = "") -> dict[str, Any]:
        """Handle a person's message, if any, and return the view; the sheet only where it is not the one seen."""
        desk, lock = self._desk(room, name)
        with lock:
            if message is not None:
                desk.handle(message)
            sheet = desk.sheet() if isinstance(desk, CallDesk) else {}
            number = hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:16]
            drawn: dict[str, Any] = {"view": desk.screen(), "sheet_id": number}
            return drawn if number == seen else {**drawn, "sheet": sheet}

    def _desk(self, room: Room, name: str) -> tuple[CallDesk | OwnDesk, threading.Lock]:
        with self._lock:
            place = room, name
            if place not in self._desks:
                self._desks[place] = self._new(room, name), threading.Lock()
            self._desks.move_to_end(place)
            while len(self._desks) > MOST_DESKS:
                self._desks.popitem(last=False)
            return self._desks[place]

    def _new(self, room: Room, name: str) -> CallDesk | OwnDesk:
        if room == "calls":
            return CallDesk(self._records, self._listener, learner=name, signed_in=True)
        return OwnDesk(self._records, learner=name)
