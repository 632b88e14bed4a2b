"""The parts of the console, one truth each: chips, proposals, notes, keys, drafts, markup, a kernel that is gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.harness import NARROW, Stage
from tests.browser.journeys import SAY, answered, dial, focused, press, say, seq, strike

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]


@pytest.fixture
def talking(show: Open) -> Stage:
    """Return a desk with the line open."""
    stage = show(variant="quiet")
    dial(stage)
    return stage


def mine(stage: Stage) -> list[str]:
    """Return what the care manager is shown to have said."""
    return stage.page.locator(".log .line.mine .said").all_inner_texts()


# -- saying ------------------------------------------------------------------------------------------------------------


def test_a_key_picks_what_was_meant(talking: Stage) -> None:
    """Unsure words give chips; the second is picked by 2, and the focus is back at the text."""
    say(talking, "?ask_fever,ask_address,ask_onset")
    assert focused(talking).startswith("1")
    strike(talking, "2")
    assert talking.console.desk.practice.call.moves[0].intent == "ask_address"
    assert focused(talking) == SAY


def test_none_of_these_gives_the_words_back(talking: Stage) -> None:
    """0 says nothing and leaves the words in the box."""
    say(talking, "?ask_fever,ask_address")
    strike(talking, "0")
    assert mine(talking) == []
    assert talking.page.get_by_label(SAY).input_value() == "?ask_fever,ask_address"


def test_words_nobody_understood_stay_in_the_box(talking: Stage) -> None:
    """They can be put another way, and a status says so."""
    say(talking, "mumble mumble")
    assert talking.page.get_by_label(SAY).input_value() == "mumble mumble"
    assert "not understood" in talking.page.locator("#simcare-say-help").inner_text()


def test_what_is_typed_while_the_answer_comes_is_the_next_line(talking: Stage) -> None:
    """Nothing typed after Enter is lost, and none of it is glued to what was just said."""
    before = seq(talking)
    talking.page.get_by_label(SAY).fill("greet_introduce")
    talking.page.keyboard.press("Enter")
    talking.page.keyboard.type("ask_fever")
    answered(talking, before)
    assert (mine(talking), talking.page.get_by_label(SAY).input_value()) == (["greet_introduce"], "ask_fever")


def test_words_that_were_given_back_are_typed_over(talking: Stage) -> None:
    """They stand in the box, marked, so that another wording takes their place."""
    say(talking, "mumble mumble")
    talking.page.keyboard.type("ask_fever")
    assert talking.page.get_by_label(SAY).input_value() == "ask_fever"


def test_typing_goes_to_the_box_after_a_decision(talking: Stage) -> None:
    """After 911 the focus is on the next step; a letter typed there begins the next line."""
    talking.page.keyboard.press("F9")
    strike(talking, "y")
    assert focused(talking) == "Stay on the line"
    talking.page.keyboard.type("ask_fever")
    assert (focused(talking), talking.page.get_by_label(SAY).input_value()) == (SAY, "ask_fever")


def test_text_proposes_and_a_key_confirms(talking: Stage) -> None:
    """Words alone do nothing; Y does it."""
    say(talking, "act_call_911")
    assert "call_911" not in talking.console.desk.practice.call.done
    strike(talking, "y")
    assert "call_911" in talking.console.desk.practice.call.done


def test_a_key_dismisses_a_proposal(talking: Stage) -> None:
    """N takes the question away and does nothing."""
    say(talking, "act_call_911")
    strike(talking, "n")
    assert talking.page.get_by_text("Words alone do nothing").count() == 0
    assert "call_911" not in talking.console.desk.practice.call.done


def test_a_held_key_confirms_nothing(talking: Stage) -> None:
    """A key that repeats because it is held is not a confirmation."""
    say(talking, "act_call_911")
    talking.page.evaluate(
        """() => document.activeElement.dispatchEvent(
             new KeyboardEvent("keydown", {key: "y", repeat: true, bubbles: true, cancelable: true}))"""
    )
    assert "call_911" not in talking.console.desk.practice.call.done


def test_a_proposed_transfer_opens_its_form(talking: Stage) -> None:
    """What needs a note asks for it before anything is done."""
    say(talking, "act_warm_transfer_rn")
    talking.page.keyboard.press("y")
    assert focused(talking) == "Bring in the nurse now"
    assert "warm_transfer_rn" not in talking.console.desk.practice.call.done


def test_typing_letters_and_digits_never_acts(talking: Stage) -> None:
    """With a question open, y, n, 1 and / in the text box are only text."""
    say(talking, "act_call_911")
    box = talking.page.get_by_label(SAY)
    box.click()
    talking.page.keyboard.type("yn1/?")
    assert box.input_value() == "yn1/?"
    assert "call_911" not in talking.console.desk.practice.call.done


def test_single_keys_can_be_turned_off(talking: Stage) -> None:
    """Whoever speaks to the computer turns them off, and then no letter outside a text box acts."""
    talking.page.get_by_role("button", name="Keys and help").click()
    talking.page.get_by_label("Single keys work outside text boxes").uncheck()
    talking.page.keyboard.press("Escape")
    say(talking, "act_call_911")
    talking.page.keyboard.press("y")
    talking.page.keyboard.press("?")
    assert talking.page.get_by_role("dialog").count() == 0
    assert "call_911" not in talking.console.desk.practice.call.done


def test_keys_do_not_leave_the_desk(talking: Stage) -> None:
    """JupyterLab acts on keys that reach the document: none of ours does."""
    talking.page.evaluate("() => { window.leaked = []; document.onkeydown = (event) => leaked.push(event.key); }")
    talking.page.get_by_label(SAY).press("d")
    talking.page.get_by_role("log").press("d")
    assert talking.page.evaluate("window.leaked") == []
    assert talking.page.locator(".simcare-console").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_a_phrase_is_found_and_said_by_keys(talking: Stage) -> None:
    """Filter, arrow down, Enter: the second phrase found is said."""
    talking.page.get_by_label(SAY).press("ArrowDown")
    talking.page.keyboard.type("pain")
    second = talking.page.get_by_role("option").nth(1).inner_text()
    talking.page.keyboard.press("ArrowDown")
    assert talking.page.get_by_role("option", selected=True).inner_text() == second
    strike(talking, "Enter")
    assert mine(talking) == [second]


def test_the_list_speaks_to_a_screen_reader(talking: Stage) -> None:
    """The box is a combobox whose active option is a real, selected option of its listbox."""
    talking.page.get_by_label(SAY).press("ArrowDown")
    box = talking.page.get_by_role("combobox")
    active = talking.page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("role") == "option"
    assert active.get_attribute("aria-selected") == "true"
    assert talking.page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"


def test_every_phrase_of_the_library_is_in_the_list(talking: Stage) -> None:
    """The list is whole, so it tells nothing about this call."""
    talking.page.get_by_role("button", name="Find a phrase").click()
    library = talking.console.desk.practice.call.script.intents.intents
    assert talking.page.get_by_role("option").count() == len(library)


def test_new_lines_are_added_to_a_polite_log(talking: Stage) -> None:
    """A screen reader hears what is new and only that: old lines stay the same elements."""
    log = talking.page.get_by_role("log")
    assert log.get_attribute("aria-live") == "polite"
    talking.page.evaluate(
        """() => { window.added = []; new MutationObserver((all) => all.forEach((one) =>
             one.addedNodes.forEach((node) => window.added.push(node.textContent)))).observe(
             document.querySelector("[role=log]"), {childList: true}); }"""
    )
    say(talking, "greet_introduce")
    added = talking.page.evaluate("window.added")
    assert len(added) == 2
    assert "Hello, dear." in added[1]


def test_a_double_press_does_a_thing_once(talking: Stage) -> None:
    """Two quick clicks are one move."""
    talking.page.get_by_role("button", name="Other lines").click()
    before = seq(talking)
    talking.page.evaluate(
        """() => { const at = [...document.querySelectorAll("button")].find(
                     (button) => button.textContent === "Call the pharmacy");
                   at.click(); at.click(); }"""
    )
    answered(talking, before)
    assert len(talking.console.desk.practice.call.moves) == 1


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_a_decision_asks_how_sure_one_is_before_it_is_done(talking: Stage) -> None:
    """Without an answer the form says what is missing, and nothing is done."""
    talking.page.get_by_role("button", name="Reinforce the care plan").click()
    talking.page.locator("form.decision button[type=submit]").click()
    assert focused(talking) == "Choose how sure you are, then do it."
    assert talking.console.desk.practice.call.moves == []


def test_the_sbar_note_is_sent_as_written(talking: Stage) -> None:
    """Four texts, the facts claimed and the confidence arrive in the move."""
    say(talking, "verify_identity. ask_swelling_redness")
    talking.page.get_by_role("button", name="Bring in the nurse now").click()
    for label in ("Situation", "Background", "Assessment", "Request"):
        talking.page.get_by_label(label).fill(f"{label} text")
    talking.page.get_by_label("How the knee looks").check()
    talking.page.get_by_label("70%").check()
    before = seq(talking)
    talking.page.locator("form.decision button[type=submit]").click()
    answered(talking, before)
    move = talking.console.desk.practice.call.moves[-1]
    assert move.sbar.model_dump() == {
        "S": "Situation text",
        "B": "Background text",
        "A": "Assessment text",
        "R": "Request text",
        "facts": ("knee",),
    }
    assert move.confidence == 70


def test_a_form_survives_what_happens_beside_it(talking: Stage) -> None:
    """Saying something while the note is half written loses no word of it."""
    talking.page.get_by_role("button", name="Bring in the nurse now").click()
    talking.page.get_by_label("Situation").fill("Half a note")
    say(talking, "greet_introduce")
    assert talking.page.get_by_label("Situation").input_value() == "Half a note"


def test_the_end_of_the_call_is_confirmed(talking: Stage) -> None:
    """One press does not hang up."""
    talking.page.get_by_role("button", name="End the call").click()
    talking.page.get_by_role("dialog").get_by_role("button", name="Not now").click()
    assert talking.console.desk.phase == "call"


def test_a_closed_dialog_gives_the_focus_back(talking: Stage) -> None:
    """Escape leads back to the button that opened it."""
    talking.page.get_by_role("button", name="End the call").focus()
    talking.page.keyboard.press("Enter")
    talking.page.keyboard.press("Escape")
    assert focused(talking) == "End the call"


def test_the_coach_leads_through_the_guided_call(talking: Stage) -> None:
    """The hint changes with what was done."""
    assert "Say who you are" in talking.page.locator(".coach").inner_text()
    say(talking, "greet_introduce")
    assert "Ask about the knee" in talking.page.locator(".coach").inner_text()


def test_the_clock_shows_the_calls_own_time(talking: Stage) -> None:
    """After a move the face shows the engine's seconds, and it does not run by itself."""
    say(talking, "greet_introduce")
    face = talking.page.get_by_role("timer")
    assert face.inner_text() == "0:08"
    talking.page.wait_for_timeout(1200)
    assert face.inner_text() == "0:08"


