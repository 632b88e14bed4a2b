"""A world that is reduced to a textbook queue agrees with the textbook; `theory` holds the formulas and their sources.

Each figure is a mean over a fixed number of seeds, corrected for what is known of the input (how many calls came, how
long they were). All intervals together hold with 99.9 %, by Bonferroni, and none is wider than 1 % to either side.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from simcare.world import (
    CRITICAL,
    ROUTINE,
    CallProfile,
    Hours,
    Post,
    Stream,
    WorldLog,
    WorldSpec,
    exponential,
    fixed,
    run,
)
from tests.world import theory

pytestmark = pytest.mark.slow
SEEDS = 32
FIGURES = 30
WIDTH = 0.01
SERVICE = 10.0
"""Minutes."""


def queue(
    servers: int,
    loads: tuple[float, ...],
    calls: float,
    *,
    patience: float | None = None,
    always: bool = False,
    weights: tuple[float, ...] = (1.0,) * 24,
) -> WorldSpec:
    """Return a program that is a queue of `calls` with loads in Erlang, of falling priority; times in service times."""
    streams = tuple(
        Stream(
            f"stream {nth}",
            "call",
            load / SERVICE * 60,
            "program",
            hours=Hours((weights,) * 7),
            priority=CRITICAL if nth == 0 and len(loads) > 1 else ROUTINE,
            patience=None if patience is None else exponential(patience * SERVICE),
        )
        for nth, load in enumerate(loads)
    )
    return WorldSpec(
        on=date(2026, 1, 5),
        days=float(np.ceil(calls / sum(loads) * SERVICE / 1440)),
        posts=tuple(Post(f"post {nth}") for nth in range(servers)),
        profiles=(CallProfile("call", "", 0, fixed(SERVICE) if always else exponential(SERVICE)),),
        streams=streams,
    )


Figures = Callable[[WorldLog, NDArray[np.bool_]], list[float]]


def measure(spec: WorldSpec, figures: Figures, warm_up_days: float = 1.0) -> list[tuple[float, float]]:
    """Return for each figure its mean over the seeds, corrected for the input, and half of its interval's width."""
    values, inputs = [], []
    for seed in range(SEEDS):
        log = run(spec, seed)
        after = log.calls["came"] >= warm_up_days * 1440
        values.append(figures(log, after))
        talk = log.calls["talk"][after & (log.calls["post"] >= 0)]
        expected = sum(stream.rate for stream in spec.streams) * 24 * (spec.days - warm_up_days)
        inputs.append([after.sum() / expected - 1, talk.mean() / SERVICE - 1])
    known = np.array(inputs)
    known = known[:, known.std(axis=0) > 0]
    design = np.column_stack([np.ones(SEEDS), known])
    quantile = stats.t.ppf(1 - 0.001 / 2 / FIGURES, SEEDS - design.shape[1])
    found = []
    for column in np.array(values).T:
        weights, residual, *_ = np.linalg.lstsq(design, column, rcond=None)
        spread = float(residual[0]) / (SEEDS - design.shape[1])
        found.append((float(weights[0]), float(quantile * np.sqrt(spread * np.linalg.inv(design.T @ design)[0, 0]))))
    return found


def share_and_time(log: WorldLog, after: NDArray[np.bool_]) -> list[float]:
    """Return the share of calls that waits, and the mean time from ring to end in service times."""
    calls = log.calls
    done = after & (calls["post"] >= 0)
    return [
        float((calls["began"][done] > calls["came"][done]).mean()),
        float((calls["ended"][done] - calls["came"][done]).mean()) / SERVICE,
    ]


def agree(found: list[tuple[float, float]], expected: list[float], kinds: str) -> None:
    """Compare: of each figure (s: a share, in points; t: a time, relative) value and width of the interval."""
    for (value, half), true, kind in zip(found, expected, kinds, strict=True):
        unit = 1.0 if kind == "s" else true
        assert half / unit <= WIDTH, f"the interval {value} +- {half} is wider than 1 % of {unit}"
        assert abs(value - true) <= half, f"{value} +- {half} does not hold {true}"


