"""A run: a pure function of spec, seed and replication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from simpy import Environment

from simcare.chance import derive
from simcare.patients.life.facts import Whole
from simcare.world.aftermath import Aftermath
from simcare.world.board import Board
from simcare.world.clock import starts
from simcare.world.demand import draw_sources
from simcare.world.draws import Draws
from simcare.world.duty import Duty, draw_duty
from simcare.world.floor import Floor
from simcare.world.journal import Journal
from simcare.world.lives import Happenings, Lives, draw_happenings, pick_profiles
from simcare.world.log import BLOCKS, EPISODES, ON_CALL, WORK, WorldLog
from simcare.world.outcome import finish
from simcare.world.presence import CallingHours, draw_leaving
from simcare.world.profiles import Table
from simcare.world.rounds import Rounds
from simcare.world.spec import DAY, WorldSpec
from simcare.world.telephone import Telephone
from simcare.world.worklist import WorkList, tick_hourly

_MOMENT = 1e-5
"""Minutes; what sums of delays may be off."""


def run(spec: WorldSpec, seed: int, replication: int = 0, *, environment: Environment | None = None) -> WorldLog:
    """Live through the horizon once and return what happened.

    The same three arguments give the same log on any machine and in any process. `environment` is for who wants to
    count its events. Raises ValueError for a spec that contradicts itself.
    """
    luck = derive(seed, "world.replication", replication)
    environment = Environment() if environment is None else environment
    table = Table(spec.profiles, [post.skill for post in spec.posts])
    found, served = _happenings(spec, table, luck)
    left = draw_leaving(spec, spec.panel, luck)
    sources = draw_sources(spec, table, found, served, left, luck)
    duty = draw_duty(spec, luck)
    journal = Journal(sources)
    board = Board(spec.posts, spec.rules.nurse_only, journal.came)
    draws = Draws(spec, table, sources, served, board, luck)
    lives = None
    if found is not None and spec.episodes is not None and spec.panel is not None:
        lives = Lives(spec, spec.episodes, found, spec.panel, luck)
    due, openings = spec.consequences.discharge_due, _openings(spec)
    telephone = Telephone(environment, spec.rules, draws, board, journal, lives, CallingHours(spec), due, openings)
    aftermath = Aftermath(environment, spec, draws, journal, telephone)
    work_list = None
    if spec.outreach is not None and spec.panel is not None:
        work_list = WorkList(spec, spec.outreach, spec.panel, sources, left, duty, board, luck)
        Rounds(environment, tick_hourly(environment, work_list, spec.days))
    Floor(environment, spec.rules, draws, duty, board, journal, telephone, aftermath, lives, work_list)
    environment.run(until=spec.days * DAY)
    if lives is not None:
        lives.settle_all(spec.days * DAY)
    aftermath.close()
    released = np.zeros(0) if work_list is None else np.frombuffer(work_list.released)
    calls = finish(spec, journal, aftermath, sources, released, served, table)
    return WorldLog(
        seed=seed,
        replication=replication,
        on=spec.on,
        days=spec.days,
        calls=calls,
        blocks=_blocks(duty, calls),
        episodes=_episodes(found, lives),
        left=left,
        leavers=duty.leavers,
        profiles=table.keys,
        episode_kinds=() if found is None else found.kinds,
    )


def _happenings(spec: WorldSpec, table: Table, luck: int) -> tuple[Happenings | None, Whole]:
    if spec.episodes is None:
        return None, np.zeros(0, np.int64)
    if spec.panel is None:
        raise ValueError("episodes need a panel of patients to whom they happen")
    found = draw_happenings(spec, spec.episodes, spec.panel, derive(luck, "world.life"))
    return found, pick_profiles(spec.episodes, found, spec.panel, luck, table.index)


def _openings(spec: WorldSpec) -> list[tuple[float, float]] | None:
    shift = spec.rules.open
    if shift is None:
        return None
    return [(start, start + shift.minutes) for start in starts(shift, spec.on, spec.days).tolist()]


def _blocks(duty: Duty, calls: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
    """Return the calendar with the work that was begun in each block."""
    columns: dict[str, NDArray[Any]] = {name: getattr(duty, name) for name in ("post", "duty", "start", "end", "pace")}
    answers = np.flatnonzero((duty.duty == WORK) | (duty.duty == ON_CALL))
    rows = np.flatnonzero(calls["post"] >= 0)
    # One number for post and time: posts lie further apart than any horizon.
    apart = 2 * float(duty.end.max(initial=0.0)) + 1
    began = calls["post"][rows] * apart + calls["began"][rows]
    starts_at = duty.post[answers] * apart + duty.start[answers]
    order = np.argsort(starts_at)
    block = answers[order][np.searchsorted(starts_at[order], began + _MOMENT, "right") - 1] if rows.size else rows
    columns["busy"], ended = np.zeros(duty.start.size), duty.end.copy()
    np.add.at(columns["busy"], block, calls["ended"][rows] - calls["began"][rows])
    np.maximum.at(ended, block, calls["ended"][rows])
    columns["over"] = ended - duty.end
    follows = (duty.post[1:] == duty.post[:-1]) & (duty.start[1:] <= duty.end[:-1] + _MOMENT)
    columns["last"] = ~np.r_[follows, np.zeros(min(1, duty.start.size), np.bool_)]
    return {name: columns[name].astype(dtype) for name, (dtype, _) in BLOCKS.items()}


def _episodes(found: Happenings | None, lives: Lives | None) -> Mapping[str, NDArray[Any]]:
    """Return all happenings as rows, so that the log's `episode` is a row of it, and which were accepted."""
    if found is None or lives is None:
        return {name: np.zeros(0, dtype) for name, (dtype, _) in EPISODES.items()}
    columns: dict[str, NDArray[Any]] = {
        "patient": found.place,
        "kind": found.kind,
        "began": found.minute,
        "severe": found.severe,
        "calls": found.calls,
        "accepted": np.frombuffer(lives.accepted, np.bool_),
        "handled": np.frombuffer(lives.handled, np.bool_),
    }
    return {name: columns[name].astype(dtype) for name, (dtype, _) in EPISODES.items()}
