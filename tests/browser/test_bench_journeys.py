"""The bench in the real pages: from the landing page's door to a call that is practiced, through a killed kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.bench_stage import BENCH_UNROLLED
from tests.browser.harness import NARROW, WIDE
from tests.browser.visits import House, Visit, visit

pytestmark = pytest.mark.journey

APP, NOTEBOOK = "/voila/render/03-author-a-call.ipynb", "/lab/tree/03-author-a-call.ipynb"
LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]
GONE = ("WebSocket connection to", "net::ERR_CONNECTION_REFUSED", "Kernel connection disconnected", "Connection lost")
Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run one `simcare` for these journeys."""
    running = House(tmp_path_factory.mktemp("home"))
    yield running
    running.program.kill()


@pytest.fixture
def come(chromium: Browser, house: House) -> Iterator[Open]:
    """Return a function that begins a visit; afterwards no page may have erred or asked another host for anything."""
    with ExitStack() as open_visits:
        visits: list[Visit] = []

        def begin(*, size: tuple[int, int] = WIDE, dark: bool = False) -> Visit:
            visits.append(open_visits.enter_context(visit(chromium, house, size=size, dark=dark)))
            return visits[-1]

        yield begin
        for each in visits:
            assert each.elsewhere == [], "the page asked another host"
            assert each.errors == [], "the page reported an error"


def start(guest: Visit, new_id: str) -> None:
    """Start a new call from the template, at the bench."""
    guest.page.get_by_label("Its id").fill(new_id)
    guest.page.get_by_role("button", name="Start", exact=True).click()
    expect(guest.page.locator("#bench-state")).to_have_text("No problems found.")


def test_the_author_door_opens_by_keyboard(come: Open) -> None:
    """Tab reaches the door, Enter opens it, and the bench asks what to write."""
    guest = come().enter()
    guest.tab_to("Write a call")
    guest.page.keyboard.press("Enter")
    guest.desk().first.wait_for()
    assert (guest.page.locator(".simcare-bench h1").inner_text(), guest.page.title()) == (
        "Write a call",
        "Write a call",
    )


def test_what_is_saved_at_the_bench_can_be_practiced_at_once(come: Open) -> None:
    """A new call is saved in the user's data folder, and the practice desk has it."""
    guest = come().enter(APP)
    start(guest, "my-dizzy-call")
    text = guest.page.locator("#bench-text")
    text.fill(text.input_value().replace("title: A little dizzy", "title: Dizzy at my place"))
    expect(guest.page.locator(".simcare-bench h1")).to_have_text("Dizzy at my place")
    guest.page.keyboard.press("Control+s")
    guest.page.get_by_role("button", name="Save here").click()
    expect(guest.page.get_by_role("status").first).to_contain_text("Saved in")
    desk = come().sit_down("Dana")
    assert desk.page.get_by_role("button", name="Open Dizzy at my place").count() == 1


def test_a_killed_kernel_takes_no_letter_with_it(come: Open) -> None:
    """What was typed before the kill and after it is there again when the page is reloaded."""
    guest = come().enter(APP)
    start(guest, "killed-call")
    text = guest.page.locator("#bench-text")
    text.press("Control+Home")
    guest.page.keyboard.type("# before the kill\n")
    expect(guest.page.locator("#bench-state")).to_have_text("No problems found.")
    guest.kernel().kill()
    guest.page.keyboard.type("# after the kill\n")
    expect(guest.page.locator("#simcare-lost")).to_contain_text("What you typed is kept")
    guest.page.get_by_role("button", name="Reload the page").click()
    expect(guest.page.locator("#bench-text")).to_have_value(
        value_that_begins("# before the kill\n# after the kill\n"), timeout=60_000
    )
    guest.errors = [error for error in guest.errors if not any(words in error for words in GONE)]


def value_that_begins(words: str) -> re.Pattern[str]:
    """Return a pattern for a text that begins with these words."""
    return re.compile("^" + re.escape(words))


def test_a_rehearsal_runs_in_the_page(come: Open) -> None:
    """The players run in programs of their own, the bar goes to its end, and the verdict is there."""
    guest = come().enter(APP)
    start(guest, "rehearsed-call")
    guest.page.get_by_role("tab", name="Rehearse").click()
    guest.page.get_by_role("button", name="Rehearse", exact=True).click()
    expect(guest.page.get_by_text("The call is well built")).to_be_visible(timeout=120_000)


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_the_bench_in_its_page_is_for_everybody(come: Open, size: tuple[int, int], dark: bool) -> None:
    """In Voilà's page, writing, nothing overflows and axe finds nothing, with every contrast looked at."""
    guest = come(size=size, dark=dark)
    guest.unrolled = BENCH_UNROLLED
    guest.enter(APP)
    start(guest, f"axe-{size[0]}-{'dark' if dark else 'light'}")
    found = guest.axe()
    assert (guest.overflow(), found["violations"], found["not_examined"]) == (0, [], [])
    assert len(found["examined"]) > 10


def test_the_bench_in_lab_keeps_its_keys(come: Open) -> None:
    """In JupyterLab the text takes every letter, and none of Lab's own keys acts."""
    guest = come()
    stop_saving(guest.house)
    guest.enter(NOTEBOOK)
    page, keys = guest.page, guest.page.keyboard
    cells = page.locator(".jp-Notebook .jp-Cell")
    guest.run_first_cell()
    guest.desk().first.wait_for()
    many = cells.count()
    start(guest, "lab-call")
    page.locator("#bench-text").press("Control+Home")
    keys.type("# dd aa bb 00\n")
    keys.press("Escape")
    keys.type("dd00")
    expect(page.locator("#bench-text")).to_have_value(value_that_begins("# dd aa bb 00\ndd00"))
    keys.press("Control+s")
    expect(page.get_by_role("dialog")).to_contain_text("Save lab-call.yaml where?")
    page.get_by_role("button", name="Not now").click()
    assert cells.count() == many


def stop_saving(house: House) -> None:
    """Let Lab save nothing by itself: the notebook on the page is the one of this checkout."""
    settings = house.data / "lab" / "settings" / "@jupyterlab" / "docmanager-extension" / "plugin.jupyterlab-settings"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"autosave": false}', encoding="utf-8")
