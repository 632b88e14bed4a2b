"""The plan board: the widget that takes changes and orders from the page, and shows what the simulation says.

It simulates in a thread, so that the page can stop it; what is shown is made in `screen`, and drawn by `board.js`.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from simcare.desk.plan import screen
from simcare.desk.plan.question import QuestionError, as_document, change_team, slide
from simcare.desk.plan.running import Pace, Runner, Show
from simcare.documents import DocumentError, SimcareError
from simcare.documents.writing import dump
from simcare.planning.compare import compare
from simcare.planning.executors import open_workers
from simcare.planning.page import page
from simcare.planning.reading import read_plan
from simcare.planning.replicate import Interrupted, Outcome, Stopping, run_replications
from simcare.planning.report import frames
from simcare.planning.staffing import Staffing, staff
from simcare.planning.summary import Summary, summarize

_HERE = Path(__file__).parent
STARTER = _HERE / "starter.yaml"
_log = logging.getLogger(__name__)
TABLES = {"answers": "answers", "days": "days", "intervals": "intervals", "replications": "replications"}


class PlanBoard(anywidget.AnyWidget):
    """Show one plan; `view` is drawn anew after every change, `progress` while something is simulated."""

    _esm = (_HERE / "board.js").read_text(encoding="utf-8")
    _css = (_HERE / "board.css").read_text(encoding="utf-8")
    view = traitlets.Dict().tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)

    def __init__(self, plan: Path | None = None, *, seed: int = 1, workers: int | None = None) -> None:
        """Open a plan; raises DocumentError for one that is not in order. With one worker it simulates here."""
        self._first = self._now = read_plan(plan or STARTER)[1]
        runs = self._first.plan.runs
        self._replications = runs.replications or runs.fewest
        self._seed, self._workers = seed, workers
        self._kept_on_disk = tempfile.TemporaryDirectory(prefix="simcare-plan-")
        self._runner = Runner()
        self._one_at_a_time = threading.RLock()  # the page, JupyterLab's second thread, and the one that simulates
        self._found: Summary | None = None
        self._pinned: Summary | None = None
        self._staffing: Staffing | None = None
        self._fan, self._heat = screen.FANS[0], screen.HEATS[0]
        self._alert = self._note = ""
        self._count = 0
        super().__init__(view={}, progress={})
        self._draw()
        self.on_msg(self._heard)

    @property
    def runner(self) -> Runner:
        """Who simulates."""
        return self._runner

    # -- what the page says ----------------------------------------------------------------------------------------

    def _heard(self, widget: object, content: dict[str, Any], buffers: list[memoryview]) -> None:
        with self._one_at_a_time:
            self._alert = self._note = ""
            try:
                self._take(content)
            except SimcareError as error:
                self._alert = str(error)
            self._draw()

    def _take(self, content: dict[str, Any]) -> None:
        """Do what a message asks for; one that no page of ours sends changes nothing."""
        kind, key, value = (str(content.get(name, "")) for name in ("kind", "key", "value"))
        if kind == "cancel":
            self._runner.cancel()
        elif kind == "fan" and value in screen.FANS:
            self._fan = value
        elif kind == "heat" and value in screen.HEATS:
            self._heat = value
        elif kind == "file":
            self._send_file(value)
        elif self._runner.busy:
            raise QuestionError("the simulation is running; wait for it, or stop it first")
        elif kind == "slide":
            self._now = slide(self._first, self._now, key, _number(value))
        elif kind == "team":
            self._now = change_team(self._now, str(content.get("team", "")), key, value)
        elif kind == "runs" and value.isdecimal() and 2 <= int(value) <= 1000:
            self._replications = int(value)
        elif kind == "reset":
            self._now = self._first
        elif kind == "run":
            self._start(self._simulate)
        elif kind == "staff":
            self._start(self._search)
        elif kind == "pin" and self._found is not None:
            self._pinned = self._found
            self._note = "These answers are kept as plan A. Change something and simulate again to compare."
        elif kind == "unpin":
            self._pinned = None
        elif kind == "use" and self._staffing is not None and self._staffing.best is not None:
            teams = [team.team for team in self._staffing.basis.plan.roster]
            self._now = self._now.staffed(dict(zip(teams, self._staffing.best.people, strict=True)))
            self._note = "The roster is now the one that the search found. Simulate to see all its answers."

    # -- simulating ------------------------------------------------------------------------------------------------

    def _start(self, work: Callable[[threading.Event, Show], Any]) -> None:
        self._check()
        self.progress = {"done": 0, "of": 0, "words": "Starting…"}
        self._runner.start(work, self._show, self._arrived)

    def _check(self) -> None:
        """Raise the first finding about the plan as it now stands."""
        file = Path(self._kept_on_disk.name) / "plan.yaml"
        if any((self._now.licensure, self._now.profiles, self._now.skills)):
            return  # the plan names files that lie beside it, and only people and numbers are changed here
        file.write_text(dump(as_document(self._now.plan)), encoding="utf-8")
        try:
            read_plan(file)
        except DocumentError as error:
            first = error.problems[0]
            raise QuestionError(f"{first.fact}; {first.remedy}") from None

    def _simulate(self, stop: threading.Event, show: Show) -> Summary | None:
        basis, wanted, pace = self._now, self._replications, Pace()

        def progress(done: int, of: int | None) -> None:
            show(done, wanted, f"{done} of {wanted} simulated{pace.words(done, wanted)}")

        with open_workers(self._workers, None, Path(self._kept_on_disk.name), stop) as workers:
            outcome = run_replications(basis, self._seed, Stopping(replications=wanted), workers, progress)
        return summarize(outcome) if outcome.tallies else None

    def _search(self, stop: threading.Event, show: Show) -> Staffing | None:
        tried = 0

        def tell(words: str) -> None:
            nonlocal tried
            tried += 1
            show(0, 0, f"Roster {tried}: {words}")

        with open_workers(self._workers, None, Path(self._kept_on_disk.name), stop) as workers:
            try:
                return staff(self._now, self._seed, workers, tell=tell)
            except Interrupted:
                return None

    def _show(self, done: int, of: int, words: str) -> None:
        self.progress = {"done": done, "of": of, "words": words}

    def _arrived(self, found: Any, wrong: Exception | None) -> None:
        """Take over what the thread found; called in that thread."""
        with self._one_at_a_time:
            self._alert = self._note = ""
            if isinstance(wrong, SimcareError):
                self._alert = str(wrong)
            elif wrong is not None:
                _log.error("the simulation failed", exc_info=wrong)
                self._alert = f"the simulation failed ({type(wrong).__name__}); the log of simcare tells more"
            elif isinstance(found, Summary):
                self._found = found
                done = len(found.outcome.tallies)
                self._note = (
                    f"{done} simulated." if found.outcome.finished else f"Stopped; the {done} that are done are shown."
                )
            elif isinstance(found, Staffing):
                self._staffing = found
                self._note = "The search is done."
            else:
                self._note = "Stopped before anything was done."
            self.progress = {}
            self._draw()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        self._count += 1
        found, pinned = self._found, self._pinned
        self.view = {
            "seq": self._count,
            "title": self._first.plan.title,
            "about": self._first.plan.about,
            **screen.setting(self._first, self._now, self._replications),
            "busy": self._runner.busy,
            "alert": self._alert,
            "note": self._note,
            "stale": found is not None and found.outcome.basis.stamp != self._now.stamp,
            "result": None if found is None else screen.result(found, self._fan, self._heat),
            "pinned": pinned is not None,
            "comparison": self._compared(),
            "staffing": None if self._staffing is None else screen.staffing_view(self._staffing),
            "training": screen.TRAINING,
        }

    def _compared(self) -> dict[str, Any] | None:
        if self._pinned is None or self._found is None or self._pinned is self._found:
            return None
        first, second = self._pinned.outcome, self._found.outcome
        runs = min(len(first.whole), len(second.whole))
        if runs < 2:
            return None
        found = compare(_cut(first, runs), _cut(second, runs))
        return screen.comparison(found, first.basis, second.basis, runs)

    def _send_file(self, what: str) -> None:
        """Give the page a file to save: the report, a table, or the plan as it stands."""
        if what == "plan":
            self._save("plan.yaml", "application/yaml", dump(as_document(self._now.plan)))
        elif self._found is None:
            raise QuestionError("there is no result yet; simulate first")
        elif what == "report":
            pair = self._pinned if self._pinned is not self._found else None
            runs = 0 if pair is None else min(len(pair.outcome.whole), len(self._found.outcome.whole))
            both = (
                () if pair is None or runs < 2 else compare(_cut(pair.outcome, runs), _cut(self._found.outcome, runs))
            )
            text = page(self._found, staffing=self._staffing, comparison=both, names=("plan A", "this plan"))
            self._save("report.html", "text/html", text)
        elif what in TABLES:
            self._save(f"{what}.csv", "text/csv", frames(self._found)[what].to_csv(index=False))

    def _save(self, name: str, kind: str, text: str) -> None:
        self.send({"kind": "file", "name": name, "type": kind, "text": text})


def plan_a_program(plan: str | Path | None = None, *, seed: int = 1, workers: int | None = None) -> PlanBoard:
    """Return the board of a plan as a widget: sliders and a roster, a simulation, and what it says.

    Without a plan it begins with a small fictional program. Raises DocumentError for a plan that is not in order.
    """
    return PlanBoard(None if plan is None else Path(plan), seed=seed, workers=workers)


def _cut(outcome: Outcome, runs: int) -> Outcome:
    return replace(outcome, tallies=outcome.tallies[:runs], whole=outcome.whole[:runs])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise QuestionError(f"'{text}' is no number; write one such as 0.45") from None
