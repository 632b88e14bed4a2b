"""The shift desk without a screen: from the name to the debrief, what is never shown, what a call asks of the shift."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcare.desk.shift.numbering import answers, number_of
from simcare.desk.shift.shift_desk import ShiftDesk
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.shifts import Shifts
from simcare.world.shift.library import load_shift
from simcare.world.shift.moves import AtDesk
from simcare.world.shift.playing import Shift
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
    """Send a message as the page would, and return the screen that answers it.

    Items and answers go by the author's names here, and by their numbers on the page.
    """
    shift = desk.worked.shift if desk.worked is not None else None
    if shift is not None and fields.get("item") in shift.cast:
        item = str(fields["item"])
        if "choice" in fields and kind == "answer":
            fields["choice"] = str(1 + answers(shift, item).index(str(fields["choice"])))
        fields["item"] = number_of(shift, item)
    desk.handle({"kind": kind, "seq": desk.screen()["seq"], **fields})
    return named(desk)


def named(desk: ShiftDesk) -> dict[str, Any]:
    """Return the screen with the author's names of the items in place of their numbers."""
    shown = desk.screen()
    if desk.worked is None:
        return shown
    names = {number_of(desk.worked.shift, item): item for item in desk.worked.shift.cast}
    return json.loads(re.sub(r'"item": "(\d+)"', lambda found: f'"item": "{names[found[1]]}"', json.dumps(shown)))


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
    assert (form["body"], sorted(answer["id"] for answer in form["answers"])) == (
        "URGENT! Where is my form?",
        ["1", "2"],
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
    words = json.dumps([desk.screen(), *seen])
    hidden = (
        "fits",
        "rude",
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


def test_items_and_answers_have_numbers_and_the_authors_names_open_nothing(sit_down: Sit) -> None:
    """A name such as `stroke` or `rude` would tell; items are numbered as they come, and what has not come has none."""
    desk = sit_down()
    begin(desk)
    cast = desk.worked.shift.cast  # type: ignore[union-attr]
    shown = desk.screen()
    assert sorted(item["item"] for item in [*shown["list"], *shown["inbox"]]) == ["1", "2", "3", "4"]
    assert len(cast) > 4
    for item in ("form", "nobody", str(len(cast)), "0", "-1", ["1"]):
        desk.handle({"kind": "read", "item": item, "seq": desk.screen()["seq"]})
        assert desk.screen()["alert"] == "This is not on your desk; reload the page."
    desk.handle({"kind": "read", "item": shown["list"][0]["item"], "seq": desk.screen()["seq"]})
    assert desk.screen()["alert"] == "This is no message."
    tell(desk, "read", item="form")
    before = desk.screen()["clock"]["t"]
    number = number_of(desk.worked.shift, "form")  # type: ignore[union-attr]
    for choice in ("sent", "3", "0", ""):
        desk.handle({"kind": "answer", "item": number, "choice": choice, "seq": desk.screen()["seq"]})
        assert desk.screen()["alert"] == "This message has no such answer; reload the page."
    assert desk.screen()["clock"]["t"] == before


def test_the_place_of_an_answer_does_not_tell_whether_it_fits() -> None:
    """Authors write the answer that fits first; on the page each place has it, by luck that stays for one shift."""
    material = load_shift("quiet-tuesday").material
    places: dict[str, set[int]] = {}
    for seed in range(12):
        shift = Shift(material, seed)
        for name, part in shift.cast.items():
            shown = answers(shift, name)
            assert (sorted(shown), answers(shift, name)) == (sorted(part.answers), shown)
            places.setdefault(name, set()).update(
                nth for nth, answer in enumerate(shown) if part.item.answers[answer].fits
            )
    assert places["placard"] == {0, 1}
    assert places["list_request"] == {0, 1, 2}


def test_there_is_no_debrief_before_the_end(sit_down: Sit, records: Records) -> None:
    """No message, however it is made, leads from an open shift to what it was about: not the whole, not a call."""
    desk = sit_down()
    begin(desk)
    tell(desk, "take", item="list")
    in_call(desk, "do", action="end_call")
    in_call(desk, "finish")
    (record,) = Shifts(records).shifts("Dana")
    for kind, more in (
        ("see", {"item": "list"}),
        ("back", {}),
        ("look", {"record": record.id}),
        ("branch", {"at": 0}),
        ("again", {}),
        ("begin", {}),
    ):
        shown = tell(desk, kind, **more)
        assert (shown["phase"], shown["alert"] is None) == ("desk", False), kind
    tell(desk, "pause")
    assert tell(desk, "back")["phase"] == tell(desk, "see", item="list")["phase"] == "paused"
    other = sit_down()
    shown = tell(other, "look", record=record.id)
    assert (shown["phase"], "was not finished" in shown["alert"]) == ("pick", True)
    for kind in ("unpause", "back", "finish", "see", "pause", "branch", "again", "begin", "call", "take"):
        assert tell(other, kind, item="list")["phase"] == "pick", kind
    tell(desk, "unpause")
    tell(desk, "cut_off")
    assert "was not finished" in tell(other, "look", record=record.id)["alert"]


def test_the_console_of_a_call_leads_nowhere_else(sit_down: Sit, records: Records) -> None:
    """What a call desk can do beside a call, other names and other calls above all, is not done in a shift."""
    theirs = Practice.begin(records, "Ann", "first-call", seed=1).attempt.id
    desk = sit_down()
    begin(desk)
    tell(desk, "take", item="list")
    view = desk.call()["view"]
    for kind, more in (
        ("hello", {"name": "Ann"}),
        ("who", {}),
        ("pick", {"scenario": "first-call"}),
        ("next", {}),
        ("set", {"exercise": "first-calls"}),
        ("resume", {"attempt": theirs}),
        ("close", {"attempt": theirs}),
        ("dial", {}),
        ("unpause", {}),
        ("calls", {}),
        ("branch", {"at": 0}),
        ("again", {}),
        (["say"], {}),
    ):
        shown = in_call(desk, kind, **more)  # type: ignore[arg-type]
        assert (shown["phase"], shown["learner"], shown["lines"]) == ("call", "Dana", view["lines"]), kind
    assert records.attempt(theirs).status == "open"


def test_a_page_names_shifts_of_the_list_and_never_a_file(sit_down: Sit) -> None:
    """A path opens nothing, and says nothing of what is there."""
    for path in (str(SMALL), "../../etc/passwd.yaml", "small-shift.yaml"):
        shown = tell(sit_down(), "pick", shift=path)
        assert (shown["phase"], shown["alert"]) == ("pick", "This shift is not in the list; pick one that is.")


def test_a_message_is_shown_only_when_it_was_read(sit_down: Sit) -> None:
    """Before that the list shows who wrote and about what."""
    shown = begin(sit_down())
    fax = next(item for item in shown["inbox"] if item["item"] == "fax")
    assert (fax["who"], fax["body"], fax["answers"], fax["may"]["read"]) == ("A hospital", "", [], True)


def test_a_double_click_counts_once(sit_down: Sit) -> None:
    """A message made from an older view is dropped."""
    desk = sit_down()
    begin(desk)
    form = number_of(desk.worked.shift, "form")  # type: ignore[union-attr]
    message = {"kind": "read", "item": form, "seq": desk.screen()["seq"]}
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
