"""The trainer's board and the trainee's page without a browser: what they show, keep and refuse."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import Any
from xml.etree import ElementTree

import pytest

from simcare.calls.moves import Do, Say
from simcare.desk.cohort import trainer
from simcare.desk.cohort.own import OwnDesk
from simcare.desk.cohort.pictures import NARROW, WIDE, curve, ratings
from simcare.desk.cohort.sheets import FILES, sheet
from simcare.desk.cohort.trainer import TrainerDesk
from simcare.desk.cohort.widget import CohortBoard, see_a_cohort, see_my_progress
from simcare.desk.practicing import next_view
from simcare.training.demo import GROUP, demo_records, make_demo
from simcare.training.exercises import load_exercise
from simcare.training.judged import whole_shift
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.reviews import add_review, reviews_of
from simcare.training.roster import Member, import_roster
from tests.training.shifts_made import worked_shift

MARKUP = "<img src=x onerror=alert(1)> & Co"


@pytest.fixture(scope="module")
def played() -> Records:
    """Return a small demo cohort, which stands for people who have practiced; no test may change it."""
    records = demo_records()
    make_demo(records, 3, 2)
    return records


@pytest.fixture
def own() -> Iterator[Records]:
    """Return records in which Dana and Eli have each finished a call of the tests' own."""
    with Records.open("sqlite://") as records:
        for name in ("Dana", "Eli"):
            finish(records, name)
        yield records


def finish(records: Records, name: str) -> str:
    """Take the tests' own call in a few moves and return the attempt's id."""
    practice = Practice.begin(records, name, "desk-check", "quiet", 3)
    for move in (Say("greet_introduce", 10), Do("educate", 20), Do("end_call", 5)):
        practice.take(move)
    practice.finish()
    return practice.attempt.id


def tell(desk: TrainerDesk | OwnDesk, kind: str, **fields: Any) -> dict[str, Any]:
    """Send a message and return the screen that answers it."""
    desk.handle({"kind": kind, **fields})
    return desk.screen()


# -- shifts ------------------------------------------------------------------------------------------------------------


def test_who_only_worked_a_shift_has_calls_and_a_history() -> None:
    """Their calls are evidence like others; the shift stands in the history with its score, each call to be seen."""
    with Records.open("sqlite://") as records:
        worked = worked_shift(records, "Fay", item="later")
        screen = tell(TrainerDesk(records), "open", name="Fay")
        own = OwnDesk(records, learner="fay").screen()
    facts = dict(screen["facts"])
    score = f"{int(worked.record.score or 0)} of 100"
    assert (facts["Finished calls"], facts["Different calls"], facts["Shifts worked"]) == ("1", "1", "1, 0 passed")
    assert [(row["title"], row["shift"], score in row["result"]) for row in screen["history"]] == [
        ("A small shift", True, True)
    ]
    assert own["history"] == screen["history"] and own["name"] == "Fay"
    assert any(not skill["words"].endswith(": 0") for skill in screen["skills"])


def test_a_shift_and_its_calls_are_seen_again_and_commented_on() -> None:
    """The trainer sees the shift's debrief, a call of it line by line, comments on both, and goes back step by step."""
    with Records.open("sqlite://") as records:
        worked = worked_shift(records, "Fay")
        desk = TrainerDesk(records)
        row = tell(desk, "open", name="Fay")["history"][0]
        assert row["finished"]
        screen = tell(desk, "replay", attempt=row["attempt"])
        assert (screen["phase"], screen["debrief"]["title"], screen["debrief"]["rewind"]) == (
            "shift",
            "A small shift",
            False,
        )
        assert screen["debrief"]["result"]["score"] == f"{worked.record.score:g}" and screen["debrief"]["lessons"]
        assert tell(desk, "review", reviewer="Kim", comment="Calm.", rating="4")["status"].startswith("Kept")
        (call,) = screen["debrief"]["calls"]
        assert call["attempt"] == row["calls"][0]["attempt"]
        screen = tell(desk, "replay", attempt=call["attempt"])
        assert (screen["phase"], screen["variant"], screen["from_shift"]) == ("replay", "on-the-shelf", True)
        assert "in the shift “A small shift”" in screen["words"] and screen["debrief"]["timeline"]
        said = tell(desk, "review", reviewer="Kim", comment="Too short.", rating="2")["reviews"]
        assert [(each["comment"], each["rating"]) for each in said] == [("Too short.", "2 of 5: not yet")]
        back = tell(desk, "back")
        assert (back["phase"], [each["comment"] for each in back["reviews"]]) == ("shift", ["Calm."])
        person = tell(desk, "back")
        assert (person["phase"], person["history"][0]["reviews"]) == ("person", "1 comment")
        assert person["history"][0]["calls"][0]["reviews"] == "1 comment"
        assert dict(tell(desk, "back")["facts"])["Ratings by supervisors"] == "2"
        lines = list(csv.DictReader(io.StringIO(sheet(desk.cohort, "reviews", {}).removeprefix("\ufeff"))))
    assert [(line["learner"], line["scenario"], line["shift"], line["rating"]) for line in lines] == [
        ("Fay", "", "A small shift", "4"),
        ("Fay", "first-call", "A small shift", "2"),
    ]


