"""The shifts of a learner as recorded: every move of each, the texts it was worked with, and how it was judged.

A move is on the disk before `append` returns, and nothing recorded is rewritten, as with attempts. Working a recorded
shift is in `working`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from simcare.training import rows
from simcare.training.canonical import as_stored, name_key, new_id, storable, strict_json
from simcare.training.faults import AttemptClosed, MoveOutOfOrder, RecordError, UnknownRecord
from simcare.training.records import LARGEST_SEED, Records
from simcare.training.rows import Status
from simcare.training.tables import LearnerRow, ShiftMoveRow, ShiftRow


@dataclass(frozen=True, slots=True)
class ShiftRecord:
    """One learner's working of one shift, as recorded; times are aware and in UTC."""

    id: str
    learner: str
    title: str
    seed: int
    texts: dict[str, Any]
    """Hashes of the texts: `spec`, `policy`, `intents`, and `scenarios` by id."""
    listener: str
    exercise: str | None
    status: Status
    started_at: datetime
    finished_at: datetime | None
    left_why: str | None
    scorecard: dict[str, Any] | None
    score: float | None
    passed: bool | None
    parent: str | None
    branched_at: int | None
    moves: int
    """How many moves are recorded; the next one has this number."""


@dataclass(frozen=True, slots=True)
class ShiftTexts:
    """The texts that a shift is worked with, whole."""

    spec: str
    policy: str
    intents: str
    scenarios: Mapping[str, str]


class Shifts:
    """The shifts in some records; as safe to share as these."""

    def __init__(self, records: Records) -> None:
        """Look at the shifts of records that are open."""
        self._records = records

    # -- writing -------------------------------------------------------------------------------------------------------

    def start(
        self, learner: str, title: str, seed: int, texts: ShiftTexts, *, listener: str, exercise: str | None = None
    ) -> ShiftRecord:
        """Begin a shift and return it; every text is stored once and pinned by its hash."""
        if not 0 <= seed <= LARGEST_SEED:
            raise RecordError(f"the seed {seed} cannot be recorded; use a whole number from 0 to {LARGEST_SEED}")
        now = datetime.now(UTC)
        with self._records.writing() as session:
            pinned: dict[str, Any] = {
                "spec": rows.keep_text(session, texts.spec),
                "policy": rows.keep_text(session, texts.policy),
                "intents": rows.keep_text(session, texts.intents),
                "scenarios": {name: rows.keep_text(session, text) for name, text in texts.scenarios.items()},
            }
            row = ShiftRow(
                id=new_id(),
                learner_id=rows.learner_id(session, learner, now),
                title=storable(title)[:200],
                seed=seed,
                texts=pinned,
                listener=listener,
                exercise=exercise,
                status="open",
                started_at=now,
            )
            session.add(row)
            session.flush()
            return _one(session, row.id)

    def append(self, shift_id: str, nth: int, move_json: Mapping[str, Any]) -> None:
        """Record the next move, on the disk when this returns; `nth` counts from 0.

        Raises MoveOutOfOrder where another number is next, AttemptClosed where the shift is finished or left.
        """
        body = dict(move_json)
        strict_json(body)
        with self._records.writing() as session:
            following = _open_and_next(session, shift_id)
            if nth != following:
                raise MoveOutOfOrder(_out_of_order(shift_id, nth, following))
            session.add(ShiftMoveRow(shift_id=shift_id, nth=nth, taken_at=datetime.now(UTC), body=body))
            try:
                session.flush()
            except IntegrityError as error:  # a server lets two programs come this far; the key lets one pass
                raise MoveOutOfOrder(_out_of_order(shift_id, nth, nth + 1)) from error

    def finish(self, shift_id: str, scorecard_json: Mapping[str, Any]) -> ShiftRecord:
        """Close a shift with its scorecard for good; it must have `score` (0 to 100) and `passed`."""
        scorecard = as_stored(dict(scorecard_json))
        score, passed = scorecard.get("score"), scorecard.get("passed")
        if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 100:
            raise RecordError(f"the scorecard's score is {score!r}; it must be a number from 0 to 100")
        if not isinstance(passed, bool):
            raise RecordError(f"the scorecard says passed = {passed!r}; it must be true or false")
        return self._close(shift_id, status="finished", scorecard=scorecard, score=float(score), passed=passed)

    def leave(self, shift_id: str, why: str) -> ShiftRecord:
        """Close a shift without a score."""
        return self._close(shift_id, status="left", left_why=storable(why))

    def branch(self, shift_id: str, at_move: int) -> ShiftRecord:
        """Begin a new shift that shares the first `at_move` moves of this one, with its seed and texts.

        The old one, open or closed, stays as it is and is the parent. RecordError where it has fewer moves.
        """
        with self._records.writing() as session:
            old = _find(session, shift_id)
            recorded = _recorded(session, shift_id)
            if not 0 <= at_move <= recorded:
                raise RecordError(f"shift {shift_id} has {recorded} moves; branch at 0 to {recorded}, not {at_move}")
            row = ShiftRow(
                id=new_id(),
                learner_id=old.learner_id,
                title=old.title,
                seed=old.seed,
                texts=old.texts,
                listener=old.listener,
                exercise=old.exercise,
                status="open",
                started_at=datetime.now(UTC),
                parent=old.id,
                branched_at=at_move,
            )
            session.add(row)
            session.flush()
            for move in session.scalars(_moves(shift_id).where(ShiftMoveRow.nth < at_move)).all():
                session.add(ShiftMoveRow(shift_id=row.id, nth=move.nth, taken_at=move.taken_at, body=move.body))
            session.flush()
            return _one(session, row.id)

    # -- reading -------------------------------------------------------------------------------------------------------

    def shift(self, shift_id: str) -> ShiftRecord:
        """Return one shift; raise UnknownRecord where there is none."""
        with self._records.reading() as session:
            return _one(session, shift_id)

    def shifts(self, learner: str | None = None) -> list[ShiftRecord]:
        """Return all shifts, or one learner's, newest first."""
        query = _shifts().order_by(ShiftRow.started_at.desc(), ShiftRow.id.desc())
        if learner is not None:
            query = query.where(LearnerRow.key == name_key(learner))
        with self._records.reading() as session:
            return [_value(*found) for found in session.execute(query)]

    def moves(self, shift_id: str) -> list[dict[str, Any]]:
        """Return a shift's moves in order, as they were given to `append`."""
        with self._records.reading() as session:
            _find(session, shift_id)
            return [move.body for move in session.scalars(_moves(shift_id))]

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _close(self, shift_id: str, **judged: object) -> ShiftRecord:
        with self._records.writing() as session:
            _open_and_next(session, shift_id)
            row = _find(session, shift_id)
            for name, value in {**judged, "finished_at": datetime.now(UTC)}.items():
                setattr(row, name, value)
            session.flush()
            return _one(session, shift_id)


