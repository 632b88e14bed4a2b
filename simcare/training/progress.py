"""How far a learner is with an exercise: what is done, what comes next, whether it is passed.

Counted from the attempts that are recorded anyway; nothing is kept twice. A branch never counts. In practice a call
may be tried until it is passed; in an assessment each call is played once, and only when all are done may the whole be
sat again, with calls drawn fresh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from simcare import chance
from simcare.scenarios.model import Scenario
from simcare.training.exercises import DRAWN, Exercise, Item
from simcare.training.rows import Attempt

State = Literal["locked", "new", "begun", "passed", "not_passed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one learner stands in one exercise; in an assessment `done` and `passed` are of the sitting under way."""

    exercise: Exercise
    state: State
    sitting: int
    """Counted from 1."""
    done: tuple[str, ...]
    passed: tuple[str, ...]
    missing: tuple[str, ...]
    """Exercises that have to be passed first."""
    upcoming: Item | None
    """The call to play next; None while the exercise is locked."""

    @property
    def words(self) -> str:
        """Say where the learner stands."""
        exercise = self.exercise
        number, needed = len(exercise.items), exercise.passes_needed
        enough = "all" if needed == number else str(needed)
        if self.state == "passed":
            return f"Passed: at least {needed} of {number} calls."
        if self.state == "new":
            return f"{_calls(number)}; pass {enough} of them."
        if self.state == "not_passed":
            return f"Not there yet: {len(self.passed)} of {number} calls passed, {needed} needed. You may sit it again."
        return f"{len(self.done)} of {number} calls done, {len(self.passed)} passed; {needed} needed."


def progress_of(exercise: Exercise, attempts: Iterable[Attempt], passed: Iterable[str] = ()) -> Progress:
    """Return where the learner of these attempts stands; `passed` are the exercises this learner has passed."""
    tries = _tries(exercise, attempts)
    missing = tuple(name for name in exercise.needs if name not in set(passed))
    count = _assessed if exercise.mode == "assessment" else _practiced
    number, done, good, ever = count(exercise, tries)
    if ever:
        state: State = "passed"
    elif missing:
        state = "locked"
    elif number > 1 and not done:
        state = "not_passed"
    else:
        state = "begun" if done else "new"
    learner = next((attempt.learner for attempt in tries), "")
    return Progress(
        exercise=exercise,
        state=state,
        sitting=number,
        done=done,
        passed=good,
        missing=missing,
        upcoming=None if state == "locked" else _upcoming(exercise, done, good, learner, number),
    )


def all_progress(exercises: Iterable[Exercise], attempts: Sequence[Attempt]) -> dict[str, Progress]:
    """Return where one learner stands in each exercise, given after those it needs."""
    found: dict[str, Progress] = {}
    for exercise in exercises:
        passed = [name for name, each in found.items() if each.state == "passed"]
        found[exercise.id] = progress_of(exercise, attempts, passed)
    return found


def draw_item(item: Item, scenario: Scenario, attempts: Iterable[Attempt], seed: int) -> str:
    """Return the variant to play: the fixed one, else one the learner has not finished yet, by weight from the seed."""
    if item.variant != DRAWN:
        return item.variant
    met = {a.variant for a in attempts if a.scenario == scenario.id and a.status == "finished"}
    names = [name for name in scenario.variants if name not in met] or list(scenario.variants)
    weights = [scenario.variants[name].weight for name in names]
    return chance.pick(seed, "exercise.variant", scenario.id, 0, options=names, weights=weights)


def _tries(exercise: Exercise, attempts: Iterable[Attempt]) -> list[Attempt]:
    own = (a for a in attempts if a.exercise == exercise.id and a.status == "finished" and a.parent is None)
    return sorted(own, key=lambda attempt: (attempt.started_at, attempt.id))


def _key(exercise: Exercise, attempt: Attempt) -> str | None:
    keys = {item.key for item in exercise.items}
    fixed = f"{attempt.scenario}/{attempt.variant}"
    return fixed if fixed in keys else attempt.scenario if attempt.scenario in keys else None


def _practiced(exercise: Exercise, tries: Sequence[Attempt]) -> tuple[int, tuple[str, ...], tuple[str, ...], bool]:
    done = {key: False for attempt in tries if (key := _key(exercise, attempt)) is not None}
    for attempt in tries:
        key = _key(exercise, attempt)
        if key is not None and attempt.passed:
            done[key] = True
    good = tuple(key for key, passed in done.items() if passed)
    return 1, tuple(done), good, len(done) == len(exercise.items) and len(good) >= exercise.passes_needed


def _assessed(exercise: Exercise, tries: Sequence[Attempt]) -> tuple[int, tuple[str, ...], tuple[str, ...], bool]:
    """Deal the attempts out to sittings: the nth try of a call belongs to the nth sitting."""
    nth: Counter[str] = Counter()
    sittings: list[dict[str, bool]] = [{}]
    for attempt in tries:
        key = _key(exercise, attempt)
        if key is None:
            continue
        while len(sittings) <= nth[key]:
            sittings.append({})
        sittings[nth[key]][key] = bool(attempt.passed)
        nth[key] += 1
    whole = [each for each in sittings if len(each) == len(exercise.items)]
    ever = any(sum(each.values()) >= exercise.passes_needed for each in whole)
    if len(sittings[-1]) == len(exercise.items):
        sittings.append({})
    now = sittings[-1] if not ever else max(whole, key=lambda each: sum(each.values()))
    return len(sittings), tuple(now), tuple(key for key, passed in now.items() if passed), ever


def _upcoming(exercise: Exercise, done: Sequence[str], passed: Sequence[str], learner: str, sitting: int) -> Item:
    items: Sequence[Item] = exercise.items
    if exercise.order == "shuffled":
        items = chance.shuffle(0, "exercise.order", f"{learner}/{exercise.id}", sitting, items=exercise.items)
    left = [item for item in items if item.key not in done]
    return (left or [item for item in items if item.key not in passed] or list(items))[0]


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"
