"""Knowledge checks: what earns points, what is told when, and notebooks that nbgrader takes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcare.documents import DocumentError
from simcare.scenarios.library import load_policy
from simcare.training.checks import KnowledgeCheck, knowledge_check
from simcare.training.exercises import exercises_folder

CHECKS = sorted(file.stem for file in (exercises_folder() / "checks").glob("*.yaml"))


def right(check: KnowledgeCheck) -> dict[str, str]:
    """Return the right answers."""
    return {name: item.answer for name, item in check.questions.items()}


@pytest.mark.parametrize("name", CHECKS)
def test_right_answers_earn_a_point_each(name: str) -> None:
    """All right is all points; capital letters and blanks do not matter."""
    check = knowledge_check(name)
    assert check.points(right(check)) == float(len(check.questions))
    assert check.points({key: f" {value.upper()} " for key, value in right(check).items()}) == len(check.questions)


def test_nothing_raises_over_an_answer() -> None:
    """Empty, foreign and odd answers earn nothing and stop nothing."""
    check = knowledge_check("within-your-role")
    odd: Any = [{}, dict.fromkeys(check.questions, ""), dict.fromkeys(check.questions, 7), "not a dict"]
    assert [check.points(answers) for answers in odd] == [0.0] * 4


def test_what_is_right_is_told_only_when_all_have_an_answer() -> None:
    """Who has answered one question does not read the others' answers."""
    check = knowledge_check("within-your-role")
    some = dict(list(right(check).items())[:1])
    assert "Still without an answer" in check.feedback(some).text
    assert check.questions["second_pill"].why not in check.feedback(some).text
    assert check.questions["second_pill"].why in check.feedback(dict.fromkeys(check.questions, "a")).text


def test_the_questions_do_not_tell_the_answers() -> None:
    """What is shown first has no reason and no mark."""
    check = knowledge_check("levels-of-help")
    shown = check.show().text
    assert all(item.ask in shown and item.why not in shown for item in check.questions.values())


def test_levels_are_those_of_the_policy() -> None:
    """Each right level is one that the policy gives for what the patient says."""
    policy = load_policy().value
    for item in knowledge_check("levels-of-help").questions.values():
        assert item.presentation is not None
        assert item.answer in policy.presentations[item.presentation].levels
        assert set(item.options) <= set(policy.levels)


def test_an_unknown_check_is_answered_with_the_nearest() -> None:
    """A slip of the pen is met halfway."""
    with pytest.raises(DocumentError, match="did you mean 'levels-of-help'"):
        knowledge_check("levels-of-hope")


@pytest.mark.parametrize("name", CHECKS)
def test_the_notebook_is_one_that_nbgrader_takes(name: str) -> None:
    """Schema 3: one locked, graded cell with all points, one open solution cell, every id once; answers are empty."""
    notebook = json.loads((exercises_folder() / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = [(cell, cell["metadata"]["nbgrader"]) for cell in notebook["cells"]]
    assert len({meta["grade_id"] for _, meta in cells}) == len(cells)
    assert {meta["schema_version"] for _, meta in cells} == {3}
    [(graded, meta)] = [(cell, meta) for cell, meta in cells if meta["grade"]]
    assert (meta["locked"], meta["solution"], meta["points"]) == (True, False, len(knowledge_check(name).questions))
    assert "".join(graded["source"]) == "check.points(answers)"
    [(solution, open_)] = [(cell, meta) for cell, meta in cells if meta["solution"]]
    assert open_["locked"] is False
    values: dict[str, Any] = {}
    exec("".join(solution["source"]), values)
    assert values["answers"] == dict.fromkeys(knowledge_check(name).questions, "")
    assert Path(f"{name}.ipynb").stem in "".join("".join(cell["source"]) for cell, _ in cells)


@pytest.mark.slow
def test_a_notebook_ends_in_points_and_says_nothing_on_stderr(python: Callable[..., subprocess.Popen[str]]) -> None:
    """An autograder gives nothing for a cell that writes to stderr, whatever its points."""
    notebook = json.loads((exercises_folder() / "levels-of-help.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    program = python("\n".join(cells[:-2]) + f"\nprint(repr({cells[-2]}))")
    assert program.communicate() == ("0.0\n", "")
