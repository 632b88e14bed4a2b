"""A whole shift in the real app: from the landing page to the debrief, its kernel killed in the middle of a call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visits import PATIENCE_MS, House, Visit, visit

pytestmark = pytest.mark.journey
GONE = ("WebSocket connection to", "net::ERR_CONNECTION_REFUSED", "Kernel connection disconnected", "Connection lost")


class ShiftVisit:
    """A visit at the shift desk."""

    def __init__(self, come: Visit) -> None:
        """Look at the page of a visit."""
        self.page = come.page

    def answered(self, act: Callable[[], object]) -> None:
        """Do something and wait until the desk has drawn its answer."""
        before = self.page.locator(".simcare-shift").get_attribute("data-seq")
        act()
        self.page.wait_for_function("(n) => document.querySelector('.simcare-shift').dataset.seq !== n", arg=before)

    def press(self, name: str) -> None:
        """Click a button that tells the desk something, and wait for the answer."""
        self.answered(lambda: self.page.get_by_role("button", name=name).first.click())

    def say(self, words: str) -> None:
        """Type words in the call on hand, press Enter, and wait for the answer."""
        self.page.get_by_label("Say it in your own words").fill(words)
        self.answered(lambda: self.page.keyboard.press("Enter"))

    def shown(self) -> str:
        """Return everything that stands on the desk."""
        return self.page.locator(".simcare-shift").inner_text()

    def time(self) -> str:
        """Return the time of the shift."""
        return self.page.get_by_role("timer").first.inner_text()


def test_a_shift_from_start_to_debrief_outlives_its_kernel(chromium: Browser, tmp_path: Path) -> None:
    """Two hours are worked by mouse and words; after kill -9 in a call the page is the very same, and it goes on."""
    house = House(tmp_path)
    try:
        with visit(chromium, house) as come:
            page, desk = come.enter().page, ShiftVisit(come)
            page.get_by_role("link", name="Work a shift").click()
            page.get_by_label("Your name or initials").fill("Dana")
            desk.press("Go to the shifts")
            desk.press("Open A quiet Tuesday morning")
            desk.press("Begin the shift")
            desk.press("Lakeside Cardiology")
            desk.press("Send the medicine list as it stands")
            page.locator("#shift-list ~ ul").get_by_role("button").first.click()
            desk.press("Phone")
            desk.say("Hello, this is Dana, your care manager.")
            desk.say("Could you tell me your full name and your date of birth?")
            before = desk.shown()
            come.kernel().kill()
            page.get_by_role("button", name="Reload the page").click()
            desk.press("Resume A quiet Tuesday morning")
            page.get_by_role("log", name="What was said").wait_for()
            assert desk.shown() == before
            desk.say("How have you been since we last talked?")
            page.get_by_role("button", name="End the call").click()
            desk.answered(lambda: page.get_by_role("dialog").get_by_role("button", name="End the call").click())
            page.get_by_label("What happened, what was said").fill("Short call, all well, calls back on Thursday.")
            desk.press("Save the note")
            desk.press("Put the call away and go on")
            while page.get_by_text("The shift ended at 11:00 am").count() == 0:
                desk.press("Wait for news")
            desk.press("End the shift")
            expect(page.get_by_role("heading", name="What was urgent, and how you could have known")).to_be_visible()
            expect(page.locator("mark").first).to_be_visible()
            expect(page.locator(".simcare-shift .twin table")).to_be_visible(timeout=PATIENCE_MS)
            expect(page.locator(".simcare-shift .twin")).to_contain_text("worked 200 times by a model of a new hire")
            come.errors[:] = [error for error in come.errors if not any(words in error for words in GONE)]
            assert (come.elsewhere, come.errors, house.asked()) == ([], [], [])
    finally:
        house.program.kill()
