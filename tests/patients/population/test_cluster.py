"""A Dask cluster writes what one process writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from distributed import LocalCluster

from simcare.patients.population import cluster_executor, generate
from simcare.patients.population.schema import TABLES

ON = date(2026, 11, 20)


@pytest.fixture
def address() -> Iterator[str]:
    """Give the address of a scheduler with one worker, both in this process."""
    quiet = {"processes": False, "protocol": "tcp", "host": "127.0.0.1", "dashboard_address": None}
    with LocalCluster(n_workers=1, threads_per_worker=2, **quiet) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_changes_no_byte(tmp_path: Path, address: str) -> None:
    """Partitions written by the workers of a cluster are the files that one process writes."""
    with cluster_executor(address) as executor:
        generate(tmp_path / "far", 300, seed=4, on=ON, partition=100, executor=executor)
    generate(tmp_path / "near", 300, seed=4, on=ON, partition=100)
    files = sorted(path.relative_to(tmp_path / "near") for path in (tmp_path / "near").rglob("*") if path.is_file())
    assert len(files) == 3 * len(TABLES) + 1
    assert [
        name for name in files if (tmp_path / "near" / name).read_bytes() != (tmp_path / "far" / name).read_bytes()
    ] == []
