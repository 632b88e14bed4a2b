"""What is not possible in a shift just now, and why: one small rule for each thing that may be done at the desk.

A refusal is a sentence of two parts, the fact and what to do instead; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simcare.calls.moves import Move, MoveError
from simcare.world.shift.moves import ABOUT_AN_ITEM, Act, AtDesk, InCall, ShiftMove
from simcare.world.shift.numbers import seconds
from simcare.world.shift.work import Work, is_noted

if TYPE_CHECKING:
    from simcare.world.shift.playing import Shift

MOST_MOVES = 3000
"""A shift of two hours has some two hundred."""
LONGEST_PUT_OFF = 12 * 3600
LONGEST_WAIT = 1800


def refuse(shift: Shift, move: ShiftMove) -> str | None:
    """Return why a move is not possible now, None where it is."""
    if shift.ended:
        return "the shift has ended; branch from it to try again"
    if len(shift.moves) >= MOST_MOVES:
        return f"a shift has at most {MOST_MOVES} moves; end it"
    if isinstance(move, InCall):
        return _refuse_in_call(shift, move.move)
    if move.seconds < 0:
        return "a move cannot take less than no time; give it 0 seconds or more"
    if move.act not in ABOUT_AN_ITEM:
        return _refuse_late(shift, move) or _WITHOUT[move.act](shift, move)
    work = shift.office.works.get(move.item)
    if work is None or work.came < 0:
        return f"there is no '{move.item}' on this desk"
    return _refuse_late(shift, move) or _refuse_on_the_line(shift, move, work) or _ABOUT[move.act](shift, move, work)


def _refuse_late(shift: Shift, move: AtDesk) -> str | None:
    if shift.now >= shift.office.end + seconds("overtime") and move.act not in ("close", "end", "leave"):
        return "it is long after the shift; close what is open and end it"
    return None


def _refuse_on_the_line(shift: Shift, move: AtDesk, work: Work) -> str | None:
    """During a call the eyes are on the patient; a line that rings can be sent to somebody else with one press."""
    if shift.on_hand is None:
        return None
    if shift.on_hand.call.ended is None and move.act == "hand" and work.ringing >= 0:
        return None
    if shift.on_hand.call.ended is None:
        return "you are on a call; finish it first (a line that rings can be sent to somebody else)"
    return "the last call is not put away; write its note and close it first, or close it and write the note later"


def _refuse_read(shift: Shift, move: AtDesk, work: Work) -> str | None:
    return None if work.is_message else "this is no message"


def _refuse_take(shift: Shift, move: AtDesk, work: Work) -> str | None:
    if work.part.opened is None:
        return "nobody can be rung back about this; answer it or hand it over"
    if move.item in shift.calls:
        return "you have had this call already"
    if not work.is_yours_to_do:
        return "somebody else is with it" if work.status == "theirs" else "this is done"
    if work.is_message and work.read < 0:
        return "read the message first"
    return None


def _refuse_answer(shift: Shift, move: AtDesk, work: Work) -> str | None:
    if not work.is_message or work.read < 0:
        return "read the message first" if work.is_message else "this is no message"
    if move.choice not in work.part.answers:
        known = ", ".join(work.part.answers) or "none"
        return f"'{move.choice}' is not an answer to this message; the answers are: {known}"
    return _refuse_done(work)


def _refuse_hand(shift: Shift, move: AtDesk, work: Work) -> str | None:
    if move.choice not in shift.office.helpers:
        return f"'{move.choice}' is nobody here; hand it to {', '.join(shift.office.helpers)}"
    return _refuse_done(work)


def _refuse_put_off(shift: Shift, move: AtDesk, work: Work) -> str | None:
    if work.ringing >= 0:
        return "a line that rings cannot be put off; take it, send it on, or let it ring"
    if not 60 <= move.seconds <= LONGEST_PUT_OFF:
        return "put it off by a minute or more"
    return _refuse_done(work)


def _refuse_note(shift: Shift, move: AtDesk, work: Work) -> str | None:
    had = shift.calls.get(move.item)
    if had is None or work.status != "settled":
        return "you had no call about this"
    return "its note is written" if is_noted(had.call) else None


def _refuse_wait(shift: Shift, move: AtDesk) -> str | None:
    if shift.on_hand is not None:
        return "you have a call on hand"
    return "wait for a second or more, at most half an hour" if not 1 <= move.seconds <= LONGEST_WAIT else None


def _refuse_close(shift: Shift, move: AtDesk) -> str | None:
    if shift.on_hand is None:
        return "no call is on hand"
    return "the call is not over yet" if shift.on_hand.call.ended is None else None


def _refuse_leave(shift: Shift, move: AtDesk) -> str | None:
    return "no call is on hand" if shift.on_hand is None else None


def _refuse_end(shift: Shift, move: AtDesk) -> str | None:
    return "a call is on hand; close it first" if shift.on_hand is not None else None


def _refuse_in_call(shift: Shift, move: Move) -> str | None:
    if shift.on_hand is None:
        return "no call is on hand; take one first"
    if shift.now >= shift.office.end + seconds("overtime"):
        return "it is long after the shift; close the call, or leave it"
    try:
        shift.on_hand.call.copy().take(move)
    except MoveError as error:
        return str(error)
    return None


def _refuse_done(work: Work) -> str | None:
    return None if work.is_yours_to_do else "this is done, or somebody is with it"


_ABOUT: Mapping[Act, Callable[[Shift, AtDesk, Work], str | None]] = {
    "read": _refuse_read,
    "take": _refuse_take,
    "answer": _refuse_answer,
    "hand": _refuse_hand,
    "put_off": _refuse_put_off,
    "note": _refuse_note,
}
_WITHOUT: Mapping[Act, Callable[[Shift, AtDesk], str | None]] = {
    "wait": _refuse_wait,
    "close": _refuse_close,
    "leave": _refuse_leave,
    "end": _refuse_end,
}
