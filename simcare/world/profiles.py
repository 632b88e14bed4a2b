"""The table of call profiles while a world runs: one number for each key and each skill, and its drawn minutes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.distribution import Distribution
from simcare.world.spec import LADDER, CallProfile

Minutes = Sequence[float]


class Table:
    """Profiles by the index of their key and of the skill of who takes the call."""

    def __init__(self, profiles: Sequence[CallProfile], skills: Sequence[str]) -> None:
        self.keys = tuple(dict.fromkeys(profile.key for profile in profiles))
        self.index = {key: at for at, key in enumerate(self.keys)}
        self.skills = tuple(dict.fromkeys(skills))
        rows = {(profile.key, profile.skill): profile for profile in profiles}
        self._rows = [[_row(rows, key, skill) for skill in self.skills] for key in self.keys]
        needs = {profile.key: {each.need for each in profiles if each.key == profile.key} for profile in profiles}
        for key, found in needs.items():
            if len(found) > 1:
                raise ValueError(f"the rows of the call profile '{key}' disagree about what the call needs")
        self.needs = np.array([next(iter(needs[key])) for key in self.keys], np.int64)
        self.decided = [[_thresholds(row) for row in each] for each in self._rows]
        """Upper ends of the luck of each rank of LADDER but the last, by key and skill."""

    def number(self, key: str) -> int:
        """Return the index of a key; raises ValueError for one that no profile has."""
        if key not in self.index:
            raise ValueError(f"there is no call profile '{key}'; the table has {', '.join(self.keys)}")
        return self.index[key]

    def row(self, key: str, skill: str) -> CallProfile:
        """Return the profile of a key in the hands of a skill level."""
        return self._rows[self.number(key)][self.skills.index(skill)]

    def decisions(self, profile: NDArray[np.int16], luck: Floats) -> list[bytes]:
        """Return the rank of the decision of each call, by skill."""
        found = [np.zeros(profile.size, np.uint8) for _ in self.skills]
        for key in np.flatnonzero(np.bincount(profile, minlength=1)):
            at = np.flatnonzero(profile == key)
            for skill, decided in enumerate(found):
                decided[at] = np.searchsorted(self.decided[key][skill], luck[at], "right")
        return [decided.tobytes() for decided in found]

    def talk(self, seed: int, profile: NDArray[np.int16], who: Whole, nth: Whole, part: str = "") -> list[Minutes]:
        """Return minutes on the line of each call, by skill; `part` keeps the luck of several parts of it apart."""
        each = [[row.talk for row in rows] for rows in self._rows]
        return self._minutes(seed, f"world.{part}talk", each, profile, who, nth)

    def documentation(
        self, seed: int, profile: NDArray[np.int16], who: Whole, nth: Whole, part: str = ""
    ) -> list[Minutes]:
        """Return minutes of writing after each call, by skill."""
        each = [[row.documentation for row in rows] for rows in self._rows]
        return self._minutes(seed, f"world.{part}documentation", each, profile, who, nth)

    def _minutes(
        self,
        seed: int,
        purpose: str,
        each: list[list[Distribution]],
        profile: NDArray[np.int16],
        who: Whole,
        nth: Whole,
    ) -> list[Minutes]:
        alike = [
            next(first for first in range(skill + 1) if all(row[first] == row[skill] for row in each))
            for skill in range(len(self.skills))
        ]
        drawn = {skill: np.zeros(profile.size) for skill in sorted(set(alike))}
        for key in np.flatnonzero(np.bincount(profile, minlength=1)):
            at = np.flatnonzero(profile == key)
            lucks: dict[str, Floats] = {}
            for skill in drawn:
                distribution = each[key][skill]
                if distribution.shape == "fixed":
                    drawn[skill][at] = distribution.mean
                    continue
                if distribution.family not in lucks:
                    lucks[distribution.family] = distribution.luck(seed, purpose, who[at], nth[at])
                drawn[skill][at] = distribution.minutes(lucks[distribution.family])
        columns = {skill: packed(minutes) for skill, minutes in drawn.items()}
        return [columns[skill] for skill in alike]


def packed(minutes: Floats) -> Minutes:
    """Return floats as an array whose elements are plain floats: nearly as fast as a list, in a third of the room."""
    return array("d", np.ascontiguousarray(minutes, np.float64).tobytes())


def _row(rows: dict[tuple[str, str], CallProfile], key: str, skill: str) -> CallProfile:
    found = rows.get((key, skill)) or rows.get((key, ""))
    if found is None:
        raise ValueError(f"the call profile '{key}' has no row for the skill '{skill}' and none for every skill")
    return found


def _thresholds(row: CallProfile) -> tuple[float, ...]:
    if len(row.decided) != len(LADDER) or min(row.decided) < 0 or abs(sum(row.decided) - 1) > 1e-9:
        raise ValueError(f"the decisions of the call profile '{row.key}' must be five shares that add up to 1")
    if row.need not in range(len(LADDER)):
        raise ValueError(f"the need of the call profile '{row.key}' must be a rank from 0 to 4, got {row.need}")
    return tuple(np.cumsum(row.decided)[:-1].tolist())
