"""Commands about what to practice: exercises and their pass marks, the next call and why, and the team's skill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from simcare.cli.printing import FINDINGS, AsJson, counted, known, print_json
from simcare.documents import DocumentError

exercises_app = typer.Typer(no_args_is_help=True, help="Practice sets and assessments: list, show and check them.")
OneLearner = Annotated[str | None, typer.Option("--learner", help="Only this learner.")]


@exercises_app.command("list")
def list_exercises(as_json: AsJson = False) -> None:
    """List the exercises, each after those that it needs."""
    from simcare.training.exercises import load_exercises

    exercises = [document.value for document in load_exercises().values()]
    if as_json:
        print_json([_exercise_row(exercise) for exercise in exercises])
        return
    for exercise in exercises:
        first = f"; first: {', '.join(exercise.needs)}" if exercise.needs else ""
        number = counted(len(exercise.items), exercise.unit.removesuffix("s"))
        typer.echo(f"{exercise.id:<24}{exercise.title}  ({exercise.mode}, {number}{first})")


@exercises_app.command("show")
def show_exercise(exercise: str, as_json: AsJson = False) -> None:
    """Show an exercise: its calls and shifts, its judges' estimates and the pass mark that follows from them."""
    from simcare.training.exercises import ENOUGH_JUDGES, load_exercise, title_of

    value = load_exercise(exercise).value
    if as_json:
        print_json({**value.model_dump(mode="json"), **_exercise_row(value)})
        return
    typer.echo(f"{value.title} ({value.id}, {value.mode}, order {value.order})\n{value.about}\n")
    typer.echo("Needs first: " + (", ".join(value.needs) or "nothing"))
    for item in value.items:
        guessed = ", ".join(str(judge.estimates[item.key]) for judge in value.pass_mark.judges)
        typer.echo(f"  {item.key:<28}{title_of(item)}  (just ready people pass {guessed} times in 100)")
    judges = counted(len(value.pass_mark.judges), "judge")
    of = f"{len(value.items)} {value.unit}"
    typer.echo(f"\nMark {value.mark:.1f} of {of} by {judges}, so {value.passes_needed} have to be passed.")
    if value.provisional:
        typer.echo(f"Provisional: a mark by fewer than {ENOUGH_JUDGES} judges is a planning value.")
    typer.echo("Training material, not a clinical protocol.")


@exercises_app.command("lint")
def lint_exercises(
    files: Annotated[list[str] | None, typer.Argument(help="Exercise files or ids; without any, all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check exercise files; every finding has its place, a code and a remedy."""
    from simcare.training.exercises import exercise_files, lint_exercise

    there = exercise_files()
    named = [there.get(name, Path(name)) for name in files or there]
    problems = [problem for file in named for problem in lint_exercise(file)]
    if unreadable := [problem for problem in problems if problem.code == "D101"]:
        raise DocumentError(unreadable)
    if as_json:
        print_json([problem.as_json() for problem in problems])
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(counted(len(problems), "finding") + "." if problems else "No findings.")
    raise typer.Exit(FINDINGS if problems else 0)


def show_next(learner: OneLearner = None, as_json: AsJson = False) -> None:
    """Say which call each learner should practice next, and why."""
    from simcare.training.records import Records
    from simcare.training.suggesting import suggest

    with Records.open() as records:
        people = [learner] if learner is not None else records.learners()
        found = {name: suggest(records, name, datetime.now(UTC)) for name in people}
    if as_json:
        print_json(
            [{"learner": name, **(each.as_json() if each else {"scenario": None})} for name, each in found.items()]
        )
        return
    for name, each in found.items():
        typer.echo(f"{name}: {each.title} ({each.scenario}). {each.why}" if each else f"{name}: nothing to suggest.")
    if not found:
        typer.echo("Nobody has practiced yet.")


def write_skill(
    out: Annotated[Path, typer.Option(help="The skill file (JSON) to write; a plan takes it as its skills.")],
    learner: OneLearner = None,
    like: Annotated[str, typer.Option(help="The shipped level that is thought of who showed nothing.")] = "novice",
    each: Annotated[bool, typer.Option(help="Also one skill for each learner, under a name made of theirs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Estimate how the team and its members decide, with uncertainty, from their scored calls."""
    from simcare.training.judged import judged_calls
    from simcare.training.records import Records
    from simcare.training.skill import LEVELS, Level, estimate_skills, write_skills

    known([like], LEVELS, "there is no skill level")
    with Records.open() as records:
        calls = judged_calls(records, learner)
    estimate = estimate_skills(calls, like=cast(Level, like), each=each)
    write_skills(estimate, out)
    if as_json:
        print_json(estimate.as_json())
        return
    for name, fit in estimate.checks.items():
        typer.echo(f"{name:<24}{fit.words}")
    typer.echo(f"{out}: {counted(len(estimate.file.skills), 'skill')} from {counted(len(calls), 'call')} of practice.")


RECORDS_COMMANDS: Mapping[str, Callable[..., Any]] = {"next": show_next, "skill": write_skill}
"""Beside the commands about records."""


def _exercise_row(exercise: Any) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "mode": exercise.mode,
        "calls": sum(item.call is not None for item in exercise.items),
        "shifts": sum(item.shift is not None for item in exercise.items),
        "needs": list(exercise.needs),
        "mark": round(exercise.mark, 2),
        "passes_needed": exercise.passes_needed,
        "judges": len(exercise.pass_mark.judges),
        "provisional": exercise.provisional,
    }
