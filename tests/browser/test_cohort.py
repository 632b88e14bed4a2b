"""The cohort board and the trainee's page in Chromium: accessible at both widths, light and dark; by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from simcare.desk import CohortBoard
from simcare.desk.cohort.own import OwnDesk
from simcare.desk.cohort.trainer import TrainerDesk
from simcare.training.demo import demo_records, make_demo
from simcare.training.records import Records
from simcare.training.reviews import add_review
from simcare.training.roster import Member, import_roster
from tests.browser.harness import NARROW, WIDE, Stage, stage
from tests.browser.test_panel import CONTRASTS
from tests.training.shifts_made import worked_shift

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]
LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]
MARKUP = "<img src=x onerror=document.title='hit'>"


@pytest.fixture(scope="module")
def played() -> Records:
    """Return a demo cohort with enough of everything, and a comment full of markup; no test may add to it."""
    records = demo_records()
    make_demo(records)
    add_review(records, records.attempts("Demo Hugo")[0].id, f"Sam {MARKUP}", f"{MARKUP}\nSecond line", 3)
    return records


@pytest.fixture
def show(chromium: Browser) -> Iterator[Open]:
    """Return a function that shows a desk; afterwards no page may have erred or asked the network for anything."""
    with ExitStack() as open_pages:
        shown: list[Stage] = []

        def show_desk(desk: TrainerDesk | OwnDesk, *, size: tuple[int, int] = WIDE, dark: bool = False) -> Stage:
            shown.append(open_pages.enter_context(stage(chromium, CohortBoard(desk), size=size, dark=dark)))
            return shown[-1]

        yield show_desk
        for each in shown:
            assert (each.refused, each.errors) == ([], [])


def answered(shown: Stage, act: Callable[[], object]) -> None:
    """Do something and wait until the page has drawn the desk's answer."""
    before = shown.console.view["seq"]
    act()
    shown.page.wait_for_function("(n) => Number(document.querySelector('.simcare-cohort').dataset.seq) > n", arg=before)


def press(shown: Stage, name: str) -> None:
    """Click a button that tells the desk something, and wait for the answer."""
    answered(shown, lambda: shown.page.get_by_role("button", name=name).first.click())


def replay_newest(shown: Stage) -> None:
    """Open the newest finished call of the trainee that is shown."""
    answered(shown, lambda: shown.page.locator(".history button").first.click())


