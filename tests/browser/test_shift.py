"""The shift desk in Chromium: a whole shift by mouse, by keyboard alone, after a kill; and everybody can use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from simcare.desk.shift.numbering import number_of
from tests.browser.harness import NARROW, WIDE
from tests.browser.shift_stage import ShiftStage, board_at, end_call, shift_stage

pytestmark = pytest.mark.browser
SMALL = Path(__file__).parents[1] / "world" / "shift" / "small_shift.yaml"
Show = Callable[..., ShiftStage]
LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]
SMALL_TARGETS = """
() => [...document.querySelectorAll(".simcare-shift :is(button, summary, input, select, textarea, a)")]
  .filter((at) => at.checkVisibility())
  .map((at) => at.matches("input") && at.closest("label") ? at.closest("label") : at)
  .map((at) => [at, at.getBoundingClientRect()])
  .filter(([at, box]) => box.width < 24 || box.height < 24)
  .map(([at, box]) => `${at.textContent} ${box.width}x${box.height}`)
"""


@pytest.fixture
def show(chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    """Return a function that shows a desk; afterwards no page may have erred or asked the network for anything."""
    folder = tmp_path / "library" / "shifts"
    folder.mkdir(parents=True)
    (folder / "small-shift.yaml").write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(folder.parent))
    with ExitStack() as open_pages:
        shown: list[ShiftStage] = []

        def show_desk(
            *, size: tuple[int, int] = WIDE, dark: bool = False, script: str = "", **board: object
        ) -> ShiftStage:
            board_ = board_at(tmp_path, **board)  # type: ignore[arg-type]
            shown.append(open_pages.enter_context(shift_stage(chromium, board_, size=size, dark=dark, script=script)))
            return shown[-1]

        yield show_desk
        for each in shown:
            assert (each.refused, each.errors) == ([], [])


def begin(stage: ShiftStage) -> None:
    """Begin the small shift."""
    stage.press("Open A small shift")
    stage.press("Begin the shift")


def screens(stage: ShiftStage) -> Iterator[str]:
    """Walk through every screen and open everything that opens; yield its name at each stop."""
    page = stage.page
    page.get_by_label("Your name or initials").fill("Dana")
    stage.press("Go to the shifts")
    yield "pick"
    stage.press("Open A small shift")
    yield "brief"
    stage.press("Begin the shift")
    stage.press("A hospital")
    yield "a message"
    stage.press("Marlene, 71")
    stage.press("It is on its way.")
    page.locator(".finished > summary").click()
    page.get_by_role("button", name="Mr.", exact=False).first.click()
    yield "the list, and what is off the desk"
    stage.press("Phone")
    while not stage.board.view["lines"]:
        stage.say("tell_me_more")
    yield "a line rings during a call"
    stage.press("Send to Jo")
    end_call(stage)
    stage.press("Put the call away")
    yield "a note to write"
    page.get_by_role("button", name="End the shift").click()
    yield "the end is asked"
    before = stage.seq()
    page.get_by_role("button", name="End it and see the debrief").click()
    stage.answered(before)
    stage.until_twin()
    for summary in page.locator("summary").all():
        if summary.evaluate("(at) => !at.parentElement.open"):
            summary.click()
    yield "debrief"


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_every_screen_is_accessible_and_fits(show: Show, size: tuple[int, int], dark: bool) -> None:
    """Axe finds nothing and did examine the contrast; targets are 24 pixels; nothing is wider than the window."""
    stage = show(learner=None, size=size, dark=dark)
    found: list[str] = []
    for name in screens(stage):
        result = stage.axe()
        found += [f"{name}: {problem}" for problem in result["violations"]]
        found += [f"{name}: the contrast was not examined: {node}" for node in result["not_examined"]]
        if len(result["examined"]) < 3:
            found.append(f"{name}: the contrast was examined on {result['examined']} only")
        found += [f"{name}: too small a target: {what}" for what in stage.page.evaluate(SMALL_TARGETS)]
        if stage.overflow() > 0:
            found.append(f"{name}: {stage.overflow()} pixels wider than the window")
        if stage.page.get_by_text("Training material, not a clinical protocol").locator("visible=true").count() != 1:
            found.append(f"{name}: the training words are missing")
    assert found == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_shift_by_mouse(show: Show, size: tuple[int, int]) -> None:
    """Read, hand to the nurse, answer, have a call with its note, wait, end: the debrief stands beside the twin."""
    stage = show(size=size)
    page = stage.page
    begin(stage)
    stage.press("A hospital")
    stage.press("Pat, the nurse", exact=True)
    stage.press("Marlene, 71")
    stage.press("It is on its way.")
    page.get_by_role("button", name="Mr.", exact=False).first.click()
    stage.press("Phone")
    stage.say("greet_introduce. verify_identity")
    end_call(stage)
    page.get_by_label("What happened, what was said").fill("He did not want to talk.")
    stage.press("Save the note")
    stage.press("Put the call away")
    while not stage.board.view["lines"]:
        stage.press("Wait for news")
    expect(page.get_by_role("region", name="Lines that ring")).to_be_visible()
    while not stage.board.view["clock"]["over"]:
        stage.press("Wait for news")
    stage.press("End the shift")
    assert stage.heading() == "Not there yet: here is what to try"
    expect(page.locator("mark").first).to_have_text("potassium of 6.3")
    stage.until_twin()
    expect(page.get_by_text("worked 20 times by a model of a new hire")).to_be_visible()
    expect(page.get_by_role("row", name="Calls had 1")).to_be_visible()
    page.get_by_role("button", name="A model of an expert").click()
    stage.listen_for("worked 20 times by a model of an expert")


def test_a_shift_by_keyboard_alone(show: Show) -> None:
    """From the name to the debrief without a mouse, the focus always where the work goes on."""
    stage = show(learner=None)
    keys = stage.page.keyboard
    stage.tab_to("Your name or initials")
    keys.type("Dana")
    stage.strike("Enter")
    assert stage.focused() == "Pick a shift"
    stage.tab_to("Open A small shift")
    stage.strike("Enter")
    stage.tab_to("Begin the shift")
    stage.strike("Enter")
    assert stage.focused() == "A small shift"
    stage.tab_to("Marlene, 71")
    stage.strike("Enter")
    form = number_of(stage.board.desk.worked.shift, "form")  # type: ignore[union-attr]
    assert stage.page.evaluate("document.activeElement.dataset.focus") == f"item-{form}"
    stage.tab_to("It is on its way.")
    stage.strike("Enter")
    assert stage.focused().startswith("Inbox")
    stage.page.locator(".stack h2").first.focus()
    stage.tab_to("Mr.")
    keys.press("Enter")
    stage.tab_to("Phone")
    stage.strike("Enter")
    assert stage.focused() == "Say it in your own words"
    keys.type("greet_introduce")
    stage.strike("Enter")
    keys.type("/")
    keys.type("end the call")
    keys.press("Enter")
    stage.strike("y")
    assert stage.focused() == "The call is over"
    stage.tab_to("Put the call away")
    stage.strike("Enter")
    assert stage.focused() == "A small shift"
    stage.tab_to("Wait for news")
    stage.strike("Enter")
    assert stage.focused().startswith("Wait for news")
    stage.tab_to("End the shift")
    keys.press("Enter")
    assert stage.focused() == "End it and see the debrief"
    stage.strike("Enter")
    assert stage.focused() == "Not there yet: here is what to try"


def test_911_is_one_press_and_one_confirmation_in_a_shift_too(show: Show) -> None:
    """In the call on hand F9 and Y get 911, whatever else waits."""
    stage = show()
    begin(stage)
    stage.page.get_by_role("button", name="Mr.", exact=False).first.click()
    stage.press("Phone")
    stage.page.keyboard.press("F9")
    stage.strike("y")
    shift = stage.board.desk.worked.shift  # type: ignore[union-attr]
    assert "call_911" in shift.on_hand.call.done
    assert stage.focused() == "Stay on the line"


def test_a_shift_goes_on_after_a_new_start(show: Show, tmp_path: Path) -> None:
    """A new board on the same records, as after a kill, offers the shift and shows the very same page in a call."""
    stage = show()
    begin(stage)
    stage.press("Marlene, 71")
    stage.page.get_by_role("button", name="Mr.", exact=False).first.click()
    stage.press("Phone")
    stage.say("greet_introduce")
    before = stage.page.locator(".simcare-shift").inner_text()
    stage.take(board_at(tmp_path))
    stage.press("Resume A small shift")
    stage.page.get_by_role("log", name="What was said").wait_for()
    assert stage.page.locator(".simcare-shift").inner_text() == before


def test_the_clock_runs_where_the_shift_says_so(show: Show, tmp_path: Path) -> None:
    """In real time ten seconds at the desk are ten seconds of the shift; otherwise the clock stands still."""
    file = tmp_path / "library" / "shifts" / "small-shift.yaml"
    text = file.read_text(encoding="utf-8")
    stage = show()
    for real, passed in ((False, 0), (True, 20)):
        file.write_text(text.replace("minutes: 60", f"minutes: 60\nreal_time: {str(real).lower()}"), encoding="utf-8")
        stage.page.clock.install()
        stage.take(board_at(tmp_path))
        begin(stage)
        for _ in range(2):
            before = stage.seq()
            stage.page.clock.run_for(10_100)
            if real:
                stage.answered(before)
        assert stage.board.view["clock"]["t"] == passed


def test_a_call_is_looked_at_from_the_debrief(show: Show) -> None:
    """Its own debrief opens in the call console, and leads back."""
    stage = show()
    begin(stage)
    stage.page.get_by_role("button", name="Mr.", exact=False).first.click()
    stage.press("Phone")
    stage.say("greet_introduce")
    end_call(stage)
    stage.press("Put the call away")
    stage.page.get_by_role("button", name="End the shift").click()
    stage.press("End it and see the debrief")
    stage.press("See its debrief")
    expect(stage.page.get_by_role("heading", name="Your decision")).to_be_visible()
    stage.press("Back to the shift")
    expect(stage.page.get_by_role("heading", name="What counted")).to_be_visible()


def test_a_dead_kernel_is_told(show: Show) -> None:
    """When nothing listens any more, a press says so and nothing is lost."""
    stage = show()
    begin(stage)
    stage.page.evaluate("kernel.dead = true")
    stage.page.get_by_role("button", name="Wait for news").click()
    expect(stage.page.get_by_role("alert")).to_contain_text("lost its connection")


def an_assessment(library: Path) -> None:
    """Put an assessment of the small shift into a program's folder."""
    (library / "exercises").mkdir()
    (library / "exercises" / "our-check.yaml").write_text(
        "simcare_exercise: 1\nid: our-check\ntitle: Our <b>check</b>\nabout: For the tests.\nmode: assessment\n"
        "items: [{shift: small-shift}]\npass_mark: {source: A test, confidence: assumption, "
        "judges: [{name: One, estimates: {shift/small-shift: 50}}]}\n",
        encoding="utf-8",
    )