def test_a_call_opened_from_the_list_leads_back_to_the_list() -> None:
    """Only from its shift does a call lead back to the shift."""
    with Records.open("sqlite://") as records:
        worked_shift(records, "Fay")
        desk = TrainerDesk(records)
        row = tell(desk, "open", name="Fay")["history"][0]
        assert tell(desk, "replay", attempt=row["calls"][0]["attempt"])["from_shift"] is False
        assert tell(desk, "back")["phase"] == "person"


def test_a_trainee_reads_what_was_said_of_their_shift_and_nobody_elses() -> None:
    """Their own page has the shift's debrief with the comment; another's shift, or one that is open, is refused."""
    with Records.open("sqlite://") as records:
        done = whole_shift(worked_shift(records, "Fay").record.id)
        opened = worked_shift(records, "Fay", finish=False)
        add_review(records, done, "Kim", MARKUP, 4)
        page = OwnDesk(records, learner="Fay")
        assert [row["reviews"] for row in page.screen()["history"]] == ["", "1 comment"]
        screen = tell(page, "replay", attempt=done)
        assert (screen["phase"], [each["comment"] for each in screen["reviews"]]) == ("shift", [MARKUP])
        call = screen["debrief"]["calls"][0]["attempt"]
        assert tell(page, "replay", attempt=call)["phase"] == "replay"
        assert (tell(page, "back")["phase"], tell(page, "back")["phase"]) == ("shift", "person")
        for name in (whole_shift(opened.record.id), f"{opened.record.id}/list", f"{opened.record.id}/later"):
            assert (tell(page, "replay", attempt=name)["phase"], page.screen()["alert"] is None) == ("person", False)
        for name in (done, call):
            refused = tell(OwnDesk(records, learner="Gus"), "replay", attempt=name)
            assert "not one of your calls" in refused["alert"] and MARKUP not in str(refused)


# -- the trainer's board -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_empty_database_offers_a_demo_and_keeps_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo says what it is on every screen; afterwards the trainer's own records are as empty as before."""
    monkeypatch.setattr(trainer, "make_demo", partial(make_demo, trainees=3, calls=2))
    with Records.open("sqlite://") as records:
        desk = TrainerDesk(records)
        assert desk.screen()["phase"] == "empty"
        screen = tell(desk, "demo")
        assert (screen["phase"], len(screen["who"]), screen["group"]["value"]) == ("cohort", 3, GROUP)
        assert "nobody real" in screen["demo"] and "nobody real" in tell(desk, "open", name="Demo Ana")["demo"]
        assert (tell(desk, "leave_demo")["phase"], records.learners(), records.attempts()) == ("empty", [], [])


