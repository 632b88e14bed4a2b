"""Time a world against its yardsticks: a year of a whole program, a naive twin, a bare heap and a plain queue.

Run `python -m benchmarks.world`. Figures are of processor time, the best of some repeats; ratios hold on a busy
machine. Both sides of a ratio live through the same luck, and their results are compared first. Exits with 1 where a
limit is not held.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from simpy import Environment

from simcare.chance import derive
from simcare.world import CallProfile, Post, Stream, WorldLog, WorldSpec, exponential, run
from simcare.world.board import Board
from simcare.world.demand import draw_sources
from simcare.world.draws import Draws
from simcare.world.duty import draw_duty
from simcare.world.profiles import Table
from simcare.world.worklist import WorkList
from tests.world.bare import bare_program, run_bare
from tests.world.naive import Naive
from tests.world.programs import program

YEAR = 365.0
LARGER = "times as long a call for 100,000 patients"
LIMITS = {
    "CPU s a replication": 3.0,
    "MB a replication": 200.0,
    "SimPy events a call": 2.5,
    "times a bare heap": 4.0,
    LARGER: 1.5,
}
AGAINST_CIW = "times faster than Ciw on M/M/20"
AT_LEAST = {"times faster than the naive twin": 12.0, AGAINST_CIW: 8.0}


class Counting(Environment):
    """A SimPy environment that counts its events and times its loop."""

    def __init__(self) -> None:
        super().__init__()
        self.events = 0
        self.seconds = 0.0

    def step(self) -> None:
        """Process an event and count it."""
        self.events += 1
        super().step()


class Timed(Environment):
    """A SimPy environment that times its loop."""

    seconds = 0.0

    def run(self, until: Any = None) -> Any:
        """Run and keep the processor time of it."""
        started = time.process_time()
        try:
            return super().run(until)
        finally:
            self.seconds = time.process_time() - started


def best(work: Callable[[], object], repeats: int) -> float:
    """Return the least processor time of one run."""
    least = float("inf")
    for _ in range(repeats):
        gc.collect()
        started = time.process_time_ns()
        work()
        least = min(least, time.process_time_ns() - started)
    return least / 1e9


def peak_megabytes(work: Callable[[], object]) -> float:
    """Return the most memory that Python and NumPy held at once for a piece of work, beyond what was there."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    work()
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return peak / 1e6


def rows_of(log: WorldLog) -> int:
    """Return how many calls, attempts and pieces of work a log holds."""
    return int(log.calls["kind"].size)


def whole_year(found: dict[str, float]) -> None:
    """Measure a year of 10,000 patients with every feature on, and what ten times as many cost."""
    spec = program(10_000, 48, 6, YEAR)
    # A panel that hardly shrinks, and patients who call: about 350,000 calls.
    busy = tuple(replace(stream, rate=0.45) for stream in spec.streams)
    spec = replace(spec, attrition_yearly=0.05, streams=busy)
    counting = Counting()
    calls = rows_of(run(spec, 1, environment=counting))
    seconds = best(lambda: run(spec, 1), 5)
    found["CPU s a replication"] = seconds
    found["SimPy events a call"] = counting.events / calls
    found["MB a replication"] = peak_megabytes(lambda: run(spec, 1))
    print(f"10,000 patients, {YEAR:.0f} days, every feature on: {calls:,} calls, {counting.events:,} events")
    print(
        f"  {seconds:.2f} CPU s, {seconds / calls * 1e6:.1f} microseconds a call, "
        f"{found['SimPy events a call']:.2f} events a call, peak {found['MB a replication']:.0f} MB"
    )


