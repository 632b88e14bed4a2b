"""`simcare shifts`: what it lists and prints, its exit codes, and wrong files answered in words."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from simcare import cli

ROOT = Path(__file__).parents[2]
BAD = ROOT / "tests" / "world" / "shift" / "bad"
SMALL = ROOT / "tests" / "world" / "shift" / "small_shift.yaml"


@pytest.fixture(autouse=True)
def own_shifts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Put the tests' own shift beside ours, standing in an empty folder."""
    (tmp_path / "library" / "shifts").mkdir(parents=True)
    text = SMALL.read_text(encoding="utf-8")
    (tmp_path / "library" / "shifts" / "small-shift.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.chdir(tmp_path)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the command and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["simcare", "shifts", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def written(tmp_path: Path, moves: str, head: str = "shift: small-shift\nseed: 3\n") -> str:
    """Write a transcript and return the name of its file."""
    (tmp_path / "mine.yaml").write_text(f"{head}moves:\n{moves}", encoding="utf-8")
    return "mine.yaml"


def test_the_shifts_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ours and the program's, with their minutes and how much there is to do."""
    assert run(monkeypatch, "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"quiet-tuesday", "busy-monday", "friday-until-five", "small-shift"} <= set(listed)
    assert listed["small-shift"] == {"title": "A small shift", "minutes": 60, "difficulty": 2, "items": 8}


def test_a_bad_shift_keeps_no_other_from_the_list(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told beside the list, at its place."""
    bad = (BAD / "a_line_without_a_caller.yaml").read_text(encoding="utf-8")
    (tmp_path / "library" / "shifts" / "bad.yaml").write_text(bad, encoding="utf-8")
    assert run(monkeypatch, "list") == 0
    told = capsys.readouterr()
    assert "quiet-tuesday" in told.out and "bad.yaml:11:3: H104" in told.err


def test_ours_have_no_findings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Lint of all shifts ends with 0."""
    assert (run(monkeypatch, "lint"), capsys.readouterr().out) == (0, "No findings.\n")


def test_a_bad_shift_ends_with_its_line_and_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with file, line, column, code, fact and remedy."""
    assert run(monkeypatch, "lint", str(BAD / "a_line_without_a_caller.yaml")) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith(
        "a_line_without_a_caller.yaml:11:3: H104 'a' has nobody to talk with; name a 'scenario' or 'drawn_from'"
    )


def test_a_warning_ends_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A call of another day may be played, and is told."""
    assert run(monkeypatch, "lint", str(BAD / "a_call_of_another_day.yaml")) == 1
    assert capsys.readouterr().out.count("(warning)") == 2


@pytest.mark.slow
def test_a_written_shift_is_played(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every kind of entry, and the result with the keys that other programs may rely on."""
    moves = """  - {read: fax}
  - {hand: fax, to: nurse}
  - {read: form}
  - {answer: form, with: sent}
  - {put_off: later, minutes: 90}
  - {wait_for: line}
  - {take: line}
  - call: [greet_introduce, {say: "How can I help you?"}, {do: end_call}]
  - {close: true}
  - {note: line}
  - call: [{do: write_note, note: {text: Spoke with her., minutes: 1}}]
  - {close: true}
  - {take: list}
  - {leave: true}
  - {until_end: true}
"""
    assert run(monkeypatch, "play", written(tmp_path, moves), "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {"shift", "seed", "score", "passed", "points", "rows", "calls", "critical", "news", "covers"} <= set(told)
    assert (told["shift"], told["covers"], told["critical"]) == ("small-shift", ["S6"], ["text"])
    shares = {(row["area"], row["item"]): row["share"] for row in told["rows"]}
    assert (shares["urgent", "fax"], shares["list", "later"], shares["notes", "line"]) == (1.0, 0.5, 1.0)


@pytest.mark.parametrize(
    ("moves", "place", "words"),
    [
        ("  - {read: form}\n  - {take: form}\n", "mine.yaml:5:5: H110", "nobody can be rung back about this"),
        ("  - {answer: form, with: sent}\n", "mine.yaml:4:5: H110", "read the message first"),
        ("  - {read: form, take: list}\n", "mine.yaml:4:5: H110", "one thing done"),
        ("  - {wait_for: nobody}\n", "mine.yaml:4:5: H110", "nothing is called 'nobody'"),
        ("  - call: [greet_introduce]\n", "mine.yaml:4:5: H110", "no call is on hand"),
        ("  - {take: list}\n  - call: [greet_introduse]\n", "mine.yaml:5:5: H110", "did you mean 'greet_introduce'"),
        ("  - {wait: soon}\n", "mine.yaml:4:12: D1", "a number"),
    ],
)
def test_a_move_that_is_not_possible_is_told_at_its_place(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    moves: str,
    place: str,
    words: str,
) -> None:
    """The file, the line, why, and exit code 2."""
    assert run(monkeypatch, "play", written(tmp_path, moves)) == 2
    told = capsys.readouterr().err
    assert told.startswith(place) and words in told


def test_an_unknown_shift_is_told_at_its_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The transcript's own line, with the name that was meant."""
    assert run(monkeypatch, "play", written(tmp_path, "  - {until_end: true}\n", "shift: small-shaft\n")) == 2
    assert capsys.readouterr().err.startswith("mine.yaml:1:1: H101 there is no shift 'small-shaft'; did you mean")


def test_the_model_of_you_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Three numbers for each measure, and an unknown level in words."""
    assert run(monkeypatch, "twin", "small-shift", "--runs", "5", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["runs"], told["skill"], set(told["measures"]["score"])) == (5, "novice", {"low", "middle", "high"})
    assert run(monkeypatch, "twin", "small-shift", "--skill", "expret") == 2
    assert "did you mean 'expert'?" in capsys.readouterr().err
