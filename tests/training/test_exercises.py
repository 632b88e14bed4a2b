"""Exercises: ours are in order, a bad one is told by its place, and the mark follows from the judges."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from simcare.documents import DocumentError
from simcare.training.exercises import exercise_files, lint_exercise, load_exercise, load_exercises, title_of

GOOD = """\
simcare_exercise: 1
id: mine
title: Mine
about: A set for the tests.
items:
  - {call: sore-knees}
  - {call: lost-car}
  - {call: puffy-feet, variant: three-pillows, seed: 7}
pass_mark:
  source: A panel
  confidence: assumption
  judges:
    - {name: One, estimates: {sore-knees: 80, lost-car: 60, puffy-feet/three-pillows: 50}}
    - {name: Two, estimates: {sore-knees: 60, lost-car: 40, puffy-feet/three-pillows: 30}}
"""


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the folder of exercises of a program's own."""
    folder = tmp_path / "ours" / "exercises"
    folder.mkdir(parents=True)
    monkeypatch.setenv("SIMCARE_LIBRARY", str(folder.parent))
    return folder


def findings(folder: Path, old: str = "", new: str = "", name: str = "mine") -> list[str]:
    """Write the good exercise with one change, and return what is found in it, without the folder."""
    file = folder / f"{name}.yaml"
    file.write_text(GOOD.replace(old, new) if old else GOOD, encoding="utf-8")
    return [str(problem).removeprefix(f"{folder.as_posix()}/") for problem in lint_exercise(file)]


def test_our_exercises_are_in_order() -> None:
    """Each of ours has no finding, and there is a way from the first to the last."""
    assert [problem for file in exercise_files().values() for problem in lint_exercise(file)] == []
    order = list(load_exercises())
    assert (order[0], len(order) >= 7) == ("first-calls", True)
    assert all(
        order.index(need) < order.index(name) for name, each in load_exercises().items() for need in each.value.needs
    )


def test_every_call_of_the_library_that_is_not_translated_has_its_exercise() -> None:
    """The curriculum leaves no call out."""
    from simcare.scenarios.library import library_files

    used = {item.call for each in load_exercises().values() for item in each.value.items}
    assert set(library_files()) - used == set()


def test_the_mark_is_what_just_ready_people_pass(own_folder: Path) -> None:
    """Two judges, 1.9 and 1.3 of three calls: 1.6, so two calls have to be passed; two judges are few."""
    findings(own_folder)
    found = load_exercise("mine").value
    assert (round(found.mark, 2), found.passes_needed, found.provisional) == (1.6, 2, True)


def test_a_program_has_its_own_exercises_beside_ours(own_folder: Path) -> None:
    """A file in its folder is found by its name; one with the name of ours takes its place."""
    findings(own_folder)
    findings(own_folder, "id: mine\ntitle: Mine", "id: first-calls\ntitle: Our first calls", "first-calls")
    assert load_exercise("mine").value.title == "Mine"
    assert load_exercise("first-calls").value.title == "Our first calls"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("call: lost-car", "call: lost-cat", "mine.yaml:7:6: E104 scenario 'lost-cat' is not in the library; did"),
        ("variant: three-pillows", "variant: three-cats", "mine.yaml:8:24: E104 'puffy-feet' has no variant"),
        ("call: lost-car", "call: sore-knees", "mine.yaml:7:5: E401 'sore-knees' stands here twice; take one"),
        ("about:", "mode: assessment\nabout:", "mine.yaml:9:5: E403 an assessment whose calls are fixed can be"),
        ("id: mine", "id: yours", "mine.yaml:2:1: E404 the id 'yours' is not the file's name 'mine'; give both one"),
        ("about:", "needs: [frist-calls]\nabout:", "mine.yaml:4:9: E104 there is no exercise 'frist-calls'; did you"),
        ("about:", "needs: [mine]\nabout:", "mine.yaml:4:9: E405 'mine' needs 'mine' itself, so neither could ever"),
        ("lost-car: 60, ", "", "mine.yaml:13:19: E406 One says nothing of lost-car; give an estimate"),
        ("lost-car: 60", "lost-car: 60, first-call: 5", "E406 an estimate is given for 'first-call', which is no call"),
        ("lost-car: 60", "lost-car: 160", "mine.yaml:13:"),
        ("title: Mine", "titel: Mine", "mine.yaml:3:1: D"),
        ("call: lost-car", "shift: busy-sunday", "mine.yaml:7:6: E104 there is no shift 'busy-sunday'; did you mean"),
        ("call: lost-car", "call: lost-car, shift: busy-monday", "an item is one call or one shift; write either"),
        ("call: lost-car", "seed: 3", "an item is one call or one shift; write either"),
        ("call: lost-car", "shift: busy-monday, variant: quiet", "a shift has no variant; leave it out"),
        ("call: lost-car", "shift: busy-monday", "E406 One says nothing of shift/busy-monday; give an estimate"),
    ],
)
def test_a_bad_exercise_is_told_by_its_place(own_folder: Path, old: str, new: str, finding: str) -> None:
    """Each mistake has its line, a code, a fact and a remedy."""
    assert any(finding in found for found in findings(own_folder, old, new))


