"""Patients on disk, whole or not at all: written under another name, then renamed.

Two layouts. `write_bundles` makes one file with a transaction bundle on each line, one for each patient. `write_bulk`
makes a folder with one file for each type, as a FHIR bulk export has: `Patient.ndjson`, `Condition.ndjson`. Both take
populations one after another, so that a partition need not fit into memory. Same people, same bytes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import IO, Any

from simcare.patients.fhir.bundles import PATIENTS_AT_A_TIME, bundles
from simcare.patients.fhir.codes import Resource
from simcare.patients.fhir.panel import Population, panel
from simcare.patients.fhir.rows import KINDS

_SHARED = frozenset({"Practitioner", "Organization"})
"""Types that many patients name: each resource stands once in a folder."""


def write_bundles(populations: Iterable[Population], file: Path) -> None:
    """Write the bundles of populations into a file, compressed with Zstandard where its name ends in .zst."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _unfinished(file)
    try:
        with _writer(unfinished, compressed=file.suffix == ".zst") as out:
            for population in populations:
                for text in bundles(population):
                    out.write(text + b"\n")
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def write_bulk(populations: Iterable[Population], folder: Path, *, compressed: bool = False) -> None:
    """Write a folder with one file for each type that has a resource: .ndjson, or .ndjson.zst if compressed.

    A folder that is there is replaced.
    """
    unfinished, suffix = _unfinished(folder), ".ndjson.zst" if compressed else ".ndjson"
    unfinished.mkdir(parents=True)
    try:
        with ExitStack() as stack:
            files: dict[str, IO[bytes]] = {}
            for kind, lines in _lines(populations):
                if kind not in files:
                    files[kind] = stack.enter_context(_writer(unfinished / f"{kind}{suffix}", compressed))
                files[kind].write(lines)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _lines(populations: Iterable[Population]) -> Iterator[tuple[str, bytes]]:
    """Yield type and lines of one type for some patients at a time."""
    seen: set[str] = set()
    for population in populations:
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


def _unfinished(place: Path) -> Path:
    """Return the name under which a place is written; two processes never share it."""
    return place.with_name(f".{place.name}.{os.getpid()}")


def _writer(path: Path, compressed: bool) -> AbstractContextManager[Any]:
    if not compressed:
        return path.open("wb")
    import pyarrow as pa  # only who asks for it waits for it

    stream: AbstractContextManager[Any] = pa.CompressedOutputStream(str(path), "zstd")
    return stream
