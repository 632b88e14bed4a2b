"""Replications: the same numbers wherever and however they run, and nothing finished is lost."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from simcare.planning import replicate
from simcare.planning.basis import Basis
from simcare.planning.counted import Tally
from simcare.planning.executors import open_workers
from simcare.planning.replicate import Interrupted, Stopping, Workers, run_each, run_replications
from simcare.planning.store import Store
from tests.planning.plans import PROGRAM, QUEUE, basis_of

SHORT = QUEUE.replace("days: 28", "days: 2")


def same(one: Tally, other: Tally) -> bool:
    """Tell whether two tallies hold the same numbers, NaN included."""
    equal = [
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True) for name in ("week", "days", "codes")
    ]
    own = np.array_equal(list(one.own.values()), list(other.own.values()), equal_nan=True)
    return all(equal) and own and list(one.own) == list(other.own) and one.replication == other.replication


@pytest.fixture
def queue(tmp_path: Path) -> Basis:
    """Return two days of the textbook queue."""
    return basis_of(tmp_path, SHORT)


class Backwards(Executor):
    """Runs what is submitted when asked for the last time, the newest first: the order of finishing is reversed."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []
        self._lock = threading.Lock()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Take a task; every second one releases those that wait."""
        future: Future[Any] = Future()
        with self._lock:
            self._waiting.append((future, fn, args))
            ready = [self._waiting.pop() for _ in range(len(self._waiting))] if len(self._waiting) >= 2 else []
        for done, task, given in ready:
            if done.set_running_or_notify_cancel():
                done.set_result(task(*given))
        return future


def test_results_are_consumed_in_their_order(queue: Basis) -> None:
    """Whoever finishes first, the tallies and so the stopping rule see replication 0, 1, 2 and so on."""
    here = run_replications(queue, 5, Stopping(6))
    there = run_replications(queue, 5, Stopping(6), Workers(Backwards(), 4))
    assert [tally.replication for tally in there.tallies] == list(range(6))
    assert all(same(one, other) for one, other in zip(here.tallies, there.tallies, strict=True))


def test_a_precision_stops_at_the_same_number_on_threads_and_here(queue: Basis) -> None:
    """Sequential stopping gives one n: at the first number of replications whose intervals are narrow enough."""
    rule = Stopping(precision=0.05, of=("service_level",), fewest=4, most=60)
    here = run_replications(queue, 5, rule)
    with ThreadPoolExecutor(1) as pool:
        there = run_replications(queue, 5, rule, Workers(pool, 3))
    assert len(here.tallies) == len(there.tallies)
    assert rule.reached("service_level", here.whole) <= 0.05 < rule.reached("service_level", here.whole[:-1])


def test_an_interruption_keeps_what_is_finished_and_resuming_runs_only_the_rest(
    queue: Basis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after three, the next run simulates three fewer and ends with the numbers of an undisturbed one."""
    undisturbed = run_replications(queue, 5, Stopping(6))
    store, cancelled = Store(tmp_path / "out"), Event()

    def watch(done: int, of: int) -> None:
        if done == 3:
            cancelled.set()

    partly = run_replications(queue, 5, Stopping(6), Workers(store=store, cancelled=cancelled), watch)
    assert (len(partly.tallies), partly.finished) == (3, False)
    ran: list[int] = []
    really = replicate.replicate
    monkeypatch.setattr(replicate, "replicate", lambda b, s, r: (ran.append(r), really(b, s, r))[1])
    resumed = run_replications(queue, 5, Stopping(6), Workers(store=store))
    assert ran == [3, 4, 5]
    assert all(same(one, other) for one, other in zip(undisturbed.tallies, resumed.tallies, strict=True))


def test_a_torn_file_is_simulated_again(queue: Basis, tmp_path: Path) -> None:
    """A file that is not whole counts as not there; another plan or seed never reads it."""
    store = Store(tmp_path / "out")
    (first,) = run_replications(queue, 5, Stopping(1), Workers(store=store)).tallies
    (path,) = (tmp_path / "out").rglob("*.npz")
    path.write_bytes(path.read_bytes()[:200])
    assert store.read(queue.stamp, 5, 0) is None
    (again,) = run_replications(queue, 5, Stopping(1), Workers(store=store)).tallies
    assert same(first, again)
    assert (store.read(queue.stamp, 6, 0), store.read(queue.varied(sick=0.04).stamp, 5, 0)) == (None, None)


def test_cancelled_work_of_many_plans_says_so(queue: Basis) -> None:
    """Where only everything together means something, a cancellation is an interruption."""
    cancelled = Event()
    cancelled.set()
    with pytest.raises(Interrupted):
        run_each([queue, queue], 5, 2, Workers(cancelled=cancelled))


@pytest.mark.slow
def test_loky_and_a_dask_cluster_give_identical_results(tmp_path: Path) -> None:
    """The same plan, seed and precision: one n and the same bits, here, on worker processes and on a cluster."""
    from distributed import LocalCluster

    basis = basis_of(tmp_path, PROGRAM)
    rule = Stopping(precision=0.08, of=("reached", "service_level"), fewest=4, most=12)
    here = run_replications(basis, 9, rule)
    with open_workers(2) as workers:
        on_loky = run_replications(basis, 9, rule, workers)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        open_workers(2, cluster.scheduler_address) as workers,
    ):
        on_dask = run_replications(basis, 9, rule, workers)
    assert len(here.tallies) == len(on_loky.tallies) == len(on_dask.tallies)
    for one, two, three in zip(here.tallies, on_loky.tallies, on_dask.tallies, strict=True):
        assert same(one, two) and same(one, three)
