"""Deep rehearsals: what is never reached, the last safe moment, the points that careless calls collect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simcare.calls.ideal import find_ideal
from simcare.calls.opening import open_call
from simcare.calls.players import PLAYERS
from simcare.calls.reached import Gathering, never_reached
from simcare.calls.rehearsal import Rehearsal, all_findings, rehearse_deeply, unheard_lines
from simcare.calls.scoring import score
from simcare.calls.weighing import last_safe_moment, weigh
from simcare.scenarios.model import Event, Outcome, Play, Reply, RubricItem, Scenario

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def deep(small: Scenario) -> list[Rehearsal]:
    """Return the deep rehearsal of the small scenario."""
    return rehearse_deeply([small])[0]


def changed(small: Scenario, **fields: object) -> tuple[Scenario, list[Rehearsal]]:
    """Return the small scenario with these fields, and its rehearsal."""
    scenario = small.model_copy(update=fields)
    return scenario, rehearse_deeply([scenario])[0]


def test_a_deep_rehearsal_holds_what_the_plain_one_does(small: Scenario, deep: list[Rehearsal]) -> None:
    """Each variant has a result of each player, with its time and what it missed."""
    assert [(one.variant, [row.player for row in one.results]) for one in deep] == [
        (name, list(PLAYERS)) for name in small.variants
    ]
    over = next(row for row in deep[0].results if row.player == "over")
    assert over.mean_seconds > 0
    assert over.missed["looks"] == 1.0 and "greets" not in over.missed


@pytest.mark.slow
def test_deep_rehearsals_repeat_on_two_processes(small: Scenario, deep: list[Rehearsal]) -> None:
    """However many processes share the variants, the same comes out."""
    assert rehearse_deeply([small], processes=2)[0] == deep


def test_a_whole_scenario_is_reached(small: Scenario, deep: list[Rehearsal]) -> None:
    """Every fact, event, row and outcome of the small scenario comes about in some call."""
    assert [str(one) for one in never_reached(small, (one.reached for one in deep)) if one.part != "tell"] == []


def test_what_is_never_reached_is_named_with_its_variants(small: Scenario) -> None:
    """A row, an event, an outcome and a reply that no call brings about are told, each with where it is."""
    never = "count_known(knee, pills, hope) >= 3 and not known(knee)"
    scenario, deep = changed(
        small,
        rubric={**small.rubric, "ghost": RubricItem(must_not=never, label="A ghost", domain="act")},
        events={**small.events, "ghost": Event.model_validate({"if": never, "say": "Boo."})},
        outcomes={"ghost": Outcome.model_validate({"if": never, "text": "Boo."}), **small.outcomes},
        replies=(Reply.model_validate({"to": ["close_call"], "if": never, "say": "Boo."}), *small.replies),
    )
    left = {(one.part, one.id, one.variants) for one in never_reached(scenario, (one.reached for one in deep))}
    both = ("quiet", "hot")
    assert {("row", "ghost", both), ("event", "ghost", both), ("outcome", "ghost", both)} <= left
    assert any("“Boo.”" in line for line in unheard_lines(scenario, deep))
    assert "never reached: row 'ghost' (quiet, hot)" in all_findings(scenario, deep)
    assert not any("never reached" in text for text in all_findings(scenario, deep, reached=False))


def test_a_probe_hears_what_no_player_asks(small: Scenario) -> None:
    """Asking everything at every moment finds the line behind a mood that the ideal call passes through."""
    wary = small.model_copy(update={"state": {"trust": 10, "patience": 90, "distress": 20, "clarity": 80}})
    opened = open_call(wary, "quiet", 1)
    ideal, gathering = find_ideal(opened), Gathering(opened.script)
    gathering.probe(opened, ideal)
    assert ("tell", "knee.1", "It is my knee.") in gathering.reached().items


def test_the_last_safe_moment_is_the_limit_of_the_decision(small: Scenario) -> None:
    """The hot knee may wait 120 seconds from the red flag and not one more."""
    opened = open_call(small, "hot", 1)
    ideal = find_ideal(opened)
    heard = ideal.first_red_flag
    assert heard is not None
    assert last_safe_moment(opened, ideal) == heard + 120


def test_a_decision_that_may_come_after_the_call_has_no_last_moment(small: Scenario) -> None:
    """A message can still be sent when the patient had to go: where no limit is set, waiting never fails it."""
    free = small.model_copy(update={"decision": small.decision.model_copy(update={"by": None})})
    opened = open_call(free, "quiet", 1)
    assert last_safe_moment(opened, find_ideal(opened)) is None


def test_the_points_of_a_careless_call_are_weighed(small: Scenario) -> None:
    """What a lazy player collected stands by weight, beside what held it back."""
    call = PLAYERS["blind"](open_call(small, "quiet", 1), 0)
    weight = weigh("blind", score(call))
    assert weight.rows[0] == ("decision", 10.0) and ("greets", 10) in weight.rows
    assert (weight.passed, weight.enough) == (False, False)
    assert set(weight.held_back) == {"looks", "basis"}


def test_a_row_that_lets_a_lazy_player_pass_is_named(small: Scenario) -> None:
    """A lax scenario is told which points to take from whom, and who is held back by a critical row alone."""
    kind = small.rubric["kind"].model_copy(update={"points": 60.0})
    looks = small.rubric["looks"].model_copy(update={"points": 0.0})
    plain = small.decision.model_copy(update={"basis": None, "points": 20.0})
    scenario, deep = changed(small, rubric={**small.rubric, "kind": kind, "looks": looks}, decision=plain)
    assert any("'blind' has" in text and "stopped only by looks" in text for one in deep for text in one.held_back())
    open_door = looks.model_copy(update={"critical": False})
    scenario, deep = changed(scenario, rubric={**scenario.rubric, "looks": open_door})
    assert any("'blind' passes by kind 60, decision 20" in text for text in all_findings(scenario, deep))


def test_a_play_above_the_ideal_player_is_a_finding(small: Scenario, deep: list[Rehearsal]) -> None:
    """The search is never trusted above a person who did better."""
    better = [replace(one, plays={"mine": 100.1}) for one in deep]
    assert any("the play 'mine' beats the ideal player" in text for text in all_findings(small, better))


def test_the_plays_of_a_scenario_are_played(small: Scenario) -> None:
    """A play's score is in the rehearsal of its variant, and what it reached counts."""
    fields = {"variant": "quiet", "why": "Short.", "moves": ["greet_introduce"], "score": 10, "passed": False}
    play = Play.model_validate({**fields, "verdict": "none"})
    _, deep = changed(small, plays={"short": play})
    assert [one.plays for one in deep] == [{"short": 10.0}, {}]
    assert [one.misplayed for one in deep] == [(), ()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"score": 12}, "the play 'short' gets 10 (not passed, none), and something else is written beside it"),
        ({"passed": True}, "the play 'short' gets 10 (not passed, none)"),
        ({"moves": [{"do": "stay_on_line"}]}, "the play 'short' cannot be played: 'stay_on_line' opens only after"),
    ],
)
def test_a_play_that_does_not_score_as_written_is_a_finding(
    small: Scenario, fields: dict[str, object], sentence: str
) -> None:
    """What a reviewer performed and what the engine makes of it agree, or the rehearsal says so."""
    written = {"variant": "quiet", "why": "Short.", "moves": ["greet_introduce"], "score": 10, "passed": False}
    play = Play.model_validate({**written, "verdict": "none", **fields})
    scenario, deep = changed(small, plays={"short": play})
    assert any(sentence in text for text in all_findings(scenario, deep))


def test_a_call_that_cannot_be_passed_in_time_is_a_finding(small: Scenario) -> None:
    """Where no passing path fits into the clock, the rehearsal says so of that variant."""
    scenario, deep = changed(small, decision=small.decision.model_copy(update={"by": 10, "late": "fail"}))
    assert any("quiet: even the ideal player fails" in text for text in all_findings(scenario, deep))
