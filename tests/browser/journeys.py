"""How a test walks through the desk: consoles on a fresh record store, and the steps every journey shares."""

from __future__ import annotations

from pathlib import Path

from harness import Stage

from simcare.calls.listener import Listener, default_listener
from simcare.desk import CallConsole, CallDesk
from simcare.training.records import Records


def console_at(
    folder: Path,
    *,
    learner: str | None = "Dana",
    scenario: str | None = "sore-knees",
    variant: str | None = None,
    seed: int = 7,
    listener: Listener | None = None,
) -> CallConsole:
    """Return a console whose records live in `folder`, at the brief of a scenario unless told otherwise."""
    records = Records.open(f"sqlite:///{folder / 'records.sqlite'}")
    desk = CallDesk(
        records, listener or default_listener(), learner=learner, scenario=scenario, seed=seed, variant=variant
    )
    return CallConsole(desk)


def dial(stage: Stage) -> None:
    """Open the line."""
    stage.page.get_by_role("button", name="Dial").click()
    stage.page.get_by_role("log").wait_for()


def say(stage: Stage, words: str) -> None:
    """Type what one would say, press Enter, and wait for the answer."""
    box = stage.page.get_by_label("Say it in your own words")
    before = stage.console.desk.screen()["seq"]
    box.fill(words)
    box.press("Enter")
    answered(stage, before)


def answered(stage: Stage, before: int) -> None:
    """Wait until the desk has answered a message sent when its number was `before`."""
    stage.page.wait_for_function("(n) => document.querySelector('.simcare-console').dataset.seq > n", arg=before)
