"""The shift: a world played by a person in real decisions, as a fold over its moves.

`Shift.take(move)` is the only way a shift changes; the same material, seed and moves always give the same shift. It
knows no screen, no store and no wall clock. What the moves are worth is told in `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simcare.calls.call import Call, Line
from simcare.calls.moves import Do, Move, MoveError
from simcare.world.shift.material import Material, draw_cast
from simcare.world.shift.moves import Act, AtDesk, InCall, ShiftMove
from simcare.world.shift.numbers import seconds
from simcare.world.shift.office import Office
from simcare.world.shift.refusing import refuse
from simcare.world.shift.work import YOU, Doing, News, Work, is_noted

BRINGS_IN_THE_NURSE = "warm_transfer_rn"


@dataclass(slots=True)
class OnHand:
    """A call that you have taken: on the line, or over and not yet put away. Mutable."""

    work: Work
    call: Call
    began: int
    waited: int = 0
    """Seconds in which you and the patient waited for a busy nurse."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The second at which a move was made, and what else could have been done then."""

    t: int
    waiting: tuple[str, ...]


class Shift:
    """A shift being worked: mutable, and changed by `take` alone."""

    def __init__(self, material: Material, seed: int) -> None:
        """Begin at second 0: the work list lies there, the phone may ring."""
        self.material, self.seed = material, seed
        self.spec = material.spec
        self.cast = draw_cast(material, seed)
        self.office = Office(self.spec, self.cast, seed)
        self.moves: list[ShiftMove] = []
        self.moments: list[Moment] = []
        """For each move, what it was made from."""
        self.calls: dict[str, OnHand] = {}
        """Every call that you took, by item, in the order in which you took them."""
        self.on_hand: OnHand | None = None
        self.ended = False

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The second of the shift."""
        return self.office.now

    @property
    def over(self) -> bool:
        """Tell whether the time of the shift is up; what is on hand may still be finished."""
        return self.now >= self.office.end

    @property
    def news(self) -> list[News]:
        """What happened so far, oldest first."""
        return self.office.news

    def works(self) -> list[Work]:
        """Return the work that has come, in the order in which it came."""
        return [work for work in self.office.works.values() if work.came >= 0]

    def call_of(self, item: str) -> OnHand | None:
        """Return the call that you had about an item."""
        return self.calls.get(item)

    def unwritten(self) -> list[OnHand]:
        """Return the calls that are over and have no note."""
        return [each for each in self.calls.values() if each.work.status == "settled" and not is_noted(each.call)]

    def state(self) -> dict[str, Any]:
        """Return everything that can be seen of the shift, as plain data: equal states are the same shift."""
        office = self.office
        return {
            "now": self.now,
            "moves": len(self.moves),
            "ended": self.ended,
            "on_hand": None if self.on_hand is None else self.on_hand.work.part.id,
            "works": {name: _seen(work) for name, work in office.works.items()},
            "calls": {
                name: [each.began, each.waited, each.call.t, each.call.ended, [line.text for line in each.call.lines]]
                for name, each in self.calls.items()
            },
            "helpers": {name: [each.until, [*each.queue], [*each.own]] for name, each in office.helpers.items()},
            "news": [[each.t, each.lane, each.kind, each.item, each.words] for each in office.news],
            "bars": [[each.lane, each.start, each.end, each.doing, each.item] for each in office.bars],
        }

    def refusal(self, move: ShiftMove) -> str | None:
        """Return why a move is not possible now, None where it is; nothing changes."""
        return refuse(self, move)

    # -- the fold ------------------------------------------------------------------------------------------------------

    def take(self, move: ShiftMove) -> tuple[News, ...]:
        """Take one move and return what happened meanwhile.

        Raises MoveError, and changes nothing, where the move is not possible now.
        """
        refused = self.refusal(move)
        if refused is not None:
            raise MoveError(refused)
        told = len(self.news)
        self.moves.append(move)
        self.moments.append(Moment(self.now, tuple(self._waiting())))
        if isinstance(move, InCall):
            self._take_in_call(move.move)
        else:
            _TAKE[move.act](self, move)
        return tuple(self.news[told:])

    def last_lines(self) -> tuple[Line, ...]:
        """Return the lines that the last move of the call on hand led to."""
        if self.on_hand is None:
            return ()
        call = self.on_hand.call
        return tuple(line for line in call.lines if line.move == len(call.moves) - 1)

    def _waiting(self) -> Iterator[str]:
        on_the_line = self.on_hand is not None and self.on_hand.call.ended is None
        for name, work in self.office.works.items():
            if work.came >= 0 and work.is_yours_to_do and (work.ringing >= 0 or not on_the_line):
                yield name

    # -- what is done --------------------------------------------------------------------------------------------------

    def _spend(self, spent: int, doing: Doing, item: str) -> None:
        began = self.now
        self.office.advance(spent)
        self.office.draw_bar(YOU, began, self.now, doing, item)

    def _take_in_call(self, move: Move) -> None:
        on_hand = self.on_hand
        assert on_hand is not None
        call, item = on_hand.call, on_hand.work.part.id
        was_open = call.ended is None
        if isinstance(move, Do) and move.action == BRINGS_IN_THE_NURSE and was_open and move.action not in call.done:
            # The call's own clock stands still: a busy nurse is nobody's lateness, but the others wait longer.
            wait = self.office.bring_in_nurse(on_hand.work)
            on_hand.waited += wait
            self._spend(wait, "call", item)
        before = call.t
        call.take(move)
        self._spend(call.t - before, "call" if was_open else "wrap", item)
        if was_open and call.ended is not None:
            on_hand.work.status = "wrap"

    def _read(self, move: AtDesk) -> None:
        work = self.office.works[move.item]
        self._spend(seconds("read"), "read", move.item)
        if work.read < 0:
            work.read = self.now

    def _pick_up(self, move: AtDesk) -> None:
        work = self.office.works[move.item]
        assert work.part.opened is not None
        self.office.reach(work, YOU)
        work.status = "yours"
        self.on_hand = self.calls[move.item] = OnHand(work, work.part.opened.copy(), self.now)
        self.office.tell(YOU, "takes", work, f"You are on the line with {work.part.who}")

    def _answer(self, move: AtDesk) -> None:
        work = self.office.works[move.item]
        answer = work.part.item.answers[move.choice]
        self._spend(answer.seconds or seconds("answer"), "answer", move.item)
        if not work.is_yours_to_do:  # somebody to whom it was handed has begun with it meanwhile
            return
        work.answers.append((self.now, move.choice))
        work.status = "settled"
        if answer.fits:
            self.office.reach(work, YOU)

    def _hand(self, move: AtDesk) -> None:
        if self.on_hand is None:
            self._spend(seconds("hand"), "hand", move.item)
        work = self.office.works[move.item]
        # Somebody else may have taken it, or the caller may have hung up, while it was handed over.
        if work.is_yours_to_do:
            self.office.hand(work, move.choice)

    def _put_off(self, move: AtDesk) -> None:
        self._spend(seconds("put_off"), "plan", move.item)
        self.office.put_off(self.office.works[move.item], move.seconds)

    def _wait(self, move: AtDesk) -> None:
        began = self.now
        self.office.advance_to_news(move.seconds)
        self.office.draw_bar(YOU, began, self.now, "wait", "")

    def _close(self, move: AtDesk) -> None:
        assert self.on_hand is not None
        work, self.on_hand = self.on_hand.work, None
        work.status = "settled"
        self._spend(seconds("close"), "wrap", work.part.id)

    def _note(self, move: AtDesk) -> None:
        self.on_hand = self.calls[move.item]
        self.on_hand.work.status = "wrap"
        self._spend(seconds("note"), "note", move.item)

    def _leave(self, move: AtDesk) -> None:
        """Step out of a call that is too hard: a colleague takes over, and it is not judged."""
        assert self.on_hand is not None
        work, self.on_hand = self.on_hand.work, None
        work.status = "left"
        self.office.tell(YOU, "leaves", work, f"A colleague takes over the call with {work.part.who}")

    def _end(self, move: AtDesk) -> None:
        self.ended = True


def replay(material: Material, seed: int, moves: Iterable[ShiftMove]) -> Shift:
    """Play the moves from the start and return the shift as it then stands."""
    shift = Shift(material, seed)
    for move in moves:
        shift.take(move)
    return shift


def move_number(shift: Shift, item: str, nth: int) -> int:
    """Return which move of the shift the nth move of your call about an item was; MoveError where there is none."""
    on_hand, found = "", 0
    for number, move in enumerate(shift.moves):
        if isinstance(move, AtDesk):
            on_hand = move.item if move.act in ("take", "note") else "" if move.act in ("close", "leave") else on_hand
        elif on_hand == item:
            if found == nth:
                return number
            found += 1
    raise MoveError(f"the call about '{item}' has no move {nth}")


def _seen(work: Work) -> list[Any]:
    return [
        work.status,
        work.came,
        work.ringing,
        [[ring.start, ring.end, ring.by] for ring in work.rings],
        [work.read, work.reached, work.by, work.handed, work.handed_to],
        [list(answer) for answer in work.answers],
        [list(each) for each in work.put_off],
        None if work.outcome is None else [work.outcome.decided, work.outcome.score],
    ]


_TAKE: Mapping[Act, Callable[[Shift, AtDesk], None]] = {
    "read": Shift._read,
    "take": Shift._pick_up,
    "answer": Shift._answer,
    "hand": Shift._hand,
    "put_off": Shift._put_off,
    "wait": Shift._wait,
    "close": Shift._close,
    "note": Shift._note,
    "leave": Shift._leave,
    "end": Shift._end,
}
