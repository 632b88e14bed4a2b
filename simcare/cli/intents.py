"""Commands about intents: whether they can be told apart, and what lines are heard as."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcare.cli.printing import FINDINGS, AsJson, counted, known, print_json
from simcare.documents import SimcareError

if TYPE_CHECKING:
    from simcare.calls.listener import LibraryListener
    from simcare.scenarios.intents import IntentLibrary

SHOWN = 4
"""Exemplars shown with a finding; --json has them all."""

intents_app = typer.Typer(no_args_is_help=True, help="Check the intents and hear lines typed in your own words.")


@intents_app.command("check")
def check_intents(
    file: Annotated[Path | None, typer.Argument(help="An intents file; without it, the library's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell which intents are thin, confusable or swallowed by another, with the exemplars that cause it."""
    from simcare.calls.intent_check import check
    from simcare.documents import read
    from simcare.scenarios import intents

    findings = check(intents.load() if file is None else read(file, intents.IntentLibrary).value)
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{finding.kind}: {finding.fact}; {finding.remedy}")
            for stray in finding.strays[:SHOWN]:
                typer.echo(f'    "{stray.text}" ({stray.intent}) is most like "{stray.nearest}" ({stray.other})')
            if len(finding.strays) > SHOWN:
                typer.echo(f"    and {len(finding.strays) - SHOWN} more")
        typer.echo(counted(len(findings), "finding") + "." if findings else "No findings.")
    raise typer.Exit(FINDINGS if findings else 0)


@intents_app.command("match")
def match_lines(
    scenario: Annotated[str | None, typer.Option(help="Hear as in a call of this scenario.")] = None,
    listener: Annotated[str, typer.Option(help="best (what is installed), meaning or ngram.")] = "best",
    as_json: AsJson = False,
) -> None:
    """Read lines on standard input and tell what each is heard as; with --json one object a line."""
    from simcare.calls.listener import default_listener, meaning_listener, ngram_listener
    from simcare.calls.match import match
    from simcare.scenarios import intents

    makers: dict[str, Callable[[IntentLibrary], LibraryListener]] = {
        "best": lambda _: default_listener(),
        "meaning": meaning_listener,
        "ngram": ngram_listener,
    }
    known([listener], tuple(makers), "there is no listener")
    library = intents.load()
    hearing = makers[listener](library)
    candidates = None if scenario is None else _candidates(scenario)
    for line in _lines():
        matched = match(hearing, library, line, candidates)
        if as_json:
            typer.echo(json.dumps(matched.as_json(), ensure_ascii=False))
        else:
            unsure = " (would ask)" if matched.asked_again else ""
            proposes = f", proposes {matched.action}" if matched.action else ""
            others = f"; else {', '.join(matched.others)}" if matched.others else ""
            typer.echo(f"{matched.intent or 'nothing'} {matched.score:.2f}{unsure}{proposes}{others}")


def _candidates(scenario: str) -> tuple[str, ...]:
    from simcare.calls.opening import open_call
    from simcare.scenarios.library import load_scenario

    return open_call(load_scenario(scenario).value, None, 0).script.candidates()


def _lines() -> Iterator[str]:
    """Yield the lines as they come, so that another program may ask and wait for the answer."""
    try:
        for line in sys.stdin:
            yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SimcareError(f"standard input is not UTF-8 text ({error.reason}); save the lines as UTF-8") from error
