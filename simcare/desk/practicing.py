"""What the list of calls offers beside the calls: the one to practice next with its why, and the exercises.

Here it is put into words and drawn as plain JSON; what is next and what is passed is decided in `simcare.training`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simcare.documents import SimcareError
from simcare.scenarios.library import load_scenario
from simcare.training.exercises import Exercise, load_exercise, load_exercises, title_of
from simcare.training.progress import Progress, all_progress, draw_item
from simcare.training.records import Records
from simcare.training.shifts_done import shifts_done
from simcare.training.suggesting import suggest

ASSESSED = (
    "This is an assessment: no going back, no offered phrases, no hints. You may still pause, and leave a call that is "
    "too hard. It is practice all the same; it certifies nothing."
)
HARD = "This call can be hard to hear. You may leave it at any time."


WORK_IT = "Next in “{exercise}” comes the shift “{shift}”. It is worked on the shift page, which “Exercises” leads to."


@dataclass(frozen=True, slots=True)
class Chosen:
    """A call to open: `variant` None leaves it to the seed, `seed` None to the system's luck."""

    scenario: str
    variant: str | None = None
    seed: int | None = None
    exercise: str | None = None


@dataclass(frozen=True, slots=True)
class ChosenShift:
    """A shift to work for an exercise: `seed` None leaves it to the system's luck; `words` say where."""

    shift: str
    seed: int | None
    exercise: str
    words: str


def next_view(records: Records, learner: str) -> dict[str, Any] | None:
    """Return the card of the call to practice next, None where there is none; it never shows a variant."""
    found = suggest(records, learner, datetime.now(UTC))
    if found is None:
        return None
    care = HARD if load_scenario(found.scenario).value.distressing else None
    return {"scenario": found.scenario, "title": found.title, "why": found.why, "care": care}


def chosen_next(records: Records, learner: str) -> Chosen:
    """Return the call to practice next; SimcareError where there is none."""
    found = suggest(records, learner, datetime.now(UTC))
    if found is None:
        raise SimcareError("there is no call to practice; pick one from the list")
    return Chosen(found.scenario, found.variant)


def exercises_view(records: Records, learner: str) -> list[dict[str, Any]]:
    """Return the exercises with how far the learner is, in their order."""
    exercises = open_exercises()
    titles = {exercise.id: exercise.title for exercise in exercises}
    return [
        {
            "id": exercise.id,
            "title": exercise.title,
            "about": exercise.about,
            "assessment": exercise.mode == "assessment",
            "state": progress.state,
            "words": _words(progress, titles),
            "press": {"new": "Begin", "begun": "Go on with", "locked": None}.get(progress.state, "Practice again"),
            "done": len(progress.done),
            "number": len(exercise.items),
            "unit": exercise.unit,
            "shift": _shift_title(progress),
        }
        for exercise, progress in zip(exercises, _progress(records, learner, exercises), strict=True)
    ]


def sets_with_a_shift(records: Records, learner: str) -> list[dict[str, Any]]:
    """Return the exercises whose next item is a shift, as the shift page offers them."""
    return [each for each in exercises_view(records, learner) if each["press"] and each["shift"]]


def chosen_item(records: Records, learner: str, exercise: str, luck: int) -> Chosen | ChosenShift:
    """Return the next call or shift of an exercise, a call's variant drawn from `luck` where it is not fixed.

    Raises SimcareError where the exercise is not there, or others have to be passed first.
    """
    wanted = load_exercise(exercise).value
    exercises = {each.id: each for each in open_exercises()} | {wanted.id: wanted}
    found = _progress(records, learner, list(exercises.values()))
    progress = next(each for each in found if each.exercise.id == wanted.id)
    item = progress.upcoming
    if item is None:
        titles = {each.id: each.title for each in exercises.values()}
        raise SimcareError(f"“{wanted.title}” is not open yet. {_words(progress, titles)}")
    seed = item.seed if isinstance(item.seed, int) else None
    if item.call is None:
        words = WORK_IT.format(exercise=wanted.title, shift=title_of(item))
        return ChosenShift(str(item.shift), seed, wanted.id, words)
    document = load_scenario(item.call)
    variant = draw_item(item, document.value, records.attempts(learner), luck if seed is None else seed)
    return Chosen(item.call, variant, seed, wanted.id)


def call_view(exercise: str | None) -> dict[str, Any] | None:
    """Return what a call's screens say of the exercise it belongs to; None for a call of its own."""
    found = exercise_of(exercise)
    if found is None:
        return None
    assessed = found.mode == "assessment"
    return {"id": found.id, "title": found.title, "assessment": assessed, "words": ASSESSED if assessed else None}


def is_assessed(exercise: str | None) -> bool:
    """Tell whether a call of this exercise is played without going back, offered phrases and hints."""
    found = exercise_of(exercise)
    return found is not None and found.mode == "assessment"


def exercise_of(exercise: str | None) -> Exercise | None:
    """Return an exercise; None for a call of its own, or where the exercise is gone or cannot be read."""
    if exercise is not None:
        with suppress(SimcareError):
            return load_exercise(exercise).value
    return None


def open_exercises() -> list[Exercise]:
    """Return every exercise that can be read, each after those it needs."""
    return [document.value for document in load_exercises(passing_over_bad=True).values()]


def _progress(records: Records, learner: str, exercises: list[Exercise]) -> list[Progress]:
    found = all_progress(exercises, records.attempts(learner), shifts_done(records, learner))
    return [found[exercise.id] for exercise in exercises]


def _shift_title(progress: Progress) -> str | None:
    """Return the title of the shift that comes next; None where a call does, or where the shift cannot be read."""
    if progress.upcoming is not None and progress.upcoming.shift is not None:
        with suppress(SimcareError):
            return title_of(progress.upcoming)
    return None


def _words(progress: Progress, titles: dict[str, str]) -> str:
    if progress.state != "locked":
        return progress.words
    return "First pass " + " and ".join(f"“{titles.get(name, name)}”" for name in progress.missing) + "."
