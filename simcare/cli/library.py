"""Commands about the library as a whole: what of the job it covers, and content that travels between programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from simcare.cli.printing import FINDINGS, AsJson, counted, known, print_json
from simcare.documents import SimcareError


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


def pack_scenarios(
    folder: Annotated[Path, typer.Argument(help="Folder of scenarios, with its policies, intents and signatures.")],
    out: Annotated[Path, typer.Option(help="The zip to write.")],
) -> None:
    """Pack a folder of content as one zip with a manifest and hashes, to share it."""
    from simcare.scenarios.packs import pack

    manifest = pack(folder, out)
    typer.echo(f"{out}: {counted(len(manifest['scenarios']), 'scenario')}, {counted(len(manifest['files']), 'file')}.")


def unpack_scenarios(
    archive: Annotated[Path, typer.Argument(help="A zip that 'simcare scenarios pack' made.")],
    into: Annotated[Path, typer.Option(help="The folder to write to; name it in SIMCARE_LIBRARY.")],
) -> None:
    """Unpack shared content; nothing is written where a file is not what was packed."""
    from simcare.scenarios.packs import unpack

    typer.echo(f"{into}: {counted(len(unpack(archive, into)), 'file')} unpacked.")


def sign_scenario(
    scenario: Annotated[str, typer.Argument(help="A scenario's file or id.")],
    name: Annotated[str, typer.Option(help="Who has read it.")],
    credential: Annotated[str, typer.Option(help="RN, MD, PharmD ...")],
    on: Annotated[str | None, typer.Option("--date", help="The day, such as 2026-03-04; today if left out.")] = None,
) -> None:
    """Sign the text of a scenario as it stands; any change of the text takes the signature away."""
    from simcare.scenarios.library import load_scenario
    from simcare.scenarios.signatures import sign

    try:
        day = date.today() if on is None else date.fromisoformat(on)
    except ValueError:
        raise SimcareError(f"'{on}' is no day; write year-month-day, such as 2026-03-04") from None
    if not (name.strip() and credential.strip()):
        raise SimcareError("a signature has a name and a credential; give --name and --credential")
    document = load_scenario(scenario)
    signature = sign(document, name=name, credential=credential, on=day)
    typer.echo(f"{document.value.id} {signature.version} is signed by {signature}.")


def show_review_sheet(
    scenario: Annotated[str, typer.Argument(help="A scenario's file or id.")],
    out: Annotated[Path, typer.Option(help="The HTML page to write, to be printed or opened in a browser.")],
) -> None:
    """Write a scenario as one page in plain words, for a clinician to read and sign."""
    from simcare.scenarios import intents
    from simcare.scenarios.library import load_policy, load_scenario
    from simcare.scenarios.lint import require_playable
    from simcare.scenarios.review_sheet import review_sheet

    document = load_scenario(scenario)
    require_playable(document)
    page = review_sheet(document, load_policy().value, intents.load())
    try:
        out.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SimcareError(f"{out} cannot be written ({error.strerror}); name another file") from error
    typer.echo(f"{out}: the review sheet of {document.value.id} {document.value.version}.")


COMMANDS: Mapping[str, Callable[..., Any]] = {
    "coverage": show_coverage,
    "reference": show_reference,
    "review": show_review_sheet,
    "sign": sign_scenario,
    "pack": pack_scenarios,
    "unpack": unpack_scenarios,
}
"""Beside the commands about one scenario."""
