"""What words proposed is kept until it is answered, the highest rung first; and what was not said is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pytest

from simcare.calls.listener import Listener, default_listener, ngram_listener
from simcare.desk.call_desk import CallDesk
from simcare.scenarios import intents as intent_files
from simcare.training.records import Records
from tests.desk.told import tell

Sit = Callable[..., CallDesk]


def in_call(sit: Sit) -> CallDesk:
    """Return a desk with the line open."""
    desk = sit()
    tell(desk, "dial")
    return desk


@lru_cache
def listener(engine: str) -> Listener:
    """Return one of the two listeners."""
    return default_listener() if engine == "meaning" else ngram_listener(intent_files.load())


def offered(records: Records, engine: str, text: str, scenario: str = "mixed-up-tuesday") -> str | None:
    """Return the action that the desk asks to confirm after a typed line in a fresh call."""
    desk = CallDesk(records, listener(engine), learner="Dana", scenario=scenario, seed=3)
    tell(desk, "dial")
    proposal = tell(desk, "say", text=text)["proposal"]
    return proposal and proposal["action"]


MEANT = (
    ("Mr. Smith I'm going to call 911 for you right now, stay on the phone with me.", "call_911"),
    ("Mr Griffin I am calling 911 right now and I'm staying on the phone with you.", "call_911"),
    ("I'm calling 911. Don't hang up.", "call_911"),
    ("I'm calling an ambulance and I'll stay with you.", "call_911"),
    ("Mr, I am calling 911 for you and staying on the line.", "call_911"),
    ("I need to call 911, is that okay?", "call_911"),
    ("I'm getting the nurse on the phone and calling an ambulance, is that alright?", "call_911"),
    ("I'm going to call 911 and then get the nurse.", "call_911"),
    ("I'm calling 911. Is that all right with you, Mr. Smith?", "call_911"),
    ("stay with me, I'm sending the paramedics, dont hang up", "call_911"),
    ("I'm getting an ambulance for you right now. You are not alone. I won't go anywhere.", "call_911"),
    ("911 is on speaker in a second, I am calling 911, do you understand me?", "call_911"),
    ("I am calling 911, do you hear me?", "call_911"),
    ("Hello Mr. Smith. This is Kim. Sit down. Stay with me. Keep breathing. I'm calling 911 now.", "call_911"),
    ("I'm going to get the nurse on right now and I'll stay on with you.", "warm_transfer_rn"),
    ("Let me get the nurse. Don't hang up.", "warm_transfer_rn"),
    ("I want to bring our nurse on, would that be okay with you?", "warm_transfer_rn"),
)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["meaning", "ngram"])
@pytest.mark.parametrize(("text", "action"), MEANT, ids=[text for text, _ in MEANT])
def test_911_and_the_nurse_are_offered_whatever_else_the_line_says(
    records: Records, engine: str, text: str, action: str
) -> None:
    """A promise to stay, a name or "is that okay?" never takes the confirmation away."""
    assert offered(records, engine, text) == action


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["meaning", "ngram"])
@pytest.mark.parametrize(
    "text",
    [
        "I'm not going to call 911. Stay with me.",
        "There is no need for a nurse, I'll stay on the line with you.",
        "You can hang up now",
        "maybe I should call 911",
        "Should I call 911, is that what you want?",
        "I'm not calling 911, okay?",
    ],
)
def test_what_is_not_meant_is_not_offered(records: Records, engine: str, text: str) -> None:
    """Neither a denial nor a question opens a confirmation."""
    assert offered(records, engine, text) is None


def test_the_highest_rung_is_asked_about_first(sit: Sit) -> None:
    """What was said with it waits, and is asked about when the first is answered."""
    desk = in_call(sit)
    screen = tell(desk, "say", text="offer_transport. act_call_911. act_warm_transfer_rn. stay_on_line")
    assert screen["proposal"]["action"] == "call_911"
    assert tell(desk, "do", action="call_911")["proposal"]["action"] == "warm_transfer_rn"
    assert tell(desk, "dismiss")["proposal"]["action"] == "book_ride"
    assert tell(desk, "dismiss")["proposal"] is None


def test_staying_takes_no_confirmation_away(sit: Sit) -> None:
    """A promise to stay stands below everything that helps."""
    desk = in_call(sit)
    assert tell(desk, "say", text="offer_transport. stay_on_line")["proposal"]["action"] == "book_ride"


def test_a_question_about_one_clause_does_not_hide_what_another_proposes(sit: Sit) -> None:
    """Chips and confirmation stand together, and 911 needs no answer first."""
    desk = in_call(sit)
    screen = tell(desk, "say", text="?ask_fever,ask_address. greet_introduce. act_call_911")
    assert screen["proposal"]["action"] == "call_911"
    assert [option["intent"] for option in screen["chips"]["options"]] == ["ask_fever", "ask_address"]


def test_after_the_action_what_waited_is_said_and_what_was_unclear_is_told(sit: Sit) -> None:
    """Nothing of a line is lost in silence."""
    desk = in_call(sit)
    tell(desk, "say", text="?ask_fever,ask_address. greet_introduce. act_call_911")
    screen = tell(desk, "do", action="call_911")
    assert screen["chips"] is None
    assert "?ask_fever,ask_address" in screen["status"]
    assert [line["text"] for line in screen["lines"] if line["side"] == "mine"] == ["act_call_911", "greet_introduce"]


def test_the_next_line_does_not_drop_an_open_proposal(sit: Sit) -> None:
    """It stays on the screen until it is answered."""
    desk = in_call(sit)
    tell(desk, "say", text="offer_transport")
    assert tell(desk, "say", text="ask_fever")["proposal"]["action"] == "book_ride"
    assert tell(desk, "say", text="blah blah")["proposal"]["action"] == "book_ride"


def test_ending_the_call_is_not_offered_for_long(sit: Sit) -> None:
    """Whoever speaks on after a goodbye has not ended the call."""
    desk = in_call(sit)
    assert tell(desk, "say", text="act_end_call")["proposal"]["action"] == "end_call"
    assert tell(desk, "say", text="ask_fever")["proposal"] is None


def test_words_given_back_are_cleared_when_something_is_done(sit: Sit) -> None:
    """The box is emptied, with a word that they were not said."""
    desk = in_call(sit)
    assert tell(desk, "say", text="blah blah")["draft"] == "blah blah"
    screen = tell(desk, "do", action="call_911")
    assert screen["draft"] == ""
    assert "blah blah" in screen["status"]


def test_a_proposal_beyond_the_fourth_clause_is_heard(sit: Sit) -> None:
    """A long speech is cut, but never before 911."""
    desk = in_call(sit)
    text = "ask_fever. ask_onset. ask_address. ask_severity. ask_triggers. act_call_911"
    assert tell(desk, "say", text=text)["proposal"]["action"] == "call_911"
