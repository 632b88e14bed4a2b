"""The shift desk without a screen: from the name to the debrief, what is never shown, what a call asks of the shift."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcare.desk.shift.shift_desk import ShiftDesk
from simcare.training.records import Records
from simcare.training.shifts import Shifts
from simcare.world.shift.moves import AtDesk
from tests.desk.told import ToldListener

SMALL = Path(__file__).parents[1] / "world" / "shift" / "small_shift.yaml"
Sit = Callable[..., ShiftDesk]


@pytest.fixture(autouse=True)
def own_shifts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Put the tests' own shift beside ours."""
    (tmp_path / "library" / "shifts").mkdir(parents=True)
    (tmp_path / "library" / "shifts" / "small-shift.yaml").write_text(
        SMALL.read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path / "library"))


@pytest.fixture
def sit_down(records: Records) -> Sit:
    """Return a function that sits down at a shift desk on the same records."""
    return lambda learner="Dana": ShiftDesk(records, ToldListener(), learner=learner, seed=3)


def tell(desk: ShiftDesk, kind: str, **fields: object) -> dict[str, Any]:
    """Send a message as the page would, and return the screen that answers it."""
    desk.handle({"kind": kind, "seq": desk.screen()["seq"], **fields})
    return desk.screen()


def in_call(desk: ShiftDesk, kind: str, **fields: object) -> dict[str, Any]:
    """Send a message as the call console would, and return the console's view."""
    content = {"kind": kind, "seq": desk.call()["view"]["seq"], **fields}
    desk.handle({"kind": "call", "content": content})
    return desk.call().get("view", {})


def begin(desk: ShiftDesk) -> dict[str, Any]:
    """Begin the small shift."""
    tell(desk, "pick", shift="small-shift")
    return tell(desk, "begin")


def test_from_the_name_to_the_debrief(sit_down: Sit) -> None:
    """A name, a shift, its brief, a message read and answered, a call had and written down, the end, the debrief."""
    desk = sit_down(learner=None)
    assert desk.screen()["phase"] == "hello"
    shown = tell(desk, "hello", name="Dana")
    assert "small-shift" in [shift["id"] for shift in shown["shifts"]]
    assert tell(desk, "pick", shift="small-shift")["phase"] == "brief"
    shown = tell(desk, "begin")
    assert ([item["item"] for item in shown["list"]], [item["item"] for item in shown["inbox"]]) == (
        ["list", "later"],
        ["fax", "form"],
    )
    shown = tell(desk, "read", item="form")
    form = next(item for item in shown["inbox"] if item["item"] == "form")
    assert (form["body"], [answer["id"] for answer in form["answers"]]) == (
        "URGENT! Where is my form?",
        ["sent", "rude"],
    )
    shown = tell(desk, "answer", item="form", choice="sent")
    assert [item["words"] for item in shown["done"]] == ["You answered: It is on its way."]
    shown = tell(desk, "take", item="list")
    assert (shown["on_hand"]["item"], desk.call()["view"]["phase"]) == ("list", "call")
    in_call(desk, "say", text="greet_introduce. verify_identity")
    assert desk.screen()["clock"]["t"] == 30 + 60 + 28
    in_call(desk, "do", action="end_call")
    view = in_call(desk, "note", text="Spoke with him.", minutes=1)
    assert view["finish"]["words"] == "Put the call away and go on"
    in_call(desk, "finish")
    assert (desk.call(), desk.screen()["on_hand"], desk.screen()["notes"]) == ({}, None, [])
    shown = tell(desk, "finish")
    assert (shown["phase"], len(shown["calls"])) == ("debrief", 1)
    assert {lesson["item"] for lesson in shown["lessons"]} == {"text", "fax", "form"}


