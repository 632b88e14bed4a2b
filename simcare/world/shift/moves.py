"""The moves of a shift: what the person did, the only input of a shift. Plain frozen values, to JSON and back.

A move is made at the desk (read, take, answer, hand over, put off, wait, ...) or inside the call on hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from simcare.calls.moves import Move, MoveError, move_from_json, move_to_json

Act = Literal["read", "take", "answer", "hand", "put_off", "wait", "close", "note", "leave", "end"]
ACTS: tuple[Act, ...] = get_args(Act)
ABOUT_AN_ITEM: frozenset[Act] = frozenset(("read", "take", "answer", "hand", "put_off", "note"))


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Something done at the desk.

    Attributes:
        act: read a message; take a line, phone a patient or ring a sender back; answer a message; hand over; put off;
            wait for news; close a call that is over; take up its note again; leave a call that is too hard; end.
        item: What it is about, empty for wait, close, leave and end.
        choice: The answer, or to whom it is handed.
        seconds: How long to wait at most, or by how much it is put off.
    """

    act: Act
    item: str = ""
    choice: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class InCall:
    """A move of the call on hand."""

    move: Move


ShiftMove = AtDesk | InCall


def shift_move_to_json(move: ShiftMove) -> dict[str, Any]:
    """Return the move as plain data; what is empty is left out."""
    if isinstance(move, InCall):
        return {"call": move_to_json(move.move)}
    data: dict[str, Any] = {"act": move.act}
    for name in ("item", "choice", "seconds"):
        if getattr(move, name):
            data[name] = getattr(move, name)
    return data


def shift_move_from_json(data: Mapping[str, Any]) -> ShiftMove:
    """Return the move that `shift_move_to_json` wrote; MoveError where it is not one."""
    if "call" in data:
        return InCall(move_from_json(data["call"]))
    act = data.get("act")
    if act not in ACTS:
        raise MoveError(f"a saved move has the unknown act '{act}'; the record was changed by hand")
    try:
        return AtDesk(
            act,
            item=str(data.get("item", "")),
            choice=str(data.get("choice", "")),
            seconds=int(data.get("seconds", 0)),
        )
    except (TypeError, ValueError) as error:
        raise MoveError(f"a saved move cannot be read ({error}); the record was changed by hand") from error
