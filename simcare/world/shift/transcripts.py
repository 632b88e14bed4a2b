"""A shift written down as YAML, read and played: what `simcare shifts play` takes.

Each entry is one thing done at the desk, or `call`: the moves of the call on hand, as in a call's transcript.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simcare.calls.listener import Listener
from simcare.calls.moves import Do, MoveError
from simcare.calls.transcripts import ENDED_BY_OTHERS, LARGEST_SEED, moves_of
from simcare.documents import Document, DocumentError, Problem, read
from simcare.scenarios.model import Id, MoveFields, Slug
from simcare.world.shift.library import load_shift
from simcare.world.shift.moves import AtDesk, InCall, ShiftMove
from simcare.world.shift.playing import Shift

WHOLE_SHIFT = 1800


class Entry(BaseModel):
    """One entry of a shift's transcript; exactly one of its keys, and what belongs to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: Id | None = None
    take: Id | None = None
    answer: Id | None = None
    with_: Annotated[Id | None, Field(alias="with")] = None
    """Which answer is given."""
    hand: Id | None = None
    to: Id | None = None
    """To whom it is handed: a colleague's id, or nurse."""
    put_off: Id | None = None
    minutes: Annotated[float, Field(gt=0, le=720)] | None = None
    """By how much it is put off."""
    wait: Annotated[float, Field(gt=0, le=720)] | None = None
    """Minutes, however much happens in them."""
    until_end: Literal[True] | None = None
    """Wait until the shift is over."""
    wait_for: Id | None = None
    """Wait until this item has come."""
    call: tuple[Id | MoveFields, ...] | None = None
    close: Literal[True] | None = None
    note: Id | None = None
    leave: Literal[True] | None = None


class ShiftTranscript(BaseModel):
    """A shift written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simcare: Literal[1] = 1
    shift: Slug
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 0
    moves: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PlayedShift:
    """A shift that was played from its transcript, ended, and a word about moves that came too late."""

    shift: Shift
    remarks: tuple[Problem, ...]


def play_shift(path: Path, listener: Listener) -> PlayedShift:
    """Read a transcript and play it to its end; DocumentError names the first move that is not possible.

    What stands in a call after somebody else has ended it is left out with a remark.
    """
    document = read(path, ShiftTranscript)
    try:
        texts = load_shift(document.value.shift)
    except DocumentError as error:
        first = error.problems[0]
        if first.code != "H101":
            raise
        raise DocumentError([document.problem(("shift",), first.code, first.fact, first.remedy)]) from error
    shift = Shift(texts.material, document.value.seed)
    remarks = []
    for nth, entry in enumerate(document.value.moves):
        try:
            if entry.call is None:
                for move in _at_desk(shift, entry):
                    shift.take(move)
            else:
                remarks += list(_in_call(shift, entry.call, document, nth, listener))
        except MoveError as error:
            fact, _, remedy = str(error).partition("; ")
            raise DocumentError(
                [document.problem(("moves", nth), "H110", fact, remedy or "take this move out or correct it")]
            ) from error
    if shift.on_hand is not None:
        shift.take(AtDesk("close" if shift.on_hand.call.ended is not None else "leave"))
    shift.take(AtDesk("end"))
    return PlayedShift(shift, tuple(remarks))


def _at_desk(shift: Shift, entry: Entry) -> Iterator[ShiftMove]:
    given = [name for name in Entry.model_fields if getattr(entry, name) is not None]
    acts = [name for name in given if name not in ("with_", "to", "minutes")]
    if len(acts) != 1:
        words = ", ".join(acts) or "nothing"
        raise MoveError(f"an entry is one thing done, and this one says {words}; give each an entry of its own")
    match acts[0]:
        case "answer":
            yield AtDesk("answer", entry.answer or "", entry.with_ or "")
        case "hand":
            yield AtDesk("hand", entry.hand or "", entry.to or "")
        case "put_off":
            yield AtDesk("put_off", entry.put_off or "", seconds=round(60 * (entry.minutes or 0)))
        case "wait" | "until_end":
            until = shift.office.end if entry.wait is None else shift.now + round(60 * entry.wait)
            while shift.now < until:
                yield AtDesk("wait", seconds=min(WHOLE_SHIFT, until - shift.now))
        case "wait_for":
            yield from _wait_for(shift, entry.wait_for or "")
        case "close":
            yield AtDesk("close")
        case "leave":
            yield AtDesk("leave")
        case "read":
            yield AtDesk("read", entry.read or "")
        case "take":
            yield AtDesk("take", entry.take or "")
        case _:
            yield AtDesk("note", entry.note or "")


def _wait_for(shift: Shift, item: str) -> Iterator[ShiftMove]:
    work = shift.office.works.get(item)
    if work is None:
        raise MoveError(f"nothing is called '{item}' in this shift; its items are {', '.join(shift.office.works)}")
    while work.came < 0:
        yield AtDesk("wait", seconds=WHOLE_SHIFT)


def _in_call(
    shift: Shift,
    moves: tuple[Id | MoveFields, ...],
    document: Document[ShiftTranscript],
    nth: int,
    listener: Listener,
) -> Iterator[Problem]:
    if shift.on_hand is None:
        raise MoveError("no call is on hand; take one first")
    for number, fields in enumerate(moves):
        for move in moves_of(shift.on_hand.call, fields, listener):
            after = isinstance(move, Do) and move.action == "write_note"
            if shift.on_hand.call.ended in ENDED_BY_OTHERS and not after and shift.refusal(InCall(move)) is not None:
                how = str(shift.on_hand.call.ended).replace("_", " ")
                fact, remedy = f"the call was over here ({how}), so this was left out", "leave it out, or do it earlier"
                yield document.problem(("moves", nth, "call", number), "W107", fact, remedy, "warning")
                break
            shift.take(InCall(move))