def test_nothing_on_the_desk_tells_what_is_urgent_or_true(sit_down: Sit) -> None:
    """No screen before the debrief holds a clue, a reason, a level, a variant, or which answer fits."""
    desk = sit_down()
    begin(desk)
    seen = [tell(desk, "read", item="fax"), tell(desk, "read", item="form"), tell(desk, "wait", seconds=300)]
    seen += [tell(desk, "read", item="text"), tell(desk, "answer", item="text", choice="sorry")]
    seen += [tell(desk, "take", item="list")]
    words = json.dumps(seen)
    hidden = (
        "fits",
        "urgent",
        "clue",
        "It is loud",
        "Nobody has seen it",
        "on-the-shelf",
        "L3_rn_now",
        "need",
        "stroke",
    )
    assert [word for word in hidden if word in words] == []


def test_a_message_is_shown_only_when_it_was_read(sit_down: Sit) -> None:
    """Before that the list shows who wrote and about what."""
    shown = begin(sit_down())
    fax = next(item for item in shown["inbox"] if item["item"] == "fax")
    assert (fax["who"], fax["body"], fax["answers"], fax["may"]["read"]) == ("A hospital", "", [], True)


def test_a_double_click_counts_once(sit_down: Sit) -> None:
    """A message made from an older view is dropped."""
    desk = sit_down()
    begin(desk)
    message = {"kind": "read", "item": "form", "seq": desk.screen()["seq"]}
    desk.handle(message)
    desk.handle(message)
    assert desk.screen()["clock"]["t"] == 30


def test_what_cannot_be_done_is_said(sit_down: Sit) -> None:
    """The alert is a sentence, and nothing happened."""
    desk = sit_down()
    begin(desk)
    shown = tell(desk, "answer", item="form", choice="sent")
    assert (shown["alert"], shown["clock"]["t"]) == ("Read the message first.", 0)


def test_the_call_asks_the_shift_to_pause_to_leave_and_to_put_it_away(sit_down: Sit) -> None:
    """Pausing hides everything and comes back to the call; leaving hands it over kindly."""
    desk = sit_down()
    begin(desk)
    tell(desk, "take", item="list")
    in_call(desk, "pause")
    assert (desk.phase, desk.call()) == ("paused", {})
    assert "Mr." not in json.dumps(desk.screen()) and "list" not in desk.screen()
    tell(desk, "unpause")
    assert desk.call()["view"]["phase"] == "call"
    in_call(desk, "leave")
    shown = desk.screen()
    assert (shown["on_hand"], shown["done"][0]["words"]) == (None, "A colleague took the call over")
    assert "Leaving it costs nothing" in shown["status"]


def test_a_new_desk_goes_on_where_the_old_one_was(sit_down: Sit, records: Records) -> None:
    """After a kill a new desk on the same records offers the shift and shows the same, in the middle of a call."""
    first = sit_down()
    begin(first)
    tell(first, "take", item="list")
    in_call(first, "say", text="greet_introduce")
    second = sit_down()
    (open_shift,) = second.screen()["resume"]
    tell(second, "resume", record=open_shift["record"])
    same = ("clock", "people", "list", "inbox", "done", "on_hand")
    assert {key: second.screen()[key] for key in same} == {key: first.screen()[key] for key in same}
    assert second.call()["view"]["lines"] == first.call()["view"]["lines"]


def test_work_on_from_a_moment_of_the_debrief(sit_down: Sit, records: Records) -> None:
    """A choice leads back to before it was made, as a shift of its own with the same luck."""
    desk = sit_down()
    begin(desk)
    tell(desk, "read", item="form")
    tell(desk, "answer", item="form", choice="rude")
    shown = tell(desk, "finish")
    choice = shown["choices"][1]
    shown = tell(desk, "branch", at=choice["move"])
    assert (shown["phase"], shown["clock"]["t"]) == ("desk", 30)
    assert [(each.status, each.branched_at) for each in Shifts(records).shifts("Dana")] == [
        ("open", 1),
        ("finished", None),
    ]


