"""Reviews: what a supervisor says of an attempt is kept as it was said, in each kind of database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcare.training.faults import RecordError, UnknownRecord
from simcare.training.records import Attempt, Records
from simcare.training.reviews import add_review, reviews_of

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
