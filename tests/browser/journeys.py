"""How a test walks through the desk: a console on a record store, and the steps every journey shares."""

from __future__ import annotations

from pathlib import Path

from simcare.calls.listener import Listener
from simcare.desk import CallConsole, CallDesk
from simcare.training.records import Records
from tests.browser.harness import Stage
from tests.desk.told import ToldListener

SAY = "Say it in your own words"


def console_at(
    folder: Path,
    *,
    learner: str | None = "Dana",
    scenario: str | None = "desk-check",
    variant: str | None = None,
    seed: int = 3,
    listener: Listener | None = None,
) -> CallConsole:
    """Return a console whose records live in `folder`, at the brief of a scenario unless told otherwise.

    Its listener hears intents by their ids, unless another one is given.
    """
    records = Records.open(f"sqlite:///{folder / 'records.sqlite'}")
    desk = CallDesk(records, listener or ToldListener(), learner=learner, scenario=scenario, seed=seed, variant=variant)
    return CallConsole(desk)


def dial(stage: Stage) -> None:
    """Open the line."""
    press(stage, "Dial")


def press(stage: Stage, name: str, *, exact: bool = False) -> None:
    """Click a button that tells Python something, and wait for the answer."""
    before = seq(stage)
    stage.page.get_by_role("button", name=name, exact=exact).first.click()
    answered(stage, before)


def strike(stage: Stage, key: str) -> None:
    """Press a key that tells Python something, and wait for the answer."""
    before = seq(stage)
    stage.page.keyboard.press(key)
    answered(stage, before)


def say(stage: Stage, words: str) -> None:
    """Type what one would say, press Enter, and wait for the answer."""
    box = stage.page.get_by_label(SAY)
    before = seq(stage)
    box.fill(words)
    box.press("Enter")
    answered(stage, before)


def seq(stage: Stage) -> int:
    """Return the number of the view that Python sent last."""
    return int(stage.console.view["seq"])


def answered(stage: Stage, before: int) -> None:
    """Wait until the page has drawn the answer to a message sent when the number was `before`."""
    stage.page.wait_for_function("(n) => document.querySelector('.simcare-console').dataset.seq > n", arg=before)


def focused(stage: Stage) -> str:
    """Return the name of what has the focus: its label, its text, or its tag."""
    return str(
        stage.page.evaluate(
            """() => {
              const at = document.activeElement;
              const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label");
              return label ?? (at.textContent.trim() || at.tagName);
            }"""
        )
    )
