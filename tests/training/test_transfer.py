"""Records on their way: the same bytes from every database, taken in whole, once, or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simcare.documents import DocumentError
from simcare.training.exporting import export_jsonl
from simcare.training.faults import RecordError, UnknownRecord
from simcare.training.importing import import_jsonl
from simcare.training.portable import KINDS
from simcare.training.records import Records
from simcare.training.sheets import export_csv
from simcare.training.tables import Base
from tests.training.filled import CARD, Begin, begin_attempt, fill

Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def other(tmp_path: Path) -> Records:
    """Return empty records in a second file."""
    return Records.open(f"sqlite:///{(tmp_path / 'other.sqlite').as_posix()}")


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Records]:
    """Return empty records in a file, for what does not depend on the kind of database."""
    with Records.open(sqlite_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return an export with all kinds of lines in it."""
    folder = tmp_path_factory.mktemp("whole")
    with Records.open(f"sqlite:///{(folder / 'records.sqlite').as_posix()}") as records:
        fill(records, begin_attempt, "Ann Lee")
        return exported(records, folder)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """Return records that stay empty, because everything that is to be imported is refused."""
    with Records.open(f"sqlite:///{(tmp_path_factory.mktemp('empty') / 'records.sqlite').as_posix()}") as records:
        yield records


def exported(records: Records, folder: Path, name: str = "out.jsonl", learner: str | None = None) -> bytes:
    """Return what an export holds."""
    export_jsonl(records, folder / name, learner)
    return (folder / name).read_bytes()


def rewritten(path: Path, edit: Edit) -> Path:
    """Change the lines of an export and make them add up again, as somebody with an editor and patience could."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()][:-1]
    edit(lines)
    body = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    end = {"kind": "end", "lines": len(lines), "sha256": hashlib.sha256(body.encode()).hexdigest()}
    path.write_text(body + json.dumps(end) + "\n", encoding="utf-8")
    return path


def test_every_table_leaves_with_an_export() -> None:
    """A table that is added later is not forgotten here."""
    assert {kind.row.__tablename__ for kind in KINDS.values()} == set(Base.metadata.tables)


def test_an_import_into_an_empty_database_gives_the_same_database(
    records: Records, begin: Begin, other: Records, tmp_path: Path
) -> None:
    """From SQLite and from PostgreSQL the export of the import is the export, byte for byte, with all kinds in it."""
    fill(records, begin, "Bo Díaz", "ann Lee", "Ümit")
    first = exported(records, tmp_path)
    imported = import_jsonl(other, tmp_path / "out.jsonl")
    assert min(imported.new.values()) > 0 and imported.known == 0
    assert exported(other, tmp_path, "again.jsonl") == first


@pytest.mark.slow
def test_what_a_small_database_exports_a_server_takes_in(
    sqlite_url: str, postgres_url: str, begin: Begin, tmp_path: Path
) -> None:
    """Moving to a team's PostgreSQL loses nothing and changes nothing."""
    with Records.open(sqlite_url) as here, Records.open(postgres_url) as there:
        fill(here, begin, "Zoë", "ann Lee")
        first = exported(here, tmp_path)
        import_jsonl(there, tmp_path / "out.jsonl")
        assert exported(there, tmp_path, "again.jsonl") == first


def test_importing_twice_changes_nothing(records: Records, begin: Begin, tmp_path: Path) -> None:
    """The second time every line is known."""
    fill(records, begin, "Ann Lee")
    first = exported(records, tmp_path)
    imported = import_jsonl(records, tmp_path / "out.jsonl")
    assert sum(imported.new.values()) == 0 and imported.known == first.count(b"\n") - 2
    assert exported(records, tmp_path, "again.jsonl") == first


def test_a_call_that_went_on_is_brought_up_to_date(here: Records, begin: Begin, other: Records, tmp_path: Path) -> None:
    """A later export adds moves and the score to the open call; an earlier one then takes nothing back."""
    attempt = begin(here, "Ann Lee")
    here.append(attempt.id, 0, {"say": "greet_introduce", "seconds": 1})
    exported(here, tmp_path, "early.jsonl")
    import_jsonl(other, tmp_path / "early.jsonl")
    here.append(attempt.id, 1, {"say": "empathise", "seconds": 1})
    here.finish(attempt.id, CARD)
    late = exported(here, tmp_path, "late.jsonl")
    imported = import_jsonl(other, tmp_path / "late.jsonl")
    assert {kind: number for kind, number in imported.new.items() if number} == {"move": 1}
    import_jsonl(other, tmp_path / "early.jsonl")
    assert exported(other, tmp_path, "there.jsonl") == late


