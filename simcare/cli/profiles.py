"""The command that rehearses the whole library into a table of call profiles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from simcare.cli.printing import AsJson, counted, known, print_json
from simcare.cli.progress import progress_bar
from simcare.documents import SimcareError


def profile_scenarios(
    out: Annotated[Path | None, typer.Option(help="Write the table into this CSV file.")] = None,
    runs: Annotated[int, typer.Option(help="How often each variant is played with each skill.", min=1)] = 200,
    skill: Annotated[
        list[str] | None, typer.Option(help="Only this level of skill, or skill of the file; may be given again.")
    ] = None,
    skills: Annotated[Path | None, typer.Option(help="A skill file (JSON), to rehearse at the means it gives.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rehearse the library with simulated care managers: how long each call takes and how it is decided."""
    from simcare.calls.profiles import rehearse_library, write_table
    from simcare.calls.skills import read_skills, shipped_skills

    if skills is None:
        there = dict(shipped_skills())
    else:
        file = read_skills(skills)
        there = {name: file.expected(name) for name in file.names}
    known(skill, tuple(there), "there is no skill")
    chosen = [there[name] for name in skill or there]
    if out is not None and not out.parent.is_dir():
        raise SimcareError(f"there is no folder '{out.parent}'; make it first, or write elsewhere")
    with progress_bar("Variants") as show:
        profiles = rehearse_library(runs=runs, skills=chosen, processes=os.cpu_count() or 1, progress=show)
    if out is not None:
        out.write_text(write_table(profiles), encoding="utf-8")
        typer.echo(f"{counted(len(profiles), 'profile')} in {out}.", err=as_json)
    if as_json:
        print_json([profile.row() for profile in profiles])
    elif out is None:
        typer.echo(f"{'variant':<44}{'skill':<10}{'need':>5}{'talk':>7}{'notes':>7}{'right':>7}{'under':>7}{'over':>7}")
        for row in profiles:
            typer.echo(
                f"{row.scenario + '/' + row.variant:<44}{row.skill:<10}{row.need:>5}{row.talk_mean:>7.1f}"
                f"{row.documentation_mean:>7.1f}{row.correct:>7.0%}{row.under:>7.0%}{row.over:>7.0%}"
            )
