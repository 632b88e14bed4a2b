"""Commands about the library as a whole: what of the job it covers, and content that travels between programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from simcare.cli.printing import FINDINGS, AsJson, counted, print_json


def show_coverage(
    as_json: AsJson = False, markdown: Annotated[bool, typer.Option(help="Print the tables of README.md.")] = False
) -> None:
    """Show which part of the job which call scores; exit code 1 where a part has none."""
    from simcare.scenarios.coverage import cover, coverage_as_markdown
    from simcare.scenarios.library import load_library, load_policy

    matrix = cover((document.value for document in load_library().values()), load_policy().value)
    empty = [item for item in matrix if item.empty]
    if as_json:
        print_json([item.as_json() for item in matrix])
    elif markdown:
        typer.echo(coverage_as_markdown(matrix))
    else:
        for item in matrix:
            calls = ", ".join(item.scenarios) or "none"
            typer.echo(f"{item.part:<15}{item.id:<24}{len(item.rows):>4} rows  {calls}")
        for item in empty:
            typer.echo(f"finding: no call practices the {item.part} '{item.id}' ({item.meaning})")
        typer.echo(f"{counted(len(matrix), 'part')} of the job, {len(empty)} without a call.")
    raise typer.Exit(FINDINGS if empty else 0)


COMMANDS: Mapping[str, Callable[..., Any]] = {"coverage": show_coverage}
"""Beside the commands about one scenario."""
