"""A skill profile from scored calls: how sure somebody is to do what each competency asks for, for the planner.

Each competency gets a preference strength, the log-odds of doing one thing that it asks for, as the simulated players
have it (`simcare.calls.skills`). The prior is a shipped level, so that few data say little; the standard deviation
covers that things of one call, and calls of one person, are alike. `check` holds the later decisions against what the
earlier ones predict.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Literal, get_args

from simcare.calls.competencies import DECISION
from simcare.calls.skills import RANKS, Skill, SkillFile, SkillProfile, Strength, odds, skill_named
from simcare.documents import SimcareError
from simcare.training.judged import JudgedCall
from simcare.training.measures import evidence
from simcare.training.outcomes import AGAIN_WEIGHT

Level = Literal["novice", "trained", "expert"]
LEVELS: tuple[Level, ...] = get_args(Level)
TEAM = "team"
PRIOR_SD = 1.0
"""How far, in log-odds, a person may be from the shipped level before any data."""
HALF_LIFE = 20
"""Calls after which evidence counts half: people learn."""
FEWEST_TO_CHECK = 9
"""Calls below which nothing is left to hold a prediction against."""
CHECKED = 1 / 3
"""The share of the calls, the latest ones, that is predicted from the others."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing asked for: done or not (a share for a decision is 0 or 1), in which cluster, with which offset."""

    cluster: str
    done: bool
    weight: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Check:
    """Later decisions as predicted from earlier ones and as observed; shares are None where there are too few calls.

    `error` is the mean absolute distance of predicted and observed shares of right, under and over; `brier` is that of
    the predicted probability of a right level.
    """

    fitted_on: int
    decisions: int
    predicted: Mapping[str, float] | None
    observed: Mapping[str, float] | None
    error: float | None
    brier: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A skill file, and by skill how its predictions stood the check."""

    file: SkillFile
    checks: Mapping[str, Check]

    def as_json(self) -> dict[str, Any]:
        """Return file and checks as plain data."""
        checks = {name: asdict(check) for name, check in self.checks.items()}
        return {**self.file.model_dump(mode="json"), "checks": checks}


def estimate_skills(calls: Iterable[JudgedCall], *, like: Level = "novice", each: bool = False) -> Estimate:
    """Return the skill of the team these calls are of, and of each member if asked; guided calls are left out.

    Raises SimcareError where no call is left.
    """
    counted = evidence(calls)
    if not counted:
        raise SimcareError("no call is finished yet, so nothing is known of anybody's skill; practice some calls first")
    groups: dict[str, Sequence[JudgedCall]] = {TEAM: counted}
    people = sorted({call.learner for call in counted})
    if each:
        names = _slugs(people)
        groups |= {names[who]: [call for call in counted if call.learner == who] for who in people}
    first, last = counted[0].started_at, counted[-1].started_at
    source = (
        f"{len(counted)} scored practice calls of {len(people)} learners, {first:%Y-%m-%d} to {last:%Y-%m-%d}; "
        f"prior: the shipped level {like}"
    )
    return Estimate(
        file=SkillFile(
            simcare_skills=1,
            source=source,
            skills={name: _profile(own, like) for name, own in groups.items()},
        ),
        checks={name: check(own, like) for name, own in groups.items()},
    )


def write_skills(estimate: Estimate, path: Path) -> None:
    """Write the skill file as JSON; SimcareError where it cannot be written."""
    try:
        path.write_text(json.dumps(estimate.file.model_dump(mode="json"), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise SimcareError(f"{path} cannot be written ({error.strerror}); name another file") from error


def check(calls: Sequence[JudgedCall], like: Level = "novice") -> Check:
    """Hold the decisions of the latest third of the calls against what the others predict."""
    counted = evidence(calls)
    later = round(len(counted) * CHECKED)
    if len(counted) < FEWEST_TO_CHECK:
        words = f"Too few calls to check: {len(counted)} of at least {FEWEST_TO_CHECK}."
        return Check(len(counted), 0, None, None, None, None, words)
    earlier, held_out = counted[:-later], counted[-later:]
    skill = _skill(_profile(earlier, like), like)
    shares = [skill.decided(min(RANKS - 1, call.expected), call.basis_met or call.taken is None) for call in held_out]
    right = [share[call.expected] for share, call in zip(shares, held_out, strict=True)]
    predicted = {
        "right": fmean(right),
        "under": fmean(sum(share[: call.expected]) for share, call in zip(shares, held_out, strict=True)),
        "over": fmean(sum(share[call.expected + 1 :]) for share, call in zip(shares, held_out, strict=True)),
    }
    observed = {name: fmean(float(getattr(call, name)) for call in held_out) for name in predicted}
    error = fmean(abs(predicted[name] - observed[name]) for name in predicted)
    brier = fmean((share - call.right) ** 2 for share, call in zip(right, held_out, strict=True))
    words = (
        f"From {len(earlier)} calls, {predicted['right']:.0%} of the next {later} decisions were predicted right, "
        f"{observed['right']:.0%} were; too low {predicted['under']:.0%} predicted, {observed['under']:.0%} seen."
    )
    return Check(len(earlier), later, predicted, observed, error, brier, words)


def strength(trials: Sequence[Trial], prior: float, prior_sd: float = PRIOR_SD) -> Strength:
    """Return the strength behind these trials: the mode of its posterior, and a standard deviation around it.

    The likelihood is logistic with known offsets, the prior normal. The deviation is the larger one of the model's and
    of a sandwich that takes a cluster for one piece of evidence (Huber 1967).
    """
    value, information = prior, 1 / prior_sd**2
    for _ in range(50):
        slopes = [(t, p) for t in trials for p in (odds(value + t.offset),)]
        score = sum(t.weight * (t.done - p) for t, p in slopes) - (value - prior) / prior_sd**2
        information = sum(t.weight * p * (1 - p) for t, p in slopes) + 1 / prior_sd**2
        step = max(-1.0, min(1.0, score / information))
        value += step
        if abs(step) < 1e-9:
            break
    by_cluster: dict[str, float] = defaultdict(float)
    for trial in trials:
        by_cluster[trial.cluster] += trial.weight * (trial.done - odds(value + trial.offset))
    number = len(by_cluster)
    spread = sum(part**2 for part in by_cluster.values()) * (number / (number - 1) if number > 1 else 1.0)
    sandwich = (spread + 1 / prior_sd**2) / information**2
    sd = math.sqrt(max(1 / information, sandwich))
    return Strength(mean=round(max(-10.0, min(10.0, value)), 3), sd=round(min(10.0, sd), 3))


def _profile(calls: Sequence[JudgedCall], like: Level) -> SkillProfile:
    level = skill_named(like)
    found = {}
    for name, trials in _trials(calls, level).items():
        if name in level.strengths:
            found[name] = strength(trials, level.strengths[name])
    return SkillProfile(like=like, decisions=sum(call.taken is not None for call in calls), competencies=found)


def _trials(calls: Sequence[JudgedCall], level: Skill) -> dict[str, list[Trial]]:
    """Return what was asked for by competency; several learners are clusters, of one learner the calls are."""
    people = {call.learner for call in calls}
    nth_of: dict[str, int] = defaultdict(int)
    found: dict[str, list[Trial]] = defaultdict(list)
    for call in sorted(calls, key=lambda each: each.started_at, reverse=True):
        cluster = call.learner if len(people) > 1 else call.attempt
        weight = 0.5 ** (nth_of[call.learner] / HALF_LIFE) * (AGAIN_WEIGHT if call.met_before else 1.0)
        nth_of[call.learner] += 1
        for row in call.rows:
            if row.kind != "must_not" and row.competency != DECISION:
                found[row.competency].append(Trial(cluster, row.good, weight))
        if call.taken is not None:
            unheard = 0.0 if call.basis_met else -level.habits.unheard
            found[DECISION].append(Trial(cluster, call.right, weight, unheard))
    return dict(sorted(found.items()))


def _skill(profile: SkillProfile, like: Level) -> Skill:
    level = skill_named(like)
    own = {name: each.mean for name, each in profile.competencies.items()}
    return Skill("checked", {**level.strengths, **own}, level.habits)


def _slugs(people: Sequence[str]) -> dict[str, str]:
    """Return a name for each learner that a plan can say; two that read alike get a number."""
    found: dict[str, str] = {}
    for who in people:
        plain = re.sub(r"[^a-z0-9]+", "-", who.lower()).strip("-")
        name = plain if plain[:1].isalpha() else f"learner-{plain}".rstrip("-")
        taken = sum(other == name or other.startswith(f"{name}-no-") for other in (*found.values(), TEAM))
        found[who] = f"{name[:50]}-no-{taken + 1}" if taken else name[:50]
    return found
