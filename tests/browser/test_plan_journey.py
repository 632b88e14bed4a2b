"""The plan board in the real app: from the landing page to an answer, with server and kernel, asking no other host."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.harness import NARROW
from tests.browser.visits import PATIENCE_MS, House, visit

pytestmark = pytest.mark.journey


def test_a_planner_gets_an_answer(chromium: Browser, tmp_path: Path) -> None:
    """The door Plan leads to the board without a cell of code in sight, on a phone too; a run gives its sentence."""
    house = House(tmp_path)
    try:
        with visit(chromium, house, size=NARROW) as come:
            page = come.enter().page
            page.get_by_role("link", name="Plan a program").click()
            page.locator(".simcare-plan h1").wait_for()
            assert page.get_by_text("from simcare.desk").count() == 0
            page.get_by_label("How often").select_option("5")
            page.get_by_role("button", name="Simulate", exact=True).click()
            page.get_by_role("progressbar", name="How much is simulated").wait_for()
            sentence = page.locator(".answer .sentence")
            expect(sentence).to_contain_text("of 5 simulated months", timeout=2 * PATIENCE_MS)
            found = come.axe()
            assert (found["violations"], come.overflow()) == ([], 0)
            with page.expect_download() as saved:
                page.get_by_role("button", name="Report").click()
            assert saved.value.suggested_filename == "report.html"
            assert (come.elsewhere, come.errors, house.asked()) == ([], [], [])
    finally:
        house.program.kill()
