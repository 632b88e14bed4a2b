"""Moves: what the care manager did, the only input of a call.

A move is saying something (an intent) or doing something (an action), with its seconds. Moves are plain frozen
values that go to JSON and back unchanged: the record store keeps exactly these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simcare.documents import SimcareError
from simcare.scenarios.model import Note, Sbar

Channel = Literal["call", "text", "email", "chart"]
CHANNELS: tuple[Channel, ...] = ("call", "text", "email", "chart")


class MoveError(SimcareError):
    """Say which move cannot be taken, and why."""


@dataclass(frozen=True, slots=True)
class Say:
    """Say something that means one intent; `intent` is None for words nobody understood."""

    intent: str | None
    seconds: int
    text: str | None = None
    channel: Channel = "call"


@dataclass(frozen=True, slots=True)
class Do:
    """Take an action, with the note or handoff that belongs to it and how sure one is (percent)."""

    action: str
    seconds: int
    channel: Channel = "call"
    sbar: Sbar | None = None
    note: Note | None = None
    confidence: int | None = None


Move = Say | Do


def move_to_json(move: Move) -> dict[str, Any]:
    """Return the move as plain data; what is None or default is left out."""
    if isinstance(move, Say):
        data: dict[str, Any] = {"say": move.intent, "seconds": move.seconds}
        if move.text is not None:
            data["text"] = move.text
    else:
        data = {"do": move.action, "seconds": move.seconds}
        if move.sbar is not None:
            data["sbar"] = move.sbar.model_dump(mode="json")
        if move.note is not None:
            data["note"] = move.note.model_dump(mode="json")
        if move.confidence is not None:
            data["confidence"] = move.confidence
    if move.channel != "call":
        data["channel"] = move.channel
    return data


def move_from_json(data: Mapping[str, Any]) -> Move:
    """Return the move that `move_to_json` wrote; MoveError where it is not one."""
    try:
        channel = data.get("channel", "call")
        if channel not in CHANNELS:
            raise MoveError(f"a saved move has the unknown channel '{channel}'; the record was changed by hand")
        if "do" in data:
            return Do(
                action=str(data["do"]),
                seconds=int(data["seconds"]),
                channel=channel,
                sbar=Sbar.model_validate(data["sbar"]) if "sbar" in data else None,
                note=Note.model_validate(data["note"]) if "note" in data else None,
                confidence=data.get("confidence"),
            )
        return Say(intent=data["say"], seconds=int(data["seconds"]), text=data.get("text"), channel=channel)
    except (KeyError, TypeError, ValueError) as error:
        raise MoveError(f"a saved move cannot be read ({error}); the record was changed by hand") from error
