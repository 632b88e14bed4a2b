"""Populations on disk: the same bytes, the same people in any partition, whole partitions or nothing."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from simcare.patients.population import storage
from simcare.patients.population.drawing import Population, PopulationError, populate
from simcare.patients.population.schema import SCHEMA
from simcare.patients.population.storage import describe, generate, load, load_partitions

ON = date(2026, 11, 20)


def bytes_of(folder: Path) -> dict[str, str]:
    """Return the hash of every file under a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing(a: Population, b: Population) -> list[str]:
    """Return the tables that are not the same, rows, order, words and dtypes."""
    return [name for name in SCHEMA if not a.tables[name].equals(b.tables[name])]


def test_two_runs_are_byte_identical(tmp_path: Path) -> None:
    """The same seed gives the same files, bit by bit."""
    for name in ("a", "b"):
        generate(tmp_path / name, 900, seed=4, on=ON, partition=300)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


@pytest.mark.slow
def test_workers_change_no_byte(tmp_path: Path) -> None:
    """One process, two processes and an executor of somebody else's write the same files."""
    generate(tmp_path / "one", 700, seed=4, on=ON, partition=250)
    generate(tmp_path / "two", 700, seed=4, on=ON, partition=250, workers=2)
    with ThreadPoolExecutor(2) as executor:
        generate(tmp_path / "own", 700, seed=4, on=ON, partition=250, executor=executor)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two") == bytes_of(tmp_path / "own")


@pytest.mark.slow
def test_partitions_of_1000_and_of_50000_give_the_same_people(tmp_path: Path) -> None:
    """Every row of every table is the same, in the same order, however the people are parted."""
    generate(tmp_path / "small", 9500, seed=1, on=ON, partition=1000)
    generate(tmp_path / "large", 9500, seed=1, on=ON, partition=50_000)
    assert differing(load(tmp_path / "small"), load(tmp_path / "large")) == []


@pytest.mark.slow
@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_what_was_written_is_what_is_drawn(tmp_path: Path, format: storage.Format) -> None:
    """Reading gives back the frames that `populate` gives, from Parquet exactly, from CSV with the words in use."""
    generate(tmp_path / "p", 400, seed=2, on=ON, start=50, partition=150, format=format)
    read, drawn = load(tmp_path / "p"), populate(400, seed=2, on=ON, start=50)
    assert (read.seed, read.mix, read.on, read.start) == (2, "default", ON, 50)
    for name in SCHEMA:
        pd.testing.assert_frame_equal(read.tables[name], drawn.tables[name], check_categorical=format == "parquet")


def test_an_interruption_leaves_whole_partitions_and_the_next_run_goes_on(tmp_path: Path) -> None:
    """Stopped in the second partition, the folder holds the first; run again, it is as if never stopped."""
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "p", 900, seed=4, on=ON, partition=300, progress=stop)
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["people-0000000", "population.json"]
    with pytest.raises(PopulationError, match="1 of 3 partitions"):
        load(tmp_path / "p")
    assert [len(part) for part in load_partitions(tmp_path / "p")] == [300]
    later: list[tuple[int, int]] = []
    generate(tmp_path / "p", 900, seed=4, on=ON, partition=300, progress=lambda *step: later.append(step))
    generate(tmp_path / "q", 900, seed=4, on=ON, partition=300)
    assert seen == [(0, 900), (300, 900)]
    assert later == [(300, 900), (600, 900), (900, 900)]
    assert bytes_of(tmp_path / "p") == bytes_of(tmp_path / "q")


def test_a_partition_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a table cannot be written, no part of the partition stays."""

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(storage, "_writer", fail)
    with pytest.raises(OSError, match="no space"):
        generate(tmp_path / "p", 10, seed=0, on=ON)
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["population.json"]


def test_remains_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    """What a killed process left half written is gone after the next run."""
    generate(tmp_path / "p", 20, seed=0, on=ON, partition=10)
    (tmp_path / "p" / ".people-0000010.99").mkdir()
    generate(tmp_path / "p", 20, seed=0, on=ON, partition=10)
    assert list((tmp_path / "p").glob(".people*")) == []


@pytest.mark.parametrize(
    ("again", "words"),
    [({"seed": 1}, "seed 0 there, 1 asked"), ({"mix": "rural"}, "mix default there, rural asked")],
)
def test_another_population_is_not_mixed_in(tmp_path: Path, again: dict[str, object], words: str) -> None:
    """A folder that holds other people is refused, and the sentence says what differs."""
    generate(tmp_path / "p", 5, seed=0, on=ON)
    with pytest.raises(PopulationError, match=words):
        generate(tmp_path / "p", 5, **{"seed": 0, "on": ON, **again})  # type: ignore[arg-type]


def test_folders_that_hold_no_population_are_told(tmp_path: Path) -> None:
    """An empty folder, a strange one and a broken one each get a sentence with a remedy."""
    with pytest.raises(PopulationError, match="holds no population"):
        load(tmp_path)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(PopulationError, match="is not empty"):
        generate(tmp_path, 5, seed=0, on=ON)
    (tmp_path / "population.json").write_text("{")
    with pytest.raises(PopulationError, match="cannot be read"):
        describe(tmp_path)


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A format, a partition or a number of workers that cannot be is told before anything is written."""
    for wrong, words in (
        ({"format": "xml"}, "use one of parquet, csv"),
        ({"partition": 0}, "1 person"),
        ({"workers": 0}, "1 worker"),
    ):
        with pytest.raises(PopulationError, match=words):
            generate(tmp_path / "p", 5, seed=0, on=ON, **wrong)  # type: ignore[arg-type]
    assert not (tmp_path / "p").exists()
