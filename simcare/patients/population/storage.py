"""Populations on disk, in partitions: bigger than memory, the same bytes whatever the number of workers.

A partition is a folder, `people-0000000`, with one file a table; it is written under another name and then renamed, so
an interruption leaves whole partitions or nothing, and the next run goes on. The people do not depend on the size of a
partition: the rows of a table are the same, in the same order, in fewer or more files (Parquet row groups begin anew in
each). `population.json` says what the folder holds.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from simcare.patients.population.columns import Drawn, arrow, frame, frame_of
from simcare.patients.population.drawing import Population, PopulationError, check, draw_blocks
from simcare.patients.population.mix import Mix, read_mix
from simcare.patients.population.schema import SCHEMA, TABLES

Format = Literal["parquet", "csv", "fhir", "bundles"]
"""Tables as Parquet or CSV; FHIR as one ndjson file a type, or as one transaction bundle a line."""
FORMATS: tuple[str, ...] = get_args(Format)
TABULAR = ("parquet", "csv")
"""Formats that can be read back."""
Progress = Callable[[int, int], None]
"""Called with how many people are written and how many there will be."""
PARTITION = 50_000
ABOUT = "population.json"
LAYOUT = 2
"""Raised when files of an older simcare can no longer be continued."""
CLUSTER_SECONDS = 10.0
"""How long a scheduler is given to answer."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a folder holds or will hold."""

    count: int
    seed: int
    on: date
    mix: str
    content: Mapping[str, Any]
    """The mix in full, so that a changed file is noticed."""
    start: int
    partition: int
    format: Format

    @property
    def parts(self) -> list[tuple[int, int]]:
        """Return (first patient, people) of each partition."""
        end = self.start + self.count
        return [(first, min(self.partition, end - first)) for first in range(self.start, end, self.partition)]

    def as_json(self) -> str:
        """Return the text of population.json."""
        named = {name: getattr(self, name) for name in ("count", "seed", "mix", "start", "partition", "format")}
        named |= {"layout": LAYOUT, "on": self.on.isoformat(), "content": self.content}
        return json.dumps(named, indent=1, sort_keys=True) + "\n"


