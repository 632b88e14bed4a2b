"""How a row of the record store looks on its way to another database: one JSON object, the same from every database.

Numbers that only one database knows (a learner's id, a rescore's) stay behind: a learner is named by the key of the
name. What leaves is the business of `exporting`, what comes in of `importing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Double, Integer, String, inspect

from simcare.training.canonical import name_key, sha256, storable
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
    UtcDateTime,
)

FORMAT = 1
"""The number of this format; one that is not known is refused."""
HEADER = {"kind": "simcare-records", "format": FORMAT}
END = "end"
"""The kind of the last line, which has the number of lines before it and the SHA-256 of their bytes."""
LEARNER_ID = "learner_id"
_ID = re.compile(r"[0-9a-f]{32}")

Line = dict[str, Any]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of line: the table it comes from, and the fields by which two lines speak of the same thing.

    Without an identity a line is only the same as one that equals it.
    """

    name: str
    row: type[Base]
    identity: tuple[str, ...] = ()
    stays_behind: str | None = None


TEXT = Kind("text", TextRow, ("sha256",))
LEARNER = Kind("learner", LearnerRow, ("key",), stays_behind="id")
MEMBER = Kind("member", MemberRow, ("group", "learner"))
ASSIGNMENT = Kind("assignment", AssignmentRow, ("id",))
ATTEMPT = Kind("attempt", AttemptRow, ("id",))
MOVE = Kind("move", MoveRow, ("attempt_id", "nth"))
RESCORE = Kind("rescore", RescoreRow, stays_behind="id")
REVIEW = Kind("review", ReviewRow, ("id",))
SHIFT = Kind("shift", ShiftRow, ("id",))
SHIFT_MOVE = Kind("shift_move", ShiftMoveRow, ("shift_id", "nth"))
SHIFT_REVIEW = Kind("shift_review", ShiftReviewRow, ("id",))
KINDS = {
    kind.name: kind
    for kind in (
        *(TEXT, LEARNER, MEMBER, ASSIGNMENT, ATTEMPT, MOVE, RESCORE, REVIEW),
        *(SHIFT, SHIFT_MOVE, SHIFT_REVIEW),
    )
}
"""Every kind in the order of a file: what is pointed to stands before what points to it."""


def line_of(kind: Kind, row: Base, keys: Mapping[int, str]) -> Line:
    """Return a row as a line; `keys` names the learners of this database by their ids."""
    line: Line = {"kind": kind.name}
    for name, value in values_in(kind, row, keys).items():
        line[name] = value.isoformat() if isinstance(value, datetime) else value
    return line


def values_in(kind: Kind, row: Base, keys: Mapping[int, str]) -> Values:
    """Return what a row says, with moments as such and the learner by key."""
    names = (name for name, _ in _fields(kind))
    return {name: keys[getattr(row, LEARNER_ID)] if name == "learner" else getattr(row, name) for name in names}


def columns_of(kind: Kind, values: Values, ids: Mapping[str, int]) -> Values:
    """Return values by the names of the table's columns; `ids` has the learners of this database by their keys."""
    named = {column.name: values[name] for name, column in _fields(kind)}
    return named | {LEARNER_ID: ids[named[LEARNER_ID]]} if LEARNER_ID in named else named


def values_of(kind: Kind, line: Line) -> Values:
    """Return what a line says, checked, with moments as such and the learner still by key; ValueError where it is none.

    The error's text is the fact alone.
    """
    fields = dict(_fields(kind))
    for name in line.keys() - fields.keys() - {"kind"}:
        raise ValueError(f"the field '{name}' of the {kind.name} is not known")
    values = {}
    for name, column in fields.items():
        if name not in line:
            raise ValueError(f"the field '{name}' of the {kind.name} is missing")
        try:
            values[name] = _value(column, line[name])
        except ValueError as error:
            raise ValueError(f"the field '{name}' of the {kind.name} {error}") from None
    _check_whole(kind, values)
    return values


@cache
def _fields(kind: Kind) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a kind in their order, each with its column; a learner's id is the field `learner`."""
    found = []
    for attribute in inspect(kind.row).column_attrs:
        if attribute.key != kind.stays_behind:
            name = "learner" if attribute.key == LEARNER_ID else attribute.key
            found.append((name, attribute.columns[0]))
    return tuple(found)


def _value(column: Any, given: object) -> object:
    if given is None:
        if not column.nullable:
            raise ValueError("is empty")
        return None
    if column.name == LEARNER_ID:
        return _text(given, 200)
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return _moment(given)
    if isinstance(kind, String):  # a Text is one too
        return _text(given, kind.length)
    if isinstance(kind, Boolean):
        return _of_type(given, bool, "true or false")
    if isinstance(kind, Integer):
        return _whole(given, 63 if isinstance(kind, BigInteger) else 31)
    if isinstance(kind, Double):
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise ValueError("is no number")
        return float(given)
    assert isinstance(kind, JSON)
    return _of_type(given, dict, "an object")


def _of_type(given: object, wanted: type, words: str) -> object:
    if not isinstance(given, wanted):
        raise ValueError(f"is not {words}")
    return given


def _text(given: object, longest: int | None) -> str:
    if not isinstance(given, str):
        raise ValueError("is no text")
    if longest is not None and len(given) > longest:
        raise ValueError(f"is longer than {longest} characters")
    if storable(given) != given:
        raise ValueError("holds characters that no database keeps")
    return given


def _whole(given: object, bits: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not -(2**bits) <= given < 2**bits:
        raise ValueError("is no whole number of a size that fits")
    return given


def _moment(given: object) -> datetime:
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) else None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("is no moment with its time zone")


def _check_whole(kind: Kind, values: Values) -> None:
    """Raise ValueError where the fields do not fit together; the database would refuse some of it in its own words."""
    if kind is TEXT and sha256(values["body"]) != values["sha256"]:
        raise ValueError("the text is not the one of its hash")
    if kind is LEARNER and name_key(values["name"]) != values["key"]:
        raise ValueError("the learner's key is not that of the name")
    if "id" in values and not _ID.fullmatch(values["id"]):
        raise ValueError(f"the {kind.name} has an id that is none: 32 hex digits are one")
    if "status" in values:
        if values["status"] not in ("open", "finished", "left"):
            raise ValueError(f"the {kind.name} is '{values['status']}' and not open, finished or left")
        if values["status"] == "finished" and (values["score"] is None or values["passed"] is None):
            raise ValueError(f"the {kind.name} is finished and has no score")
        if (values["parent"] is None) != (values["branched_at"] is None):
            raise ValueError(f"the {kind.name} says only half of where it branched")
    if kind in (REVIEW, SHIFT_REVIEW) and values["rating"] is not None and not 1 <= values["rating"] <= 5:
        raise ValueError("the rating is not from 1 to 5")
