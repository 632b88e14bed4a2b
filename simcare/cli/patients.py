"""Commands about populations: make one on disk, compare one with the published tables, show one patient."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from simcare.cli.printing import FINDINGS, INTERRUPTED, LARGEST_SEED, AsJson, counted, known, print_json
from simcare.cli.progress import progress_bar
from simcare.documents import SimcareError

if TYPE_CHECKING:
    from simcare.patients.chart import Chart
    from simcare.patients.population.storage import Format, Stored

SEEN = datetime(2026, 11, 20)
"""Every panel is seen on this day unless told otherwise: the same command gives the same bytes on any day."""
NEARBY = 50
"""So many patients are drawn to show one: who has no chart is answered with the next who has."""
Seed = Annotated[int, typer.Option(help="Which people; the same seed gives the same people.", min=0, max=LARGEST_SEED)]
MixName = Annotated[str, typer.Option("--mix", help="Name of a panel mix, or the path of a .yaml file.")]
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day on which the panel is seen.")]

patients_app = typer.Typer(no_args_is_help=True, help="Make populations, examine them, show one patient.")


@patients_app.command("generate")
def generate_patients(
    count: Annotated[int, typer.Option(help="How many patients.", min=0)],
    out: Annotated[Path, typer.Option(help="The folder to write into; the same command goes on where one stopped.")],
    seed: Seed = 0,
    mix: MixName = "default",
    format: Annotated[str, typer.Option(help="parquet, csv, fhir (one ndjson a type) or bundles.")] = "parquet",
    on: Day = SEEN,
    workers: Annotated[int, typer.Option(help="How many processes work at once.", min=1)] = 1,
    cluster: Annotated[str | None, typer.Option(help="Address of a Dask scheduler that does the work.")] = None,
    partition: Annotated[int, typer.Option(help="How many patients stand in one partition.", min=1)] = 50_000,
    as_json: AsJson = False,
) -> None:
    """Write a population into a folder, in partitions that are whole or not there."""
    from simcare.patients.population.storage import ABOUT, FORMATS, cluster_executor, generate, people_in

    known([format], FORMATS, "there is no format")
    work = cluster_executor(cluster) if cluster is not None else nullcontext()
    try:
        with work as executor, progress_bar("Patients") as show, _writing(out):
            stored = generate(
                out,
                count,
                seed=seed,
                on=on.date(),
                mix=mix,
                format=cast("Format", format),
                partition=partition,
                workers=workers,
                executor=executor,
                progress=show,
            )
    except KeyboardInterrupt:
        there = people_in(out) if (out / ABOUT).exists() else 0
        words = f"{there:,} of {count:,} patients are in {out}, in whole partitions; the same command continues"
        typer.echo(f"simcare: stopped; {words}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    if as_json:
        print_json({"folder": str(out), "partitions": len(stored.parts), "bytes": size, **_told(stored)})
    else:
        typer.echo(
            f"{counted(count, 'patient')} of the mix {mix}, seed {seed}, as {format} in {out}: "
            f"{counted(len(stored.parts), 'partition')}, {size / 1e6:,.1f} MB."
        )


@patients_app.command("report")
def report_patients(
    folder: Path,
    every: Annotated[bool, typer.Option("--all", help="Print every line, those that hold too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare a population with the published tables: 0 where every line holds, 1 where one does not."""
    from simcare.cli.report import print_report
    from simcare.patients.report import report_on_folder

    with progress_bar("Comparing") as show:
        report = report_on_folder(folder, progress=show)
    if as_json:
        print_json(report.as_json())
    else:
        print_report(report, every=every)
    raise typer.Exit(0 if report.passed else FINDINGS)


@patients_app.command("show")
def show_patient(
    patient: Annotated[str, typer.Argument(help="Number of the patient, or the id as in SYN-0000042.")],
    seed: Seed = 0,
    mix: MixName = "default",
    on: Day = SEEN,
    from_: Annotated[Path | None, typer.Option("--from", help="A population on disk instead of seed and mix.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the chart of one patient of a population."""
    from simcare.patients.population.drawing import populate
    from simcare.patients.population.person import chart_of
    from simcare.patients.population.storage import load_partition

    number = _number(patient)
    if from_ is not None:
        chart = chart_of(load_partition(from_, number), number)
    else:
        chart = chart_of(populate(NEARBY, seed=seed, on=on.date(), mix=mix, start=number), number)
    if as_json:
        print_json(chart.as_json())
    else:
        _print_chart(chart, f"SYN-{number:07d}")


def _number(text: str) -> int:
    digits = text.removeprefix("SYN-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        raise SimcareError(f"'{text}' is no patient; give a number such as 42, or an id such as SYN-0000042")
    return int(digits)


def _print_chart(chart: Chart, person_id: str) -> None:
    from simcare.desk.chart import chart_sheet

    sheet = chart_sheet(chart)
    typer.echo(f"{chart.identity.formal_name}, {chart.identity.age}  ({person_id}, as of {chart.on:%m/%d/%Y})\n")
    for label, text in sheet["identity"]:
        typer.echo(f"  {label:<22} {text}")
    for section in sheet["sections"]:
        if section["rows"]:
            typer.echo(f"\n{section['title']}")
        for row in section["rows"]:
            tag = f"[{row['tag']}] " if row["tag"] else ""
            typer.echo(f"  {tag}{row['main']}" + (f"  ({row['more']})" if row["more"] else ""))
    typer.echo("\nA patient who does not exist. Training material, not a clinical protocol.")


def _told(stored: Stored) -> dict[str, Any]:
    names = ("count", "seed", "mix", "format", "start", "partition")
    return {**{name: getattr(stored, name) for name in names}, "on": stored.on.isoformat()}


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn what a disk refuses into a sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise SimcareError(
            f"{folder} cannot be written: {reason}; make room or choose another folder, and the same command continues"
        ) from None
