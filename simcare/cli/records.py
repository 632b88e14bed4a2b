"""Commands about what is recorded: what there is, what leaves, what comes back, and what is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcare.cli.printing import FINDINGS, AsJson, counted, print_json
from simcare.documents import SimcareError

if TYPE_CHECKING:
    from simcare.training.erasing import Erasure

records_app = typer.Typer(
    no_args_is_help=True, help="What was practiced: list it, export it, import it, erase it, judge it anew."
)

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


@records_app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="JSONL: everything, to keep or to import elsewhere.")] = None,
    csv: Annotated[Path | None, typer.Option(help="A folder for attempts.csv and rows.csv.")] = None,
    xapi: Annotated[Path | None, typer.Option(help="A JSON file of xAPI statements.")] = None,
    lrs: Annotated[str | None, typer.Option(help="The xAPI endpoint of a learning record store to send to.")] = None,
    home: Annotated[str | None, typer.Option(help="Your own web address, by which xAPI names accounts.")] = None,
    learner: OneLearner = None,
) -> None:
    """Write what is recorded: as JSONL, as CSV, as xAPI statements to a file or to a learning record store.

    Name and password of the store come from SIMCARE_LRS_USER and SIMCARE_LRS_PASSWORD. What leaves holds names and what
    people said: keep it as you keep other files about your staff.
    """
    from simcare.training.exporting import export_jsonl
    from simcare.training.lrs import send
    from simcare.training.records import Records
    from simcare.training.sheets import export_csv
    from simcare.training.xapi import HOME, export_xapi, statements

    if all(way is None for way in (file, csv, xapi, lrs)):
        raise SimcareError("nothing to export to; name a file for JSONL, or give --csv, --xapi or --lrs")
    with Records.open() as records:
        if learner is not None and not records.knows(learner):
            raise SimcareError(f"nobody called '{learner}' is recorded; `simcare records list` shows the names")
        if file is not None:
            counts = export_jsonl(records, file, learner)
            typer.echo(f"{file}: {_told(counts)}.")
        if csv is not None:
            attempts, rows = export_csv(records, csv, learner)
            typer.echo(f"{csv}: {counted(attempts, 'call')}, {counted(rows, 'rubric row')}.")
        if xapi is not None:
            count = export_xapi(records, xapi, learner, home or HOME)
            typer.echo(f"{xapi}: {counted(count, 'statement')}.")
        if lrs is not None:
            sent = send(statements(records, learner, home or HOME), lrs)
            typer.echo(f"{counted(sent.new, 'statement')} sent, {sent.before:,} were there before.")
            if sent.other:
                typer.echo(f"finding: the store has {sent.other:,} of them with other content and keeps its own.")
                raise typer.Exit(FINDINGS)


@records_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A JSONL file that `simcare records export` wrote.")],
) -> None:
    """Import an export: all of it or nothing; what is here already stays, and a second time changes nothing."""
    from simcare.training.importing import import_jsonl
    from simcare.training.records import Records

    with Records.open() as records:
        imported = import_jsonl(records, file)
    typer.echo(f"{_told(imported.new)} new; {counted(imported.known, 'line')} known before.")


@records_app.command("erase")
def erase_learner(
    learner: Annotated[str, typer.Argument(help="The learner's name, as `simcare records list` shows it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything of one learner; it says what goes, and asks first."""
    from simcare.training.erasing import erase, look_before_erasing
    from simcare.training.records import Records

    with Records.open() as records:
        if records.knows(learner):
            typer.echo(_what_goes(look_before_erasing(records, learner)))
            if not yes and not typer.confirm("Erase all of it? It cannot be brought back"):
                typer.echo("Nothing was erased.")
                raise typer.Exit(FINDINGS)
        gone = erase(records, learner)
        typer.echo(f"Everything of {gone.learner} is erased from {records.place}.")
        if copies := records.copies():
            typer.echo("Copies from before upgrades still hold what was recorded then; delete them when you can:")
            for copy in copies:
                typer.echo(f"  {copy}")
        typer.echo("Exports, backups and a learning record store keep what they were given: erase it there too.")


@records_app.command("rescore")
def rescore_attempts(
    attempts: Annotated[
        list[str] | None, typer.Argument(help="Calls by their ids; all that have a score if none.")
    ] = None,
    learner: OneLearner = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and record nothing.")] = False,
) -> None:
    """Judge recorded calls by today's scenarios, policy and intents; the scores people got stay beside it.

    Exit code 1 where a call cannot be played any more as it was recorded.
    """
    from simcare.training.practice import judge_again, rescore
    from simcare.training.records import Records

    changed = failed = 0
    with Records.open() as records:
        chosen = [records.attempt(one) for one in attempts] if attempts else records.attempts(learner)[::-1]
        for attempt in chosen:
            if attempt.status != "finished":
                continue
            try:
                judged = judge_again(records, attempt.id) if dry_run else rescore(records, attempt.id)
            except SimcareError as error:
                typer.echo(f"finding: {error}")
                failed += 1
                continue
            if judged is None:
                continue
            changed += 1
            passes = "" if judged.passed == attempt.passed else f"  {'now' if judged.passed else 'no longer'} passes"
            scores = f"{attempt.score:.1f} to {judged.score:.1f}{passes}"
            typer.echo(f"{attempt.id}  {attempt.learner:<20}{attempt.scenario:<28}{scores}")
    words = "would be judged anew" if dry_run else "judged anew"
    typer.echo(f"{counted(changed, 'call')} {words}, {failed} cannot be played any more.")
    raise typer.Exit(FINDINGS if failed else 0)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(counted(number, kind.replace("_", " ")) for kind, number in counts.items() if number) or "nothing"


def _what_goes(erasure: Erasure) -> str:
    lines = {
        "Calls": f"{erasure.attempts:,} with {counted(erasure.moves, 'move')} and all scores",
        "Reviews": f"{erasure.reviews:,} of calls and shifts, {erasure.reviews_written:,} that {erasure.learner} wrote",
        "Shifts": f"{erasure.shifts:,} with {counted(erasure.shift_moves, 'move')}",
        "Groups": f"{erasure.groups:,}",
        "Texts": f"{erasure.texts:,} that nobody else's records need",
    }
    return f"All of {erasure.learner}:\n" + "\n".join(f"  {name:<9}{words}" for name, words in lines.items())
