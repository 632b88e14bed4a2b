"""From a basis to the world's spec: the panel, the posts, the streams, the rules.

Nothing here is a number: numbers come from the basis. The panel is made in `panels`, the posts in `posting`, the call
profiles in `profiles`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simcare.chance import derive, uniforms
from simcare.patients.life import load_hazards
from simcare.planning import profiles, tables
from simcare.planning.basis import Basis
from simcare.planning.panels import draw_people, panel_of
from simcare.planning.plan import PlanStream, WeeklyWeights
from simcare.planning.posting import posts_of
from simcare.world import (
    FLAT,
    PRIORITIES,
    CallProfile,
    Consequences,
    Episodes,
    Hours,
    Outreach,
    Panel,
    Rules,
    Serving,
    Stream,
    WorldSpec,
    fixed,
)
from simcare.world.clock import offsets
from simcare.world.effects import default_effects


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A world ready to run, and what the answers need to know beside its log.

    Attributes:
        spec: For replication 0; `spec_of` gives that of another.
        basis: What it was built from.
        team: Index in the plan's roster of each post.
        hourly_usd: Wage of each post.
        complex: Which patients' months may be complex ones, beside the panel.
        level: Which level of the monthly codes without minutes each patient has, 1 to 3.
    """

    spec: WorldSpec
    basis: Basis
    team: NDArray[np.int64]
    hourly_usd: NDArray[np.float64]
    complex: NDArray[np.bool_]
    level: NDArray[np.int8]

    def spec_of(self, replication: int, seed: int) -> WorldSpec:
        """Return the spec of a replication: its skills are drawn anew where they are estimates."""
        if self.basis.skills is None:
            return self.spec
        return replace(self.spec, profiles=tuple(_profiles(self.basis, replication, seed)[0]))


def build(basis: Basis, seed: int = 0) -> Built:
    """Return the world of a basis; raises PopulationError for a folder that holds no population."""
    plan = basis.plan
    posts, team, hourly = posts_of(basis)
    on, days = horizon(basis)
    table, servings = _profiles(basis, 0, seed)
    panel: Panel | None = None
    is_complex, level = np.zeros(0, np.bool_), np.zeros(0, np.int8)
    episodes: Episodes | None = None
    if plan.patients is not None:
        people, chosen = draw_people(plan.patients, "" if basis.mix is None else basis.mix.model_dump_json(), on)
        panel = panel_of(basis, people, chosen, posts)
        patients = people.tables["patients"].iloc[chosen]
        luck = uniforms(people.seed, "planning.complex", panel.patient)
        is_complex = luck < basis.number("complex_share")
        dual, several = patients["dual"].to_numpy(), patients["n_conditions"].to_numpy() >= 2
        level = np.where(several & dual, 3, np.where(several, 2, 1)).astype(np.int8)
        if plan.policy.episodes:
            episodes = Episodes(
                people=people,
                mild=profiles.MILD,
                severe=profiles.SEVERE,
                hazards=load_hazards().times(basis.number("episodes_rate")),
                routine=_hours(basis),
                urgent=_office_hours(_odds(basis.number("urgent_business_share"))),
                servings=tuple(servings),
                effects=default_effects(),
                found=basis.number("found_on_monthly_call"),
            )
    spec = WorldSpec(
        on=on,
        days=days,
        posts=posts,
        profiles=tuple(table),
        panel=panel,
        streams=tuple(_streams(basis)),
        episodes=episodes,
        outreach=_outreach(basis) if panel is not None and plan.policy.outreach else None,
        attrition_yearly=basis.number("attrition_yearly"),
        rules=_rules(basis),
        consequences=_consequences(basis),
        notes={"title": plan.title},
    )
    return Built(spec, basis, team, hourly, is_complex, level)


def horizon(basis: Basis) -> tuple[date, float]:
    """Return the world's first day, in UTC, and its length in days: what is counted lies whole within it."""
    plan = basis.plan
    on = plan.start - timedelta(days=plan.settle_days)
    ahead = offsets(plan.zone, on, plan.settle_days + plan.horizon_days)
    if ahead.max() > 0:
        on -= timedelta(days=1)
    whole = (plan.start - on).days + plan.horizon_days
    return on, whole + max(0.0, -float(ahead.min())) / 1440.0


def _profiles(basis: Basis, replication: int, seed: int) -> tuple[list[CallProfile], list[Serving]]:
    table: list[CallProfile] = []
    servings: list[Serving] = []
    if basis.plan.patients is not None:
        ignorance = derive(seed, "planning.ignorance")
        names = dict.fromkeys(team.skill for team in basis.plan.roster)
        skills = [profiles.skill_of(basis, name, replication, ignorance) for name in names]
        table = profiles.default_profiles(basis, skills)
        if basis.plan.calls.library:
            more, servings = profiles.rehearsed(basis, skills)
            table += more
        served = {(each.kind, severe) for each in servings for severe in (False, True) if each.severe in (None, severe)}
        servings += profiles.default_servings(served)
    for stream in basis.plan.streams:
        write = stream.documentation.distribution()
        table.append(CallProfile(f"stream {stream.stream}", "", 0, stream.talk.distribution(), write))
    return table, servings


