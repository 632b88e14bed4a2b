"""The fact graph: which question brings out which fact, and what of it counts for which row and for the decision.

Here it is found what is connected and under which condition; how that looks is in `graph_drawing`. A graph is of one
variant, since each variant tells other things; what differs between variants is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simcare.scenarios import intents as intent_library
from simcare.scenarios.conditions import Compiled, compile_condition
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.library import load_policy
from simcare.scenarios.model import Fact, RubricItem, Scenario
from simcare.scenarios.policy import Policy
from simcare.scenarios.variants import merge_variant

DECISION = "decision"
Kind = Literal["ask", "do", "fact", "row", "decision"]


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing in the graph: something to say or do, a fact, a row of the rubric, or the decision.

    `more` are short words about it; `place` leads to where it is written in the file, empty for an intent or action.
    """

    id: str
    kind: Kind
    label: str
    more: tuple[str, ...] = ()
    red_flag: bool = False
    never: bool = False
    """True for a row that is a penalty."""
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One thing leads to another: `words` is the condition, `way` tells the tells of one fact apart.

    A `deflects` link answers and reveals nothing; a `against` link is named under `not`, or leads to a penalty.
    """

    source: str
    target: str
    words: str = ""
    way: int = 0
    deflects: bool = False
    against: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """The fact graph of one variant; ids of spots are `kind:id`, so that a fact and a row may share a name."""

    scenario: str
    title: str
    variant: str
    spots: Mapping[str, Spot]
    links: tuple[Link, ...]

    def of_kind(self, *kinds: Kind) -> list[Spot]:
        """Return the spots of these kinds in the order of the file."""
        return [spot for spot in self.spots.values() if spot.kind in kinds]

    def as_json(self) -> dict[str, Any]:
        """Return the graph as plain data."""
        return {
            "scenario": self.scenario,
            "variant": self.variant,
            "spots": {name: asdict(spot) for name, spot in self.spots.items()},
            "links": [asdict(link) for link in self.links],
        }


def fact_graph(
    scenario: Scenario,
    variant: str | None = None,
    *,
    policy: Policy | None = None,
    intents: IntentLibrary | None = None,
) -> Graph:
    """Return the fact graph of a variant, of the first one where none is named.

    Raises VariantError or ConditionError where the scenario is not in order.
    """
    chosen = variant or next(iter(scenario.variants))
    builder = _Builder(scenario, chosen, policy or load_policy().value, intents or intent_library.load())
    return builder.build()


class _Builder:
    def __init__(self, scenario: Scenario, variant: str, policy: Policy, intents: IntentLibrary) -> None:
        self._whole, self._variant = scenario, variant
        self._scenario = merge_variant(scenario, variant)
        self._policy, self._intents = policy, intents
        self._spots: dict[str, Spot] = {}
        self._links: list[Link] = []

    def build(self) -> Graph:
        for name, fact in self._scenario.facts.items():
            self._add_fact(name, fact)
        self._add_decision()
        for name, item in self._scenario.rubric.items():
            self._add_row(name, item)
        return Graph(self._scenario.id, self._scenario.title, self._variant, self._spots, tuple(self._links))

    def _add_fact(self, name: str, fact: Fact) -> None:
        more = []
        if fact.red_flag:
            more.append("red flag")
        if fact.in_chart:
            more.append("in the chart")
        elif fact.public:
            more.append("told to anybody")
        if any("tell" in variant.facts.get(name, {}) for variant in self._whole.variants.values()):
            more.append("differs between variants")
        place = self._written("facts", name)
        self._spots[f"fact:{name}"] = Spot(name, "fact", fact.label, tuple(more), bool(fact.red_flag), place=place)
        for way, tell in enumerate(fact.tell):
            for intent in tell.to:
                source = self._saying(intent)
                words = in_words(tell.when, self._scenario, self._policy, self._intents) if tell.when else ""
                self._links.append(Link(source, f"fact:{name}", words, way, tell.deflect))

    def _add_decision(self) -> None:
        rule = self._scenario.decision
        actions = self._policy.actions
        label = actions[rule.expect].label if rule.expect in actions else rule.expect
        more = [f"{rule.points:g} points"]
        if rule.accept:
            also = ", ".join(actions[name].label if name in actions else name for name in rule.accept)
            more.append(f"also right: {also}")
        if rule.by is not None:
            more.append(f"by {clock(rule.by)}")
        if rule.within is not None:
            more.append(f"within {clock(rule.within)} of the first red flag")
        place = self._written(DECISION)
        self._spots[f"decision:{DECISION}"] = Spot(DECISION, "decision", label, tuple(more), place=place)
        if rule.basis is not None:
            how = ", ".join(filter(None, ("heard first", how_joined(rule.basis))))
            self._connect(rule.basis, f"decision:{DECISION}", how)
        for condition in rule.requires:
            self._connect(condition, f"decision:{DECISION}", "belongs to it")

    def _add_row(self, name: str, item: RubricItem) -> None:
        kind = {"must": "must", "should": "should", "must_not": "must not"}[item.kind]
        more = [kind, f"{'-' if item.kind == 'must_not' else ''}{item.points:g} points"]
        if item.critical:
            more.append("critical")
        place = self._written("rubric", name)
        self._spots[f"row:{name}"] = Spot(
            name, "row", item.label, tuple(more), never=item.kind == "must_not", place=place
        )
        when = [f"{item.before or item.after} first" if item.after else "before the decision" if item.before else ""]
        when.append(f"by {clock(item.by)}" if item.by is not None else "")
        when.append(how_joined(item.condition))
        self._connect(item.condition, f"row:{name}", ", ".join(filter(None, when)), against=item.kind == "must_not")
        if item.needs is not None:
            self._connect(item.needs, f"row:{name}", "must hold before")

    def _connect(self, condition: str, target: str, words: str, *, against: bool = False) -> None:
        """Link everything that a condition names with what it is the condition of."""
        compiled = compile_condition(condition, dict(self._scenario.flags))
        sources = [*self._named(compiled)]
        if re.search(r"\bverified\b", condition):
            sources += [self._saying(name) for name in self._scenario.identity.to]
        for source in sources:
            link = Link(source, target, words, against=against)
            if link not in self._links:
                self._links.append(link)

    def _named(self, compiled: Compiled) -> Iterator[str]:
        for function in ("known", "said", "done", "first"):
            for name in sorted(compiled.names.get(function, ())):
                if f"fact:{name}" in self._spots:
                    yield f"fact:{name}"
                elif name in self._intents.intents or name in self._policy.actions:
                    yield self._saying(name)

    def _saying(self, name: str) -> str:
        """Return the spot of an intent or action, made where it is named for the first time."""
        spot = f"ask:{name}" if name in self._intents.intents else f"do:{name}"
        if spot not in self._spots:
            if name in self._intents.intents:
                self._spots[spot] = Spot(name, "ask", self._intents.intents[name].label)
            else:
                action = self._policy.actions.get(name)
                self._spots[spot] = Spot(name, "do", action.label if action else name)
        return spot

    def _written(self, *path: str) -> tuple[str, ...]:
        """Return where something is written: in the variant where that says so, else in the scenario."""
        variant = self._whole.variants[self._variant]
        own: Mapping[str, object] = getattr(variant, path[0])
        if own and (len(path) == 1 or path[1] in own):
            return ("variants", self._variant, *path)
        return path


_FUNCTION = re.compile(r"\b(known|said|done|happened)\(([a-z0-9_]+)\)")
_SPELLED = {">=": "at least", "<=": "at most", ">": "above", "<": "below", "==": "is"}


def in_words(condition: str, scenario: Scenario, policy: Policy, intents: IntentLibrary) -> str:
    """Return a condition as an educator reads it: labels for ids, words for signs."""

    def words(found: re.Match[str]) -> str:
        function, name = found.groups()
        if function == "known" and name in scenario.facts:
            return f"heard “{scenario.facts[name].label}”"
        if function == "said" and name in intents.intents:
            return f"said “{intents.intents[name].label}”"
        if function == "done" and name in policy.actions:
            return f"did “{policy.actions[name].label}”"
        return f"after “{name.replace('_', ' ')}”"

    spelled = _FUNCTION.sub(words, " ".join(condition.split()))
    for sign, word in _SPELLED.items():
        spelled = re.sub(rf" {re.escape(sign)} ", f" {word} ", spelled)
    return spelled


def how_joined(condition: str) -> str:
    """Return in short words how much of what a condition names is needed; empty where it names one thing."""
    counted = re.fullmatch(r"count_\w+\([^)]*\) (>=|>) (\d+)", " ".join(condition.split()))
    if counted:
        return f"any {int(counted[2]) + (counted[1] == '>')} of these"
    words = set(re.findall(r"\b(and|or|not|count_\w+)\b", condition))
    return {frozenset({"and"}): "all of these", frozenset({"or"}): "any of these", frozenset(): ""}.get(
        frozenset(words), "see its condition"
    )


def clock(seconds: float) -> str:
    """Return seconds as m:ss."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
