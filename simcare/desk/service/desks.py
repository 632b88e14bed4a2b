"""The desks of each person, kept while they are used. Nothing of them need outlive the program: calls resume.

There are three rooms: the call desk, the shift desk, and the page on which people see how they are doing.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from simcare.calls.listener import Listener
from simcare.desk.call_desk import CallDesk
from simcare.desk.cohort.own import OwnDesk
from simcare.desk.shift.room import ShiftRoom
from simcare.desk.shift.shift_desk import ShiftDesk
from simcare.training.records import Records

Room = Literal["calls", "shifts", "progress"]
Drawn = dict[str, Any]
MOST_DESKS = 500
"""How many desks are kept; the one that was not used for longest is cleared, and its person finds the list of calls."""


class _InARoom(Protocol):
    """What one person has in one room."""

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the page asks."""
        ...

    def drawn(self) -> tuple[Drawn, Drawn]:
        """Return what the page shows now, and the sheet, which seldom changes."""
        ...

    def close(self) -> None:
        """End what runs beside the desk."""
        ...


class Desks:
    """The desks of everybody who is signed in. Mutable; threads may share it, and no person waits for another."""

    def __init__(self, records: Records, listener: Callable[[], Listener]) -> None:
        """Take the records that all desks share, and what gives their listener, which may take its time at first."""
        self._records, self._listener = records, listener
        self._desks: OrderedDict[tuple[Room, str], tuple[_InARoom, threading.Lock]] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, room: Room, name: str, message: Mapping[str, Any] | None, seen: str = "") -> dict[str, Any]:
        """Handle a person's message, if any, and return the view; the sheet only where it is not the one seen."""
        desk, lock = self._desk(room, name)
        with lock:
            if message is not None:
                desk.handle(message)
            shown, sheet = desk.drawn()
            number = hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:16]
            drawn = {**shown, "sheet_id": number}
            return drawn if number == seen else {**drawn, "sheet": sheet}

    def _desk(self, room: Room, name: str) -> tuple[_InARoom, threading.Lock]:
        with self._lock:
            place = room, name
            if place not in self._desks:
                self._desks[place] = self._new(room, name), threading.Lock()
            self._desks.move_to_end(place)
            while len(self._desks) > MOST_DESKS:
                _, (left, _) = self._desks.popitem(last=False)
                left.close()
            return self._desks[place]

    def _new(self, room: Room, name: str) -> _InARoom:
        if room == "calls":
            return _Calls(CallDesk(self._records, self._listener(), learner=name, signed_in=True))
        if room == "shifts":
            return _Shifts(ShiftRoom(ShiftDesk(self._records, self._listener(), learner=name, signed_in=True)))
        return _Progress(OwnDesk(self._records, learner=name))


class _Calls:
    """Somebody's call desk."""

    def __init__(self, desk: CallDesk) -> None:
        self._desk = desk
        self.handle = desk.handle

    def drawn(self) -> tuple[Drawn, Drawn]:
        return {"view": self._desk.screen()}, self._desk.sheet()

    def close(self) -> None:
        """Nothing runs beside a call."""


class _Shifts:
    """Somebody's shift desk, with the call on hand and the model that works beside it."""

    def __init__(self, room: ShiftRoom) -> None:
        self._room = room
        self.handle, self.close = room.handle, room.close

    def drawn(self) -> tuple[Drawn, Drawn]:
        shown = self._room.drawn()
        call = shown["call"]
        return {**shown, "call": call.get("view", {})}, call.get("sheet", {})


class _Progress:
    """Somebody's own page."""

    def __init__(self, desk: OwnDesk) -> None:
        self._desk = desk
        self.handle = desk.handle

    def drawn(self) -> tuple[Drawn, Drawn]:
        return {"view": self._desk.screen()}, {}

    def close(self) -> None:
        """Nothing runs beside it."""