def generate(
    folder: Path,
    count: int,
    *,
    seed: int,
    on: date,
    mix: str = "default",
    start: int = 0,
    format: Format = "parquet",
    partition: int = PARTITION,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Stored:
    """Write the people numbered from `start` into a folder, or what is missing of them, and say what it holds.

    `executor` runs partitions elsewhere (a Dask client's, on a folder that all see); otherwise `workers` processes do.
    Raises PopulationError where the folder holds something else.
    """
    check(start, count, on)
    if format not in FORMATS:
        raise PopulationError(f"'{format}' is not a format; use one of {', '.join(FORMATS)}")
    if partition < 1 or workers < 1:
        raise PopulationError("a partition holds 1 person or more, and 1 worker or more write it")
    chosen = read_mix(mix)
    wanted = Stored(count, seed, on, mix, chosen.model_dump(mode="json"), start, partition, format)
    folder = folder.absolute()
    _prepare(folder, wanted)
    missing = [part for part in wanted.parts if not _place(folder, part[0]).exists()]
    done = count - sum(people for _, people in missing)
    if progress is not None:
        progress(done, count)
    with ExitStack() as stack:
        if executor is None and workers > 1 and len(missing) > 1:
            from loky import ProcessPoolExecutor  # works in a script without a main guard, and in a notebook

            pool = ProcessPoolExecutor(min(workers, len(missing)), initializer=_leave_interrupts_to_the_parent)
            executor = stack.enter_context(pool)
        for people in _written(folder, wanted, chosen, missing, executor):
            done += people
            if progress is not None:
                progress(done, count)
    return wanted


def write_partition(folder: Path, wanted: Stored, mix: Mix, first: int, people: int) -> int:
    """Write one partition and return its number of people; the folder appears when it is whole."""
    place = _place(folder, first)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        blocks = draw_blocks(first, people, seed=wanted.seed, on=wanted.on, mix=mix)
        if wanted.format in TABULAR:
            _write_tables(unfinished, wanted.format, blocks)
        else:
            _write_fhir(unfinished, wanted, blocks)
        os.replace(unfinished, place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return people


def _write_tables(place: Path, format: Format, blocks: Iterator[dict[str, Drawn]]) -> None:
    with ExitStack() as stack:
        writers: dict[str, Any] = {}
        for block in blocks:
            for table in TABLES:
                rows = arrow(table.name, block[table.name])
                if format == "csv":
                    rows = _plain(rows)
                if table.name not in writers:
                    path = place / f"{table.name}.{format}"
                    writers[table.name] = stack.enter_context(_writer(path, rows.schema, format))
                writers[table.name].write_table(rows)


def _write_fhir(place: Path, wanted: Stored, blocks: Iterator[dict[str, Drawn]]) -> None:
    from simcare.patients.fhir import write_bulk, write_bundles  # only who asks for FHIR waits for it

    people = (
        Population(
            wanted.seed, wanted.mix, wanted.on, wanted.start, {name: frame(name, block[name]) for name in SCHEMA}
        )
        for block in blocks
    )
    if wanted.format == "bundles":
        write_bundles(people, place / "bundles.ndjson")
    else:
        write_bulk(people, place)


def load(folder: Path, tables: Collection[str] | None = None) -> Population:
    """Read a whole population, or some of its tables, into memory; `patients` is always among them.

    Raises PopulationError where the folder holds none, or only a part of one.
    """
    stored = _readable(folder)
    wanted = [table.name for table in TABLES if tables is None or table.name in {*tables, "patients"}]
    places = [_place(folder, first) for first, _ in stored.parts]
    missing = [place for place in places if not place.exists()]
    if missing:
        raise PopulationError(
            f"{folder} holds {len(places) - len(missing)} of {len(places)} partitions; generate it again with the same "
            "settings to finish it"
        )
    return _read(stored, stored.start, places, wanted)


def load_partitions(folder: Path, tables: Collection[str] | None = None) -> Iterator[Population]:
    """Read a population partition by partition, for work that is bigger than memory; only whole ones are there."""
    stored = _readable(folder)
    wanted = [table.name for table in TABLES if tables is None or table.name in {*tables, "patients"}]
    for first, _ in stored.parts:
        place = _place(folder, first)
        if place.exists():
            yield _read(stored, first, [place], wanted)


def load_partition(folder: Path, patient: int) -> Population:
    """Read the partition in which a patient stands.

    Raises PopulationError where there is no such patient, or the partition is not written yet.
    """
    stored = _readable(folder)
    first = next((first for first, people in stored.parts if first <= patient < first + people), None)
    if first is None:
        last = stored.start + stored.count - 1
        raise PopulationError(f"{folder} has no patient {patient}; the numbers go from {stored.start} to {last}")
    place = _place(folder, first)
    if not place.exists():
        raise PopulationError(f"{place.name} is missing in {folder}; generate it again with the same settings")
    return _read(stored, first, [place], [table.name for table in TABLES])


def _readable(folder: Path) -> Stored:
    stored = describe(folder)
    if stored.format not in TABULAR:
        raise PopulationError(
            f"{folder} holds FHIR, which is not read back; generate the same people as parquet into another folder"
        )
    return stored


def people_in(folder: Path) -> int:
    """Return how many people stand in the whole partitions of a folder."""
    return sum(people for first, people in describe(folder).parts if _place(folder, first).exists())


def describe(folder: Path) -> Stored:
    """Return what a folder says it holds; raises PopulationError where it does not say so."""
    try:
        said = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if said.pop("layout") != LAYOUT:
            raise PopulationError(f"{folder} was written by another version of simcare; generate it again elsewhere")
        return Stored(**{**said, "on": date.fromisoformat(said["on"])})
    except FileNotFoundError:
        raise PopulationError(
            f"{folder} holds no population ({ABOUT} is missing); write one with: simcare patients generate"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PopulationError(f"{folder / ABOUT} cannot be read; generate the population again elsewhere") from None


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """Give the executor of a Dask cluster ("tcp://host:8786"), for `generate`; all must see the same folder."""
    try:
        from distributed import Client
    except ImportError:
        raise PopulationError("a Dask cluster needs the package distributed; install it, or use --workers") from None
    try:
        connect: Any = Client
        client = connect(address, timeout=f"{CLUSTER_SECONDS}s")
    except (OSError, ValueError, TimeoutError) as error:
        raise PopulationError(f"no Dask scheduler answers at {address}: {error}; check the address") from None
    with client:
        yield client.get_executor()


def _prepare(folder: Path, wanted: Stored) -> None:
    """Make the folder say what it will hold, clear what an interrupted run left, refuse another population."""
    folder.mkdir(parents=True, exist_ok=True)
    about = folder / ABOUT
    if about.exists():
        held = describe(folder)
        if held != wanted:
            names = [name for name in Stored.__slots__ if getattr(held, name) != getattr(wanted, name)]
            told = ", ".join(
                f"{n} {getattr(held, n)} there, {getattr(wanted, n)} asked" for n in names if n != "content"
            )
            raise PopulationError(f"{folder} holds another population ({told or 'another mix'}); choose another folder")
    elif any(folder.iterdir()):
        raise PopulationError(f"{folder} is not empty and holds no population; choose another folder")
    for left in folder.glob(".people-*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = folder / f".{ABOUT}"
    fresh.write_text(wanted.as_json(), encoding="utf-8")
    os.replace(fresh, about)


def _written(
    folder: Path, wanted: Stored, mix: Mix, missing: list[tuple[int, int]], executor: Executor | None
) -> Iterator[int]:
    if executor is None:
        for first, people in missing:
            yield write_partition(folder, wanted, mix, first, people)
        return
    futures = [executor.submit(write_partition, folder, wanted, mix, first, people) for first, people in missing]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _leave_interrupts_to_the_parent() -> None:
    """Let Ctrl+C in a terminal stop the program and not its workers: they finish their partition, and get no other."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _place(folder: Path, first: int) -> Path:
    return folder / f"people-{first:07d}"


def _writer(path: Path, schema: pa.Schema, format: Format) -> Any:
    if format == "csv":
        return pyarrow.csv.CSVWriter(path, schema)
    # Words of a list and rounded numbers repeat; patient numbers and days are quicker as they are.
    repeated = [
        field.name for field in schema if pa.types.is_dictionary(field.type) or pa.types.is_floating(field.type)
    ]
    return pyarrow.parquet.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, use_dictionary=repeated, write_statistics=False
    )


def _plain(rows: pa.Table) -> pa.Table:
    """Return a table whose words are texts, as CSV wants them."""
    columns = [pc.cast(c, pa.string()) if pa.types.is_dictionary(c.type) else c for c in rows.columns]
    return pa.table(columns, names=rows.column_names)


def _read(stored: Stored, start: int, places: list[Path], wanted: Collection[str]) -> Population:
    frames = {}
    for name in wanted:
        paths = [place / f"{name}.{stored.format}" for place in places]
        try:
            parts = [
                pyarrow.parquet.read_table(path) if stored.format == "parquet" else _read_csv(name, path)
                for path in paths
            ]
            frames[name] = frame_of(name, pa.concat_tables(parts))
        except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0]
            raise PopulationError(
                f"{places[0].parent}: the table {name} cannot be read ({reason}); remove this folder, generate it again"
            ) from None
    return Population(stored.seed, stored.mix, stored.on, start, frames)


def _read_csv(name: str, path: Path) -> pa.Table:
    kinds: Mapping[str, pa.DataType] = {
        "category": pa.string(),
        "text": pa.string(),
        "date": pa.date32(),
        "bool": pa.bool_(),
    }
    types = {c.name: kinds.get(c.kind) or pa.from_numpy_dtype(c.kind) for c in SCHEMA[name].columns}
    options = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    return pyarrow.csv.read_csv(path, convert_options=options)