def test_the_board_tells_who_has_done_what(played: Records) -> None:
    """A row for each trainee with calls, what is overdue and that there are too few calls to describe them."""
    screen = TrainerDesk(played).screen()
    first, last = screen["who"][0], screen["who"][-1]
    assert (first["name"], first["calls"], first["state"]) == ("Demo Ana", "2, 2 different", ["few", "Too few calls"])
    assert (last["name"], last["calls"]) == ("Demo Carla", "1, 1 different")
    assert all(" of " in row["passed"] for row in screen["who"])
    assert all(cell["few"] and cell["text"] == "–" for row in screen["skills"]["rows"] for cell in row["cells"])
    assert screen["items"]["variants"] and all("Too few" in row[-1] for row in screen["items"]["variants"])
    assert screen["learning"]["mark"]["words"].startswith("Too few ratings for a pass mark")


@pytest.mark.parametrize("sort", ["name", "due", "calls", "passed", "last"])
def test_the_order_is_one_of_those_offered(played: Records, sort: str) -> None:
    """Each order keeps everybody; an order that is not offered changes nothing."""
    desk = TrainerDesk(played)
    names = [row["name"] for row in tell(desk, "sort", value=sort)["who"]]
    assert sorted(names) == ["Demo Ana", "Demo Ben", "Demo Carla"]
    assert [row["name"] for row in tell(desk, "sort", value="shoe size")["who"]] == names
    assert names[0] == {"calls": "Demo Carla"}.get(sort, names[0])


def test_a_group_of_the_roster_can_be_looked_at(own: Records) -> None:
    """Only its members stand there, also those who have not begun; a group that is not there is refused in words."""
    import_roster(own, [Member("Eli", "spring"), Member("Flo", "spring")])
    desk = TrainerDesk(own)
    assert len(desk.screen()["who"]) == 3
    found = tell(desk, "group", value="spring")["who"]
    assert [(row["name"], row["state"][1]) for row in found] == [("Eli", "Too few calls"), ("Flo", "Has not begun")]
    assert tell(desk, "group", value="x")["alert"] == "There is no such group; choose one of the list."
    assert "not in the group" in tell(desk, "open", name="Dana")["alert"]


def test_any_finished_call_is_replayed_as_it_was(played: Records) -> None:
    """The debrief has the recorded score and every line, with what was learned; back leads to the trainee."""
    desk = TrainerDesk(played)
    person = tell(desk, "open", name="Demo Ben")
    attempt = person["history"][0]["attempt"]
    screen = tell(desk, "replay", attempt=attempt)
    recorded = played.attempt(attempt)
    assert (screen["phase"], screen["learner"], screen["variant"]) == ("replay", "Demo Ben", recorded.variant)
    assert screen["debrief"]["result"]["score"] == str(int(recorded.score or 0))
    assert len({line["move"] for line in screen["debrief"]["timeline"]}) >= recorded.moves - 1
    assert any(line["learned"] for line in screen["debrief"]["timeline"])
    assert (tell(desk, "back")["name"], tell(desk, "back")["phase"]) == ("Demo Ben", "cohort")


def test_what_cannot_be_replayed_is_told_and_the_screen_stays(own: Records) -> None:
    """A call that is open, and one that nobody has, give a sentence."""
    practice = Practice.begin(own, "Dana", "desk-check", "quiet", 3)
    desk = TrainerDesk(own)
    for attempt, why in ((practice.attempt.id, "not finished"), ("0" * 32, "No attempt")):
        screen = tell(desk, "replay", attempt=attempt)
        assert why in screen["alert"] and screen["phase"] == "cohort"
    history = tell(desk, "open", name="Dana")["history"]
    assert (history[0]["result"], history[0]["finished"]) == ("Not finished", False)


