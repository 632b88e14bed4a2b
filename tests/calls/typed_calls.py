"""Calls that were typed freely by somebody who knew a call's brief and nothing else, replayed as they were typed.

`tests/data/typed_calls/ID.yaml` holds the calls of a scenario. A variant is the number of its place in the file,
from 1: who types must not learn from its name what lies behind the opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from simcare.calls.call import NOT_UNDERSTOOD, Call, Line
from simcare.calls.hearing import hear_in
from simcare.calls.listener import Clause, Listener
from simcare.calls.moves import Move
from simcare.calls.opening import open_call
from simcare.calls.transcripts import ENDED_BY_OTHERS, moves_of
from simcare.documents import read
from simcare.scenarios.library import load_scenario
from simcare.scenarios.model import Authored, MoveFields, Slug

FOLDER = Path(__file__).parent.parent / "data" / "typed_calls"


class TypedCall(Authored):
    """One call: the number of its variant, and what was typed or done; a plain string is what was typed."""

    variant: int
    moves: tuple[str | MoveFields, ...]


class TypedCalls(Authored):
    """The calls of one scenario, and what its patient may rightly not know or not follow, each with the reason."""

    simcare: int = 1
    scenario: Slug
    calls: tuple[TypedCall, ...]
    unknown: dict[str, str] = Field(default_factory=dict)
    """Lines that no patient could answer."""
    unheard: dict[str, str] = Field(default_factory=dict)
    """Lines that ask for nothing of this call, or that only a person would follow."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was typed (or done), what it was heard as, and what the call answered."""

    typed: str
    heard: tuple[Clause, ...]
    answers: tuple[Line, ...]


def typed_calls(path: Path) -> TypedCalls:
    """Read the calls of a scenario."""
    return read(path, TypedCalls).value


def opened(scenario_id: str, variant: int) -> Call:
    """Open a call of the variant at a place in the scenario's file, from 1."""
    scenario = load_scenario(scenario_id).value
    return open_call(scenario, list(scenario.variants)[variant - 1], 0)


def replayed(scenario_id: str, typed: TypedCall, listener: Listener) -> tuple[Call, list[Turn]]:
    """Play a call as it was typed, as far as the patient stays on the line."""
    call = opened(scenario_id, typed.variant)
    return call, list(_turns(call, typed, listener))


def _turns(call: Call, typed: TypedCall, listener: Listener) -> Iterator[Turn]:
    for entry in typed.moves:
        if call.ended in ENDED_BY_OTHERS:
            return
        heard: tuple[Clause, ...] = ()
        moves: tuple[Move, ...]
        if isinstance(entry, str):
            heard = hear_in(call, entry, listener)
            moves = tuple(call.say(clause.intent, clause.text) for clause in heard) or (call.say(None, entry),)
        else:
            moves = moves_of(call, entry, None)
        answers = tuple(line for move in moves if call.ended is None for line in call.take(move))
        yield Turn(entry if isinstance(entry, str) else f"[{entry.do}]", heard, answers)


def shrugged(call: Call, turn: Turn) -> bool:
    """Tell whether the patient answered that they do not know."""
    return any(line.text in call.script.scenario.unknown for line in turn.answers)


def lost(turn: Turn) -> bool:
    """Tell whether nothing at all was made of what was typed: no intent, and nothing offered."""
    made = any(clause.intent or clause.chips for clause in turn.heard)
    return not made and any(line.text in NOT_UNDERSTOOD for line in turn.answers)
