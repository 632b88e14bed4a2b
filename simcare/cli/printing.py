"""What every command shares: exit codes, the option --json, and how words and numbers are answered and printed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from simcare.documents import SimcareError

FINDINGS, BAD_INPUT, INTERRUPTED = 1, 2, 130
LARGEST_SEED = 2**63 - 1
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def print_json(data: Any) -> None:
    """Print data and nothing else."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def known(given: Sequence[str] | None, names: tuple[str, ...], fact: str) -> None:
    """Raise SimcareError for the first word that is none of the names; the text has the nearest name, or all."""
    for name in given or ():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            remedy = f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(names)
            raise SimcareError(f"{fact} '{name}'; {remedy}")


def counted(number: int, thing: str) -> str:
    """Return a number with its thing: 1 finding, 2 findings."""
    return f"{number} {thing}" if number == 1 else f"{number:,} {thing}s"


def clock(seconds: int) -> str:
    """Return seconds as minutes and seconds: 3:07."""
    return f"{seconds // 60}:{seconds % 60:02d}"
