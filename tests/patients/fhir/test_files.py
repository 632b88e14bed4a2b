"""Partitions on disk are whole or absent, the same every time, and the same whatever their size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from simcare.patients.fhir import bundles, files, write_bulk, write_bundles
from simcare.patients.population.drawing import populate
from tests.patients.fhir.awkward import ON, Awkward, awkward


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _from(first: int, people: Awkward) -> Awkward:
    """Return a partition: the patients from a number on."""
    tables = {name: frame[frame["patient"] >= first].reset_index(drop=True) for name, frame in people.tables.items()}
    return Awkward(tables)


def test_a_line_is_a_bundle(tmp_path: Path) -> None:
    """The file of bundles holds the text of each, one on a line, named after the first patient."""
    path = write_bundles(_from(3, awkward(6)), tmp_path)
    assert path.name == "part-000000003.ndjson"
    assert path.read_bytes().splitlines() == list(bundles(_from(3, awkward(6))))


def test_bulk_holds_each_resource_of_the_bundles_once(tmp_path: Path) -> None:
    """The bulk files hold what the bundles hold, by type; a clinic that many name stands once."""
    folder = write_bulk(awkward(9), tmp_path)
    found = [
        (path.name.removesuffix(".ndjson"), json.loads(line))
        for path in folder.iterdir()
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
    """Nothing of the hour, the machine or the first run is in a file, and no half file stays."""
    for name in ("one", "two", "two"):
        write_bundles(awkward(), tmp_path / name / "bundles", compressed=compressed)
        write_bulk(awkward(), tmp_path / name / "bulk", compressed=compressed)
    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")
    assert not list(tmp_path.rglob("*.partial"))


def test_the_size_of_a_partition_changes_nobody(tmp_path: Path) -> None:
    """The bundles of the second half are those of the whole, from there on."""
    assert list(bundles(_from(4, awkward(8)))) == list(bundles(awkward(8)))[4:]


def test_a_partition_of_a_drawn_population_is_the_same_alone() -> None:
    """Patients 40 to 59 have the same bundles when nobody else is drawn."""
    everybody = list(bundles(populate(60, seed=7, on=ON)))
    assert list(bundles(populate(20, seed=7, on=ON, start=40))) == everybody[40:]


def test_compressed_files_hold_the_same_lines(tmp_path: Path) -> None:
    """Zstandard changes the size, not the content."""
    plain, small = write_bundles(awkward(), tmp_path), write_bundles(awkward(), tmp_path, compressed=True)
    with pa.CompressedInputStream(str(small), "zstd") as stream:
        assert stream.read() == plain.read_bytes()


@dataclass
class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.mark.parametrize("write", [write_bundles, write_bulk])
def test_an_interruption_leaves_nothing_or_what_was_there(
    tmp_path: Path, write: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is cut off leaves no partition under its name, and the next run makes it whole."""
    assert callable(write)
    whole = write(awkward(), tmp_path / "whole")

    def cut(population: Awkward) -> Iterator[bytes]:
        yield next(bundles(population))
        raise Interrupted

    def cut_lines(population: Awkward) -> Iterator[tuple[str, bytes]]:
        yield "Patient", b"{}\n"
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(files, "bundles", cut)
        patched.setattr(files, "_lines", cut_lines)
        with pytest.raises(Interrupted):
            write(awkward(), tmp_path / "cut")
    assert not (tmp_path / "cut" / whole.name).exists()
    write(awkward(), tmp_path / "cut")
    assert _contents(tmp_path / "cut") == _contents(tmp_path / "whole")
