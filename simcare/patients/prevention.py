"""Care gaps, immunizations and visits, which tell one story: what was done on a visit is not an open gap.

Who is eligible and how often comes from `data/care_gaps.csv`; at most four gaps are open, and none that hangs on an
event the scenario did not ask for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from simcare.patients.chart import Due, DueStatus, Visit
from simcare.patients.constraints import PatientConstraints, WantedDue
from simcare.patients.luck import Luck, weekday
from simcare.patients.tables import Row, keyed, listed, rows

OPEN_GAPS = 4
MONTH = 30.44
SEASONAL = frozenset({"flu", "covid"})
AVAILABLE = {"rsv": date(2023, 9, 1), "zoster": date(2018, 1, 1), "pneumococcal": date(2015, 1, 1)}
"""The first day on which a vaccine could be had, near enough for a chart."""
TESTED_BY = {"a1c": ("hba1c",), "kidney_eval": ("egfr", "uacr"), "depression_screen": ("phq2",), "bmi_plan": ("bmi",)}
"""Gaps that a measured value closes."""
WITH_WELLNESS = frozenset({"falls_screen", "cognitive", "acp"})
OFFERED = frozenset({"acp", "hearing_vision", "dental"})
"""Nobody is overdue for these: they are offered every year."""
STATINS = frozenset({"atorvastatin", "rosuvastatin"})
ORDER: dict[DueStatus, int] = {"overdue": 0, "due": 1, "booked": 2, "declined": 3, "done": 4}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rest of the chart already says, for gaps and visits to agree with."""

    on: date
    seen: date
    birth: date
    age: int
    conditions: frozenset[str]
    medications: frozenset[str]
    measured: Mapping[str, tuple[float, date]]
    visits: tuple[Visit, ...]
    """Given visits; empty when they are drawn."""


def given_dues(wanted: Collection[WantedDue], on: date) -> tuple[Due, ...]:
    """Return the gaps or immunizations a scenario names, with the table's names where only a key is given."""
    return tuple(
        Due(
            key=due.key or "",
            name=due.name or (keyed("care_gaps")[due.key]["plain"] if due.key else "Not named"),
            status=due.status,
            on=None if due.days is None else on + timedelta(days=due.days),
            note=due.note or "",
        )
        for due in wanted
    )


def care_gaps(wanted: PatientConstraints, luck: Luck, facts: Facts) -> tuple[Due, ...]:
    """Return the given care gaps, or draw them: open ones first."""
    if wanted.care_gaps is not None:
        return given_dues(wanted.care_gaps, facts.on)
    drawn: list[Due] = []
    for row in rows("care_gaps"):
        if row["category"] != "immunization" and _eligible(row, wanted.sex, facts):
            full = sum(due.status in ("due", "overdue") for due in drawn) >= OPEN_GAPS
            drawn.append(_gap(row, luck, facts, full, {due.key: due for due in drawn}))
    return tuple(sorted(drawn, key=lambda due: ORDER[due.status]))


def immunizations(wanted: PatientConstraints, luck: Luck, facts: Facts) -> tuple[Due, ...]:
    """Return the given immunizations, or draw the state of each that is recommended at this age."""
    if wanted.immunizations is not None:
        return given_dues(wanted.immunizations, facts.on)
    shots = [row for row in rows("care_gaps") if row["category"] == "immunization"]
    return tuple(_shot(row, luck, facts) for row in shots if _eligible(row, wanted.sex, facts))


def _eligible(row: Row, sex: str, facts: Facts) -> bool:
    return (
        row["drawn"] == "Y"
        and row["eligible_sex"] in ("A", sex[0].upper())
        and int(row["age_min"] or 0) <= facts.age <= int(row["age_max"] or 999)
        and (not row["needs"] or bool(listed(row["needs"]) & facts.conditions))
        and not listed(row["not_with"]) & facts.conditions
    )


def _gap(row: Row, luck: Luck, facts: Facts, full: bool, drawn: Mapping[str, Due]) -> Due:
    key, name, months = row["key"], row["plain"], float(row["interval_months"])
    visit = _visited(row, facts.visits)
    if visit is not None and visit.status == "done":
        return _after(key, name, visit.on, months, facts.on)
    if visit is not None:
        status: DueStatus = "overdue" if visit.status == "missed" else visit.status
        return Due(key, name, status, visit.on, "")
    if key == "bp_control":
        good = facts.measured["bp_systolic"][0] < 140 and facts.measured["bp_diastolic"][0] < 90
        return Due(key, name, "done" if good else "due", facts.measured["bp_systolic"][1] if good else None, "")
    if key == "statin_cvd":
        return Due(key, name, "done" if STATINS & facts.medications else "due", None, "")
    if key in TESTED_BY and all(test in facts.measured for test in TESTED_BY[key]):
        return _after(key, name, min(facts.measured[test][1] for test in TESTED_BY[key]), months, facts.on)
    wellness = drawn.get("awv")
    if key in WITH_WELLNESS and wellness is not None and wellness.status == "done" and not (key == "acp" and not full):
        return Due(key, name, "done", wellness.on, "at the wellness visit")
    if full or luck.happens(float(row["completion_pct"]), "gap_done", key):
        since = luck.share("gap_since", key)
        if key == "awv" and since < 0.5:
            return Due(key, name, "done", facts.seen, "")
        if key == "colorectal" and since > 0.3:
            year = facts.on.year - 1 - int(since * 6)
            return Due(key, name, "done", None, f"colonoscopy {year}, repeat {year + 10}")
        return Due(
            key, name, "done", weekday(facts.on - timedelta(days=int((0.1 + 0.75 * since) * months * MONTH))), ""
        )
    late = timedelta(days=int((0.1 + 0.7 * luck.share("gap_late", key)) * months * MONTH))
    if luck.happens(8, "gap_declined", key):
        return Due(key, name, "declined", weekday(facts.on - timedelta(days=luck.whole(30, 200, "declined", key))), "")
    if key in OFFERED:
        return Due(key, name, "due", None, "")
    return Due(key, name, "overdue", facts.on - late, "")