def _find(session: Session, shift_id: str) -> ShiftRow:
    found = session.get(ShiftRow, shift_id)
    if found is None:
        raise _unknown(shift_id)
    return found


def _one(session: Session, shift_id: str) -> ShiftRecord:
    found = session.execute(_shifts().where(ShiftRow.id == shift_id)).one_or_none()
    if found is None:
        raise _unknown(shift_id)
    return _value(*found)


def _open_and_next(session: Session, shift_id: str) -> int:
    """Return the number of the next move of an open shift, and keep other writers from it until we commit."""
    status = session.scalar(select(ShiftRow.status).where(ShiftRow.id == shift_id).with_for_update())
    if status is None:
        raise _unknown(shift_id)
    if status != "open":
        raise AttemptClosed(f"shift {shift_id} is already {status}; branch from it to try again")
    return _recorded(session, shift_id)


def _recorded(session: Session, shift_id: str) -> int:
    last = session.scalar(select(func.max(ShiftMoveRow.nth)).where(ShiftMoveRow.shift_id == shift_id))
    return 0 if last is None else last + 1


def _moves(shift_id: str) -> Select[ShiftMoveRow]:
    return select(ShiftMoveRow).where(ShiftMoveRow.shift_id == shift_id).order_by(ShiftMoveRow.nth)


def _shifts() -> Select[ShiftRow, str, int]:
    last = select(func.max(ShiftMoveRow.nth)).where(ShiftMoveRow.shift_id == ShiftRow.id).correlate(ShiftRow)
    following: ColumnElement[int] = func.coalesce(last.scalar_subquery() + 1, 0)
    return select(ShiftRow, LearnerRow.name, following).join(LearnerRow, LearnerRow.id == ShiftRow.learner_id)


def _value(row: ShiftRow, learner: str, moves: int) -> ShiftRecord:
    return ShiftRecord(
        id=row.id,
        learner=learner,
        title=row.title,
        seed=row.seed,
        texts=row.texts,
        listener=row.listener,
        exercise=row.exercise,
        status=cast(Status, row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        left_why=row.left_why,
        scorecard=row.scorecard,
        score=row.score,
        passed=row.passed,
        parent=row.parent,
        branched_at=row.branched_at,
        moves=moves,
    )


def _unknown(shift_id: str) -> UnknownRecord:
    return UnknownRecord(f"no shift {shift_id} is recorded here; see the list of shifts for the ids there are")


def _out_of_order(shift_id: str, nth: int, following: int) -> str:
    return (
        f"move {nth} of shift {shift_id} cannot be recorded, the next one is {following}; another window may have gone "
        "on with this shift: resume it here to go on from there"
    )
