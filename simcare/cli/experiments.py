"""What the commands about plans share: their options, workers that stop when asked to, rows for JSON."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from simcare.cli.printing import INTERRUPTED, LARGEST_SEED, counted
from simcare.documents import SimcareError

if TYPE_CHECKING:
    from simcare.planning.replicate import Workers

T = TypeVar("T", float, int)
PlanFile = Annotated[Path, typer.Argument(help="The plan, a YAML file.")]
Replications = Annotated[int | None, typer.Option(help="How many replications.", min=2, max=100_000)]
Precision = Annotated[
    float | None,
    typer.Option(help="Go on until half-widths are this share of the means, such as 0.05.", min=1e-4, max=0.99),
]
WorkerCount = Annotated[int | None, typer.Option("--workers", help="Processes; 1 works in this one.", min=1, max=1024)]
Cluster = Annotated[str | None, typer.Option(help="Address of a Dask scheduler that does the work.")]
Skills = Annotated[
    Path | None, typer.Option(help="How care managers decide: a skill file, such as `simcare records skill` writes.")
]
Seed = Annotated[int, typer.Option(help="The luck; the same seed gives the same numbers.", min=0, max=LARGEST_SEED)]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder for the report and what is finished; the same command goes on where one stopped."),
]


@contextmanager
def open_plan_workers(count: int | None, cluster: str | None, out: Path | None) -> Iterator[Workers]:
    """Give workers that the first Ctrl+C asks to stop, so that what is finished is kept."""

    from simcare.planning.executors import open_workers

    cancelled = Event()

    def hear(_: int, __: FrameType | None) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt
        cancelled.set()

    before = signal.signal(signal.SIGINT, hear)
    try:
        with open_workers(count, cluster, out, cancelled) as work:
            yield work
    finally:
        signal.signal(signal.SIGINT, before)


def stop(finished: int | None, out: Path | None) -> NoReturn:
    """Say what is kept, and end with the code of an interruption."""
    kept = "; what was finished is kept in its folder, and the same command goes on" if out is not None else ""
    lost = "; nothing is kept without --out" if out is None and not finished else ""
    done = "" if finished is None else f" after {counted(finished, 'replication')}"
    typer.echo(f"simcare: stopped{done}{kept}{lost}", err=True)
    raise typer.Exit(INTERRUPTED)


def pairs(given: list[str] | None, option: str, kind: Callable[[str], T]) -> dict[str, T]:
    """Return what NAME=VALUE words say; raises SimcareError for a word that is none."""
    found = {}
    for word in given or ():
        name, _, value = word.partition("=")
        try:
            found[name] = kind(value)
        except ValueError:
            raise SimcareError(f"{option} '{word}' is no NAME=VALUE; write one such as {option} sick=0.05") from None
    return found


def plain(row: Any) -> dict[str, Any]:
    """Return a row as JSON can hold it: what is no number is null."""
    held = {str(key): value.item() if hasattr(value, "item") else value for key, value in dict(row).items()}
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in held.items()}