def test_the_minutes_add_to_the_month(talking: Stage) -> None:
    """Changing the minutes moves the bar at once."""
    talking.page.get_by_role("button", name="End the call").click()
    strike(talking, "y")
    talking.page.get_by_label("Minutes for the month").fill("8")
    assert "20 of 20 minutes" in talking.page.locator(".month").inner_text()


# -- what may go wrong -------------------------------------------------------------------------------------------------


def test_a_dead_kernel_is_told_and_the_words_are_kept(talking: Stage) -> None:
    """Sending throws when the kernel is gone: an alert says what to do, the text stays in the box."""
    talking.page.evaluate("window.kernel.dead = true")
    box = talking.page.get_by_label(SAY)
    box.fill("Are you still there?")
    box.press("Enter")
    alert = talking.page.get_by_role("alert").first.inner_text()
    assert "every earlier move is saved" in alert
    assert "Resume" in alert
    assert box.input_value() == "Are you still there?"


def test_a_dead_kernel_keeps_a_half_written_note(talking: Stage) -> None:
    """The note stays in its form too."""
    talking.page.get_by_role("button", name="Bring in the nurse now").click()
    talking.page.get_by_label("Situation").fill("Knee is hot")
    talking.page.get_by_label("70%").check()
    talking.page.evaluate("window.kernel.dead = true")
    talking.page.locator("form.decision button[type=submit]").click()
    assert talking.page.get_by_text("every earlier move is saved").count() == 1
    assert talking.page.get_by_label("Situation").input_value() == "Knee is hot"


