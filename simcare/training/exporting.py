"""Everything that is recorded as JSONL, to be kept or to be imported into another database.

The file is the same, byte for byte, from every database that holds the same records, and its last line shows whether it
is whole. The way back is in `importing`; tables for a spreadsheet are in `sheets`, xAPI is in `xapi`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from simcare.training import portable
from simcare.training.canonical import name_key, strict_json
from simcare.training.faults import RecordError, UnknownRecord
from simcare.training.portable import END, HEADER, KINDS, Kind, Line, line_of
from simcare.training.records import Records
from simcare.training.tables import (
    AssignmentRow,
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

AT_ONCE = 200
"""How many attempts, shifts or texts are fetched with one question."""

R = TypeVar("R", bound=Base)
_HASH = re.compile(r"[0-9a-f]{64}")


def export_jsonl(records: Records, path: Path, learner: str | None = None) -> dict[str, int]:
    """Write everything that is recorded, or all of one learner's, and return how many lines of each kind there are.

    The file is there whole or not at all, and only its owner may read it: it holds names and what people said. Raises
    UnknownRecord where the learner is not known, RecordError where the file cannot be written.
    """
    counts = dict.fromkeys(KINDS, 0)
    digest = hashlib.sha256()
    with records.snapshot() as session, private_file(path) as file:
        file.write(_bytes(HEADER, digest))
        for line in _everything(session, learner):
            file.write(_bytes(line, digest))
            counts[line["kind"]] += 1
        file.write(_bytes({"kind": END, "lines": 1 + sum(counts.values()), "sha256": digest.hexdigest()}))
    return counts


def texts_in(named: object) -> Iterator[str]:
    """Return every hash that a shift's `texts` names, however deep it stands."""
    if isinstance(named, str):
        if _HASH.fullmatch(named):
            yield named
    elif isinstance(named, Mapping):
        for value in named.values():
            yield from texts_in(value)
    elif isinstance(named, Sequence):
        for value in named:
            yield from texts_in(value)


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that takes its name when it is whole, readable by its owner only."""
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise RecordError(f"{path} cannot be written ({error.strerror}); name another file") from error
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def _bytes(line: Mapping[str, Any], digest: Any = None) -> bytes:
    written = strict_json(line).encode("ascii") + b"\n"
    if digest is not None:
        digest.update(written)
    return written


# -- what there is, in the order of a file -----------------------------------------------------------------------------


def _everything(session: Session, learner: str | None) -> Iterator[Line]:
    keys = _people(session, learner)
    only = None if learner is None else set(keys)
    attempts = _parents_first(session, AttemptRow, only)
    shifts = _parents_first(session, ShiftRow, only)
    groups = None if only is None else _groups(session, only)

    def lines(kind: Kind, rows: Iterable[Any]) -> Iterator[Line]:
        return (line_of(kind, row, keys) for row in rows)

    texts = sorted(session.scalars(select(TextRow.sha256))) if only is None else _texts(session, attempts, shifts)
    yield from lines(portable.TEXT, _rows(session, TextRow, TextRow.sha256, texts))
    yield from lines(portable.LEARNER, _rows(session, LearnerRow, LearnerRow.key, sorted(keys.values())))
    members = session.scalars(_of(select(MemberRow), MemberRow.learner_id, only)).all()
    yield from lines(portable.MEMBER, sorted(members, key=lambda row: (row.group, keys[row.learner_id])))
    given = session.scalars(_of(select(AssignmentRow), AssignmentRow.group, groups)).all()
    yield from lines(portable.ASSIGNMENT, sorted(given, key=lambda row: row.id))
    yield from lines(portable.ATTEMPT, _rows(session, AttemptRow, AttemptRow.id, attempts))
    yield from lines(portable.MOVE, _rows(session, MoveRow, MoveRow.attempt_id, attempts, lambda row: row.nth))
    by_time = _rows(session, RescoreRow, RescoreRow.attempt_id, attempts, lambda row: (row.scored_at, row.id))
    yield from lines(portable.RESCORE, by_time)
    yield from lines(portable.REVIEW, _rows(session, ReviewRow, ReviewRow.attempt_id, attempts, lambda row: row.id))
    yield from lines(portable.SHIFT, _rows(session, ShiftRow, ShiftRow.id, shifts))
    moves = _rows(session, ShiftMoveRow, ShiftMoveRow.shift_id, shifts, lambda row: row.nth)
    yield from lines(portable.SHIFT_MOVE, moves)
    said = _rows(session, ShiftReviewRow, ShiftReviewRow.shift_id, shifts, lambda row: row.id)
    yield from lines(portable.SHIFT_REVIEW, said)


def _people(session: Session, learner: str | None) -> dict[int, str]:
    query = select(LearnerRow.id, LearnerRow.key)
    if learner is not None:
        query = query.where(LearnerRow.key == name_key(learner))
    found = dict(session.execute(query).all())
    if learner is not None and not found:
        raise UnknownRecord(f"nobody called '{learner}' is recorded; `simcare records list` shows the names")
    return found


def _parents_first(session: Session, row: Any, only: Collection[int] | None) -> list[str]:
    """Return the ids of attempts or shifts so that each stands behind the one it branched from."""
    query = _of(select(row.id, row.parent), row.learner_id, only)
    parents: dict[str, str | None] = dict(session.execute(query).all())
    depths: dict[str | None, int] = {None: 0}
    for one in parents:
        line = [one]
        while (above := parents.get(line[-1])) not in depths:
            line.append(str(above))
        for below in reversed(line):
            depths[below] = depths[parents.get(below)] + 1
    return sorted(parents, key=lambda one: (depths[one], one))


def _groups(session: Session, only: Collection[int]) -> set[str]:
    return set(session.scalars(select(MemberRow.group).where(MemberRow.learner_id.in_(only))))


def _texts(session: Session, attempts: Sequence[str], shifts: Sequence[str]) -> list[str]:
    found: set[str] = set()
    for row in (AttemptRow, RescoreRow):
        key: Any = AttemptRow.id if row is AttemptRow else RescoreRow.attempt_id
        for ids in _batches(attempts):
            for hashes in session.execute(
                select(row.scenario_sha, row.policy_sha, row.intents_sha).where(key.in_(ids))
            ):
                found.update(hashes)
    for ids in _batches(shifts):
        for named in session.scalars(select(ShiftRow.texts).where(ShiftRow.id.in_(ids))):
            found.update(texts_in(named))
    return sorted(found)


def _of(query: Select[Any], column: Any, only: Collection[Any] | None) -> Select[Any]:
    return query if only is None else query.where(column.in_(only))


def _rows(
    session: Session,
    row: type[R],
    key: InstrumentedAttribute[str],
    wanted: Sequence[str],
    order: Callable[[Any], Any] | None = None,
) -> Iterator[R]:
    """Return the rows whose key is wanted, in the order of the keys and then by `order`.

    Sorting is done here: databases disagree about the order of letters.
    """
    for ids in _batches(wanted):
        found: dict[str, list[R]] = defaultdict(list)
        for one in session.scalars(select(row).where(key.in_(ids))):
            found[getattr(one, key.key)].append(one)
        for name in ids:
            yield from sorted(found[name], key=order) if order is not None else found[name]
        session.expunge_all()


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(items), AT_ONCE):
        yield items[first : first + AT_ONCE]
