"""What supervisors say of a call or a shift: a comment and a global rating from 1 to 5, added and never rewritten.

A review is about an attempt, a whole shift, or one of the calls that were had in a shift, each by its name. Who may say
it is the business of the desk; what is computed from ratings lives in `pass_mark`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from simcare.training import rows
from simcare.training.canonical import new_id, shown_name, storable
from simcare.training.faults import RecordError, UnknownRecord
from simcare.training.judged import call_in_shift, shift_of_call
from simcare.training.records import Records
from simcare.training.tables import ReviewRow, ShiftReviewRow, ShiftRow

RATINGS = {1: "poor", 2: "not yet", 3: "borderline", 4: "good", 5: "ready"}
"""The global rating in words: an impression of the whole call or shift, beside what the rubric counts."""
LONGEST_COMMENT = 5_000


@dataclass(frozen=True, slots=True)
class Review:
    """One supervisor's word; the time is aware and in UTC."""

    id: str
    attempt: str
    """What it is about: an attempt's id, or what `call_in_shift` or `whole_shift` makes."""
    reviewer: str
    said_at: datetime
    comment: str
    rating: int | None


def add_review(
    records: Records,
    about: str,
    reviewer: str,
    comment: str = "",
    rating: int | None = None,
    *,
    now: datetime | None = None,
) -> Review:
    """Keep what a supervisor says, and return it; later words are added and replace none.

    Raises UnknownRecord for a call or shift that is not there, RecordError where nothing is said, the comment is too
    long, the rating is none of RATINGS, or something is rated that was not finished.
    """
    words = storable(comment).strip()
    if not words and rating is None:
        raise RecordError("the review is empty; write a comment or give a rating")
    if len(words) > LONGEST_COMMENT:
        raise RecordError(f"the comment has {len(words):,} characters; use at most {LONGEST_COMMENT:,}")
    if rating is not None and (isinstance(rating, bool) or rating not in RATINGS):
        raise RecordError(f"the rating is {rating!r}; give a whole number from 1 ({RATINGS[1]}) to 5 ({RATINGS[5]})")
    with records.writing() as session:
        what, status, place = _about(session, about)
        if rating is not None and status != "finished":
            raise RecordError(f"{what} was not finished, so it cannot be rated; write a comment instead")
        row_type: type[ReviewRow | ShiftReviewRow] = ReviewRow if "attempt_id" in place else ShiftReviewRow
        row = row_type(
            **place,
            id=new_id(),
            reviewer=shown_name(reviewer),
            said_at=now or datetime.now(UTC),
            comment=words,
            rating=rating,
        )
        session.add(row)
        session.flush()
        return _review(row)


def reviews_of(records: Records, about: str | None = None) -> list[Review]:
    """Return what was said of one call or shift, or of all, the oldest first.

    What was said of a shift's calls is not part of what was said of the shift.
    """
    inside = None if about is None else shift_of_call(about)
    of_calls, of_shifts = select(ReviewRow), select(ShiftReviewRow)
    if inside is not None:
        of_shifts = of_shifts.where(ShiftReviewRow.shift_id == inside[0], _is_about(inside[1]))
    elif about is not None:
        of_calls = of_calls.where(ReviewRow.attempt_id == about)
    found: list[Review] = []
    with records.reading() as session:
        if inside is None:
            found += map(_review, session.scalars(of_calls))
        if about is None or inside is not None:
            found += map(_review, session.scalars(of_shifts))
    return sorted(found, key=lambda each: (each.said_at, each.id))


def _is_about(item: str) -> Any:
    return ShiftReviewRow.item == item if item else ShiftReviewRow.item.is_(None)


def _about(session: Session, about: str) -> tuple[str, str, dict[str, str | None]]:
    """Return what a review is about in words, its status, and the columns that say so."""
    inside = shift_of_call(about)
    if inside is None:
        return f"attempt {about}", rows.find_row(session, about).status, {"attempt_id": about}
    shift_id, item = inside
    found = session.get(ShiftRow, shift_id)
    if found is None:
        raise UnknownRecord(f"no shift {shift_id} is recorded here; see the list of shifts for the ids there are")
    if item and item not in {call["item"] for call in (found.scorecard or {}).get("calls", ())}:
        raise UnknownRecord(f"shift {shift_id} has no finished call '{item}'; its debrief lists the calls there are")
    return f"shift {shift_id}", found.status, {"shift_id": shift_id, "item": item or None}


def _review(row: ReviewRow | ShiftReviewRow) -> Review:
    about = row.attempt_id if isinstance(row, ReviewRow) else call_in_shift(row.shift_id, row.item or "")
    return Review(row.id, about, row.reviewer, row.said_at, row.comment, row.rating)
