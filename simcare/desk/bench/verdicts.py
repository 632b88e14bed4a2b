"""A rehearsal and what it comes to by the text as it now is: who passes, who passed before, what nobody reached."""

from __future__ import annotations

from typing import Any

from simcare.desk.bench.rehearsing import Rehearsing
from simcare.desk.bench.results import Result, results_of, sentences, unreached, worth_knowing
from simcare.documents import Document
from simcare.scenarios.model import Scenario


class Verdicts:
    """Mutable: `begin` starts a rehearsal, `judge` takes in what has come of it, `changed` says the text is another."""

    def __init__(self) -> None:
        """Begin without a rehearsal."""
        self.rehearsing: Rehearsing | None = None
        self.results: list[Result] = []
        self.before: list[Result] = []
        """The results by the text that was rehearsed; empty until the rehearsal is through."""
        self.findings: list[str] = []
        self.knowing: list[str] = []
        self.unreached: list[dict[str, Any]] | None = None
        """What no player brought about, None while that is not known; like `findings` of the text as rehearsed."""
        self._rehearsed: Document[Scenario] | None = None
        self._stale = False

    def begin(self, document: Document[Scenario]) -> None:
        """Rehearse a scenario; one that is under way is ended."""
        self.forget()
        self._rehearsed = document
        self.rehearsing = Rehearsing(document)

    def stop(self) -> None:
        """End the rehearsal now; what was played is kept."""
        if self.rehearsing is not None:
            self.rehearsing.stop()

    def forget(self) -> None:
        """End the rehearsal and keep nothing of it."""
        self.stop()
        self.rehearsing, self._rehearsed = None, None
        self.results, self.before, self.findings, self.knowing, self.unreached = [], [], [], [], None

    def changed(self) -> None:
        """Say that the text is another one: at the next look all calls are judged again."""
        self._stale = True

    def judge(self, document: Document[Scenario], *, closely: bool) -> None:
        """Judge the calls that came since, or all by a changed text; `closely` also finds what was not reached."""
        rehearsing, rehearsed = self.rehearsing, self._rehearsed
        if rehearsing is None or rehearsed is None:
            return
        over = not rehearsing.running
        runs = dict(rehearsing.runs)
        seen = set() if self._stale else {(row.variant, row.player) for row in self.results}
        new = {pair: calls for pair, calls in runs.items() if pair not in seen}
        if new or self._stale:
            self.results = ([] if self._stale else self.results) + results_of(document.value, new)
            self.unreached = None
        self._stale = False
        if over and not self.before:
            same = document.sha256 == rehearsed.sha256
            self.before = self.results if same else results_of(rehearsed.value, runs)
        if over and closely and self.unreached is None and len(rehearsing.deep) == len(rehearsed.value.variants):
            self.findings = sentences(rehearsed.value, rehearsing.deep)
            self.knowing = worth_knowing({name: rehearsing.deep[name] for name in rehearsed.value.variants})
            self.unreached = unreached(rehearsed.value, rehearsing.deep, document)
