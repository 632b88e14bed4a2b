"""Practice next, exercises and assessments at the desk: what is offered, recorded, and refused in an assessment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcare.desk.call_desk import CallDesk
from simcare.training.records import Records
from tests.desk.told import LIBRARY, tell

Sit = Callable[..., CallDesk]
SET = """\
simcare_exercise: 1
id: {id}
title: {title}
about: A set for the tests.
mode: {mode}
needs: [{needs}]
items: [{{call: desk-check}}, {{call: lost-car}}]
pass_mark:
  source: A test
  confidence: assumption
  judges: [{{name: One, estimates: {{desk-check: 50, lost-car: 30}}}}]
"""


@pytest.fixture(autouse=True)
def exercises(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put a practice set, an assessment and a locked set into a program's folder, beside the tests' own calls."""
    folder = tmp_path / "program" / "exercises"
    folder.mkdir(parents=True)
    for name, title, mode, needs in (
        ("our-set", "Our set", "practice", ""),
        ("our-check", "Our check", "assessment", ""),
        ("our-later", "Our later set", "practice", "our-set"),
    ):
        text = SET.format(id=name, title=title, mode=mode, needs=needs)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", f"{LIBRARY}:{folder.parent}")
    return folder


def listed(sit: Sit) -> CallDesk:
    """Return a desk at the list of calls."""
    return sit(scenario=None, variant=None, seed=None)


