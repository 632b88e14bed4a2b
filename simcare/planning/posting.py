"""From teams to posts: one post for each of a team's people, with shrinkage, turnover, license and wage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simcare.planning.basis import Basis
from simcare.planning.plan import Team
from simcare.world import Post, Shrinkage, Takes, Turnover

CARE_MANAGER: frozenset[Takes] = frozenset(("inbound", "callback", "task", "outreach"))
NURSE: frozenset[Takes] = frozenset(("inbound", "escalation", "callback"))


def takes_of(team: Team) -> frozenset[Takes]:
    """Return what kinds of work a team takes."""
    if team.takes is not None:
        return frozenset(team.takes)
    return NURSE if team.role == "nurse" else CARE_MANAGER


def states_of(basis: Basis, team: Team) -> frozenset[str] | None:
    """Return the states in which a team's license holds; None for every state."""
    if team.license == "none" or (team.licensed is None and not team.compact):
        return None
    return frozenset(team.licensed or ()) | (basis.compact if team.compact else frozenset())


def shrinkage_of(basis: Basis, team: Team) -> Shrinkage:
    """Return the shrinkage of a team's people."""
    own = {name: getattr(team.roll, name) for name in ("sick", "leave", "meetings")}
    return Shrinkage(**{name: basis.number(name) if value is None else value for name, value in own.items()})


def hourly_of(basis: Basis, team: Team) -> float:
    """Return a team's wage in USD an hour, before benefits."""
    return basis.number(f"hourly_usd_{team.license}") if team.hourly_usd is None else team.hourly_usd


def leaving_of(basis: Basis, team: Team) -> float:
    """Return the yearly rate at which a team's people leave; who is always on duty is a place, not a person."""
    if team.shift is None:
        return 0.0
    own = team.roll.turnover_yearly
    return basis.number(f"turnover_{team.license}_yearly") if own is None else own


def posts_of(basis: Basis) -> tuple[tuple[Post, ...], NDArray[np.int64], NDArray[np.float64]]:
    """Return the posts of the roster, and beside each the index of its team and its wage in USD an hour."""
    posts: list[Post] = []
    teams: list[int] = []
    hourly: list[float] = []
    for at, team in enumerate(basis.plan.roster):
        turnover = Turnover(
            yearly=leaving_of(basis, team),
            vacant_days=basis.number("vacant_days"),
            training_days=basis.number("training_days"),
            ramp_days=basis.number("ramp_days"),
            ramp_pace=basis.number("ramp_pace"),
        )
        for nth in range(team.people):
            on_call = None
            if team.on_call is not None:
                on_call = team.on_call.shift(basis.plan.zone)
                if on_call.every == 1:  # who is on call changes every week, in turn
                    on_call = replace(on_call, every=team.people, week=nth)
            posts.append(
                Post(
                    key=f"{team.team}-{nth + 1}",
                    license=team.license,
                    licensed=states_of(basis, team),
                    skill=team.skill,
                    takes=takes_of(team),
                    shift=None if team.shift is None else team.shift.shift(basis.plan.zone),
                    on_call=on_call,
                    pace=team.pace,
                    shrinkage=shrinkage_of(basis, team),
                    turnover=turnover,
                    prefer={"none": 0, "lpn": 1, "rn": 2}[team.license] if team.prefer is None else team.prefer,
                )
            )
            teams.append(at)
            hourly.append(hourly_of(basis, team))
    return tuple(posts), np.array(teams, np.int64), np.array(hourly, np.float64)
