"""The tables `care_gaps` and `immunizations`: who is eligible for what, and whether it was done.

Eligibility, interval and usual completion come from `data/care_gaps.csv`; what was measured or is taken closes its gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.patients.population.columns import NEVER, Bools, Coded, Drawn, Floats, Whole, day_number, day_of
from simcare.patients.population.courses import Seen
from simcare.patients.population.draws import working_day
from simcare.patients.population.illness import Taken
from simcare.patients.population.panel import MONTH, YEAR, Panel, bits_of, effect, rows_of
from simcare.patients.prevention import AVAILABLE, OFFERED, SEASONAL, STATINS
from simcare.patients.tables import Row, keyed, rows

GAPS: tuple[str, ...] = tuple(keyed("care_gaps"))
STATUSES = ("due", "overdue", "booked", "done", "declined")
DUE, OVERDUE, BOOKED, DONE, DECLINED = range(5)
SHOTS = tuple(row["key"] for row in rows("care_gaps") if row["category"] == "immunization")
PACK_YEARS, QUIT_YEARS = 20, 15
"""Lung cancer screening: at least so many pack-years, and smoking or quit within so many years (USPSTF 2021)."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of each drawn gap as (person, gap of GAPS): -1 where not eligible; and the day that goes with it."""

    status: NDArray[np.int8]
    day: NDArray[np.int32]

    def done_on(self, key: str) -> NDArray[np.int32]:
        """Return the day a gap was closed, NEVER where it is open or does not apply."""
        at = GAPS.index(key)
        return np.where(self.status[:, at] == DONE, self.day[:, at], NEVER)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gaps must agree with."""

    taken: Taken
    seen: Seen
    screened: Bools
    screen_day: NDArray[np.int32]
    pack_years: Whole
    quit_year: Whole


def prevent(panel: Panel, facts: Facts) -> State:
    """Draw the state of every gap."""
    people = len(panel.age)
    status = np.full((people, len(GAPS)), -1, dtype=np.int8)
    day = np.full((people, len(GAPS)), NEVER, dtype=np.int32)
    for at, row in enumerate(rows("care_gaps")):
        if row["drawn"] != "Y":
            continue
        who = np.flatnonzero(_eligible(panel, row, facts))
        if row["category"] == "immunization":
            status[who, at], day[who, at] = _shot(panel, row, who)
        else:
            status[who, at], day[who, at] = _gap(panel, row, who, facts)
    return State(status, day)


def care_gaps(panel: Panel, state: State) -> Drawn:
    """Return the table of gaps."""
    person, gap = rows_of(state.status >= 0)
    return {
        "patient": panel.draws.who[person],
        "care_gap": Coded(gap.astype(np.int8), GAPS),
        "status": Coded(state.status[person, gap], STATUSES),
        "on": state.day[person, gap],
    }


def immunizations(panel: Panel, state: State) -> Drawn:
    """Return the table of shots that were given."""
    places = np.array([GAPS.index(key) for key in SHOTS])
    person, shot = rows_of(state.status[:, places] == DONE)
    return {
        "patient": panel.draws.who[person],
        "immunization": Coded(shot.astype(np.int8), SHOTS),
        "on": state.day[person, places[shot]],
    }


def _eligible(panel: Panel, row: Row, facts: Facts) -> Bools:
    found = (panel.age >= int(row["age_min"] or 0)) & (panel.age <= int(row["age_max"] or 127))
    if row["eligible_sex"] != "A":
        found &= panel.female == (row["eligible_sex"] == "F")
    if row["key"] == "lung_ldct":
        recent = day_of(panel.on).year - facts.quit_year.astype(np.int32) <= QUIT_YEARS
        found &= (facts.pack_years >= PACK_YEARS) & (panel.with_condition("tobacco_use") | recent)
    elif row["needs"]:
        found &= panel.holds_any(bits_of(row["needs"]))
    if row["not_with"]:
        found &= ~panel.holds_any(bits_of(row["not_with"]))
    return found


def _gap(panel: Panel, row: Row, who: Whole, facts: Facts) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Return status and day of one gap for the eligible."""
    key, seen = row["key"], facts.seen
    span = float(row["interval_months"]) * MONTH
    done_of, kind_of, when_of, again_of = panel.draws.among(who).parts(f"gap.{key}", 4)
    if key in ("a1c", "kidney_eval"):
        tested = seen.tested["hba1c"] if key == "a1c" else np.minimum(seen.tested["egfr"], seen.tested["uacr"])
        last = tested[who]
        late = last + int(span)
        open_day = np.where(last < 0, panel.on - np.floor(when_of * span).astype(np.int32), late)
        return np.where(late >= panel.on, DONE, OVERDUE).astype(np.int8), np.where(late >= panel.on, last, open_day)
    if key == "bp_control":
        good = (seen.systolic[who] < 140) & (seen.diastolic[who] < 90)
        return np.where(good, DONE, DUE).astype(np.int8), np.where(good, seen.clinic[who], NEVER)
    if key == "statin_cvd":
        statin = np.zeros(len(panel.age), dtype=bool)
        for medicine in STATINS:
            statin |= facts.taken.takes(medicine)
        return np.where(statin[who], DONE, DUE).astype(np.int8), np.full(len(who), NEVER, dtype=np.int32)
    done = done_of * 100 < _completion(panel, row, who)
    done_day = working_day(panel.on - np.floor((0.02 + 0.93 * when_of) * span).astype(np.int32))
    if key == "depression_screen":
        done, done_day = facts.screened[who], facts.screen_day[who]
    return _open_or_done(panel, key, done, done_day, kind_of, again_of, span)


