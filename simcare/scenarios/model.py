"""What a trainer writes: the scenario file as frozen models.

Here live the shapes of a scenario and nothing that runs: the reading is in `documents`, the findings in `lint`, the
library on disk in `library`, and the playing in `simcare.calls`. Everything has an id and nothing refers to a position,
so that a saved call survives an edit. Conditions are text here; `conditions` compiles them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from simcare.patients.constraints import PatientConstraints
from simcare.scenarios.intents import IntentKind

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$", max_length=60)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Condition = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Points = Annotated[float, Field(ge=0, le=100)]
Seconds = Annotated[int, Field(ge=0, le=7200)]
Percent = Annotated[int, Field(ge=0, le=100)]
Channel = Literal["call", "text", "email", "chart"]
Gauge = Literal["trust", "distress", "clarity", "patience"]


class Authored(BaseModel):
    """Refuse unknown keys and any later change: what an author wrote is what everybody plays."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Tell(Authored):
    """One way a fact is answered: the first of a fact's tells whose intent and condition match is said.

    A `deflect` answers without revealing: the fact stays unknown and may be asked again.
    """

    id: Id | None = None
    to: tuple[Id, ...] = Field(min_length=1)
    when: Condition | None = Field(default=None, alias="if")
    say: Text
    speaker: Id = "patient"
    deflect: bool = False
    set: dict[Gauge, int] = {}


class Fact(Authored):
    """Something there is to find out; its id and label are the same in every variant and give nothing away."""

    label: Text
    kind: Literal["presenting", "medication", "clinical", "social", "goal", "safety", "logistics"]
    tell: tuple[Tell, ...] = ()
    red_flag: Id | None = None
    public: bool = False
    in_chart: bool = False
    words: tuple[Text, ...] = ()
    """Words that show a free-text SBAR or note speaks of this fact (lower case, matched at word starts)."""
    on: tuple[Text, ...] = ()
    """Words in the brief or chart that would give this fact away (lint looks for them)."""


class Reply(Authored):
    """A line said to an intent or an action that reveals no fact; the first match of the list is said."""

    id: Id | None = None
    to: tuple[Id, ...] = Field(min_length=1)
    when: Condition | None = Field(default=None, alias="if")
    say: Text
    speaker: Id = "patient"
    set: dict[Gauge, int] = {}
    once: bool = False


class Event(Authored):
    """The clock acts: at a second, every so many seconds, or so long after an action or another event."""

    at: Seconds | None = None
    every: Seconds | None = None
    after: Id | None = None
    """An action or event id; `at` then counts from its first time (0 when `at` is left out)."""
    unless: Condition | None = None
    until: Condition | None = None
    when: Condition | None = Field(default=None, alias="if")
    set: dict[Gauge, int] = {}
    say: Text | None = None
    speaker: Id = "patient"
    end: Literal["hung_up", "handed_over", "disconnected"] | None = None


class Identity(Authored):
    """How the two identifiers are verified; without it the patient simply gives name and date of birth."""

    to: tuple[Id, ...] = ("verify_identity",)
    when: Condition | None = Field(default=None, alias="if")
    say: Text = "This is {first_name} {last_name}. My birthday is {birth_date}."
    otherwise: Text = "Why do you need that?"


class Handoff(Authored):
    """What an SBAR note (or the call note) must carry, judged against what was really heard."""

    must_include: tuple[Id, ...] = ()
    must_not_claim: Literal["unheard", "nothing"] = "unheard"
    points: Points = 0
    why: Text | None = None
    source: Text | None = None


class Decision(Authored):
    """The right level and what makes it right: `basis` is judged at the moment of the decision."""

    expect: Id
    basis: Condition | None = None
    accept: tuple[Id, ...] = ()
    credit: Annotated[float, Field(ge=0, le=1)] = 0.7
    """The share of the points that an accepted (not expected) action earns."""
    by: Seconds | None = None
    """Seconds from the start of the call."""
    within: Seconds | None = None
    """Seconds from the moment the first red flag of the call was heard."""
    late: Literal["half", "fail"] = "half"
    requires: tuple[Condition, ...] = ()
    """What must hold by the end of the call for full credit (911 with the RN brought in).

    Each one missing costs its share of half the points.
    """
    points: Points = 30
    why: Text
    source: Text


class RubricItem(Authored):
    """One scored row. Exactly one of must, should, must_not; `before`/`after: decided` fixes when it counts."""

    must: Condition | None = None
    should: Condition | None = None
    must_not: Condition | None = None
    label: Text
    """What the debrief calls the row: the behavior in plain words."""
    before: Literal["decided"] | None = None
    after: Literal["decided"] | None = None
    by: Seconds | None = None
    needs: Condition | None = None
    """The row earns nothing unless this holds when it is met; said or done too early, it counts when done again."""
    domain: Literal["gather", "communicate", "decide", "act", "safety", "document", "scope"]
    points: Points = 0
    critical: bool = False
    covers: tuple[str, ...] = ()
    why: Text | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> RubricItem:
        if sum(text is not None for text in (self.must, self.should, self.must_not)) != 1:
            raise ValueError("a rubric row has exactly one of must, should and must_not")
        return self

    @property
    def kind(self) -> Literal["must", "should", "must_not"]:
        """Name which of the three this row is."""
        if self.must is not None:
            return "must"
        return "should" if self.should is not None else "must_not"

    @property
    def condition(self) -> str:
        """Return the row's condition, whichever kind it is."""
        return self.must or self.should or self.must_not or ""