def test_a_kernel_that_comes_back_is_spoken_to_again(talking: Stage) -> None:
    """The alert goes when an answer comes."""
    talking.page.evaluate("window.kernel.dead = true")
    talking.page.get_by_label(SAY).fill("greet_introduce")
    talking.page.get_by_label(SAY).press("Enter")
    talking.page.evaluate("window.kernel.dead = false")
    before = seq(talking)
    talking.page.get_by_label(SAY).press("Enter")
    answered(talking, before)
    assert mine(talking) == ["greet_introduce"]
    assert talking.page.get_by_text("every earlier move is saved").count() == 0


def test_markup_in_any_field_is_shown_as_text(show: Open) -> None:
    """Brief, chart, lines, facts, debrief, typed words and the learner's name: no element is made of any of them."""
    evil = '<img src=x onerror="window.hacked=99"><b>'
    stage = show(learner=evil, scenario="markup-everywhere", variant="only")
    screens = [stage.page.locator("body").inner_text()]
    dial(stage)
    say(stage, "ask_swelling_redness")
    say(stage, evil)
    stage.page.get_by_label(SAY).fill("")
    stage.page.get_by_role("button", name="Bring in the nurse now").click()
    stage.page.get_by_label("Situation").fill(evil)
    stage.page.get_by_label("60%").check()
    screens.append(stage.page.locator("body").inner_text())
    before = seq(stage)
    stage.page.locator("form.decision button[type=submit]").click()
    answered(stage, before)
    stage.page.get_by_role("button", name="End the call").click()
    strike(stage, "y")
    stage.page.get_by_label("What happened, what was said").fill(evil)
    press(stage, "Save the note")
    press(stage, "Finish and see the debrief")
    screens.append(stage.page.locator("body").inner_text())
    press(stage, "Next call")
    screens.append(stage.page.locator("body").inner_text())
    assert stage.page.evaluate("window.hacked") is None
    assert stage.page.locator("#desk :is(img, b, i, u, script, iframe, a)").count() == 0
    assert all("<img src=x" in screen for screen in screens)


