"""Take pictures of what a trainee and a trainer see beside single calls: shifts, exercises, the cohort, one's own page.

Run `python -m tests.browser.learning_shots FOLDER` and look at them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from simcare.calls.listener import default_listener
from simcare.desk import CohortBoard
from simcare.desk.cohort.own import OwnDesk
from simcare.desk.cohort.trainer import TrainerDesk
from simcare.training.demo import demo_records, make_demo
from simcare.training.judged import whole_shift
from simcare.training.records import Records
from simcare.training.reviews import add_review
from tests.browser.harness import NARROW, WIDE, Stage, browser, stage
from tests.browser.journeys import console_at, press
from tests.browser.shift_stage import ShiftStage, board_at, end_call, shift_stage
from tests.training.shifts_made import worked_shift

Shot = Callable[[Stage, str], None]
TRAINEE = "Demo Hugo"
IN_A_CALL = ("34-shift-call",)
"""Screens that fit the window by themselves."""


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    records = demo_records()
    make_demo(records)
    done = worked_shift(records, TRAINEE).record.id
    add_review(records, whole_shift(done), "Sam Ito", "You read everything before you phoned. Keep that.", 4)
    with browser() as opened, tempfile.TemporaryDirectory() as places:
        for dark in (False, True):
            for width, size in (("wide", WIDE), ("narrow", NARROW)):
                name = f"{width}-{'dark' if dark else 'light'}"
                place = Path(places) / name
                place.mkdir()

                def shot(acting: Stage, number: str, name: str = name) -> None:
                    whole = number not in IN_A_CALL
                    acting.page.screenshot(path=folder / f"{number}-{name}.png", full_page=whole)

                with shift_stage(opened, board_at(place, listener=default_listener()), size=size, dark=dark) as acting:
                    walk_a_shift(acting, shot)
                exercises(opened, place, shot, size, dark)
                cohort(opened, records, shot, size, dark)


def walk_a_shift(acting: ShiftStage, shot: Shot) -> None:
    """Work a morning from the list to the debrief."""
    page = acting.page
    shot(acting, "30-shifts")
    acting.press("Open A quiet Tuesday morning")
    shot(acting, "31-shift-brief")
    acting.press("Begin the shift")
    shot(acting, "32-shift-desk")
    acting.press("Lakeside Cardiology")
    shot(acting, "33-shift-message")
    acting.press("Send the medicine list as it stands")
    page.locator("#shift-list ~ ul").get_by_role("button").first.click()
    acting.press("Phone")
    acting.say("Hello, this is Dana, your care manager.")
    shot(acting, "34-shift-call")
    end_call(acting)
    acting.press("Put the call away")
    shot(acting, "35-shift-note-waits")
    for _ in range(40):
        if acting.board.view["lines"]:
            break
        acting.press("Wait for news")
    shot(acting, "36-shift-line-rings")
    while not acting.board.view["clock"]["over"]:
        acting.press("Wait for news")
    acting.press("End the shift")
    acting.until_twin()
    shot(acting, "37-shift-debrief")
    acting.press("See its debrief")
    shot(acting, "38-shift-call-debrief")


def exercises(opened: Browser, place: Path, shot: Shot, size: tuple[int, int], dark: bool) -> None:
    """Look at the exercises, and at the brief of a call of one."""
    console = console_at(place, learner="Dana", scenario=None, listener=default_listener(), variant=None, seed=7)
    with stage(opened, console, size=size, dark=dark) as acting:
        acting.page.locator("summary").filter(has_text="Exercises").click()
        shot(acting, "40-exercises")
        press(acting, "Begin First calls")
        shot(acting, "41-exercise-brief")


def cohort(opened: Browser, records: Records, shot: Shot, size: tuple[int, int], dark: bool) -> None:
    """Look at the four parts of the board, one trainee, a call and a shift again, and at the trainee's own page."""
    with stage(opened, CohortBoard(TrainerDesk(records)), size=size, dark=dark) as acting:
        page = acting.page

        def go(name: str) -> None:
            before = acting.console.view["seq"]
            page.get_by_role("button", name=name).first.click()
            page.wait_for_function(
                "(n) => Number(document.querySelector('.simcare-cohort').dataset.seq) > n", arg=before
            )

        for nth, part in enumerate(("Who", "Skills", "Calls", "Learning")):
            page.get_by_role("tab", name=part).click()
            shot(acting, f"5{nth}-cohort-{part.lower()}")
        page.get_by_role("tab", name="Who").click()
        go(TRAINEE)
        shot(acting, "54-trainee")
        go("Debrief of A small shift")
        shot(acting, "55-shift-again")
        go("Back")
        go("Replay")
        shot(acting, "56-replay")
    with stage(opened, CohortBoard(OwnDesk(records, learner=TRAINEE)), size=size, dark=dark) as acting:
        shot(acting, "60-own-page")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
