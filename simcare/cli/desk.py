"""Commands that open the desk, and the one that examines this installation."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from simcare.cli.printing import FINDINGS, AsJson, known, print_json

Port = Annotated[int, typer.Option(help="Port on this machine; 0 picks a free one.", min=0, max=65535)]
Browser = Annotated[bool, typer.Option(help="Open the browser.")]


def start(
    context: typer.Context,
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open the landing page: Practice, Author, Plan."""
    if context.invoked_subcommand is None:
        _serve("landing", port=port, browser=browser)


def train(
    exercise: Annotated[str | None, typer.Option(help="Open at the next call of this exercise.")] = None,
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open the practice desk directly, without a cell of code in sight."""
    if exercise is not None:
        from simcare.training.exercises import exercise_files, load_exercise

        known([exercise], tuple(exercise_files()), "there is no exercise")
        # The kernels behind the page take it over with the rest of the environment.
        os.environ["SIMCARE_EXERCISE"] = load_exercise(exercise).value.id
    _serve("train", port=port, browser=browser)


def shift(
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open the shift desk directly: work a simulated morning."""
    _serve("shift", port=port, browser=browser)


def author(
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open the author's bench directly: write a call, check it, play it, rehearse it."""
    _serve("author", port=port, browser=browser)


def plan(
    context: typer.Context,
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open the Plan page; with a command, run, compare and staff plans of a program."""
    if context.invoked_subcommand is None:
        _serve("plan", port=port, browser=browser)


def lab(
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open JupyterLab on the notebooks."""
    _serve("lab", port=port, browser=browser)


def serve_calls() -> None:
    """Serve the call desk to trainees under a JupyterHub, which starts this itself."""
    from simcare.desk.service import serve_calls as serve_until_stopped

    serve_until_stopped()


def doctor(as_json: AsJson = False) -> None:
    """Check that this installation is whole and say what is missing."""
    from simcare.desk.doctor import examine

    checks = examine()
    if as_json:
        print_json([check.as_json() for check in checks])
    else:
        for check in checks:
            typer.echo(f"{'ok  ' if check.fine else 'FAIL'}  {check.name}: {check.fact}")
            if not check.fine:
                typer.echo(f"      {check.remedy}")
    raise typer.Exit(0 if all(check.fine for check in checks) else FINDINGS)


def _serve(page: str, *, port: int, browser: bool) -> None:
    from simcare.desk.server import serve

    serve(page, port=port, browser=browser)
