"""What can come about in a variant: which conditions can ever hold, and how early.

A way to hold is impossible where it contradicts itself or needs a fact, event or action that no call of the variant
can have. Everything here errs on the side of "possible": what is called impossible is impossible, and no second is
named that a very quick care manager could beat.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from simcare.scenarios.conditions import GAUGES
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.lint.ways import ANYTIME, Atom, Way, ways_of, ways_together
from simcare.scenarios.model import Event, Scenario
from simcare.scenarios.policy import Policy

HELP = (("done", "call_911"), ("done", "warm_transfer_rn"))
"""With help on the way the call may go on past its budget."""
_NEVER = {
    "known": "nobody can learn '{}'",
    "said": "nobody can say '{}'",
    "done": "nobody can do '{}'",
    "happened": "'{}' never happens",
    "verified": "the two identifiers can never be verified",
}


class Reach:
    """What can come about in one variant: `soonest` holds the second after which an atom can be so."""

    def __init__(self, merged: Scenario, policy: Policy, intents: IntentLibrary) -> None:
        self._merged = merged
        self._policy = policy
        self._intents = intents
        self.soonest: dict[Atom, float] = {("known", name): 0.0 for name, f in merged.facts.items() if f.in_chart}
        for name, intent in intents.intents.items():
            self.soonest["said", name] = policy.seconds_for(name, intent.kind)
        self._flags = tuple(merged.flags.items())
        self._asked_for: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Way, ...]] = {}
        """The possible ways of conditions that were asked for, once nothing more can come about."""
        while self._grow():
            self._asked_for.clear()

    def ways(self, *texts: str | None, none_of: Iterable[str | None] = ()) -> tuple[Way, ...]:
        """Return the possible ways in which the conditions hold together, and none of the others does.

        None stands for no condition: it always holds. One way without demands where there are too many to see.
        """
        others = tuple(none_of)
        if None in others:
            return ()
        asked = (tuple(text for text in texts if text is not None), tuple(text for text in others if text is not None))
        known = self._asked_for.get(asked)
        if known is None:
            found = ways_together(*asked, self._flags)
            known = (Way(),) if found is None else tuple(way for way in found if self._possible(way))
            self._asked_for[asked] = known
        return known

    def surely_none_holds(self, texts: Iterable[str | None]) -> bool:
        """Tell whether the conditions were understood and there can be a moment at which none of them holds."""
        others = tuple(texts)
        understood = all(text is None or ways_of(text, self._flags, hold=False) is not None for text in others)
        return understood and self.can_hold(none_of=others)

    def can_hold(self, *texts: str | None, none_of: Iterable[str | None] = ()) -> bool:
        """Tell whether the conditions can hold at the same moment, and none of the others does."""
        return bool(self.ways(*texts, none_of=none_of))

    def earliest(self, text: str | None) -> float:
        """Return a second before which the condition cannot hold, infinite where it never can."""
        if text is None:
            return 0.0
        return min((self._ready(way) for way in self.ways(text)), default=math.inf)

    def earliest_start(self, *texts: str | None) -> float:
        """Return a second before which the move that makes the conditions hold cannot have begun."""
        return min((max(map(self._begun, way.needs), default=0.0) for way in self.ways(*texts)), default=math.inf)

    def obstacle(self, *texts: str | None) -> str:
        """Say in plain words why the conditions cannot hold together."""
        for way in ways_together((text for text in texts if text is not None), (), self._flags) or ():
            for atom in sorted(way.needs):
                if not self._may_be(atom):
                    return _NEVER[atom[0]].format(atom[-1])
            for atom, (low, high) in way.ranges.items():
                bottom, top = self._span(atom, way)
                if low <= high and not self._fits(atom, low, high, way):
                    return f"{_spelled(atom)} goes from {bottom:g} " + ("upwards" if top == math.inf else f"to {top:g}")
        return "it contradicts itself"

    # -- growing ---------------------------------------------------------------------------------------------------

    def _grow(self) -> bool:
        """Add what is possible because of what was found possible before; tell whether anything is new or sooner."""
        found: dict[Atom, float] = {}
        for name, action in self._policy.actions.items():
            opened = min((self._at(("done", other)) for other in action.opens_after), default=0.0)
            found["done", name] = opened + action.seconds
        identity = self._merged.identity
        asked = min((self._asked(name) for name in identity.to), default=math.inf)
        found["verified",] = self.earliest(identity.when) + asked
        for name, fact in self._merged.facts.items():
            gate = 0.0 if fact.public else self._at(("verified",))
            tells = [tell for tell in fact.tell if not tell.deflect]
            found["known", name] = min(
                (max(gate, self.earliest(t.when)) + min(map(self._asked, t.to)) for t in tells), default=math.inf
            )
        for name, event in self._merged.events.items():
            found["happened", name] = self._event(event)
        sooner = {atom: t for atom, t in found.items() if t < self._at(atom)}
        self.soonest.update(sooner)
        return bool(sooner)

    def _asked(self, name: str) -> float:
        """Return the seconds of saying an intent or doing an action, with what must come before it."""
        action = self._policy.actions.get(name)
        if action is None:
            return self.soonest.get(("said", name), 0.0)
        return min((self._at(("done", other)) for other in action.opens_after), default=0.0) + action.seconds

    def _event(self, event: Event) -> float:
        if event.unless is not None and not self.can_hold(none_of=[event.unless]):
            return math.inf
        first = event.at if event.at is not None else event.every or 0
        after = event.after
        if after is None or not self._is_named(after):
            return max(float(first), self.earliest(event.when))
        start = min(self._at((word, after)) for word in ("done", "known", "happened"))
        return max(start + first, self.earliest(event.when))

    def _begun(self, atom: Atom) -> float:
        lasts = 0.0
        if atom[0] == "known" and atom[1] in self._merged.facts:
            lasts = max((self._asked(name) for t in self._merged.facts[atom[1]].tell for name in t.to), default=0.0)
        elif atom[0] in ("said", "done"):
            lasts = self._asked(atom[1])
        return max(0.0, self.soonest.get(atom, 0.0) - lasts)

    def _at(self, atom: Atom) -> float:
        return self.soonest.get(atom, math.inf)

    # -- judging a way ---------------------------------------------------------------------------------------------

    def _possible(self, way: Way) -> bool:
        if way.needs & way.bars or any(self._certain(atom) for atom in way.bars):
            return False
        if any(not self._may_be(atom) for atom in way.needs):
            return False
        if ("decided",) in way.bars and any(
            atom[0] == "done" and self._policy.level_of(atom[1]) is not None for atom in way.needs
        ):
            return False
        return all(self._fits(atom, *limits, way) for atom, limits in way.ranges.items())

    def _certain(self, atom: Atom) -> bool:
        """Tell whether something is so from the first second on."""
        return atom[0] == "known" and atom[1] in self._merged.facts and self._merged.facts[atom[1]].in_chart

    def _may_be(self, atom: Atom) -> bool:
        """Tell whether something can be so; ids that are not known at all are another rule's finding."""
        if atom[0] in ("decided", "ended"):
            return True
        known: Mapping[str, Iterable[str]] = {
            "known": self._merged.facts,
            "said": self._intents.intents,
            "done": self._policy.actions,
            "happened": self._merged.events,
        }
        return self._at(atom) < math.inf or (len(atom) > 1 and atom[1] not in known[atom[0]])

    def _fits(self, atom: Atom, low: float, high: float, way: Way) -> bool:
        bottom, top = self._span(atom, way)
        return low <= high and max(low, bottom) <= min(high, top)

    def _span(self, atom: Atom, way: Way) -> tuple[float, float]:
        word, *ids = atom
        if word in GAUGES:
            return 0.0, 100.0
        if word == "t":
            helped = ("ended",) in way.needs or any(atom in way.needs for atom in HELP)
            return 0.0, math.inf if helped else float(self._merged.clock.budget)
        if word == "first":
            return (0.0 if self._may_come(ids[0]) else math.inf), math.inf
        kind = word.removeprefix("count_")
        certain = sum(self._certain((kind, name)) for name in ids)
        return float(certain), float(sum(self._may_be((kind, name)) for name in ids))

    def _may_come(self, name: str) -> bool:
        return not self._is_named(name) or any(
            self._at((word, name)) < math.inf for word in ("said", "done", "known", "happened")
        )

    def _is_named(self, name: str) -> bool:
        merged = self._merged
        return any(name in ids for ids in (merged.facts, merged.events, self._intents.intents, self._policy.actions))

    def _ready(self, way: Way) -> float:
        needed = [self._at(atom) for atom in way.needs if atom in self.soonest]
        return max([*needed, way.ranges.get(("t",), ANYTIME)[0], 0.0])


def _spelled(atom: Atom) -> str:
    return atom[0] if len(atom) == 1 else f"{atom[0]}({', '.join(atom[1:])})"
