"""Rosters: who is in which group, and which calls a group is to pass by when.

A roster comes as CSV with the columns `name` and, if there are several groups, `group`. How far somebody is with an
assignment is counted from what is recorded anyway; nothing is kept twice. A call that was had in a shift counts like
one of its own, since it is heard and judged alike; a branch ("try again") never counts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from simcare.documents import DocumentError, Problem
from simcare.training import rows
from simcare.training.canonical import name_key, new_id
from simcare.training.faults import RecordError
from simcare.training.records import Records
from simcare.training.tables import AssignmentRow, AttemptRow, LearnerRow, MemberRow, ShiftRow

EVERYONE = "everyone"
"""The group of a roster that names none."""
LONGEST_NAME = 200
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a roster."""

    name: str
    group: str = EVERYONE


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a group is to pass by when; times are aware and in UTC."""

    id: str
    group: str
    title: str
    calls: tuple[str, ...]
    due: datetime
    assigned_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one learner is with one assignment: calls passed since it was given, and those still open."""

    learner: str
    assignment: Assignment
    passed: tuple[str, ...]
    left: tuple[str, ...]

    def overdue(self, now: datetime) -> bool:
        """Tell whether something is left after the due day."""
        return bool(self.left) and now > self.assignment.due


def read_roster(path: Path) -> list[Member]:
    """Return the lines of a roster file: CSV in UTF-8 with commas or semicolons and a heading with `name`.

    Raises DocumentError with the place of everything that is wrong; a name that comes twice in a group counts once.
    """
    name = path.as_posix()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _one(name, 1, f"the roster cannot be read ({error.strerror})", "name a CSV file") from error
    except UnicodeDecodeError as error:
        raise _one(name, 1, "the roster is not UTF-8", "save it as CSV UTF-8") from error
    heading = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";" if heading.count(";") > heading.count(",") else ",")
    try:
        return _members(name, lines)
    except csv.Error as error:
        raise _one(name, lines.line_num, f"this is no line of CSV ({error})", "save the file as CSV again") from error


def import_roster(records: Records, members: Iterable[Member]) -> int:
    """Put members into their groups, new learners among them, and return how many memberships are new."""
    wanted = list(members)
    now = datetime.now(UTC)
    with records.writing() as session:
        before = len(session.scalars(select(MemberRow.learner_id)).all())
        for member in wanted:
            rows.add_member(session, member.group, rows.learner_id(session, member.name, now))
        return len(session.scalars(select(MemberRow.learner_id)).all()) - before


def members_of(records: Records, group: str) -> list[str]:
    """Return the names in a group in alphabetical order."""
    with records.reading() as session:
        found = select(LearnerRow.name).join(MemberRow, MemberRow.learner_id == LearnerRow.id)
        return list(session.scalars(found.where(MemberRow.group == group).order_by(LearnerRow.key)))


def groups(records: Records, learner: str | None = None) -> list[str]:
    """Return the names of all groups, or of those a learner is in, in alphabetical order."""
    query = select(MemberRow.group).distinct().order_by(MemberRow.group)
    if learner is not None:
        query = query.join(LearnerRow, LearnerRow.id == MemberRow.learner_id).where(LearnerRow.key == name_key(learner))
    with records.reading() as session:
        return list(session.scalars(query))


def assign(
    records: Records, group: str, calls: Iterable[str], due: datetime, *, title: str, now: datetime | None = None
) -> Assignment:
    """Give a group calls to pass by a moment, and return the assignment.

    Raises RecordError where nobody is in the group, no call is named, or the due moment is past or has no time zone.
    """
    wanted = tuple(dict.fromkeys(calls))
    at = now or datetime.now(UTC)
    if due.tzinfo is None:
        raise RecordError("a due moment has a time zone; give one, so that everybody means the same hour")
    if due <= at:
        raise RecordError(f"{due:%Y-%m-%d %H:%M} is past; give a due day that is still to come")
    if not wanted:
        raise RecordError("an assignment names at least one call")
    if not members_of(records, group):
        raise RecordError(f"nobody is in the group '{group}'; import a roster that has it")
    with records.writing() as session:
        row = AssignmentRow(id=new_id(), group=group, title=title, calls={"ids": list(wanted)}, due=due, assigned_at=at)
        session.add(row)
        session.flush()
        return _assignment(row)


