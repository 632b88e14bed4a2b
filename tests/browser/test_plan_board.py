"""The plan board in Chromium: for everybody at both widths, light and dark; by keys; a run, a stop, a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from simcare.desk import PlanBoard, plan_a_program
from tests.browser.harness import NARROW, WIDE, Stage, stage
from tests.browser.test_panel import CONTRASTS

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]
LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]
PATIENCE = 120.0


@pytest.fixture(scope="module")
def compared() -> PlanBoard:
    """Return a board with two simulated plans, one of them kept as plan A."""
    board = plan_a_program(workers=1)

    def say(**content: str) -> None:
        board._heard(board, content, [])

    say(kind="runs", value="3")
    for people in ("1", "2"):
        say(kind="team", team="nurses", key="people", value=people)
        say(kind="run")
        assert board.runner.wait(PATIENCE)
        if people == "1":
            say(kind="pin")
    return board


@pytest.fixture
def show(chromium: Browser) -> Iterator[Open]:
    """Return a function that shows a board; afterwards no page may have erred or asked the network for anything."""
    with ExitStack() as open_pages:
        shown: list[Stage] = []

        def show_board(board: PlanBoard | None = None, *, size: tuple[int, int] = WIDE, dark: bool = False) -> Stage:
            board = board or plan_a_program(workers=1)
            shown.append(open_pages.enter_context(stage(chromium, board, size=size, dark=dark)))
            return shown[-1]

        yield show_board
        for each in shown:
            assert (each.refused, each.errors) == ([], [])
            each.console.runner.cancel()
            assert each.console.runner.wait(PATIENCE)


def listen(shown: Stage, until: Callable[[Page], bool]) -> None:
    """Hand over to the page what the thread says, until something is seen."""
    deadline = time.monotonic() + PATIENCE
    while not until(shown.page):
        assert time.monotonic() < deadline, "the page never came so far"
        shown.page.evaluate("listen()")
        time.sleep(0.02)


def finish(shown: Stage) -> None:
    """Wait until a run is over and drawn."""
    assert shown.console.runner.wait(PATIENCE)
    listen(shown, lambda page: page.get_by_role("button", name="Simulate", exact=True).is_enabled())


def answered(shown: Stage, act: Callable[[], object]) -> None:
    """Do something and wait until the board has drawn its answer."""
    before = shown.console.view["seq"]
    act()
    shown.page.wait_for_function("(n) => Number(document.querySelector('.simcare-plan').dataset.seq) > n", arg=before)


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_the_board_is_accessible_and_fits(show: Open, compared: PlanBoard, size: tuple[int, int], dark: bool) -> None:
    """With every answer and table open axe finds nothing, and nothing is wider than the window."""
    shown = show(compared, size=size, dark=dark)
    for summary in shown.page.locator("summary").all():
        summary.click()
    found = shown.axe()
    excused = ("element contains an image node", "too short to determine")
    assert (found["violations"], shown.overflow()) == ([], 0)
    assert [node for node in found["not_examined"] if not any(words in node for words in excused)] == []
    assert len(found["examined"]) > 200


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_words_in_pictures_can_be_read(show: Open, compared: PlanBoard, size: tuple[int, int], dark: bool) -> None:
    """Each word of a picture, which axe cannot judge, has a contrast of 4.5 or more."""
    measured = show(compared, size=size, dark=dark).page.evaluate(CONTRASTS)["words"]
    assert len(measured) > 15 and min(measured) >= 4.5


def test_the_empty_board_is_accessible(show: Open) -> None:
    """Before the first run too axe finds nothing, and the page says what to do."""
    shown = show()
    found = shown.axe()
    assert (found["violations"], found["not_examined"], shown.overflow()) == ([], [], 0)
    expect(shown.page.get_by_role("heading", name="No answer yet")).to_be_visible()


def test_a_plan_is_changed_and_simulated_by_keys(show: Open) -> None:
    """With Tab, arrows and Enter alone a slider is moved, a nurse added, and the program simulated."""
    shown = show()
    page, keys = shown.page, shown.page.keyboard
    people = page.get_by_label("People in nurses")
    while not people.evaluate("at => at === document.activeElement"):
        keys.press("Tab")
    answered(shown, lambda: (keys.press("ArrowUp"), keys.press("Tab")))
    slider = page.get_by_label("Shifts missed through sickness")
    while not slider.evaluate("at => at === document.activeElement"):
        keys.press("Tab")
    answered(shown, lambda: keys.press("ArrowRight"))
    assert slider.evaluate("at => at === document.activeElement")
    expect(page.get_by_text("Changed: shifts missed through sickness 3% →")).to_be_visible()
    often = page.get_by_label("How often")
    answered(shown, lambda: often.select_option("5"))
    run = page.get_by_role("button", name="Simulate", exact=True)
    run.focus()
    keys.press("Enter")
    finish(shown)
    expect(page.get_by_role("status")).to_have_text("5 simulated.")
    expect(page.locator(".answer .sentence")).to_contain_text("2 nurses")


def test_progress_is_shown_and_a_run_can_be_stopped(show: Open) -> None:
    """While it runs there is a bar that moves and a button to stop; stopped, what is done is shown."""
    shown = show()
    page = shown.page
    answered(shown, lambda: page.get_by_label("How often").select_option("100"))
    answered(shown, lambda: page.get_by_role("button", name="Simulate", exact=True).click())
    bar = page.get_by_role("progressbar", name="How much is simulated")
    listen(shown, lambda _: bar.evaluate("at => at.value") >= 2)
    assert bar.evaluate("at => at.max") == 100
    page.get_by_role("button", name="Stop").click()
    finish(shown)
    assert "that are done are shown" in page.get_by_role("status").inner_text()
    expect(bar).to_be_hidden()


def test_the_focus_stays_on_a_choice(show: Open, compared: PlanBoard) -> None:
    """Choosing what a picture shows draws another picture and leaves the focus on the choice."""
    shown = show(compared)
    for label in ("What to show by day", "What to show through the week"):
        choice = shown.page.get_by_label(label)
        before = shown.page.locator(".picture.wide").evaluate_all("all => all.map(at => at.innerHTML)")
        choice.focus()
        answered(shown, lambda choice=choice: choice.select_option(label="Occupancy"))  # type: ignore[misc]
        assert shown.page.evaluate("document.activeElement.labels[0].textContent") == label
        assert shown.page.locator(".picture.wide").evaluate_all("all => all.map(at => at.innerHTML)") != before


def test_an_open_table_stays_open(show: Open, compared: PlanBoard) -> None:
    """What a person opened is not closed by the next choice."""
    shown = show(compared)
    shown.page.locator("summary", has_text="All answers").click()
    answered(shown, lambda: shown.page.get_by_label("What to show by day").select_option("occupancy"))
    expect(shown.page.get_by_role("table", name="All answers")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "name", "begins"),
    [
        ("Report", "report.html", "<!doctype html>"),
        ("Answers (CSV)", "answers.csv", "answer,title"),
        ("Half-hours (CSV)", "intervals.csv", "interval,answer"),
        ("Plan (YAML)", "plan.yaml", "simcare: 1"),
    ],
)
def test_files_are_saved_without_a_network(
    show: Open, compared: PlanBoard, button: str, name: str, begins: str
) -> None:
    """A button hands the browser a file that Python made."""
    shown = show(compared)
    with shown.page.expect_download() as saved:
        shown.page.get_by_role("button", name=button).click()
    assert saved.value.suggested_filename == name
    assert saved.value.path().read_text(encoding="utf-8").startswith(begins)


def test_a_wrong_change_is_told_and_changes_nothing(show: Open) -> None:
    """A shift that ends before it begins is refused in an alert, and the roster shows what still holds."""
    shown = show()
    choice = shown.page.get_by_label("To, nurses")
    answered(shown, lambda: choice.select_option("08:00"))
    expect(shown.page.get_by_role("alert").filter(has_text="ends before it begins")).to_be_visible()
    shown.page.get_by_label("People in nurses").focus()
    assert shown.console.view["roster"][2]["end"] == "17:30"


def test_a_dead_kernel_is_told(show: Open) -> None:
    """When nothing listens any more, a press says so."""
    shown = show()
    shown.page.evaluate("kernel.dead = true")
    shown.page.get_by_role("button", name="Simulate", exact=True).click()
    expect(shown.page.get_by_role("alert").filter(has_text="lost its connection")).to_be_visible()
