"""What is told of a shift: lanes of who did what when, what was urgent and how one could have known, what else to do.

Words and values, ready for a screen or a terminal; what things were worth is in `judging`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simcare.calls.debrief import name_people
from simcare.world.shift.card import ShiftCard, ShiftRow
from simcare.world.shift.moves import AtDesk, InCall
from simcare.world.shift.playing import Shift
from simcare.world.shift.work import NOBODY, NURSE, YOU, Bar, Work

CHOICES = frozenset(("read", "take", "answer", "hand", "put_off", "wait"))
"""Moves at which one could have done something else with the same luck."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of the timeline with its stretches of time, in seconds."""

    id: str
    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something urgent, or loud and not urgent: what it said, what gives it away, and what became of it."""

    item: str
    who: str
    urgent: bool
    found: bool
    text: str
    clue: str
    words: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A move at which one could have done something else: its number, its second, and what else waited then."""

    move: int
    t: int
    did: str
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShiftDebrief:
    """All that is told of a shift beside its card."""

    lanes: tuple[Lane, ...]
    lessons: tuple[Lesson, ...]
    choices: tuple[Choice, ...]
    take: tuple[str, ...]
    """Sentences for the next shift."""


def tell_shift(shift: Shift, card: ShiftCard) -> ShiftDebrief:
    """Return what is told of a shift that has ended."""
    return ShiftDebrief(
        lanes=tuple(_lanes(shift)),
        lessons=tuple(_lessons(shift, card)),
        choices=tuple(_choices(shift)),
        take=tuple(_take(shift, card)),
    )


def _lanes(shift: Shift) -> Iterator[Lane]:
    office = shift.office
    waits = tuple(_waits(shift))
    named = [(YOU, "You"), ("lines", "Lines"), ("inbox", "Inbox"), ("list", "Your list")]
    named += [(name, helper.name) for name, helper in office.helpers.items() if name != NURSE]
    named += [(NURSE, f"{office.helpers[NURSE].name}, nurse")]
    end = max(office.end, shift.now)
    for lane, name in named:
        bars = [bar for bar in (*office.bars, *waits) if bar.lane == lane and bar.start < end]
        yield Lane(lane, name, tuple(Bar(bar.lane, bar.start, min(bar.end, end), bar.doing, bar.item) for bar in bars))


def _waits(shift: Shift) -> Iterator[Bar]:
    """Yield how long messages and the work list waited until somebody was with them."""
    for work in shift.works():
        if work.lane == "lines":
            continue
        end = work.reached if work.reached >= 0 else work.answers[0][0] if work.answers else shift.office.end
        yield Bar(work.lane, work.came, max(end, work.came + 1), "waits", work.part.id)


def _lessons(shift: Shift, card: ShiftCard) -> Iterator[Lesson]:
    for row in card.rows:
        if row.area == "urgent":
            work = shift.office.works[row.item]
            yield Lesson(
                item=row.item,
                who=row.who,
                urgent=True,
                found=row.share != 0.0,
                text=_text(work),
                clue=row.clue or "",
                words=row.words,
                why=row.why or "",
                source=row.source or "",
            )
    for work in shift.works():
        if work.part.item.loud is not None:
            loud, first = work.part.item.loud, _passed(shift, work)
            words = f"You were with it while {first} still waited" if first else "It kept nobody else waiting"
            why = work.part.item.why or ""
            yield Lesson(work.part.id, work.part.who, False, not first, _text(work), loud, words, why, "")


def _text(work: Work) -> str:
    if work.part.body:
        return work.part.body
    opened = work.part.opened
    return "" if opened is None else name_people(opened, opened.script.scenario.brief)


def _passed(shift: Shift, loud: Work) -> str:
    """Return who urgent had come and waited when a loud thing was settled first, or nobody."""
    done = loud.answers[0][0] if loud.answers else loud.handed
    if done < 0:
        return ""
    for work in shift.works():
        if work.part.item.urgent is not None and work.came < done and (work.reached < 0 or work.reached > done):
            return work.part.who
    return ""


def _choices(shift: Shift) -> Iterator[Choice]:
    for number, (move, moment) in enumerate(zip(shift.moves, shift.moments, strict=True)):
        if isinstance(move, InCall) or move.act not in CHOICES or (move.act == "wait" and _waited(shift, number - 1)):
            continue
        instead = [name for name in moment.waiting if name != move.item]
        if instead:
            whos = tuple(shift.office.works[name].part.who for name in instead)
            yield Choice(number, moment.t, _did(shift, move), whos)


def _waited(shift: Shift, number: int) -> bool:
    """Tell whether a move was waiting too: a long wait is one choice."""
    move = shift.moves[number] if number >= 0 else None
    return isinstance(move, AtDesk) and move.act == "wait"


def _did(shift: Shift, move: AtDesk) -> str:
    who = shift.office.works[move.item].part.who if move.item else ""
    helper = shift.office.helpers.get(move.choice)
    return {
        "read": f"Read the message from {who}",
        "take": f"Spoke with {who}",
        "answer": f"Answered {who}",
        "hand": f"Handed {who} to {helper.name if helper else ''}",
        "put_off": f"Put {who} off",
        "wait": "Waited",
    }[move.act]


def _take(shift: Shift, card: ShiftCard) -> Iterator[str]:
    rows = card.rows
    if any(row.share == 0.0 for row in _of(rows, "urgent")):
        yield "Read every message to its last word before you work down a list. One takes half a minute."
    if any("answered as if" in row.words for row in _of(rows, "urgent")):
        yield "Before you answer a cheerful message, ask yourself what would be in it if it came without the joke."
    if any(row.share == 0.0 for row in _of(rows, "lines")):
        yield "A line that you cannot take goes to a colleague with one press, also while you are on a call."
    given = [work for work in shift.works() if work.handed_to == NURSE and work.by == NURSE and work.part.need < 2]
    if given:
        names = shift.office.helpers
        yield f"There is one nurse. {given[0].part.who} did not need {names[NURSE].name}."
    if any(row.share == 0.0 for row in _of(rows, "list")):
        yield "What you do not come to today gets a time: put it off, so that somebody knows."
    if any(row.share == 0.0 for row in _of(rows, "notes")):
        yield "Write the note while you still hear the voice; what is not written did not happen."
    if any(row.share == 0.5 for row in _of(rows, "notes")):
        yield "Write down the minutes that it took, no more. The month is counted from them."
    loud = [work for work in shift.works() if work.part.item.loud is not None]
    if any(_passed(shift, work) for work in loud):
        yield "Loud is not urgent, and urgent is seldom loud."
    alone = sum(1 for work in shift.works() for ring in work.rings if ring.by == NOBODY)
    if alone > 1:
        yield "People who hang up can be rung back: they stay on your list as missed."


def _of(rows: tuple[ShiftRow, ...], area: str) -> list[ShiftRow]:
    return [row for row in rows if row.area == area]
