"""A line heard in its call: what was done is told from then on, and not proposed again."""

from __future__ import annotations

from simcare.calls.call import Call
from simcare.calls.hearing import hear_in
from simcare.calls.listener import default_listener
from simcare.calls.moves import Do
from simcare.calls.opening import open_call
from simcare.scenarios.library import load_scenario


def overdose() -> Call:
    """Return the call with the mixed-up pillbox, just opened."""
    return open_call(load_scenario("mixed-up-tuesday").value, "both-sides", 3)


def test_saying_it_before_doing_it_proposes_it() -> None:
    """The words propose the action as long as nobody has done it."""
    (clause,) = hear_in(overdose(), "I am sending an ambulance to you", default_listener())
    assert clause.intent == "act_call_911"


def test_saying_it_after_doing_it_tells_what_happens_next() -> None:
    """Once 911 was called the same words explain, and nothing is proposed."""
    call = overdose()
    call.take(Do("call_911", 30, confidence=95))
    (clause,) = hear_in(call, "I am sending an ambulance to you", default_listener())
    assert (clause.intent, clause.negated) == ("explain_next", True)


def test_another_action_is_still_proposed() -> None:
    """What was done says nothing about what was not."""
    call = overdose()
    call.take(Do("call_911", 30, confidence=95))
    (clause,) = hear_in(call, "I'm bringing our nurse onto this call now", default_listener())
    assert clause.intent == "act_warm_transfer_rn"


def test_staying_may_be_said_again() -> None:
    """To stay is done minute by minute, and kind to say each time."""
    call = overdose()
    call.take(Do("call_911", 30, confidence=95))
    call.take(Do("stay_on_line", 60))
    (clause,) = hear_in(call, "I'm staying on the line with you", default_listener())
    assert clause.intent == "stay_on_line"


def test_what_was_done_is_no_chip() -> None:
    """When unsure the desk does not offer what was done already."""
    call = overdose()
    asked = "maybe I should call 911 for you"
    (before,) = hear_in(call, asked, default_listener())
    assert "act_call_911" in before.chips
    call.take(Do("call_911", 30, confidence=95))
    (after,) = hear_in(call, asked, default_listener())
    assert "act_call_911" not in after.chips