def _open_or_done(
    panel: Panel, key: str, done: Bools, done_day: NDArray[np.int32], kind_of: Floats, again_of: Floats, span: float
) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Return done with its day, or one of declined, booked and still open."""
    declined = kind_of * 100 < effect("gap_declined")
    booked = ~declined & (kind_of * 100 < effect("gap_declined") + effect("gap_booked"))
    still = DUE if key in OFFERED else OVERDUE
    status = np.select([done, declined, booked], [DONE, DECLINED, BOOKED], still).astype(np.int8)
    before = working_day(panel.on - 30 - np.floor(again_of * 170).astype(np.int32))
    coming = working_day(panel.on + 5 + np.floor(again_of * 80).astype(np.int32))
    late = panel.on - np.floor((0.05 + 0.7 * again_of) * span).astype(np.int32)
    return status, np.choose(status, [np.int32(NEVER), late, coming, done_day, before]).astype(np.int32)


def _completion(panel: Panel, row: Row, who: Whole) -> Floats:
    """Return how likely the thing is done, in percent: as usual, more where adherence is better."""
    usual = float(row["completion_pct"])
    return usual + effect("gap_adherence") * 4 * (usual / 100) * (1 - usual / 100) * np.clip(
        panel.adherence[who], -1.9, 1.9
    )


def _shot(panel: Panel, row: Row, who: Whole) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Return status and day of one shot for the eligible; a seasonal one counts from the last fall."""
    key = row["key"]
    had_of, kind_of, when_of, _ = panel.draws.among(who).parts(f"gap.{key}", 4)
    had = had_of * 100 < _completion(panel, row, who)
    if key in SEASONAL:
        first, last = _season(panel.on)
    elif key == "tdap":
        first, last = panel.on - 3360, panel.on - 60
    else:
        first, last = day_number(AVAILABLE[key]), panel.on - 40
    youngest = float(row["age_min"]) if row["age_min"] else 0.0
    begin = np.maximum(first, (panel.birth[who] + YEAR * youngest).astype(np.int32) + 1)
    had &= begin < last
    day = np.minimum(working_day(begin + np.floor(when_of * np.maximum(last - begin, 0)).astype(np.int32)), last)
    day = np.maximum(day, begin)
    declined = kind_of * 100 < effect("shot_declined")
    status = np.select([had, declined], [DONE, DECLINED], DUE).astype(np.int8)
    no = working_day(panel.on - 30 - np.floor(when_of * 270).astype(np.int32))
    return status, np.choose(status, [np.int32(NEVER), np.int32(NEVER), np.int32(NEVER), day, no]).astype(np.int32)


@cache
def _season(on: int) -> tuple[int, int]:
    """Return the first and the last day on which this season's shot may have been given."""
    today = day_of(on)
    year = today.year if today.month >= 9 else today.year - 1
    return day_number(date(year, 9, 8)), min(on - 3, day_number(date(year, 12, 10)))
