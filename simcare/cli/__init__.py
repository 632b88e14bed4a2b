"""The command line: opens the desk; lists, checks, rehearses and plays; hears lines; makes populations.

One module for each group; each command is a few lines around a function of the house. Exit codes: 0 fine, 1 findings,
2 bad input, 130 interrupted. `--json` prints the result and nothing else.
"""

from __future__ import annotations

import io
import sys

import typer

from simcare.cli import authoring, desk, library
from simcare.cli.calls import calls_app
from simcare.cli.intents import intents_app
from simcare.cli.learning import RECORDS_COMMANDS, exercises_app
from simcare.cli.patients import patients_app
from simcare.cli.planning import plan_app
from simcare.cli.printing import BAD_INPUT, INTERRUPTED
from simcare.cli.profiles import profile_scenarios
from simcare.cli.records import records_app
from simcare.cli.scenarios import ids, scenarios_app
from simcare.cli.shifts import shifts_app
from simcare.cli.training import roster_app
from simcare.documents import DocumentError, SimcareError

app = typer.Typer(
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Practice care-management calls with simulated patients. Training material, not a clinical protocol.",
)
app.callback(invoke_without_command=True)(desk.start)
plan_app.callback(invoke_without_command=True)(desk.plan)
for command in (desk.train, desk.shift, desk.author, desk.lab, desk.serve_calls, desk.doctor, ids):
    app.command()(command)
for name, about_scenarios in {**authoring.COMMANDS, **library.COMMANDS}.items():
    scenarios_app.command(name)(about_scenarios)
scenarios_app.command("profile")(profile_scenarios)
app.add_typer(scenarios_app, name="scenarios")
app.add_typer(calls_app, name="calls")
app.add_typer(shifts_app, name="shifts")
app.add_typer(patients_app, name="patients")
app.add_typer(intents_app, name="intents")
app.add_typer(plan_app, name="plan")
app.add_typer(roster_app, name="roster")
for name, about_learning in RECORDS_COMMANDS.items():
    records_app.command(name)(about_learning)
app.add_typer(records_app, name="records")
app.add_typer(exercises_app, name="exercises")


def main() -> None:
    """Run the command line; bad input ends with its place and remedy and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Whatever a file's name holds and wherever the output goes: patients speak in typographic characters.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="simcare")
    except DocumentError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        sys.exit(BAD_INPUT)
    except SimcareError as error:
        typer.echo(f"simcare: {error}", err=True)
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
