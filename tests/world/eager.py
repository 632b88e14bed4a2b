"""Lives the plain way: a process for every patient, and every fact changes the moment it does."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from simcare.chance import uniform
from simcare.patients.life import Acceptance
from simcare.world import DAY, Effect, Panel, WorldSpec
from simcare.world.demand import Sources
from simcare.world.lives import Happenings

Steps = Generator[simpy.Event, Any, Any]


class EagerLives:
    """What happens to patients; whoever inherits it brings the columns and answers the telephone."""

    env: simpy.Environment
    spec: WorldSpec
    luck: int
    panel: Panel
    found: Happenings
    sources: Sources
    effects: tuple[Effect, ...]
    changing: list[int]
    accepted: list[bool]
    handled: list[bool]
    latest: list[int]

    def ring(self, source: int) -> Steps:
        """Let a patient call."""
        raise NotImplementedError

    def is_away(self, source: int) -> bool:
        """Return whether the patient of a call is away."""
        raise NotImplementedError

    def patient_lives(self, place: int, caller: dict[int, int]) -> Steps:
        """Let happen what could happen, as the facts stand at that moment."""
        found, until = self.found, {}
        acceptance, luck = Acceptance(found.candidates.hazards), found.candidates.luck[found.order]
        lasts, pairs = found.candidates.days()[found.order] * DAY, found.candidates.pair[found.order]
        month_season = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0]
        for at in np.flatnonzero(found.place == place).tolist():
            minute = float(found.minute[at])
            yield self.env.timeout(max(0.0, minute - self.env.now))
            day = np.datetime64(self.spec.on, "D") + int(minute // DAY)
            season = month_season[int(day.astype("datetime64[M]").astype(int)) % 12]
            if luck[at] >= acceptance.probability(int(found.hazard[at]), self.changing[place], season):
                continue
            if until.get(pairs[at], 0.0) > minute:
                continue
            until[pairs[at]] = minute + lasts[at]
            self.accepted[at], self.latest[place] = True, at
            self.apply(at, place, "begin")
            if at in caller and not self.is_away(caller[at]):
                self.env.process(self.ring(caller[at]))

    def apply(self, at: int, place: int, on: str) -> None:
        """Change facts as an episode, or its handling, does."""
        share = uniform(self.luck, "world.effect", int(self.panel.patient[place]), int(self.found.nth[at]))
        for effect in self.effects:
            if effect.kind == self.found.kinds[self.found.kind[at]] and effect.on == on and share < effect.share:
                bit = self.found.candidates.hazards.bit(effect.fact)
                held = bool(self.changing[place] & bit)
                if held != effect.holds:
                    self.changing[place] ^= bit
                    if effect.days is not None:
                        self.env.process(self.revert(place, bit, held, effect.days * DAY))

    def revert(self, place: int, bit: int, held: bool, minutes: float) -> Steps:
        """Let a fact be again what it was."""
        yield self.env.timeout(minutes)
        if bool(self.changing[place] & bit) != held:
            self.changing[place] ^= bit

    def find(self, place: int) -> int:
        """Return what a monthly call finds."""
        at, found = self.latest[place], self.found
        if at < 0 or found.calls[at] or self.handled[at]:
            return -1
        lasts = float(found.candidates.days(found.order[[at]])[0]) * DAY
        key = int(self.panel.patient[place]), int(found.nth[at])
        share = self.spec.episodes.found if self.spec.episodes else 0.0
        if found.minute[at] + lasts <= self.env.now or uniform(self.luck, "world.found", *key) >= share:
            return -1
        return at

    def handle(self, source: int, episode: int, decided: int, need: int) -> None:
        """Note that an episode was handled."""
        if episode >= 0 and decided >= need:
            self.handled[episode] = True
            self.apply(episode, int(self.sources.place[source]), "handled")
