"""What a rule looks at: a scenario with its places, its merged variants with what can come about in them, its names."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from simcare.documents import Document, Problem
from simcare.scenarios import intents as intent_library
from simcare.scenarios.conditions import Compiled, ConditionError, compile_condition
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.lint.reach import Reach
from simcare.scenarios.model import Scenario, Tell
from simcare.scenarios.policy import Policy
from simcare.scenarios.variants import merge_variant

Path = tuple[str | int, ...]
Rule = Callable[["Subject"], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Place:
    """A condition of the file and where it stands."""

    path: Path
    text: str
    flags: dict[str, str]
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One scenario under the eyes of the rules; `variants` hold it as each variant plays it."""

    document: Document[Scenario]
    scenario: Scenario
    variants: dict[str, Scenario]
    policy: Policy
    intents: IntentLibrary
    reaches: dict[str, Reach]
    _places: list[Place] = field(default_factory=list)
    _compiled: list[tuple[Place, Compiled]] = field(default_factory=list)

    @classmethod
    def of(cls, document: Document[Scenario], policy: Policy) -> Subject:
        """Return the subject of a document; VariantError where a variant does not fit."""
        scenario = document.value
        merged = {name: merge_variant(scenario, name) for name in scenario.variants}
        intents = intent_library.load()
        reaches = {name: Reach(variant, policy, intents) for name, variant in merged.items()}
        return cls(document, scenario, merged, policy, intents, reaches)

    def problem(self, path: Path, code: str, fact: str, remedy: str, *, warning: bool = False) -> Problem:
        """Return a finding at a path of the file."""
        return self.document.problem(path, code, fact, remedy, "warning" if warning else "error")

    def unknown(self, path: Path, code: str, kind: str, name: str, known: Iterable[str]) -> Problem:
        """Return the finding that an id is not known, with the nearest that is."""
        names = list(known)
        near = difflib.get_close_matches(name, names, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"use one of the {kind} ids that are listed"
        return self.problem(path, code, f"the {kind} '{name}' is not known", remedy)

    def fact_path(self, variant: str | None, fact: str) -> Path:
        """Return where a fact is written: in the variant if it is overridden there, else in the scenario."""
        if variant is not None and fact in self.scenario.variants[variant].facts:
            return ("variants", variant, "facts", fact)
        return ("facts", fact)

    def row_path(self, variant: str, row: str) -> Path:
        """Return where a rubric row is written: in the variant if it is overridden there, else in the scenario."""
        own = row in self.scenario.variants[variant].rubric
        return ("variants", variant, "rubric", row) if own else ("rubric", row)

    def decision_path(self, variant: str, key: str | None = None) -> Path:
        """Return where the decision, or one of its keys, is written: in the variant if it says so, else above."""
        fields = self.scenario.variants[variant].decision
        own = bool(fields) if key is None else key in fields
        path: Path = ("variants", variant, "decision") if own else ("decision",)
        return path if key is None else (*path, key)

    def reaches_at(self, variant: str | None) -> list[Reach]:
        """Return what can come about where something is written: in one variant, or in each of them."""
        return list(self.reaches.values()) if variant is None else [self.reaches[variant]]

    def tells(self) -> Iterator[tuple[Path, str | None, str, tuple[Tell, ...]]]:
        """Yield (path of the tell list, variant or None, fact id, tells), each list once where it is written."""
        for name, fact in self.scenario.facts.items():
            yield ("facts", name, "tell"), None, name, fact.tell
        for variant, merged in self.variants.items():
            for name, fields in self.scenario.variants[variant].facts.items():
                if "tell" in fields:
                    yield ("variants", variant, "facts", name, "tell"), variant, name, merged.facts[name].tell

    def conditions(self) -> Sequence[Place]:
        """Return every condition of the file once, where it is written; looked for once, since many rules ask."""
        if not self._places:
            self._places.extend(self._conditions_of(self.scenario, (), None))
            for name, variant in self.scenario.variants.items():
                self._places.extend(self._variant_conditions(name, variant.model_dump(by_alias=True)))
        return self._places

    def compiled(self) -> Sequence[tuple[Place, Compiled]]:
        """Return every condition that compiles, with its place; the others are findings of a rule of their own."""
        if not self._compiled:
            for place in self.conditions():
                with suppress(ConditionError):
                    self._compiled.append((place, compile_condition(place.text, place.flags)))
        return self._compiled

    def _conditions_of(self, scenario: Scenario, base: Path, variant: str | None) -> Iterator[Place]:
        flags = dict(scenario.flags)

        def place(path: Path, text: str | None) -> Iterator[Place]:
            if text is not None:
                yield Place((*base, *path), text, flags, variant)

        for name, fact in scenario.facts.items():
            for nth, tell in enumerate(fact.tell):
                yield from place(("facts", name, "tell", nth, "if"), tell.when)
        for nth, reply in enumerate(scenario.replies):
            yield from place(("replies", nth, "if"), reply.when)
        for name, event in scenario.events.items():
            for key, text in (("if", event.when), ("unless", event.unless), ("until", event.until)):
                yield from place(("events", name, key), text)
        yield from place(("identity", "if"), scenario.identity.when)
        for name, text in scenario.flags.items():
            yield from place(("flags", name), text)
        yield from place(("decision", "basis"), scenario.decision.basis)
        for nth, text in enumerate(scenario.decision.requires):
            yield from place(("decision", "requires", nth), text)
        for name, item in scenario.rubric.items():
            yield from place(("rubric", name, item.kind), item.condition)
            yield from place(("rubric", name, "needs"), item.needs)
        for name, outcome in scenario.outcomes.items():
            yield from place(("outcomes", name, "if"), outcome.when)
        for nth, coach in enumerate(scenario.coach):
            yield from place(("coach", nth, "if"), coach.when)

    def _variant_conditions(self, name: str, data: dict[str, object]) -> Iterator[Place]:
        flags = dict(self.variants[name].flags)
        base: Path = ("variants", name)
        keys = {"if", "unless", "until", "basis", "needs", "must", "should", "must_not"}

        def walk(path: Path, value: object) -> Iterator[Place]:
            if isinstance(value, dict):
                for key, inner in value.items():
                    is_condition = key in keys or path[2:] == ("flags",)
                    if is_condition and isinstance(inner, str):
                        yield Place((*path, key), inner, flags, name)
                    elif key == "requires" and isinstance(inner, list | tuple):
                        for nth, text in enumerate(inner):
                            yield Place((*path, key, nth), str(text), flags, name)
                    else:
                        yield from walk((*path, key), inner)
            elif isinstance(value, list | tuple):
                for nth, inner in enumerate(value):
                    yield from walk((*path, nth), inner)

        for key, value in data.items():
            yield from walk((*base, key), value)
