"""One line matched for a program: the first choice, two more, and whether the desk would ask."""

from __future__ import annotations

import pytest

from simcare.calls.listener import LibraryListener, default_listener, ngram_listener
from simcare.calls.match import Match, match
from simcare.scenarios import intents as intent_files

LIBRARY = intent_files.load()
LISTENERS = {"meaning": default_listener(), "ngram": ngram_listener(LIBRARY)}


@pytest.fixture(params=LISTENERS)
def listener(request: pytest.FixtureRequest) -> LibraryListener:
    """Give each listener in turn."""
    return LISTENERS[request.param]


def test_a_clear_line_has_its_intent_and_two_others(listener: LibraryListener) -> None:
    """What is taken is not asked about; the others are different intents."""
    matched = match(listener, LIBRARY, "How bad is the pain from zero to ten?")
    assert (matched.intent, matched.asked_again, matched.action) == ("ask_severity", False, None)
    assert len({matched.intent, *matched.others}) == 3


def test_a_line_that_proposes_names_the_action(listener: LibraryListener) -> None:
    """The action is told even where another clause of the line is the surest."""
    matched = match(listener, LIBRARY, "I'm so sorry to hear that. I'm calling 911 for you now.")
    assert (matched.action, matched.asked_again) == ("call_911", False)


@pytest.mark.parametrize("text", ["I'm not going to call 911", "There is no need for a nurse", "You can hang up now"])
def test_a_denial_names_no_action(listener: LibraryListener, text: str) -> None:
    """Nothing is proposed and nothing is taken: the desk would ask."""
    matched = match(listener, LIBRARY, text)
    assert (matched.action, matched.asked_again) == (None, True)
    assert matched.intent not in ("act_call_911", "act_warm_transfer_rn", "act_end_call")


@pytest.mark.parametrize("text", ["", "   ", "zzzz qqqq", "?!"])
def test_what_means_nothing_has_no_intent(listener: LibraryListener, text: str) -> None:
    """An empty line and noise are matched to nothing, and asked about."""
    matched = match(listener, LIBRARY, text)
    assert (matched.intent, matched.others, matched.action, matched.asked_again) == (None, (), None, True)


def test_the_shape_is_published() -> None:
    """Programs may rely on these five keys."""
    assert Match("ask_fever", 0.9, ("ask_onset",), None, False).as_json() == {
        "intent": "ask_fever",
        "score": 0.9,
        "others": ["ask_onset"],
        "action": None,
        "asked_again": False,
    }
