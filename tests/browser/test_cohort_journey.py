"""The cohort's pages in the real app: from the landing page to a trainee, and from a call to one's own page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.harness import NARROW
from tests.browser.visits import House, visit

pytestmark = pytest.mark.journey


def test_trainer_and_trainee_find_their_pages(chromium: Browser, tmp_path: Path) -> None:
    """A trainer meets an empty board, then the demo; a trainee leaves a call open and finds it on their page."""
    house = House(tmp_path)
    try:
        with visit(chromium, house, size=NARROW) as come:
            page = come.enter().page
            page.get_by_role("link", name="See a cohort").click()
            page.get_by_role("button", name="Show a demo cohort").click()
            page.get_by_role("button", name="Demo Hugo").first.click()
            page.get_by_role("heading", level=1, name="Demo Hugo").wait_for()
            page.get_by_text("nobody real").wait_for()
            assert come.overflow() <= 0 and page.get_by_text("from simcare.desk").count() == 0
            assert (come.elsewhere, come.errors, house.asked()) == ([], [], [])
        with visit(chromium, house) as come:
            come.sit_down("Dana")
            come.press("Open Your first call")
            come.press("Dial")
            come.enter()
            come.page.get_by_role("link", name="How am I doing?").click()
            come.page.get_by_role("heading", level=1, name="How am I doing?").wait_for()
            expect(come.page.locator(".history")).to_contain_text("Not finished")
            come.page.get_by_role("link", name="Go to the calls").click()
            come.page.get_by_role("link", name="How am I doing?").wait_for()
            assert (come.elsewhere, come.errors, house.asked()) == ([], [], [])
    finally:
        house.program.kill()
