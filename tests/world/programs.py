"""Specs for tests and benchmarks: a whole program with every feature on, and its parts switched off one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from simcare.patients.life.facts import Whole
from simcare.patients.population.drawing import Population, populate
from simcare.patients.tables import rows
from simcare.world import (
    CallProfile,
    Consequences,
    Episodes,
    Hours,
    Outreach,
    Panel,
    Post,
    Rules,
    Shift,
    Shrinkage,
    Stream,
    Turnover,
    WorldSpec,
    exponential,
    gamma,
    lognormal,
    triangular,
)
from simcare.world.effects import default_effects

ON = date(2026, 1, 1)
BUSINESS = Hours(
    tuple(
        tuple(
            day
            * {8: 0.9, 9: 1.5, 10: 1.5, 11: 1.25, 12: 0.8, 13: 0.95, 14: 1.05, 15: 0.95, 16: 0.75, 17: 0.35}.get(
                h, 0.05
            )
            for h in range(24)
        )
        for day in (1.3, 1.05, 0.95, 0.92, 0.78, 0.12, 0.1)
    )
)
AROUND_THE_CLOCK = Hours(tuple(tuple(1.0 if 8 <= h < 18 else 0.4 for h in range(24)) for _ in range(7)))
BEST_TIMES = {"mornings": (8, 10), "late mornings": (10, 12), "after lunch": (12, 14), "mid-afternoon": (14, 17)}
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
COMPACT = frozenset(row["abbr"] for row in rows("licensure") if row["nlc_status"] == "implemented")
NURSE_ONLY = frozenset(row["abbr"] for row in rows("licensure") if row["licensed_nurse_required"] == "Y")
ANSWER = tuple(0.4 if 8 <= h < 12 else 0.5 if 12 <= h < 19 else 0.0 for h in range(24))


@cache
def people(count: int) -> Population:
    """Return the first people of the default population."""
    return populate(count, seed=1, on=ON, tables=("patients", "conditions", "medications", "social_needs", "screens"))


def panel_of(population: Population, managers: int) -> Panel:
    """Return the population as a panel, shared out among the first posts."""
    patients = population.patients
    best = [str(word) for word in patients["best_time"].cat.categories]
    return Panel(
        patient=patients["patient"].to_numpy(np.int64),
        state=patients["state"].cat.codes.to_numpy(np.int16),
        zone=patients["time_zone"].cat.codes.to_numpy(np.int16),
        best=patients["best_time"].cat.codes.to_numpy(np.int16),
        own=(np.arange(len(patients)) % managers).astype(np.int32),
        monthly=np.ones(len(patients), np.bool_),
        states=tuple(str(word) for word in patients["state"].cat.categories),
        zones=tuple(str(word) for word in patients["time_zone"].cat.categories),
        best_times=tuple(BEST_TIMES[word] for word in best),
    )


def roster(managers: int, nurses: int) -> tuple[Post, ...]:
    """Return care managers, a third of them LPN, in four zones, and nurses of whom each is on call in turn."""
    shrinkage = Shrinkage(sick=0.03, leave=0.08, meetings=0.08)
    turnover = Turnover(yearly=0.3, vacant_days=40, training_days=28, ramp_days=70, ramp_pace=1.4)
    breaks = ((120.0, 15.0), (240.0, 30.0), (390.0, 15.0))
    here = COMPACT | NURSE_ONLY
    posts = [
        Post(
            f"manager {nth}",
            license="lpn" if nth % 3 == 0 else "none",
            licensed=here,
            skill="new_hire" if nth % 5 == 4 else "",
            takes=frozenset(("inbound", "callback", "task", "outreach")),
            shift=Shift(ZONES[nth % 4], start=480.0 + 60 * (nth % 2), minutes=510, breaks=breaks),
            shrinkage=shrinkage,
            turnover=turnover,
        )
        for nth in range(managers)
    ]
    posts += [
        Post(
            f"nurse {nth}",
            license="rn",
            takes=frozenset(("inbound", "escalation", "callback")),
            shift=Shift(ZONES[nth % 4], days=(0, 1, 2, 3, 4), start=480.0, minutes=600, breaks=breaks),
            on_call=Shift(ZONES[0], days=tuple(range(7)), start=1200.0, minutes=660, every=nurses, week=nth),
            shrinkage=shrinkage,
            turnover=turnover,
            prefer=1,
        )
        for nth in range(nurses)
    ]
    return tuple(posts)


CALLS: dict[str, tuple[int, float, float, tuple[float, float, float, float, float]]] = {
    "clerical": (0, 5.0, 3.0, (0.9, 0.1, 0, 0, 0)),
    "episode_mild": (1, 8.0, 5.0, (0.1, 0.8, 0.1, 0, 0)),
    "episode_severe": (3, 8.0, 5.0, (0.01, 0.02, 0.06, 0.85, 0.06)),
    "monthly_quiet": (0, 14.0, 7.0, (0.96, 0.04, 0, 0, 0)),
    "monthly_message": (1, 14.0, 7.0, (0.08, 0.9, 0.02, 0, 0)),
    "monthly_same_day": (2, 14.0, 7.0, (0.01, 0.04, 0.9, 0.05, 0)),
    "monthly_nurse": (3, 14.0, 7.0, (0.01, 0.02, 0.06, 0.88, 0.03)),
    "monthly_emergency": (4, 14.0, 7.0, (0, 0.005, 0.01, 0.065, 0.92)),
    "discharge": (0, 15.0, 7.0, (1, 0, 0, 0, 0)),
}
"""Need, mean and standard deviation of the minutes on the line, and shares of the decisions, by key."""


def profiles() -> tuple[CallProfile, ...]:
    """Return profiles of every kind of work, and slower rows of new hires for what care managers do."""
    write = gamma(6.0, 3.0)
    learned = [
        CallProfile(key, "", need, lognormal(mean, sd, 1.0, 60.0), write, decided)
        for key, (need, mean, sd, decided) in CALLS.items()
    ]
    learned.append(CallProfile("nurse", "", 3, lognormal(13.0, 6.0, 2.0, 60.0), write))
    learned.append(CallProfile("task", "", 0, lognormal(9.0, 8.0, 1.0, 60.0)))
    slower = [
        replace(each, skill="new_hire", talk=replace(each.talk, mean=each.talk.mean * 1.2))
        for each in learned
        if each.key not in ("nurse",)
    ]
    return (*learned, *slower)


RULES = Rules(
    nurse_only=NURSE_ONLY,
    open=Shift("America/New_York", days=(0, 1, 2, 3, 4), start=480.0, minutes=720.0),
    recognized=(0.01, 0.02, 0.05, 0.3, 0.6),
    patience=exponential(8.0),
    redial=0.5,
    redial_after=lognormal(60.0, 40.0),
    nurse_profile="nurse",
    handover=lognormal(1.5, 0.5),
    hold_patience=exponential(15.0),
    hold_most=20.0,
    stay_on_line=lognormal(24.0, 10.0),
    nurse_joins_911=True,
    same_day_due=240.0,
    task_profile="task",
    callback_answer=0.7,
    callback_hours=(8, 21),
    ring_minutes=1.0,
)


def program(count: int = 10_000, managers: int = 42, nurses: int = 6, days: float = 365.0) -> WorldSpec:
    """Return a program with every feature on."""
    population = people(count)
    shares = (
        ("monthly_quiet", 0.7665),
        ("monthly_message", 0.2),
        ("monthly_same_day", 0.025),
        ("monthly_nurse", 0.007),
        ("monthly_emergency", 0.0015),
    )
    return WorldSpec(
        on=ON,
        days=days,
        posts=roster(managers, nurses),
        profiles=profiles(),
        panel=panel_of(population, managers),
        streams=(Stream("clerical", "clerical", 0.1, hours=BUSINESS, patience=exponential(6.0)),),
        episodes=Episodes(
            people=population,
            mild="episode_mild",
            severe="episode_severe",
            routine=BUSINESS,
            urgent=AROUND_THE_CLOCK,
            effects=default_effects(),
            found=0.5,
        ),
        outreach=Outreach(
            profiles=shares,
            answer=ANSWER,
            best_factor=1.15,
            voicemail=0.43,
            voicemail_minutes=triangular(0.7, 1.3, 2.5),
            ring_minutes=lognormal(0.8, 0.3),
        ),
        rules=RULES,
        attrition_yearly=0.36,
        consequences=Consequences(
            handled=(0, 0, 0.02, 0.1, 0.9),
            late=(0, 0, 0.04, 0.2, 0.95),
            missed=(0, 0, 0.08, 0.35, 0.97),
            lost=(0, 0, 0.08, 0.35, 0.97),
            visit_after=lognormal(480.0, 480.0),
            away=lognormal(2400.0, 3600.0, 120.0),
            discharge_profile="discharge",
        ),
    )


def whose(spec: WorldSpec) -> Whole:
    """Return the numbers of the panel's patients."""
    assert spec.panel is not None
    return spec.panel.patient
