"""`simcare scenarios profile`: a table on disk or on the screen, and wrong words answered in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simcare import cli
from simcare.calls.profiles import read_table
from tests.desk.told import LIBRARY


@pytest.fixture(autouse=True)
def small_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Rehearse a library of two small calls, standing in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simcare.scenarios.library.LIBRARY", LIBRARY)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the command and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["simcare", "scenarios", "profile", *words])
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def test_the_table_is_written_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --out the file holds one row for each variant and skill that was asked for, and a line says so."""
    code = run(monkeypatch, "--runs", "2", "--skill", "novice", "--out", "mine.csv")
    rows = read_table((tmp_path / "mine.csv").read_text(encoding="utf-8"))
    assert (code, {row.skill for row in rows}, {row.runs for row in rows}) == (0, {"novice"}, {2})
    assert capsys.readouterr().out == f"{len(rows)} profiles in mine.csv.\n"


def test_an_unknown_skill_is_told_in_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A level that does not exist ends with the nearest one and exit code 2."""
    assert run(monkeypatch, "--skill", "expret") == 2
    assert capsys.readouterr().err == "simcare: there is no skill 'expret'; did you mean 'expert'?\n"


def test_a_folder_that_is_not_there_is_told_before_anything_is_played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in no folder ends with exit code 2 and no rehearsal."""
    assert run(monkeypatch, "--out", "nowhere/mine.csv") == 2
    assert capsys.readouterr().err == "simcare: there is no folder 'nowhere'; make it first, or write elsewhere\n"
