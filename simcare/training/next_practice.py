"""Which call to practice next, and why, in a sentence.

What is due comes first, then what was hardly practiced, then the weakest skill; of the calls that ask for it, one that
the learner is expected to pass 60 to 75 times in 100. An emergency never stays away for long. The sentence speaks of
skills and never of the call's level: it must not give away what the patient has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from simcare import chance
from simcare.training.catalog import PracticeCall
from simcare.training.competency import Rating, Ratings, rate
from simcare.training.judged import JudgedCall
from simcare.training.outcomes import Outcome, outcomes
from simcare.training.review import Due, review
from simcare.training.seven_skills import SKILLS

Reason = Literal["start", "due", "new", "weak"]
BAND = (0.60, 0.75)
"""Expected pass in which practice is neither boring nor discouraging."""
EMERGENCY_EVERY = 6
"""Among so many calls in a row there is at least one emergency."""
REST = 4
"""A scenario does not come back within so many calls where there are others."""
ASKS_ENOUGH = 0.15
"""The share of what a call asks for from which it trains a skill."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The call to practice next. Show `title` and `why`; `variant` is for the desk alone."""

    scenario: str
    variant: str
    title: str
    reason: Reason
    skill: str | None
    expected_pass: float | None
    why: str

    def as_json(self) -> dict[str, Any]:
        """Return what may be shown: everything but the variant."""
        return {
            "scenario": self.scenario,
            "title": self.title,
            "reason": self.reason,
            "skill": self.skill,
            "skill_name": SKILLS.get(self.skill or ""),
            "expected_pass": None if self.expected_pass is None else round(self.expected_pass, 2),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands: what `choose` decides from. `history` is every call played, the oldest first."""

    learner: str
    ratings: Ratings
    cards: Mapping[str, Due]
    history: Sequence[tuple[str, str]]


def next_practice(
    calls: Sequence[JudgedCall],
    learner: str,
    offered: Sequence[PracticeCall],
    now: datetime,
    *,
    avoid: Collection[str] = (),
) -> Suggestion | None:
    """Return the next call for a learner after these judged calls; None where nothing is offered.

    `avoid` names scenarios that are not suggested, such as one the learner left because it was too hard to hear.
    """
    own = [call for call in calls if call.learner == learner]
    choice = [call for call in offered if call.scenario not in avoid and _in_their_language(call, own)]
    if not own:
        guided = [call for call in choice if call.guided]
        if guided:
            return _start(guided[0])
    found: tuple[Outcome, ...] = outcomes(own)
    standing = Standing(
        learner=learner,
        ratings=rate(found, offered),
        cards={card.skill: card for card in review(found).cards(now)},
        history=[(call.scenario, call.variant) for call in own],
    )
    return choose(standing, [call for call in choice if not call.guided], now)


def choose(standing: Standing, offered: Sequence[PracticeCall], now: datetime) -> Suggestion | None:
    """Return the next of these calls for somebody who stands so; the same each time until another call is played."""
    choice = _rested(standing, _with_emergencies(standing, offered))
    if not choice:
        return None
    skill, reason = _focus(standing, now)
    asking = [call for call in choice if call.share(skill) >= ASKS_ENOUGH]
    if not asking:
        most = max(call.share(skill) for call in choice)
        asking = [call for call in choice if call.share(skill) >= most]
    played = Counter(standing.history)
    nth = len(standing.history)

    def rank(call: PracticeCall) -> tuple[int, float, float]:
        expected = standing.ratings.expected_pass(standing.learner, call)
        outside = max(BAND[0] - expected, expected - BAND[1], 0.0)
        return (
            played[call.id],
            round(outside, 2),
            chance.uniform(0, "practice.next", f"{standing.learner}/{call.id}", nth),
        )

    chosen = min(asking, key=rank)
    expected = standing.ratings.expected_pass(standing.learner, chosen)
    return Suggestion(
        scenario=chosen.scenario,
        variant=chosen.variant,
        title=chosen.title,
        reason=reason,
        skill=skill,
        expected_pass=expected,
        why=_why(standing, skill, reason, now),
    )


def _focus(standing: Standing, now: datetime) -> tuple[str, Reason]:
    """Return the skill to practice: the one most forgotten of those due, else a new one, else the weakest."""
    due = [card for card in standing.cards.values() if card.is_due(now)]
    if due:
        return min(due, key=lambda card: (card.kept, card.skill)).skill, "due"
    ratings = standing.ratings.of(standing.learner)
    new = [rating for rating in ratings if rating.few]
    if new:
        return min(new, key=lambda rating: (rating.calls, rating.skill)).skill, "new"
    return min(ratings, key=lambda rating: (rating.mean, rating.skill)).skill, "weak"


def _with_emergencies(standing: Standing, offered: Sequence[PracticeCall]) -> list[PracticeCall]:
    """Return only emergencies where there was none for long: rare in life, they are never rare in practice."""
    emergencies = [call for call in offered if call.emergency]
    last = set(standing.history[-(EMERGENCY_EVERY - 1) :])
    long_ago = len(standing.history) >= EMERGENCY_EVERY - 1 and not any(call.id in last for call in emergencies)
    return emergencies if emergencies and long_ago else list(offered)


def _rested(standing: Standing, offered: Sequence[PracticeCall]) -> list[PracticeCall]:
    recent = {scenario for scenario, _ in standing.history[-REST:]}
    return [call for call in offered if call.scenario not in recent] or list(offered)


def _in_their_language(call: PracticeCall, own: Sequence[JudgedCall]) -> bool:
    return call.language == "en" or any(each.scenario == call.scenario for each in own)


def _start(call: PracticeCall) -> Suggestion:
    why = "You have not finished a call yet. This one shows you how the desk works."
    return Suggestion(call.scenario, call.variant, call.title, "start", None, None, why)


def _why(standing: Standing, skill: str, reason: Reason, now: datetime) -> str:
    name = f"“{SKILLS[skill]}”"
    if reason == "due":
        days = max(0, (now - standing.cards[skill].last).days)
        when = {0: "today", 1: "a day ago"}.get(days, f"{days} days ago")
        return f"{name} is due again: you last practiced it {when}, and skills fade."
    if reason == "new":
        return f"You have hardly practiced {name} yet."
    rating: Rating = next(each for each in standing.ratings.of(standing.learner) if each.skill == skill)
    return (
        f"{name} is where you can gain most: so far you do about {round(100 * rating.share)} of 100 things it asks for."
    )
