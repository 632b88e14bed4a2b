"""Replications: a pure function of (basis, seed, replication), many of them on any executor, and when there are enough.

Results are consumed in the order of their numbers, so a stopping rule gives the same count and the same values on one
process, on loky and on Dask. What is finished is kept by `store`; what came of it is made in `answers` and `summary`.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from itertools import count as count_up
from threading import Event
from typing import Any

import numpy as np

from simcare.planning.answers import Money, whole
from simcare.planning.basis import Basis
from simcare.planning.building import Built, build
from simcare.planning.calendar import Calendar, calendar_of
from simcare.planning.counted import Tally
from simcare.planning.counting import count
from simcare.planning.plan import Runs
from simcare.planning.statistics import half_width
from simcare.planning.store import PlanError, Store
from simcare.world import run

Progress = Callable[[int, int], None]
"""Called with how many replications are finished and how many there will be, at most."""
Job = tuple[Basis, int]
"""A basis and the number of a replication."""
_KEPT = 3
_built: OrderedDict[tuple[str, int], tuple[Built, Calendar]] = OrderedDict()


def replicate(basis: Basis, seed: int, replication: int) -> Tally:
    """Simulate one replication and count it; the same three arguments give the same tally anywhere."""
    key = basis.stamp, seed
    if key not in _built:
        _built[key] = build(basis, seed), calendar_of(basis)
        while len(_built) > _KEPT:
            _built.popitem(last=False)
    _built.move_to_end(key)
    built, calendar = _built[key]
    return count(run(built.spec_of(replication, seed), seed, replication), built, calendar)


class Interrupted(Exception):
    """Somebody asked to stop; what was finished is kept."""


@dataclass(frozen=True)
class Workers:
    """Who simulates, where results are kept, who is told, and what stops it.

    Attributes:
        executor: Where replications run; None: here, one after another.
        count: How many run at once.
        store: Where finished ones are kept and found again; None: nowhere.
        cancelled: Set it from anywhere to stop.
    """

    executor: Executor | None = None
    count: int = 1
    store: Store | None = None
    cancelled: Event = field(default_factory=Event)

    def run(self, jobs: Iterable[Job], seed: int) -> Iterator[Tally]:
        """Yield the tallies of jobs in their order; raises Interrupted when cancelled, PlanError when a worker dies."""
        if self.executor is None:
            yield from self._here(jobs, seed)
            return
        pending: deque[Tally | Future[Any]] = deque()
        waiting = iter(jobs)
        try:
            while True:
                while len(pending) < 2 * self.count and (job := next(waiting, None)) is not None:
                    pending.append(self._submit(self.executor, job, seed))
                if not pending:
                    return
                first = pending.popleft()
                yield first if isinstance(first, Tally) else self._result(first)
        finally:
            for left in pending:
                if not isinstance(left, Tally):
                    left.cancel()

    def _here(self, jobs: Iterable[Job], seed: int) -> Iterator[Tally]:
        for basis, replication in jobs:
            if self.cancelled.is_set():
                raise Interrupted
            found = self._kept(basis, seed, replication)
            if found is None:
                found = replicate(basis, seed, replication)
                self._keep(basis, seed, found)
            yield found

    def _submit(self, executor: Executor, job: Job, seed: int) -> Tally | Future[Any]:
        basis, replication = job
        found = self._kept(basis, seed, replication)
        if found is not None:
            return found
        try:
            future = executor.submit(replicate, basis, seed, replication)
        except (BrokenExecutor, RuntimeError) as error:
            raise _died(error) from error
        # Kept as soon as it is there, whoever asks for it and whenever: an interruption loses nothing that is finished.
        future.add_done_callback(lambda done: self._keep_done(basis, seed, done))
        return future

    def _result(self, future: Future[Any]) -> Tally:
        while not wait([future], timeout=0.1).done:
            if self.cancelled.is_set():
                raise Interrupted
        try:
            found: Tally = future.result()
        except CancelledError:
            raise Interrupted from None
        except BrokenExecutor as error:
            raise _died(error) from error
        return found

    def _kept(self, basis: Basis, seed: int, replication: int) -> Tally | None:
        return None if self.store is None else self.store.read(basis.stamp, seed, replication)

    def _keep_done(self, basis: Basis, seed: int, done: Future[Any]) -> None:
        if not done.cancelled() and done.exception() is None:
            self._keep(basis, seed, done.result())

    def _keep(self, basis: Basis, seed: int, tally: Tally) -> None:
        if self.store is not None:
            self.store.write(basis.stamp, seed, tally)


def _died(error: Exception) -> PlanError:
    return PlanError(
        f"a worker process ended by itself ({type(error).__name__}), mostly for want of memory; what was finished is "
        "kept, so run the same command again with fewer --workers"
    )


@dataclass(frozen=True, slots=True)
class Stopping:
    """When there are enough replications: at a fixed number, or when some answers are known to a precision.

    Attributes:
        replications: The fixed number; None for a precision.
        precision: Largest half-width of the confidence interval over the mean, for each of `of`.
        of: Answers that must be as precise; one that is NaN or 0 throughout is.
        confidence: Of the intervals.
        fewest: So many at least.
        most: So many at most, precise or not.
    """

    replications: int | None = None
    precision: float | None = None
    of: Sequence[str] = ()
    confidence: float = 0.95
    fewest: int = 10
    most: int = 500

    def enough(self, values: Sequence[dict[str, float]]) -> bool:
        """Tell whether these replications, in order, are enough."""
        if self.replications is not None:
            return len(values) >= self.replications
        if len(values) < self.fewest:
            return False
        return len(values) >= self.most or all(self.reached(key, values) <= (self.precision or 0) for key in self.of)

    def reached(self, key: str, values: Sequence[dict[str, float]]) -> float:
        """Return the half-width over the mean of an answer; 0 where there is nothing to be precise about."""
        numbers = np.array([each[key] for each in values])
        numbers = numbers[~np.isnan(numbers)]
        if numbers.size < 2 or numbers.mean() == 0:
            return 0.0
        return half_width(numbers, self.confidence) / abs(float(numbers.mean()))


def stopping_of(runs: Runs, replications: int | None = None, precision: float | None = None) -> Stopping:
    """Return the rule of a plan; what the command line says goes before it. Without any it is ten replications."""
    if replications is None and precision is None:
        replications, precision = runs.replications, runs.precision
        if replications is None and precision is None:
            replications = runs.fewest
    if precision is not None:
        return Stopping(None, precision, runs.of, runs.confidence, runs.fewest, max(runs.most, replications or 0))
    return Stopping(replications, None, runs.of, runs.confidence)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The replications of one basis, in order.

    Attributes:
        basis: Of what.
        seed: Of its luck.
        tallies: One for each.
        whole: The answers over the whole horizon, one dict for each.
        finished: False where somebody stopped it before there were enough.
    """

    basis: Basis
    seed: int
    tallies: tuple[Tally, ...]
    whole: tuple[dict[str, float], ...]
    finished: bool = True

    def values(self, answer: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return an answer of each replication."""
        return np.array([each[answer] for each in self.whole])


def run_replications(
    basis: Basis,
    seed: int,
    stopping: Stopping,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Simulate until there are enough replications, or somebody stops it; then what was finished is returned."""
    workers = Workers() if workers is None else workers
    money = money_of(basis)
    tallies: list[Tally] = []
    values: list[dict[str, float]] = []
    results = workers.run(((basis, replication) for replication in count_up()), seed)
    try:
        while not stopping.enough(values):
            tallies.append(next(results))
            values.append(whole(tallies[-1], money))
            if progress is not None:
                progress(len(tallies), stopping.replications or stopping.most)
    except Interrupted:
        return Outcome(basis, seed, tuple(tallies), tuple(values), finished=False)
    finally:
        results.close()  # type: ignore[attr-defined]
    return Outcome(basis, seed, tuple(tallies), tuple(values))


def run_each(
    bases: Sequence[Basis],
    seed: int,
    replications: int,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Simulate several bases, each with the same replications, so that they share the luck of every call.

    Raises Interrupted when cancelled; what was finished is kept.
    """
    workers = Workers() if workers is None else workers
    jobs = [(basis, replication) for basis in bases for replication in range(replications)]
    tallies: list[Tally] = []
    for tally in workers.run(jobs, seed):
        tallies.append(tally)
        if progress is not None:
            progress(len(tallies), len(jobs))
    found = []
    for at, basis in enumerate(bases):
        mine = tuple(tallies[at * replications : (at + 1) * replications])
        found.append(Outcome(basis, seed, mine, tuple(whole(tally, money_of(basis)) for tally in mine)))
    return tuple(found)


def money_of(basis: Basis) -> Money:
    """Return what turns wages into cost."""
    return Money(basis.number("benefit_load"), basis.number("overhead_share"))
