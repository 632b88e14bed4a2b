"""Where replications run: in this process, in worker processes of this machine, or on a Dask cluster."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from simcare.patients.population.storage import cluster_executor
from simcare.planning.replicate import Workers
from simcare.planning.store import Store


@contextmanager
def open_workers(
    count: int | None = None, cluster: str | None = None, folder: Path | None = None, cancelled: Event | None = None
) -> Iterator[Workers]:
    """Give workers: `count` processes (the machine's processors when left out; 1: here), or those of a cluster.

    Finished replications are kept in `folder`. Raises PopulationError where no cluster answers at its address.
    """
    store = None if folder is None else Store(folder)
    event = Event() if cancelled is None else cancelled
    if cluster is not None:
        with cluster_executor(cluster) as executor:
            yield Workers(executor, count or 4 * (os.cpu_count() or 1), store, event)
        return
    count = count or os.cpu_count() or 1
    if count == 1:
        yield Workers(None, 1, store, event)
        return
    from loky import get_reusable_executor  # slow to import, and one process needs none

    # A pressed Ctrl-C goes to all processes of a terminal; only this one may decide what it means.
    yield Workers(get_reusable_executor(count, timeout=60, initializer=_leave_interrupts_alone), count, store, event)


def _leave_interrupts_alone() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
