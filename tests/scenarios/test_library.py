"""The library: every call is clean, plays as written, scores each step of the seed and gives no variant away."""

from __future__ import annotations

import itertools
from functools import lru_cache
from pathlib import Path

import pytest

from simcare.calls.listener import default_listener
from simcare.calls.opening import chart_for, open_call
from simcare.calls.rehearsal import all_findings, rehearse_deeply
from simcare.calls.scorecard import Scorecard
from simcare.calls.scoring import score
from simcare.calls.transcripts import play_moves
from simcare.scenarios.library import LIBRARY, load_scenario
from simcare.scenarios.lint import lint_file
from simcare.scenarios.model import Play, Scenario
from simcare.scenarios.variants import merge_variant
from simcare.scenarios.vocabulary import seed_ids

FILES = sorted(LIBRARY.glob("*.yaml"))
SEED_CASES = {"W1": "sore-knees", "W2": "lost-car", "W3": "mixed-up-tuesday"}
SHOWN_BEFORE = (
    "id",
    "version",
    "title",
    "brief",
    "opening",
    "patient",
    "when",
    "direction",
    "identity",
    "gated",
    "coach",
)


@lru_cache
def scenario_of(name: str) -> Scenario:
    """Return a scenario of ours by its id."""
    return load_scenario(LIBRARY / f"{name}.yaml").value


@lru_cache
def card_of(name: str, play_id: str) -> Scorecard:
    """Return the scorecard of a scenario's play."""
    scenario = scenario_of(name)
    play = scenario.plays[play_id]
    return score(play_moves(open_call(scenario, play.variant, play.seed), play, default_listener()))


def plays() -> list[tuple[str, str]]:
    """Return (scenario, play) for every play of the library."""
    return [(file.stem, play_id) for file in FILES for play_id in scenario_of(file.stem).plays]


def steps() -> list[str]:
    """Return the steps of the seed's three days of work: W1.0 to W3.7."""
    return [step for step in seed_ids() if "." in step and step.partition(".")[0] in SEED_CASES]


def test_the_three_seed_cases_are_there() -> None:
    """The library has the calls that the seed describes, by the ids that transcripts use."""
    assert set(SEED_CASES.values()) <= {file.stem for file in FILES}


def test_one_call_teaches_the_desk() -> None:
    """Exactly one call is the guided one."""
    assert [file.stem for file in FILES if scenario_of(file.stem).guided] == ["first-call"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_call_has_no_findings(file: Path) -> None:
    """Lint finds nothing in a call of the library."""
    assert [str(problem) for problem in lint_file(file)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_call_is_called_by_its_file(file: Path) -> None:
    """The id of a call is the name of its file."""
    assert scenario_of(file.stem).id == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_call_waits_for_a_clinician(file: Path) -> None:
    """Nobody has signed yet, and every call says so."""
    assert scenario_of(file.stem).reviewed_by == "unreviewed"


@pytest.mark.parametrize(("name", "play_id"), plays())
def test_a_play_scores_as_written(name: str, play_id: str) -> None:
    """A play gets the score, the pass and the verdict that stand beside it."""
    play: Play = scenario_of(name).plays[play_id]
    card = card_of(name, play_id)
    low, high = play.score if isinstance(play.score, tuple) else (play.score, play.score)
    assert (card.passed, card.decision.verdict) == (play.passed, play.verdict)
    assert low <= card.score <= high


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_row_is_met_in_some_play(file: Path) -> None:
    """Each row that gives points is met by a play, so that its condition is proven."""
    scenario = scenario_of(file.stem)
    met = {row.id for play_id in scenario.plays for row in card_of(file.stem, play_id).rows if row.met}
    rows = [row for variant in scenario.variants for row in merge_variant(scenario, variant).rubric.items()]
    assert sorted({name for name, item in rows if item.kind != "must_not"} - met) == []


@pytest.mark.parametrize("step", steps())
def test_each_step_of_the_seed_is_scored_in_its_call(step: str) -> None:
    """Each W1.x, W2.x and W3.x is what a row with points covers, in at least one variant of its call."""
    scenario = scenario_of(SEED_CASES[step.partition(".")[0]])
    rows = [item for variant in scenario.variants for item in merge_variant(scenario, variant).rubric.values()]
    assert any(item.points > 0 and item.kind != "must_not" for item in rows if step in item.covers)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_seen_before_dialing_tells_variants_apart(file: Path) -> None:
    """Title, brief, opening and the rest that is seen before the first word are the same in every variant."""
    scenario = scenario_of(file.stem)
    merged = [merge_variant(scenario, variant) for variant in scenario.variants]
    for part in SHOWN_BEFORE:
        assert [getattr(one, part) for one in merged] == [getattr(scenario, part)] * len(merged)
    seen = [{n: (f.label, f.kind, f.in_chart) for n, f in one.facts.items()} for one in merged]
    assert seen == [seen[0]] * len(merged)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_first_words_and_the_chart_are_the_same(file: Path) -> None:
    """An opened call shows the same chart and the same first line whatever is hidden behind it."""
    scenario = scenario_of(file.stem)
    for seed in range(3):
        opened = [open_call(scenario, variant, seed) for variant in scenario.variants]
        assert len({call.lines[0].text for call in opened}) == 1
        assert all(call.chart == chart_for(scenario, seed) for call in opened)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_two_variants_differ_in_three_tells_at_least(file: Path) -> None:
    """Whoever asks around learns which truth it is from more than one answer."""
    scenario = scenario_of(file.stem)
    facts = [merge_variant(scenario, variant).facts for variant in scenario.variants]
    different = [sum(one[n].tell != other[n].tell for n in one) for one, other in itertools.combinations(facts, 2)]
    assert min(different) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rehearsal_finds_nothing(file: Path) -> None:
    """The ideal player passes every variant, no player or play beats it, no careless one passes, all is reached."""
    scenario = scenario_of(file.stem)
    assert all_findings(scenario, rehearse_deeply([scenario])[0]) == []
