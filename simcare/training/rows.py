"""An attempt as a value, and the statements that read and write rows inside a transaction somebody else holds.

`records` decides what may be done; here is only how it is said to the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from simcare.training.canonical import name_key, sha256, shown_name
from simcare.training.faults import UnknownRecord
from simcare.training.tables import AttemptRow, Base, LearnerRow, MemberRow, MoveRow, RescoreRow, TextRow

Status = Literal["open", "finished", "left"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One learner's playing of one scenario variant, as recorded; times are aware and in UTC."""

    id: str
    learner: str
    scenario: str
    variant: str
    seed: int
    scenario_sha: str
    policy_sha: str
    intents_sha: str
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
class Rescore:
    """What an attempt would score under later texts, beside the score it got."""

    attempt_id: str
    scenario_sha: str
    policy_sha: str
    intents_sha: str
    scored_at: datetime
    scorecard: dict[str, Any]
    score: float
    passed: bool


def find_row(session: Session, attempt_id: str) -> AttemptRow:
    """Return the row of an attempt; raise UnknownRecord where there is none."""
    found = session.get(AttemptRow, attempt_id)
    if found is None:
        raise _unknown(attempt_id)
    return found


def one_attempt(session: Session, attempt_id: str) -> Attempt:
    """Return one attempt as a value; raise UnknownRecord where there is none."""
    found = session.execute(_attempts().where(AttemptRow.id == attempt_id)).one_or_none()
    if found is None:
        raise _unknown(attempt_id)
    return attempt(*found)


def newest_first(learner: str | None) -> Select[AttemptRow, str, int]:
    """Say which attempts: all, or one learner's, newest first."""
    query = _attempts().order_by(AttemptRow.started_at.desc(), AttemptRow.id.desc())
    return query if learner is None else query.where(LearnerRow.key == name_key(learner))


def attempt(row: AttemptRow, learner: str, moves: int) -> Attempt:
    """Return the value of a row, its learner's name and its number of moves."""
    return Attempt(
        id=row.id,
        learner=learner,
        scenario=row.scenario,
        variant=row.variant,
        seed=row.seed,
        scenario_sha=row.scenario_sha,
        policy_sha=row.policy_sha,
        intents_sha=row.intents_sha,
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


def rescore(row: RescoreRow) -> Rescore:
    """Return the value of a row."""
    return Rescore(
        attempt_id=row.attempt_id,
        scenario_sha=row.scenario_sha,
        policy_sha=row.policy_sha,
        intents_sha=row.intents_sha,
        scored_at=row.scored_at,
        scorecard=row.scorecard,
        score=row.score,
        passed=row.passed,
    )


def moves_of(attempt_id: str) -> Select[MoveRow]:
    """Say which moves: one attempt's, in order."""
    return select(MoveRow).where(MoveRow.attempt_id == attempt_id).order_by(MoveRow.nth)


def status_and_next(session: Session, attempt_id: str) -> tuple[str, int]:
    """Return an attempt's status and the number of its next move, and keep other writers from it until we commit."""
    found = session.connection().execute(_STATUS_AND_NEXT, {"attempt_id": attempt_id}).one_or_none()
    if found is None:
        raise _unknown(attempt_id)
    return found[0], found[1]


def add_move(session: Session, attempt_id: str, nth: int, taken_at: datetime, body: Mapping[str, Any]) -> None:
    """Insert a move past the object layer, which would double its time."""
    values = {"attempt_id": attempt_id, "nth": nth, "taken_at": taken_at, "body": body}
    session.connection().execute(_ADD_MOVE, values)


def learner_id(session: Session, name: str, now: datetime) -> int:
    """Return the id of the learner of this name, who is added where new."""
    key = name_key(name)
    _add_once(session, LearnerRow, key=key, name=shown_name(name), created_at=now)
    return session.scalars(select(LearnerRow.id).where(LearnerRow.key == key)).one()


def add_member(session: Session, group: str, learner: int) -> None:
    """Put a learner into a group, once."""
    _add_once(session, MemberRow, cohort=group, learner_id=learner)


def keep_text(session: Session, text: str) -> str:
    """Store a text where it is new and return its hash."""
    digest = sha256(text)
    _add_once(session, TextRow, sha256=digest, body=text)
    return digest


def _add_once(session: Session, row: type[Base], **values: object) -> None:
    # Two programs may add the same learner or text at once; the second one has nothing to do.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.connection().execute(dialect.insert(_table(row)).values(**values).on_conflict_do_nothing())


def _attempts() -> Select[AttemptRow, str, int]:
    return select(AttemptRow, LearnerRow.name, _next_move()).join(LearnerRow, LearnerRow.id == AttemptRow.learner_id)


def _next_move() -> ColumnElement[int]:
    last = select(func.max(MoveRow.nth)).where(MoveRow.attempt_id == AttemptRow.id).correlate(AttemptRow)
    return func.coalesce(last.scalar_subquery() + 1, 0)


def _table(row: type[Base]) -> Table:
    return cast(Table, row.__table__)


def _unknown(attempt_id: str) -> UnknownRecord:
    return UnknownRecord(f"no attempt {attempt_id} is recorded here; see the list of attempts for the ids there are")


# Both are said for every move, so they are put together once.
_STATUS_AND_NEXT = (
    select(AttemptRow.status, _next_move())
    .where(AttemptRow.id == bindparam("attempt_id"))
    .with_for_update(of=AttemptRow)
)
_ADD_MOVE = insert(_table(MoveRow))
