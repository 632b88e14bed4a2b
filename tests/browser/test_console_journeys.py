"""Whole calls at the desk, through the real JavaScript and the real widget: by mouse, by keyboard alone, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.harness import NARROW, Stage
from tests.browser.journeys import SAY, answered, dial, focused, press, say, seq, strike

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]


def choose(stage: Stage, find: str, phrase: str) -> None:
    """Say a phrase from the list by mouse."""
    stage.page.get_by_role("button", name="Find a phrase").click()
    stage.page.get_by_role("combobox").fill(find)
    before = seq(stage)
    stage.page.get_by_role("option", name=phrase).click()
    answered(stage, before)


def tab(stage: Stage, name: str) -> None:
    """Go to a part of the call where the parts are tabs."""
    found = stage.page.get_by_role("tab", name=name)
    if found.count():
        found.click()


def by_mouse(stage: Stage) -> None:
    """Play the small call well, with the mouse for all but the texts of the notes."""
    page = stage.page
    press(stage, "Open A small call for the desk")
    dial(stage)
    choose(stage, "hello", "Hello, this is your care manager")
    choose(stage, "birth", "full name and date of birth")
    choose(stage, "swelling", "Is there any swelling")
    choose(stage, "label", "Which medicine was it")
    tab(stage, "Decide")
    page.get_by_role("button", name="Message the provider").click()
    page.get_by_label("Situation").fill("Mrs. K, monthly call, knee looks like always.")
    page.get_by_label("Background").fill("70, takes the white pills.")
    page.get_by_label("Assessment").fill("Looks like always, she says.")
    page.get_by_label("Request").fill("Please look at the knee this week.")
    page.get_by_label("How the knee looks").check()
    page.get_by_label("90%").check()
    before = seq(stage)
    page.get_by_role("button", name="Send the message").click()
    answered(stage, before)
    tab(stage, "Decide")
    page.get_by_role("button", name="End the call").click()
    before = seq(stage)
    page.get_by_role("dialog").get_by_role("button", name="End the call").click()
    answered(stage, before)
    page.get_by_label("What happened, what was said").fill("The knee looks like always. Message sent.")
    page.get_by_label("How the knee looks").check()
    press(stage, "Save the note")
    press(stage, "Finish and see the debrief")


@pytest.mark.parametrize("size", [(1280, 860), (900, 800), NARROW], ids=["wide", "medium", "narrow"])
def test_a_whole_call_by_mouse(show: Open, size: tuple[int, int]) -> None:
    """From the name to the debrief without a key outside the notes, at every width."""
    stage = show(learner=None, scenario=None, size=size, variant="quiet")
    stage.page.get_by_label("Your name or initials").fill("Dana")
    press(stage, "Go to the calls")
    by_mouse(stage)
    assert stage.page.get_by_role("heading", level=1).inner_text() == "You handled this call well"


def test_a_whole_call_by_keyboard_alone(show: Open) -> None:
    """From the name to the debrief without a mouse: every step by keys, the focus always where the work goes on."""
    stage = show(learner=None, scenario=None, variant="quiet")
    keys = stage.page.keyboard
    assert focused(stage) == "Your name or initials"
    keys.type("Dana")
    strike(stage, "Enter")
    assert focused(stage) == "Pick a call"
    tab_to(stage, "Open A small call for the desk")
    strike(stage, "Enter")
    assert focused(stage) == "A small call for the desk"
    tab_to(stage, "Dial")
    strike(stage, "Enter")
    assert focused(stage) == SAY
    for words in ("greet_introduce", "verify_identity", "ask_swelling_redness"):
        keys.type(words)
        strike(stage, "Enter")
        assert focused(stage) == SAY
    keys.press("ArrowDown")
    keys.type("label")
    strike(stage, "Enter")
    assert focused(stage) == SAY
    keys.type("/")
    keys.type("message")
    keys.press("Enter")
    assert focused(stage) == "Message the provider"
    for words in ("Knee looks like always.", "Takes the white pills.", "As always.", "Please look."):
        keys.press("Tab")
        keys.type(words)
    tab_to(stage, "How the knee looks heard at 0:28")
    keys.press("Space")
    tab_to(stage, "50%")
    for _ in range(4):
        keys.press("ArrowRight")
    tab_to(stage, "Send the message")
    strike(stage, "Enter")
    keys.type("/")
    keys.type("end the call")
    keys.press("Enter")
    strike(stage, "y")
    assert focused(stage) == "The call is over"
    tab_to(stage, "What happened, what was said, what was done, what comes next")
    keys.type("The knee looks like always.")
    tab_to(stage, "Save the note")
    strike(stage, "Enter")
    assert focused(stage) == "Finish and see the debrief"
    strike(stage, "Enter")
    assert focused(stage) == "You handled this call well"
    decided = next(move for move in stage.console.desk.practice.call.moves if getattr(move, "confidence", None))
    assert decided.confidence == 90


def tab_to(stage: Stage, name: str) -> None:
    """Press Tab until the focus is on what has this name; it must be within forty steps."""
    for _ in range(40):
        stage.page.keyboard.press("Tab")
        if focused(stage) == name:
            return
    pytest.fail(f"'{name}' is not reached by Tab; the focus is on '{focused(stage)}'")


def test_911_is_one_press_and_one_confirmation(show: Open) -> None:
    """From the text box: F9, then Y. No form stands in between, and the next step has the focus."""
    stage = show()
    dial(stage)
    stage.page.keyboard.press("F9")
    strike(stage, "y")
    assert "call_911" in stage.console.desk.practice.call.done
    assert focused(stage) == "Stay on the line"


def test_911_is_one_press_on_a_phone_too(show: Open) -> None:
    """At 390 pixels the button is on the first screen of the call."""
    stage = show(size=NARROW)
    dial(stage)
    stage.page.get_by_role("button", name="911", exact=True).click()
    before = seq(stage)
    stage.page.get_by_role("button", name="Yes, get 911 now").click()
    answered(stage, before)
    assert "call_911" in stage.console.desk.practice.call.done


def test_how_sure_one_was_of_911_is_asked_afterwards(show: Open) -> None:
    """The question waits beside the call and is answered without stopping anything."""
    stage = show()
    dial(stage)
    stage.page.keyboard.press("F9")
    strike(stage, "y")
    press(stage, "Stay on the line")
    stage.page.get_by_label("80%").check()
    press(stage, "Save how sure I am")
    assert stage.console.desk.practice.call.moves[-1].confidence == 80
    assert stage.page.get_by_text("When you have a moment").count() == 0


def test_a_call_goes_on_after_a_new_start(show: Open, tmp_path: Path) -> None:
    """A second desk on the same records, as after a kill, offers the call and shows every line of it."""
    first = show()
    dial(first)
    say(first, "greet_introduce. ask_fever")
    lines = first.page.get_by_role("log").inner_text()
    second = show(scenario=None)
    press(second, "Resume A small call for the desk")
    assert second.page.get_by_role("log").inner_text() == lines


def test_trying_again_from_a_move(show: Open) -> None:
    """The debrief leads back into the call, with what was said before that move."""
    stage = show(scenario=None, variant="quiet")
    by_mouse(stage)
    stage.page.get_by_role("button", name="Try again from").nth(1).click()
    stage.page.get_by_role("log").wait_for()
    assert [line["text"] for line in stage.console.view["lines"] if line["side"] == "mine"] == [
        "Hello, this is your care manager calling from the clinic."
    ]


def test_evidence_leads_to_its_line(show: Open) -> None:
    """A click on the evidence of a row puts the focus on that line of the call."""
    stage = show(scenario=None, variant="quiet")
    by_mouse(stage)
    stage.page.locator(".evidence button").first.click()
    assert stage.page.evaluate("document.activeElement.dataset.move") is not None


def test_a_call_is_left_in_two_steps_and_kindly(show: Open) -> None:
    """The button, one question, then words for the person; no score."""
    stage = show()
    dial(stage)
    stage.page.get_by_role("button", name="This call is hard for me").click()
    press(stage, "Leave this call")
    assert stage.page.get_by_text("call or text 988").count() == 1
    assert focused(stage) == "You left the call"


def test_a_pause_hides_the_conversation(show: Open) -> None:
    """Nothing that was said or stands in the chart is on the page, and the same place is there afterwards."""
    stage = show()
    dial(stage)
    say(stage, "ask_address")
    press(stage, "Pause the call")
    shown = stage.page.locator("body").inner_text()
    assert "At home." not in shown
    assert stage.console.desk.practice.call.chart.placeholders()["last_name"] not in shown
    press(stage, "Go on with the call")
    assert "At home." in stage.page.get_by_role("log").inner_text()
