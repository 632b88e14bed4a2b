"""Rosters: read from CSV, groups filled once, assignments with a due day, progress from what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simcare.documents import DocumentError
from simcare.training.faults import RecordError
from simcare.training.records import Attempt, Records
from simcare.training.roster import EVERYONE, Member, assign, groups, import_roster, members_of, progress, read_roster
from simcare.training.shifts import Shifts
from tests.training.shifts_made import worked_shift

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DUE = datetime.now(UTC) + timedelta(days=30)
Begin = Callable[..., Attempt]


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a roster and return its file."""
    file = tmp_path / "roster.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize(
    "text",
    [
        "name,group\nAnn Lee,spring\nBo Díaz,fall\n",
        "\ufeffGroup;Name;Phone\r\nspring;Ann Lee;1\r\nfall;Bo Díaz;2\r\n",
        'group,name\n\nspring,"Ann Lee"\nspring,ANN LEE\nfall,  Bo Díaz \n',
    ],
)
def test_a_roster_is_read_as_spreadsheets_write_it(tmp_path: Path, text: str) -> None:
    """Commas or semicolons, any order and case of columns, a byte order mark, empty lines and doubles all do."""
    found = {(member.name.casefold(), member.group) for member in read_roster(written(tmp_path, text))}
    assert found == {("ann lee", "spring"), ("bo díaz", "fall")}


def test_without_groups_everybody_is_in_one(tmp_path: Path) -> None:
    """A column of names is a roster."""
    assert read_roster(written(tmp_path, "name\nAnn Lee\n")) == [Member("Ann Lee", EVERYONE)]


@pytest.mark.parametrize(
    ("text", "line", "fact"),
    [
        ("", 1, "is empty"),
        ("who,group\nAnn,spring\n", 1, "no column 'name'"),
        ("name,group\nAnn,spring\n,spring\n", 3, "has no name"),
        ("name\n" + "x" * 300 + "\n", 2, "longer than 200"),
    ],
)
def test_a_roster_that_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, line: int, fact: str) -> None:
    """File, line, fact and remedy; nothing is imported by half."""
    with pytest.raises(DocumentError, match=rf"roster\.csv:{line}:1: R301 .*{fact}"):
        read_roster(written(tmp_path, text))


