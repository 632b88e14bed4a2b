"""The table `observations`: measured values of the last two years, by condition, control and what is taken.

`data/courses.csv` says for whom a value is measured, how often, and how it varies between people and from one time to
the next; a row further down goes before one above it. Values that belong together agree with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.patients.population.columns import Bools, Coded, Drawn, Floats
from simcare.patients.population.draws import Draws, bell, whole, working_day
from simcare.patients.population.illness import Taken
from simcare.patients.population.panel import NUMBER, Panel, effect
from simcare.patients.tables import grouped, keyed, rows

TIMES = 8
"""Rounds of measuring, about three months apart."""
ROUND = 91
NOT_TESTED = -1_000_000
OBSERVATIONS: tuple[str, ...] = tuple(keyed("observations"))
PLACES = ("clinic", "home", "lab")
KEYS = tuple(dict.fromkeys((*(row["observation"] for row in rows("courses")), "height", "weight", "creatinine")))
"""What is measured in a population, in the order of the table."""
AT = {key: nth for nth, key in enumerate(KEYS)}
HOME = [
    nth
    for nth, key in enumerate(KEYS)
    if any(r["observation"] == key and r["place"] == "home" for r in rows("courses"))
]


@dataclass(frozen=True, slots=True)
class Seen:
    """What other sections must agree with: the last values and days."""

    clinic: NDArray[np.int32]
    """Day of the last clinic visit."""
    lab: NDArray[np.int32]
    systolic: Floats
    diastolic: Floats
    tested: dict[str, NDArray[np.int32]]
    """Day of the last value of a key, where it was measured; far in the past where not."""


def observations(panel: Panel, taken: Taken) -> tuple[Drawn, Seen]:
    """Return the table of values and what was seen last."""
    people = len(panel.age)
    days = _days(panel)
    values = np.zeros((people, len(KEYS), TIMES))
    measured = np.zeros((people, len(KEYS), TIMES), dtype=bool)
    for key in grouped("courses", "observation"):
        for row, who in _whom(panel, key):
            _fill(panel, values, measured, AT[key], row, who)
    _agree(panel, taken, values, measured)
    measured[:, HOME, -1] &= days[PLACES.index("home"), :, -1, None] < panel.on
    cells = np.flatnonzero(measured)
    person, rest = np.divmod(cells.astype(np.int32), len(KEYS) * TIMES)
    which, time = rest // TIMES, rest % TIMES
    place = _place()[which]
    table = {
        "patient": panel.draws.who[person],
        "observation": Coded(_number()[which], OBSERVATIONS),
        "on": days[place, person, time],
        "value": values.reshape(-1)[cells],
        "where": Coded(place, PLACES),
    }
    return table, _seen(values, measured, days)


def _days(panel: Panel) -> NDArray[np.int32]:
    """Draw the days of each round by place (place, person, round), the oldest first.

    Blood is drawn one to nine days before a clinic visit, a value at home is told two to thirteen days after.
    """
    first_of, shift_of = panel.draws.parts("rounds", 2)
    last = panel.on - whole(first_of, 14, 110)
    back = np.arange(TIMES - 1, -1, -1)
    wobble = np.floor(panel.draws.share("wobble")[:, None] * 20.0 * np.array([0.0, 7, 3, 11, 5, 13, 2, 9])).astype(
        np.int32
    )
    clinic = (last[:, None] - back * ROUND - wobble[:, ::-1] % 20 * (back > 0)).astype(np.int32)
    clinic = working_day(clinic)
    lab = working_day(clinic - whole(shift_of, 1, 9)[:, None])
    home = clinic + 2 + (panel.draws.who % 12).astype(np.int32)[:, None]
    return np.stack([clinic, home, lab])


def _whom(panel: Panel, key: str) -> list[tuple[int, NDArray[np.intp]]]:
    """Return the rows of courses.csv for a key, each with the people it holds for: the last row that fits."""
    row_of = np.full(len(panel.age), -1, dtype=np.int16)
    found = []
    for at, row in enumerate(rows("courses")):
        if row["observation"] == key:
            row_of[panel.has[NUMBER[row["condition"]]] if row["condition"] else slice(None)] = at
            found.append(at)
    return [(at, np.flatnonzero(row_of == at)) for at in found]


@dataclass(frozen=True, slots=True)
class _Course:
    every: int
    mean: float
    between: float
    by_control: float
    by_severity: float
    within: float
    low: float
    high: float
    decimals: int
    condition: int


@cache
def _courses() -> tuple[_Course, ...]:
    return tuple(
        _Course(
            every=int(row["every"]),
            mean=float(row["mean"]),
            between=float(row["sd_between"]),
            by_control=float(row["by_control"]),
            by_severity=float(row["by_severity"]),
            within=float(row["sd_within"]),
            low=float(row["low"]),
            high=float(row["high"]),
            decimals=int(row["decimals"]),
            condition=NUMBER[row["condition"]] if row["condition"] else -1,
        )
        for row in rows("courses")
    )


def _fill(panel: Panel, values: Floats, measured: Bools, at: int, row: int, who: NDArray[np.intp]) -> None:
    """Write the values of some people for one key: their own level, and how it varies from round to round."""
    course = _courses()[row]
    own = panel.draws.among(who)
    key = KEYS[at]
    if key == "egfr":
        level = panel.egfr[who]
    else:
        level = course.mean + course.between * bell(own.share(f"level.{key}"))
        if course.by_control:
            level += course.by_control * panel.control[who]
        if course.by_severity:
            level += course.by_severity * np.maximum(panel.under[course.condition][who], 0.0)
    rounds = np.arange(TIMES - 1, -1, -course.every)[::-1]
    noise = _noise(own, key, len(rounds))
    if key == "egfr":
        noise[:, -1] = 0.0
    found = np.rint(np.clip(level[:, None] + course.within * noise, course.low, course.high) * 10**course.decimals)
    values[who[:, None], at, rounds] = found / 10**course.decimals
    measured[who[:, None], at, rounds] = True


def _noise(draws: Draws, key: str, count: int) -> Floats:
    """Draw the wobble of each round: four rounds from one draw."""
    pieces = [
        bell(piece)
        for start in range(0, count, 4)
        for piece in draws.parts(f"value.{key}", max(2, min(4, count - start)), nth=start)
    ]
    return np.stack(pieces[:count], axis=1)


def _agree(panel: Panel, taken: Taken, values: Floats, measured: Bools) -> None:
    """Complete what belongs together: blood pressure, weight, creatinine, INR only with warfarin, LDL with a statin."""
    systolic, diastolic = values[:, AT["bp_systolic"]], values[:, AT["bp_diastolic"]]
    np.minimum(diastolic, systolic - 25, out=diastolic)
    measured[:, AT["bp_diastolic"]] = measured[:, AT["bp_systolic"]]
    measured[~taken.takes("warfarin"), AT["inr"]] = False
    missed, unasked = panel.draws.parts("untested", 2)
    measured[missed * 100 >= _usual("a1c"), AT["hba1c"], -1] = False
    measured[(unasked * 100 >= _usual("kidney_eval")) & ~panel.with_condition("chronic_kidney_disease"), AT["uacr"]] = (
        False
    )
    statin = taken.takes("atorvastatin") | taken.takes("rosuvastatin")
    full = np.clip(0.8 + 0.25 * panel.adherence[statin], 0.1, 1.0)
    lower = values[statin, AT["ldl"]] - np.rint(effect("statin_lowers_ldl") * full)[:, None]
    values[statin, AT["ldl"]] = np.maximum(lower, 28.0)
    tall = _heights(panel)
    values[:, AT["height"], -1] = tall
    measured[:, AT["height"], -1] = True
    values[:, AT["weight"]] = np.rint(values[:, AT["bmi"]] * ((tall / 100) ** 2)[:, None] * 10) / 10
    measured[:, AT["weight"]] = measured[:, AT["bmi"]]
    kidneys = measured[:, AT["egfr"]]
    values[:, AT["creatinine"]][kidneys] = _creatinine(panel, values[:, AT["egfr"]], kidneys)
    measured[:, AT["creatinine"]] = kidneys


def _heights(panel: Panel) -> Floats:
    """Draw heights in whole centimeters by sex, as `data/measures.csv` has them for charts."""
    women, men = (
        {name: float(keyed("measures")[f"height_{sex}"][name]) for name in _BELL} for sex in ("female", "male")
    )
    mean, sd, low, high = (np.where(panel.female, women[name], men[name]) for name in _BELL)
    return np.rint(np.clip(mean + sd * bell(panel.draws.share("height")), low, high))


_BELL = ("mean", "sd", "low", "high")


def _creatinine(panel: Panel, egfr: Floats, where: Bools) -> Floats:
    """Return serum creatinine (mg/dL) that has this eGFR: the CKD-EPI equation of 2021 read backwards."""
    person = np.nonzero(where)[0]
    female = panel.female[person]
    kappa = np.where(female, 0.7, 0.9)
    best = 142 * np.where(female, 1.012, 1.0) * _by_age()[panel.age[person]]
    rest = egfr[where] / best
    power = np.where(rest > 1, np.where(female, -1 / 0.241, -1 / 0.302), -1 / 1.2)
    return np.clip(np.round(kappa * rest**power, 2), 0.4, 9.9)


@cache
def _by_age() -> Floats:
    found: Floats = 0.9938 ** np.arange(128, dtype=np.float64)
    return found


def _seen(values: Floats, measured: Bools, days: NDArray[np.int32]) -> Seen:
    clinic, lab = days[PLACES.index("clinic")], days[PLACES.index("lab")]
    last = {}
    for key in ("hba1c", "uacr", "egfr"):
        last[key] = np.where(measured[:, AT[key]], lab, NOT_TESTED).max(axis=1)
    return Seen(
        clinic=clinic[:, -1].copy(),
        lab=lab[:, -1].copy(),
        systolic=values[:, AT["bp_systolic"], -1].copy(),
        diastolic=values[:, AT["bp_diastolic"], -1].copy(),
        tested=last,
    )


def _usual(gap: str) -> float:
    """Return how many percent are usually tested in time."""
    return float(keyed("care_gaps")[gap]["completion_pct"])


@cache
def _number() -> NDArray[np.int8]:
    return np.array([OBSERVATIONS.index(key) for key in KEYS], dtype=np.int8)


@cache
def _place() -> NDArray[np.int8]:
    known = {row["observation"]: row["place"] for row in rows("courses")}
    known |= {"height": "clinic", "weight": "clinic", "creatinine": "lab"}
    return np.array([PLACES.index(known[key]) for key in KEYS], dtype=np.int8)
