"""Whole journeys: the real server, the real pages, a real kernel, from the address in the terminal to the debrief.

What one screen does is tested in `test_console_*` without Jupyter. Here it is asked whether all of it works
together, and that neither a page nor the server nor a kernel asks another host for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from simcare.scenarios import intents
from tests.browser.harness import NARROW, WIDE
from tests.browser.visits import PATIENCE_MS, TYPED, House, Visit, visit

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
    landing.page.get_by_role("link", name="Open it as a notebook").click()
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


def test_the_guided_call_by_mouse(come: Open) -> None:
    """From the name to a good debrief with the mouse, and the keyboard for nothing but the words of the notes."""
    desk = come().sit_down("Mouse")
    page = desk.page
    desk.press("Open Your first call")
    desk.press("Dial")
    for intent in ("greet_introduce", "verify_identity", "ask_refill", "ask_med_barrier", "ask_chest_breathing"):
        desk.choose(phrase(intent))
    for intent in ("state_role", "empathise", "ask_callback_number"):
        desk.choose(phrase(intent))
    ran_out = any("into the sink" in line for line in desk.lines())
    page.get_by_role("button", name="Same-day nurse callback" if ran_out else "Message the provider").click()
    for part in ("Situation", "Background", "Assessment", "Request"):
        page.get_by_label(part).fill("He needs a new order for lisinopril; no chest pain, no headache.")
    tick_all(desk)
    page.get_by_label("90%").check()
    desk.press("Ask for the callback" if ran_out else "Send the message")
    page.get_by_role("button", name="Tasks").click()
    desk.press("Request a refill")
    for intent in ("explain_next", "give_safety_net", "close_call"):
        desk.choose(phrase(intent))
    page.get_by_role("button", name="End the call").click()
    desk.press("End the call", within=page.get_by_role("dialog"))
    page.get_by_label("What happened, what was said").fill("Needs a new order, no signs of trouble. Sent on today.")
    tick_all(desk)
    desk.press("Save the note")
    desk.press("Finish and see the debrief")
    assert desk.heading() == "You handled this call well"


def test_a_seed_call_by_keyboard_alone(come: Open) -> None:
    """From the address to the debrief with keys alone: typed English, actions by the slash, the note, the finish."""
    desk = come().enter()
    keys = desk.page.keyboard
    keys.press("Tab")
    keys.press("Enter")
    desk.desk().wait_for()
    desk.tab_to("Your name or initials")
    keys.type("Keys")
    desk.strike("Enter")
    desk.tab_to("Open Sore knees on the walking plan")
    desk.strike("Enter")
    desk.tab_to("Dial")
    desk.strike("Enter")
    assert desk.focused() == TYPED
    for words in (
        "Hello, my name is Dana and I am your care manager.",
        "Could you tell me your full name and your date of birth?",
        "Is there any swelling or redness on your knee?",
        "Do you have a fever or chills?",
    ):
        keys.type(words)
        desk.strike("Enter")
        while desk.page.get_by_role("group", name="What did you mean?").count():
            desk.strike("1")
        assert desk.focused() == TYPED
    keys.type("/")
    keys.type("nurse")
    desk.page.keyboard.press("Enter")
    assert desk.focused() == "Bring in the nurse now"
    for words in (
        "Sore knee on the walking plan.",
        "71, monthly call.",
        "I asked about swelling and fever.",
        "Please look.",
    ):
        keys.press("Tab")
        keys.type(words)
    desk.tab_to("50%")
    keys.press("ArrowRight")
    desk.tab_to("Bring in the nurse")
    desk.strike("Enter")
    assert desk.focused() == "Stay on the line"
    desk.strike("Enter")
    keys.press("Escape")
    if desk.heading() != "The call is over":
        keys.type("/")
        keys.type("end the call")
        keys.press("Enter")
        desk.strike("y")
    assert desk.focused() == "The call is over"
    desk.tab_to("What happened, what was said, what was done, what comes next")
    keys.type("Nurse brought in for the knee.")
    desk.tab_to("Save the note")
    desk.strike("Enter")
    desk.tab_to("Finish and see the debrief")
    desk.strike("Enter")
    expect(desk.desk()).to_contain_text("What was really going on")


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_the_app_without_code_is_for_everybody(come: Open, size: tuple[int, int], dark: bool) -> None:
    """In Voilà's page, in a call, nothing overflows and axe finds nothing, with every contrast looked at.

    The desk is as dark as the person's system, and turns with it.
    """
    desk = come(size=size, dark=dark).sit_down("Axe")
    for light in (dark, not dark):
        desk.page.emulate_media(color_scheme="light" if light else "dark")
        expect(desk.page.locator(".simcare-console")).to_have_attribute("data-theme", "light" if light else "dark")
    desk.press("Open Your first call")
    desk.press("Dial")
    desk.say("Hello, this is Dana, your care manager.")
    found = desk.axe()
    assert (desk.overflow(), found["violations"], found["not_examined"]) == (0, [], [])
    assert len(found["examined"]) > 20


# -- what must not be lost ---------------------------------------------------------------------------------------------


def test_a_call_outlives_its_kernel(come: Open) -> None:
    """After kill -9 in the middle of a call the page says so; reloaded, the call goes on with the same lines."""
    desk = come().sit_down("Killed")
    desk.press("Open Sore knees")
    desk.press("Dial")
    desk.say("Hello, this is Dana, your care manager.")
    before = desk.lines()
    desk.kernel().kill()
    expect(desk.page.locator("#simcare-lost")).to_contain_text("Every move you made is saved")
    desk.page.get_by_role("button", name="Reload the page").click()
    desk.press("Resume")
    expect(desk.said()).to_have_count(len(before))
    assert desk.lines() == before
    desk.say("Could you tell me your full name and your date of birth?")
    assert (desk.lines()[: len(before)], len(desk.lines()) > len(before)) == (before, True)
    forgive(desk, GONE)


def test_words_that_reach_no_kernel_are_kept(come: Open) -> None:
    """What is typed after the kernel died is not lost: the desk says that it was not taken and keeps it in the box."""
    desk = come().sit_down("Words")
    desk.press("Open Sore knees")
    desk.press("Dial")
    desk.kernel().kill()
    desk.page.get_by_label(TYPED).fill("Is the knee warm?")
    desk.page.keyboard.press("Enter")
    expect(desk.desk().get_by_role("alert")).to_contain_text("Your words are kept here", timeout=PATIENCE_MS)
    assert desk.page.get_by_label(TYPED).input_value() == "Is the knee warm?"
    forgive(desk, GONE)


def test_a_call_outlives_its_server(come: Open, tmp_path: Path) -> None:
    """When simcare is closed in a call the page says so; started again, a reload is let in and the call goes on."""
    first = House(tmp_path)
    desk = come(at=first).sit_down("Closed")
    desk.press("Open Sore knees")
    desk.press("Dial")
    desk.say("Hello, this is Dana, your care manager.")
    before = desk.lines()
    first.program.interrupt()
    assert first.program.ended() == 0
    expect(desk.page.locator("#simcare-lost")).to_contain_text("simcare does not answer")
    second = House(tmp_path, "--port", str(first.program.port))
    try:
        expect(desk.page.locator("#simcare-lost")).to_contain_text("has stopped")
        desk.page.get_by_role("button", name="Reload the page").click()
        desk.press("Resume")
        expect(desk.said()).to_have_count(len(before))
        assert desk.lines() == before
        forgive(desk, (*GONE, "404 (Not Found)"))  # the new server knows nothing of the old kernel
    finally:
        second.program.kill()


def test_a_closed_page_takes_its_kernel_with_it(come: Open) -> None:
    """A kernel costs 80 MB; when its page is closed it ends."""
    desk = come().sit_down("Leaver")
    kernel = desk.kernel()
    desk.page.wait_for_function("() => document.cookie.includes('_xsrf')")
    desk.page.goto("about:blank")
    kernel.wait(60)
    assert not kernel.is_running()


# -- the notebook in JupyterLab ----------------------------------------------------------------------------------------


def test_part_of_a_call_in_lab_by_keyboard(come: Open) -> None:
    """The notebook runs in JupyterLab, and none of Lab's own keys take what is meant for the desk."""
    desk = come()
    stop_saving(desk.house)
    desk.enter(NOTEBOOK)
    page, keys = desk.page, desk.page.keyboard
    cells = page.locator(".jp-Notebook .jp-Cell")
    desk.run_first_cell()
    desk.desk().wait_for()
    many = cells.count()
    page.get_by_label("Your name or initials").focus()
    keys.type("Lab")
    desk.strike("Enter")
    desk.tab_to("Open Sore knees on the walking plan")
    desk.strike("Enter")
    desk.tab_to("Dial")
    desk.strike("Enter")
    keys.type("Hello dd aa bb xx, this is Dana, your care manager.")
    desk.strike("Enter")
    expect(page.get_by_role("log")).to_contain_text("Hello dd aa bb xx, this is Dana")
    keys.press("Escape")
    keys.type("dd00")  # in Lab's command mode: delete the cell, restart the kernel
    assert (page.get_by_label(TYPED).input_value(), cells.count()) == ("dd00", many)
    page.get_by_role("button", name="Pause the call").focus()
    for key in ("d", "d", "a", "b", "x", "y", "m", "0", "0"):
        keys.press(key)
    keys.press("Enter")
    expect(desk.desk().get_by_role("heading", level=1)).to_have_text("Paused")
    assert (cells.count(), page.get_by_role("dialog").count()) == (many, 0)