def test_the_address_leads_to_the_shift_of_an_exercise_which_has_no_way_back(show: Show, tmp_path: Path) -> None:
    """The list of calls links here with the exercise: its brief opens, and the debrief offers no going back."""
    an_assessment(tmp_path / "library")
    stage = show(script="history.replaceState(null, '', '/voila/render/shift.ipynb?exercise=our-check')")
    page = stage.page
    expect(page.get_by_text("no going back, no offered phrases")).to_be_visible()
    expect(page.get_by_text("Exercise: Our <b>check</b>")).to_be_visible()
    stage.press("Begin the shift")
    page.get_by_role("button", name="End the shift").first.click()
    before = stage.seq()
    page.get_by_role("dialog").get_by_role("button", name="End").first.click()
    stage.answered(before)
    expect(page.get_by_text("for the exercise “Our <b>check</b>”")).to_be_visible()
    assert page.get_by_role("button", name="From here again").count() == 0
    assert page.get_by_role("button", name="This shift again").count() == 0
    back = page.get_by_role("link", name="Back to the exercises").first
    expect(back).to_have_attribute("href", "01-take-a-call.ipynb")


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_a_shift_for_an_exercise_is_accessible_and_fits(
    show: Show, tmp_path: Path, size: tuple[int, int], dark: bool
) -> None:
    """Axe finds nothing in the list that offers it, nor in its brief."""
    an_assessment(tmp_path / "library")
    stage = show(size=size, dark=dark)
    assert (stage.axe()["violations"], stage.overflow()) == ([], 0)
    stage.press("Open it for Our <b>check</b>")
    assert (stage.axe()["violations"], stage.overflow()) == ([], 0)
