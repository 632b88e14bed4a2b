"""Two plans side by side, and one plan under other assumptions: differences with paired intervals.

Both sides share the luck of every call (common random numbers), so a difference is known far better than either side.
How much better is measured: differences against the neighbor's replication have no luck in common.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simcare.planning import tables
from simcare.planning.answers import ANSWERS
from simcare.planning.basis import Basis
from simcare.planning.replicate import Outcome, Progress, Workers, run_each
from simcare.planning.statistics import half_width


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer of two plans.

    Attributes:
        answer: Its key.
        first: Mean of the first plan.
        second: Mean of the second.
        difference: Second less first.
        low: Low end of the paired interval.
        high: High end.
        variance_ratio: Variance of unpaired differences over that of paired ones; NaN where none varies.
    """

    answer: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    variance_ratio: float

    @property
    def clear(self) -> bool:
        """Tell whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def compare(first: Outcome, second: Outcome, confidence: float = 0.95) -> tuple[Difference, ...]:
    """Return every answer's difference; both must have the same seed and the same replications.

    Raises ValueError for outcomes that share no luck, or have fewer than two replications.
    """
    if first.seed != second.seed or len(first.whole) != len(second.whole) or len(first.whole) < 2:
        raise ValueError("a paired comparison needs two or more replications of one seed on both sides")
    return tuple(_difference(key, first.values(key), second.values(key), confidence) for key in ANSWERS)


def _difference(
    key: str,
    first: np.ndarray[tuple[int], np.dtype[np.float64]],
    second: np.ndarray[tuple[int], np.dtype[np.float64]],
    confidence: float,
) -> Difference:
    there = ~(np.isnan(first) | np.isnan(second))
    first, second = first[there], second[there]
    if first.size < 2:
        return Difference(key, *(math.nan,) * 6)
    paired, unpaired = second - first, np.roll(second, -1) - first
    half, variance = half_width(paired, confidence), float(paired.var(ddof=1))
    ratio = float(unpaired.var(ddof=1)) / variance if variance > 1e-24 else math.nan
    mean = float(paired.mean())
    return Difference(key, float(first.mean()), float(second.mean()), mean, mean - half, mean + half, ratio)


def as_table(differences: Sequence[Difference]) -> pd.DataFrame:
    """Return the differences as a frame with titles and units; index `answer`."""
    frame = pd.DataFrame(
        {
            "title": [ANSWERS[row.answer].title for row in differences],
            "unit": [ANSWERS[row.answer].unit for row in differences],
        }
        | {
            name: [getattr(row, name) for row in differences]
            for name in ("first", "second", "difference", "low", "high", "variance_ratio", "clear")
        },
        index=pd.Index([row.answer for row in differences], name="answer"),
    )
    return frame


@dataclass(frozen=True, slots=True)
class Arm:
    """What one answer does when one number goes to an end of its range.

    Attributes:
        key: The number.
        end: "low" or "high".
        value: The number there.
        effect: The difference that it makes, against the plan as it is.
    """

    key: str
    end: str
    value: float
    effect: Difference


def varied_numbers(basis: Basis, keys: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the numbers that a tornado varies: those with a range that the plan uses, or the given ones."""
    ranged = tuple(key for key, number in tables.numbers().items() if number.low is not None)
    if keys:
        return tuple(key for key in ranged if key in keys)
    licenses = {team.license for team in basis.plan.roster if team.people}
    apart = {
        f"{stem}_{word}{tail}": word
        for stem, tail in (("turnover", "_yearly"), ("hourly_usd", ""))
        for word in ("none", "lpn", "rn")
    }
    return tuple(key for key in ranged if apart.get(key) is None or apart[key] in licenses)


def tornado(
    basis: Basis,
    seed: int,
    replications: int,
    keys: Sequence[str] = (),
    workers: Workers | None = None,
    progress: Progress | None = None,
    confidence: float = 0.95,
) -> tuple[tuple[Arm, ...], Outcome]:
    """Move each number to both ends of its range; return all effects on all answers, and the plan as it is.

    The range of a number is that of the data, also where the plan set its own value.
    """
    chosen = varied_numbers(basis, keys)
    ends: list[tuple[str, str, float]] = []
    for key in chosen:
        number = tables.numbers()[key]
        assert number.low is not None and number.high is not None
        ends += [(key, "low", number.low), (key, "high", number.high)]
    bases = [basis, *(basis.varied(**{key: value}) for key, _, value in ends)]
    base, *arms = run_each(bases, seed, replications, workers, progress)
    found = [
        Arm(key, end, value, effect)
        for (key, end, value), arm in zip(ends, arms, strict=True)
        for effect in compare(base, arm, confidence)
    ]
    return tuple(found), base


def tornado_table(arms: Sequence[Arm], answer: str) -> pd.DataFrame:
    """Return the effects on one answer, the widest swing first; index `number`."""
    numbers = tables.numbers()
    rows: dict[str, dict[str, object]] = {}
    for arm in arms:
        if arm.effect.answer == answer:
            row = rows.setdefault(arm.key, {"plain": numbers[arm.key].plain, "confidence": numbers[arm.key].confidence})
            row |= {arm.end: arm.value, f"at_{arm.end}": arm.effect.difference}
            row |= {f"at_{arm.end}_from": arm.effect.low, f"at_{arm.end}_to": arm.effect.high}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "number"
    if len(frame):
        frame["swing"] = (frame["at_high"] - frame["at_low"]).abs()
        frame = frame.sort_values("swing", ascending=False, kind="stable")
    return frame