# -- what nobody else may hear -----------------------------------------------------------------------------------------


def test_neither_server_nor_kernel_asks_another_host(come: Open) -> None:
    """After the app and JupyterLab were opened, no Python program of ours has looked for another machine."""
    guest = come()
    guest.sit_down("Quiet")
    guest.page.goto(guest.house.root + NOTEBOOK)
    guest.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    watched = guest.house.watched()
    assert any("simcare.cli" in line for line in watched) and any("ipykernel_launcher" in line for line in watched)
    assert guest.house.asked() == []


# -- steps -------------------------------------------------------------------------------------------------------------


def phrase(intent: str) -> str:
    """Return the words under which an intent stands in the list."""
    return intents.load().intents[intent].say


def tick_all(desk: Visit) -> None:
    """Let a note carry every fact that is offered."""
    for box in desk.page.locator(".carries input").all():
        box.check()


def forgive(desk: Visit, known: tuple[str, ...]) -> None:
    """Take from the errors of a page those that this journey brings about."""
    desk.errors = [error for error in desk.errors if not any(words in error for words in known)]


def stop_saving(house: House) -> None:
    """Let Lab save nothing by itself: the notebook on the page is the one of this checkout."""
    settings = house.data / "lab" / "settings" / "@jupyterlab" / "docmanager-extension" / "plugin.jupyterlab-settings"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"autosave": false}', encoding="utf-8")