def test_an_exercise_may_end_with_a_shift(own_folder: Path) -> None:
    """The judges say of it, as of a call, how many just ready people pass it; its own mark is not touched."""
    both = findings(own_folder, "call: lost-car", "shift: busy-monday")
    assert {finding.partition(" ")[2][:4] for finding in both} == {"E406"}
    text = GOOD.replace("call: lost-car", "shift: busy-monday").replace("lost-car", "shift/busy-monday")
    (own_folder / "mine.yaml").write_text(text, encoding="utf-8")
    assert lint_exercise(own_folder / "mine.yaml") == []
    found = load_exercise(own_folder / "mine.yaml").value
    assert (found.unit, round(found.mark, 2), title_of(found.items[1])) == ("parts", 1.6, "A busy Monday morning")


def test_a_shift_of_an_assessment_is_drawn_fresh(own_folder: Path) -> None:
    """A fixed seed would bring everybody the same morning, which can be told."""
    text = GOOD.replace("call: lost-car", "shift: busy-monday, seed: 4").replace("about:", "mode: assessment\nabout:")
    (own_folder / "mine.yaml").write_text(text, encoding="utf-8")
    assert ("E403", 8) in {(problem.code, problem.line) for problem in lint_exercise(own_folder / "mine.yaml")}


def test_busy_monday_ends_with_the_shift() -> None:
    """The last of the curriculum is the morning in which all of it comes at once."""
    assert [item.shift for item in load_exercise("busy-monday").value.items] == [None] * 8 + ["busy-monday"]


def test_a_guided_call_is_no_assessment(own_folder: Path) -> None:
    """A call that tells what to do cannot judge anybody."""
    text = GOOD.replace("sore-knees", "first-call").replace("about:", "mode: assessment\nabout:")
    (own_folder / "mine.yaml").write_text(text, encoding="utf-8")
    assert "E402" in {problem.code for problem in lint_exercise(own_folder / "mine.yaml")}


def test_two_exercises_that_need_each_other_are_told(own_folder: Path) -> None:
    """Neither could ever be begun."""
    findings(own_folder, "id: mine", "id: yours\nneeds: [mine]", "yours")
    assert any(
        "E405 'yours' needs 'mine' itself" in found
        for found in findings(own_folder, "about:", "needs: [yours]\nabout:")
    )


def test_an_unknown_exercise_is_answered_with_the_nearest() -> None:
    """A slip of the pen is met halfway."""
    with pytest.raises(DocumentError, match="there is no exercise 'first-call'; did you mean 'first-calls'"):
        load_exercise("first-call")


@pytest.mark.slow
def test_the_wheel_brings_the_exercises_and_notebooks(tmp_path: Path) -> None:
    """Who installs simcare has them inside the package, where the loaders look."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    names = set(ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    assert {f"simcare/exercises/{file.name}" for file in (root / "exercises").glob("*.*")} <= names
    assert "simcare/exercises/checks/levels-of-help.yaml" in names
    assert "simcare/notebooks/01-take-a-call.ipynb" in names
