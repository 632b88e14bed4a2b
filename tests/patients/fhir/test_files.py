"""Partitions on disk are whole or absent, the same every time, and the same whatever their size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from simcare.patients.fhir import bundles, write_bulk, write_bundles
from simcare.patients.population.drawing import populate
from tests.patients.fhir.awkward import ON, Awkward, awkward


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _from(first: int, people: Awkward) -> Awkward:
    """Return a partition: the patients from a number on."""
    tables = {name: frame[frame["patient"] >= first].reset_index(drop=True) for name, frame in people.tables.items()}
    return Awkward(tables)


def test_a_line_is_a_bundle(tmp_path: Path) -> None:
    """The file of bundles holds the text of each, one on a line, of one population after another."""
    write_bundles([awkward(4), _from(4, awkward(6))], tmp_path / "new" / "people.ndjson")
    assert (tmp_path / "new" / "people.ndjson").read_bytes().splitlines() == list(bundles(awkward(6)))


def test_bulk_holds_each_resource_of_the_bundles_once(tmp_path: Path) -> None:
    """The bulk files hold what the bundles hold, by type; a clinic that many name stands once."""
    write_bulk([awkward(4), _from(4, awkward(9))], tmp_path / "people")
    found = [
        (path.name.removesuffix(".ndjson"), json.loads(line))
        for path in (tmp_path / "people").iterdir()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert all(kind == resource["resourceType"] for kind, resource in found)
    wanted = {
        (resource["resourceType"], resource["id"]): resource
        for text in bundles(awkward(9))
        for resource in (entry["resource"] for entry in json.loads(text)["entry"])
    }
    assert {(kind, resource["id"]): resource for kind, resource in found} == wanted
    assert len(found) == len(wanted)


@pytest.mark.parametrize("compressed", [False, True])
def test_two_runs_write_the_same_bytes(tmp_path: Path, compressed: bool) -> None:
    """Nothing of the hour, the machine or an earlier run is in a file, and nothing unfinished stays."""
    for name in ("one", "two", "two"):
        write_bundles([awkward()], tmp_path / name / ("all.ndjson.zst" if compressed else "all.ndjson"))
        write_bulk([awkward()], tmp_path / name / "bulk", compressed=compressed)
    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")
    assert sorted(path.name for path in (tmp_path / "two").iterdir())[-1:] == ["bulk"]
    assert len(list((tmp_path / "two").iterdir())) == 2


def test_the_size_of_a_partition_changes_nobody(tmp_path: Path) -> None:
    """The bundles of the second half are those of the whole, from there on."""
    assert list(bundles(_from(4, awkward(8)))) == list(bundles(awkward(8)))[4:]


def test_a_partition_of_a_drawn_population_is_the_same_alone() -> None:
    """Patients 40 to 59 have the same bundles when nobody else is drawn."""
    everybody = list(bundles(populate(60, seed=7, on=ON)))
    assert list(bundles(populate(20, seed=7, on=ON, start=40))) == everybody[40:]


def test_compressed_files_hold_the_same_lines(tmp_path: Path) -> None:
    """Zstandard changes the size, not the content."""
    write_bundles([awkward()], tmp_path / "all.ndjson")
    write_bundles([awkward()], tmp_path / "all.ndjson.zst")
    with pa.CompressedInputStream(str(tmp_path / "all.ndjson.zst"), "zstd") as stream:
        assert stream.read() == (tmp_path / "all.ndjson").read_bytes()


@pytest.mark.parametrize("write", [write_bundles, write_bulk])
def test_an_interruption_leaves_what_was_there(
    tmp_path: Path, write: Callable[[Iterable[Awkward], Path], None]
) -> None:
    """A run that is cut off leaves no file of its own and does not touch what an earlier one wrote."""

    def cut() -> Iterator[Awkward]:
        yield awkward(5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(cut(), tmp_path / "people")
    assert not list(tmp_path.iterdir())
    write([awkward()], tmp_path / "people")
    before = _contents(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        write(cut(), tmp_path / "people")
    assert _contents(tmp_path) == before
