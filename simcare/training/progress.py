"""How far a learner is with an exercise: what is done, what comes next, whether it is passed.

Counted from the attempts and shifts that are recorded anyway; nothing is kept twice. A branch never counts, and neither
does a call inside a shift for an item that is a call: an exercise counts what was opened from it, and a shift whole.
In practice an item may be tried until it is passed; in an assessment each is played once, and only when all are done
may the whole be sat again, drawn fresh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from simcare import chance
from simcare.scenarios.model import Scenario
from simcare.training.exercises import DRAWN, Exercise, Item
from simcare.training.rows import Attempt
from simcare.training.shifts_done import ShiftDone

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
    """The call or the shift that comes next; None while the exercise is locked."""

    @property
    def words(self) -> str:
        """Say where the learner stands."""
        exercise = self.exercise
        number, needed = len(exercise.items), exercise.passes_needed
        enough = "it" if number == 1 else "all of them" if needed == number else f"{needed} of them"
        if self.state == "passed":
            return f"Passed: at least {needed} of {number} {exercise.unit}."
        if self.state == "new":
            return f"{_contents(exercise)}; pass {enough}."
        of = f"{number} {exercise.unit}"
        if self.state == "not_passed":
            return f"Not there yet: {len(self.passed)} of {of} passed, {needed} needed. You may sit it again."
        return f"{len(self.done)} of {of} done, {len(self.passed)} passed; {needed} needed."


def progress_of(
    exercise: Exercise, attempts: Iterable[Attempt], passed: Iterable[str] = (), shifts: Iterable[ShiftDone] = ()
) -> Progress:
    """Return where the learner of these attempts and shifts stands; `passed` are the exercises they have passed."""
    attempts, shifts = tuple(attempts), tuple(shifts)
    tries = _tries(exercise, attempts, shifts)
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
    people = [each.learner for each in attempts if each.exercise == exercise.id]
    people += [each.learner for each in shifts if each.exercise == exercise.id]
    learner = people[0] if people else ""
    return Progress(
        exercise=exercise,
        state=state,
        sitting=number,
        done=done,
        passed=good,
        missing=missing,
        upcoming=None if state == "locked" else _upcoming(exercise, done, good, learner, number),
    )


def all_progress(
    exercises: Iterable[Exercise], attempts: Sequence[Attempt], shifts: Sequence[ShiftDone] = ()
) -> dict[str, Progress]:
    """Return where one learner stands in each exercise, given after those it needs."""
    found: dict[str, Progress] = {}
    for exercise in exercises:
        passed = [name for name, each in found.items() if each.state == "passed"]
        found[exercise.id] = progress_of(exercise, attempts, passed, shifts)
    return found


def draw_item(item: Item, scenario: Scenario, attempts: Iterable[Attempt], seed: int) -> str:
    """Return the variant to play: the fixed one, else one the learner has not finished yet, by weight from the seed."""
    if item.variant != DRAWN:
        return item.variant
    met = {a.variant for a in attempts if a.scenario == scenario.id and a.status == "finished"}
    names = [name for name in scenario.variants if name not in met] or list(scenario.variants)
    weights = [scenario.variants[name].weight for name in names]
    return chance.pick(seed, "exercise.variant", scenario.id, 0, options=names, weights=weights)


@dataclass(frozen=True, slots=True)
class _Try:
    """One finished item of an exercise."""

    at: datetime
    id: str
    learner: str
    key: str
    passed: bool


def _tries(exercise: Exercise, attempts: Iterable[Attempt], shifts: Iterable[ShiftDone]) -> list[_Try]:
    """Return what was finished of an exercise, the oldest first."""
    keys = {item.key for item in exercise.items}
    found = []
    for each in attempts:
        if each.exercise == exercise.id and each.status == "finished" and each.parent is None:
            fixed = f"{each.scenario}/{each.variant}"
            key = fixed if fixed in keys else each.scenario
            found.append(_Try(each.started_at, each.id, each.learner, key, bool(each.passed)))
    for done in shifts:
        if done.exercise == exercise.id:
            found.append(_Try(done.started_at, done.id, done.learner, f"shift/{done.shift}", done.passed))
    return sorted((each for each in found if each.key in keys), key=lambda each: (each.at, each.id))


def _practiced(exercise: Exercise, tries: Sequence[_Try]) -> tuple[int, tuple[str, ...], tuple[str, ...], bool]:
    done = dict.fromkeys((each.key for each in tries), False)
    for each in tries:
        done[each.key] |= each.passed
    good = tuple(key for key, passed in done.items() if passed)
    return 1, tuple(done), good, len(done) == len(exercise.items) and len(good) >= exercise.passes_needed


def _assessed(exercise: Exercise, tries: Sequence[_Try]) -> tuple[int, tuple[str, ...], tuple[str, ...], bool]:
    """Deal the tries out to sittings: the nth try of an item belongs to the nth sitting."""
    nth: Counter[str] = Counter()
    sittings: list[dict[str, bool]] = [{}]
    for each in tries:
        while len(sittings) <= nth[each.key]:
            sittings.append({})
        sittings[nth[each.key]][each.key] = each.passed
        nth[each.key] += 1
    whole = [sitting for sitting in sittings if len(sitting) == len(exercise.items)]
    ever = any(sum(sitting.values()) >= exercise.passes_needed for sitting in whole)
    if len(sittings[-1]) == len(exercise.items):
        sittings.append({})
    now = sittings[-1] if not ever else max(whole, key=lambda sitting: sum(sitting.values()))
    return len(sittings), tuple(now), tuple(key for key, passed in now.items() if passed), ever


def _upcoming(exercise: Exercise, done: Sequence[str], passed: Sequence[str], learner: str, sitting: int) -> Item:
    items: Sequence[Item] = exercise.items
    if exercise.order == "shuffled":
        calls = [item for item in exercise.items if item.shift is None]
        mixed = chance.shuffle(0, "exercise.order", f"{learner}/{exercise.id}", sitting, items=calls)
        items = [*mixed, *(item for item in exercise.items if item.shift is not None)]
    left = [item for item in items if item.key not in done]
    return (left or [item for item in items if item.key not in passed] or list(items))[0]


def _contents(exercise: Exercise) -> str:
    shifts = sum(item.shift is not None for item in exercise.items)
    counts = {"call": len(exercise.items) - shifts, "shift": shifts}
    return " and ".join(f"{many} {what}{'' if many == 1 else 's'}" for what, many in counts.items() if many)