@pytest.mark.slow
def test_two_databases_of_one_person_become_one(here: Records, begin: Begin, other: Records, tmp_path: Path) -> None:
    """Who practiced on two machines under one name is one learner with the calls of both."""
    begin(here, "Ann Lee")
    begin(other, "ann  lee")
    exported(here, tmp_path)
    import_jsonl(other, tmp_path / "out.jsonl")
    assert (other.learners(), len(other.attempts())) == (["ann lee"], 2)


def forked_move(mine: Records, theirs: Records, attempt: str) -> None:
    """Go on here and there differently."""
    mine.append(attempt, 1, {"say": "empathise", "seconds": 1})
    theirs.append(attempt, 1, {"say": "empathise", "seconds": 2})


def closed_and_went_on(mine: Records, theirs: Records, attempt: str) -> None:
    """Close there what goes on here."""
    mine.finish(attempt, CARD)
    theirs.append(attempt, 1, {"say": "empathise", "seconds": 2})


def went_on_and_closed(mine: Records, theirs: Records, attempt: str) -> None:
    """Close here what goes on there."""
    mine.append(attempt, 1, {"say": "empathise", "seconds": 2})
    theirs.leave(attempt, "")


def closed_twice(mine: Records, theirs: Records, attempt: str) -> None:
    """Close it here and there with different scores."""
    mine.finish(attempt, CARD)
    theirs.finish(attempt, {**CARD, "score": 10.0})


@pytest.mark.parametrize(
    ("part", "fact"),
    [
        (forked_move, "the move .* 1 is here with another (body|taken_at)"),
        (closed_and_went_on, "was closed there and went on here"),
        (went_on_and_closed, "is closed here and has one more move there"),
        (closed_twice, "is here with another (finished_at|score)"),
    ],
)
def test_two_databases_that_contradict_each_other_are_told(
    here: Records, begin: Begin, other: Records, tmp_path: Path, part: Callable[..., None], fact: str
) -> None:
    """A call that was played on in two places stays as it is here; the line says which call and what to do."""
    attempt = begin(here)
    here.append(attempt.id, 0, {"say": "greet_introduce", "seconds": 1})
    exported(here, tmp_path)
    import_jsonl(other, tmp_path / "out.jsonl")
    part(here, other, attempt.id)
    begin(here, "Somebody New")
    exported(here, tmp_path)
    before = exported(other, tmp_path, "before.jsonl")
    with pytest.raises(DocumentError, match=rf"out\.jsonl:\d+:1: R302 .*{fact}.*; .*keep one"):
        import_jsonl(other, tmp_path / "out.jsonl")
    assert exported(other, tmp_path, "after.jsonl") == before


def of(first: str, **change: object) -> Edit:
    """Return an edit of the first line of a kind; None takes a field out."""

    def edit(lines: list[dict[str, Any]]) -> None:
        line = next(line for line in lines if line["kind"] == first)
        for name, value in change.items():
            line.pop(name, None)
            if value is not None:
                line[name] = value

    return edit


def without(kind: str) -> Edit:
    """Return an edit that takes the first line of a kind out."""
    return lambda lines: lines.remove(next(line for line in lines if line["kind"] == kind))


@pytest.mark.parametrize(
    ("edit", "fact"),
    [
        (of("simcare-records", format=9), "has the format 9, and this simcare knows format 1"),
        (of("simcare-records", kind="other"), "is no export of simcare's records"),
        (of("text", body="changed"), "the text is not the one of its hash"),
        (of("learner", key="somebody else"), "the learner's key is not that of the name"),
        (of("learner", created_at="2026-01-01"), "the field 'created_at' of the learner is no moment"),
        (of("attempt", seed="7"), "the field 'seed' of the attempt is no whole number"),
        (of("attempt", seed=2**63), "the field 'seed' of the attempt is no whole number"),
        (of("attempt", variant="x" * 201), "the field 'variant' of the attempt is longer than 200"),
        (of("attempt", variant="\ud800"), "holds characters that no database keeps"),
        (of("attempt", variant=None), "the field 'variant' of the attempt is missing"),
        (of("attempt", id="../../etc"), "has an id that is none"),
        (of("attempt", status="won"), "is 'won' and not open, finished or left"),
        (of("attempt", learner="nobody"), "the learner of the attempt is not in the file"),
        (of("attempt", more=1), "the field 'more' of the attempt is not known"),
        (of("move", body=[]), "the field 'body' of the move is not an object"),
        (of("move", nth=True), "the field 'nth' of the move is no whole number"),
        (of("move", nth=5), "stands where another is next"),
        (of("review", rating=9), "the rating is not from 1 to 5"),
        (of("review", kind="opinion"), "this line is no record"),
        (without("text"), r"the text [0-9a-f]{64} of the (attempt|rescore|shift) is not in the file"),
        (without("attempt"), "the attempt [0-9a-f]{32} is not in the file before this line"),
        (without("shift"), "the shift [0-9a-f]{32} is not in the file before this line"),
    ],
)
def test_a_file_that_was_changed_is_refused_with_the_line(
    whole: bytes, empty: Records, tmp_path: Path, edit: Edit, fact: str
) -> None:
    """Whatever an editor did to it: the place, the fact, the remedy, and nothing of it is imported."""
    (tmp_path / "out.jsonl").write_bytes(whole)
    with pytest.raises(DocumentError, match=rf"out\.jsonl:\d+:1: R302 .*({fact}).*; import"):
        import_jsonl(empty, rewritten(tmp_path / "out.jsonl", edit))
    assert empty.learners() == []


