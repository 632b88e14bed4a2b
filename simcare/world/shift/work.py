"""What an office knows of one piece of work, and what it tells: news as they happen, bars of who did what when.

Values and small mutable records; what happens to them is the business of `office` and `playing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from simcare.calls.call import Call
from simcare.calls.moves import Do
from simcare.world.shift.material import Part

YOU, NURSE, NOBODY = "you", "nurse", ""
Status = Literal["to_come", "ringing", "missed", "open", "yours", "wrap", "handed", "theirs", "settled", "left"]
"""missed: the caller hung up, and can be rung back. wrap: your call is over and its note may be missing. handed: waits
for somebody else. theirs: somebody else is with it. settled: done. left: you stepped out of the call."""
Doing = Literal["call", "wrap", "read", "answer", "hand", "plan", "wait", "note", "rings", "waits", "own", "message"]


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened: the second, the lane it belongs to, its kind, the item and plain words."""

    t: int
    lane: str
    kind: str
    item: str
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in a lane of the timeline, in seconds."""

    lane: str
    start: int
    end: int
    doing: Doing
    item: str


@dataclass(frozen=True, slots=True)
class Ring:
    """One time a line rang: from and to, and who answered; NOBODY where the caller hung up, "closed" at the end."""

    start: int
    end: int
    by: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody simulated did with a piece of work: the rank decided and how it scored; None: not a call."""

    decided: int | None
    score: float | None


@dataclass(slots=True)
class Work:
    """One piece of work; mutable."""

    part: Part
    status: Status = "to_come"
    came: int = -1
    ringing: int = -1
    """Second at which it began to ring, -1 while it does not."""
    rings_over: bool = False
    rings: list[Ring] = field(default_factory=list)
    read: int = -1
    reached: int = -1
    """Second at which somebody was first with it: on the line, or a nurse or colleague at work on it."""
    by: str = NOBODY
    """Who that was."""
    handed_to: str = NOBODY
    handed: int = -1
    answers: list[tuple[int, str]] = field(default_factory=list)
    put_off: list[tuple[int, int]] = field(default_factory=list)
    """(when, until when) each."""
    outcome: Outcome | None = None

    @property
    def is_message(self) -> bool:
        """Tell whether it lies in the inbox."""
        return self.part.item.kind not in ("line", "outreach")

    @property
    def lane(self) -> str:
        """The lane in which it waits."""
        return {"line": "lines", "outreach": "list"}.get(self.part.item.kind, "inbox")

    @property
    def is_yours_to_do(self) -> bool:
        """Tell whether you may still do something about it; what you only answered may be taken up again."""
        if self.status in ("ringing", "missed", "open", "handed"):
            return True
        return self.status == "settled" and bool(self.answers) and self.by in (NOBODY, YOU)

    @property
    def put_off_until(self) -> int:
        """Return until when it is put off, 0 where it is not."""
        return self.put_off[-1][1] if self.put_off else 0


def is_noted(call: Call) -> bool:
    """Tell whether the note of a call is written."""
    return any(isinstance(move, Do) and move.note is not None for move in call.moves)
