"""Commands for who writes scenarios: start one, draw its fact graph, draw the timeline of a play."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from simcare.cli.printing import AsJson, known, print_json
from simcare.documents import SimcareError

Out = Annotated[Path | None, typer.Option("--out", help="The SVG file to write; without it the SVG is printed.")]


def new_scenario(
    new_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the new scenario, such as cold-house.")],
    like: Annotated[
        str | None, typer.Option("--from", help="A scenario to start from, by id or file; without it a template.")
    ] = None,
    folder: Annotated[Path, typer.Option("--in", help="The folder that the file goes into.")] = Path("."),
) -> None:
    """Write a new scenario file that is clean and can be played as it stands, to be changed part by part."""
    from simcare.scenarios.starting import start_scenario

    text = start_scenario(new_id, like)
    file = folder / f"{new_id}.yaml"
    if not folder.is_dir():
        raise SimcareError(f"there is no folder '{folder}'; make it first, or name another one with --in")
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise SimcareError(f"'{file}' is already there and was not touched; choose another id") from None
    except OSError as error:
        raise SimcareError(f"'{file}' cannot be written ({error.strerror}); name another folder with --in") from error
    typer.echo(f"{file} is written. Change it part by part, and look after each: simcare scenarios lint {file}")


def draw_scenario(
    scenario: Annotated[str, typer.Argument(help="A scenario by id or file.")],
    variant: Annotated[str | None, typer.Option(help="The variant to draw; without it the first.")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Draw which question brings out which fact, and what that counts for."""
    from simcare.scenarios.graph import fact_graph
    from simcare.scenarios.graph_drawing import draw_graph
    from simcare.scenarios.library import load_scenario
    from simcare.scenarios.lint import require_playable

    value = require_playable(load_scenario(scenario))
    known([variant] if variant else None, tuple(value.variants), f"scenario '{value.id}' has no variant")
    graph = fact_graph(value, variant)
    if as_json:
        print_json(graph.as_json())
    else:
        _deliver(draw_graph(graph), out)


def draw_play(
    scenario: Annotated[str, typer.Argument(help="A scenario by id or file.")],
    play: Annotated[str, typer.Argument(help="The id of one of its plays.")],
    out: Out = None,
) -> None:
    """Draw the timeline of a play: what was said, heard and decided when, and how the patient was doing."""
    from simcare.calls.opening import open_call
    from simcare.calls.timeline import draw_timeline, timeline_of
    from simcare.calls.transcripts import play_moves
    from simcare.scenarios.library import load_scenario
    from simcare.scenarios.lint import require_playable

    value = require_playable(load_scenario(scenario))
    known([play], tuple(value.plays), f"scenario '{value.id}' has no play")
    written = value.plays[play]
    call = play_moves(open_call(value, written.variant, written.seed), written)
    _deliver(draw_timeline(timeline_of(call)), out)


def _deliver(svg: str, out: Path | None) -> None:
    if out is None:
        typer.echo(svg, nl=False)
        return
    try:
        out.write_text(svg, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SimcareError(f"'{out}' cannot be written ({error.strerror}); name another file with --out") from error
    typer.echo(f"{out} is written.")


COMMANDS: Mapping[str, Callable[..., Any]] = {"new": new_scenario, "graph": draw_scenario, "timeline": draw_play}
"""The commands of this module by their names below `simcare scenarios`."""
