"""Erasing: one learner goes, with every byte of a file; everybody else stays as they were."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from simcare.training.erasing import erase, look_before_erasing
from simcare.training.exporting import export_jsonl
from simcare.training.faults import RecordsLocked, UnknownRecord
from simcare.training.opening import database_url
from simcare.training.records import Records
from simcare.training.tables import ReviewRow, ShiftReviewRow
from tests.training.filled import SECRET, Begin, fill


def test_everything_of_a_learner_goes_and_nothing_of_another(
    records: Records, begin: Begin, url: str, tmp_path: Path
) -> None:
    """What is told beforehand is what goes; a second learner's export is as before."""
    ids = fill(records, begin, "Ann Lee", "Bo Diaz")
    export_jsonl(records, tmp_path / "before.jsonl", "Bo Diaz")
    told = look_before_erasing(records, "ann lee")
    assert (told.attempts, told.moves, told.rescores, told.reviews) == (4, 3 + 3 + 1, 1, 1 + 2)
    assert (told.shifts, told.shift_moves, told.groups, told.texts) == (1, 1, 1, 2)
    assert erase(records, "ann lee") == told
    export_jsonl(records, tmp_path / "after.jsonl", "Bo Diaz")
    assert (tmp_path / "after.jsonl").read_bytes() == (tmp_path / "before.jsonl").read_bytes()
    assert records.learners() == ["Bo Diaz"]
    engine = create_engine(database_url(url))
    with engine.connect() as connection:
        for table in ("attempts", "moves", "rescores", "reviews"):
            column = "id" if table == "attempts" else "attempt_id"
            left = connection.scalars(text(f"SELECT {column} FROM {table}")).all()
            assert not set(left) & set(ids["Ann Lee"])
        counts = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("shifts", "shift_reviews")]
        assert counts == [1, 2]
    engine.dispose()


def test_a_file_holds_no_byte_of_who_was_erased(sqlite_url: str, begin: Begin, tmp_path: Path) -> None:
    """Neither the file nor its log has the name or the words, while the desk is still open."""
    with Records.open(sqlite_url) as records:
        fill(records, begin, "Ann Lee", "Bo Diaz")
        assert any(b"Ann Lee" in file.read_bytes() for file in tmp_path.glob("records.sqlite*"))
        erase(records, "Ann Lee")
        for file in tmp_path.glob("records.sqlite*"):
            found = file.read_bytes()
            assert b"Ann Lee" not in found and b"ann lee" not in found, file
            assert f"{SECRET} Ann".encode() not in found, file
        assert f"{SECRET} Bo".encode() in (tmp_path / "records.sqlite").read_bytes()


def test_a_supervisor_who_goes_takes_along_what_carries_the_name(records: Records, begin: Begin) -> None:
    """A review of somebody else's call has the reviewer's name in it."""
    ids = fill(records, begin, "Ann Lee", "Tess")
    told = look_before_erasing(records, "Tess")
    assert (told.reviews, told.reviews_written) == (1 + 2, 1 + 2)
    erase(records, "Tess")
    with records.reading() as session:
        assert session.query(ReviewRow).count() + session.query(ShiftReviewRow).count() == 0
    assert len(records.moves(ids["Ann Lee"][0])) == 3


def test_nobody_is_erased_for_somebody_else(records: Records, begin: Begin) -> None:
    """A name that is not there is told."""
    fill(records, begin, "Ann Lee")
    with pytest.raises(UnknownRecord, match="nobody called 'Ann'"):
        erase(records, "Ann")
    assert records.learners() == ["Ann Lee"]


def test_a_reader_that_holds_the_old_bytes_is_told_of(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str, begin: Begin, tmp_path: Path
) -> None:
    """While another program still looks at what was, the bytes stay; closing it and erasing again takes them."""
    monkeypatch.setattr("simcare.training.opening.BUSY_SECONDS", 0.2)
    with Records.open(sqlite_url) as records:
        fill(records, begin, "Ann Lee")
        reader = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM moves").fetchone()
        with pytest.raises(RecordsLocked, match="erase"):
            erase(records, "Ann Lee")
        reader.close()
        with pytest.raises(UnknownRecord):
            erase(records, "Ann Lee")
        assert all(b"Ann Lee" not in file.read_bytes() for file in tmp_path.glob("records.sqlite*"))


def test_copies_from_before_upgrades_are_named(sqlite_url: str, tmp_path: Path) -> None:
    """They hold what was recorded then."""
    copy = tmp_path / "records.sqlite.before-0003-20261101T000000Z"
    copy.write_bytes(b"")
    with Records.open(sqlite_url) as records:
        assert records.copies() == [copy]
