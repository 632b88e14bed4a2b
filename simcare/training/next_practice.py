"""Which call to practice next, and why, in a sentence.

The skill in focus is what is due, else what was hardly practiced, else where most is missed. Of the calls, the one is
taken that can teach most: where the learner would miss most, of that skill above all, and would still pass 60 to 75
times in 100; a variant that was not passed may come back after a rest. An emergency never stays away for long. The
sentence speaks of skills and never of the call's level: it must not give away what the patient has.
"""

from __future__ import annotations

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
REST = 6
"""A scenario does not come back within so many calls where there are others."""
FOCUS = 2.0
"""How much more a thing of the skill in focus is worth than another one."""
STAYS_MISSED = 0.6
"""Of what was missed in a call, the share that is thought to be missed again after its debrief."""
UNFIT = 0.4
"""What is left of the worth of a call that its player is sure to pass, or to fail."""


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
    """Where a learner stands: what `choose` decides from. `history` is what came of every call, the oldest first."""

    learner: str
    ratings: Ratings
    cards: Mapping[str, Due]
    history: Sequence[Outcome]


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
    found = outcomes(own)
    standing = Standing(
        learner=learner,
        ratings=rate(found, offered),
        cards={card.skill: card for card in review(found).cards(now)},
        history=found,
    )
    return choose(standing, [call for call in choice if not call.guided], now)


def choose(standing: Standing, offered: Sequence[PracticeCall], now: datetime) -> Suggestion | None:
    """Return the next of these calls for somebody who stands so; the same each time until another call is played."""
    choice = _rested(standing, _with_emergencies(standing, offered))
    if not choice:
        return None
    ratings = standing.ratings.of(standing.learner)
    skill, reason = _focus(standing, ratings, offered, now)
    shares = {rating.skill: rating.share for rating in ratings}
    chosen = _worthiest(standing, choice, skill, shares)
    return Suggestion(
        scenario=chosen.scenario,
        variant=chosen.variant,
        title=chosen.title,
        reason=reason,
        skill=skill,
        expected_pass=standing.ratings.expected_pass(standing.learner, chosen),
        why=_why(standing, skill, reason, shares[skill], now),
    )


def _worthiest(
    standing: Standing, choice: Sequence[PracticeCall], skill: str, shares: Mapping[str, float]
) -> PracticeCall:
    """Return the call that can teach most: where most would be missed, and that fits what its player can pass."""
    last = {each.call: each for each in standing.history}
    nth = len(standing.history)
    fresh = [call for call in choice if call.id not in last or not last[call.id].passed]
    misses = [(_missed(call, last.get(call.id), skill, shares), call) for call in fresh or choice]
    least = UNFIT * max(missed for missed, _ in misses)  # what cannot be the worthiest need not be looked at closer
    worths = [
        (round(missed * _fit(standing.ratings.expected_pass(standing.learner, call)), 2), call)
        for missed, call in misses
        if missed >= least
    ]
    best = max(worth for worth, _ in worths)
    equals = [call for worth, call in worths if worth == best]
    return chance.pick(0, "practice.next", standing.learner, nth, options=equals)


def _missed(call: PracticeCall, before: Outcome | None, skill: str, shares: Mapping[str, float]) -> float:
    """Return how many things would be missed in a call, those of the skill in focus counted twice."""
    if before is not None:
        missed = {name: STAYS_MISSED * (asked - good) for name, (good, asked) in before.done.items()}
    else:
        missed = {name: asked * (1 - shares[name]) for name, asked in call.asked.items()}
    return sum(missed.values()) + (FOCUS - 1) * missed.get(skill, 0.0)


def _focus(
    standing: Standing, ratings: Sequence[Rating], offered: Sequence[PracticeCall], now: datetime
) -> tuple[str, Reason]:
    """Return the skill to practice: the one most forgotten of those due, else a new one, else where most is missed."""
    due = [card for card in standing.cards.values() if card.is_due(now)]
    if due:
        return min(due, key=lambda card: (card.kept, card.skill)).skill, "due"
    asked = {name: sum(call.asked.get(name, 0) for call in offered) for name in SKILLS}
    new = [rating for rating in ratings if rating.few and asked[rating.skill]]
    if new:
        return min(new, key=lambda rating: (rating.calls, rating.skill)).skill, "new"
    return max(ratings, key=lambda rating: (asked[rating.skill] * (1 - rating.share), rating.skill)).skill, "weak"


def _fit(expected: float) -> float:
    """Return how well an expected pass fits practice: 1 within the band, less and less outside, never nothing."""
    outside = max(BAND[0] - expected, expected - BAND[1], 0.0)
    return max(UNFIT, 1.0 - 2 * outside)


def _with_emergencies(standing: Standing, offered: Sequence[PracticeCall]) -> list[PracticeCall]:
    """Return only emergencies where there was none for long: rare in life, they are never rare in practice."""
    emergencies = [call for call in offered if call.emergency]
    last = {each.call for each in standing.history[-(EMERGENCY_EVERY - 1) :]}
    long_ago = len(standing.history) >= EMERGENCY_EVERY - 1 and not any(call.id in last for call in emergencies)
    return emergencies if emergencies and long_ago else list(offered)


def _rested(standing: Standing, offered: Sequence[PracticeCall]) -> list[PracticeCall]:
    recent = {each.scenario for each in standing.history[-REST:]}
    return [call for call in offered if call.scenario not in recent] or list(offered)


def _in_their_language(call: PracticeCall, own: Sequence[JudgedCall]) -> bool:
    return call.language == "en" or any(each.scenario == call.scenario for each in own)


def _start(call: PracticeCall) -> Suggestion:
    why = "You have not finished a call yet. This one shows you how the desk works."
    return Suggestion(call.scenario, call.variant, call.title, "start", None, None, why)


def _why(standing: Standing, skill: str, reason: Reason, share: float, now: datetime) -> str:
    name = f"“{SKILLS[skill]}”"
    if reason == "due":
        days = max(0, (now - standing.cards[skill].last).days)
        when = {0: "today", 1: "a day ago"}.get(days, f"{days} days ago")
        return f"{name} is due again: you last practiced it {when}, and skills fade."
    if reason == "new":
        return f"You have hardly practiced {name} yet."
    return f"{name} is where you can gain most: so far you do about {round(100 * share)} of 100 things it asks for."
