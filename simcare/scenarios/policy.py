"""The organization's policy as frozen models: ladder, actions, times, effects, scoring, red flags.

Here live the shapes of `policies/*.yaml` and the few questions a call asks of them. Nothing here knows a scenario;
reading is in `library`. Every section with a number says where it comes from and how sure we are.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from simcare.scenarios.intents import IntentKind

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
LevelId = Annotated[str, StringConstraints(pattern=r"^L\d_[a-z0-9_]+$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Gauge = Literal["trust", "distress", "clarity", "patience"]
Change = Annotated[int, Field(ge=-100, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[int, Field(ge=0, le=7200)]
Percent = Annotated[int, Field(ge=0, le=100)]
ActionKind = Literal["ladder", "route", "task", "end", "document"]
Confidence = Literal["verified", "derived", "recalled", "assumption"]


class _Authored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sourced(_Authored):
    source: Text
    confidence: Confidence


class Action(_Authored):
    """One thing a care manager can do, with its seconds on the clock of the call."""

    label: Text
    kind: ActionKind
    seconds: Seconds
    level: LevelId | None = None
    opens_after: tuple[Id, ...] = ()
    """The action is open once any of these was done; with none it is open from the start."""
    intent: Id | None = None
    """The intent whose words propose this action; only a confirmation does it."""
    proposes_line: Text | None = None
    """What the desk asks when words proposed the action."""
    speaker: Id = "narrator"
    line: Text | None = None
    """What is heard when it is done and the scenario has no reply of its own."""


class Actions(_Sourced):
    """All actions by id."""

    items: dict[Id, Action]


class IntentSeconds(_Sourced):
    """Seconds of an utterance with its answer: by kind, and for single intents instead."""

    not_understood: Seconds
    """Seconds lost by a line that no intent was found for."""
    kinds: dict[IntentKind, Seconds]
    intents: dict[Id, Seconds] = {}


class Effects(_Sourced):
    """What utterances do to the gauges: by kind, with an intent's own entry laid over it gauge by gauge."""

    decay: Share
    """Each repetition of the same support multiplies its effect by this."""
    irrelevant: dict[Gauge, Change]
    repeated: dict[Gauge, Change]
    kinds: dict[IntentKind, dict[Gauge, Change]]
    intents: dict[Id, dict[Gauge, Change]] = {}


class StartState(_Sourced):
    """The gauges (0 to 100) a patient begins with unless the scenario says otherwise."""

    trust: Percent
    distress: Percent
    clarity: Percent
    patience: Percent

    def gauges(self) -> dict[Gauge, int]:
        """Return the four gauges by name."""
        return {"trust": self.trust, "distress": self.distress, "clarity": self.clarity, "patience": self.patience}


class Scoring(_Sourced):
    """The share of a decision's points by its distance from the expected level, and what cuts it down."""

    correct: Share
    one_over: Share
    two_over: Share
    one_under: Share
    two_under: Share
    no_basis_share: Share
    late_share: Share


class TriageWeights(_Sourced):
    """Disagreement by distance on the ladder, 0 to 1, for triage-weighted kappa."""

    one_over: Share
    two_over: Share
    one_under: Share
    two_under: Share


class AutomaticFails(_Sourced):
    """What fails a call whatever else it earned, id to plain words."""

    items: dict[Id, Text]


class Level(_Sourced):
    """One rung of the ladder; `seconds` is the standard from the moment the red flag is spoken."""

    rank: Annotated[int, Field(ge=0, le=9)]
    name: Text
    who: Text
    target: Text
    seconds: Annotated[int, Field(ge=1)] | None = None
    close_with: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    examples: tuple[Text, ...] = ()


class Remote911(_Sourced):
    """Why 911 from a home office reaches the wrong center, and what to do instead."""

    problem: Text
    do: tuple[Text, ...]


class Consent(_Sourced):
    """When consent is asked for and when it is not waited for."""

    rules: tuple[Text, ...]


class Route(_Sourced):
    """A side route beside the ladder, with the action that takes it where there is one."""

    name: Text
    use: Text
    contact: Text | None = None
    not_for: Text | None = None
    handover: Text | None = None
    note: Text | None = None
    action: Id | None = None


class Role(_Sourced):
    """Who may do what; state boards differ."""

    license: Text
    may: tuple[Text, ...]
    may_not: tuple[Text, ...] = ()


