"""Skill profiles from scored calls: they recover what made the calls, know how little few tell, and reach a plan."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from simcare import chance
from simcare.calls.skills import odds, read_skills, shipped_skills
from simcare.documents import SimcareError
from simcare.planning.compare import compare
from simcare.planning.replicate import Workers, run_each
from simcare.training.judged import JudgedCall
from simcare.training.skill import FEWEST_TO_CHECK, TEAM, Trial, check, estimate_skills, strength, write_skills
from tests.planning.plans import PROGRAM, basis_of
from tests.training.made import MONDAY, call, row


def trials(done: int, of: int, offset: float = 0.0) -> list[Trial]:
    """Return trials, each a cluster of its own."""
    return [Trial(f"c{nth}", nth < done, 1.0, offset) for nth in range(of)]


def calls(number: int, right: float, asks: float = 0.8, learner: str = "Ann") -> list[JudgedCall]:
    """Return calls decided rightly and asked fully with these probabilities, by keyed luck."""

    def lucky(what: str, nth: int, share: float) -> bool:
        return chance.uniform(1, what, learner, nth) < share

    return [
        call(
            nth,
            3,
            3 if lucky("right", nth, right) else 2,
            learner=learner,
            attempt=f"{learner}-{nth}",
            started_at=MONDAY + timedelta(days=nth),
            rows=tuple(
                row(f"r{n}", good=lucky(f"asks{n}", nth, asks), competency="red_flag_screening") for n in range(4)
            ),
        )
        for nth in range(number)
    ]


def test_much_evidence_is_near_the_share_seen() -> None:
    """90 of 100 done: nearly the log-odds of .9, with a small deviation."""
    found = strength(trials(90, 100), prior=0.0)
    assert odds(found.mean) == pytest.approx(0.89, abs=0.01)
    assert found.sd == pytest.approx(0.32, abs=0.03)


def test_no_evidence_is_the_prior() -> None:
    """Who showed nothing is thought to be like the level, with its whole deviation."""
    found = strength([], prior=0.94)
    assert (found.mean, found.sd) == (0.94, 1.0)


def test_few_data_stay_near_the_prior() -> None:
    """Two of two done is no proof of never failing."""
    found = strength(trials(2, 2), prior=0.0)
    assert 0 < found.mean < 1 and found.sd > 0.8


def test_what_was_decided_unheard_is_held_against_harder_odds() -> None:
    """The same share of right decisions, taken without having heard, shows a stronger hand."""
    heard, unheard = strength(trials(30, 50), 0.9), strength(trials(30, 50, offset=-1.5), 0.9)
    assert unheard.mean > heard.mean + 0.8


def test_things_of_one_call_are_one_piece_of_evidence() -> None:
    """Ten calls in which all or nothing was done say less than fifty single things."""
    alike = [Trial(f"call-{nth // 5}", nth < 35, 1.0) for nth in range(50)]
    assert strength(alike, 0.0).sd > 1.5 * strength(trials(35, 50), 0.0).sd


def test_a_team_is_what_its_calls_show() -> None:
    """A sure team is estimated above a weak one in what they were sure and weak in."""
    sure, weak = (
        estimate_skills([each for who in "ABCDEF" for each in calls(12, right, learner=who)]).file.skills[TEAM]
        for right in (0.95, 0.4)
    )
    strong, poor = sure.competencies["escalation"], weak.competencies["escalation"]
    assert strong.mean - 2 * strong.sd > poor.mean + 2 * poor.sd
    assert sure.decisions == 72


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of 200 teams of eight whose people differ around odds of .75, some 95 % of the intervals hold it."""
    held = 0
    for team in range(200):
        people = [(f"{who}", 1.0986 + 0.4 * chance.normal(2, "person", team, who)) for who in range(8)]
        made = [
            Trial(who, chance.uniform(2, "right", f"{team}-{who}", nth) < odds(value), 1.0)
            for who, value in people
            for nth in range(10)
        ]
        found = strength(made, prior=1.0)
        held += abs(found.mean - 1.0986) <= 1.96 * found.sd
    assert 180 <= held <= 199


def test_learning_is_seen_by_what_is_recent() -> None:
    """Forty calls ago weak, lately strong: nearer to lately."""
    found = estimate_skills(calls(60, 0.2)[:40] + calls(60, 0.95)[40:]).file.skills[TEAM].competencies["escalation"]
    assert odds(found.mean) > 0.5


def test_members_get_names_that_a_plan_can_say() -> None:
    """Letters, digits and hyphens; two who read alike are kept apart."""
    people = [each for who in ("Ann Lee", "ann-lee", "Zoë") for each in calls(2, 0.9, learner=who)]
    names = set(estimate_skills(people, each=True).file.skills)
    assert names == {"team", "ann-lee", "ann-lee-no-2", "zo"}


def test_the_check_is_of_decisions_that_were_not_used() -> None:
    """Thirty calls: twenty fit, ten are predicted, and a steady team is predicted well."""
    found = check(calls(30, 0.8))
    assert (found.fitted_on, found.decisions) == (20, 10)
    assert found.error is not None and found.error < 0.2


def test_too_few_calls_are_not_checked() -> None:
    """The file is written, and it is said that nothing is left to hold it against."""
    found = check(calls(FEWEST_TO_CHECK - 1, 0.8))
    assert (found.error, "Too few" in found.words) == (None, True)


def test_nothing_is_estimated_from_nothing() -> None:
    """Without a call there is no skill."""
    with pytest.raises(SimcareError, match="no call is finished yet"):
        estimate_skills([call(0, guided=True)])


def test_the_file_is_what_plans_read(tmp_path: Path) -> None:
    """What is written is read again as the same skill, for the rest like the shipped level."""
    file = tmp_path / "skills.json"
    write_skills(estimate_skills(calls(20, 0.9), like="trained"), file)
    skill = read_skills(file).expected(TEAM)
    assert skill.strengths["documentation"] == shipped_skills()["trained"].strengths["documentation"]
    assert skill.strengths["escalation"] != shipped_skills()["trained"].strengths["escalation"]


@pytest.mark.slow
def test_a_plan_sees_what_a_better_trained_team_is_worth(tmp_path: Path) -> None:
    """From records to the answer: the team whose calls were decided better misses fewer escalations in the plan."""
    plan = PROGRAM.replace("patients:", "calls: {skills: skills.json}\npatients:").replace(
        "people: 2\n    may_be: [1, 4]\n    license", "people: 2\n    skill: team\n    may_be: [1, 4]\n    license"
    )
    bases = []
    for name, right in (("before", 0.35), ("after", 0.95)):
        team = [each for who in "ABCDEF" for each in calls(12, right, learner=who)]
        folder = tmp_path / name
        folder.mkdir()
        bases.append(basis_of(folder, plan, skills=estimate_skills(team).file.model_dump_json()))
    before, after = run_each(bases, 7, 6, Workers())
    [missed] = [row for row in compare(before, after) if row.answer == "missed"]
    assert missed.difference < 0