def test_each_call_keeps_its_own_debrief(sit_down: Sit) -> None:
    """It is seen from the shift's debrief, and one may work on from one of its moves, as from any of the shift's."""
    desk = sit_down()
    begin(desk)
    tell(desk, "read", item="form")
    tell(desk, "take", item="list")
    in_call(desk, "say", text="greet_introduce. verify_identity")
    in_call(desk, "do", action="end_call")
    in_call(desk, "finish")
    tell(desk, "finish")
    assert tell(desk, "see", item="list")["phase"] == "seen"
    view = desk.call()["view"]
    assert (view["phase"], view["next_words"], view["again"]) == ("debrief", "Back to the shift", False)
    assert [line["move"] for line in view["timeline"] if line["branch"]] == [0, 1, 2]
    in_call(desk, "calls")
    assert desk.phase == "debrief"
    tell(desk, "see", item="list")
    in_call(desk, "branch", at=1)
    shift = desk.worked.shift  # type: ignore[union-attr]
    assert (desk.phase, len(shift.moves), len(shift.on_hand.call.moves)) == ("desk", 3, 1)  # type: ignore[union-attr]
    assert tell(desk, "see", item="nobody")["alert"] is not None


def test_an_old_debrief_is_seen_again(sit_down: Sit) -> None:
    """A finished shift stands on the list with its score, shows the same debrief, and may be worked on from there."""
    desk = sit_down()
    begin(desk)
    tell(desk, "read", item="form")
    before = tell(desk, "finish")
    again = sit_down()
    (past,) = again.screen()["past"]
    shown = tell(again, "look", record=past["record"])
    same = ("phase", "result", "lessons", "lanes", "groups", "choices")
    assert {key: shown[key] for key in same} == {key: before[key] for key in same}
    assert tell(again, "branch", at=0)["clock"]["t"] == 0


def test_a_shift_cut_off_before_its_debrief_goes_on_to_it(sit_down: Sit, records: Records) -> None:
    """Ended and not yet judged, as after a kill at that moment: resuming judges it."""
    desk = sit_down()
    begin(desk)
    desk.worked.take(AtDesk("end"))  # type: ignore[union-attr]
    second = sit_down()
    shown = tell(second, "resume", record=second.screen()["resume"][0]["record"])
    assert (shown["phase"], Shifts(records).shifts("Dana")[0].status) == ("debrief", "finished")


def test_nobody_opens_the_shift_of_somebody_else(sit_down: Sit, records: Records) -> None:
    """An id that is not one's own is refused, and who signed in stays who they are."""
    begin(sit_down())
    (theirs,) = Shifts(records).shifts("Dana")
    other = ShiftDesk(records, ToldListener(), learner="Ann", signed_in=True)
    for kind in ("resume", "look", "drop"):
        assert "none of your shifts" in str(tell(other, kind, record=theirs.id)["alert"])
    assert Shifts(records).shift(theirs.id).status == "open"
    assert tell(other, "who")["learner"] == "Ann"


def test_a_desk_may_open_at_a_shift(records: Records) -> None:
    """With a shift named it begins at its brief, and one that is not there is told."""
    desk = ShiftDesk(records, ToldListener(), learner="Dana", shift="small-shift")
    assert desk.screen()["title"] == "A small shift"
    lost = ShiftDesk(records, ToldListener(), learner="Dana", shift="small-shaft").screen()
    assert (lost["phase"], "did you mean 'small-shift'" in str(lost["alert"])) == ("pick", True)


def test_a_shift_may_be_left(sit_down: Sit, records: Records) -> None:
    """Too much today: it is closed without a score and with a kind word."""
    desk = sit_down()
    begin(desk)
    shown = tell(desk, "cut_off")
    assert (shown["phase"], Shifts(records).shifts("Dana")[0].status) == ("left", "left")
    assert "988" in json.dumps(shown["words"])


