"""What the calls of a rehearsal reached: facts heard, lines said, events, rubric rows met, outcomes told.

`Gathering` grows call by call, its `Reached` travels between processes, and `never_reached` says what is left. A
line of a variant that is word for word the scenario's own is one and the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from simcare.calls.call import Call
from simcare.calls.moves import Do, Move
from simcare.calls.opening import script_for
from simcare.calls.scorecard import Scorecard
from simcare.calls.script import Script
from simcare.scenarios.conditions import Compiled
from simcare.scenarios.model import Scenario

Part = Literal["fact", "tell", "reply", "event", "row", "outcome"]
PARTS: tuple[Part, ...] = ("fact", "tell", "reply", "event", "row", "outcome")
Item = tuple[Part, str, str]
"""A part, its id, and for a line its words."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """A part of a scenario that no call reached, in the variants that have it."""

    part: Part
    id: str
    variants: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        """Return one line for a report."""
        where = ", ".join(self.variants)
        return f"{self.part} '{self.id}' ({where})" + (f": “{self.text}”" if self.text else "")


@dataclass(frozen=True, slots=True)
class Reached:
    """What calls of one variant brought about."""

    variant: str
    items: frozenset[Item]


class Gathering:
    """Gather what calls of one script bring about; grows with every call that is added."""

    def __init__(self, script: Script) -> None:
        """Begin with nothing."""
        self._script = script
        self._lines = _lines(script)
        self._forbidden = tuple(row for row in script.rows if script.scenario.rubric[row.row_id].kind == "must_not")
        self._hopes = _hopes(script, self._lines)
        self._items: set[Item] = set()

    def reached(self) -> Reached:
        """Return what was gathered so far."""
        return Reached(self._script.variant, frozenset(self._items))

    def add(self, call: Call, card: Scorecard) -> None:
        """Add a call that was played and judged."""
        self._add_moves(call, 0)
        self._items |= {("row", row.id, "") for row in card.rows if row.met}
        self._add_outcome(call)

    def _add_outcome(self, call: Call) -> None:
        told = next((o for o, condition in call.script.outcomes if condition is None or condition(call)), None)
        names = call.script.scenario.outcomes
        self._items |= {("outcome", name, "") for name, outcome in names.items() if outcome is told}

    def probe(self, opened: Call, played: Call) -> None:
        """Say everything the scenario has an answer for, and do all that is open, at every moment of a played call."""
        call = opened.copy()
        for move in played.moves:
            self._try_everything(call)
            call.take(move)
        self._try_everything(call)

    def _try_everything(self, call: Call) -> None:
        script = call.script
        for name, hopes in self._hopes.items():
            if hopes <= self._items:
                continue
            if name in script.intents.intents and call.ended is None:
                self._try(call, call.say(name))
            elif call.allows(name):
                self._try(call, Do(name, script.policy.actions[name].seconds))

    def _try(self, call: Call, move: Move) -> None:
        twin = call.copy()
        twin.take(move)
        self._add_moves(twin, len(call.lines))
        self._items |= {("row", row.row_id, "") for row in self._forbidden if row.condition(twin)}
        if twin.ended is not None:
            self._add_outcome(twin)

    def _add_moves(self, call: Call, lines_before: int) -> None:
        self._items |= {("fact", name, "") for name in call.heard}
        self._items |= {("event", name, "") for name in call.happened}
        said = (line.line_id for line in call.lines[lines_before:])
        self._items |= {self._lines[line_id] for line_id in said if line_id in self._lines}


def never_reached(scenario: Scenario, reached: Iterable[Reached]) -> list[Unreached]:
    """Return what none of the calls brought about, part by part; only variants that were rehearsed are looked at."""
    there: dict[Item, list[str]] = {}
    seen: set[Item] = set()
    for one in reached:
        for item in _items(script_for(scenario, one.variant)):
            there.setdefault(item, []).append(one.variant)
        seen |= one.items
    left = [Unreached(part, name, tuple(there[part, name, text]), text) for part, name, text in there]
    return sorted(
        (one for one in left if (one.part, one.id, one.text) not in seen), key=lambda one: PARTS.index(one.part)
    )


def _lines(script: Script) -> dict[str, Item]:
    tells = [line for fact in script.facts.values() for line in fact.tells]
    replies = [line for lines in script.replies_by_intent.values() for line in lines]
    found: dict[str, Item] = {line.line_id: ("tell", line.line_id, line.say) for line in tells}
    return found | {line.line_id: ("reply", ", ".join(sorted(line.to)), line.say) for line in replies}


def _hopes(script: Script, lines: dict[str, Item]) -> dict[str, set[Item]]:
    """Return what saying or doing something may bring about, by intent or action."""
    found: dict[str, set[Item]] = {}
    for fact in script.facts.values():
        for line in fact.tells:
            for name in line.to:
                found.setdefault(name, set()).update({lines[line.line_id], ("fact", fact.fact_id, "")})
    for name, replies in script.replies_by_intent.items():
        found.setdefault(name, set()).update(lines[line.line_id] for line in replies)
    judged: list[tuple[Item, Compiled]] = [(("row", row.row_id, ""), row.condition) for row in script.rows]
    outcomes = zip(script.scenario.outcomes, script.outcomes, strict=True)
    judged += [(("outcome", name, ""), condition) for name, (_, condition) in outcomes if condition is not None]
    for item, condition in judged:
        for name in frozenset().union(*condition.names.values()):
            found.setdefault(name, set()).add(item)
    return dict(sorted(found.items()))


def _items(script: Script) -> Iterator[Item]:
    yield from (("fact", name, "") for name, fact in script.facts.items() if not fact.fact.in_chart)
    yield from _lines(script).values()
    yield from (("event", name, "") for name in script.scenario.events)
    yield from (("row", row.row_id, "") for row in script.rows)
    yield from (("outcome", name, "") for name in script.scenario.outcomes)
