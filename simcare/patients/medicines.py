"""The medication list: given medicines first, else a regimen that follows conditions and kidney function.

`data/regimens.csv` holds what may be drawn; nothing on it is high-alert or potentially inappropriate for elders. Days
left follow from the fill and the days of supply.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from simcare.patients.chart import Medication
from simcare.patients.constraints import WantedMedication
from simcare.patients.luck import Luck
from simcare.patients.tables import Row, grouped, keyed, listed

SUPPLIES = (30, 60, 90, 100, 180)
"""Days of supply that pharmacies give; a given number of days left takes the first that is large enough."""
SELDOM_COUNTED = frozenset({"naloxone_nasal", "glucagon_nasal", "nitroglycerin_sl", "denosumab"})
"""Rescue and clinic medicines: no days are counted."""


def given(
    wanted: Collection[WantedMedication], luck: Luck, *, conditions: Collection[str], on: date
) -> tuple[Medication, ...]:
    """Return the medicines a scenario names, completed from the medication table."""
    return tuple(_given(medicine, luck, conditions, on) for medicine in wanted)


def drawn(luck: Luck, *, conditions: Collection[str], egfr: float, on: date) -> tuple[Medication, ...]:
    """Draw a regimen: for each condition one option of each choice, one medicine of a family, none that must not be."""
    taken: dict[str, Row] = {}
    families: set[str] = set()
    for condition, options in grouped("regimens", "condition").items():
        if condition not in conditions:
            continue
        for choice in dict.fromkeys(row["choice"] for row in options):
            allowed = [
                row
                for row in options
                if row["choice"] == choice and row["family"] not in families and _allowed(row, conditions, egfr)
            ]
            if not allowed:
                continue
            weights = [float(row["weight"]) for row in allowed]
            row = luck.weighted(allowed, weights, "regimen", f"{condition}.{choice}")
            if row["medication"] != "-":
                taken[row["medication"]] = row
                families.add(row["family"])
    return tuple(
        _medication(
            keyed("medications")[key],
            luck,
            conditions,
            on,
            schedule=row["take"],
            reason=keyed("conditions")[row["condition"]]["short"],
        )
        for key, row in taken.items()
    )


def _allowed(row: Row, conditions: Collection[str], egfr: float) -> bool:
    return float(row["egfr_min"]) <= egfr < float(row["egfr_max"] or "inf") and not listed(row["not_with"]) & set(
        conditions
    )


def _given(wanted: WantedMedication, luck: Luck, conditions: Collection[str], on: date) -> Medication:
    if wanted.key is not None:
        return _medication(
            keyed("medications")[wanted.key],
            luck,
            conditions,
            on,
            name=wanted.name,
            schedule=wanted.schedule or "",
            reason=wanted.reason,
            days_left=wanted.days_left,
            note=wanted.note or "",
        )
    name, schedule = wanted.name or "Medicine, name not recorded", wanted.schedule or ""
    as_needed = "need" in schedule.lower()
    supply, filled, left = _supply(luck, name, 30, wanted.days_left, on, counted=not as_needed)
    return Medication(
        "", name, schedule, wanted.reason or "", as_needed, False, supply, filled, left, wanted.note or ""
    )


def _medication(
    row: Row,
    luck: Luck,
    conditions: Collection[str],
    on: date,
    *,
    name: str | None = None,
    schedule: str = "",
    reason: str | None = None,
    days_left: int | None = None,
    note: str = "",
) -> Medication:
    key = row["key"]
    otc, as_needed = row["over_the_counter"] == "Y", row["as_needed"] == "Y"
    counted = not otc and not as_needed and key not in SELDOM_COUNTED
    supply, filled, left = _supply(luck, key, int(row["days_supply"]), days_left, on, counted=counted)
    own = [held for held in row["conditions"].split(";") if held in conditions] or row["conditions"].split(";")
    return Medication(
        key=key,
        name=name or row["name"][:1].upper() + row["name"][1:],
        schedule=schedule or row["take"],
        reason=reason if reason is not None else keyed("conditions")[own[0]]["short"],
        as_needed=as_needed,
        over_the_counter=otc,
        days_supply=supply,
        filled=filled,
        days_left=left,
        note=note,
    )


def _supply(
    luck: Luck, who: str, usual: int, left: int | None, on: date, *, counted: bool
) -> tuple[int | None, date | None, int | None]:
    """Return days of supply, day of the fill and days left; nobody is drawn within eight days of running out."""
    if left is None:
        if not counted:
            return None, None, None
        left = luck.whole(min(9, usual), usual - 2, "days_left", who)
    supply = max(usual, next((days for days in SUPPLIES if days >= left), left)) if left > usual else usual
    return supply, on - timedelta(days=supply - left), left
