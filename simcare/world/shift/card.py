"""The card of a shift: its judgment as frozen values, ready for a screen, a store or another program.

Shapes only; how they are filled is in `judging`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Area = Literal["urgent", "calls", "lines", "inbox", "list", "notes"]
AREAS: tuple[Area, ...] = ("urgent", "calls", "lines", "inbox", "list", "notes")
COVERS = "S6"


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One judged thing. `share` from 0 to 1, None where it is not held against you.

    Attributes:
        late_seconds: Beyond its limit; 0 where it was in time; None where it never was.
        critical: Fails the shift alone.
    """

    area: Area
    item: str
    who: str
    share: float | None
    words: str
    late_seconds: int | None
    critical: bool
    why: str | None = None
    clue: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CallDone:
    """A call of yours: when, how long, its score and verdict, the minutes that its note claims (None: no note).

    Attributes:
        scorecard: The call's own scorecard as plain data, without the words of its debrief.
    """

    item: str
    who: str
    scenario: str
    variant: str
    began: int
    seconds: int
    waited_for_nurse: int
    score: float
    passed: bool
    verdict: str
    expected: str
    action: str | None
    minutes_noted: int | None
    scorecard: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spent:
    """How your time was spent, in seconds by what you did."""

    calls: int
    notes: int
    messages: int
    handing: int
    waiting: int
    overtime: int


@dataclass(frozen=True, slots=True)
class ShiftCard:
    """The judgment of a shift: 0 to 100, passed or not, and everything it rests on."""

    score: float
    passed: bool
    pass_mark: int
    points: dict[str, tuple[float, float]]
    """(earned, possible) by area; an area in which nothing was to be judged has no points."""
    rows: tuple[ShiftRow, ...]
    calls: tuple[CallDone, ...]
    spent: Spent
    minutes_documented: int
    minutes_on_calls: int
    covers: tuple[str, ...] = (COVERS,)

    @property
    def critical(self) -> tuple[ShiftRow, ...]:
        """Return the rows that fail the shift alone."""
        return tuple(row for row in self.rows if row.critical)

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a call of yours, or of the model of you, was worth to the shift: its score and its note."""

    score: float
    noted: bool
    honest: bool