class SbarTemplate(_Authored):
    """What belongs under each letter of a handoff note."""

    S: Text
    B: Text
    A: Text
    R: Text


class Presentation(_Sourced):
    """What a patient may bring up: questions to ask and, by level, the criteria that mean it."""

    name: Text
    typical_conditions: tuple[Id, ...]
    ask: tuple[Text, ...] = Field(min_length=1)
    levels: dict[LevelId, tuple[Text, ...]] = Field(min_length=1)
    special_routes: tuple[Id, ...] = ()
    common_errors: tuple[Text, ...] = Field(min_length=1)
    scope_note: Text | None = None


class Policy(_Authored):
    """An organization's escalation policy: everything about a call that is not the scenario's business."""

    simcare: Literal[1]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$", max_length=60)]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    status: Text
    action_table: Actions = Field(alias="actions")
    intent_seconds: IntentSeconds
    effects: Effects
    start_state: StartState
    scoring: Scoring
    triage_weights: TriageWeights
    automatic_fail: AutomaticFails
    design_rules: tuple[Text, ...]
    levels: dict[LevelId, Level] = Field(min_length=2)
    remote_911: Remote911
    consent: Consent
    special_routes: dict[Id, Route]
    roles: dict[Id, Role]
    opening_checks: tuple[Text, ...]
    sbar_template: SbarTemplate
    presentations: dict[Id, Presentation] = Field(min_length=1)

    @property
    def actions(self) -> dict[str, Action]:
        """Return all actions by id."""
        return self.action_table.items

    @property
    def red_flags(self) -> frozenset[str]:
        """Return the ids a fact may name as its red flag."""
        return frozenset(self.presentations)

    def level_of(self, action: str) -> str | None:
        """Return the level an action stands for; None for side routes, tasks and unknown actions."""
        found = self.actions.get(action)
        return found.level if found is not None else None

    def rank(self, level: str) -> int:
        """Return a level's place on the ladder, 0 lowest."""
        return self.levels[level].rank

    def seconds_for(self, intent: str, kind: IntentKind) -> int:
        """Return the seconds an utterance and its answer take."""
        return self.intent_seconds.intents.get(intent, self.intent_seconds.kinds[kind])

    def effects_for(self, intent: str, kind: IntentKind) -> dict[Gauge, int]:
        """Return what an utterance does to each gauge, before decay, relevance and repetition."""
        return {**self.effects.kinds[kind], **self.effects.intents.get(intent, {})}

    @model_validator(mode="after")
    def _names_what_it_holds(self) -> Policy:
        wrong = [*self._wrong_actions(), *self._wrong_tables(), *self._wrong_presentations()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_actions(self) -> list[str]:
        wrong = []
        for name, action in self.actions.items():
            if action.level is not None and action.level not in self.levels:
                wrong.append(f"action {name} has level {action.level}, which the ladder does not have")
            if (action.kind == "ladder") != (action.level is not None):
                wrong.append(f"action {name}: exactly the actions of kind ladder have a level")
            wrong += [
                f"action {name} opens after {other}, which is no action"
                for other in action.opens_after
                if other not in self.actions
            ]
        for level in self.levels:
            if level not in {action.level for action in self.actions.values()}:
                wrong.append(f"no action stands for level {level}")
        return wrong

    def _wrong_tables(self) -> list[str]:
        kinds = set(IntentKind.__args__)  # type: ignore[attr-defined]
        wrong = [f"intent_seconds has no number for kind {kind}" for kind in kinds - set(self.intent_seconds.kinds)]
        wrong += [f"effects has no entry for kind {kind}" for kind in kinds - set(self.effects.kinds)]
        if len({level.rank for level in self.levels.values()}) != len(self.levels):
            wrong.append("two levels have the same rank")
        return sorted(wrong)

    def _wrong_presentations(self) -> list[str]:
        wrong = []
        for name, presentation in self.presentations.items():
            wrong += [f"presentation {name}: no level {key}" for key in presentation.levels if key not in self.levels]
            wrong += [
                f"presentation {name}: no special route {key}"
                for key in presentation.special_routes
                if key not in self.special_routes
            ]
        for name, route in self.special_routes.items():
            if route.action is not None and route.action not in self.actions:
                wrong.append(f"special route {name}: no action {route.action}")
        return wrong
