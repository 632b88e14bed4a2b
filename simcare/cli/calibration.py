"""The command that learns a plan's numbers from a program's own history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simcare.cli.experiments import Cluster, PlanFile, Seed, WorkerCount, open_plan_workers, plain
from simcare.cli.printing import AsJson, counted, print_json
from simcare.cli.progress import progress_bar
from simcare.documents import SimcareError


def calibrate_plan(
    plan: PlanFile,
    calls: Annotated[Path, typer.Option(help="CSV of calls: came, kind, outcome, wait_seconds, talk_minutes ...")],
    panel: Annotated[Path, typer.Option(help="CSV of the panel: month, patients.")],
    times: Annotated[Path | None, typer.Option(help="CSV of handle times: work, minutes.")] = None,
    reach: Annotated[Path | None, typer.Option(help="CSV of reach rates: month, reached.")] = None,
    write: Annotated[Path | None, typer.Option(help="Write the calibrated plan into this file.")] = None,
    backtest: Annotated[bool, typer.Option("--backtest", help="Foretell the last month from those before it.")] = False,
    replications: Annotated[int, typer.Option(help="Of the backtest.", min=2, max=100_000)] = 20,
    workers: WorkerCount = None,
    cluster: Cluster = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Learn a plan's numbers from a program's own history, and say how well they would have foretold it."""
    from simcare.planning.calibration import backtest as look_back
    from simcare.planning.calibration import calibrate, calibrated_text
    from simcare.planning.history import read_history
    from simcare.planning.judging import shown
    from simcare.planning.reading import read_plan

    _, basis = read_plan(plan)
    history = read_history(calls, panel, times, reach)
    found = calibrate(basis, history)
    tested = None
    if backtest:
        with open_plan_workers(workers, cluster, None) as work, progress_bar("Replications") as show:
            tested = look_back(basis, history, seed, replications, work, show)
    if write is not None:
        _write(write, calibrated_text(plan, found))
    if as_json:
        rows = None if tested is None else {key: plain(row) for key, row in tested.table.to_dict("index").items()}
        durations = {key: minutes.model_dump(exclude_unset=True) for key, minutes in found.durations.items()}
        told = {"months": list(history.months), "numbers": dict(found.numbers), "durations": durations}
        print_json({**told, "observations": dict(found.observations), "backtest": rows})
        return
    typer.echo(f"Learned from {counted(len(history.months), 'whole month')}: {', '.join(history.months)}\n")
    for key, value in found.numbers.items():
        was = f"{basis.number(key):g}"
        typer.echo(f"{key:<34}{value:>10g}  was {was:<10} from {found.observations[key]:,} observations")
    for key in found.durations:
        typer.echo(f"{'minutes: ' + key:<34}{'':>10}  from {found.observations['minutes: ' + key]:,} observations")
    if tested is not None:
        typer.echo(f"\nForetold {tested.month} from {', '.join(tested.learned)}:\n")
        typer.echo(f"{'':<28}{'observed':>16}{'predicted':>16}  nine in ten")
        for _, row in tested.table.iterrows():
            unit = str(row["unit"])
            between = f"{shown(row['p5'], unit)} to {shown(row['p95'], unit)}{'' if row['inside'] else '  outside'}"
            seen, told_ = shown(row["observed"], unit), shown(row["predicted"], unit)
            typer.echo(f"{row['title']!s:<28}{seen:>16}{told_:>16}  {between}")
    if write is not None:
        typer.echo(f"\nThe calibrated plan is {write}.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SimcareError(f"{path} cannot be written: {error.strerror}; choose another --write") from None
