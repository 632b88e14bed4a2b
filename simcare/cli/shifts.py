"""Commands about shifts: list and check them, play one that is written down, and what a model of you makes of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcare.cli.printing import FINDINGS, AsJson, clock, counted, known, print_json
from simcare.cli.progress import progress_bar
from simcare.documents import DocumentError

if TYPE_CHECKING:
    from simcare.world.shift.card import ShiftCard
    from simcare.world.shift.playing import Shift

shifts_app = typer.Typer(no_args_is_help=True, help="Shifts to work: list, check, play, and the model of you.")
Seed = Annotated[int, typer.Option(help="The luck of the shift.", min=0)]


@shifts_app.command("list")
def list_shifts(as_json: AsJson = False) -> None:
    """List the shifts there are, ours and those of SIMCARE_LIBRARY."""
    from simcare.world.shift.library import load_shift, shift_files

    specs, bad = {}, []
    for name in shift_files():
        try:
            specs[name] = load_shift(name).spec.value
        except DocumentError as error:
            bad.append(str(error.problems[0]))
    if as_json:
        kept = ("title", "minutes", "difficulty")
        print_json(
            {
                name: {key: getattr(spec, key) for key in kept} | {"items": len(spec.items)}
                for name, spec in specs.items()
            }
        )
    else:
        for name, spec in specs.items():
            typer.echo(f"{name:<22}{spec.minutes:>4} minutes {counted(len(spec.items), 'item'):>9}  {spec.title}")
    for problem in bad:
        typer.echo(problem, err=True)


@shifts_app.command("lint")
def check_shifts(
    shifts: Annotated[list[str] | None, typer.Argument(help="Ids or files; all, if none is given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check shifts: each finding with its line, a code and a remedy; exit code 1 for warnings, 2 for errors."""
    from simcare.world.shift.library import lint_shift, shift_files

    found = [problem for name in shifts or shift_files() for problem in lint_shift(name)]
    if as_json:
        print_json([problem.as_json() for problem in found])
    else:
        for problem in found:
            typer.echo(f"{problem}" + (" (warning)" if problem.severity == "warning" else ""))
        if not found:
            typer.echo("No findings.")
    unusable = any(problem.severity == "error" for problem in found)
    raise typer.Exit(2 if unusable else FINDINGS if found else 0)


@shifts_app.command("play")
def play_written(file: Path, as_json: AsJson = False) -> None:
    """Play a shift that is written down and print what it was worth; one that is not passed is no error."""
    from simcare.calls.listener import default_listener
    from simcare.world.shift.debrief import tell_shift
    from simcare.world.shift.judging import judge
    from simcare.world.shift.transcripts import play_shift

    played = play_shift(file, default_listener())
    for remark in played.remarks:
        typer.echo(str(remark), err=True)
    shift, card = played.shift, judge(played.shift)
    if as_json:
        print_json(_published(shift, card))
        return
    for news in shift.news:
        typer.echo(f"{clock(news.t):>7}  {news.words}")
    typer.echo(f"\nScore {card.score:.0f} of 100 ({'passed' if card.passed else 'not passed'}, practice).")
    for area, (earned, possible) in card.points.items():
        typer.echo(f"  {earned:>5.1f} of {possible:>4.1f}  {area}")
    for row in card.rows:
        mark = "    -" if row.share is None else f"{100 * row.share:>4.0f}%"
        typer.echo(
            f"  {mark}  {row.area:<7}{row.who}: {row.words}" + (" - this alone fails it" if row.critical else "")
        )
    for sentence in tell_shift(shift, card).take:
        typer.echo(f"Next time: {sentence}")
    typer.echo("Training material, not a clinical protocol.")


@shifts_app.command("twin")
def compare_with_model(
    shift: Annotated[str, typer.Argument(help="A shift's id or file.")],
    skill: Annotated[str, typer.Option(help="novice, trained or expert.")] = "novice",
    runs: Annotated[int, typer.Option(help="How often it is worked.", min=2, max=10_000)] = 200,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Let a model of a care manager work a shift many times, and print the outcomes to expect."""
    from dataclasses import fields

    from simcare.calls.skills import shipped_skills, skill_named
    from simcare.world.shift.library import load_shift
    from simcare.world.shift.playing import Shift
    from simcare.world.shift.twin import Measures, play_twin

    known([skill], tuple(shipped_skills()), "there is no skill level")
    opened = Shift(load_shift(shift).material, seed)
    with progress_bar("Shifts") as show:
        twin = play_twin(opened.spec, opened.cast, seed, skill_named(skill), runs=runs, progress=show)
    expected = {field.name: twin.expected(field.name) for field in fields(Measures)}
    if as_json:
        rows = {name: dict(zip(("low", "middle", "high"), found, strict=True)) for name, found in expected.items()}
        print_json({"shift": opened.spec.id, "skill": skill, "seed": seed, "runs": runs, "measures": rows})
        return
    typer.echo(f"{opened.spec.title}: {runs} times in the hands of a {skill} (seed {seed})\n")
    typer.echo(f"{'':<24}{'middle':>9}  nine in ten")
    for name, (low, middle, high) in expected.items():
        typer.echo(f"{name.replace('_', ' '):<24}{middle:>9.4g}  {low:.4g} to {high:.4g}")


def _published(shift: Shift, card: ShiftCard) -> dict[str, Any]:
    """Return the result of a played shift with the keys that other programs may rely on."""
    return {
        "shift": shift.spec.id,
        "seed": shift.seed,
        **card.as_json(),
        "critical": [row.item for row in card.critical],
        "news": [{"t": news.t, "kind": news.kind, "item": news.item, "words": news.words} for news in shift.news],
    }
