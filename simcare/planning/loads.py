"""What a roster must cover, as rows of an integer program: where a staffing search starts.

Erlang A says how many people must be there in each half-hour; a first simulation with plenty of people says how much
work there is. Nothing here is a promise: only simulation tells whether a roster meets a target.
"""

from __future__ import annotations

import numpy as np

from simcare.planning import erlang
from simcare.planning.basis import Basis
from simcare.planning.counted import AT
from simcare.planning.posting import takes_of
from simcare.planning.replicate import Workers
from simcare.planning.shifts import Floats, Roster, on_duty_shares


def needs(basis: Basis, seed: int, workers: Workers, people: Roster) -> tuple[Floats, Floats]:
    """Return what a roster must cover as rows of `covers @ people >= needed`: where the search starts.

    For each interval of the week the people whom Erlang A asks for to answer inbound calls in time; over the week the
    minutes of all work; the same for work that needs a license, and nurses for the escalations.
    """
    plan = basis.plan
    staffed = basis.staffed({team.team: count for team, count in zip(plan.roster, people, strict=True)})
    tally = next(workers.run([(staffed, 0)], seed))
    weeks = plan.horizon_days / 7
    step = float(plan.interval_minutes)
    shares = on_duty_shares(basis)
    takes = [takes_of(team) for team in plan.roster]
    week = tally.week.sum(axis=0)
    busy, calls, asked = week[AT["busy"]], week[AT["offered"]], week[AT["nurse_asked"]]
    rows: list[Floats] = []
    needed: list[float] = []
    answers = np.array([float("inbound" in of) for of in takes])
    service = max(1.0, busy / max(1.0, calls + week[AT["attempts_answered"]]))
    patience = 6.0 if plan.patients is None else basis.minutes("patience").mean
    within, share = plan.service_level.within_seconds / 60, _service_target(basis)
    for slot in range(len(shares)):
        rate = tally.week[slot, AT["offered"]] / weeks / step
        if rate > 0 and shares[slot] @ answers > 0:
            rows.append(shares[slot] * answers)
            needed.append(float(erlang.servers_needed(rate, service, patience, within, share, 2_000)))
    minutes = shares.sum(axis=0) * step
    rows.append(minutes)
    needed.append(busy / weeks)
    licensed = np.array([float(team.license != "none") for team in plan.roster])
    if plan.patients is not None and plan.patients.states is not None and licensed.any():
        states = plan.patients.states
        part = len(basis.nurse_only & set(states)) / len(states)
        rows.append(minutes * licensed)
        needed.append(busy / weeks * part * 0.8)
    nurses = np.array([float("escalation" in of) for of in takes])
    if asked and nurses.any():
        talk = basis.minutes("nurse_call").mean + basis.minutes("documentation").mean
        for slot in range(len(shares)):
            rate = tally.week[slot, AT["nurse_asked"]] / weeks / step
            if rate > 0 and shares[slot] @ nurses > 0:
                rows.append(shares[slot] * nurses)
                wanted = erlang.servers_needed(rate, talk, basis.minutes("hold_patience").mean, 5.0, 0.8, 500)
                needed.append(float(wanted))
    return np.array(rows), np.array(needed)


def _service_target(basis: Basis) -> float:
    for target in basis.plan.targets:
        if target.answer == "service_level" and target.at_least is not None:
            return min(target.at_least, 0.999)
    return 0.8