class Outcome(Authored):
    """What happens next, shown in the debrief: the first whose condition holds."""

    when: Condition | None = Field(default=None, alias="if")
    text: Text
    good: bool = False


class MoveFields(Authored):
    """The long form of a move in a play or a transcript; the short form is an intent's id.

    `say` alone is free text for the listener; beside `ask` it is the wording of that intent.
    """

    say: Text | None = None
    ask: Id | None = None
    do: Id | None = None
    seconds: Seconds | None = None
    channel: Channel = "call"
    sbar: Sbar | None = None
    note: Note | None = None
    confidence: Percent | None = None


class Sbar(Authored):
    """The handoff note: four texts and the ids of the facts it claims."""

    S: str = ""
    B: str = ""
    A: str = ""
    R: str = ""
    facts: tuple[Id, ...] = ()


class Note(Authored):
    """The call note: free text, the facts it records, and the minutes claimed for the month."""

    text: str = ""
    facts: tuple[Id, ...] = ()
    minutes: Annotated[int, Field(ge=0, le=240)] | None = None


class Play(Authored):
    """Moves a reviewer performed, with what they must get: run by the tests."""

    variant: Slug
    why: Text
    seed: int = 0
    moves: tuple[Id | MoveFields, ...]
    score: Annotated[float, Field(ge=0, le=100)] | tuple[float, float]
    """The exact score, or the lowest and highest allowed."""
    passed: bool
    verdict: Literal["correct", "accepted", "under", "over", "none"]


class Variant(Authored):
    """Another hidden truth behind the same opening: only what differs from the scenario is written."""

    truth: Text
    """What was really going on, told in the debrief."""
    weight: Annotated[float, Field(gt=0)] = 1
    facts: dict[Id, dict[str, object]] = {}
    decision: dict[str, object] = {}
    rubric: dict[Id, dict[str, object]] = {}
    drop: tuple[Id, ...] = ()
    """Ids of rubric rows, events or outcomes of the scenario that this variant does not have."""
    events: dict[Id, Event] = {}
    replies: tuple[Reply, ...] = ()
    """Looked at before the scenario's own replies."""
    flags: dict[Id, Condition] = {}
    outcomes: dict[Id, Outcome] = {}
    """Looked at before the scenario's own outcomes."""
    handoff: dict[str, object] = {}
    note: dict[str, object] = {}
    denies: tuple[Id, ...] = ()
    state: dict[Gauge, Percent] = {}


class Persona(Authored):
    """Who speaks, for tests of reading level and later for a voice."""

    voice: Text = "plain"
    literacy: Literal["low", "medium", "high"] = "medium"
    language: Literal["en", "es"] = "en"
    speakers: dict[Id, Text] = {}
    """Other people who may speak in this call, id to shown name, such as {daughter: "Ruth, the daughter"}."""


class Clock(Authored):
    """How long the call may take, in seconds; at the end of the budget the patient has to go."""

    budget: Annotated[int, Field(ge=60, le=7200)] = 1200
    end_line: Text = "I have to go now. Bye."


class Scenario(Authored):
    """An authored call: facts, tells, events, decision, rubric, variants and plays."""

    simcare: Literal[1]
    id: Slug
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    guided: bool = False
    """True for the call that teaches the desk; it shows `coach` lines and is listed first."""
    distressing: bool = False
    competencies: tuple[Id, ...] = Field(min_length=1)
    covers: tuple[str, ...] = ()
    episodes: tuple[Id, ...] = ()
    source: Text
    reviewed_by: Text = "unreviewed"
    when: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$")]
    """The day and the patient's local time at which the call begins; the chart is as of that day."""
    direction: Literal["outbound", "inbound"] = "outbound"
    brief: Text
    opening: Text
    """The patient's first line when the line opens."""
    patient: PatientConstraints
    state: dict[Gauge, Percent] = {}
    persona: Persona = Persona()
    identity: Identity = Identity()
    gated: Text = "Hold on. Before I tell you that, who am I talking to? And how do I know you have the right person?"
    """What the patient says when a private question comes before the two identifiers are verified."""
    denies: tuple[Id, ...] = ()
    """Intents whose default answer may truthfully be no; everything else is answered with `unknown`."""
    deny: tuple[Text, ...] = ("No, nothing like that.", "No.", "No, none of that.")
    unknown: tuple[Text, ...] = ("I couldn't tell you.", "I'm not sure about that.", "I don't know, honestly.")
    filler: dict[IntentKind, tuple[Text, ...]] = {}
    """Lines for what is not a question and has no reply of its own, by the kind of the intent."""
    clock: Clock = Clock()
    facts: dict[Id, Fact]
    replies: tuple[Reply, ...] = ()
    events: dict[Id, Event] = {}
    flags: dict[Id, Condition] = {}
    decision: Decision
    pass_mark: Percent = 75
    rubric: dict[Id, RubricItem]
    handoff: Handoff | None = None
    note: Handoff | None = None
    outcomes: dict[Id, Outcome]
    coach: tuple[Coach, ...] = ()
    variants: dict[Slug, Variant] = Field(min_length=1)
    plays: dict[Slug, Play] = {}


class Coach(Authored):
    """A hint of the guided call: shown while its condition is the first that holds."""

    id: Id
    when: Condition | None = Field(default=None, alias="if")
    say: Text
    point_at: Literal["chart", "say", "intents", "decision", "sbar", "note", "timer", "debrief"] | None = None


MoveFields.model_rebuild()
Scenario.model_rebuild()
