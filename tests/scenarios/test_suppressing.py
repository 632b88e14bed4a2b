"""Allowed findings and mending: a reason excuses one finding, and only plain notation is ever changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.scenarios.lint import fix_file, lint_text

GOOD = (Path(__file__).parent / "good" / "a-small-call.yaml").read_text(encoding="utf-8")
SPEECH = '  - {id: hello_again, to: [greet_introduce], say: "Hello."}'
LONG = SPEECH.replace("Hello.", "And so on. " * 40)


def codes(text: str) -> list[str]:
    """Return the codes that lint finds in a text."""
    return [problem.code for problem in lint_text(text, name="a-small-call.yaml")]


@pytest.mark.parametrize(
    "comment", ["{line}  # lint: allow E241 a recording", "  # lint: allow E241 a recording\n{line}"]
)
def test_a_comment_with_a_reason_allows_a_finding(comment: str) -> None:
    """On the line or alone above it, a code with a reason takes the finding away."""
    assert codes(GOOD.replace(SPEECH, LONG)) == ["E241"]
    assert codes(GOOD.replace(SPEECH, comment.format(line=LONG))) == []


def test_a_comment_without_a_reason_allows_nothing() -> None:
    """The finding stays, and that nobody says why is one more."""
    assert sorted(codes(GOOD.replace(SPEECH, LONG + "  # lint: allow E241"))) == ["E241", "W291"]


def test_a_comment_that_allows_nothing_is_found() -> None:
    """A comment of another code, or where nothing is wrong, does not hide among the others."""
    assert codes(GOOD.replace(SPEECH, SPEECH + "  # lint: allow E241 once it was long")) == ["W292"]
    assert sorted(codes(GOOD.replace(SPEECH, LONG + "  # lint: allow E246 why not"))) == ["E241", "W292"]


def test_what_cannot_be_read_cannot_be_allowed() -> None:
    """No comment excuses a file that is not in order."""
    broken = GOOD.replace("title: A monthly call", "titel: A monthly call  # lint: allow E201 so")
    assert codes(broken) == ["D106"]


@pytest.mark.parametrize(
    ("old", "wrong"),
    [
        ("in_chart: true", "in_chart: yes"),
        ("clock: {budget: 600}", "clock: {budget: 10:00}"),
        ("clock: {budget: 600}", 'clock: {budget: "10:00"}'),
        ("  by: 500", "  by: 500.0"),
        ("  by: 500", "  by: 8:20"),
    ],
)
def test_plain_notation_is_mended(tmp_path: Path, old: str, wrong: str) -> None:
    """Booleans and times in another notation become what they mean, and nothing else in the file changes."""
    file = tmp_path / "a-small-call.yaml"
    file.write_text(GOOD.replace(old, wrong, 1), encoding="utf-8")
    assert [problem.code for problem in fix_file(file)] == ["D109"]
    assert file.read_text(encoding="utf-8") == GOOD


def test_a_guess_is_never_made(tmp_path: Path) -> None:
    """An id that is nearly right stays as it is written: lint offers the right one, the author decides."""
    file = tmp_path / "a-small-call.yaml"
    wrong = GOOD.replace("to: [ask_fever]", "to: [ask_fevre]")
    file.write_text(wrong, encoding="utf-8")
    assert (fix_file(file), file.read_text(encoding="utf-8")) == ([], wrong)
    assert fix_file(tmp_path / "gone.yaml") == []


def test_a_needless_comment_is_taken_out(tmp_path: Path) -> None:
    """What allows nothing goes, and the line stays."""
    file = tmp_path / "a-small-call.yaml"
    file.write_text(GOOD.replace(SPEECH, SPEECH + "  # lint: allow E241 once"), encoding="utf-8")
    assert [problem.code for problem in fix_file(file)] == ["W292"]
    assert file.read_text(encoding="utf-8") == GOOD