def larger(found: dict[str, float]) -> None:
    """Measure that time is linear in the number of patients: what a call costs, which caches make dearer with size."""
    each = {}
    for count, repeats in ((10_000, 5), (30_000, 2), (100_000, 2)):
        spec = program(count, count * 48 // 10_000, count * 6 // 10_000, 61.0)
        calls = rows_of(run(spec, 1))
        each[count] = best(lambda spec=spec: run(spec, 1), repeats) / calls * 1e6  # type: ignore[misc]
        print(f"  {count:>7,} patients, 61 days: {calls:,} calls, {each[count]:.1f} microseconds a call")
    found[LARGER] = each[100_000] / each[10_000]
    print(f"  a call of 100,000 patients takes {found[LARGER]:.2f} times as long as one of 10,000")


def against_naive(found: dict[str, float]) -> None:
    """Measure the naive twin on a program that it can still bear."""
    spec = program(2_000, 10, 2, 61.0)
    naive = best(lambda: Naive(spec, 1).run(), 1)
    world = best(lambda: run(spec, 1), 3)
    found["times faster than the naive twin"] = naive / world
    print(f"naive twin, 2,000 patients, 61 days: {naive:.2f} CPU s against {world:.2f}: {naive / world:.0f} times")


def against_bare(found: dict[str, float]) -> None:
    """Measure a bare heap on the part of the program that it knows."""
    managers, nurses = 30, 5
    spec = bare_program(10_000, managers, nurses, YEAR)
    assert spec.outreach is not None and spec.panel is not None
    luck = derive(1, "world.replication", 0)
    table = Table(spec.profiles, [post.skill for post in spec.posts])
    none = np.zeros(0, np.int64)
    left = np.full(len(spec.panel), np.inf)
    sources = draw_sources(spec, table, None, none, left, luck)
    board = Board(spec.posts, frozenset(), ())
    draws = Draws(spec, table, sources, none, board, luck)
    work = WorkList(spec, spec.outreach, spec.panel, sources, left, draw_duty(spec, luck), board, luck)
    rings = sources.came[: sources.ringing].tolist()
    rows = run_bare(spec, rings, draws, work, managers, nurses)
    heap = best(lambda: run_bare(spec, rings, draws, work, managers, nurses), 3)
    least = float("inf")
    for _ in range(3):
        clock = Timed()
        log = run(spec, 1, environment=clock)
        least = min(least, clock.seconds)
    columns = np.array(rows)
    calls = log.calls
    taken = calls["post"] >= 0
    minutes = sum(float(calls[name][taken].sum()) for name in ("talk", "hold", "documentation"))
    same = abs(float(columns[:, 3:6].sum()) / minutes - 1)
    assert abs(len(rows) / int(taken.sum()) - 1) < 0.002 and same < 0.002, (len(rows), int(taken.sum()), same)
    found["times a bare heap"] = least / heap
    print(f"bare heap, {len(rows):,} calls: {heap:.2f} CPU s, the world's loop {least:.2f}: {least / heap:.1f} times")


def plain_queue(found: dict[str, float]) -> None:
    """Measure M/M/20 at 90 % load, which other libraries can do too; both sides serve as many customers.

    What a library does on some other machine says nothing about the ratio on this one, so without Ciw there is none.
    """
    days, servers, a_minute, service = 120.0, 20, 1.8, 10.0
    spec = WorldSpec(
        on=date(2026, 1, 5),
        days=days,
        posts=tuple(Post(f"post {nth}") for nth in range(servers)),
        profiles=(CallProfile("call", "", 0, exponential(service)),),
        streams=(Stream("stream", "call", 60 * a_minute, "program"),),
    )
    calls = rows_of(run(spec, 1))
    speed = calls / best(lambda: run(spec, 1), 5)
    print(f"M/M/20 at 90 %: {calls:,} calls, {speed:,.0f} calls a CPU second")
    try:
        import ciw  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        print(
            "  Ciw is not installed. Nothing else here needs it, so put it beside the environment and run this again:\n"
            "  `pip install --target FOLDER ciw`, then `PYTHONPATH=FOLDER python -m benchmarks.world`"
        )
        return
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(a_minute)],
        service_distributions=[ciw.dists.Exponential(1 / service)],
        number_of_servers=[servers],
    )

    def simulate() -> int:
        ciw.seed(1)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(days * 1440)
        return len(simulation.get_all_records())

    theirs = simulate() / best(simulate, 2)
    times = found[AGAINST_CIW] = speed / theirs
    print(f"  Ciw {ciw.__version__}: {theirs:,.0f} customers a CPU second; the world is {times:.1f} times faster")


def main() -> int:
    """Print the figures; return 1 where a limit is not held."""
    found: dict[str, float] = {}
    whole_year(found)
    against_bare(found)
    against_naive(found)
    plain_queue(found)
    larger(found)
    print(f"peak resident memory of all this: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    broken = [f"{name}: not measured" for name in (*LIMITS, *AT_LEAST) if name not in found]
    broken += [f"{name}: {found[name]:.2f}, at most {most}" for name, most in LIMITS.items() if found[name] > most]
    broken += [
        f"{name}: {found[name]:.1f}, at least {least}"
        for name, least in AT_LEAST.items()
        if found.get(name, least) < least
    ]
    for line in broken:
        print(f"not held: {line}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
