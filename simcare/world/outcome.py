"""What became of it: the columns of the log from the journal, the fate of every need and the visits that followed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.chance import uniforms
from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.demand import Sources
from simcare.world.journal import Journal
from simcare.world.log import (
    ABANDONED,
    ANSWERED,
    CALLBACK,
    CALLS,
    FATES,
    HANDLED,
    INBOUND,
    LATE,
    LOST,
    MISSED,
    NO_ANSWER,
    NO_FATE,
    TRANSFER,
)
from simcare.world.profiles import Table
from simcare.world.spec import WorldSpec

Columns = dict[str, NDArray[Any]]


def finish(
    spec: WorldSpec, journal: Journal, sources: Sources, released: Floats, served: Whole, table: Table, seed: int
) -> Columns:
    """Return the columns of the log, in the order and with the dtypes of CALLS; `released` is the work list's."""
    attempts = 1 if spec.outreach is None else spec.outreach.attempts
    columns, source = journal.columns(attempts, released)
    for name, values in (
        ("patient", sources.place),
        ("stream", sources.stream),
        ("episode", sources.happening),
        ("profile", sources.profile),
    ):
        columns[name] = values.astype(CALLS[name][0])[source]
    if journal.found:
        found = np.array(list(journal.found.values()))
        columns["episode"][journal.found_rows] = found
        columns["profile"][journal.found_rows] = served[found]
    columns["need"] = table.needs.astype(np.int8)[columns["profile"]]
    fate = np.zeros(source.size, np.int8)
    _judge_conversations(spec, columns, source, len(sources), fate)
    _judge_lost(spec, columns, source, sources, fate)
    columns["fate"] = fate
    columns["ed"] = _visits(spec, columns, sources, source, seed)
    return {name: columns[name].astype(dtype, copy=False) for name, (dtype, _) in CALLS.items()}


def _judge_conversations(spec: WorldSpec, columns: Columns, source: Whole, count: int, fate: NDArray[np.int8]) -> None:
    """Write the fates of needs of L2 or more about which somebody spoke with the patient: one row for each source."""
    rows = np.flatnonzero((columns["decided"] >= 0) & (columns["need"] >= 2))
    whose, need, decided = source[rows], columns["need"][rows], columns["decided"][rows]
    late_after = spec.rules.late_after
    rang = np.full(count, np.inf)
    inbound = columns["kind"] == INBOUND
    np.minimum.at(rang, source[inbound], columns["came"][inbound])
    # Nobody rang for a monthly call: its need is first heard when the patient answers.
    rang = np.minimum(rang[whose], columns["began"][rows])
    called = _callbacks(columns, source, count)
    waited = columns["began"][rows] - rang + columns["hold"][rows]
    found = np.where(waited > late_after, LATE, HANDLED)
    alone = _let_go(columns, source, count)[whose] & (need == 3) & (decided == 3)
    found[alone] = np.where(called[whose] == LOST, LOST, LATE)[alone]
    if spec.rules.same_day_due is not None and spec.rules.nurse_profile:
        back = (need == 2) & (decided == 2)
        found[back] = called[whose][back]
    found[decided < need] = MISSED
    fate[rows] = found


def _let_go(columns: Columns, source: Whole, count: int) -> NDArray[np.bool_]:
    """Return for each source whether a nurse was asked for and none joined."""
    found = np.zeros(count, np.bool_)
    found[source[(columns["kind"] == TRANSFER) & (columns["outcome"] == ABANDONED)]] = True
    return found


def _callbacks(columns: Columns, source: Whole, count: int) -> NDArray[np.int8]:
    """Return for each source the fate of its nurse's callback: HANDLED when due, LATE after it, LOST if never made."""
    found = np.full(count, LOST, np.int8)
    made = (columns["kind"] == CALLBACK) & (columns["outcome"] == ANSWERED) & (columns["decided"] < 0)
    found[source[made]] = np.where(columns["began"][made] > columns["due"][made], LATE, HANDLED)
    return found


def _judge_lost(spec: WorldSpec, columns: Columns, source: Whole, sources: Sources, fate: NDArray[np.int8]) -> None:
    """Write LOST where a caller with a need of L2 or more hung up for good or could not be called back."""
    spoken = np.zeros(len(sources), np.bool_)
    spoken[source[columns["decided"] >= 0]] = True
    last = np.full(len(sources), -1, np.int64)
    rows = np.flatnonzero(source < sources.ringing)
    np.maximum.at(last, source[rows], rows)
    last = last[(last >= 0) & ~spoken]
    outcome, exhausted = columns["outcome"][last], columns["attempt"][last] + 1 >= spec.rules.callback_attempts
    lost = (outcome == ABANDONED) | ((outcome == NO_ANSWER) & exhausted)
    fate[last[lost & (columns["need"][last] >= 2)]] = LOST


def _visits(spec: WorldSpec, columns: Columns, sources: Sources, source: Whole, seed: int) -> NDArray[np.bool_]:
    """Return which rows an emergency visit followed; the luck is the call's own, whatever became of it."""
    of = spec.consequences
    shares = np.zeros((len(FATES), 5))
    shares[[HANDLED, LATE, MISSED, LOST]] = [of.handled, of.late, of.missed, of.lost]
    rows = np.flatnonzero(columns["fate"] != NO_FATE)
    luck = uniforms(seed, "world.visit", sources.who[source[rows]], sources.nth[source[rows]])
    visits = np.zeros(source.size, np.bool_)
    visits[rows] = luck < shares[columns["fate"][rows], columns["need"][rows]]
    return visits
