"""Commands about scenarios: list, check, show, rehearse; and the ids that they and programs use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from simcare.cli.printing import FINDINGS, LARGEST_SEED, AsJson, clock, counted, known, print_json
from simcare.documents import DocumentError, SimcareError

NOT_TO_BE_READ = frozenset({"D101"})
"""Codes that speak of the command's words, not of what a file holds: there is no such file, or it is a folder."""

scenarios_app = typer.Typer(no_args_is_help=True, help="List, check, show and rehearse scenarios.")


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
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['id']:<20} {row['title']}  ({row['variants']} variants, {row['reviewed_by']})")


@scenarios_app.command("lint")
def lint_scenarios(
    files: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or ids; without any, the whole library.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend in the files what can be mended without a guess.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check scenario files; every finding has its place, a code and a remedy."""
    from simcare.scenarios.library import library_files, translated_files
    from simcare.scenarios.lint import fix_file, lint_call, lint_files

    known = library_files()
    calls = [name for name in translated_files() if not files or name in files]
    others = [name for name in files or known if name not in calls]
    named = [known[name] if name in known and not Path(name).exists() else Path(name) for name in others]
    mended = [problem for file in named for problem in fix_file(_nearest(file))] if fix else []
    problems = lint_files(_nearest(file) for file in named)
    problems += [problem for name in calls for problem in lint_call(name)]
    unreadable = [problem for problem in problems if problem.code in NOT_TO_BE_READ]
    if unreadable:
        raise DocumentError(unreadable)
    if as_json:
        print_json([problem.as_json() for problem in problems])
    else:
        for problem in mended:
            typer.echo(f"mended: {problem}")
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(counted(len(problems), "finding") + "." if problems else "No findings.")
    raise typer.Exit(FINDINGS if problems else 0)


@scenarios_app.command("show")
def show_scenario(
    scenario: str,
    seed: Annotated[int, typer.Option(help="The luck that picks the patient.", min=0, max=LARGEST_SEED)] = 0,
    as_json: AsJson = False,
) -> None:
    """Show a scenario: what it covers, its patient, facts, variants and rubric."""
    from simcare.calls.opening import patient_for
    from simcare.scenarios.library import load_scenario

    value = load_scenario(scenario).value
    if as_json:
        print_json(value.model_dump(mode="json", by_alias=True))
        return
    typer.echo(f"{value.title} ({value.id} {value.version}), reviewed by: {value.reviewed_by}\n")
    typer.echo(f"{value.brief}\n\nCovers {', '.join(value.covers) or 'nothing named'}\n")
    chart, adjustments = patient_for(value, seed)
    who = chart.identity
    typer.echo(f"Patient with seed {seed}: {who.formal_name}, {who.age}, {who.address.city}, {who.address.state}")
    for sentence in adjustments or ("Taken from the population as they are.",):
        typer.echo(f"  {sentence}")
    typer.echo("\nFacts")
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
    scenario: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or ids; `--all` stands for the whole library.")
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="Rehearse the whole library.")] = False,
    variant: Annotated[list[str] | None, typer.Option(help="Only this variant; may be given again.")] = None,
    player: Annotated[list[str] | None, typer.Option(help="Only this player; may be given again.")] = None,
    seed: Annotated[int, typer.Option(help="The luck of the calls.", min=0, max=LARGEST_SEED)] = 0,
    as_json: AsJson = False,
) -> None:
    """Let the automated players take every variant of a scenario and show what came of it."""
    from simcare.calls.players import PLAYERS
    from simcare.calls.rehearsal import all_findings, findings, rehearse, rehearse_deeply, unheard_lines
    from simcare.scenarios.library import load_scenario, scenario_ids
    from simcare.scenarios.lint import require_playable

    if not scenario and not whole:
        raise SimcareError("no scenario is named; name a file or an id, or give --all for the whole library")
    values = [require_playable(load_scenario(name)) for name in scenario or scenario_ids()]
    known(player, tuple(PLAYERS), "there is no player")
    for value in values:
        known(variant, tuple(value.variants), f"scenario '{value.id}' has no variant")
    processes = os.cpu_count() or 1
    notes: list[str] = []
    found: list[str] = []
    if player:
        results = [
            rehearse(value, variants=variant, players=player, seed=seed, processes=processes) for value in values
        ]
        found += [text for value, rows in zip(values, results, strict=True) for text in findings(value, rows)]
    else:
        deep = rehearse_deeply(values, variants=variant, seed=seed, processes=processes)
        results = [[row for one in each for row in one.results] for each in deep]
        for value, each in zip(values, deep, strict=True):
            # Where only some variants were rehearsed, nobody knows what the others would have reached.
            found += all_findings(value, each, reached=not variant)
            notes += [f"{one.variant}: decide by {clock(one.last_safe)}" for one in each if one.last_safe is not None]
            notes += [f"{one.variant}: {text}" for one in each for text in one.held_back()]
            notes += [f"never heard: {line}" for line in ([] if variant else unheard_lines(value, each))]
    if as_json:
        print_json([result.as_json() for rows in results for result in rows])
    else:
        typer.echo(f"{'variant':<24}{'player':<9}{'runs':>5}{'score':>7}{'passes':>8}{'time':>7}  decisions; missed")
        for row in (row for rows in results for row in rows):
            decisions = ", ".join(f"{name} {count}" for name, count in row.decisions.items())
            missed = ", ".join(list(row.missed)[:4]) + (" ..." if len(row.missed) > 4 else "")
            typer.echo(
                f"{row.variant:<24}{row.player:<9}{row.runs:>5}{row.mean_score:>7}{row.pass_rate:>8.0%}"
                f"{clock(row.mean_seconds):>7}  {decisions}" + (f"; missed {missed}" if missed else "")
            )
        for sentence in (*notes, *(f"finding: {text}" for text in found)):
            typer.echo(sentence)
    raise typer.Exit(FINDINGS if found else 0)


def ids(
    as_json: AsJson = False, markdown: Annotated[bool, typer.Option(help="Print the page docs/ids.md.")] = False
) -> None:
    """List the ids of actions, levels, SBAR fields and intents that transcripts and programs use."""
    from simcare.scenarios import intents
    from simcare.scenarios.ids import ids_as_markdown, published_ids
    from simcare.scenarios.library import load_policy

    policy, library = load_policy().value, intents.load()
    if as_json:
        print_json(published_ids(policy, library))
    else:
        page = ids_as_markdown(policy, library)
        typer.echo(page if markdown else page.replace("`", "").replace("|", " "), nl=False)


def _nearest(file: Path) -> Path:
    """Return the file as a person standing here would name it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
