"""What a trainer writes: a shift as frozen models. Shapes only; `library` reads them and `lint` finds what they miss.

Minutes count from the start of the shift. Everything has an id, so that a saved shift survives a change of order.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from simcare.scenarios.model import Id, Percent, Slug, Text

Kind = Literal["outreach", "line", "text", "email", "refill", "records"]
MESSAGES: frozenset[Kind] = frozenset(("text", "email", "refill", "records"))
"""What lies in the inbox; outreach stands on the work list, a line rings."""
Minutes = Annotated[float, Field(ge=0, le=720)]
Block = tuple[Minutes, Minutes]
"""From and to, in minutes of the shift."""
When = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")]


class ShiftPart(BaseModel):
    """Refuse unknown keys and any later change."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Urgent(ShiftPart):
    """Why something cannot wait, and how one could have known before doing it."""

    within: Annotated[float, Field(gt=0, le=720)]
    """Minutes from its arrival in which somebody has to be with it."""
    clue: Text
    """The words, as they stand in the message or the brief, that give it away."""
    why: Text
    source: Text


class Answer(ShiftPart):
    """One answer that a message may get without a call."""

    say: Text
    fits: bool
    """True where it settles the message; any other answer leaves it open to the patient's harm or annoyance."""
    why: Text
    seconds: Annotated[int, Field(ge=5, le=1800)] | None = None


class Item(ShiftPart):
    """Something there is to do: a patient to phone, a line that rings, a message."""

    kind: Kind
    at: Minutes | tuple[Minutes, Minutes] = 0.0
    """When it comes, or between when and when."""
    scenario: Slug | None = None
    """The call that it is, or that comes of ringing the sender back."""
    drawn_from: tuple[Slug, ...] = ()
    """Scenarios of which one is drawn, in place of `scenario`."""
    variant: Slug | None = None
    """Left out, the variant is drawn by its weight."""
    sender: Annotated[Text | None, Field(alias="from")] = None
    """Who writes, where no scenario says it."""
    subject: Text | None = None
    """What the list shows of a message before it is read."""
    body: Text | None = None
    """The message; a scenario's patient may be named in braces."""
    need: Text | None = None
    """The level that is right, where no scenario says it."""
    urgent: Urgent | None = None
    loud: Text | None = None
    """The words that make it sound urgent though it is not."""
    why: Text | None = None
    """What it was about, told in the debrief."""
    answers: dict[Id, Answer] = {}
    patience: tuple[Annotated[int, Field(ge=10, le=3600)], Annotated[int, Field(ge=10, le=3600)]] = (120, 240)
    """Seconds that a caller lets it ring, at least and at most."""
    again: Annotated[float, Field(gt=0, le=720)] | None = None
    """Minutes after which who hung up calls once more."""


class Colleague(ShiftPart):
    """A simulated care manager beside you, who takes lines that ring over and what is handed to them."""

    name: Text
    skill: Literal["novice", "trained", "expert"] = "trained"
    busy: tuple[Block, ...] = ()
    """When they are on calls of their own."""


class Nurse(ShiftPart):
    """The triage nurse, of whom there is one."""

    name: Text
    busy: tuple[Block, ...] = ()
    """When she is with other patients."""


class ShiftSpec(ShiftPart):
    """A shift as it was written: when, who is there, what comes, and where it comes from."""

    simcare: Literal[1]
    id: Slug
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    about: Text
    """What the list of shifts tells; it gives nothing away."""
    difficulty: Annotated[int, Field(ge=1, le=3)] = 2
    """1 to begin with, 3 for a hard one; the list is in this order."""
    start: When
    minutes: Annotated[int, Field(ge=15, le=720)] = 120
    real_time: bool = False
    """True where thinking costs time too."""
    pass_mark: Percent = 70
    source: Text
    reviewed_by: Text = "unreviewed"
    colleagues: dict[Id, Colleague] = {}
    nurse: Nurse
    items: Annotated[dict[Id, Item], Field(min_length=1)]
