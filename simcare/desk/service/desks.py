"""One call desk for each person, kept while it is used. Nothing of it need outlive the program: calls resume."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from simcare.calls.listener import Listener
from simcare.desk.call_desk import CallDesk
from simcare.training.records import Records

MOST_DESKS = 500
"""How many desks are kept; the one that was not used for longest is cleared, and its person finds the list of calls."""


class Desks:
    """The desks of everybody who is signed in. Mutable; threads may share it, and no person waits for another."""

    def __init__(self, records: Records, listener: Listener) -> None:
        """Take the records and the listener that all desks share."""
        self._records, self._listener = records, listener
        self._desks: OrderedDict[str, tuple[CallDesk, threading.Lock]] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, name: str, message: Mapping[str, Any] | None, seen: str = "") -> dict[str, Any]:
        """Handle a person's message, if any, and return the view; the sheet only where it is not the one seen."""
        desk, lock = self._desk(name)
        with lock:
            if message is not None:
                desk.handle(message)
            sheet = desk.sheet()
            number = hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:16]
            drawn: dict[str, Any] = {"view": desk.screen(), "sheet_id": number}
            return drawn if number == seen else {**drawn, "sheet": sheet}

    def _desk(self, name: str) -> tuple[CallDesk, threading.Lock]:
        with self._lock:
            if name not in self._desks:
                desk = CallDesk(self._records, self._listener, learner=name, signed_in=True)
                self._desks[name] = desk, threading.Lock()
            self._desks.move_to_end(name)
            while len(self._desks) > MOST_DESKS:
                self._desks.popitem(last=False)
            return self._desks[name]
