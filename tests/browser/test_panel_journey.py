"""The panel board in the real app: from the landing page to pictures that follow a filter, asking no other host."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import NARROW
from tests.browser.visits import House, visit

pytestmark = pytest.mark.journey


def test_a_planner_looks_at_the_panel(chromium: Browser, tmp_path: Path) -> None:
    """The door Plan leads to the pictures without a cell of code in sight, on a phone too; a filter changes them."""
    house = House(tmp_path)
    try:
        with visit(chromium, house, size=NARROW) as come:
            page = come.enter().page
            page.get_by_role("link", name="Know your panel").click()
            page.locator(".simcare-panel h1").wait_for()
            assert page.get_by_role("status").inner_text() == "All 2,000 patients."
            page.get_by_label("Sex", exact=True).select_option(label="Women")
            page.wait_for_function("document.querySelector('.simcare-panel').dataset.seq === '2'")
            assert page.get_by_role("status").inner_text().endswith("of 2,000 patients: women.")
            assert come.overflow() <= 0 and page.get_by_text("from simcare.desk").count() == 0
            assert (come.elsewhere, come.errors, house.asked()) == ([], [], [])
    finally:
        house.program.kill()
