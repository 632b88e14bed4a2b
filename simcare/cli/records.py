"""Commands about what is recorded: what there is, what leaves, what comes back, and what is forgotten."""

from __future__ import annotations

from typing import Annotated

import typer

from simcare.cli.printing import AsJson, counted, print_json

records_app = typer.Typer(no_args_is_help=True, help="What was practiced: list it, export it, import it, erase it.")

OneLearner = Annotated[str | None, typer.Option("--learner", help="Only this learner.")]


@records_app.command("list")
def list_attempts(learner: OneLearner = None, as_json: AsJson = False) -> None:
    """List the calls that were practiced, the newest first."""
    from simcare.training.records import Records

    with Records.open() as records:
        attempts = records.attempts(learner)
    if as_json:
        print_json(
            [
                {
                    "id": one.id,
                    "learner": one.learner,
                    "scenario": one.scenario,
                    "variant": one.variant,
                    "seed": one.seed,
                    "exercise": one.exercise,
                    "status": one.status,
                    "started_at": one.started_at.isoformat(),
                    "moves": one.moves,
                    "score": one.score,
                    "passed": one.passed,
                }
                for one in attempts
            ]
        )
        return
    for one in attempts:
        score = "" if one.score is None else f"{one.score:5.1f} {'passed' if one.passed else 'not yet'}"
        started = one.started_at.astimezone()
        typer.echo(f"{one.id}  {started:%Y-%m-%d %H:%M}  {one.learner:<20}{one.scenario:<28}{one.status:<10}{score}")
    typer.echo(f"{counted(len(attempts), 'call')} recorded.")
