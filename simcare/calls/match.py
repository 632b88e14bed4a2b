"""One line and what it is matched to, for programs: the first choice, the next two, and whether the desk would ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simcare.calls.listener import CHIPS, Clause, LibraryListener
from simcare.scenarios.intents import IntentLibrary


@dataclass(frozen=True, slots=True)
class Match:
    """What a line is matched to."""

    intent: str | None
    """The first choice; None where nothing in the library is near."""
    score: float
    others: tuple[str, ...]
    """The second and the third choice."""
    action: str | None
    """The action that the line proposes; words only ever propose, and None while the desk would ask."""
    asked_again: bool
    """True where the first choice is not sure enough to be taken: the desk then asks with chips, or for other words."""

    def as_json(self) -> dict[str, Any]:
        """Return the match as plain data."""
        return {
            "intent": self.intent,
            "score": self.score,
            "others": list(self.others),
            "action": self.action,
            "asked_again": self.asked_again,
        }


def match(
    listener: LibraryListener, library: IntentLibrary, text: str, candidates: Sequence[str] | None = None
) -> Match:
    """Match one line. Where it says several things, the surest one is told; an action any of them proposes counts."""
    clauses = listener.hear(text, candidates).clauses
    taken = [clause for clause in clauses if clause.intent is not None]
    action = next((found for clause in taken if (found := library.intents[str(clause.intent)].proposes)), None)
    if not clauses:
        return Match(None, 0.0, (), None, True)
    if not taken:
        return _unsure(listener, max(clauses, key=lambda clause: clause.score), candidates)
    surest = max(taken, key=lambda clause: clause.score)
    ranked = listener.rank(surest.text, candidates, count=CHIPS + 1)
    others = tuple(name for name in ranked if name != surest.intent)[: CHIPS - 1]
    return Match(surest.intent, surest.score, others, action, False)


def _unsure(listener: LibraryListener, clause: Clause, candidates: Sequence[str] | None) -> Match:
    """Tell the nearest intents of a clause that is taken for none."""
    ranked = listener.scored(clause.text, candidates)
    near = [(name, score) for name, score in ranked if score >= listener.nearest_worth_telling]
    if not near:
        return Match(None, max(0.0, clause.score), (), None, True)
    return Match(near[0][0], near[0][1], tuple(name for name, _ in near[1:]), None, True)
