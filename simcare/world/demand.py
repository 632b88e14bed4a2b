"""Demand: every call that could come, as columns drawn before the run; attributes belong to the call.

A source is a call-to-be: one of a stream, one about a happening, or a patient's monthly call. Everything about it
follows from (seed, who, nth), so neither staffing nor one more patient changes it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.chance import derive, exponentials, uniforms
from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.clock import clock_times, months, offsets, operational
from simcare.world.lives import Happenings
from simcare.world.presence import stayed
from simcare.world.profiles import Table
from simcare.world.spec import CRITICAL, DAY, MONTH, ROUTINE, SAME_DAY, Outreach, Panel, Stream, WorldSpec

NEEDS = ("anyone", "clinical", "nurse")


@dataclass(frozen=True, slots=True)
class Sources:
    """Calls-to-be as columns of one length: those that ring, by time, then the monthly ones, by their first day.

    Attributes:
        ringing: How many ring by themselves.
        came: When it rings, or is first put on the work list.
        place: Place in the panel, -1 for none.
        who: Number of the patient, 0 for none; with `nth` the key of its luck.
        nth: See `who`.
        stream: Index in the spec's streams, -1 for none.
        happening: Row of the happenings, -1 for none.
        profile: Index of the key of its profile.
        priority: As callers are heard, see `Rules.recognized`.
        needs: Index in NEEDS.
        month: For a monthly call which month of the horizon, else -1.
    """

    ringing: int
    came: Floats
    place: NDArray[np.int32]
    who: Whole
    nth: Whole
    stream: NDArray[np.int16]
    happening: NDArray[np.int32]
    profile: NDArray[np.int16]
    priority: NDArray[np.int8]
    needs: NDArray[np.int8]
    month: NDArray[np.int16]

    def __len__(self) -> int:
        """Return how many there are."""
        return self.came.size


def draw_sources(
    spec: WorldSpec, table: Table, found: Happenings | None, served: Whole, left: Floats, seed: int
) -> Sources:
    """Draw all calls-to-be of a horizon.

    `served` is the profile of each happening, `left` the minute at which each patient leaves the program.
    """
    parts = [_of_stream(spec, index, stream, table, seed) for index, stream in enumerate(spec.streams)]
    if found is not None:
        parts.append(_of_happenings(spec, found, served))
    ringing = _joined(parts)
    order = np.argsort(ringing["came"], kind="stable")
    order = order[stayed(ringing["came"][order], ringing["place"][order], left)]
    ringing = {name: values[order] for name, values in ringing.items()}
    if any(spec.rules.recognized):
        recognized = np.array(spec.rules.recognized)[table.needs[ringing["profile"]]]
        heard = uniforms(seed, "world.recognized", ringing["who"], ringing["nth"]) < recognized
        ringing["priority"] = np.where(heard, CRITICAL, ringing["priority"])
    monthly = _joined([])
    if spec.outreach is not None and spec.panel is not None:
        monthly = _monthly(spec, spec.outreach, spec.panel, table, left, seed)
    columns = {name: np.concatenate([ringing[name], monthly[name]]) for name in ringing}
    return Sources(
        ringing=ringing["came"].size,
        came=columns["came"],
        place=columns["place"].astype(np.int32),
        who=columns["who"].astype(np.int64),
        nth=columns["nth"].astype(np.int64),
        stream=columns["stream"].astype(np.int16),
        happening=columns["happening"].astype(np.int32),
        profile=columns["profile"].astype(np.int16),
        priority=columns["priority"].astype(np.int8),
        needs=columns["needs"].astype(np.int8),
        month=columns["month"].astype(np.int16),
    )


def start_of(what: str, key: str) -> int:
    """Return where the nths of a stream, or of the work list, begin among all nths of a patient."""
    return derive(0, f"world.{what}", key)


_COLUMNS = ("came", "place", "who", "nth", "stream", "happening", "profile", "priority", "needs", "month")


def _joined(parts: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    empty = {name: np.zeros(0, np.float64 if name == "came" else np.int64) for name in _COLUMNS}
    return {name: np.concatenate([empty[name], *(part[name] for part in parts)]) for name in _COLUMNS}


def _of_stream(spec: WorldSpec, index: int, stream: Stream, table: Table, seed: int) -> dict[str, NDArray[Any]]:
    start = start_of("stream", stream.key)
    if stream.per == "program":
        ahead = offsets("UTC", spec.on, math.ceil(spec.days))
        reached = operational(stream.hours.shares, ahead, spec.on, spec.days)
        mean = 60.0 / stream.rate if stream.rate > 0 else math.inf
        which, nth, flat = poisson_process(np.zeros(1, np.int64), start, mean, float(reached[-1]), seed)
        place, came = np.full(flat.size, -1, np.int64), clock_times(flat, reached, spec.days)
    else:
        if spec.panel is None:
            raise ValueError(f"the stream '{stream.key}' has a rate per patient, but there is no panel")
        mean = MONTH / stream.rate if stream.rate > 0 else math.inf
        place, nth, came = _of_patients(spec, spec.panel, stream, start, mean, seed)
        which = spec.panel.patient[place]
    return _rows(
        came,
        place=place,
        who=np.zeros(came.size, np.int64) if stream.per == "program" else which,
        nth=nth,
        stream=index,
        profile=table.index[stream.profile],
        priority=stream.priority,
        needs=NEEDS.index(stream.needs),
    )


def _of_patients(
    spec: WorldSpec, panel: Panel, stream: Stream, start: int, mean: float, seed: int
) -> tuple[Whole, Whole, Floats]:
    places, nths, times = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for zone, name in enumerate(panel.zones):
        mine = np.flatnonzero(panel.zone == zone)
        ahead = offsets(name, spec.on, math.ceil(spec.days))
        reached = operational(stream.hours.shares, ahead, spec.on, spec.days)
        which, nth, flat = poisson_process(panel.patient[mine], start, mean, float(reached[-1]), seed)
        places.append(mine[which])
        nths.append(nth)
        times.append(clock_times(flat, reached, spec.days))
    return np.concatenate(places), np.concatenate(nths), np.concatenate(times)


def poisson_process(who: Whole, start: int, mean_gap: float, until: float, seed: int) -> tuple[Whole, Whole, Floats]:
    """Draw a Poisson process for each of `who`: whose each point is, its nth and its time, below `until`.

    Gaps are exponential and keyed by (who, nth), so one more of them moves no other's points.
    """
    whose, nths, times = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    if not mean_gap < math.inf:
        return whose[0], nths[0], times[0]
    expected = until / mean_gap
    width = math.ceil(expected + 4 * math.sqrt(expected) + 2)
    left, reached, first = np.arange(who.size), np.zeros(who.size), start
    while left.size:
        nth = first + np.arange(width)
        gaps = mean_gap * exponentials(seed, "world.gap", who[left][:, None], nth[None, :])
        gaps[:, 0] += reached[left]
        at = np.cumsum(gaps, axis=1)
        row, column = np.nonzero(at < until)
        whose.append(left[row])
        nths.append(nth[column])
        times.append(at[row, column])
        reached[left] = at[:, -1]
        left = left[at[:, -1] < until]
        first += width
    return np.concatenate(whose), np.concatenate(nths), np.concatenate(times)


def _of_happenings(spec: WorldSpec, found: Happenings, served: Whole) -> dict[str, NDArray[Any]]:
    assert spec.panel is not None and spec.episodes is not None
    at = np.flatnonzero(found.calls)
    return _rows(
        found.minute[at],
        place=found.place[at],
        who=spec.panel.patient[found.place[at]],
        nth=found.nth[at],
        happening=at,
        profile=served[at],
        priority=np.where(found.severe[at], SAME_DAY, ROUTINE),
        needs=NEEDS.index(spec.episodes.needs),
    )


def _monthly(
    spec: WorldSpec, outreach: Outreach, panel: Panel, table: Table, left: Floats, seed: int
) -> dict[str, NDArray[Any]]:
    if not outreach.weekdays:
        raise ValueError("the work list needs at least one day of the week on which patients are called")
    firsts = months(spec.on, spec.days)
    ends = np.append(firsts[1:], math.ceil(spec.days))
    # A month that is under way when the world begins has its list too: whose day is over was called before.
    firsts[0] = 1 - spec.on.day
    mine = np.flatnonzero(panel.monthly)
    place, month = np.tile(mine, firsts.size), np.repeat(np.arange(firsts.size), mine.size)
    who, nth = panel.patient[place], start_of("outreach", "monthly") + month
    spread = np.minimum(outreach.spread_days, ends - firsts)[month]
    day = firsts[month] + (uniforms(seed, "world.first_day", who, nth) * spread).astype(np.int64)
    due = np.flatnonzero(day > _last_workday_before(spec, outreach))
    place, month, who, nth, day = place[due], month[due], who[due], nth[due], day[due]
    day = workdays(spec, outreach)[np.maximum(day, 0)]
    hour = np.array([first for first, _ in panel.best_times])[panel.best[place]]
    ahead = np.array([offsets(name, spec.on, math.ceil(spec.days) + 8) for name in panel.zones])
    came = np.maximum(day * DAY + hour * 60.0 - ahead[panel.zone[place], day + 1], 0.0)
    share = np.cumsum([share for _, share in outreach.profiles])
    which = np.searchsorted(share, uniforms(seed, "world.monthly", who, nth) * share[-1], "right")
    keys = np.array([table.index[key] for key, _ in outreach.profiles])
    order = np.lexsort((place, came))
    order = order[stayed(came[order], place[order], left)]
    rows = _rows(
        came,
        place=place,
        who=who,
        nth=nth,
        profile=keys[which],
        priority=ROUTINE,
        needs=NEEDS.index(outreach.needs),
        month=month,
    )
    return {name: values[order] for name, values in rows.items()}


def workdays(spec: WorldSpec, outreach: Outreach) -> Whole:
    """Return, for each day of the horizon and some after it, the first day from it on which patients are called."""
    day = np.arange(math.ceil(spec.days) + 64)
    works = np.isin((day + spec.on.weekday()) % 7, outreach.weekdays)
    at = np.flatnonzero(works)
    return at[np.minimum(np.searchsorted(at, day), at.size - 1)][: math.ceil(spec.days) + 57]


def _last_workday_before(spec: WorldSpec, outreach: Outreach) -> int:
    """Return the last day before the horizon on which patients are called: what was due since then is still open."""
    return next(day for day in range(-1, -8, -1) if (day + spec.on.weekday()) % 7 in outreach.weekdays)


def _rows(came: Floats, **columns: Whole | int) -> dict[str, NDArray[Any]]:
    rows: dict[str, NDArray[Any]] = {"came": came}
    for name in _COLUMNS[1:]:
        rows[name] = np.broadcast_to(np.asarray(columns.get(name, -1), np.int64), came.shape)
    return rows