def the_set(screen: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one exercise of the list."""
    return next(item for item in screen["sets"] if item["id"] == name)


def played(desk: CallDesk) -> dict[str, Any]:
    """Play the call at the desk to its debrief, well where it is the desk's own."""
    tell(desk, "dial")
    tell(desk, "say", text="greet_introduce. verify_identity. ask_swelling_redness. ask_med_name")
    tell(desk, "do", action="message_provider", sbar={"S": "a", "B": "b", "A": "c", "R": "d", "facts": ["knee"]})
    tell(desk, "do", action="end_call")
    tell(desk, "note", text="The knee looks like always.", facts=["knee"], minutes=3)
    return tell(desk, "finish")


def test_the_list_offers_a_call_to_practice_next_with_its_why(sit: Sit) -> None:
    """Somebody new is sent to a guided call; no variant is on the page."""
    found = listed(sit).screen()["next"]
    assert "shows you how the desk works" in found["why"]
    assert set(found) == {"scenario", "title", "why", "care"}


def test_practice_next_opens_its_brief(sit: Sit) -> None:
    """One press leads to the brief of the call that was offered, which belongs to no exercise."""
    desk = listed(sit)
    wanted = desk.screen()["next"]["title"]
    brief = tell(desk, "next")
    assert (brief["phase"], brief["head"]["title"], brief["exercise"]) == ("brief", wanted, None)


def test_after_some_calls_the_why_speaks_of_a_skill(sit: Sit, records: Records) -> None:
    """What was practiced decides, and the sentence says what for."""
    desk = sit(scenario="lost-car", variant=None)
    played(desk)
    found = tell(desk, "calls")["next"]
    assert found["scenario"] != "lost-car"
    assert "“" in found["why"]


def test_exercises_are_listed_with_where_one_stands(sit: Sit) -> None:
    """A new set can be begun; a locked one says what comes first and has no button."""
    screen = listed(sit).screen()
    assert (the_set(screen, "our-set")["press"], the_set(screen, "our-set")["words"]) == (
        "Begin",
        "2 calls; pass 1 of them.",
    )
    locked = the_set(screen, "our-later")
    assert (locked["press"], locked["words"]) == (None, "First pass “Our set”.")


def test_a_call_of_an_exercise_is_recorded_as_such_and_counts(sit: Sit, records: Records) -> None:
    """The attempt carries the exercise; the list then tells how far one is."""
    desk = listed(sit)
    brief = tell(desk, "set", exercise="our-set")
    assert brief["exercise"] == {"id": "our-set", "title": "Our set", "assessment": False, "words": None}
    debrief = played(desk)
    assert records.attempts("Dana")[0].exercise == "our-set"
    assert debrief["rewind"] is True
    found = the_set(tell(desk, "calls"), "our-set")
    assert (found["state"], found["press"], found["done"]) == ("begun", "Go on with", 1)
    assert tell(desk, "set", exercise="our-set")["head"]["title"] == "No car, mammogram on Thursday"


def test_a_locked_exercise_is_refused_in_words(sit: Sit) -> None:
    """A message the page would not send is answered, and nothing is opened."""
    screen = tell(listed(sit), "set", exercise="our-later")
    assert (screen["phase"], "is not open yet. First pass “Our set”" in screen["alert"]) == ("pick", True)


def test_a_desk_can_open_at_an_exercise(sit: Sit) -> None:
    """`simcare train --exercise` leads to the brief of the next call."""
    assert sit(scenario=None, variant=None, exercise="our-set").screen()["exercise"]["id"] == "our-set"
    late = sit(scenario=None, exercise="our-later").screen()
    assert (late["phase"], "is not open yet" in late["alert"]) == ("pick", True)


def test_an_assessment_offers_no_phrases(sit: Sit) -> None:
    """Unsure words are given back, where practice would offer three."""
    desk = listed(sit)
    tell(desk, "set", exercise="our-check")
    tell(desk, "dial")
    screen = tell(desk, "say", text="?ask_fever,ask_address,ask_onset")
    assert (screen["chips"], screen["draft"]) == (None, "?ask_fever,ask_address,ask_onset")


def test_an_assessment_says_so_and_shows_no_hint(sit: Sit) -> None:
    """The brief tells what is different; the coach of a guided call is silent."""
    brief = tell(listed(sit), "set", exercise="our-check")
    assert "no going back" in brief["exercise"]["words"]
    assert "certifies nothing" in brief["exercise"]["words"]
    assert brief["coach"] is None


def test_an_assessment_has_no_going_back(sit: Sit, records: Records) -> None:
    """Its debrief offers no branch, and the messages for one are refused."""
    desk = listed(sit)
    tell(desk, "set", exercise="our-check")
    debrief = played(desk)
    assert (debrief["rewind"], [line for line in debrief["timeline"] if line["branch"]]) == (False, [])
    for kind, fields in (("branch", {"at": 1}), ("again", {})):
        assert "no going back" in tell(desk, kind, **fields)["alert"]
    assert len(records.attempts("Dana")) == 1


def test_an_assessment_that_was_cut_off_is_resumed_as_one(sit: Sit, records: Records) -> None:
    """Opening the desk again is no way around."""
    desk = listed(sit)
    tell(desk, "set", exercise="our-check")
    tell(desk, "dial")
    tell(desk, "say", text="greet_introduce")
    again = listed(sit)
    tell(again, "resume", attempt=records.attempts("Dana")[0].id)
    assert tell(again, "say", text="?ask_fever,ask_address,ask_onset")["chips"] is None


def test_a_bad_exercise_keeps_no_other_from_being_practiced(sit: Sit, exercises: Path) -> None:
    """An author may save a set before it is whole."""
    (exercises / "half.yaml").write_text("simcare_exercise: 1\n", encoding="utf-8")
    assert "our-set" in [item["id"] for item in listed(sit).screen()["sets"]]


def test_a_call_left_as_too_hard_is_not_suggested_again(sit: Sit) -> None:
    """Whoever says that a call is hard for them is not sent back into it."""
    desk = listed(sit)
    first = desk.screen()["next"]["scenario"]
    tell(desk, "next")
    tell(desk, "dial")
    tell(desk, "leave")
    assert tell(desk, "calls")["next"]["scenario"] != first


def test_a_shift_of_an_exercise_is_worked_on_its_own_page(sit: Sit, exercises: Path) -> None:
    """The list says that a shift comes next; asked for it here, the desk stays at the list and says where to go."""
    text = SET.format(id="our-morning", title="Our morning", mode="practice", needs="")
    text = text.replace("call: desk-check", "shift: busy-monday").replace("desk-check: 50", "shift/busy-monday: 50")
    (exercises / "our-morning.yaml").write_text(text, encoding="utf-8")
    desk = listed(sit)
    found = the_set(desk.screen(), "our-morning")
    assert (found["shift"], found["words"]) == ("A busy Monday morning", "1 call and 1 shift; pass 1 of them.")
    screen = tell(desk, "set", exercise="our-morning")
    assert (screen["phase"], "the shift “A busy Monday morning”" in screen["alert"]) == ("pick", True)
    assert the_set(screen, "our-set")["shift"] is None
