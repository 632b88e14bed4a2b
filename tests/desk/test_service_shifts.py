"""The shift desk at the service for trainees: a whole shift from the page, and what it hides stays behind it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from simcare.calls.listener import default_listener
from simcare.desk.shift.numbering import number_of
from simcare.scenarios.model import Scenario
from simcare.training.records import Records
from simcare.training.working import WorkedShift
from simcare.world.shift.library import shift_files
from simcare.world.shift.playing import Shift
from tests.desk.program import PATIENCE_SECONDS
from tests.desk.serving import PREFIX, Guest, served

pytestmark = pytest.mark.slow
PLACE = "shifts/"
SBAR = {"S": "a", "B": "b", "A": "c", "R": "d"}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """Open empty records."""
    with Records.open(f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.sqlite'}") as opened:
        yield opened


@pytest.fixture(scope="module")
def root(records: Records) -> Iterator[str]:
    """Run the service on the whole library."""
    with served(records, default_listener()) as address:
        yield address


def begun(root: str, name: str, shift: str = "quiet-tuesday") -> Guest:
    """Return somebody who has begun a shift."""
    guest = Guest(root, name, PLACE)
    guest.tell("pick", shift=shift)
    guest.tell("begin")
    assert guest.view["phase"] == "desk"
    return guest


def open_shift(records: Records, guest: Guest) -> Shift:
    """Return the shift that somebody has open, as the records have it."""
    listed = Guest(guest.root, guest.name, PLACE)
    record = listed.tell("pause") and listed.tell("shifts")["resume"][0]["record"]
    listed.tell("resume", record=record)
    guest.look()
    return WorkedShift.resume(records, record).shift


def have_a_call(guest: Guest) -> None:
    """Phone the first of the list, say a few words, decide, and put the call away without a note."""
    guest.tell("take", item=guest.view["list"][0]["item"])
    for words in ("Hello, this is Dana from the care team.", "What is your date of birth?", "How is the pain?"):
        guest.tell_call("say", text=words)
        if guest.call.get("chips"):
            guest.tell_call("none")
    guest.tell_call("do", action="message_provider", confidence=80, sbar=SBAR)
    guest.tell_call("do", action="end_call")
    assert guest.call["phase"] == "wrap"
    guest.tell_call("finish")
    assert guest.view["on_hand"] is None


def everything(guest: Guest) -> None:
    """Work the whole shift: read and answer what comes, phone, answer lines, wait until it is over."""
    while not guest.view["clock"]["over"]:
        unread = next((item for item in guest.view["inbox"] if item["may"]["read"]), None)
        if guest.view["lines"]:
            line = guest.view["lines"][0]
            guest.tell("take" if line["may"]["take"] else "hand", item=line["item"], choice="nurse")
            if guest.view["on_hand"]:
                guest.tell_call("leave")
        elif unread is not None:
            guest.tell("read", item=unread["item"])
            (item,) = (each for each in guest.view["inbox"] if each["item"] == unread["item"])
            if item["answers"]:
                guest.tell("answer", item=item["item"], choice=item["answers"][0]["id"])
        else:
            guest.tell("wait", seconds=300)


def hidden_in(shift: Shift) -> dict[str, list[str]]:
    """Return what the material of a shift holds that a page must not have before the end, by kind."""
    spec = shift.spec
    answers = [answer for item in spec.items.values() for answer in item.answers.values()]
    urgent = [item.urgent for item in spec.items.values() if item.urgent is not None]
    parts = [part for part in shift.cast.values() if part.opened is not None]
    scenarios: list[Scenario] = [part.opened.script.scenario for part in parts if part.opened is not None]
    found = {
        "why an answer fits or not": [answer.why for answer in answers if answer.why],
        "why something is urgent": [each.why for each in urgent],
        "where that is from": [each.source for each in urgent if each.source],
        "rubric rows": [row.label for scenario in scenarios for row in scenario.rubric.values()],
        "truths": [variant.truth for scenario in scenarios for variant in scenario.variants.values()],
        "names of variants": [part.variant for part in parts if "-" in part.variant],
        "names of items": [f'"item": "{name}"' for name in shift.cast],
        "names of answers": [f'"id": "{name}"' for part in shift.cast.values() for name in part.answers],
    }
    assert all(found.values())
    return found


def in_words(hidden: Mapping[str, list[str]], heard: str) -> list[tuple[str, str]]:
    """Return what stands in an answer of the service, with its kind."""
    return [
        (kind, text)
        for kind, texts in hidden.items()
        for text in texts
        if (text if text.startswith('"') else json.dumps(text)[1:-1]) in heard
    ]


def test_a_shift_is_worked_from_the_page(root: str) -> None:
    """From the list to the debrief with messages alone: a call is had in it, and the model works it beside the page."""
    guest = begun(root, "dana")
    assert (guest.view["learner"], guest.view["signed_in"]) == ("dana", True)
    have_a_call(guest)
    assert guest.tell("finish")["phase"] == "debrief"
    (call,) = guest.view["calls"]
    assert guest.progress["of"] == 200
    assert guest.tell("see", item=call["item"])["phase"] == "seen"
    assert guest.call["phase"] == "debrief"
    guest.tell_call("calls")
    assert guest.view["phase"] == "debrief"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while guest.look()["twin"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert (guest.progress, "worked 200 times" in guest.view["twin"]["words"]) == ({}, True)


def test_the_sheet_of_a_call_travels_once(root: str) -> None:
    """The chart and the phrases come with the call and not with each of its answers."""
    guest = begun(root, "sheet")
    guest.tell("take", item=guest.view["list"][0]["item"])
    before = len(guest.heard)
    for _ in range(3):
        guest.tell_call("intent", intent="ask_med_dose")
    assert guest.sheet["chart"] and not any('"sheet":' in text for text in guest.heard[before:])


@pytest.mark.parametrize("name", sorted(shift_files()))
def test_nothing_that_a_shift_hides_is_in_any_answer(root: str, records: Records, name: str) -> None:
    """Until the debrief: no clue, no reason, no rubric, no truth, no author's name, and nothing that is yet to come."""
    guest = begun(root, f"looks-at-{name}", name)
    shift = open_shift(records, guest)
    later = [part for part in shift.cast.values() if part.at > 0]
    assert later
    first = "\n".join(guest.heard)
    to_come = [text for part in later for text in (part.who, part.body, part.item.subject) if text]
    now = {part.who for part in shift.cast.values() if part.at == 0}
    assert [text for text in to_come if text not in now and json.dumps(text)[1:-1] in first] == []
    have_a_call(guest)
    everything(guest)
    hidden = hidden_in(shift)
    assert in_words(hidden, "\n".join(guest.heard)) == []
    debrief = json.dumps(guest.tell("finish"))
    assert len(in_words({"why": hidden["why something is urgent"]}, debrief)) == len(hidden["why something is urgent"])


