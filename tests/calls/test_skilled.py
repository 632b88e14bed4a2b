"""The skilled player: it forgets and misjudges by its skill, with luck that is the same for every skill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from simcare.calls.call import Call
from simcare.calls.competencies import competency_of
from simcare.calls.ideal import find_ideal
from simcare.calls.moves import Do, Say
from simcare.calls.skilled import Played, play_skilled
from simcare.calls.skills import Skill, shipped_skills

Opened = Callable[..., Call]
RUNS = 200
SURE, NEVER = 30.0, -30.0


def skilled(base: float = SURE, *, undecided: float = 0.0, **strengths: float) -> Skill:
    """Return a skill as sure of everything as `base`, but for what is named, without any noise."""
    level = shipped_skills()["trained"]
    habits = replace(level.habits, undecided=undecided, wanders=0.0, pace=1.0, pace_sd=0.0)
    return Skill("mine", {**dict.fromkeys(level.strengths, base), **strengths}, habits)


def played(opened: Call, skill: Skill, runs: int = RUNS) -> list[Played]:
    """Play a call many times."""
    ideal = find_ideal(opened).moves
    return [play_skilled(opened, ideal, skill, 0, run) for run in range(runs)]


def test_who_forgets_nothing_plays_the_ideal_call(opened: Opened) -> None:
    """With every strength beyond doubt each run has the ideal call's decision and its score."""
    for variant, rank in (("quiet", 1), ("hot", 3)):
        call = opened(variant)
        judged = played(call, skilled(), 20)
        assert {(run.decided, run.verdict, run.heard) for run in judged} == {(rank, "correct", True)}
        assert min(run.score for run in judged) > 90


def test_the_opened_call_is_left_as_it_was(opened: Opened) -> None:
    """Playing changes nothing about the call that was opened."""
    call = opened("hot")
    before = (call.t, len(call.moves), dict(call.known))
    played(call, skilled(), 3)
    assert (call.t, len(call.moves), dict(call.known)) == before


def test_who_never_asks_decides_without_having_heard(opened: Opened) -> None:
    """Without its questions a decision is taken unheard, and more often too low."""
    call = opened("hot")
    deaf = played(call, skilled(red_flag_screening=NEVER, history_taking=NEVER, escalation=1.5))
    sharp = played(call, skilled(escalation=1.5))
    assert {run.heard for run in deaf} == {False}
    assert sum(run.verdict == "under" for run in deaf) > 1.5 * sum(run.verdict == "under" for run in sharp)


def test_slips_are_as_frequent_as_the_skill_says(opened: Opened) -> None:
    """Over many runs the decided ranks are those that the model of slips gives."""
    skill = skilled(escalation=1.0)
    ranks = [run.decided for run in played(opened("hot"), skill, 600)]
    for rank, share in enumerate(skill.decides(3)):
        assert ranks.count(rank) / 600 == pytest.approx(share, abs=0.06)


def test_who_slips_down_does_not_bring_in_the_nurse_afterwards(opened: Opened) -> None:
    """What is decided is the highest level taken: after a slip down nothing above it is done."""
    runs = played(opened("hot"), skilled(escalation=NEVER))
    assert {run.decided for run in runs if run.verdict == "under"} == {1, 2}


def test_whoever_does_not_decide_has_no_decision(opened: Opened) -> None:
    """A call without a decision has no rank and counts as none."""
    assert {(run.decided, run.verdict) for run in played(opened("hot"), skilled(undecided=1.0), 20)} == {(None, "none")}


def test_two_skills_have_the_same_luck(opened: Opened) -> None:
    """Run by run a surer skill is right wherever a less sure one is."""
    call = opened("hot")
    less, more = (played(call, skilled(escalation=strength)) for strength in (0.5, 2.0))
    assert all(b.verdict == "correct" for a, b in zip(less, more, strict=True) if a.verdict == "correct")


def test_every_move_of_the_ideal_call_has_a_competency(opened: Opened) -> None:
    """Whatever the ideal call does is asked for by a competency that a skill has."""
    for variant in ("quiet", "hot"):
        call = opened(variant)
        for move in find_ideal(call).moves:
            assert isinstance(move, Say | Do)
            assert competency_of(call.script, move) in shipped_skills()["novice"].strengths