def test_a_roster_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A missing file and another encoding are sentences."""
    with pytest.raises(DocumentError, match="cannot be read"):
        read_roster(tmp_path / "gone.csv")
    with pytest.raises(DocumentError, match="is not UTF-8"):
        read_roster(written(tmp_path, "name\nJosé\n", "utf-16"))


def test_importing_twice_adds_nobody_twice(records: Records, begin: Begin) -> None:
    """A learner who has practiced before is the same one, and a second import changes nothing."""
    begin(records, learner="Ann Lee")
    roster = [Member("ann  lee", "spring"), Member("Bo Díaz", "spring"), Member("Ann Lee", "fall")]
    assert (import_roster(records, roster), import_roster(records, roster)) == (3, 0)
    assert members_of(records, "spring") == ["Ann Lee", "Bo Díaz"]
    assert records.learners() == ["Ann Lee", "Bo Díaz"]


def test_progress_counts_what_was_passed_since(records: Records, begin: Begin) -> None:
    """Calls passed after the assignment count, by whom they were passed; failed ones and earlier ones do not."""
    import_roster(records, [Member("Ann Lee", "spring"), Member("Bo Díaz", "spring")])
    earlier = begin(records, learner="Bo Díaz")
    records.finish(earlier.id, {"score": 90.0, "passed": True})
    given = assign(records, "spring", ["sore-knees", "lost-car"], DUE, title="Week one")
    for score, passed in ((40.0, False), (90.0, True)):
        attempt = begin(records, learner="Ann Lee")
        records.finish(attempt.id, {"score": score, "passed": passed})
    ann, bo = progress(records, "spring")
    assert (ann.learner, ann.passed, ann.left) == ("Ann Lee", ("sore-knees",), ("lost-car",))
    assert (bo.learner, bo.passed, bo.left) == ("Bo Díaz", (), ("sore-knees", "lost-car"))
    assert ann.assignment == given
    assert not ann.overdue(DUE) and ann.overdue(DUE + timedelta(seconds=1))


def test_a_call_in_a_shift_counts_for_what_is_assigned(records: Records) -> None:
    """Its shift was begun after the assignment and finished; a shift still open, an earlier one and a branch do not."""
    import_roster(records, [Member(name) for name in ("Ann", "Bo", "Cy", "Dee")])
    passed_in_a_shift(records, "Dee")
    assign(records, "everyone", ["sore-knees"], datetime.now(UTC) + timedelta(days=9), title="A")
    passed_in_a_shift(records, "Ann")
    worked_shift(records, "Bo")
    branched = worked_shift(records, "Cy").branch(0)
    Shifts(records).finish(branched.record.id, passing())
    assert [(each.learner, each.passed) for each in progress(records, "everyone")] == [
        ("Ann", ("sore-knees",)),
        ("Bo", ()),
        ("Cy", ()),
        ("Dee", ()),
    ]
    opened = worked_shift(records, "Bo", finish=False)
    assert progress(records, "everyone")[1].passed == ()
    Shifts(records).finish(opened.record.id, passing())
    assert progress(records, "everyone")[1].passed == ("sore-knees",)


def passing() -> dict[str, Any]:
    """Return the card of a shift that was not passed, with a call in it that was."""
    return {"score": 30.0, "passed": False, "calls": [{"item": "list", "scenario": "sore-knees", "passed": True}]}


def passed_in_a_shift(records: Records, learner: str) -> None:
    """Finish a shift in which a call was passed."""
    worked = worked_shift(records, learner, finish=False)
    Shifts(records).finish(worked.record.id, passing())


def test_trying_again_does_not_count_for_what_is_assigned(records: Records, begin: Begin) -> None:
    """Who goes back has read the debrief."""
    import_roster(records, [Member("Ann Lee")])
    assign(records, "everyone", ["sore-knees"], datetime.now(UTC) + timedelta(days=9), title="A")
    attempt = begin(records)
    records.finish(attempt.id, {"score": 40.0, "passed": False})
    records.finish(records.branch(attempt.id, 0).id, {"score": 90.0, "passed": True})
    assert progress(records, "everyone")[0].passed == ()


def test_what_is_due_first_stands_first(records: Records) -> None:
    """Assignments are told in the order of their due days."""
    import_roster(records, [Member("Ann Lee")])
    for days, title in ((20, "later"), (10, "sooner")):
        assign(records, EVERYONE, ["sore-knees"], DUE + timedelta(days=days), title=title)
    assert [one.assignment.title for one in progress(records, EVERYONE)] == ["sooner", "later"]


@pytest.mark.parametrize(
    ("group", "calls", "due", "fact"),
    [
        ("nobody", ["sore-knees"], DUE, "nobody is in the group"),
        (EVERYONE, [], DUE, "at least one call"),
        (EVERYONE, ["sore-knees"], LONG_AGO, "is past"),
        (EVERYONE, ["sore-knees"], datetime(2090, 1, 1), "has a time zone"),
    ],
)
def test_an_assignment_that_makes_no_sense_is_refused(
    records: Records, group: str, calls: list[str], due: datetime, fact: str
) -> None:
    """Nobody, nothing, yesterday, and no particular hour are each answered with a sentence."""
    import_roster(records, [Member("Ann Lee")])
    with pytest.raises(RecordError, match=fact):
        assign(records, group, calls, due, title="Week one")


def test_groups_are_told_of_all_and_of_one_learner(records: Records) -> None:
    """Every group stands there once, in order; a learner finds theirs however the name is spelled."""
    import_roster(records, [Member("Ann Lee", "spring"), Member("Bo", "spring"), Member("Ann Lee", "fall")])
    assert groups(records) == ["fall", "spring"]
    assert (groups(records, "ann  LEE"), groups(records, "Bo"), groups(records, "Cy")) == (
        ["fall", "spring"],
        ["spring"],
        [],
    )
