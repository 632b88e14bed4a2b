"""The trainer's desk without a screen: takes messages, keeps where the trainer is, gives the view to draw.

It reads the records when it opens and when it is asked to look again: a large cohort takes some seconds. A demo cohort
lives in records of its own, in memory, and is left behind without a trace.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from simcare.desk.choice import open_library
from simcare.desk.cohort.board import SORTS, cohort_view, titles_of
from simcare.desk.cohort.person import person_view
from simcare.desk.cohort.replay import Opened, replay_view
from simcare.desk.cohort.sheets import FILES, sheet
from simcare.desk.cohort.words import BROKEN, TRAINING
from simcare.desk.refusals import sentence, trouble
from simcare.documents import SimcareError
from simcare.training.cohort import Cohort, Trainee, see_cohort
from simcare.training.demo import GROUP, demo_records, make_demo
from simcare.training.records import Records
from simcare.training.reviews import add_review
from simcare.training.suggesting import offered

log = logging.getLogger(__name__)

DEMO = "This is a demo cohort: simulated players, nobody real. It is kept in memory and leaves nothing behind."


class TrainerDesk:
    """One trainer at the board: mutable, changed by `handle` alone, read through `screen`."""

    def __init__(self, records: Records, *, group: str | None = None, reviewer: str = "") -> None:
        """Sit down at the cohort; `group` is one of the roster's, everybody where it is None."""
        self._own = self._records = records
        library = open_library()
        self._titles = titles_of(library)
        self._offered = offered(library.values())
        self._group, self._sort = group, "name"
        self._scenario: str | None = None
        self._reviewer = reviewer
        self._trainee: str | None = None
        self._open_now = Opened()
        self._seq = 0
        self._alert: str | None = None
        self._status: str | None = None
        self.file: tuple[str, str] | None = None
        """The name and the text of a file that the last message asked for."""
        self._cohort = self._seen()

    @property
    def cohort(self) -> Cohort:
        """The cohort as it was when last looked at."""
        return self._cohort

    def screen(self) -> dict[str, Any]:
        """Return the view to draw now."""
        try:
            drawn = self._drawn()
        except SimcareError as error:
            drawn = {"phase": "closed", "words": sentence(str(error))}
        return {
            **drawn,
            "role": "trainer",
            "seq": self._seq,
            "demo": DEMO if self._records is not self._own else None,
            "files": [list(item) for item in FILES.items()],
            "alert": self._alert,
            "status": self._status,
            "training": TRAINING,
        }

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the page asks; what cannot be done is told in the next view's `alert`."""
        self._seq += 1
        self._alert = self._status = self.file = None
        act = self._messages.get(str(message.get("kind")))
        if act is None:
            self._alert = "The board and the page do not fit together; reload the page."
        else:
            self._alert = trouble(lambda: act(self, message), log, BROKEN)

    # -- messages ------------------------------------------------------------------------------------------------------

    def _choose_group(self, message: Mapping[str, Any]) -> None:
        value = str(message.get("value", ""))
        if value and value not in self._cohort.groups:
            raise SimcareError("there is no such group; choose one of the list")
        self._group = value or None
        self._look()

    def _choose_sort(self, message: Mapping[str, Any]) -> None:
        value = str(message.get("value"))
        self._sort = value if value in SORTS else self._sort

    def _choose_items(self, message: Mapping[str, Any]) -> None:
        value = str(message.get("value"))
        self._scenario = value if value in self._titles else self._scenario

    def _open(self, message: Mapping[str, Any]) -> None:
        name = str(message.get("name"))
        self._find(name)
        self._trainee, self._open_now = name, Opened()

    def _replay(self, message: Mapping[str, Any]) -> None:
        attempt = str(message.get("attempt"))
        replay_view(self._records, attempt, ())  # tells what is wrong before the screen is left
        self._open_now.go_to(attempt)

    def _back(self, message: Mapping[str, Any]) -> None:
        if not self._open_now.go_back():
            self._trainee = None

    def _review(self, message: Mapping[str, Any]) -> None:
        about = self._open_now.name
        if about is None:
            raise SimcareError("no call is open; open one first")
        rating = message.get("rating")
        self._reviewer = " ".join(str(message.get("reviewer", "")).split())
        if not self._reviewer:
            raise SimcareError("write your name, so that the trainee knows who says it; nothing was kept yet")
        words = str(message.get("comment", ""))
        said = add_review(self._records, about, self._reviewer, words, int(rating) if rating else None)
        self._cohort = replace(self._cohort, reviews=(*self._cohort.reviews, said))
        self._status = "Kept. The trainee reads it on their own page."

    def _look_again(self, message: Mapping[str, Any]) -> None:
        self._look()
        self._status = "The records were read again."

    def _demo(self, message: Mapping[str, Any]) -> None:
        records = demo_records()
        make_demo(records)
        self._go_to(records, GROUP)

    def _leave_demo(self, message: Mapping[str, Any]) -> None:
        demo, here = self._records, self._own
        self._go_to(here, None)
        if demo is not here:
            demo.close()

    def _file(self, message: Mapping[str, Any]) -> None:
        what = str(message.get("value"))
        if what in FILES:
            self.file = f"{what}.csv", sheet(self._cohort, what, self._titles)
            self._status = f"{what}.csv was made."

    # -- small things --------------------------------------------------------------------------------------------------

    def _go_to(self, records: Records, group: str | None) -> None:
        self._records, self._group = records, group
        self._trainee = self._scenario = None
        self._open_now = Opened()
        self._look()

    def _look(self) -> None:
        self._cohort = self._seen()

    def _seen(self) -> Cohort:
        return see_cohort(self._records, self._offered, datetime.now(UTC), group=self._group)

    def _find(self, name: str) -> Trainee:
        found = next((each for each in self._cohort.trainees if each.name == name), None)
        if found is None:
            raise SimcareError("this trainee is not in the group that is shown; look at everybody, or look again")
        return found

    def _drawn(self) -> dict[str, Any]:
        if self._open_now.name is not None:
            return {**self._open_now.shown(self._records), "reviewer": self._reviewer}
        if self._trainee is not None:
            who, said = self._find(self._trainee), self._cohort.reviews
            return {"phase": "person", **person_view(self._records, who, said, self._titles, datetime.now(UTC))}
        if not self._cohort.trainees and self._group is None:
            return {"phase": "empty", "place": self._records.place}
        return cohort_view(self._cohort, self._titles, sort=self._sort, scenario=self._scenario)

    _messages: Mapping[str, Callable[[TrainerDesk, Mapping[str, Any]], None]] = {
        "group": _choose_group,
        "sort": _choose_sort,
        "items": _choose_items,
        "open": _open,
        "replay": _replay,
        "back": _back,
        "review": _review,
        "look": _look_again,
        "demo": _demo,
        "leave_demo": _leave_demo,
        "file": _file,
    }
