"""What the floor must know about each call-to-be, as columns whose scalars are plain numbers.

All of it is drawn before the run; a source's number is its place in every column.
"""

from __future__ import annotations

import math
from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.chance import uniform, uniforms
from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.board import Board
from simcare.world.demand import NEEDS, Sources
from simcare.world.distribution import NOTHING, Distribution
from simcare.world.posts import Takes
from simcare.world.profiles import Minutes, Table, packed
from simcare.world.spec import CRITICAL, Needs, WorldSpec

_KINDS: tuple[Needs, ...] = ("anyone", "clinical", "nurse")
assert _KINDS == NEEDS


class Draws:
    """Minutes, luck and eligibility of every source. Columns named after a skill are lists by skill."""

    def __init__(self, spec: WorldSpec, table: Table, sources: Sources, served: Whole, board: Board, seed: int) -> None:
        rules, outreach = spec.rules, spec.outreach
        self._seed, self._rules = seed, rules
        self._who, self._nth = who, nth = sources.who, sources.nth
        self.place = _whole(sources.place)
        self.happening = _whole(sources.happening)
        self.priority = bytes(sources.priority.astype(np.uint8))
        self.profile = _whole(sources.profile)
        self.served = _whole(served)
        self.needs: list[int] = table.needs.tolist()
        """Rank of the need, by profile."""
        self.skill = [table.skills.index(post.skill) for post in spec.posts]
        self.thresholds = table.decided
        luck = uniforms(seed, "world.decision", who, nth)
        self.luck = packed(luck)
        self.decided = table.decisions(sources.profile, luck)
        """Rank in LADDER of the decision about a source by its own profile."""
        small = (table.needs[sources.profile] < 2) & (sources.happening < 0)
        self.quiet = [(small & (np.frombuffer(each, np.uint8) == 0)).tobytes() for each in self.decided]
        """Whether nothing follows from a conversation about a source: no need, no episode and no decision."""
        self.talk = table.talk(seed, sources.profile, who, nth)
        self.documentation = table.documentation(seed, sources.profile, who, nth)
        if rules.nurse_profile:
            key = np.full(len(sources), table.number(rules.nurse_profile), np.int16)
            self.nurse_talk = table.talk(seed, key, who, nth, "nurse.")
            self.nurse_documentation = table.documentation(seed, key, who, nth, "nurse.")
        if rules.task_profile:
            key = np.full(len(sources), table.number(rules.task_profile), np.int16)
            self.task_talk = table.talk(seed, key, who, nth, "task.")
            self.task_documentation = table.documentation(seed, key, who, nth, "task.")
        if outreach is not None:
            self.voicemail = outreach.voicemail
            self.voicemail_minutes = self._column(outreach.voicemail_minutes, "world.voicemail")
            self.ring_minutes = self._column(outreach.ring_minutes, "world.ring")
        self.visit_luck = packed(uniforms(seed, "world.visit", who, nth))
        self._discharge = [
            table.row(spec.consequences.discharge_profile, post.skill) if spec.consequences.discharge_profile else None
            for post in spec.posts
        ]
        self.patience = packed(self._patience(spec, sources, seed))
        self._find_takers(spec, sources, board)

    def _find_takers(self, spec: WorldSpec, sources: Sources, board: Board) -> None:
        """Find the own care manager of each source, and who may take it and the work that it may lead to."""
        own: Whole = np.full(len(sources), -1)
        state = np.zeros(len(sources), np.int64)
        names: tuple[str, ...] = ("",)
        if spec.panel is not None and len(spec.panel):
            names = ("", *spec.panel.states)
            state = np.where(sources.place < 0, 0, spec.panel.state[sources.place] + 1)
            own = np.where(sources.place < 0, -1, spec.panel.own[sources.place])
        self.own = _whole(own)

        def by_need(kind: Takes, critical: bool) -> Whole:
            each = [[board.eligibility(kind, need, name, critical) for name in names] for need in _KINDS]
            return np.array(each)[sources.needs, state]

        def by_state(kind: Takes, need: Needs, critical: bool) -> array[int]:
            return _whole(np.array([board.eligibility(kind, need, name, critical) for name in names])[state])

        routine, critical = by_need("inbound", False), by_need("inbound", True)
        self.eligibility = _whole(np.where(sources.priority == CRITICAL, critical, routine))
        self.message_eligibility = _whole(by_need("callback", False))
        self.callback_eligibility = by_state("callback", "nurse", False)
        self.nurse_eligibility = by_state("escalation", "nurse", True)
        self.discharge_eligibility = by_state("callback", "clinical", False)
        self.task_eligibility = board.eligibility("task", "anyone", "", False)

    @staticmethod
    def _patience(spec: WorldSpec, sources: Sources, seed: int) -> Floats:
        """Return how long each caller would wait; the work list does not ring, so its part stays unread."""
        patience = np.full(sources.ringing, math.inf)
        stream = sources.stream[: sources.ringing]
        patiences = [*(each.patience for each in spec.streams), spec.rules.patience]
        for index, distribution in zip([*range(len(spec.streams)), -1], patiences, strict=True):
            if distribution is not None:
                at = np.flatnonzero(stream == index)
                patience[at] = distribution.draws(seed, "world.patience", sources.who[at], sources.nth[at])
        return patience

    def stay_on_line(self, source: int) -> float:
        """Return the minutes that a care manager stays on with a patient for whom 911 was called."""
        return self.minutes(self._rules.stay_on_line, "world.stay", source)

    def handover(self, source: int) -> float:
        """Return the minutes in which care manager and nurse are both on the line."""
        return self.minutes(self._rules.handover, "world.handover", source)

    def hold_patience(self, source: int) -> float:
        """Return the minutes after which a patient who holds for a nurse hangs up, infinite for never."""
        patience = self._rules.hold_patience
        return math.inf if patience is None else self.minutes(patience, "world.hold_patience", source)

    def after_discharge(self, source: int, post: int) -> tuple[float, float]:
        """Return the minutes on the line and of writing of a call after a discharge, in the hands of a post."""
        row = self._discharge[post]
        assert row is not None
        talk = self.minutes(row.talk, "world.discharge.talk", source)
        return talk, self.minutes(row.documentation, "world.discharge.documentation", source)

    def chance(self, purpose: str, source: int, attempt: int = 0) -> float:
        """Return a number in [0, 1) for something rare that may happen to a call."""
        return uniform(self._seed, purpose, int(self._who[source]), int(self._nth[source]) + (attempt << 53))

    def minutes(self, distribution: Distribution, purpose: str, source: int) -> float:
        """Return minutes of something rare."""
        return distribution.draw(self._seed, purpose, int(self._who[source]), int(self._nth[source]))

    def _column(self, distribution: Distribution, purpose: str) -> Minutes:
        if distribution == NOTHING:
            return packed(np.zeros(self._who.size))
        return packed(distribution.draws(self._seed, purpose, self._who, self._nth))


def _whole(numbers: NDArray[np.integer[Any]]) -> array[int]:
    return array("i", numbers.astype(np.int32).tobytes())
