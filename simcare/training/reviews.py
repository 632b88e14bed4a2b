"""What supervisors say of an attempt: a comment and a global rating from 1 to 5, added and never rewritten.

Who may say it is the business of the desk; what is computed from ratings lives in `pass_mark`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from simcare.training import rows
from simcare.training.canonical import new_id, shown_name, storable
from simcare.training.faults import RecordError
from simcare.training.records import Records
from simcare.training.tables import ReviewRow

RATINGS = {1: "poor", 2: "not yet", 3: "borderline", 4: "good", 5: "ready"}
"""The global rating in words: an impression of the whole call, beside what the rubric counts."""
LONGEST_COMMENT = 5_000


@dataclass(frozen=True, slots=True)
class Review:
    """One supervisor's word on one attempt; the time is aware and in UTC."""

    id: str
    attempt: str
    reviewer: str
    said_at: datetime
    comment: str
    rating: int | None


def add_review(
    records: Records,
    attempt_id: str,
    reviewer: str,
    comment: str = "",
    rating: int | None = None,
    *,
    now: datetime | None = None,
) -> Review:
    """Keep what a supervisor says of an attempt, and return it; later words are added and replace none.

    Raises UnknownRecord for an attempt that is not there, RecordError where nothing is said, the comment is too long,
    the rating is none of RATINGS, or a call is rated that was not finished.
    """
    words = storable(comment).strip()
    if not words and rating is None:
        raise RecordError("the review is empty; write a comment or give a rating")
    if len(words) > LONGEST_COMMENT:
        raise RecordError(f"the comment has {len(words):,} characters; use at most {LONGEST_COMMENT:,}")
    if rating is not None and (isinstance(rating, bool) or rating not in RATINGS):
        raise RecordError(f"the rating is {rating!r}; give a whole number from 1 ({RATINGS[1]}) to 5 ({RATINGS[5]})")
    with records.writing() as session:
        found = rows.find_row(session, attempt_id)
        if rating is not None and found.status != "finished":
            raise RecordError(f"attempt {attempt_id} was not finished, so it cannot be rated; write a comment instead")
        row = ReviewRow(
            id=new_id(),
            attempt_id=attempt_id,
            reviewer=shown_name(reviewer),
            said_at=now or datetime.now(UTC),
            comment=words,
            rating=rating,
        )
        session.add(row)
        session.flush()
        return _review(row)


def reviews_of(records: Records, attempt_id: str | None = None) -> list[Review]:
    """Return what was said of one attempt, or of all, the oldest first."""
    query = select(ReviewRow).order_by(ReviewRow.said_at, ReviewRow.id)
    if attempt_id is not None:
        query = query.where(ReviewRow.attempt_id == attempt_id)
    with records.reading() as session:
        return [_review(row) for row in session.scalars(query)]


def _review(row: ReviewRow) -> Review:
    return Review(row.id, row.attempt_id, row.reviewer, row.said_at, row.comment, row.rating)
