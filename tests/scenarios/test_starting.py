"""Starting a scenario: what comes out is whole, under its own id, and nobody's signature goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.calls.rehearsal import findings, rehearse
from simcare.documents import SimcareError, read_text
from simcare.scenarios.library import load_scenario
from simcare.scenarios.lint import lint_text
from simcare.scenarios.model import Scenario
from simcare.scenarios.starting import start_scenario, template_ids

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "tight-shoes.yaml"


@pytest.mark.parametrize("template", template_ids())
def test_a_template_is_clean_and_well_built(template: str) -> None:
    """Lint finds nothing, and its rehearsal shows ideal passing and the careless players failing."""
    text = start_scenario("cold-house", template)
    assert [str(problem) for problem in lint_text(text, name="cold-house.yaml")] == []
    scenario = read_text(text, Scenario, name="cold-house.yaml").value
    assert (scenario.id, findings(scenario, rehearse(scenario))) == ("cold-house", [])


def test_another_scenario_keeps_its_words_and_comments_and_loses_its_signature(tmp_path: Path) -> None:
    """Only the id, the version and the signature change."""
    signed = tmp_path / "signed.yaml"
    text = load_scenario(EXAMPLE).text.replace("unreviewed\nwhen", "A. Nurse, RN\nwhen").replace("1.0.0", "2.3.4")
    signed.write_text(text, encoding="utf-8")
    started = start_scenario("other-shoes", signed)
    before, after = text.splitlines(), started.splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        ("id: tight-shoes", "id: other-shoes"),
        ("version: 2.3.4", 'version: "1.0.0"'),
        ("reviewed_by: A. Nurse, RN", "reviewed_by: unreviewed"),
    ]


@pytest.mark.parametrize(
    ("bad", "words"),
    [("Cold House!", "'cold-house' would be one"), ("9", "take another name"), ("", "take another name")],
)
def test_a_bad_id_is_told_with_a_good_one(bad: str, words: str) -> None:
    """What is no id is refused with one that is near."""
    with pytest.raises(SimcareError, match=words):
        start_scenario(bad)


def test_an_unknown_model_is_told() -> None:
    """A scenario that is not there cannot be started from."""
    with pytest.raises(SimcareError, match="did you mean 'sore-knees'"):
        start_scenario("mine", "sore-kness")
