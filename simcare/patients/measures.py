"""What was measured last: given values first, then steady ones that follow age, sex and conditions.

A drawn value is never a red flag: `data/measures.csv` holds its bounds. Creatinine and eGFR, body weight and BMI, and
the parts of a cholesterol panel agree with each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Literal

from simcare.patients.constraints import PatientConstraints
from simcare.patients.luck import Luck, weekday
from simcare.patients.tables import keyed, rows

Where = Literal["clinic", "home", "lab"]
Measured = tuple[str, float, date, Where]
KG_IN_POUNDS = 2.2046226
UNITS = {"/min": " a minute", "mm[Hg]": " mmHg", "{score}": "", "{Tscore}": "", "{INR}": "", "mL/min/1.73m2": ""}
PAIR = {
    "bp_systolic": "bp_diastolic",
    "bp_diastolic": "bp_systolic",
    "egfr": "creatinine",
    "creatinine": "egfr",
    "bmi": "weight",
}
"""What is measured with what: where the second is given, the first has its day and place."""


def title(key: str) -> str:
    """Return what an observation is called on the chart."""
    return keyed("observations")[key]["plain"]


def spoken(key: str, value: float, unit: str) -> str:
    """Write a value as it is said in the United States: pounds, feet and inches, degrees Fahrenheit."""
    if unit == "kg":
        return f"{value * KG_IN_POUNDS:.0f} lb"
    if unit == "cm":
        inches = round(value / 2.54)
        return f"{inches // 12} ft {inches % 12} in"
    if unit == "Cel":
        return f"{value * 9 / 5 + 32:.1f} F"
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{number}{UNITS.get(unit, '%' if unit == '%' else ' ' + unit)}"


def egfr_of(creatinine: float, age: int, sex: str) -> float:
    """Return eGFR (mL/min/1.73m2) from serum creatinine (mg/dL) by the CKD-EPI equation of 2021."""
    kappa, alpha, factor = _kidney(sex)
    ratio = creatinine / kappa
    return float(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age * factor)


def creatinine_of(egfr: float, age: int, sex: str) -> float:
    """Return the serum creatinine (mg/dL) that has this eGFR: `egfr_of` read backwards."""
    kappa, alpha, factor = _kidney(sex)
    rest = egfr / (142 * 0.9938**age * factor)
    return float(kappa * rest ** (1 / alpha if rest > 1 else -1 / 1.2))


def _kidney(sex: str) -> tuple[float, float, float]:
    return (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)


def observe(
    wanted: PatientConstraints, luck: Luck, *, age: int, conditions: Collection[str], seen: date, on: date
) -> tuple[Measured, ...]:
    """Return the last observations as (key, value, day, place); `seen` is the day of the last clinic visit.

    A key that is given is never drawn; a given half of a blood pressure gets its other half at the same place and day.
    """
    given: tuple[Measured, ...] = tuple(
        (asked.key, asked.value, on - timedelta(days=asked.days_ago), asked.where)
        for asked in sorted(wanted.observations, key=lambda asked: -asked.days_ago)
    )
    values = {key: value for key, value, _, _ in given}
    labs = [day for _, _, day, where in given if where == "lab"]
    lab_day = max(labs) if labs else weekday(seen - timedelta(days=luck.whole(1, 9, "lab_day")))
    drawn = {**_steady(luck, wanted.sex, conditions, values), **values}
    _agree(drawn, values, age, wanted.sex)
    places: dict[str, tuple[date, Where]] = {key: (day, where) for key, _, day, where in given}
    for key in drawn:
        if key not in places and PAIR.get(key) in values:
            places[key] = places[PAIR[key]]
    kept = tuple(
        (key, drawn[key], *places.get(key, (lab_day, "lab") if key in _LAB_KEYS else (seen, "clinic")))
        for key in drawn
        if key not in values
    )
    return given + kept


_LAB_KEYS = frozenset(
    "egfr creatinine potassium sodium hba1c uacr ldl hdl triglycerides total_chol nt_probnp tsh hemoglobin inr".split()
)


def _steady(luck: Luck, sex: str, conditions: Collection[str], given: Mapping[str, float]) -> dict[str, float]:
    """Draw a value for every key that fits the conditions; a row for a condition goes before the general one."""
    drawn: dict[str, float] = {}
    chosen: dict[str, str] = {}
    for row in rows("measures"):
        name, _, only = row["key"].rpartition("_")
        key = name if only in ("female", "male") else row["key"]
        if (only in ("female", "male") and only != sex) or key in given:
            continue
        if row["condition"] and row["condition"] not in conditions:
            continue
        if key in drawn and chosen[key]:
            continue
        value = luck.near(float(row["mean"]), float(row["sd"]), float(row["low"]), float(row["high"]), "measure", key)
        drawn[key], chosen[key] = round(value, int(row["decimals"])), row["condition"]
    return drawn


def _agree(drawn: dict[str, float], given: Mapping[str, float], age: int, sex: str) -> None:
    """Complete and adjust what was drawn so that values that belong together agree."""
    if "creatinine" in given and "egfr" not in given:
        drawn["egfr"] = float(round(egfr_of(given["creatinine"], age, sex)))
    if "creatinine" not in given:
        drawn["creatinine"] = round(creatinine_of(drawn["egfr"], age, sex), 2)
    square = (drawn["height"] / 100) ** 2
    if "weight" not in given:
        drawn["weight"] = round(drawn["bmi"] * square, 1)
    elif "bmi" not in given:
        drawn["bmi"] = round(drawn["weight"] / square, 1)
    if {"ldl", "hdl", "triglycerides"} <= drawn.keys() and "total_chol" not in given:
        drawn["total_chol"] = round(drawn["ldl"] + drawn["hdl"] + drawn["triglycerides"] / 5)
    if "bp_diastolic" not in given:
        drawn["bp_diastolic"] = min(drawn["bp_diastolic"], drawn["bp_systolic"] - 30)
    elif "bp_systolic" not in given:
        drawn["bp_systolic"] = max(drawn["bp_systolic"], drawn["bp_diastolic"] + 30)
