"""Synthetic trainees to judge the ratings by: made by another family of models than the one that estimates them.

FROZEN before anything was tuned. The estimator believes in one strength per skill on a logistic scale. These trainees
know or do not know single pieces of each skill (knowledge components), slip and guess, have bad days, learn a piece
from a debrief at once or not at all, learn less from a call that is far over their heads, and forget what they do not
use; some never learn. None of that is in the estimator.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare import chance
from simcare.training.catalog import PracticeCall
from simcare.training.seven_skills import SKILLS

PIECES = 12
"""Knowledge components of each skill."""
NON_LEARNERS = 0.15
BAD_DAY, BAD_DAY_SLIPS = 0.1, 3.0
OVERLOAD = 0.4
"""Share of unknown pieces in a call from which its debrief is too much at once and teaches half."""
ROWS_TO_PASS = 0.72
PLACES = {name: at for at, name in enumerate(SKILLS)}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a variant asks for: the skill and the piece of each row, and the pieces that its decision rests on."""

    skills: NDArray[np.intp]
    pieces: NDArray[np.intp]
    decision: tuple[tuple[int, int], ...]
    hard: float


def needs_of(call: PracticeCall) -> Needs:
    """Draw which pieces a variant asks for; the same in every world."""
    who = "/".join(call.id)
    skills, pieces = [], []
    for skill, number in call.asked.items():
        for nth in range(number - (skill == "S7")):  # one of S7 is the decision itself
            skills.append(PLACES[skill])
            pieces.append(chance.integer(7, "bench.piece", f"{who}/{skill}", nth, below=PIECES))
    rests = [("S5", 100), ("S5", 101), ("S7", 102)]
    decision = tuple(
        (PLACES[skill], chance.integer(7, "bench.piece", f"{who}/{skill}", nth, below=PIECES)) for skill, nth in rests
    )
    return Needs(np.array(skills), np.array(pieces), decision, call.hard)


class Trainee:
    """One synthetic trainee; mutable: practicing and days change what is known."""

    def __init__(self, world: int, number: int, *, null: bool = False) -> None:
        """Draw a trainee; in the null case all are the same, learn nothing and forget nothing."""
        self.world, self.who = world, "everyone" if null else f"trainee-{number}"
        self.name = f"trainee-{number}"
        aptitude = 0.0 if null else chance.normal(world, "bench.aptitude", self.who)
        special = chance.normals(world, "bench.special", self.who, np.arange(len(SKILLS)))
        share = 1 / (1 + np.exp(-(-0.2 + aptitude + 0.8 * special)))
        luck = chance.uniforms(world, "bench.knows", self.who, np.arange(len(SKILLS) * PIECES))
        self.known = luck.reshape(len(SKILLS), PIECES) < share[:, None]
        self.uses = np.zeros((len(SKILLS), PIECES))
        self.slip, self.guess = 0.02 + 0.10 * self._luck("slip"), 0.10 + 0.25 * self._luck("guess")
        learns = not null and self._luck("learns") >= NON_LEARNERS
        self.learning = (0.15 + 0.30 * self._luck("learning")) if learns else 0.0
        self.forgetting = 0.0 if null else 0.02 * self._luck("forgetting")
        self.day = 0.0

    def practice(self, needs: Needs, nth: int, day: float) -> tuple[NDArray[np.bool_], bool, bool]:
        """Play a call on a day and learn from its debrief; returns rows done, level right, and passed."""
        self.wait(day)
        rows = len(needs.skills)
        luck = chance.uniforms(self.world, "bench.rows", self.name, nth * 100 + np.arange(rows + 2))
        known = self.known[needs.skills, needs.pieces]
        bad_day = luck[rows] < BAD_DAY
        done = luck[:rows] < self._chances(known, needs.hard, BAD_DAY_SLIPS if bad_day else 1.0)
        right = bool(luck[rows + 1] < self._right(needs, BAD_DAY_SLIPS if bad_day else 1.0))
        self._learn(needs, known, nth)
        return done, right, right and bool(done.mean() >= ROWS_TO_PASS)

    def wait(self, day: float) -> None:
        """Let the days go by until a day: a piece that is not used may be forgotten, one often used hardly."""
        days = day - self.day
        self.day = day
        if days <= 0 or not self.forgetting:
            return
        lost = 1 - np.exp(-self.forgetting * days / (1 + self.uses))
        luck = chance.uniforms(self.world, "bench.forgets", self.name, round(day) * 1000 + np.arange(self.known.size))
        self.known &= luck.reshape(self.known.shape) >= lost

    def shares(self, every: Sequence[Needs]) -> Floats:
        """Return, skill by skill, the true share of all things the library asks for that this trainee does now."""
        done, asked = np.zeros(len(SKILLS)), np.zeros(len(SKILLS))
        for needs in every:
            np.add.at(done, needs.skills, self._any_day(needs)[0])
            np.add.at(asked, needs.skills, 1.0)
            done[PLACES["S7"]] += self._any_day(needs)[1]
            asked[PLACES["S7"]] += 1
        return done / asked

    def passes(self, needs: Needs) -> float:
        """Return the true probability that this trainee passes a variant now."""
        chances, right = self._any_day(needs)
        mean, spread = chances.sum(), math.sqrt(max(1e-9, float((chances * (1 - chances)).sum())))
        wanted = math.ceil(ROWS_TO_PASS * len(chances)) - 0.5
        return float(right * 0.5 * math.erfc((wanted - mean) / (spread * math.sqrt(2))))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _luck(self, what: str) -> float:
        return chance.uniform(self.world, f"bench.{what}", self.who)

    def _chances(self, known: NDArray[np.bool_], hard: float, slips: float) -> Floats:
        guess = min(0.6, self.guess * math.exp(-0.5 * hard))
        return np.where(known, 1 - min(0.5, self.slip * slips), guess)

    def _right(self, needs: Needs, slips: float) -> float:
        missing = sum(not self.known[skill, piece] for skill, piece in needs.decision)
        return (1 - min(0.5, self.slip * slips)) if missing == 0 else (0.45, 0.2, 0.1)[missing - 1]

    def _any_day(self, needs: Needs) -> tuple[Floats, float]:
        known = self.known[needs.skills, needs.pieces]
        slips = 1 + BAD_DAY * (BAD_DAY_SLIPS - 1)
        return self._chances(known, needs.hard, slips), self._right(needs, slips)

    def _learn(self, needs: Needs, known: NDArray[np.bool_], nth: int) -> None:
        """Learn from the debrief: each piece that was missing at once or not at all, half as likely when overloaded."""
        skills = np.concatenate([needs.skills, [skill for skill, _ in needs.decision]])
        pieces = np.concatenate([needs.pieces, [piece for _, piece in needs.decision]])
        rate = self.learning * (0.5 if known.size and (~known).mean() > OVERLOAD else 1.0)
        luck = chance.uniforms(self.world, "bench.learns", self.name, nth * 100 + np.arange(len(skills)))
        self.known[skills[luck < rate], pieces[luck < rate]] = True
        np.add.at(self.uses, (skills, pieces), 1.0)
