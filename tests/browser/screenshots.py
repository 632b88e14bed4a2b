"""Take pictures of every screen of the desk at both widths, light and dark.

Run `python -m tests.browser.screenshots FOLDER` and look at them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from simcare.calls.listener import default_listener
from tests.browser.harness import NARROW, WIDE, Stage, browser, stage
from tests.browser.journeys import answered, console_at, dial, press, say, seq, strike


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as opened, tempfile.TemporaryDirectory() as records:
        for dark in (False, True):
            for width, size in (("wide", WIDE), ("narrow", NARROW)):
                name = f"{width}-{'dark' if dark else 'light'}"
                place = Path(records) / name
                place.mkdir()
                walk(opened, place, folder, name, size, dark)


def walk(opened: Browser, place: Path, folder: Path, name: str, size: tuple[int, int], dark: bool) -> None:
    """Go through one call and take a picture of each screen."""
    console = console_at(place, learner=None, scenario=None, listener=default_listener(), variant=None, seed=7)
    with stage(opened, console, size=size, dark=dark) as acting:
        page = acting.page

        def shot(number: str, *, full: bool = False) -> None:
            page.screenshot(path=folder / f"{number}-{name}.png", full_page=full)

        shot("01-hello")
        page.get_by_label("Your name or initials").fill("Dana")
        press(acting, "Go to the calls")
        shot("02-pick", full=True)
        press(acting, "Open Your first call")
        dial(acting)
        shot("03-guided")
        press(acting, "Pause the call")
        shot("04-paused")
        press(acting, "Keep it for later")
        shot("05-pick-with-an-open-call", full=True)
        press(acting, "Open Sore knees on the walking plan")
        shot("06-brief", full=True)
        dial(acting)
        talk(acting)
        shot("07-call")
        tab(acting, "Chart")
        shot("08-chart", full=True)
        tab(acting, "Decide")
        shot("09-decide")
        tab(acting, "Talk")
        page.get_by_role("button", name="Find a phrase").click()
        page.get_by_role("combobox").fill("dose")
        shot("10-finder")
        page.keyboard.press("Escape")
        page.keyboard.type("/")
        shot("11-actions")
        page.keyboard.press("Escape")
        say(acting, "and that other thing with the leg")
        shot("12-unsure")
        if page.locator("[data-focus=chip-0]").count():
            strike(acting, "0")
        page.get_by_label("Say it in your own words").fill("")
        page.get_by_role("button", name="This call is hard for me").click()
        shot("13-leave")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Keys and help").click()
        shot("14-keys")
        page.keyboard.press("Escape")
        say(acting, "This needs an ambulance now. I'm getting 911 for you.")
        shot("15-proposal")
        strike(acting, "n")
        tab(acting, "Decide")
        transfer(acting)
        shot("16-sbar", full=True)
        before = seq(acting)
        page.locator("form.decision button[type=submit]").click()
        answered(acting, before)
        shot("17-after-transfer")
        page.keyboard.press("F9")
        shot("18-confirm-911")
        strike(acting, "y")
        tab(acting, "Decide")
        shot("19-after-911")
        tab(acting, "Talk")
        press(acting, "Stay")
        if console.desk.phase == "call":
            tab(acting, "Decide")
            page.get_by_role("button", name="End the call").click()
            strike(acting, "y")
        shot("20-wrap", full=True)
        page.get_by_label("What happened, what was said").fill("Right knee hot and swollen. Nurse joined.")
        press(acting, "Save the note")
        press(acting, "Finish and see the debrief")
        shot("21-debrief")
        shot("22-debrief-whole", full=True)


def talk(stage: Stage) -> None:
    """Say what a care manager would say."""
    for words in (
        "Hello, this is Dana, your care manager calling from the clinic.",
        "Can I verify your full name and date of birth?",
        "Where exactly does it hurt?",
        "I'm so sorry. That sounds really hard.",
        "Is there any swelling, redness or heat?",
        "Have you had any fever or chills?",
    ):
        say(stage, words)


def tab(stage: Stage, name: str) -> None:
    """Go to a part of the call where the parts are tabs."""
    found = stage.page.get_by_role("tab", name=name)
    if found.count():
        found.click()


def transfer(stage: Stage) -> None:
    """Fill the handoff note of a transfer."""
    stage.page.get_by_role("button", name="Bring in the nurse now").first.click()
    for label, words in (
        ("Situation", "At home, right knee hot, red and swollen since last night."),
        ("Background", "71, high blood pressure, knee arthritis. Losartan, amlodipine."),
        ("Assessment", "Temperature 98.9 this morning, no chills."),
        ("Request", "Please talk to her now."),
    ):
        stage.page.get_by_label(label).fill(words)
    for fact in stage.page.locator(".carries input").all()[1:4]:
        fact.check()
    stage.page.get_by_label("80%").check()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
