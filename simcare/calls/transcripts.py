"""Transcripts: a call written down as YAML, read and played.

A transcript names its scenario, variant and seed and lists its moves: an intent's id, `{say: "free text"}` for
words that the listener hears, or `{do: action, ...}`. Free text only ever proposes an action; it is never taken for
doing it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from simcare.calls.call import NOT_AFTER_THE_CALL, Call
from simcare.calls.hearing import hear_in
from simcare.calls.listener import Listener
from simcare.calls.moves import Do, Move, MoveError, Say
from simcare.calls.opening import open_call
from simcare.documents import Document, DocumentError, Problem, read
from simcare.scenarios.library import load_scenario
from simcare.scenarios.lint import require_playable
from simcare.scenarios.model import Authored, Id, MoveFields, Play, Slug

ENDED_BY_OTHERS = frozenset({"hung_up", "handed_over", "disconnected", "time_up"})
LARGEST_SEED = 2**63 - 1


class Transcript(Authored):
    """A call written down: what `simcare calls play` takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simcare: Literal[1] = 1
    scenario: Slug
    variant: Slug | None = None
    """Left out, the variant is drawn from the seed by its weight."""
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 0
    moves: tuple[Id | MoveFields, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A transcript that was played: the call, and a word about moves that came after others had ended it."""

    call: Call
    remarks: tuple[Problem, ...]


def play_transcript(path: Path, listener: Listener) -> Played:
    """Read a transcript and play it; DocumentError names each move that is not possible.

    Who writes a call down cannot know when the patient hangs up or the crew takes over: moves after that are left
    out with a remark.
    """
    document = read(path, Transcript)
    transcript = document.value
    try:
        scenario = require_playable(load_scenario(transcript.scenario))
    except DocumentError as error:
        first = error.problems[0]
        if first.code != "E104":
            raise
        raise DocumentError([document.problem(("scenario",), "E104", first.fact, first.remedy)]) from error
    if transcript.variant is not None and transcript.variant not in scenario.variants:
        fact = f"scenario '{scenario.id}' has no variant '{transcript.variant}'"
        remedy = _meant(transcript.variant, scenario.variants) or "use one of " + ", ".join(scenario.variants)
        raise DocumentError([document.problem(("variant",), "E105", fact, remedy)])
    call = open_call(scenario, transcript.variant, transcript.seed)
    problems = take_moves(call, transcript.moves, document, listener)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DocumentError(errors)
    return Played(call, tuple(problems))


def play_moves(call: Call, play: Play, listener: Listener | None = None) -> Call:
    """Take the moves of a scenario's play; MoveError where one is not possible."""
    for fields in play.moves:
        for move in moves_of(call, fields, listener):
            call.take(move)
    return call


def take_moves(
    call: Call, moves: tuple[Id | MoveFields, ...], document: Document[Transcript], listener: Listener
) -> list[Problem]:
    """Take the moves in order; return an error for each that is not possible, a warning for the first left out."""
    problems: list[Problem] = []
    left_out: list[int] = []
    for nth, fields in enumerate(moves):
        try:
            for move in moves_of(call, fields, listener):
                if call.ended in ENDED_BY_OTHERS and not is_wrap_up(move):
                    left_out.append(nth)
                    break
                call.take(move)
        except MoveError as error:
            fact, _, remedy = str(error).partition("; ")
            problems.append(
                document.problem(("moves", nth), "E106", fact, remedy or "take this move out or correct it")
            )
    if left_out:
        how = str(call.ended).replace("_", " ")
        fact = f"the call was over here ({how}); moves left out from here on: {len(left_out)}"
        remedy = "end the transcript here, with at most the note and what is done after the call"
        problems.append(document.problem(("moves", left_out[0]), "W107", fact, remedy, "warning"))
    return problems


def is_wrap_up(move: Move) -> bool:
    """Tell whether a move may come after the call: something done that needs nobody on the line."""
    return isinstance(move, Do) and move.action not in NOT_AFTER_THE_CALL


def moves_of(call: Call, fields: Id | MoveFields, listener: Listener | None) -> tuple[Move, ...]:
    """Return the moves that one entry of a transcript stands for, with the policy's seconds where it gives none."""
    asked = fields if isinstance(fields, str) else fields.ask
    if asked is not None and asked not in call.script.intents.intents:
        where = "'simcare ids' lists them"
        raise MoveError(f"'{asked}' is not an intent; {_meant(asked, call.script.intents.intents) or where}")
    if isinstance(fields, str):
        return (call.say(fields),)
    given = {name for name in ("say", "ask", "do") if getattr(fields, name) is not None}
    if given not in ({"say"}, {"ask"}, {"ask", "say"}, {"do"}):
        raise MoveError("a move has say, ask or do; write one of them (ask may carry its own words in say)")
    if fields.do is not None:
        return (_action(call, fields),)
    if fields.ask is not None:
        spoken = call.say(fields.ask)
        return (Say(spoken.intent, _seconds(fields, spoken.seconds), fields.say, fields.channel),)
    if listener is None:
        raise MoveError("free text needs a listener; write the intent's id instead")
    heard = hear_in(call, fields.say or "", listener)
    spoken_parts = [call.say(clause.intent, clause.text) for clause in heard] or [call.say(None, fields.say)]
    return tuple(Say(part.intent, _seconds(fields, part.seconds), part.text, fields.channel) for part in spoken_parts)


def _action(call: Call, fields: MoveFields) -> Do:
    rule = call.script.policy.actions.get(fields.do or "")
    if rule is None:
        actions = call.script.policy.actions
        remedy = _meant(fields.do or "", actions) or f"use one of {', '.join(actions)}"
        raise MoveError(f"'{fields.do}' is not an action of the policy; {remedy}")
    return Do(
        action=fields.do or "",
        seconds=_seconds(fields, rule.seconds),
        channel=fields.channel,
        sbar=fields.sbar,
        note=fields.note,
        confidence=fields.confidence,
    )


def _meant(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def _seconds(fields: MoveFields, policy_seconds: int) -> int:
    return policy_seconds if fields.seconds is None else fields.seconds
