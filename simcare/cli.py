"""The command line: opens the desk, lists, checks, rehearses and plays.

Each command is a few lines around a function of the house. Exit codes: 0 fine, 1 findings, 2 bad input. `--json`
prints the result and nothing else.
"""

from __future__ import annotations

import difflib
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcare.documents import DocumentError, SimcareError

if TYPE_CHECKING:
    from simcare.calls.scorecard import Scorecard

FINDINGS, BAD_INPUT = 1, 2
NOT_TO_BE_READ = frozenset({"D101"})
"""Codes that speak of the command's words, not of what a file holds: there is no such file, or it is a folder."""
LARGEST_SEED = 2**63 - 1
Port = Annotated[int, typer.Option(help="Port on this machine; 0 picks a free one.", min=0, max=65535)]
Browser = Annotated[bool, typer.Option(help="Open the browser.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

app = typer.Typer(
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Practice care-management calls with simulated patients. Training material, not a clinical protocol.",
)
scenarios_app = typer.Typer(no_args_is_help=True, help="List, check, show and rehearse scenarios.")
calls_app = typer.Typer(no_args_is_help=True, help="Play calls that are written down.")
app.add_typer(scenarios_app, name="scenarios")
app.add_typer(calls_app, name="calls")


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
        sys.exit(130)


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open the landing page: Practice, Author, Plan."""
    if context.invoked_subcommand is None:
        _serve("landing", port=port, browser=browser)


@app.command()
def train(
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open the practice desk directly, without a cell of code in sight."""
    _serve("train", port=port, browser=browser)


@app.command()
def lab(
    port: Port = 0,
    browser: Browser = True,
) -> None:
    """Open JupyterLab on the notebooks."""
    _serve("lab", port=port, browser=browser)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check that this installation is whole and say what is missing."""
    from simcare.desk.doctor import examine

    checks = examine()
    if as_json:
        _print_json([check.as_json() for check in checks])
    else:
        for check in checks:
            typer.echo(f"{'ok  ' if check.fine else 'FAIL'}  {check.name}: {check.fact}")
            if not check.fine:
                typer.echo(f"      {check.remedy}")
    raise typer.Exit(0 if all(check.fine for check in checks) else FINDINGS)


@app.command()
def ids(
    as_json: AsJson = False, markdown: Annotated[bool, typer.Option(help="Print the page docs/ids.md.")] = False
) -> None:
    """List the ids of actions, levels, SBAR fields and intents that transcripts and programs use."""
    from simcare.scenarios import intents
    from simcare.scenarios.ids import ids_as_markdown, published_ids
    from simcare.scenarios.library import load_policy

    policy, library = load_policy().value, intents.load()
    if as_json:
        _print_json(published_ids(policy, library))
    else:
        page = ids_as_markdown(policy, library)
        typer.echo(page if markdown else page.replace("`", "").replace("|", " "), nl=False)


@scenarios_app.command("list")
def list_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios of the library."""
    from simcare.scenarios.library import load_library

    rows = [
        {
            "id": document.value.id,
            "version": document.value.version,
            "title": document.value.title,
            "guided": document.value.guided,
            "variants": len(document.value.variants),
            "competencies": list(document.value.competencies),
            "reviewed_by": document.value.reviewed_by,
        }
        for document in load_library().values()
    ]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['id']:<20} {row['title']}  ({row['variants']} variants, {row['reviewed_by']})")


@scenarios_app.command("lint")
def lint_scenarios(
    files: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or ids; without any, the whole library.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check scenario files; every finding has its place, a code and a remedy."""
    from simcare.scenarios.library import library_files
    from simcare.scenarios.lint import lint_file

    known = library_files()
    named = [known[name] if name in known and not Path(name).exists() else Path(name) for name in files or known]
    problems = [problem for file in named for problem in lint_file(_nearest(file))]
    unreadable = [problem for problem in problems if problem.code in NOT_TO_BE_READ]
    if unreadable:
        raise DocumentError(unreadable)
    if as_json:
        _print_json([problem.as_json() for problem in problems])
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(_counted(len(problems), "finding") + "." if problems else "No findings.")
    raise typer.Exit(FINDINGS if problems else 0)


@scenarios_app.command("show")
def show_scenario(scenario: str, as_json: AsJson = False) -> None:
    """Show a scenario: what it covers, its facts, variants and rubric."""
    from simcare.scenarios.library import load_scenario

    value = load_scenario(scenario).value
    if as_json:
        _print_json(value.model_dump(mode="json", by_alias=True))
        return
    typer.echo(f"{value.title} ({value.id} {value.version}), reviewed by: {value.reviewed_by}\n")
    typer.echo(f"{value.brief}\n\nCovers {', '.join(value.covers) or 'nothing named'}\n\nFacts")
    for name, fact in value.facts.items():
        typer.echo(f"  {name:<22} {fact.label}")
    typer.echo("\nVariants")
    for name, variant in value.variants.items():
        typer.echo(f"  {name:<22} {variant.truth}")
    typer.echo("\nRubric")
    for name, item in value.rubric.items():
        typer.echo(f"  {name:<22} {item.points:>4.0f}  {item.label}")
    typer.echo("\nTraining material, not a clinical protocol.")


@scenarios_app.command("rehearse")
def rehearse_scenario(
    scenario: str,
    variant: Annotated[list[str] | None, typer.Option(help="Only this variant; may be given again.")] = None,
    player: Annotated[list[str] | None, typer.Option(help="Only this player; may be given again.")] = None,
    seed: Annotated[int, typer.Option(help="The luck of the calls.", min=0, max=LARGEST_SEED)] = 0,
    as_json: AsJson = False,
) -> None:
    """Let the automated players take every variant of a scenario and show what came of it."""
    from simcare.calls.players import PLAYERS
    from simcare.calls.rehearsal import findings, rehearse
    from simcare.scenarios.library import load_scenario
    from simcare.scenarios.lint import require_playable

    value = require_playable(load_scenario(scenario))
    _known(variant, tuple(value.variants), f"scenario '{value.id}' has no variant")
    _known(player, tuple(PLAYERS), "there is no player")
    results = rehearse(value, variants=variant, players=player, seed=seed, processes=os.cpu_count() or 1)
    found = findings(value, results)
    if as_json:
        _print_json([result.as_json() for result in results])
    else:
        typer.echo(f"{'variant':<24}{'player':<10}{'runs':>5}{'score':>8}{'passes':>8}  decisions")
        for row in results:
            decisions = ", ".join(f"{name} {count}" for name, count in row.decisions.items())
            typer.echo(
                f"{row.variant:<24}{row.player:<10}{row.runs:>5}{row.mean_score:>8}{row.pass_rate:>8.0%}  {decisions}"
            )
        for sentence in found:
            typer.echo(f"finding: {sentence}")
    raise typer.Exit(FINDINGS if found else 0)


@calls_app.command("play")
def play_call(file: Path, as_json: AsJson = False) -> None:
    """Play a call that is written down and print its scorecard; a call that is not passed is no error."""
    from simcare.calls.listener import default_listener
    from simcare.calls.scoring import score
    from simcare.calls.transcripts import play_transcript

    played = play_transcript(file, default_listener())
    for remark in played.remarks:
        typer.echo(str(remark), err=True)
    call, card = played.call, score(played.call)
    if as_json:
        _print_json(_published(card))
        return
    for line in call.lines:
        typer.echo(f"{line.t // 60:>3}:{line.t % 60:02d}  {line.speaker}: {line.text}")
    typer.echo(f"\nScore {card.score:.0f} of 100 ({'passed' if card.passed else 'not passed'}, practice).")
    typer.echo(f"Decision: {card.decision.action or 'none'}, {card.decision.verdict}. {card.decision.detail}".rstrip())
    for row in card.rows:
        typer.echo(
            f"  {row.earned:>5.1f} of {row.points:>4.1f}  {row.label}"
            + (f" ({row.detail})" if row.detail else "")
            + (" - this alone fails the call" if row.id in card.critical_missed else "")
        )
    typer.echo(f"\nWhat was really going on: {card.debrief.truth}\nWhat happened next: {card.debrief.outcome}")
    typer.echo("Training material, not a clinical protocol.")


def _serve(page: str, *, port: int, browser: bool) -> None:
    from simcare.desk.server import serve

    serve(page, port=port, browser=browser)


def _published(card: Scorecard) -> dict[str, Any]:
    """Return the result of a played call with the keys that other programs may rely on."""
    data = card.as_json()
    decision = data["decision"]
    return {
        "score": data["score"],
        "passed": data["passed"],
        "decision": {key: decision[key] for key in ("action", "verdict", "seconds")},
        "critical_missed": data["critical_missed"],
        "rows": data["rows"],
        "debrief": {**data["debrief"], "decision": decision, "pass_mark": card.pass_mark, "minutes": card.minutes},
    }


def _known(given: list[str] | None, names: tuple[str, ...], fact: str) -> None:
    for name in given or ():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            remedy = f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(names)
            raise SimcareError(f"{fact} '{name}'; {remedy}")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _nearest(file: Path) -> Path:
    """Return the file as a person standing here would name it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
