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
    WAITING,
)
from simcare.world.profiles import Table
from simcare.world.spec import WorldSpec

Columns = dict[str, NDArray[Any]]


def finish(spec: WorldSpec, journal: Journal, sources: Sources, served: Whole, table: Table, seed: int) -> Columns:
    """Return the columns of the log, in the order and with the dtypes of CALLS."""
    columns = journal.columns(WAITING)
    source = columns.pop("source")
    columns["patient"] = sources.place[source]
    columns["stream"] = sources.stream[source]
    columns["episode"] = sources.happening[source]
    columns["profile"] = sources.profile[source]
    if journal.found:
        rows, found = np.array(list(journal.found.items())).T
        columns["episode"][rows] = found
        columns["profile"][rows] = served[found]
    columns["need"] = table.needs[columns["profile"]]
    fate = np.zeros(source.size, np.int8)
    _judge_conversations(spec, columns, source, len(sources), fate)
    _judge_lost(spec, columns, source, sources, fate)
    columns["fate"] = fate
    columns["ed"] = _visits(spec, columns, sources, source, seed)
    return {name: columns[name].astype(dtype) for name, (dtype, _) in CALLS.items()}


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
    joined = columns["began"][rows].copy()
    asked, met = _transfers(columns, source, count)
    joined[asked[whose]] = met[whose][asked[whose]]
    called = _callbacks(columns, source, count)
    found = np.where(columns["began"][rows] - rang > late_after, LATE, HANDLED)
    nurse = (need == 3) & (decided == 3)
    found[nurse] = np.where(np.isinf(joined), LOST, np.where(joined - rang > late_after, LATE, HANDLED))[nurse]
    rescued = nurse & np.isinf(joined) & (called[whose] != LOST)
    found[rescued] = LATE
    if spec.rules.same_day_due is not None and spec.rules.nurse_profile:
        back = (need == 2) & (decided == 2)
        found[back] = called[whose][back]
    found[decided < need] = MISSED
    fate[rows] = found


def _transfers(columns: Columns, source: Whole, count: int) -> tuple[NDArray[np.bool_], Floats]:
    """Return for each source whether a nurse was asked for, and when one joined; infinite where none did."""
    asked, met = np.zeros(count, np.bool_), np.full(count, np.inf)
    transfer = columns["kind"] == TRANSFER
    asked[source[transfer]] = True
    answered = transfer & (columns["outcome"] == ANSWERED)
    met[source[answered]] = columns["began"][answered]
    return asked, met


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
