"""Reviews: what a supervisor says of a call or a shift is kept as it was said, in each kind of database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from simcare.training.exporting import export_jsonl
from simcare.training.faults import RecordError, UnknownRecord
from simcare.training.importing import import_jsonl
from simcare.training.judged import call_in_shift, whole_shift
from simcare.training.records import Attempt, Records
from simcare.training.reviews import add_review, reviews_of
from tests.training.shifts_made import worked_shift

Begin = Callable[..., Attempt]


@pytest.fixture
def finished(records: Records, begin: Begin) -> str:
    """Return the id of a finished attempt."""
    attempt = begin(records)
    records.finish(attempt.id, {"score": 81, "passed": True})
    return attempt.id


def test_what_was_said_is_kept_in_its_order(records: Records, finished: str, begin: Begin) -> None:
    """Comment and rating come back with who said them; another attempt has its own."""
    add_review(records, finished, "Sam Ito", "Clear questions.\nAsk about the leg. <b>é</b>", 4)
    add_review(records, finished, "Kim Roe", rating=3)
    add_review(records, begin(records).id, "Sam Ito", "Come and see me.")
    found = [(each.reviewer, each.comment, each.rating) for each in reviews_of(records, finished)]
    assert found == [("Sam Ito", "Clear questions.\nAsk about the leg. <b>é</b>", 4), ("Kim Roe", "", 3)]
    assert [each.reviewer for each in reviews_of(records)] == ["Sam Ito", "Kim Roe", "Sam Ito"]


@pytest.mark.parametrize(
    ("words", "rating", "why"),
    [("  \0 ", None, "empty"), ("x" * 5_001, None, "at most 5,000"), ("", 6, "from 1"), ("", 0, "from 1")],
)
def test_what_cannot_be_kept_is_refused(
    records: Records, finished: str, words: str, rating: int | None, why: str
) -> None:
    """Nothing said, too much said, and a rating that is none are refused with the remedy, and nothing is stored."""
    with pytest.raises(RecordError, match=why):
        add_review(records, finished, "Sam Ito", words, rating)
    assert reviews_of(records) == []


def test_a_call_that_was_not_finished_is_not_rated(records: Records, begin: Begin) -> None:
    """It may be commented on; who is not there cannot be reviewed, and nobody reviews without a name."""
    attempt = begin(records)
    with pytest.raises(RecordError, match="not finished"):
        add_review(records, attempt.id, "Sam Ito", rating=3)
    with pytest.raises(UnknownRecord):
        add_review(records, "0" * 32, "Sam Ito", "Hello")
    with pytest.raises(RecordError, match="name"):
        add_review(records, attempt.id, "  ", "Hello")
    assert reviews_of(records) == []


def test_a_shift_and_each_of_its_calls_can_be_reviewed(records: Records, finished: str) -> None:
    """The whole has its own words and rating, a call in it has others, and all stand in the order they were said."""
    shift = worked_shift(records, "Dana").record.id
    call = call_in_shift(shift, "list")
    add_review(records, whole_shift(shift), "Sam Ito", "Calm until ten.", 4)
    add_review(records, call, "Sam Ito", "Too short.", 2)
    add_review(records, finished, "Kim Roe", rating=5)
    of = {
        about: [(each.attempt, each.comment, each.rating) for each in reviews_of(records, about)]
        for about in (whole_shift(shift), call, finished)
    }
    assert of == {
        whole_shift(shift): [(whole_shift(shift), "Calm until ten.", 4)],
        call: [(call, "Too short.", 2)],
        finished: [(finished, "", 5)],
    }
    assert [each.attempt for each in reviews_of(records)] == [whole_shift(shift), call, finished]
    assert reviews_of(records, "0" * 32) == reviews_of(records, whole_shift("0" * 32)) == []


def test_a_shift_that_was_not_finished_is_not_rated(records: Records) -> None:
    """It may be commented on; a call that is not in it, and a shift that is not there, cannot."""
    shift = worked_shift(records, "Dana", finish=False).record.id
    with pytest.raises(RecordError, match="not finished"):
        add_review(records, whole_shift(shift), "Sam Ito", rating=3)
    add_review(records, whole_shift(shift), "Sam Ito", "Go on with it.")
    for about in (call_in_shift(shift, "list"), call_in_shift(shift, "nothing"), whole_shift("0" * 32)):
        with pytest.raises(UnknownRecord):
            add_review(records, about, "Sam Ito", "Hello")
    assert len(reviews_of(records)) == 1


def test_what_was_said_of_a_shift_never_changes(records: Records) -> None:
    """The database refuses it, whichever program tries."""
    shift = worked_shift(records, "Dana").record.id
    add_review(records, whole_shift(shift), "Sam Ito", "Calm.", 4)
    with pytest.raises((RecordError, DBAPIError), match="never changes"), records.writing() as session:
        session.execute(text("UPDATE shift_reviews SET rating = 5"))
    assert [each.rating for each in reviews_of(records)] == [4]


def test_what_was_said_of_a_shift_moves_with_it(records: Records, tmp_path: Path) -> None:
    """An export takes it along and an import gives it back, as it was said."""
    shift = worked_shift(records, "Dana").record.id
    add_review(records, whole_shift(shift), "Sam Ito", "Calm.", 4)
    add_review(records, call_in_shift(shift, "list"), "Sam Ito", "Too short.")
    export_jsonl(records, tmp_path / "out.jsonl")
    with Records.open(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        import_jsonl(other, tmp_path / "out.jsonl")
        assert reviews_of(other) == reviews_of(records)
