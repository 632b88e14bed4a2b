"""Whole journeys: the real server, the real pages, a real kernel, from the address in the terminal to the debrief.

What one screen does is tested in `test_console_*` without Jupyter. Here it is asked whether all of it works
together, and that neither a page nor the server nor a kernel asks another host for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import NARROW, WIDE
from tests.browser.visits import House, Visit, visit

pytestmark = pytest.mark.journey

APP, NOTEBOOK = "/voila/render/01-take-a-call.ipynb", "/lab/tree/01-take-a-call.ipynb"
LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]
# What the browser itself writes to the console when a kernel or the server goes away, which some journeys are about.
GONE = ("WebSocket connection to", "net::ERR_CONNECTION_REFUSED", "Kernel connection disconnected", "Connection lost")
Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run one `simcare` for most journeys."""
    running = House(tmp_path_factory.mktemp("home"))
    yield running
    running.program.kill()


@pytest.fixture
def come(chromium: Browser, house: House) -> Iterator[Open]:
    """Return a function that begins a visit; afterwards no page may have erred or asked another host for anything."""
    with ExitStack() as open_visits:
        visits: list[Visit] = []

        def begin(*, size: tuple[int, int] = WIDE, dark: bool = False, at: House = house) -> Visit:
            visits.append(open_visits.enter_context(visit(chromium, at, size=size, dark=dark)))
            return visits[-1]

        yield begin
        for each in visits:
            assert each.elsewhere == [], "the page asked another host"
            assert each.errors == [], "the page reported an error"


# -- the landing page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_the_landing_page_is_for_everybody(come: Open, size: tuple[int, int], dark: bool) -> None:
    """Practice, Author and Plan fit the window, and axe finds nothing, with every contrast looked at."""
    landing = come(size=size, dark=dark).enter()
    found = landing.axe()
    assert landing.page.get_by_role("heading", level=2).all_inner_texts() == ["Practice", "Author", "Plan"]
    assert (landing.overflow(), found["violations"], found["not_examined"]) == (0, [], [])
    assert len(found["examined"]) > 10


def test_the_practice_door_opens_by_keyboard(come: Open) -> None:
    """The first Tab reaches the door, Enter opens it, and the desk asks for a name."""
    landing = come().enter()
    landing.page.keyboard.press("Tab")
    assert landing.focused() == "Take a call"
    landing.page.keyboard.press("Enter")
    landing.desk().wait_for()
    assert (landing.heading(), landing.page.title()) == ("Welcome to the call desk", "Take a call")


def test_the_notebook_door_opens_by_mouse(come: Open) -> None:
    """The second link leads to the notebook in JupyterLab."""
    landing = come().enter()
    landing.page.get_by_role("link", name="notebook").click()
    landing.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    assert landing.page.url == landing.house.root + NOTEBOOK


@pytest.mark.parametrize(
    ("command", "path", "there"), [("train", APP, ".simcare-console"), ("lab", NOTEBOOK, ".jp-Notebook")]
)
def test_a_command_opens_its_own_page(come: Open, tmp_path: Path, command: str, path: str, there: str) -> None:
    """`simcare train` leads to the desk, `simcare lab` to the notebook."""
    own = House(tmp_path, command)
    try:
        page = come(at=own).enter().page
        page.locator(there).first.wait_for()
        assert page.url.partition("?")[0] == own.root + path
    finally:
        own.program.kill()


# -- a whole call in the app without code ------------------------------------------------------------------------------
