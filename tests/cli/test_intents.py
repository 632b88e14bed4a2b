"""`simcare intents`: what is hard to tell apart, and lines of standard input matched one object a line."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simcare import cli
from simcare.documents.writing import dump
from simcare.scenarios import intents as intent_files

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `simcare intents` with words and standard input."""

    def simcare(*words: object, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["simcare", "intents", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return int(stopped.value.code or 0), printed.out, printed.err

    return simcare


def test_each_line_gives_one_object(run: Run) -> None:
    """As many objects as lines, in their order, an empty line among them."""
    code, out, _ = run("match", "--json", given="im calling 911\n\nHow bad is it, zero to ten?\n")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["intent"] for row in rows] == ["act_call_911", None, "ask_severity"]
    assert [row["action"] for row in rows] == ["call_911", None, None]
    assert [set(row) for row in rows] == [{"intent", "score", "others", "action", "asked_again"}] * 3


def test_words_are_printed_without_json(run: Run) -> None:
    """A reader sees the intent, its score, what it proposes and the others."""
    code, out, _ = run("match", "--listener", "ngram", "--scenario", "sore-knees", given="calling 911\n")
    assert code == 0
    assert out.startswith("act_call_911 ")
    assert ", proposes call_911; else " in out


def test_an_unknown_listener_or_scenario_is_answered_in_words(run: Run) -> None:
    """Bad input ends with 2 and the nearest name."""
    code, _, err = run("match", "--listener", "meening", given="hi\n")
    assert (code, err) == (2, "simcare: there is no listener 'meening'; did you mean 'meaning'?\n")
    code, _, err = run("match", "--scenario", "sore-knee", given="hi\n")
    assert code == 2
    assert "sore-knees" in err


@pytest.mark.slow
def test_findings_end_with_one_and_name_the_exemplars(run: Run) -> None:
    """The library has pairs that are hard to tell apart: each is told with the lines that cause it."""
    code, out, _ = run("check", "--json")
    findings = json.loads(out)
    assert code == 1
    assert all(len(finding["exemplars"]) >= 4 for finding in findings if finding["kind"] == "confusable")
    code, out, _ = run("check")
    assert code == 1
    assert out.splitlines()[-1] == f"{len(findings)} findings."
    assert re.search(r'^    ".+" \(\w+\) is most like ".+" \(\w+\)$', out, re.MULTILINE)


def test_an_intents_file_of_ones_own_is_checked(run: Run, tmp_path: Path) -> None:
    """A file with two distinct intents has no finding; one that is missing is answered in words."""
    library = intent_files.load()
    few = {name: library.intents[name].model_dump(exclude_defaults=True) for name in ("ask_fever", "ask_address")}
    for intent in few.values():
        intent["exemplars"] = list(intent["exemplars"])
    file = tmp_path / "own.yaml"
    file.write_text(dump({"simcare": 1, "core": ["ask_fever"], "intents": few}), encoding="utf-8")
    assert run("check", file) == (0, "No findings.\n", "")
    code, _, err = run("check", tmp_path / "none.yaml")
    assert code == 2
    assert "none.yaml" in err
