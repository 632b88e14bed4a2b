"""When each skill of a learner is due again: spaced practice by FSRS, whose card here is (learner, skill).

A day's calls are one review of each skill that they asked for: Again, Hard, Good or Easy by the share that was done.
No luck and no clock: intervals are not fuzzed, and the time is a parameter. The library is `fsrs`; its default
parameters are those of its authors, fitted to flash cards, so its days are a rule of thumb here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from fsrs import Card, Rating, Scheduler

from simcare.training.outcomes import Outcome
from simcare.training.seven_skills import SKILLS

GRADES = ((0.5, Rating.Again), (0.75, Rating.Hard), (0.95, Rating.Good))
"""The share done below which a day is graded so; at or above the last it is Easy."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a skill was last practiced and is to be practiced again; `kept` is the memory that is left, 0 to 1."""

    skill: str
    last: datetime
    due: datetime
    kept: float
    reviews: int

    def is_due(self, now: datetime) -> bool:
        """Tell whether the time has come."""
        return now >= self.due


class Reviews:
    """The cards of one learner; mutable, changed by `observe` alone."""

    def __init__(self) -> None:
        """Begin without a card: a skill gets its first one with its first call."""
        self._done: dict[tuple[str, date], tuple[float, float]] = {}
        self._days: dict[str, list[date]] = defaultdict(list)
        self._before: dict[str, Card] = {}
        self._cards: dict[str, Card] = {}

    def observe(self, outcome: Outcome) -> None:
        """Take one more call into account; outcomes come in the order of time."""
        day = outcome.at.astimezone(UTC).date()
        for skill, (good, asked) in outcome.done.items():
            if not self._days[skill] or self._days[skill][-1] != day:
                self._days[skill].append(day)
                self._before[skill] = self._cards.get(skill, _new(skill, day))
            so_far = self._done.get((skill, day), (0.0, 0.0))
            share = self._done[skill, day] = so_far[0] + good, so_far[1] + asked
            self._cards[skill], _ = _scheduler().review_card(self._before[skill], grade(*share), _noon(day))

    def cards(self, now: datetime) -> tuple[Due, ...]:
        """Return what is known of each practiced skill at a time, in the order S1 to S7."""
        at = now.astimezone(UTC)
        return tuple(
            Due(
                skill=skill,
                last=_noon(self._days[skill][-1]),
                due=card.due,
                kept=_scheduler().get_card_retrievability(card, at),
                reviews=len(self._days[skill]),
            )
            for skill in SKILLS
            if (card := self._cards.get(skill)) is not None
        )


def review(outcomes: Iterable[Outcome]) -> Reviews:
    """Return the cards of one learner after these outcomes, which may come in any order."""
    reviews = Reviews()
    for outcome in sorted(outcomes, key=lambda each: each.at):
        reviews.observe(outcome)
    return reviews


def grade(done: float, asked: float) -> Rating:
    """Return the grade of a day on which so much of what was asked for was done."""
    return next((rating for share, rating in GRADES if done < share * asked), Rating.Easy)


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def _new(skill: str, day: date) -> Card:
    # With an id and a due time of our own, the card asks neither the clock nor the process for one.
    return Card(card_id=list(SKILLS).index(skill), due=_noon(day))


def _noon(day: date) -> datetime:
    """Return the moment that stands for a day, so that the next day is a day later whatever the hour."""
    return datetime.combine(day, time(12), UTC)
