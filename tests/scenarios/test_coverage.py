"""Coverage: the matrix is computed from the scenarios, and no part of the job is without a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.documents import read
from simcare.patients.life import episode_kinds
from simcare.scenarios.coverage import Covered, cover, coverage_as_markdown
from simcare.scenarios.episodes import OUTREACH, known_episodes
from simcare.scenarios.library import LIBRARY, load_policy
from simcare.scenarios.model import RubricItem, Scenario
from simcare.scenarios.vocabulary import seed_ids
from tools import fill_coverage

SMALL = read(Path(__file__).parent / "good" / "a-small-call.yaml", Scenario).value


def line(matrix: tuple[Covered, ...], part: str, name: str) -> Covered:
    """Return one line of the matrix."""
    return next(item for item in matrix if (item.part, item.id) == (part, name))


def with_row(**fields: object) -> Scenario:
    """Return the small call with one more row, and without any other that counts."""
    row = RubricItem.model_validate({"label": "A row", "domain": "gather", "must": "said(ask_fever)", **fields})
    return SMALL.model_copy(update={"covers": (), "episodes": (), "rubric": {"row": row}})


def test_no_part_of_the_job_is_without_a_call() -> None:
    """Each responsibility, step, skill, episode and presentation has a call and a row that scores it."""
    matrix = cover((read(file, Scenario).value for file in LIBRARY.glob("*.yaml")), load_policy().value)
    assert [item.id for item in matrix if item.empty] == []


def test_the_matrix_holds_the_whole_job() -> None:
    """Fourteen responsibilities, all steps and skills, every presentation and every episode have a line."""
    matrix = cover([], load_policy().value)
    lines = {part: [item.id for item in matrix if item.part == part] for part in dict.fromkeys(i.part for i in matrix)}
    assert lines["responsibility"] == [f"R{nth:02d}" for nth in range(1, 15)]
    assert lines["workload step"] == [name for name in seed_ids() if name[0] == "W" and "." in name]
    assert lines["skill"] == [f"S{nth}" for nth in range(1, 8)]
    assert lines["presentation"] == list(load_policy().value.presentations)
    assert lines["episode"] == [*episode_kinds(), *OUTREACH] == list(known_episodes())
    assert all(item.empty for item in matrix)


def test_a_skill_that_is_only_claimed_is_empty() -> None:
    """What a scenario says it covers and no row scores is told as a call without a row, and counts as empty."""
    claimed = cover([with_row(points=5).model_copy(update={"covers": ("S2",)})], load_policy().value)
    found = line(claimed, "skill", "S2")
    assert (found.scenarios, found.rows, found.empty) == ((SMALL.id,), (), True)


@pytest.mark.parametrize(("points", "critical", "rows"), [(5, False, 1), (0, True, 1), (0, False, 0)])
def test_a_row_counts_by_points_or_because_it_can_fail_a_call(points: int, critical: bool, rows: int) -> None:
    """A row that neither earns nor fails anything scores nothing."""
    scenario = with_row(points=points, critical=critical, covers=["S2"], why="so", source="seed")
    assert len(line(cover([scenario], load_policy().value), "skill", "S2").rows) == rows


def test_a_presentation_is_scored_by_a_row_that_asks_for_its_red_flag_or_names_its_entry() -> None:
    """Both the fact a row asks for and the entry of the escalation file it rests on say what the row is about."""
    policy = load_policy().value
    by_source = with_row(points=5, source="escalation file, back_pain, questions")
    assert line(cover([by_source], policy), "presentation", "back_pain").rows == (f"{SMALL.id}/row",)
    elsewhere = with_row(points=5, source="a book about back_pain")
    assert line(cover([elsewhere], policy), "presentation", "back_pain").empty
    by_fact = with_row(points=5, must="known(knee)").model_copy(
        update={"facts": {**SMALL.facts, "knee": SMALL.facts["knee"].model_copy(update={"red_flag": "foot_skin"})}}
    )
    assert line(cover([by_fact], policy), "presentation", "foot_skin").rows == (
        f"{SMALL.id}/decision",
        f"{SMALL.id}/row",
    )


def test_an_episode_is_not_taken_for_the_presentation_of_that_name() -> None:
    """A call about a fall does not yet score what the policy says of falls."""
    matrix = cover([SMALL.model_copy(update={"episodes": ("fall",), "covers": ()})], load_policy().value)
    assert not line(matrix, "episode", "fall").empty
    assert line(matrix, "presentation", "fall").empty


def test_the_page_folds_every_line_and_names_what_is_empty() -> None:
    """The tables of README have each id once, with **none** where there is no call."""
    matrix = cover([], load_policy().value)
    page = coverage_as_markdown(matrix)
    assert page.count("**none**") == len(matrix)
    assert page.count("<details>") == page.count("</details>") == 5


def test_readme_shows_the_matrix_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """README tells what the library covers as its files stand now."""
    assert (fill_coverage.main(["--check"]), capsys.readouterr().out) == (0, "")
