"""A trainee's own page without a screen: how far they are, what is due, what they did; nobody else's calls."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from simcare.desk.choice import open_library
from simcare.desk.cohort.board import titles_of
from simcare.desk.cohort.person import person_view
from simcare.desk.cohort.replay import Opened, replay_view, whose
from simcare.desk.cohort.words import BROKEN, TRAINING
from simcare.desk.refusals import sentence, trouble
from simcare.documents import SimcareError
from simcare.training.canonical import name_key, shown_name
from simcare.training.cohort import see_trainee
from simcare.training.records import Records
from simcare.training.reviews import reviews_of
from simcare.training.suggesting import offered

log = logging.getLogger(__name__)

NO_WALL = (
    "There is no account on this computer: whoever knows a name can look at its calls. "
    "Nothing of it leaves the computer."
)


class OwnDesk:
    """One trainee at their page: mutable, changed by `handle` alone, read through `screen`."""

    def __init__(self, records: Records, *, learner: str | None = None) -> None:
        """Sit down: at the page of a learner, or at the question who one is.

        Where a learner is given, nobody else can be chosen.
        """
        self._records = records
        self._fixed = bool(learner)
        self._learner = " ".join((learner or "").split())
        library = open_library()
        self._titles, self._offered = titles_of(library), offered(library.values())
        self._open_now = Opened()
        self._seq = 0
        self._alert: str | None = None
        self.file: tuple[str, str] | None = None

    def screen(self) -> dict[str, Any]:
        """Return the view to draw now."""
        try:
            drawn = self._drawn()
        except SimcareError as error:
            drawn = {"phase": "closed", "words": sentence(str(error))}
        return {
            **drawn,
            "role": "trainee",
            "seq": self._seq,
            "demo": None,
            "alert": self._alert,
            "status": None,
            "no_wall": None if self._fixed else NO_WALL,
            "training": TRAINING,
        }

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the page asks; what cannot be done is told in the next view's `alert`."""
        self._seq += 1
        self._alert = None
        act = self._messages.get(str(message.get("kind")))
        if act is None:
            self._alert = "The page and the desk do not fit together; reload the page."
        else:
            self._alert = trouble(lambda: act(self, message), log, BROKEN)

    def _hello(self, message: Mapping[str, Any]) -> None:
        if self._fixed:
            return
        name = " ".join(str(message.get("name", "")).split())[:60]
        if not name:
            raise SimcareError("write your name or initials, as at the call desk; they find your calls")
        self._learner = shown_name(name)

    def _who(self, message: Mapping[str, Any]) -> None:
        if not self._fixed:
            self._learner, self._open_now = "", Opened()

    def _replay(self, message: Mapping[str, Any]) -> None:
        attempt = str(message.get("attempt"))
        if name_key(whose(self._records, attempt)) != name_key(self._learner or "-"):
            raise SimcareError("this is not one of your calls; open one of your own list")
        replay_view(self._records, attempt, ())
        self._open_now.go_to(attempt)

    def _back(self, message: Mapping[str, Any]) -> None:
        self._open_now.go_back()

    def _drawn(self) -> dict[str, Any]:
        if not self._learner:
            return {"phase": "hello"}
        if self._open_now.name is not None:
            return self._open_now.shown(self._records)
        now = datetime.now(UTC)
        who = see_trainee(self._records, self._learner, self._offered, now)
        person = person_view(self._records, who, reviews_of(self._records), self._titles, now)
        return {"phase": "person", **person, "learner": self._learner}

    _messages: Mapping[str, Callable[[OwnDesk, Mapping[str, Any]], None]] = {
        "hello": _hello,
        "who": _who,
        "replay": _replay,
        "back": _back,
    }
