"""Take pictures of every screen of the desk at both widths, light and dark.

Run `python -m tests.browser.screenshots FOLDER` and look at them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.browser.harness import NARROW, WIDE, Stage, browser, stage
from tests.browser.journeys import answered, console_at, dial, say

Step = Callable[[Stage], None]


def _press(name: str) -> Step:
    def step(stage: Stage) -> None:
        before = stage.console.desk.screen()["seq"]
        stage.page.get_by_role("button", name=name).first.click()
        answered(stage, before)

    return step


def _talk(stage: Stage) -> None:
    dial(stage)
    for words in (
        "Hello, this is Dana, your care manager calling from the clinic.",
        "Can I verify your full name and date of birth?",
        "Where does it hurt?",
        "I'm so sorry, that sounds hard.",
        "Is there any swelling or redness?",
        "Have you had a fever? Any chest pain or trouble breathing?",
    ):
        say(stage, words)
        if stage.page.locator("[data-focus=chip-0]").count():
            _press_key(stage, "1")


def _press_key(stage: Stage, key: str) -> None:
    before = stage.console.desk.screen()["seq"]
    stage.page.keyboard.press(key)
    answered(stage, before)


def _pane(name: str) -> Step:
    def step(stage: Stage) -> None:
        tab = stage.page.get_by_role("tab", name=name)
        if tab.count():
            tab.click()

    return step


def _transfer(stage: Stage) -> None:
    _pane("Decide")(stage)
    stage.page.get_by_role("button", name="Bring in the nurse now").first.click()
    for label, words in (
        ("Situation", "Mrs. in her kitchen, knees hurt after walks."),
        ("Background", "71, high blood pressure, knee arthritis. Losartan, amlodipine."),
    ):
        stage.page.get_by_label(label).fill(words)
    stage.page.get_by_label("80 %").check()


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as opened, tempfile.TemporaryDirectory() as records:
        for dark in (False, True):
            for width, size in (("wide", WIDE), ("narrow", NARROW)):
                name = f"{width}-{'dark' if dark else 'light'}"
                place = Path(records) / name
                place.mkdir()
                _walk(opened, place, folder, name, size, dark)


def _walk(opened, place: Path, folder: Path, name: str, size: tuple[int, int], dark: bool) -> None:  # type: ignore[no-untyped-def]
    def shot(number: str, *, full: bool = False) -> None:
        acting.page.screenshot(path=folder / f"{number}-{name}.png", full_page=full)

    with stage(opened, console_at(place, learner=None, scenario=None), size=size, dark=dark) as acting:
        shot("01-hello")
        acting.page.get_by_label("Your name or initials").fill("Dana")
        _press("Go to the calls")(acting)
        shot("02-pick", full=True)
        _press("Open Sore knees on the walking plan")(acting)
        shot("03-brief", full=True)
        _talk(acting)
        shot("04-call")
        _pane("Chart")(acting)
        shot("05-chart", full=True)
        _pane("Decide")(acting)
        shot("06-decide")
        _pane("Talk")(acting)
        acting.page.get_by_role("button", name="Find a phrase").click()
        acting.page.get_by_role("combobox").fill("dose")
        shot("07-finder")
        acting.page.keyboard.press("Escape")
        say(acting, "Does it get worse with that thing you do?")
        shot("08-unsure")
        if acting.page.locator("[data-focus=chip-0]").count():
            _press_key(acting, "0")
        say(acting, "I am calling 911 for you right now.")
        shot("09-proposal")
        acting.page.keyboard.press("n")
        acting.page.wait_for_timeout(200)
        acting.page.get_by_role("button", name="This call is hard for me").click()
        shot("12-leave")
        acting.page.keyboard.press("Escape")
        acting.page.get_by_role("button", name="Keys and help").click()
        shot("13-keys")
        acting.page.keyboard.press("Escape")
        _press("Pause the call")(acting)
        shot("14-paused")
        _press("Go on with the call")(acting)
        _pane("Decide")(acting)
        acting.page.get_by_role("button", name="Get 911 now").last.click()
        shot("15-confirm")
        acting.page.keyboard.press("Escape")
        _transfer(acting)
        shot("10-sbar", full=True)
        before = acting.console.desk.screen()["seq"]
        acting.page.locator("form.decision button[type=submit]").click()
        answered(acting, before)
        shot("11-after-transfer")
        while acting.console.desk.phase == "call":
            _pane("Decide")(acting)
            acting.page.get_by_role("button", name="End the call").click()
            _press_key(acting, "y")
        shot("16-wrap", full=True)
        acting.page.get_by_label("What happened, what was said").fill("Knee pain after walks, nurse joined, no red flags told.")
        _press("Save the note")(acting)
        _press("Finish and see the debrief")(acting)
        shot("17-debrief", full=True)
        shot("18-debrief-top")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
