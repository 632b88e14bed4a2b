"""The command that plays a call which is written down, and the published shape of its result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from simcare.cli.printing import AsJson, print_json

if TYPE_CHECKING:
    from simcare.calls.scorecard import Scorecard

calls_app = typer.Typer(no_args_is_help=True, help="Play calls that are written down.")


@calls_app.command("play")
def play_call(file: Path, as_json: AsJson = False) -> None:
    """Play a call that is written down and print its scorecard; a call that is not passed is no error."""
    from simcare.calls.listener import default_listener
    from simcare.calls.scoring import score
    from simcare.calls.transcripts import play_transcript

    played = play_transcript(file, default_listener())
    for remark in played.remarks:
        typer.echo(str(remark), err=True)
    call, card = played.call, score(played.call)
    if as_json:
        print_json(_published(card))
        return
    for line in call.lines:
        typer.echo(f"{line.t // 60:>3}:{line.t % 60:02d}  {line.speaker}: {line.text}")
    typer.echo(f"\nScore {card.score:.0f} of 100 ({'passed' if card.passed else 'not passed'}, practice).")
    typer.echo(f"Decision: {card.decision.action or 'none'}, {card.decision.verdict}. {card.decision.detail}".rstrip())
    for row in card.rows:
        typer.echo(
            f"  {row.earned:>5.1f} of {row.points:>4.1f}  {row.label}"
            + (f" ({row.detail})" if row.detail else "")
            + (" - this alone fails the call" if row.id in card.critical_missed else "")
        )
    typer.echo(f"\nWhat was really going on: {card.debrief.truth}\nWhat happened next: {card.debrief.outcome}")
    typer.echo("Training material, not a clinical protocol.")


def _published(card: Scorecard) -> dict[str, Any]:
    """Return the result of a played call with the keys that other programs may rely on."""
    data = card.as_json()
    decision = data["decision"]
    return {
        "score": data["score"],
        "passed": data["passed"],
        "decision": {key: decision[key] for key in ("action", "verdict", "seconds")},
        "critical_missed": data["critical_missed"],
        "rows": data["rows"],
        "debrief": {**data["debrief"], "decision": decision, "pass_mark": card.pass_mark, "minutes": card.minutes},
    }