@pytest.mark.parametrize(
    ("servers", "load", "calls"),
    [(1, 0.4, 14_000), (2, 0.5, 14_000), (3, 0.6, 16_000), (5, 0.65, 14_000), (10, 0.7, 14_000), (20, 0.7, 16_000)],
)
def test_mmc(servers: int, load: float, calls: int) -> None:
    """M/M/c: the share that waits is Erlang's C, and the time in the system follows from it."""
    share, wait = theory.waits_mmc(servers, servers * load)
    found = measure(queue(servers, (servers * load,), calls), share_and_time)
    agree(found, [share, wait + 1], "st")


@pytest.mark.parametrize(("servers", "high", "low", "calls"), [(2, 0.3, 0.4, 22_000), (4, 0.9, 1.1, 20_000)])
def test_priorities(servers: int, high: float, low: float, calls: int) -> None:
    """M/M/c with two priorities: each class has the time that Kella and Yechiali give."""

    def times(log: WorldLog, after: NDArray[np.bool_]) -> list[float]:
        time = (log.calls["ended"] - log.calls["came"]) / SERVICE
        done = after & (log.calls["post"] >= 0)
        return [float(time[done & (log.calls["stream"] == nth)].mean()) for nth in (0, 1)]

    first, second = theory.waits_priority(servers, high, low)
    agree(measure(queue(servers, (high, low), calls), times), [first + 1, second + 1], "tt")


@pytest.mark.parametrize(
    ("servers", "load", "patience", "calls"), [(5, 5.0, 1.0, 8_000), (10, 9.5, 0.5, 8_000), (20, 22.0, 2.0, 12_000)]
)
def test_erlang_a(servers: int, load: float, patience: float, calls: int) -> None:
    """M/M/c+M: the share that hangs up and the time from ring to end of whoever rang are those of Erlang A."""

    def figures(log: WorldLog, after: NDArray[np.bool_]) -> list[float]:
        calls = log.calls
        closed = after & ~np.isnan(calls["ended"])
        return [
            float((calls["outcome"][closed] == 1).mean()),
            float((calls["ended"][closed] - calls["came"][closed]).mean()) / SERVICE,
        ]

    lost, inside = theory.erlang_a(servers, load, patience)
    agree(measure(queue(servers, (load,), calls, patience=patience), figures), [lost, inside / load], "st")


@pytest.mark.parametrize(("servers", "load", "calls"), [(1, 0.5, 12_000), (4, 0.65, 12_000)])
def test_mdc(servers: int, load: float, calls: int) -> None:
    """M/D/c: the time in the system is Crommelin's, and for one server that of Pollaczek and Khinchine."""
    wait = theory.waits_mdc(servers, servers * load)
    if servers == 1:
        assert wait == pytest.approx(load / (2 * (1 - load)))
    found = measure(queue(servers, (servers * load,), calls, always=True), share_and_time)
    agree(found[1:], [wait + 1], "t")


@pytest.mark.parametrize(("servers", "swing", "calls"), [(10, 0.45, 20_000), (12, 0.4, 16_000)])
def test_mtmc(servers: int, swing: float, calls: int) -> None:
    """M(t)/M/c: the share that waits and the mean time in the system over a day are those of the ODE."""
    weights = 1 + swing * np.sin(2 * np.pi * (np.arange(24) - 6) / 24)
    load = 0.5 * servers
    spec = queue(servers, (load,), calls, weights=tuple(weights))
    inside, waits = theory.waits_mtmc(servers, load / SERVICE * 60 * weights / weights.mean(), SERVICE / 60)
    found = measure(spec, share_and_time)
    agree(found, [float(waits @ weights) / weights.sum(), inside * 60 / SERVICE], "st")