def _streams(basis: Basis) -> list[Stream]:
    plan = basis.plan
    found = [_own_stream(stream) for stream in plan.streams]
    if plan.patients is not None and plan.policy.inbound:
        episodes = basis.number("episode_calls_per_patient_month") if plan.policy.episodes else 0.0
        rate = max(0.0, basis.number("inbound_per_patient_month") - episodes)
        messages = basis.number("inbound_need_l1")
        hours = _hours(basis)
        for need, share in ((0, 1 - messages), (1, messages)):
            name = f"inbound_l{need}"
            patience = basis.minutes("patience")
            found.append(Stream(name, name, rate * share, hours=hours, needs="clinical", patience=patience))
    return found


def _own_stream(stream: PlanStream) -> Stream:
    hours = FLAT if stream.hours is None else _weighted(stream.hours)
    return Stream(
        key=stream.stream,
        profile=f"stream {stream.stream}",
        rate=stream.per_hour or stream.per_patient_month or 0.0,
        per="program" if stream.per_hour is not None else "patient",
        hours=hours,
        priority=PRIORITIES.index(stream.priority),
        needs=stream.needs,
        patience=None if stream.patience is None else stream.patience.distribution(),
    )


def _hours(basis: Basis) -> Hours:
    own = basis.plan.calls.hours
    return _office_hours(basis.number("day_to_night")) if own is None else _weighted(own)


def _weighted(weights: WeeklyWeights) -> Hours:
    return Hours(tuple(tuple(day * hour for hour in weights.hours) for day in weights.days))


def _odds(share: float) -> float:
    return share / (1 - share)


@lru_cache(maxsize=64)
def _office_hours(day_to_night: float) -> Hours:
    """Return the pattern of a week: office hours by weekday, all other hours by the after-hours calls of each day."""
    weekday, hour, after = (
        {word: float(weight) for word, weight in tables.arrivals(what).items()}
        for what in ("weekday", "hour", "after_hours")
    )
    office = sum(weekday.values()) * sum(hour.values())
    scale = office / day_to_night / sum(after.values())
    week = []
    for day in tables.WEEKDAYS:
        open_hours = {int(word): weekday[day] * weight for word, weight in hour.items()} if day in weekday else {}
        else_ = scale * after[day] / (24 - len(open_hours))
        week.append(tuple(open_hours.get(at, else_) for at in range(24)))
    return Hours(tuple(week))


def _outreach(basis: Basis) -> Outreach:
    number = basis.number
    overall = number("answer_overall")
    first, end = number("outreach_first_hour"), number("outreach_end_hour")
    by_half = [number("answer_morning") / overall, number("answer_afternoon") / overall]
    answer = tuple(
        min(1.0, number("answer_probability") * by_half[hour >= 12]) if first <= hour < end else 0.0
        for hour in range(24)
    )
    needs = [number(f"monthly_need_l{rank}") for rank in range(1, 5)]
    return Outreach(
        profiles=tuple((f"monthly_l{rank}", share) for rank, share in enumerate((1 - sum(needs), *needs))),
        answer=answer,
        best_factor=number("best_time_factor"),
        attempts=round(number("attempts_a_month")),
        gap_days=round(number("attempt_gap_days")),
        spread_days=round(number("spread_days")),
        voicemail=number("voicemail_share"),
        voicemail_minutes=basis.minutes("voicemail"),
        ring_minutes=fixed(number("ring_minutes")),
        own_days=round(number("own_days")),
    )


def _consequences(basis: Basis) -> Consequences:
    shares = tables.consequences()
    return Consequences(
        handled=shares["handled"],
        late=shares["late"],
        missed=shares["missed"],
        lost=shares["lost"],
        visit_after=basis.minutes("visit_after"),
        away=basis.minutes("away_after_visit"),
        discharge_profile="discharge" if basis.plan.patients is not None else "",
        discharge_due=basis.number("discharge_due_minutes"),
    )


def _rules(basis: Basis) -> Rules:
    plan, number = basis.plan, basis.number
    with_patients = plan.patients is not None
    return Rules(
        nurse_only=basis.nurse_only if with_patients else frozenset(),
        open=None if plan.policy.open is None else plan.policy.open.shift(plan.zone),
        message_due=number("message_due_minutes"),
        recognized=(0.0, 0.0, number("recognized_l2"), number("recognized_l3"), number("recognized_l4"))
        if with_patients
        else (0.0,) * 5,
        patience=basis.minutes("patience"),
        redial=number("redial") if with_patients else 0.0,
        redial_after=basis.minutes("redial_after"),
        nurse_profile="nurse" if with_patients and plan.policy.transfers else "",
        handover=basis.minutes("handover"),
        hold_patience=basis.minutes("hold_patience"),
        hold_most=number("hold_most_minutes"),
        stay_on_line=basis.minutes("stay_on_line"),
        nurse_joins_911=plan.policy.nurse_joins_911,
        same_day_due=number("same_day_due_minutes") if with_patients else None,
        task_profile="task" if with_patients else "",
        task_due=number("task_due_minutes"),
        callback_answer=number("callback_answer"),
        callback_attempts=round(number("callback_attempts")),
        callback_gap=number("callback_gap_minutes"),
        callback_hours=(round(number("callback_first_hour")), round(number("callback_end_hour"))),
        ring_minutes=number("ring_minutes"),
        late_after=number("late_after_minutes"),
        own_first=plan.policy.own_care_manager_first,
    )