def _after(key: str, name: str, last: date, months: float, on: date) -> Due:
    again = last + timedelta(days=int(months * MONTH))
    if again < on:
        return Due(key, name, "overdue", again, "")
    return Due(key, name, "done", last, "")


def _visited(row: Row, visits: Collection[Visit]) -> Visit | None:
    """Return the given visit that speaks of this gap, the coming one before the past."""
    words = listed(row["words"])
    told = [visit for visit in visits if any(word in f" {visit.with_whom} {visit.why} ".lower() for word in words)]
    return max(told, key=lambda visit: visit.on, default=None)


def _shot(row: Row, luck: Luck, facts: Facts) -> Due:
    key, name, on = row["key"], row["plain"], facts.on
    had = luck.happens(float(row["completion_pct"]), "shot_done", key)
    share = luck.share("shot_when", key)
    if key in SEASONAL:
        return _seasonal(key, name, luck, had, share, on)
    if not had:
        if luck.happens(15, "shot_declined", key):
            return Due(key, name, "declined", weekday(on - timedelta(days=luck.whole(30, 300, "shot_no", key))), "")
        return Due(key, name, "due", None, "none on file")
    if key == "tdap":
        return Due(key, name, "done", weekday(on - timedelta(days=int(60 + share * 3300))), "")
    eligible = facts.birth + timedelta(days=int(365.25 * max(int(row["age_min"]), 60 if key == "pneumococcal" else 0)))
    first = max(AVAILABLE[key], eligible)
    last = on - timedelta(days=40)
    if first >= last:
        return Due(key, name, "due", None, "none on file")
    day = weekday(first + timedelta(days=int(share * (last - first).days)))
    return Due(key, name, "done", day, "")


def _seasonal(key: str, name: str, luck: Luck, had: bool, share: float, on: date) -> Due:
    """Return the state of a shot that is given each fall; from May to August last fall's shot is what counts."""
    season = on.year if on.month >= 9 else on.year - 1
    first, last = date(season, 9, 8), min(on - timedelta(days=3), date(season, 12, 10))
    if had and first < last:
        return Due(key, name, "done", weekday(first + timedelta(days=int(share * (last - first).days))), "")
    if 5 <= on.month <= 8:
        return Due(key, name, "due", date(on.year, 10, 31), "from September")
    if first < on and luck.happens(20, "shot_declined", key):
        return Due(key, name, "declined", weekday(max(first, on - timedelta(days=40))), "")
    return Due(key, name, "due", None, "this season")


def visits(wanted: PatientConstraints, luck: Luck, facts: Facts, gaps: Collection[Due]) -> tuple[Visit, ...]:
    """Return the given visits, or draw the last with the doctor, specialists by condition, and the next one booked."""
    if wanted.visits is not None:
        return facts.visits
    state = {due.key: due for due in gaps}
    wellness = state.get("awv")
    drawn = [Visit("primary care", "chronic care visit", facts.seen, "done")]
    if wellness is not None and wellness.status == "done" and wellness.on is not None:
        if wellness.on == facts.seen:
            drawn = [Visit("primary care", "Annual Wellness Visit", facts.seen, "done")]
        elif wellness.on < facts.on:
            drawn.append(Visit("primary care", "Annual Wellness Visit", wellness.on, "done"))
    drawn.extend(_specialists(luck, facts, state))
    coming = facts.seen + timedelta(days=luck.one((91, 122, 182), "rhythm"))
    if coming < facts.on + timedelta(days=6):
        coming = facts.on + timedelta(days=luck.whole(9, 60, "next_visit"))
    drawn.append(Visit("primary care", "follow-up", weekday(coming), "booked"))
    return tuple(sorted(drawn, key=lambda visit: visit.on))


def _specialists(luck: Luck, facts: Facts, state: Mapping[str, Due]) -> list[Visit]:
    found: list[Visit] = []
    met: set[str] = set()
    for row in rows("specialists"):
        who = row["with_whom"]
        if row["condition"] not in facts.conditions or who in met or len(met) == 3:
            continue
        eye = state.get("eye_exam") if row["why"] == "diabetic eye exam" else None
        foot = state.get("foot_exam") if who == "foot doctor" else None
        known = eye or foot
        if known is not None and not (known.status == "done" and known.on is not None):
            continue
        if not luck.happens(float(row["percent"]), "specialist", f"{row['condition']}.{who}"):
            continue
        met.add(who)
        every = int(row["every_months"])
        ago = int((0.1 + 0.75 * luck.share("specialist_ago", who)) * every * MONTH)
        last = known.on if known is not None and known.on is not None else weekday(facts.on - timedelta(days=ago))
        found.append(Visit(who, row["why"], last, "done"))
        again = weekday(last + timedelta(days=int(every * MONTH)))
        if again > facts.on + timedelta(days=7) and luck.happens(55, "specialist_next", who):
            found.append(Visit(who, row["why"], again, "booked"))
    return found