def test_no_request_leaves_the_machine(show: Open) -> None:
    """A whole screen-to-screen walk asks the network for nothing."""
    stage = show(scenario=None)
    press(stage, "Open A small call for the desk")
    dial(stage)
    say(stage, "greet_introduce")
    press(stage, "Pause the call")
    assert stage.refused == []


def test_a_removed_widget_leaves_nothing_behind(talking: Stage) -> None:
    """Closing the cell's output takes the desk off the page and its listeners off the model."""
    talking.page.evaluate("window.dispose()")
    assert talking.page.locator(".simcare-console").count() == 0


def test_a_name_is_asked_once(show: Open) -> None:
    """The page remembers it: the next desk in the same browser opens at the list."""
    stage = show(learner=None, scenario=None, size=NARROW)
    stage.page.get_by_label("Your name or initials").fill("Dana")
    press(stage, "Go to the calls")
    assert stage.page.evaluate("localStorage.getItem('simcare.learner')") == "Dana"


def test_a_call_is_found_by_words_of_its_card(show: Open) -> None:
    """Words narrow the list of calls, the number found is told, and one that was tried can be left out."""
    stage = show(scenario=None)
    page = stage.page
    cards = page.locator(".call-card")
    every = cards.count()
    page.get_by_label("Find a call").fill("woman KNEES")
    assert cards.locator("h2").all_inner_texts() == ["Sore knees on the walking plan"]
    assert page.get_by_role("status").inner_text() == f"1 of {every} calls"
    page.get_by_label("Find a call").fill("tuesday")
    assert page.get_by_role("button", name="Open").first.get_attribute("aria-label") == "Open Mixed-up Tuesday"
    page.get_by_label("Find a call").fill("no such call")
    assert (cards.count(), page.get_by_text("No call fits").count()) == (0, 1)
    page.get_by_label("Find a call").fill("")
    page.get_by_label("Only calls I have not tried").check()
    assert cards.count() == every
    page.get_by_label("Find a call").fill("woman knees")
    strike(stage, "Enter")
    assert page.get_by_role("button", name="Dial").count() == 1
