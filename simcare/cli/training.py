"""Commands about learners: who is in which group, what they are to practice by when, and how far they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from simcare.cli.printing import AsJson, counted, known, print_json
from simcare.documents import SimcareError

roster_app = typer.Typer(no_args_is_help=True, help="Groups of learners and what they are to practice by when.")


@roster_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with the columns name and, if there are several, group.")],
) -> None:
    """Put the people of a roster into their groups; who is there already stays."""
    from simcare.training.records import Records
    from simcare.training.roster import import_roster, read_roster

    members = read_roster(file)
    with Records.open() as records:
        added = import_roster(records, members)
    typer.echo(f"{counted(len(members), 'line')} read, {counted(added, 'new membership')}.")


@roster_app.command("assign")
def assign_calls(
    scenarios: Annotated[list[str], typer.Argument(help="The calls to pass, by their ids.")],
    due: Annotated[str, typer.Option(help="The last day, such as 2026-12-24.")],
    group: Annotated[str, typer.Option(help="The group of the roster.")] = "everyone",
    title: Annotated[str, typer.Option(help="What the assignment is called.")] = "Practice",
) -> None:
    """Give a group calls to pass by the end of a day."""
    from simcare.scenarios.library import scenario_ids
    from simcare.training.records import Records
    from simcare.training.roster import assign

    known(scenarios, scenario_ids(), "the library has no scenario")
    try:
        # The end of that day where the trainer sits.
        until = datetime.strptime(due, "%Y-%m-%d").astimezone() + timedelta(days=1, seconds=-1)
    except (ValueError, OverflowError):
        raise SimcareError(f"'{due}' is no day; write year-month-day, such as 2026-12-24") from None
    with Records.open() as records:
        given = assign(records, group, scenarios, until.astimezone(UTC), title=title)
    typer.echo(f"{given.title}: {counted(len(given.calls), 'call')} for '{group}', due {due}.")


@roster_app.command("progress")
def show_progress(
    group: Annotated[str, typer.Option(help="The group of the roster.")] = "everyone", as_json: AsJson = False
) -> None:
    """Show how far each member of a group is with what was assigned."""
    from simcare.training.records import Records
    from simcare.training.roster import progress

    now = datetime.now(UTC)
    with Records.open() as records:
        rows = progress(records, group)
    if as_json:
        print_json(
            [
                {
                    "learner": row.learner,
                    "assignment": row.assignment.title,
                    "due": row.assignment.due.isoformat(),
                    "passed": list(row.passed),
                    "left": list(row.left),
                    "overdue": row.overdue(now),
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        state = "overdue" if row.overdue(now) else "done" if not row.left else f"due {row.assignment.due:%Y-%m-%d}"
        left = f"; left: {', '.join(row.left)}" if row.left else ""
        typer.echo(f"{row.learner:<24}{row.assignment.title:<24}{state:<16}{len(row.passed)} passed{left}")
    if not rows:
        typer.echo(f"Nothing is assigned to '{group}'.")