def sound(shown: Stage) -> None:
    """Fail where axe finds something, where contrast was not examined, or where the page is too wide."""
    for summary in shown.page.locator("summary").all():
        if summary.is_visible() and not summary.evaluate("(at) => at.parentElement.open"):
            summary.click()
    found = shown.axe()
    assert (found["violations"], shown.overflow()) == ([], 0)
    excused = ("background color could not be determined", "too short to determine")
    assert [node for node in found["not_examined"] if not any(words in node for words in excused)] == []
    assert found["examined"]


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_every_part_of_the_board_is_accessible_and_fits(
    show: Open, played: Records, size: tuple[int, int], dark: bool
) -> None:
    """Axe finds nothing in the four parts with their tables open; numbers can be read on every color."""
    shown = show(TrainerDesk(played), size=size, dark=dark)
    for part in ("Who", "Skills", "Calls", "Learning"):
        shown.page.get_by_role("tab", name=part).click()
        sound(shown)
        measured = shown.page.evaluate(CONTRASTS)
        assert min([*measured["cells"], *measured["words"], 21]) >= 4.5
        assert (len(measured["cells"]) > 60, len(measured["words"]) > 20) == (part == "Skills", part == "Learning")


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_a_trainee_and_a_replay_are_accessible_and_fit(
    show: Open, played: Records, size: tuple[int, int], dark: bool
) -> None:
    """Axe finds nothing on the page of one trainee and in a call that is stepped through."""
    shown = show(TrainerDesk(played), size=size, dark=dark)
    press(shown, "Demo Hugo")
    sound(shown)
    replay_newest(shown)
    sound(shown)
    shown.page.get_by_role("button", name="First line").click()
    sound(shown)


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_a_shift_stands_in_the_history_and_its_calls_can_be_seen(show: Open, size: tuple[int, int], dark: bool) -> None:
    """Its debrief has a form for a comment, its calls are links to their replays, with another; axe finds nothing."""
    with Records.open("sqlite://") as records:
        worked_shift(records, "Fay")
        desk = TrainerDesk(records)
        desk.handle({"kind": "open", "name": "Fay"})
        shown = show(desk, size=size, dark=dark)
        assert "Not passed" in shown.page.locator(".history").inner_text()
        sound(shown)
        replay_newest(shown)
        assert "in the shift “A small shift”" in shown.page.locator(".eyebrow").first.inner_text()
        assert shown.page.get_by_role("form", name="Say something about this call").count() == 1
        sound(shown)
        press(shown, "Back")
        press(shown, "Debrief of A small shift")
        sound(shown)
        shown.page.get_by_label("Comment", exact=True).fill("Calm until ten.")
        shown.page.get_by_label("4 good").check()
        shown.page.get_by_label("Your name").fill("Sam Ito")
        press(shown, "Keep it")
        expect(shown.page.locator(".review").last).to_contain_text("Calm until ten.")
        press(shown, "See its debrief")
        assert shown.page.locator(".review").count() == 0
        press(shown, "Back to the shift")
        expect(shown.page.get_by_role("heading", name="What counted")).to_be_visible()
        own = show(OwnDesk(records, learner="Fay"), size=size, dark=dark)
        press(own, "Debrief of A small shift")
        expect(own.page.locator(".reviews")).to_contain_text("4 of 5: good")
        assert own.page.locator(".review-form").count() == 0
        sound(own)


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_the_first_screens_are_accessible_and_fit(show: Open, size: tuple[int, int], dark: bool) -> None:
    """Axe finds nothing where nobody has practiced, at the question for a name, and on an empty page."""
    with Records.open("sqlite://") as records:
        sound(show(TrainerDesk(records), size=size, dark=dark))
        shown = show(OwnDesk(records), size=size, dark=dark)
        sound(shown)
        shown.page.get_by_label("Your name or initials").fill("Gus")
        press(shown, "Show my calls")
        sound(shown)


def test_a_trainer_goes_from_the_board_to_a_comment_by_mouse(show: Open, chromium: Browser) -> None:
    """A name, a call, a rating and a comment: kept, shown on the trainee's page, and the form is empty again."""
    records = demo_records()
    make_demo(records, 2, 2)
    shown = show(TrainerDesk(records))
    page = shown.page
    press(shown, "Demo Ben")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    replay_newest(shown)
    page.get_by_label("Comment", exact=True).fill("Ask about the leg.")
    page.get_by_label("4 good").check()
    page.get_by_label("Your name").fill("Sam Ito")
    press(shown, "Keep it")
    expect(page.get_by_role("status").filter(has_text="Kept.")).to_be_visible()
    expect(page.locator(".review").last).to_contain_text("Ask about the leg.")
    assert (page.get_by_label("Comment", exact=True).input_value(), page.get_by_label("Your name").input_value()) == (
        "",
        "Sam Ito",
    )
    own = show(OwnDesk(records, learner="Demo Ben"))
    replay_newest(own)
    expect(own.page.locator(".reviews")).to_contain_text("4 of 5: good")
    assert own.page.locator(".review-form").count() == 0


def test_a_refused_comment_stays_in_the_form(show: Open, played: Records) -> None:
    """Without a name nothing is kept, the alert takes the focus and the words are still there."""
    shown = show(TrainerDesk(played))
    press(shown, "Demo Ana")
    replay_newest(shown)
    shown.page.get_by_label("Comment", exact=True).fill("Half a thought")
    press(shown, "Keep it")
    expect(shown.page.get_by_role("alert")).to_contain_text("Write your name")
    expect(shown.page.get_by_role("alert")).to_be_focused()
    assert shown.page.get_by_label("Comment", exact=True).input_value() == "Half a thought"


