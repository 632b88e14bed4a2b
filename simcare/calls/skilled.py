"""The skilled player: takes the ideal call as somebody of a given skill would, with what that forgets and misjudges.

Each move of the ideal call belongs to a competency and is done with the strength that the skill has there. The decision
is taken by what was heard: without what it rests on, slips are likelier. All luck is keyed by (seed, variant, run), not
by the skill, so that two skills have the same luck and differ only by what they know.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from simcare import chance
from simcare.calls.call import Call
from simcare.calls.competencies import competency_of
from simcare.calls.ideal import complete_note, complete_sbar
from simcare.calls.moves import Do, Move, MoveError, Say
from simcare.calls.scoring import Judge, decide
from simcare.calls.script import Script
from simcare.calls.skills import Skill

MOST_MOVES = 1000
"""Keys of one run; an ideal call has some twenty moves."""
MOST_STAYS = 15
NOT_TALK = frozenset({"warm_transfer_rn", "stay_on_line"})
"""Actions whose seconds are no talk: how long a nurse takes to join and help to come is a matter of the day."""


@dataclass(frozen=True, slots=True)
class Played:
    """One run: minutes of talk and of writing, the rank decided (None: none), and how it was judged."""

    talk: float
    documentation: float
    decided: int | None
    verdict: str
    heard: bool | None
    """Whether what the decision rests on was known when it was taken; None where none was taken."""
    hung_up: bool
    score: float


def play_skilled(opened: Call, ideal: Sequence[Move], skill: Skill, seed: int, run: int) -> Played:
    """Play an opened call with a skill and return what came of it; the opened call is not changed.

    `ideal` is what `ideal.find_ideal` found for it, which takes far longer than a run.
    """
    return _Run(opened, ideal, skill, seed, run).play()


def skilled_call(opened: Call, ideal: Sequence[Move], skill: Skill, seed: int, run: int) -> Call:
    """Return the played call itself, with its moves, of the same run."""
    played = _Run(opened, ideal, skill, seed, run)
    played.play()
    return played.call


class _Run:
    """One run while it is played; mutable."""

    def __init__(self, opened: Call, ideal: Sequence[Move], skill: Skill, seed: int, run: int) -> None:
        self.call, self.judge = opened.copy(), Judge(opened.script)
        self.script, self.policy = opened.script, opened.script.policy
        self.ideal = ideal
        self.skill = skill
        self.seed, self.first = seed, run * MOST_MOVES
        self.who = f"{opened.script.scenario.id}/{opened.script.variant}"
        habits = skill.habits
        self.pace = habits.pace * math.exp(habits.pace_sd * self._normal("pace", 0) - habits.pace_sd**2 / 2)
        self.talk = self.after = 0
        self.chosen: int | None = None
        self.met = False
        """Whether the place of the decision has come."""

    def play(self) -> Played:
        expect = self.script.scenario.decision.expect
        for nth, move in enumerate(self.ideal):
            if self.call.ended is None and self._uniform("wanders", nth) < self.skill.habits.wanders:
                self._ask_anything(nth)
            if isinstance(move, Do) and move.action == "write_note":
                continue
            if isinstance(move, Do) and move.action == expect and not self.met:
                self._decide(nth)
            elif not self._misses(move, nth):
                self._take(move)
        self._close()
        return self._played()

    # -- parts of a call -------------------------------------------------------------------------------------------

    def _decide(self, nth: int) -> None:
        self.met = True
        if self._uniform("undecided", nth) < self.skill.habits.undecided:
            self.chosen = -1
            return
        need = self._rank(self.script.scenario.decision.expect)
        heard = all(part(self.call) for part in self.script.basis)
        left = self._uniform("decides", nth)
        ranks = _by_distance(need)
        shares = self.skill.decides(need, heard)
        self.chosen = ranks[-1]
        for rank in ranks:
            if left < shares[rank]:
                self.chosen = rank
                break
            left -= shares[rank]
        action = self.script.scenario.decision.expect if self.chosen == need else _ladder(self.script)[self.chosen]
        self._do(action)

    def _misses(self, move: Move, nth: int) -> bool:
        """Tell whether a move of the ideal call is forgotten, or is of a level that was not decided."""
        if isinstance(move, Do) and self.policy.level_of(move.action) and self.met:
            assert self.chosen is not None
            if self._rank(move.action) > self.chosen:
                return True
        if isinstance(move, Do) and move.action == "end_call":
            return False
        return self._uniform("keeps", nth) >= self.skill.keeps(competency_of(self.script, move))

    def _ask_anything(self, nth: int) -> None:
        asked = chance.pick(self.seed, "skilled.asks", self.who, self.first + nth, options=_questions(self.script))
        self._take(self.call.say(asked))

    def _close(self) -> None:
        """Stay where a nurse or help was called, end the call, and write the note."""
        for _ in range(MOST_STAYS):
            if not self.call.allows("stay_on_line"):
                break
            self._do("stay_on_line")
        if self.call.allows("end_call"):
            self._do("end_call")
        if self._uniform("keeps", MOST_MOVES - 1) < self.skill.keeps("documentation"):
            self._do("write_note")

    def _do(self, action: str) -> None:
        self._take(Do(action, self.policy.actions[action].seconds))

    def _take(self, move: Move) -> None:
        """Take a move at the own pace, if the call still allows it: a habit does not notice that the line is dead."""
        seconds = round(move.seconds * self.pace)
        if isinstance(move, Do):
            sbar = complete_sbar(self.call) if move.action == "warm_transfer_rn" else None
            note = complete_note(self.call) if move.action == "write_note" else None
            paced: Move = Do(move.action, seconds, sbar=sbar, note=note)
        else:
            paced = Say(move.intent, seconds)
        before, was_open = self.call.t, self.call.ended is None
        try:
            self.judge.watch(self.call, paced)
        except MoveError:
            return
        spent = self.call.t - before
        action = move.action if isinstance(move, Do) else None
        if was_open and action not in NOT_TALK:
            self.talk += spent
        elif not was_open and action != "write_note":
            self.after += spent

    def _played(self) -> Played:
        taken = self.judge.judged
        result = decide(self.judge, self.call)
        need = self._rank(self.script.scenario.decision.expect)
        rank = None if taken is None else self._rank(taken.action)
        if rank is not None and result.verdict == "accepted":
            rank = max(rank, need)
        habits = self.skill.habits
        spread = math.sqrt(math.log(1 + (habits.note_sd / habits.note_mean) ** 2))
        writing = habits.note_mean * math.exp(spread * self._normal("note", 0) - spread**2 / 2)
        return Played(
            talk=self.talk / 60,
            documentation=writing + self.after / 60,
            decided=rank,
            verdict="correct" if result.verdict == "accepted" else result.verdict,
            heard=None if taken is None else all(taken.basis),
            hung_up=self.call.ended in ("hung_up", "time_up", "disconnected"),
            score=self.judge.total(self.call),
        )

    # -- luck and ladder -------------------------------------------------------------------------------------------

    def _uniform(self, what: str, nth: int) -> float:
        return chance.uniform(self.seed, f"skilled.{what}", self.who, self.first + nth)

    def _normal(self, what: str, nth: int) -> float:
        return chance.normal(self.seed, f"skilled.{what}", self.who, self.first + nth)

    def _rank(self, action: str) -> int:
        return self.policy.rank(self.policy.level_of(action) or "")


def _by_distance(need: int) -> tuple[int, ...]:
    """Return the ranks with the needed one first, so that the luck of a right decision is the same for every skill."""
    return (need, *(rank for rank in range(5) if rank != need))


@lru_cache(maxsize=512)
def _ladder(script: Script) -> Mapping[int, str]:
    """Return the first action of each rank."""
    levels = {action: rule.level for action, rule in script.policy.actions.items() if rule.level}
    return {script.policy.rank(level): action for action, level in reversed(levels.items())}


@lru_cache(maxsize=512)
def _questions(script: Script) -> tuple[str, ...]:
    return tuple(name for name, intent in script.intents.intents.items() if intent.kind == "ask")
