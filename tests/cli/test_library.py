"""The commands about the whole library, shared content and rosters: what they print and how they end."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simcare.cli import app
from simcare.documents import SimcareError

SMALL = (Path(__file__).parents[1] / "scenarios" / "good" / "a-small-call.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep the tests away from anybody's records, and give them a folder of content of their own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("SIMCARE_DATABASE_URL", raising=False)
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "a-small-call.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(folder))
    return folder


def run(*words: object) -> tuple[int, str]:
    """Run a command and return its exit code with what it printed; an error of ours is 2 and its text."""
    ran = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(ran.exception, SimcareError):
        return 2, str(ran.exception)
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.output


def test_coverage_is_a_matrix_and_ends_with_1_while_something_is_missing() -> None:
    """Each line has its part, id, calls and rows; what is without a call is told as a finding."""
    code, out = run("scenarios", "coverage")
    empty = [line for line in out.splitlines() if line.startswith("finding: no call practices")]
    assert (code, "R13" in out) == (1 if empty else 0, True)
    _, as_json = run("scenarios", "coverage", "--json")
    lines = json.loads(as_json)
    assert set(lines[0]) == {"part", "id", "meaning", "scenarios", "rows", "empty"}
    assert sum(line["empty"] for line in lines) == len(empty)


def test_references_are_printed() -> None:
    """The format, the manual of lint and the schema come from one command; another word is answered."""
    assert run("scenarios", "reference")[1].startswith("# The scenario format")
    assert run("scenarios", "reference", "lint")[1].startswith("# What lint finds")
    assert json.loads(run("scenarios", "reference", "schema")[1])["title"] == "A scenario of simcare"
    assert run("scenarios", "reference", "lnt") == (2, "there is no reference 'lnt'; did you mean 'lint'?")


def test_signing_shows_in_the_list_until_the_text_changes(own_folders: Path) -> None:
    """Who signed is listed beside the call; after an edit it is unreviewed again."""
    words = ("--name", "Ann Lee", "--credential", "RN", "--date", "2026-11-02")
    code, out = run("scenarios", "sign", "a-small-call", *words)
    assert (code, out) == (0, "a-small-call 1.0.0 is signed by Ann Lee, RN (2026-11-02).\n")
    assert "Ann Lee, RN (2026-11-02)" in run("scenarios", "list")[1]
    (own_folders / "a-small-call.yaml").write_text(SMALL + "# edited\n", encoding="utf-8")
    assert "Ann Lee" not in run("scenarios", "list")[1]
    assert run("scenarios", "sign", "a-small-call", *words[:4], "--date", "soon")[0] == 2
    assert run("scenarios", "sign", "a-small-call", "--name", " ", "--credential", "RN")[0] == 2


def test_content_travels_as_a_zip(own_folders: Path, tmp_path: Path) -> None:
    """What one program packs another unpacks."""
    assert run("scenarios", "pack", own_folders, "--out", tmp_path / "x.zip")[0] == 0
    assert run("scenarios", "unpack", tmp_path / "x.zip", "--into", tmp_path / "theirs")[0] == 0
    assert (tmp_path / "theirs" / "a-small-call.yaml").read_text(encoding="utf-8") == SMALL
    assert run("scenarios", "pack", tmp_path / "gone", "--out", tmp_path / "y.zip")[0] == 2


def test_a_review_sheet_is_written(tmp_path: Path) -> None:
    """One page, named by where it went."""
    code, out = run("scenarios", "review", "a-small-call", "--out", tmp_path / "sheet.html")
    assert (code, "review sheet of a-small-call 1.0.0" in out) == (0, True)
    assert "<h2>Signature</h2>" in (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert run("scenarios", "review", "a-small-call", "--out", tmp_path / "no" / "sheet.html")[0] == 2


def test_lint_mends_on_request(own_folders: Path) -> None:
    """`--fix` tells what it mended, and the file is clean."""
    file = own_folders / "a-small-call.yaml"
    file.write_text(SMALL.replace("in_chart: true", "in_chart: yes"), encoding="utf-8")
    assert run("scenarios", "lint", file)[0] == 1
    code, out = run("scenarios", "lint", "--fix", file)
    assert (code, out.splitlines()[0].startswith("mended: "), out.splitlines()[-1]) == (0, True, "No findings.")
    assert file.read_text(encoding="utf-8") == SMALL


def test_rehearsing_nothing_is_answered() -> None:
    """Whoever wants the whole library says so."""
    assert run("scenarios", "rehearse") == (
        2,
        "no scenario is named; name a file or an id, or give --all for the whole library",
    )


def test_a_roster_gets_its_practice(tmp_path: Path) -> None:
    """Import, assign, look: three commands, each answered in a sentence."""
    roster = tmp_path / "roster.csv"
    roster.write_text("name,group\nAnn Lee,spring\nBo Diaz,spring\n", encoding="utf-8")
    assert run("roster", "import", roster) == (0, "2 lines read, 2 new memberships.\n")
    due = (date.today() + timedelta(days=14)).isoformat()
    code, out = run("roster", "assign", "sore-knees", "lost-car", "--due", due, "--group", "spring")
    assert (code, out) == (0, f"Practice: 2 calls for 'spring', due {due}.\n")
    rows = json.loads(run("roster", "progress", "--group", "spring", "--json")[1])
    assert [(row["learner"], row["left"], row["overdue"]) for row in rows] == [
        ("Ann Lee", ["sore-knees", "lost-car"], False),
        ("Bo Diaz", ["sore-knees", "lost-car"], False),
    ]
    assert run("roster", "assign", "sore-kness", "--due", due)[0] == 2
    assert run("roster", "assign", "sore-knees", "--due", "tomorrow", "--group", "spring")[0] == 2
    assert run("roster", "progress", "--group", "winter") == (0, "Nothing is assigned to 'winter'.\n")
