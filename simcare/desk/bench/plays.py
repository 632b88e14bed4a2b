"""A call that was just played, as a play of the scenario's file: plain data, ready to be written as YAML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simcare.calls.call import Call
from simcare.calls.moves import Do, Move, MoveError, Say
from simcare.calls.opening import open_call
from simcare.calls.scoring import score
from simcare.documents import SimcareError
from simcare.scenarios.model import Scenario

OWN_CHANNEL = {"write_note": "chart"}
"""Actions that the desk always takes on a channel of their own, so that a play need not say so."""


@dataclass(frozen=True, slots=True)
class Written:
    """A play as data, and how many moves nobody understood and were left out of it."""

    data: dict[str, Any]
    left_out: int


def play_of(call: Call, scenario: Scenario, why: str) -> Written:
    """Return a call as a play, judged by the scenario as it now is.

    Raises SimcareError where the scenario has changed so much that the call cannot be played in it any more.
    """
    variant = call.script.variant
    if variant not in scenario.variants:
        raise SimcareError(f"the text has no variant '{variant}' any more; play the call again")
    moves = [move for move in call.moves if not (isinstance(move, Say) and move.intent is None)]
    again = open_call(scenario, variant, call.seed)
    try:
        for move in moves:
            again.take(move)
    except MoveError as error:
        raise SimcareError(f"the call does not fit the changed text any more ({error}); play it again") from error
    card = score(again)
    data: dict[str, Any] = {"variant": variant, "why": why}
    if call.seed:
        data["seed"] = call.seed
    data["moves"] = [move_data(again, move) for move in moves]
    data |= {"score": card.score, "passed": card.passed, "verdict": card.decision.verdict}
    return Written(data, len(call.moves) - len(moves))


def move_data(call: Call, move: Move) -> str | dict[str, Any]:
    """Return a move as an author would write it: the id of an intent where that says it all."""
    if isinstance(move, Say):
        assert move.intent is not None
        planned: Move = call.say(move.intent)
        words = move.text if move.text and move.text != call.script.intents.intents[move.intent].say else None
        data: dict[str, Any] = {"ask": move.intent} | ({"say": words} if words else {})
        usual = "call"
    else:
        planned = Do(move.action, call.script.policy.actions[move.action].seconds)
        data = {"do": move.action, **_documents(move)}
        usual = OWN_CHANNEL.get(move.action, "call")
    if move.seconds != planned.seconds:
        data["seconds"] = move.seconds
    if move.channel != usual:
        data["channel"] = move.channel
    return move.intent if isinstance(move, Say) and len(data) == 1 and move.intent else data


def _documents(move: Do) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if move.confidence is not None:
        data["confidence"] = move.confidence
    for name, written in (("sbar", move.sbar), ("note", move.note)):
        if written is not None:
            data[name] = {key: value for key, value in written.model_dump(mode="json").items() if value}
    return data
