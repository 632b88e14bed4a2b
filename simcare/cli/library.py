"""Commands about the library as a whole: what of the job it covers, and content that travels between programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from simcare.cli.printing import FINDINGS, AsJson, counted, known, print_json


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


def show_reference(
    page: Annotated[str, typer.Argument(help="format, lint, or schema (JSON Schema for editors).")] = "format",
) -> None:
    """Print a reference that is made from the source: of the format, of lint's findings, or the JSON Schema."""
    from simcare.scenarios.reference import format_as_markdown, lint_as_markdown, schema

    known([page], ("format", "lint", "schema"), "there is no reference")
    if page == "schema":
        print_json(schema())
    else:
        typer.echo(format_as_markdown() if page == "format" else lint_as_markdown(), nl=False)


COMMANDS: Mapping[str, Callable[..., Any]] = {"coverage": show_coverage, "reference": show_reference}
"""Beside the commands about one scenario."""
