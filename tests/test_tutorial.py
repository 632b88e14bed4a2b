"""The tutorial: typed from the page step by step, it misses what the page says it misses, and ends in a proven call."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcare.calls.rehearsal import all_findings, rehearse_deeply
from simcare.documents import read_text
from simcare.scenarios.lint import lint_text
from simcare.scenarios.model import Scenario

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "how-to" / "write-a-scenario.md").read_text(encoding="utf-8")
STEP = re.compile(r"^## (\d+)\. (.*?)(?=^## )", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEPS = {int(number): body for number, body in STEP.findall(PAGE)}


def text_after(step: int) -> str:
    """Return what stands in the file when one has typed the steps up to this one."""
    blocks = [FENCED.search(STEPS[number]) for number in range(1, step + 1)]
    return "\n".join(block.group(1) for block in blocks if block is not None)


def test_there_are_ten_steps_with_something_to_type() -> None:
    """Each step has exactly one piece of YAML."""
    assert {number: len(FENCED.findall(body)) for number, body in STEPS.items()} == dict.fromkeys(range(1, 11), 1)


@pytest.mark.parametrize("step", range(1, 9))
def test_a_step_misses_what_the_page_says(step: int) -> None:
    """Lint finds nothing wrong with what was typed so far but the keys that the page names as still missing."""
    (named,) = re.findall(r"^Still missing: (.+)\.$", STEPS[step], re.MULTILINE)
    found = [(problem.code, problem.fact) for problem in lint_text(text_after(step), name="tight-shoes.yaml")]
    assert found == [("D107", f"the key '{key}' is missing in the file") for key in named.split(", ")]


def test_before_the_plays_only_plays_are_missing() -> None:
    """After the ninth step the call can be played, and every finding asks for a play."""
    problems = lint_text(text_after(9), name="tight-shoes.yaml")
    assert read_text(text_after(9), Scenario, name="tight-shoes.yaml").value.id == "tight-shoes"
    assert {problem.code for problem in problems} == {"E234"} and len(problems) == 4
    assert "Still missing: a play that passes and a play that fails, for each variant." in STEPS[9]


def test_the_call_that_is_typed_is_clean_and_is_the_example() -> None:
    """After the tenth step lint finds nothing, and the file is the example that trainers may copy."""
    typed = text_after(10)
    assert lint_text(typed, name="tight-shoes.yaml") == []
    assert typed == (ROOT / "docs" / "examples" / "tight-shoes.yaml").read_text(encoding="utf-8")


def test_the_call_that_is_typed_is_well_built() -> None:
    """Ideal passes every variant, nobody passes by habit, every play keeps its word and everything is reached."""
    scenario = read_text(text_after(10), Scenario, name="tight-shoes.yaml").value
    assert all_findings(scenario, *rehearse_deeply([scenario])) == []
