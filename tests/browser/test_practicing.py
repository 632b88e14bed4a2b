"""Practice next and exercises on the page: by mouse, by keyboard, and an assessment that offers no way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.harness import NARROW, Stage
from tests.browser.journeys import SAY, dial, focused, press, say, strike
from tests.desk.told import LIBRARY

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]
ASSESSMENT = """\
simcare_exercise: 1
id: our-check
title: Our <b>check</b>
about: One call for the tests.
mode: assessment
items: [{call: lost-car}]
pass_mark: {source: A test, confidence: assumption, judges: [{name: One, estimates: {lost-car: 50}}]}
"""


@pytest.fixture
def with_assessment(show: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Return the function that shows a desk, with an assessment in a program's own folder."""
    folder = tmp_path / "program" / "exercises"
    folder.mkdir(parents=True)
    (folder / "our-check.yaml").write_text(ASSESSMENT, encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", f"{LIBRARY}:{folder.parent}")
    return show


def test_practice_next_is_one_press_away(show: Open) -> None:
    """The card says which call and why, and its button opens the brief."""
    stage = show(scenario=None)
    card = stage.page.get_by_role("region", name="Practice next")
    assert "shows you how the desk works" in card.inner_text()
    press(stage, "Practice this call")
    assert stage.page.get_by_role("button", name="Dial").count() == 1


def test_an_exercise_is_begun_by_keyboard(show: Open) -> None:
    """Tab reaches the list of exercises, Enter opens it, Tab and Enter begin the first one."""
    stage = show(scenario=None)
    page = stage.page
    page.locator(".sets > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(stage) == "Begin First calls"
    strike(stage, "Enter")
    assert page.get_by_text("Exercise: First calls").count() == 1


def test_a_shift_that_comes_next_is_a_link_in_the_app_and_words_elsewhere(
    with_assessment: Open, tmp_path: Path
) -> None:
    """The app leads to the shift page with the exercise; in a notebook the words say what comes."""
    text = ASSESSMENT.replace("{call: lost-car}", "{shift: busy-monday}").replace(
        "lost-car: 50", "shift/busy-monday: 50"
    )
    (tmp_path / "program" / "exercises" / "our-check.yaml").write_text(text, encoding="utf-8")
    for script, links in (("", 0), ("history.replaceState(null, '', '/voila/render/call.ipynb')", 1)):
        stage = with_assessment(scenario=None, script=script)
        stage.page.get_by_text("Exercises", exact=True).click()
        row = stage.page.locator(".set").filter(has_text="Our <b>check</b>")
        assert "Next comes the shift “A busy Monday morning”" in row.inner_text()
        assert (row.get_by_role("button").count(), row.get_by_role("link").count()) == (0, links)
    assert row.get_by_role("link").get_attribute("href") == "05-work-a-shift.ipynb?exercise=our-check"
    assert stage.axe()["violations"] == []


def test_a_locked_exercise_says_what_comes_first_and_has_no_button(show: Open) -> None:
    """Nothing can be pressed that would be refused."""
    stage = show(scenario=None, size=NARROW)
    stage.page.get_by_text("Exercises", exact=True).click()
    row = stage.page.locator(".set").filter(has_text="Busy Monday")
    assert "First pass" in row.inner_text()
    assert row.get_by_role("button").count() == 0


def test_an_assessment_has_no_chips_and_no_way_back_on_the_page(with_assessment: Open) -> None:
    """The brief says so; unsure words stay in the box; the debrief has neither branch nor 'again'; markup is text."""
    stage = with_assessment(scenario=None)
    page = stage.page
    page.get_by_text("Exercises", exact=True).click()
    press(stage, "Begin Our <b>check</b>")
    assert page.get_by_text("no going back").count() == 1
    dial_or_answer(stage)
    say(stage, "?ask_fever,ask_address,ask_onset")
    assert page.get_by_label("What did you mean?").count() == 0
    assert page.get_by_label(SAY).input_value() == "?ask_fever,ask_address,ask_onset"
    page.get_by_role("button", name="End the call").click()
    strike(stage, "y")
    press(stage, "Finish and see the debrief")
    assert (page.locator(".branch").count(), page.get_by_role("button", name="This call again").count()) == (0, 0)
    press(stage, "All calls")
    assert "Not there yet" in page.locator(".set").filter(has_text="Our <b>check</b>").inner_text()


def dial_or_answer(stage: Stage) -> None:
    """Open the line of whichever call was drawn."""
    if stage.page.get_by_role("button", name="Dial").count():
        dial(stage)
    else:
        press(stage, "Answer")
