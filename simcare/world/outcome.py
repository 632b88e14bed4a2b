"""What became of it: the columns of the log from the journal and from the fates of needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Whole
from simcare.world.aftermath import Aftermath
from simcare.world.demand import Sources
from simcare.world.journal import Journal
from simcare.world.log import CALLS
from simcare.world.profiles import Table
from simcare.world.spec import WorldSpec

Columns = dict[str, NDArray[Any]]


def finish(
    spec: WorldSpec,
    journal: Journal,
    aftermath: Aftermath,
    sources: Sources,
    released: Floats,
    served: Whole,
    table: Table,
) -> Columns:
    """Return the columns of the log, in the order and with the dtypes of CALLS; `released` is the work list's."""
    attempts = 1 if spec.outreach is None else spec.outreach.attempts
    columns, source, placed = journal.columns(attempts, released)
    for name, values in (
        ("patient", sources.place),
        ("stream", sources.stream),
        ("episode", sources.happening),
        ("profile", sources.profile),
    ):
        columns[name] = values.astype(CALLS[name][0])[source]
    if journal.found:
        rows = placed(np.fromiter(journal.found, np.int64))
        found = np.array(list(journal.found.values()))
        columns["episode"][rows] = found
        columns["profile"][rows] = served[found]
    columns["need"] = table.needs.astype(np.int8)[columns["profile"]]
    columns["fate"], columns["ed"] = np.zeros(source.size, np.int8), np.zeros(source.size, np.bool_)
    columns["fate"][placed(np.fromiter(aftermath.fates, np.int64))] = list(aftermath.fates.values())
    columns["ed"][placed(np.fromiter(aftermath.visits, np.int64))] = True
    return {name: columns[name].astype(dtype, copy=False) for name, (dtype, _) in CALLS.items()}
