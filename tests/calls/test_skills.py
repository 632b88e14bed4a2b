"""Skills: levels, files made from records, and the model of slips."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.calls.skills import RANKS, Skill, read_skills, shipped_skills, skill_rows
from simcare.documents import DocumentError

LEVELS = tuple(shipped_skills().values())


def skill_file(folder: Path, **competencies: dict[str, float]) -> Path:
    """Write a skill file about one class."""
    file = folder / "skills.json"
    skills = {"may": {"like": "novice", "competencies": competencies}}
    file.write_text(json.dumps({"simcare_skills": 1, "source": "a test", "skills": skills}, indent=1))
    return file


def test_the_levels_rise_in_every_competency() -> None:
    """A trained care manager is surer of each competency than a novice, and an expert than both."""
    novice, trained, expert = LEVELS
    assert (novice.name, trained.name, expert.name) == ("novice", "trained", "expert")
    for key in novice.strengths:
        assert novice.strengths[key] < trained.strengths[key] < expert.strengths[key]


def test_every_number_of_a_level_has_its_source() -> None:
    """No number stands without a source, and none claims to be more than an assumption."""
    assert {row["confidence"] for row in skill_rows()} == {"assumption"}
    assert all(row["source"] and row["plain"] for row in skill_rows())


@given(st.sampled_from(LEVELS), st.integers(0, RANKS - 1), st.booleans())
def test_decisions_are_shares(skill: Skill, need: int, heard: bool) -> None:
    """For every need the shares of decided ranks lie from 0 to 1 and add up to 1, without a decision or with one."""
    for shares in (skill.decides(need, heard), skill.decided(need, heard)):
        assert min(shares) >= 0 and sum(shares) == pytest.approx(1)


@given(st.sampled_from(LEVELS), st.integers(1, RANKS - 1))
def test_who_has_not_heard_decides_lower(skill: Skill, need: int) -> None:
    """Before hearing what a decision rests on, more decisions are below the need."""
    assert sum(skill.decides(need, False)[:need]) > sum(skill.decides(need, True)[:need])


@pytest.mark.parametrize("need", range(RANKS))
def test_skill_decides_right_more_often(need: int) -> None:
    """Whatever is needed, each level decides right more often than the one below it."""
    right = [skill.decided(need)[need] for skill in LEVELS]
    assert right == sorted(right) and right[0] < right[-1]


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    """A competency of the file has its mean; every other number is that of the level it is like."""
    skill = read_skills(skill_file(tmp_path, escalation={"mean": 3.0})).expected("may")
    assert skill.strengths == {**LEVELS[0].strengths, "escalation": 3.0}
    assert (skill.name, skill.habits) == ("may", LEVELS[0].habits)


def test_what_is_not_known_is_drawn_once_for_a_replication(tmp_path: Path) -> None:
    """One replication always has one draw, another has another, and many have the file's mean and deviation."""
    file = read_skills(skill_file(tmp_path, escalation={"mean": 1.0, "sd": 0.5}))
    drawn = [file.drawn("may", 7, nth).strengths["escalation"] for nth in range(2000)]
    mean = sum(drawn) / 2000
    deviation = (sum((each - mean) ** 2 for each in drawn) / 2000) ** 0.5
    assert file.drawn("may", 7, 3) == file.drawn("may", 7, 3)
    assert len(set(drawn)) == 2000
    assert (mean, deviation) == (pytest.approx(1.0, abs=0.06), pytest.approx(0.5, abs=0.05))


def test_without_a_deviation_nothing_is_drawn(tmp_path: Path) -> None:
    """A strength that is stated without a deviation is the same in every replication."""
    file = read_skills(skill_file(tmp_path, escalation={"mean": 1.0}))
    assert file.drawn("may", 7, 1) == file.drawn("may", 8, 2) == file.expected("may")


def test_an_unknown_competency_is_told_with_its_place(tmp_path: Path) -> None:
    """A competency that does not exist ends with its line and the ones there are."""
    with pytest.raises(DocumentError, match=r"skills.json:8:\d+: E104 'escalaton' is not a competency.*escalation"):
        read_skills(skill_file(tmp_path, escalaton={"mean": 1.0}))


def test_an_impossible_deviation_is_told_with_its_place(tmp_path: Path) -> None:
    """A deviation below 0 is refused with its line."""
    with pytest.raises(DocumentError, match=r"skills.json:\d+:\d+: "):
        read_skills(skill_file(tmp_path, escalation={"mean": 1.0, "sd": -1.0}))