def test_a_review_reaches_the_trainee_and_nobody_else(own: Records) -> None:
    """Comment and rating stand on the trainee's own page of that call, under the supervisor's name."""
    dana, eli = (own.attempts(name)[0].id for name in ("Dana", "Eli"))
    desk = TrainerDesk(own, reviewer="Sam Ito")
    assert tell(desk, "replay", attempt=dana)["reviewer"] == "Sam Ito"
    screen = tell(desk, "review", reviewer="Sam Ito", comment=MARKUP, rating="4")
    assert screen["status"].startswith("Kept") and screen["alert"] is None
    page = OwnDesk(own, learner="dana")
    assert page.screen()["history"][0]["reviews"] == "1 comment"
    said = tell(page, "replay", attempt=dana)["reviews"]
    assert [(each["comment"], each["rating"]) for each in said] == [(MARKUP, "4 of 5: good")]
    assert tell(OwnDesk(own, learner="Eli"), "replay", attempt=eli)["reviews"] == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reviewer": " ", "comment": "Good"}, "Write your name"),
        ({"reviewer": "Sam", "comment": " "}, "empty"),
        ({"reviewer": "Sam", "comment": "", "rating": "9"}, "from 1"),
    ],
)
def test_a_review_that_says_nothing_is_refused(own: Records, fields: dict[str, str], why: str) -> None:
    """No name, no words or a rating that is none: it is told, and nothing is kept."""
    desk = TrainerDesk(own)
    tell(desk, "replay", attempt=own.attempts("Dana")[0].id)
    assert why in tell(desk, "review", **fields)["alert"]
    assert reviews_of(own) == []


def test_messages_that_no_page_sends_change_nothing(own: Records) -> None:
    """An unknown kind is told, a review without an open call too, and the board stays."""
    desk = TrainerDesk(own)
    assert "reload the page" in tell(desk, "drop table")["alert"]
    assert "No call is open" in tell(desk, "review", reviewer="Sam", comment="x")["alert"]
    assert tell(desk, "file", value="../secret")["phase"] == "cohort" and desk.file is None


def test_a_mishap_is_told_and_the_board_stays(own: Records) -> None:
    """Whatever a message holds, there is a sentence and no traceback; records that fail later are told on the page."""
    desk = TrainerDesk(own)
    tell(desk, "replay", attempt=own.attempts("Dana")[0].id)
    assert "Something went wrong" in tell(desk, "review", reviewer="Sam", comment="x", rating="many")["alert"]
    with own.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE reviews RENAME TO gone")
    screen = desk.screen()
    assert (screen["phase"], "reviews" in screen["words"]) == ("closed", True)


def test_look_again_finds_what_came_since(own: Records) -> None:
    """A call that somebody finished meanwhile is there after 'Look again'."""
    desk = TrainerDesk(own)
    finish(own, "Flo")
    assert len(desk.screen()["who"]) == 2
    assert [row["name"] for row in tell(desk, "look")["who"]] == ["Dana", "Eli", "Flo"]


# -- export ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", FILES)
def test_every_export_is_a_table(played: Records, what: str) -> None:
    """Each file has a heading and rows as long as it."""
    text = sheet(TrainerDesk(played).cohort, what, {})
    heading, *lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert len(heading) > 4 and lines and {len(line) for line in lines} == {len(heading)}


def test_no_cell_is_a_formula(own: Records) -> None:
    """A name and a comment that a spreadsheet would run come with an apostrophe in front."""
    attempt = finish(own, "=HYPERLINK(1)")
    add_review(own, attempt, "@Sam", '-1+cmd|"x"', 2)
    cohort = TrainerDesk(own).cohort
    names = [line[0] for line in csv.reader(io.StringIO(sheet(cohort, "trainees", {})))]
    assert "'=HYPERLINK(1)" in names
    *_, last = csv.reader(io.StringIO(sheet(cohort, "reviews", {})))
    assert (last[1], last[5], last[8]) == ("'=HYPERLINK(1)", "'@Sam", '\'-1+cmd|"x"')


# -- the trainee's own page --------------------------------------------------------------------------------------------


def test_a_trainee_finds_their_calls_by_name(own: Records) -> None:
    """The page asks for a name, says that there is no wall, and shows what to practice next and why."""
    page = OwnDesk(own)
    assert page.screen()["phase"] == "hello" and "no account" in page.screen()["no_wall"]
    assert "Write your name" in tell(page, "hello", name="  ")["alert"]
    assert "cannot be shown" in tell(page, "hello", name="Da\x07na")["alert"]
    screen = tell(page, "hello", name=" dana ")
    assert (screen["phase"], screen["name"], len(screen["history"])) == ("person", "Dana", 1)
    assert screen["next"]["title"] and screen["next"]["why"]
    assert tell(page, "who")["phase"] == "hello"


