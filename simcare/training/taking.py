"""Compare lines of a file with what is recorded here, add what is new, and tell what contradicts.

It works inside a transaction that `importing` holds, so that what was found wrong leaves nothing behind.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from simcare.documents import DocumentError, Problem
from simcare.training.exporting import texts_in
from simcare.training.portable import (
    ATTEMPT,
    KINDS,
    LEARNER,
    MOVE,
    SHIFT,
    SHIFT_MOVE,
    TEXT,
    Kind,
    Values,
    columns_of,
    values_in,
    values_of,
)
from simcare.training.tables import AttemptRow, LearnerRow, MoveRow, ShiftMoveRow, ShiftRow, TextRow

MOST_TOLD = 20
OTHER_FILE = "import the file as `simcare records export` wrote it"
KEEP_ONE = "two databases contradict each other; nothing was imported, keep one of the two"
CLOSING = frozenset({"status", "finished_at", "left_why", "scorecard", "score", "passed"})
"""The fields of an attempt or shift that change once, when it is closed."""
OWNERS = {MOVE: ATTEMPT, SHIFT_MOVE: SHIFT}
TEXTS = ("scenario_sha", "policy_sha", "intents_sha")


def problem(name: str, line: int, fact: str, remedy: str) -> Problem:
    """Return what is wrong with a line of a file to import."""
    return Problem(name, line, 1, "R302", fact, remedy)


class Taking:
    """An import under way. Mutable: `take` takes lines in, `end` judges the whole; both raise DocumentError."""

    def __init__(self, session: Session, name: str) -> None:
        """Take the transaction to work in and the file's name for problems."""
        self.new = dict.fromkeys(KINDS, 0)
        self.known = 0
        self._session, self._name = session, name
        self._problems: list[Problem] = []
        self._learners = dict(session.execute(select(LearnerRow.key, LearnerRow.id)).all())
        self._texts = set(session.scalars(select(TextRow.sha256)))
        self._there = {
            ATTEMPT: set(session.scalars(select(AttemptRow.id))),
            SHIFT: set(session.scalars(select(ShiftRow.id))),
        }
        self._closed: set[str] = set()
        """What is closed here and stands in the file too: it takes no move any more."""
        self._closing: dict[str, tuple[int, Kind]] = {}
        self._moves: dict[str, int] = {}
        """How many moves of an attempt or shift the file had so far."""

    def take(self, batch: list[tuple[int, Any]]) -> None:
        """Take lines in, each with its number; what is wrong with them is raised together."""
        kind: Kind | None = None
        run: list[tuple[int, Values]] = []
        for number, line in batch:
            found = KINDS.get(str(line.get("kind"))) if isinstance(line, dict) else None
            if found is None:
                self._tell(number, "this line is no record", OTHER_FILE)
                continue
            if kind is not None and found is not kind:
                self._take_alike(kind, run)
                run = []
            kind = found
            try:
                run.append((number, values_of(kind, line)))
            except ValueError as error:
                self._tell(number, str(error), OTHER_FILE)
        if kind is not None:
            self._take_alike(kind, run)
        self._stop_if_wrong()

    def end(self) -> None:
        """Raise DocumentError where a call was closed there and went on here."""
        for one, (number, kind) in self._closing.items():
            key = MoveRow.attempt_id if kind is ATTEMPT else ShiftMoveRow.shift_id
            if self._session.scalar(select(func.count()).where(key == one)) != self._moves.get(one, 0):
                self._tell(number, f"the {kind.name} {one} was closed there and went on here", KEEP_ONE)
        self._stop_if_wrong()

    def _take_alike(self, kind: Kind, run: list[tuple[int, Values]]) -> None:
        here = self._here(kind, run)
        fresh: list[Values] = []
        for number, values in run:
            same = _identity(kind, values)
            if same in here:
                self.known += self._agrees(kind, number, values, here[same])
            elif self._fits(kind, number, values):
                fresh.append(values)
                here[same] = values
                self._remember(kind, values)
            if kind in OWNERS:
                owner = values[kind.identity[0]]
                self._moves[owner] = self._moves.get(owner, 0) + 1
        if fresh and not self._problems:
            self._insert(kind, fresh)

    def _here(self, kind: Kind, run: list[tuple[int, Values]]) -> dict[object, Values]:
        """Return what is recorded of the same things, by identity."""
        row: Any = kind.row
        by = kind.identity[0] if kind.identity else "attempt_id"
        found = self._session.scalars(select(row).where(getattr(row, by).in_({values[by] for _, values in run})))
        keys = {number: key for key, number in self._learners.items()}
        known = [values_in(kind, one, keys) for one in found]
        self._session.expunge_all()
        return {_identity(kind, values): values for values in known}

    # -- what is new -------------------------------------------------------------------------------------------------

    def _fits(self, kind: Kind, number: int, values: Values) -> bool:
        """Tell whether everything that a new line points to is there, and a move is the next one."""
        named = texts_in(values["texts"]) if kind is SHIFT else (values[name] for name in TEXTS if name in values)
        lost = [text for text in named if text not in self._texts]
        owner = kind if kind in self._there else SHIFT if "shift_id" in values else ATTEMPT
        at = values["parent"] if kind in self._there else values.get("attempt_id", values.get("shift_id"))
        if lost:
            return self._tell(number, f"the text {lost[0]} of the {kind.name} is not in the file", OTHER_FILE)
        if "learner" in values and values["learner"] not in self._learners:
            return self._tell(number, f"the learner of the {kind.name} is not in the file", OTHER_FILE)
        if at is not None and at not in self._there[owner]:
            return self._tell(number, f"the {owner.name} {at} is not in the file before this line", OTHER_FILE)
        if kind in OWNERS and at in self._closed:
            return self._tell(number, f"the {owner.name} {at} is closed here and has one more move there", KEEP_ONE)
        if kind in OWNERS and values["nth"] != self._moves.get(str(at), 0):
            return self._tell(number, f"move {values['nth']} of {at} stands where another is next", OTHER_FILE)
        return True

    def _remember(self, kind: Kind, values: Values) -> None:
        if kind is TEXT:
            self._texts.add(values["sha256"])
        elif kind in self._there:
            self._there[kind].add(values["id"])

    def _insert(self, kind: Kind, fresh: list[Values]) -> None:
        table = kind.row.__table__
        assert isinstance(table, Table)
        rows = [columns_of(kind, values, self._learners) for values in fresh]
        self._session.connection().execute(insert(table), rows)
        self.new[kind.name] += len(rows)
        if kind is LEARNER:
            added = select(LearnerRow.key, LearnerRow.id).where(LearnerRow.key.in_([one["key"] for one in fresh]))
            self._learners.update(self._session.execute(added).all())

    # -- what is here already ------------------------------------------------------------------------------------------

    def _agrees(self, kind: Kind, number: int, values: Values, here: Values) -> bool:
        """Tell whether a line and what is here are the same, or one is the other a little later."""
        differs = {name for name in values if values[name] != here[name]}
        closable = kind in self._there
        if kind is LEARNER:
            return True  # one person, who began here and there on different days
        if differs and not (closable and differs <= CLOSING and "open" in (values["status"], here["status"])):
            named = " ".join(str(values[name]) for name in kind.identity)
            fact = f"the {kind.name} {named} is here with another {' and '.join(sorted(differs)[:2])}"
            return self._tell(number, fact, KEEP_ONE)
        if closable and here["status"] != "open":
            self._closed.add(values["id"])
        elif differs:
            row: Any = kind.row
            closing = {name: values[name] for name in CLOSING}
            self._session.execute(update(row).where(row.id == values["id"]).values(**closing))
            self._closing[values["id"]] = (number, kind)
        return True

    def _tell(self, line: int, fact: str, remedy: str) -> bool:
        self._problems.append(problem(self._name, line, fact, remedy))
        return False

    def _stop_if_wrong(self) -> None:
        if self._problems:
            raise DocumentError(self._problems[:MOST_TOLD])


def _identity(kind: Kind, values: Values) -> object:
    if kind.identity:
        return tuple(values[name] for name in kind.identity)
    return json.dumps(values, sort_keys=True, default=str)
