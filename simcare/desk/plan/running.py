"""Work beside the page: one job at a time in a thread of its own, with how far it is and a way to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Show = Callable[[int, int, str], None]
"""Called with how much is done, of how much (0: not known), and what is being done."""
Work = Callable[[threading.Event, Show], Any]
"""Does the job, looks at the event now and then, and returns what was found."""
Found = Callable[[Any, Exception | None], None]
"""Called in the thread with what was found, or with what went wrong."""


@dataclass
class Runner:
    """Who does the jobs; mutable."""

    _thread: threading.Thread | None = None
    _doing: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def busy(self) -> bool:
        """Tell whether a job is being done."""
        return self._doing

    def start(self, work: Work, show: Show, found: Found) -> bool:
        """Begin a job; False, and nothing is begun, where one is being done."""
        if self.busy:
            return False
        stop = self._stop = threading.Event()

        def run() -> None:
            result, wrong = None, None
            try:
                result = work(stop, show)
            except Exception as error:  # whatever goes wrong is told on the page; a thread has nobody else to tell
                wrong = error
            self._doing = False
            found(result, wrong)

        self._doing = True
        self._thread = threading.Thread(target=run, name="simcare plan", daemon=True)
        self._thread.start()
        return True

    def cancel(self) -> None:
        """Ask the job to stop; what it has found is kept."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait until the job is done and taken over; False where it still runs after so many seconds."""
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()


class Pace:
    """How long the rest will take, by how long the part that is done took."""

    def __init__(self) -> None:
        """Begin now."""
        self._began = time.monotonic()

    def words(self, done: int, of: int) -> str:
        """Return how long it will still take, roughly; empty while that is not known."""
        spent = time.monotonic() - self._began
        if done < 2 or done >= of or spent < 2:
            return ""
        left = spent / done * (of - done)
        return f", about {left:.0f} seconds left" if left < 90 else f", about {left / 60:.0f} minutes left"