SET = """\
simcare_exercise: 1
id: {mode}
title: The small {mode}
about: For the tests.
mode: {mode}
items: [{{shift: small-shift}}]
pass_mark:
  source: A test
  confidence: assumption
  judges: [{{name: One, estimates: {{shift/small-shift: 50}}}}]
"""


@pytest.fixture
def own_sets(own_shifts: None, tmp_path: Path) -> None:
    """Put a practice set and an assessment of the small shift beside it."""
    folder = tmp_path / "library" / "exercises"
    folder.mkdir()
    for mode in ("practice", "assessment"):
        (folder / f"{mode}.yaml").write_text(SET.format(mode=mode), encoding="utf-8")


def worked_to_the_end(desk: ShiftDesk) -> dict[str, Any]:
    """Begin the shift at the desk, have one of its calls, and end it."""
    tell(desk, "begin")
    tell(desk, "take", item="list")
    in_call(desk, "do", action="end_call")
    in_call(desk, "finish")
    return tell(desk, "finish")


def test_a_shift_is_worked_for_an_exercise(sit_down: Sit, records: Records, own_sets: None) -> None:
    """The list offers it; the record carries the exercise; after it, the exercise is done, and not before."""
    desk = sit_down()
    shown = desk.screen()["sets"]
    assert {(each["id"], each["shift"], each["words"]) for each in shown} == {
        ("practice", "A small shift", "1 shift; pass it."),
        ("assessment", "A small shift", "1 shift; pass it."),
    }
    brief = tell(desk, "set", exercise="practice")
    assert (brief["phase"], brief["exercise"]["title"], brief["exercise"]["words"]) == (
        "brief",
        "The small practice",
        None,
    )
    debrief = worked_to_the_end(desk)
    assert (debrief["exercise"]["id"], debrief["rewind"], debrief["choices"] != []) == ("practice", True, True)
    [record] = Shifts(records).shifts("Dana")
    assert (record.exercise, record.status) == ("practice", "finished")
    after = next(each for each in tell(desk, "shifts")["sets"] if each["id"] == "practice")
    assert after["words"] == "1 of 1 shifts done, 0 passed; 1 needed."


def test_a_shift_picked_from_the_list_belongs_to_no_exercise(sit_down: Sit, records: Records, own_sets: None) -> None:
    """Also after one looked at the brief of an exercise's shift."""
    desk = sit_down()
    tell(desk, "set", exercise="practice")
    tell(desk, "shifts")
    assert tell(desk, "pick", shift="small-shift")["exercise"] is None
    tell(desk, "begin")
    assert Shifts(records).shifts("Dana")[0].exercise is None


def test_an_assessed_shift_has_no_going_back(sit_down: Sit, records: Records, own_sets: None) -> None:
    """No moment is offered, neither in the shift's debrief nor in a call's, and messages for one are refused."""
    desk = sit_down()
    brief = tell(desk, "set", exercise="assessment")
    assert "no going back" in brief["exercise"]["words"]
    debrief = worked_to_the_end(desk)
    assert (debrief["rewind"], debrief["choices"]) == (False, [])
    for kind, more in (("branch", {"at": 0}), ("again", {})):
        refused = tell(desk, kind, **more)
        assert (refused["phase"], "no going back" in (refused["alert"] or "")) == ("debrief", True)
    tell(desk, "see", item="list")
    assert desk.call()["view"]["rewind"] is False
    in_call(desk, "branch", at=0)
    assert "no going back" in (desk.screen()["alert"] or "")
    assert len(Shifts(records).shifts("Dana")) == 1


@pytest.mark.parametrize(("exercise", "why"), [("first-calls", "comes a call"), ("nothing", "not in the list")])
def test_an_exercise_without_a_shift_is_refused_in_words(sit_down: Sit, exercise: str, why: str) -> None:
    """A message that no page sends is answered, and nothing is opened."""
    shown = tell(sit_down(), "set", exercise=exercise)
    assert (shown["phase"], why in (shown["alert"] or "")) == ("pick", True)