def test_a_call_is_stepped_through_by_keys(show: Open, played: Records) -> None:
    """From the first line on, each step shows one more line and what is known; evidence leads to its line."""
    shown = show(TrainerDesk(played))
    page = shown.page
    press(shown, "Demo Hugo")
    replay_newest(shown)
    lines = page.locator(".moves .line:visible")
    every = lines.count()
    page.get_by_role("button", name="First line").focus()
    page.keyboard.press("Enter")
    assert lines.count() == 1
    page.get_by_role("slider", name="Line").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert (lines.count(), page.get_by_role("slider").get_attribute("aria-valuetext")[:9]) == (5, "Line 5 of")
    before = page.locator(".stepper .learned").inner_text()
    page.locator(".evidence button").last.click()
    assert lines.count() > 5 and page.locator(".line.marked").first.is_visible()
    page.get_by_role("slider", name="Line").focus()
    page.keyboard.press("End")
    assert lines.count() == every
    expect(page.locator(".stepper .learned")).to_contain_text("Known by then: ")
    assert page.locator(".stepper .learned").inner_text() != before


def test_the_parts_are_changed_by_arrow_keys(show: Open, played: Records) -> None:
    """The tabs are one stop of the Tab key; the arrows turn them and keep the focus."""
    page = show(TrainerDesk(played)).page
    page.get_by_role("tab", name="Who").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Skills")).to_be_focused()
    expect(page.get_by_role("table", name="Skills by trainee")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tabpanel", name="Learning")).to_be_visible()


def test_a_call_and_those_it_fools_can_be_looked_at(show: Open, played: Records) -> None:
    """Choosing a call shows its rows; a fooled name leads to the replay, and Back to the board."""
    shown = show(TrainerDesk(played))
    page = shown.page
    page.get_by_role("tab", name="Calls").click()
    answered(shown, lambda: page.get_by_label("Call", exact=True).select_option(index=1))
    expect(page.get_by_role("table", name="Rubric rows")).to_contain_text("The right level of help")
    answered(shown, lambda: page.locator(".fooled button").first.click())
    expect(page.locator(".timeline")).to_be_visible()
    press(shown, "Back")
    expect(page.get_by_role("tab", name="Calls")).to_have_attribute("aria-selected", "true")


def test_a_file_is_saved_without_asking_anybody(show: Open, played: Records) -> None:
    """The export is a download that the page makes itself."""
    page = show(TrainerDesk(played)).page
    with page.expect_download() as coming:
        page.get_by_role("button", name="Trainees as CSV").click()
    assert coming.value.suggested_filename == "trainees.csv"
    assert "Demo Hugo" in coming.value.path().read_text(encoding="utf-8-sig")


def test_markup_in_names_and_comments_is_shown_as_text(show: Open, played: Records) -> None:
    """What a person typed is never part of the page."""
    shown = show(TrainerDesk(played))
    press(shown, "Demo Hugo")
    replay_newest(shown)
    expect(shown.page.locator(".reviews")).to_contain_text(MARKUP)
    assert (shown.page.locator(".reviews img").count(), shown.page.title()) == (0, "Call desk")


def test_a_markup_name_on_the_board_is_text(show: Open) -> None:
    """A trainee may be called anything; row, heat map and page show the letters."""
    with Records.open("sqlite://") as records:
        make_demo(records, 1, 1)
        import_roster(records, [Member(MARKUP)])
        shown = show(TrainerDesk(records))
        press(shown, MARKUP)
        assert shown.page.get_by_role("heading", level=1).inner_text() == MARKUP
        assert shown.page.locator("img").count() == 0


def test_a_lost_kernel_is_told(show: Open, played: Records) -> None:
    """When Python does not take a message any more, the page says so and what to do."""
    page = show(TrainerDesk(played)).page
    page.evaluate("window.kernel.dead = true")
    page.get_by_role("button", name="Demo Hugo").first.click()
    expect(page.get_by_role("alert")).to_contain_text("lost its connection")
