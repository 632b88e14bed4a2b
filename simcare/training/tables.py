"""The tables of the record store, typed.

Learners, texts by their hash, attempts, moves, later judgments of old attempts, who is to practice what by when, shifts
with their moves, and what supervisors say of either. Moves, texts, rescores and reviews are only ever added; the
migrations put triggers on them that refuse a change by any program. What is done with the tables lives in `records`,
`roster` and their neighbors; how a database gets them, in `migrations`. Raise `HEAD` with every new revision.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Double,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

HEAD = "0004"
"""The revision these tables are at; a test keeps it equal to the newest migration."""

VERSION_TABLE = "simcare_revision"


class UtcDateTime(TypeDecorator[datetime]):
    """Keep a moment as UTC: aware in Python on every database, also where the database forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone and store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; SQLite gives it back without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The common ancestor; constraints have names so that a later migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        float: Double(),  # SQLAlchemy 2.0 and 2.1 differ in what they take by themselves
    }


class LearnerRow(Base):
    """A person who practices; `key` is the name without its case and spacing, so that one person stays one."""

    __tablename__ = "learners"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class TextRow(Base):
    """A scenario, policy or intent library as it was, once, under the SHA-256 of its UTF-8 bytes."""

    __tablename__ = "texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class AttemptRow(Base):
    """One learner's playing of one scenario variant, with everything that is needed to replay it."""

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'finished', 'left')", name="status"),
        CheckConstraint(
            "status <> 'finished' OR (score IS NOT NULL AND passed IS NOT NULL)", name="finished_is_scored"
        ),
        CheckConstraint("(parent IS NULL) = (branched_at IS NULL)", name="branch_is_whole"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id"), index=True)
    scenario: Mapped[str] = mapped_column(String(200), index=True)
    variant: Mapped[str] = mapped_column(String(200))
    seed: Mapped[int] = mapped_column(BigInteger)
    scenario_sha: Mapped[str] = mapped_column(ForeignKey("texts.sha256"))
    policy_sha: Mapped[str] = mapped_column(ForeignKey("texts.sha256"))
    intents_sha: Mapped[str] = mapped_column(ForeignKey("texts.sha256"))
    listener: Mapped[str] = mapped_column(String(200))
    exercise: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    left_why: Mapped[str | None] = mapped_column(Text)
    scorecard: Mapped[dict[str, Any] | None]
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    parent: Mapped[str | None] = mapped_column(ForeignKey("attempts.id"))
    branched_at: Mapped[int | None]


class MoveRow(Base):
    """One move of an attempt, counted from 0; the key allows each number once."""

    __tablename__ = "moves"
    __table_args__ = (CheckConstraint("nth >= 0", name="nth_counts_from_0"),)

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class RescoreRow(Base):
    """What an attempt would score under later texts; the attempt's own score stays what it was."""

    __tablename__ = "rescores"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"), index=True)
    scenario_sha: Mapped[str] = mapped_column(ForeignKey("texts.sha256"))
    policy_sha: Mapped[str] = mapped_column(ForeignKey("texts.sha256"))
    intents_sha: Mapped[str] = mapped_column(ForeignKey("texts.sha256"))
    scored_at: Mapped[datetime]
    scorecard: Mapped[dict[str, Any]]
    score: Mapped[float]
    passed: Mapped[bool]


class MemberRow(Base):
    """A learner in a group, such as a cohort of new hires; a learner may be in several."""

    __tablename__ = "members"

    group: Mapped[str] = mapped_column("cohort", String(200), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id"), primary_key=True, autoincrement=False)


class AssignmentRow(Base):
    """A set of scenarios that a group is to pass by a day; `calls` lists them by id."""

    __tablename__ = "assignments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    group: Mapped[str] = mapped_column("cohort", String(200), index=True)
    title: Mapped[str] = mapped_column(String(200))
    calls: Mapped[dict[str, Any]]
    due: Mapped[datetime]
    assigned_at: Mapped[datetime]


class ShiftRow(Base):
    """One learner's working of one shift; `texts` names by hash every text that is needed to replay it."""

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'finished', 'left')", name="status"),
        CheckConstraint(
            "status <> 'finished' OR (score IS NOT NULL AND passed IS NOT NULL)", name="finished_is_scored"
        ),
        CheckConstraint("(parent IS NULL) = (branched_at IS NULL)", name="branch_is_whole"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    seed: Mapped[int] = mapped_column(BigInteger)
    texts: Mapped[dict[str, Any]]
    listener: Mapped[str] = mapped_column(String(200))
    exercise: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    left_why: Mapped[str | None] = mapped_column(Text)
    scorecard: Mapped[dict[str, Any] | None]
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    parent: Mapped[str | None] = mapped_column(ForeignKey("shifts.id"))
    branched_at: Mapped[int | None]


class ShiftMoveRow(Base):
    """One move of a shift, counted from 0; moves inside its calls stand in the same line."""

    __tablename__ = "shift_moves"
    __table_args__ = (CheckConstraint("nth >= 0", name="nth_counts_from_0"),)

    shift_id: Mapped[str] = mapped_column(ForeignKey("shifts.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class ReviewRow(Base):
    """What a supervisor says of an attempt: a comment and, where given, a global rating from 1 (poor) to 5 (ready)."""

    __tablename__ = "reviews"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"), index=True)
    reviewer: Mapped[str] = mapped_column(String(200))
    said_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text)
    rating: Mapped[int | None]


class ShiftReviewRow(Base):
    """What a supervisor says of a shift or, where `item` names one, of a call that was had in it."""

    __tablename__ = "shift_reviews"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    shift_id: Mapped[str] = mapped_column(ForeignKey("shifts.id"), index=True)
    item: Mapped[str | None] = mapped_column(String(200))
    reviewer: Mapped[str] = mapped_column(String(200))
    said_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text)
    rating: Mapped[int | None]
