"""Forget a learner: everything of theirs leaves the records, and from a SQLite file also the bytes.

What was exported, sent elsewhere or copied before an upgrade is out of reach here; `Records.copies` names the copies.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from simcare.training.canonical import name_key
from simcare.training.exporting import texts_in
from simcare.training.faults import UnknownRecord
from simcare.training.records import Records
from simcare.training.tables import (
    AttemptRow,
    Base,
    LearnerRow,
    MemberRow,
    MoveRow,
    RescoreRow,
    ReviewRow,
    ShiftMoveRow,
    ShiftReviewRow,
    ShiftRow,
    TextRow,
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes, or went, with a learner; `texts` are those that nobody else's record needs."""

    learner: str
    attempts: int
    moves: int
    rescores: int
    reviews: int
    reviews_written: int
    """Reviews that somebody of this name wrote of others: they carry the name, so they go too."""
    shifts: int
    shift_moves: int
    groups: int
    texts: int


def look_before_erasing(records: Records, learner: str) -> Erasure:
    """Return what `erase` would take away; UnknownRecord where nobody has this name."""
    with records.snapshot() as session:
        return _erasure(session, learner)


def erase(records: Records, learner: str) -> Erasure:
    """Erase everything of a learner, whole or not at all, and return what went.

    Then a SQLite file is written anew, so that it and its log hold no byte of what went. UnknownRecord where nobody has
    this name; the file is written anew even then, because an earlier time may have been kept from it.
    """
    with records.reading() as session:
        known = session.scalar(select(LearnerRow.id).where(LearnerRow.key == name_key(learner))) is not None
    if not known:
        records.compact()
    with records.writing() as session:
        gone = _erasure(session, learner)
        number = _number(session, learner)
        attempts = select(AttemptRow.id).where(AttemptRow.learner_id == number)
        shifts = select(ShiftRow.id).where(ShiftRow.learner_id == number)
        unused = _texts_of(session, number) - _texts_of(session, number, others=True)
        for statement in (
            delete(MoveRow).where(MoveRow.attempt_id.in_(attempts)),
            delete(RescoreRow).where(RescoreRow.attempt_id.in_(attempts)),
            delete(ReviewRow).where(ReviewRow.attempt_id.in_(attempts)),
            delete(ShiftMoveRow).where(ShiftMoveRow.shift_id.in_(shifts)),
            delete(ShiftReviewRow).where(ShiftReviewRow.shift_id.in_(shifts)),
            delete(AttemptRow).where(AttemptRow.learner_id == number),
            delete(ShiftRow).where(ShiftRow.learner_id == number),
            delete(MemberRow).where(MemberRow.learner_id == number),
            delete(ReviewRow).where(ReviewRow.id.in_(_written(session, learner, ReviewRow))),
            delete(ShiftReviewRow).where(ShiftReviewRow.id.in_(_written(session, learner, ShiftReviewRow))),
            delete(LearnerRow).where(LearnerRow.id == number),
            delete(TextRow).where(TextRow.sha256.in_(sorted(unused))),
        ):
            session.execute(statement.execution_options(synchronize_session=False))
    records.compact()
    return gone


def _erasure(session: Session, learner: str) -> Erasure:
    number = _number(session, learner)
    attempts = select(AttemptRow.id).where(AttemptRow.learner_id == number)
    shifts = select(ShiftRow.id).where(ShiftRow.learner_id == number)

    def count(row: type[Base], condition: object) -> int:
        return session.scalar(select(func.count()).select_from(row).where(condition)) or 0  # type: ignore[arg-type]

    own = {
        *session.scalars(select(ReviewRow.id).where(ReviewRow.attempt_id.in_(attempts))),
        *session.scalars(select(ShiftReviewRow.id).where(ShiftReviewRow.shift_id.in_(shifts))),
    }
    written = {*_written(session, learner, ReviewRow), *_written(session, learner, ShiftReviewRow)}
    return Erasure(
        learner=session.scalars(select(LearnerRow.name).where(LearnerRow.id == number)).one(),
        attempts=count(AttemptRow, AttemptRow.learner_id == number),
        moves=count(MoveRow, MoveRow.attempt_id.in_(attempts)),
        rescores=count(RescoreRow, RescoreRow.attempt_id.in_(attempts)),
        reviews=len(own),
        reviews_written=len(written - own),
        shifts=count(ShiftRow, ShiftRow.learner_id == number),
        shift_moves=count(ShiftMoveRow, ShiftMoveRow.shift_id.in_(shifts)),
        groups=count(MemberRow, MemberRow.learner_id == number),
        texts=len(_texts_of(session, number) - _texts_of(session, number, others=True)),
    )


def _number(session: Session, learner: str) -> int:
    found = session.scalar(select(LearnerRow.id).where(LearnerRow.key == name_key(learner)))
    if found is None:
        raise UnknownRecord(f"nobody called '{learner}' is recorded; `simcare records list` shows the names")
    return found


def _written(session: Session, learner: str, row: type[ReviewRow | ShiftReviewRow]) -> list[str]:
    reviews = session.execute(select(row.id, row.reviewer)).all()
    return [one for one, reviewer in reviews if name_key(reviewer) == name_key(learner)]


def _texts_of(session: Session, learner: int, *, others: bool = False) -> set[str]:
    """Return the hashes of the texts that a learner's records need, or those that everybody else's need."""
    theirs = AttemptRow.learner_id != learner if others else AttemptRow.learner_id == learner
    found: set[str] = set()
    for row in (AttemptRow, RescoreRow):
        query = select(row.scenario_sha, row.policy_sha, row.intents_sha).where(theirs).distinct()
        if row is RescoreRow:
            query = query.join(AttemptRow, AttemptRow.id == RescoreRow.attempt_id)
        for three in session.execute(query):
            found.update(three)
    worked = ShiftRow.learner_id != learner if others else ShiftRow.learner_id == learner
    for named in session.scalars(select(ShiftRow.texts).where(worked)):
        found.update(texts_in(named))
    return found