def progress(records: Records, group: str) -> list[Progress]:
    """Return how far each member of a group is with each of its assignments, the next due first."""
    with records.reading() as session:
        given = session.scalars(
            select(AssignmentRow).where(AssignmentRow.group == group).order_by(AssignmentRow.due, AssignmentRow.id)
        ).all()
        people = session.execute(
            select(LearnerRow.id, LearnerRow.name)
            .join(MemberRow, MemberRow.learner_id == LearnerRow.id)
            .where(MemberRow.group == group)
            .order_by(LearnerRow.key)
        ).all()
        ids = [learner for learner, _ in people]
        passes = [*_passed_alone(session, ids), *_passed_in_shifts(session, ids)]
        found = []
        for assignment in map(_assignment, given):
            for learner, name in people:
                done = {s for who, s, at in passes if who == learner and at >= assignment.assigned_at}
                passed = tuple(call for call in assignment.calls if call in done)
                left = tuple(call for call in assignment.calls if call not in done)
                found.append(Progress(name, assignment, passed, left))
        return found


def _passed_alone(session: Session, learners: Sequence[int]) -> Iterator[tuple[int, str, datetime]]:
    """Return who passed which scenario in a call begun when."""
    query = select(AttemptRow.learner_id, AttemptRow.scenario, AttemptRow.started_at)
    query = query.where(AttemptRow.learner_id.in_(learners), AttemptRow.passed.is_(True), AttemptRow.parent.is_(None))
    yield from session.execute(query)


def _passed_in_shifts(session: Session, learners: Sequence[int]) -> Iterator[tuple[int, str, datetime]]:
    """Return who passed which scenario in a call of a finished shift begun when, passed or not itself."""
    query = select(ShiftRow.learner_id, ShiftRow.scorecard, ShiftRow.started_at)
    query = query.where(ShiftRow.learner_id.in_(learners), ShiftRow.status == "finished", ShiftRow.parent.is_(None))
    for learner, card, at in session.execute(query):
        for call in (card or {}).get("calls", ()):
            if call["passed"]:
                yield learner, call["scenario"], at


def _assignment(row: AssignmentRow) -> Assignment:
    return Assignment(row.id, row.group, row.title, tuple(row.calls["ids"]), row.due, row.assigned_at)


def _members(name: str, lines: Iterable[list[str]]) -> list[Member]:
    found: dict[tuple[str, str], Member] = {}
    problems: list[Problem] = []
    columns: list[str] | None = None
    for number, cells in enumerate(lines, start=1):
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = [cell.strip().lower() for cell in cells]
            if "name" not in columns:
                raise _one(name, number, "the roster has no column 'name'", "write a heading: name,group")
            continue
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        member = Member(row.get("name", ""), row.get("group") or EVERYONE)
        if not member.name or max(len(member.name), len(member.group)) > LONGEST_NAME:
            fact = "this line has no name" if not member.name else f"a name here is longer than {LONGEST_NAME} letters"
            problems.append(Problem(name, number, 1, "R301", fact, "correct the line or take it out"))
        elif len(found) >= MOST_ROWS:
            raise _one(name, number, f"the roster has more than {MOST_ROWS:,} lines", "split it")
        found[member.group, member.name.casefold()] = member
    if columns is None:
        raise _one(name, 1, "the roster is empty", "write a heading name,group and a line for each person")
    if problems:
        raise DocumentError(problems)
    return list(found.values())


def _one(name: str, line: int, fact: str, remedy: str) -> DocumentError:
    return DocumentError([Problem(name, max(1, line), 1, "R301", fact, remedy)])