def test_nobody_else_s_call_is_shown(own: Records) -> None:
    """Another one's attempt is refused, also where the name is fixed; a fixed name cannot be changed."""
    eli = own.attempts("Eli")[0].id
    page = OwnDesk(own, learner="Dana")
    assert "not one of your calls" in tell(page, "replay", attempt=eli)["alert"]
    assert tell(page, "hello", name="Eli")["name"] == "Dana" and tell(page, "who")["phase"] == "person"
    assert "not one of your calls" in tell(OwnDesk(own), "replay", attempt=eli)["alert"]


def test_the_page_suggests_what_the_list_of_calls_suggests(own: Records) -> None:
    """The call to practice next and its why are the same in both places, for the trainer too."""
    offered = next_view(own, "Dana")
    assert offered is not None
    for shown in (OwnDesk(own, learner="Dana").screen(), tell(TrainerDesk(own), "open", name="Dana")):
        assert shown["next"] == {"title": offered["title"], "why": offered["why"]}


def test_an_exercise_under_way_is_told(own: Records) -> None:
    """Once a call of an exercise is finished, the exercise stands on the page with how far it is."""
    item = load_exercise("first-calls").value.items[0]
    practice = Practice.begin(own, "Dana", item.call, None, 3, exercise="first-calls")
    practice.take(Say("greet_introduce", 10))
    practice.finish()
    found = OwnDesk(own, learner="Dana").screen()["exercises"]
    assert [(each["title"], each["passed"]) for each in found] == [(load_exercise("first-calls").value.title, False)]
    assert found[0]["words"].startswith("1 of ")
    assert OwnDesk(own, learner="Eli").screen()["exercises"] == []


def test_somebody_new_is_welcome(own: Records) -> None:
    """A name without calls gets an empty page that suggests the first one, and makes no record."""
    screen = OwnDesk(own, learner="Gus").screen()
    assert (screen["history"], screen["curve"], screen["begun"]) == ([], None, False)
    assert "You have not finished a call yet" in screen["next"]["why"]
    assert own.learners() == ["Dana", "Eli"]


# -- pictures and widgets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pictures_are_svg_inside_their_width(width: int) -> None:
    """However many calls and whatever the scores, a picture is well-formed and nothing lies beyond it."""
    many = [100.0 * (n % 2) for n in range(90)]
    line = (-40.0, 180.0)
    drawn = [
        curve(many, [(x, x > 50) for x in many], [str(n) for n in range(90)], width=width, name="a", told="<&>"),
        curve([50.0], [], ["1"], width=width, name="b", told="One"),
        ratings([(5.0, 100.0)] * 80 + [(1.5, 0.0)], line, width=width, name="c", told="Dots"),
        ratings([], None, width=width, name="d", told="None"),
    ]
    for text in drawn:
        root = ElementTree.fromstring(text)
        high = float(root.attrib["height"])
        dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in root.iter() if dot.tag.endswith("circle")]
        points = [
            p.split(",") for each in root.iter() if each.tag.endswith("polyline") for p in each.attrib["points"].split()
        ]
        assert all(0 <= float(x) <= width and 0 <= float(y) <= high for x, y in [*dots, *points])
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]


def test_the_widget_answers_a_message_and_hands_over_a_file(own: Records) -> None:
    """What the page sends reaches the desk under the widget's lock; a file goes to the page as a message."""
    board = CohortBoard(TrainerDesk(own))
    sent: list[dict[str, Any]] = []
    board.send = lambda content, buffers=None: sent.append(content)  # type: ignore[method-assign]
    board._handle_msg(
        {"content": {"data": {"method": "custom", "content": {"kind": "file", "value": "trainees"}}}, "buffers": []}
    )
    assert [(each["kind"], each["name"]) for each in sent] == [("file", "trainees.csv")]
    assert "Dana" in sent[0]["text"] and board.view["status"] == "trainees.csv was made."


def test_records_that_cannot_be_opened_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook both pages say in plain words what is wrong, without a traceback."""
    monkeypatch.setenv("SIMCARE_DATABASE_URL", "oracle://nowhere")
    for box in (see_a_cohort(), see_my_progress()):
        screen = box.children[0].view
        assert screen["phase"] == "closed" and "SIMCARE_DATABASE_URL" in screen["words"]