def test_what_has_not_come_cannot_be_asked_for(root: str, records: Records) -> None:
    """Neither its number nor its name opens it, and the answer is the same as for what never comes."""
    guest = begun(root, "early")
    shift = open_shift(records, guest)
    last = list(shift.cast)[-1]
    said = set()
    for item in (number_of(shift, last), last, "99", "nothing"):
        for kind in ("read", "take", "hand", "put_off", "note", "answer"):
            view = guest.tell(kind, item=item, choice="nurse", seconds=900)
            assert view["clock"]["t"] == 0
            said.add(view["alert"])
    assert said == {"This is not on your desk; reload the page."}


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "back"},
        {"kind": "see", "item": "1"},
        {"kind": "look"},
        {"kind": "twin"},
        {"kind": "twin", "skill": "expert"},
        {"kind": "branch", "at": 0},
        {"kind": "again"},
        {"kind": "debrief"},
        {"kind": "call", "content": {"kind": "finish"}},
        {"kind": "call", "content": {"kind": "calls"}},
        {"kind": "call", "content": {"kind": "branch", "at": 0}},
        {"kind": "call", "content": {"kind": "hello", "name": "owner"}},
        {"kind": "call", "content": [1]},
        {"kind": "call"},
        {"kind": "pick", "shift": "../../etc/passwd.yaml"},
        {"kind": "wait", "seconds": -5},
        {"kind": "wait", "seconds": "x"},
        {"kind": "wait", "seconds": 10**9},
        {"kind": "answer", "item": "1", "choice": {"a": 1}},
        {"kind": "read", "item": {"a": 1}},
        {"kind": ["finish"]},
        {},
    ],
)
def test_no_message_leads_to_the_debrief_of_an_open_shift(root: str, message: dict[str, Any]) -> None:
    """Whatever is sent from the desk, in whatever order, it stays at the desk, and no trace is told."""
    guest = Guest(root, "odd", PLACE)
    if guest.view["phase"] == "pick":
        guest = begun(root, "odd")
        have_a_call(guest)
    if message.get("kind") == "look":
        other = Guest(root, "odd", PLACE)
        message = {**message, "record": other.tell("pause") and other.tell("shifts")["resume"][0]["record"]}
        assert other.tell("look", record=message["record"])["phase"] == "pick"
        other.tell("resume", record=message["record"])
        guest.look()
    before = guest.view
    status, text = guest.ask(f"{PREFIX}{PLACE}desk", "POST", json.dumps({"seq": before["seq"], **message}).encode())
    drawn = json.loads(text)
    assert (status, drawn["view"]["phase"], drawn["call"], drawn["progress"]) == (200, "desk", {}, {})
    assert drawn["view"]["clock"] == before["clock"] and "Traceback" not in text and "root:" not in text


