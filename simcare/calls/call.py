"""The call: one playing of a script with one chart, as a fold over its moves.

`Call.take(move)` is the only way a call changes; the same script, chart, seed and moves always give the same call.
It knows no screen, no store and no wall clock. What the moves are worth is told in `scoring`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simcare import chance
from simcare.calls.moves import Do, Move, MoveError, Say
from simcare.calls.script import Script, ScriptEvent, ScriptFact, ScriptLine
from simcare.patients import Chart
from simcare.scenarios.intents import IntentKind
from simcare.scenarios.model import Gauge

ASKING = "ask"
SUPPORTING = "support"
CARE_MANAGER, PATIENT = "care_manager", "patient"
FILLER = ("All right.", "Okay.", "Mm-hm.")
NOT_AFTER_THE_CALL = frozenset({"stay_on_line", "wait", "warm_transfer_rn", "end_call"})
NOT_UNDERSTOOD = ("Sorry, I didn't follow that.", "What was that? Say it another way for me.", "Come again?")
HANGS_UP = "I've had enough questions for one day. Goodbye."
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript: when, by whom, what, and the number of the move that led to it (-1: before any)."""

    t: int
    speaker: str
    text: str
    channel: str
    line_id: str
    move: int


class Call:
    """One playing of a scenario variant: small, mutable, and changed by `take` alone."""

    __slots__ = (
        "_due",
        "_fired",
        "_names",
        "_nth",
        "_said_lines",
        "channel",
        "chart",
        "decided",
        "done",
        "ended",
        "first_red_flag",
        "gauges",
        "happened",
        "heard",
        "known",
        "lines",
        "moves",
        "said",
        "script",
        "seed",
        "t",
        "verified",
    )

    def __init__(self, script: Script, chart: Chart, seed: int) -> None:
        """Open the line: the patient's opening words are the first line, at second 0."""
        self.script = script
        self.chart = chart
        self.seed = seed
        self._names = chart.placeholders()
        self.t = 0
        start = script.policy.start_state.gauges()
        self.gauges: dict[str, float] = {
            str(gauge): value for gauge, value in {**start, **script.scenario.state}.items()
        }
        self.known: dict[str, int] = {name: 0 for name, fact in script.facts.items() if fact.fact.in_chart}
        self.heard: dict[str, int] = {}
        self.said: dict[str, int] = {}
        self.done: dict[str, int] = {}
        self.happened: dict[str, int] = {}
        self._nth: dict[str, int] = {}
        self._due: dict[str, float] = {
            item.event_id: _first_due(item) for item in script.events if item.event.after is None
        }
        self._fired: set[str] = set()
        self._said_lines: set[str] = set()
        self.verified = False
        self.decided = False
        self.first_red_flag: int | None = None
        self.ended: str | None = None
        self.channel = "call"
        self.moves: list[Move] = []
        self.lines: list[Line] = []
        self._speak(PATIENT, script.scenario.opening, "opening", -1)

    # -- looking ---------------------------------------------------------------------------------------------------

    def copy(self) -> Call:
        """Return an independent call in the same state; both may go on."""
        twin = object.__new__(Call)
        twin.script, twin.chart, twin.seed, twin._names = self.script, self.chart, self.seed, self._names
        twin.t, twin.channel, twin.ended = self.t, self.channel, self.ended
        twin.verified, twin.decided, twin.first_red_flag = self.verified, self.decided, self.first_red_flag
        twin.gauges, twin.known, twin.heard = self.gauges.copy(), self.known.copy(), self.heard.copy()
        twin.said, twin.done, twin.happened = self.said.copy(), self.done.copy(), self.happened.copy()
        twin._nth, twin._due = self._nth.copy(), self._due.copy()
        twin._fired, twin._said_lines = self._fired.copy(), self._said_lines.copy()
        twin.moves, twin.lines = self.moves.copy(), self.lines.copy()
        return twin

    def allowed_actions(self) -> tuple[str, ...]:
        """Return the ids of the actions that may be taken now, in the policy's order."""
        return tuple(action for action in self.script.policy.actions if self._refusal(action) is None)

    def allows(self, action: str) -> bool:
        """Tell whether one action may be taken now."""
        return self._refusal(action) is None

    def say(self, intent: str | None, text: str | None = None) -> Say:
        """Return the move of saying this, with the policy's seconds; nothing is taken yet."""
        if intent is None:
            return Say(None, self.script.policy.intent_seconds.not_understood, text)
        known = self.script.intents.intents.get(intent)
        if known is None:
            raise MoveError(f"'{intent}' is not an intent of the library; 'simcare ids' lists them")
        return Say(intent, self.script.policy.seconds_for(intent, known.kind), text)

    # -- the fold --------------------------------------------------------------------------------------------------

    def take(self, move: Move) -> tuple[Line, ...]:
        """Take one move and return the lines it led to, the care manager's own first.

        Raises MoveError, and changes nothing, where the move is not possible now.
        """
        refusal = self._cannot(move)
        if refusal is not None:
            raise MoveError(refusal)
        before = len(self.lines)
        number = len(self.moves)
        self.moves.append(move)
        self.channel = move.channel
        if isinstance(move, Say):
            self._take_say(move, number)
        else:
            self._take_do(move, number)
        if self.ended is None:
            self._advance(move.seconds, number)
            self._watch(number)
        else:
            self.t += move.seconds
        return tuple(self.lines[before:])

    def _cannot(self, move: Move) -> str | None:
        if move.seconds < 0:
            return "a move cannot take less than no time; give it 0 seconds or more"
        if isinstance(move, Do):
            return self._refusal(move.action)
        if self.ended is not None:
            return f"the call is over ({self.ended.replace('_', ' ')}); nothing can be said, only the wrap-up is left"
        if move.intent is not None and move.intent not in self.script.intents.intents:
            return f"'{move.intent}' is not an intent of the library"
        return None

    def _refusal(self, action: str) -> str | None:
        rule = self.script.policy.actions.get(action)
        if rule is None:
            return f"'{action}' is not an action of the policy; use one of {', '.join(self.script.policy.actions)}"
        if self.ended is not None and action in NOT_AFTER_THE_CALL:
            return f"'{action}' needs the patient on the line, and the call is over"
        if rule.opens_after and not any(opener in self.done for opener in rule.opens_after):
            return f"'{action}' opens only after {' or '.join(rule.opens_after)}"
        return None

    def _take_say(self, move: Say, number: int) -> None:
        intent = move.intent
        text = move.text or (self.script.intents.intents[intent].say if intent else "...")
        self._speak(CARE_MANAGER, text, f"say_{intent or 'nothing_known'}", number)
        if intent is None:
            self._change(self.script.policy.effects.repeated)
            self._pick(NOT_UNDERSTOOD, "not_understood", number)
            return
        nth = self._nth.get(intent, 0)
        self._nth[intent] = nth + 1
        kind = self.script.intents.intents[intent].kind
        decay = self.script.policy.effects.decay**nth if kind == SUPPORTING else 1.0
        self._change(self.script.policy.effects_for(intent, kind), decay)
        answered = self._answer(intent, kind, number)
        self.said.setdefault(intent, self.t)
        if kind == ASKING and intent not in self.script.relevant:
            self._change(self.script.policy.effects.irrelevant)
        elif nth and not answered and kind in (ASKING, "inform", "offer"):
            self._change(self.script.policy.effects.repeated)

    def _take_do(self, move: Do, number: int) -> None:
        action = move.action
        rule = self.script.policy.actions[action]
        self.done.setdefault(action, self.t)
        if rule.level is not None:
            self.decided = True
        self._open_events(action, self.t)
        self._speak(CARE_MANAGER, f"[{rule.label}]", f"do_{action}", number)
        reply = self._matching(self.script.replies_by_intent.get(action, ()))
        if reply is not None:
            self._say_line(reply, number)
        elif rule.line is not None:
            self._speak(rule.speaker, rule.line, f"policy_{action}", number)
        self._tell_facts(action, number)
        if action == "end_call":
            self.ended = "closed"

    # -- answering -------------------------------------------------------------------------------------------------

    def _answer(self, intent: str, kind: IntentKind, number: int) -> bool:
        """Let the patient answer an intent; tell whether something new was learned."""
        scenario = self.script.scenario
        if intent in scenario.identity.to and not self.verified:
            if self.script.identity is None or self.script.identity(self):
                self.verified = True
                self._speak(PATIENT, scenario.identity.say, "identity", number)
                self._tell_facts(intent, number)
                return True
            self._speak(PATIENT, scenario.identity.otherwise, "identity_otherwise", number)
            return False
        outcome = self._tell_facts(intent, number)
        if outcome is not None:
            return outcome
        reply = self._matching(self.script.replies_by_intent.get(intent, ()))
        if reply is not None:
            self._say_line(reply, number)
        elif intent in scenario.denies:
            self._pick(scenario.deny, f"deny_{intent}", number)
        elif kind == ASKING:
            self._pick(scenario.unknown, f"unknown_{intent}", number)
        else:
            lines = scenario.filler.get(kind, FILLER)
            self._pick(lines, f"filler_{kind}", number)
        return False

    def _tell_facts(self, intent: str, number: int) -> bool | None:
        """Say what the facts have to say to this; True new, False nothing new was told, None no fact answers it."""
        fresh: list[tuple[ScriptFact, ScriptLine]] = []
        again: list[ScriptLine] = []
        deflects: list[ScriptLine] = []
        gated = False
        for fact in self.script.facts_by_intent.get(intent, ()):
            tell = self._matching(fact.tells, intent)
            if tell is None:
                continue
            if tell.deflect:
                deflects.append(tell)
            elif fact.fact_id in self.heard:
                again.append(tell)
            elif fact.fact.public or self.verified:
                fresh.append((fact, tell))
            else:
                gated = True
        for fact, tell in fresh:
            self._learn(fact)
            self._say_line(tell, number)
        if fresh:
            return True
        if gated:
            self._speak(PATIENT, self.script.scenario.gated, "gated", number)
        elif deflects:
            self._say_line(deflects[0], number)
        elif again:
            self._say_line(again[0], number)
        else:
            return None
        return False

    def _learn(self, fact: ScriptFact) -> None:
        self.heard[fact.fact_id] = self.t
        self.known[fact.fact_id] = self.t
        self._open_events(fact.fact_id, self.t)
        if fact.fact.red_flag and self.first_red_flag is None:
            self.first_red_flag = self.t

    def _matching(self, lines: Iterable[ScriptLine], intent: str | None = None) -> ScriptLine | None:
        for line in lines:
            if intent is not None and intent not in line.to:
                continue
            if self.ended is not None and line.speaker == PATIENT:
                continue
            if line.once and line.line_id in self._said_lines:
                continue
            if line.condition is None or line.condition(self):
                return line
        return None

    def _say_line(self, line: ScriptLine, number: int) -> None:
        self._said_lines.add(line.line_id)
        self._speak(line.speaker, line.say, line.line_id, number)
        if line.set:
            self._change(line.set)

    def _pick(self, lines: tuple[str, ...], line_id: str, number: int) -> None:
        nth = chance.integer(self.seed, "filler", self.script.scenario.id, number, below=len(lines))
        self._speak(PATIENT, lines[nth], f"{line_id}.{nth + 1}", number)

    def _speak(self, speaker: str, text: str, line_id: str, number: int, at: int | None = None) -> None:
        if "{" in text:
            text = _PLACEHOLDER.sub(lambda found: self._names.get(found.group(1), found.group(0)), text)
        self.lines.append(Line(self.t if at is None else at, speaker, text, self.channel, line_id, number))

    def _change(self, effects: Mapping[Gauge, int], factor: float = 1.0) -> None:
        for gauge, by in effects.items():
            self.gauges[gauge] = min(100.0, max(0.0, self.gauges[gauge] + by * factor))

    # -- the clock -------------------------------------------------------------------------------------------------

    def _open_events(self, trigger: str, at: float) -> None:
        for item in self.script.events:
            if item.event.after == trigger and item.event_id not in self._due and item.event_id not in self._fired:
                self._due[item.event_id] = at + (item.event.at or item.event.every or 0)

    def _advance(self, seconds: int, number: int) -> None:
        """Let the time of a move pass: events that fall due happen in their order, then state-triggered ones."""
        until = self.t + seconds
        while self.ended is None:
            soonest = min(self._due.values(), default=math.inf)
            if soonest > until:
                break
            self.t = max(self.t, int(soonest))
            self._fire(next(item for item in self.script.events if self._due.get(item.event_id) == soonest), number)
        self.t = max(self.t, until)
        for item in self.script.conditional_events:
            if self.ended is None and item.event_id not in self._fired and item.condition and item.condition(self):
                self._fired.add(item.event_id)
                self._happen(item, number)

    def _fire(self, item: ScriptEvent, number: int) -> None:
        event = item.event
        due = self._due.pop(item.event_id)
        if event.every is not None:
            if item.until is not None and item.until(self):
                self._fired.add(item.event_id)
                return
            self._due[item.event_id] = due + event.every
        else:
            self._fired.add(item.event_id)
        if item.unless is not None and item.unless(self):
            return
        if item.condition is None or item.condition(self):
            self._happen(item, number)

    def _happen(self, item: ScriptEvent, number: int) -> None:
        event = item.event
        self.happened.setdefault(item.event_id, self.t)
        self._change(event.set)
        if event.say is not None:
            self._speak(event.speaker, event.say, f"event_{item.event_id}", number)
        self._open_events(item.event_id, self.t)
        if event.end is not None:
            self.ended = event.end

    def _watch(self, number: int) -> None:
        """End the call where patience is gone or the time is up; help that is on its way keeps the line open."""
        if self.ended is not None:
            return
        helped = "call_911" in self.done or "warm_transfer_rn" in self.done
        if self.gauges["patience"] <= 0 and not helped:
            self._speak(PATIENT, HANGS_UP, "hangs_up", number)
            self.ended = "hung_up"
        elif self.t >= self.script.scenario.clock.budget and not helped:
            self._speak(PATIENT, self.script.scenario.clock.end_line, "time_up", number)
            self.ended = "time_up"


def replay(script: Script, chart: Chart, seed: int, moves: Iterable[Move]) -> Call:
    """Play the moves from the start and return the call as it then stands."""
    call = Call(script, chart, seed)
    for move in moves:
        call.take(move)
    return call


def _first_due(item: ScriptEvent) -> float:
    if item.event.at is not None:
        return item.event.at
    return math.inf if item.event.every is None else item.event.every