@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_a_file_that_was_cut_off_is_refused(whole: bytes, empty: Records, tmp_path: Path, kept: float) -> None:
    """Half a download is not half an import."""
    (tmp_path / "out.jsonl").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(DocumentError, match="ends too early"):
        import_jsonl(empty, tmp_path / "out.jsonl")


def test_a_changed_byte_is_noticed(whole: bytes, empty: Records, tmp_path: Path) -> None:
    """The last line adds up the others."""
    (tmp_path / "out.jsonl").write_bytes(whole.replace(b"Tuesday", b"Tuesdax"))
    with pytest.raises(DocumentError, match="do not add up"):
        import_jsonl(empty, tmp_path / "out.jsonl")


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\x00", b"[" * 100_000, b"name,group\nAnn,spring\n"])
def test_what_is_no_export_is_told(empty: Records, tmp_path: Path, content: bytes | None) -> None:
    """No file, an empty one, bytes, a roster."""
    file = tmp_path / "roster.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DocumentError, match=r"roster\.csv:1:1: R302 "):
        import_jsonl(empty, file)


def test_one_learners_export_holds_theirs_and_nobody_elses(
    here: Records, begin: Begin, other: Records, tmp_path: Path
) -> None:
    """A person may have what is recorded of them; it can be imported, and names nobody else."""
    fill(here, begin, "Ann Lee", "Bo Diaz")
    given = exported(here, tmp_path, learner="ann lee")
    assert b"Bo Diaz" not in given
    import_jsonl(other, tmp_path / "out.jsonl")
    assert exported(other, tmp_path, "again.jsonl") == given
    assert len(other.attempts()) == 4
    with pytest.raises(UnknownRecord, match="nobody called 'Cy'"):
        exported(here, tmp_path, learner="Cy")


def test_an_export_that_cannot_be_written_leaves_nothing(here: Records, begin: Begin, tmp_path: Path) -> None:
    """A folder that is not there is a sentence; no half file is left where one is."""
    begin(here)
    with pytest.raises(RecordError, match="cannot be written"):
        export_jsonl(here, tmp_path / "gone" / "out.jsonl")
    with pytest.raises(UnknownRecord):
        export_jsonl(here, tmp_path / "out.jsonl", "nobody")
    assert not list(tmp_path.glob("*out.jsonl*"))


def test_an_export_is_for_its_owner_only(here: Records, tmp_path: Path) -> None:
    """Names and what people said are not for everybody who uses the machine."""
    export_jsonl(here, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o077 == 0


def test_a_spreadsheet_gets_attempts_and_rows(here: Records, begin: Begin, tmp_path: Path) -> None:
    """One line for each attempt, oldest first, with its decision, and one for each rubric row of a scored one."""
    fill(here, begin, "Ann Lee")
    assert export_csv(here, tmp_path / "sheets") == (4, 1)
    with (tmp_path / "sheets" / "attempts.csv").open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    with (tmp_path / "sheets" / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    wanted = ("learner", "status", "moves", "score", "decision_verdict", "decision_seconds")
    assert [first[name] for name in wanted] == ["Ann Lee", "finished", "3", "82.5", "correct", "95"]
    assert (row["attempt"], row["id"], row["earned"], row["met"]) == (first["id"], "greets", "5", "True")


def test_a_spreadsheet_runs_nothing_that_a_learner_typed(here: Records, begin: Begin, tmp_path: Path) -> None:
    """A name that would be a formula is text."""
    here.leave(begin(here, "=HYPERLINK(1)").id, "@sum")
    export_csv(here, tmp_path)
    written = (tmp_path / "attempts.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in written and "'@sum" in written