def test_somebody_elses_shift_cannot_be_seen_worked_or_closed(root: str) -> None:
    """The list shows one's own; an id that was overheard opens nothing, and nobody becomes somebody else."""
    owner = begun(root, "owner")
    owner.tell("pause")
    waiting = owner.tell("shifts")["resume"]
    thief = Guest(root, "thief", PLACE)
    assert len(waiting) == 1 and thief.view["resume"] == []
    for kind in ("resume", "look", "drop"):
        view = thief.tell(kind, record=waiting[0]["record"])
        assert view["phase"] == "pick" and "none of your shifts" in view["alert"]
    for kind in ("hello", "who"):
        assert thief.tell(kind, name="owner")["learner"] == "thief"
    assert Guest(root, "owner", PLACE).view["resume"] == waiting
    assert waiting[0]["record"] not in "".join(thief.heard)


def test_a_shift_outlives_its_desk(root: str, records: Records) -> None:
    """Another service on the same records, as after a restart, offers the shift and shows the very same desk."""
    guest = begun(root, "patient")
    guest.tell("read", item=next(item["item"] for item in guest.view["inbox"]))
    before = {key: guest.view[key] for key in ("clock", "people", "list", "inbox", "done", "on_hand")}
    with served(records, default_listener()) as elsewhere:
        again = Guest(elsewhere, "patient", PLACE)
        again.tell("resume", record=again.view["resume"][0]["record"])
        assert {key: again.view[key] for key in before} == before


def test_the_page_leads_to_the_other_rooms(root: str) -> None:
    """Each page knows where the others are, and where signing out is."""
    guest = Guest(root, "dana")
    for place, up in (("", ""), ("shifts/", "../"), ("progress/", "../")):
        page = guest.ask(PREFIX + place)[1]
        assert re.findall(r'data-(\w+)="([^"]*)"', page) == [
            ("calls", up or "./"),
            ("shifts", f"{up}shifts/"),
            ("progress", f"{up}progress/"),
        ]
        assert f'href="{up}../../hub/logout"' in page and "{{" not in page
        assert len(re.findall(r'<a href="[^"]*">(?:Take a call|Work a shift|How am I doing\?)</a>', page)) == 2
