"""A partition of a population on disk, whole or not at all: written under another name, then renamed.

Two layouts. `write_bundles` makes `part-000000000.ndjson`: a transaction bundle on each line, one for each patient.
`write_bulk` makes a folder `part-000000000` with one file for each type, as a FHIR bulk export has: `Patient.ndjson`,
`Condition.ndjson`. The number is that of the partition's first patient. Same population, same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import IO, Any

from simcare.patients.fhir.bundles import PATIENTS_AT_A_TIME, bundles
from simcare.patients.fhir.codes import Resource
from simcare.patients.fhir.panel import Population, panel
from simcare.patients.fhir.rows import KINDS

_SHARED = frozenset({"Practitioner", "Organization"})
"""Types that many patients name: each resource stands once in a partition."""


def write_bundles(population: Population, folder: Path, *, compressed: bool = False) -> Path:
    """Write a partition as one file of bundles, Zstandard-compressed (.ndjson.zst) if asked; return its path."""
    target = folder / f"{_name(population)}{_suffix(compressed)}"
    partial = folder / f".{target.name}.partial"
    folder.mkdir(parents=True, exist_ok=True)
    with _writer(partial, compressed) as out:
        for text in bundles(population):
            out.write(text + b"\n")
    partial.replace(target)
    return target


def write_bulk(population: Population, folder: Path, *, compressed: bool = False) -> Path:
    """Write a partition as a folder with one file for each type that has a resource; return its path."""
    target = folder / _name(population)
    partial = folder / f".{target.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for kind, lines in _lines(population):
            if kind not in files:
                files[kind] = stack.enter_context(_writer(partial / f"{kind}{_suffix(compressed)}", compressed))
            files[kind].write(lines)
    if target.exists():  # from an earlier run; the same bytes, or those of another population
        shutil.rmtree(target)
    partial.rename(target)
    return target


def _lines(population: Population) -> Iterator[tuple[str, bytes]]:
    """Yield type and lines of one type for some patients at a time."""
    seen: set[str] = set()
    for some in panel(population).parts(PATIENTS_AT_A_TIME):
        for kind, makers in KINDS.items():
            texts = [text for make in makers for text in make(some).texts(_bare)]
            if kind in _SHARED:
                texts = [text for text in dict.fromkeys(texts) if text not in seen]
                seen.update(texts)
            if texts:
                yield kind, ("\n".join(texts) + "\n").encode()


def _bare(resource: Resource) -> Resource:
    return resource


def _name(population: Population) -> str:
    return f"part-{int(population.tables['patients']['patient'].iloc[0]):09d}"


def _suffix(compressed: bool) -> str:
    return ".ndjson.zst" if compressed else ".ndjson"


def _writer(path: Path, compressed: bool) -> AbstractContextManager[Any]:
    if not compressed:
        return path.open("wb")
    import pyarrow as pa  # only who asks for it waits for it

    stream: AbstractContextManager[Any] = pa.CompressedOutputStream(str(path), "zstd")
    return stream
