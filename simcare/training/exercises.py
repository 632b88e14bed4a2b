"""Exercises: sets of calls and shifts to practice in an order, with a pass mark, as authored files.

An exercise names calls and shifts of the library and how each is played; who has done what is in `progress`. The pass
mark is a modified Angoff sheet: each judge says of each item how many of 100 people who are just ready would pass it,
and the mark is computed. Files lie beside the package, in it when installed, and in a program's own folders.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from simcare.documents import Document, DocumentError, Problem, read
from simcare.scenarios.folders import program_folders
from simcare.scenarios.library import load_scenario, scenario_ids
from simcare.scenarios.model import Authored, Slug, Text
from simcare.world.shift.library import load_shift, shift_files

FOLDER = "exercises"
DRAWN = "drawn"
FRESH: Literal["fresh"] = "fresh"
ENOUGH_JUDGES = 5
"""Judges from which a mark is more than provisional; Angoff panels are usually of five or more."""
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?$")]
Mode = Literal["practice", "assessment"]


class Item(Authored):
    """One call of an exercise, with its variant and seed where they are not left to chance, or one shift."""

    call: Slug | None = None
    """A scenario of the library."""
    shift: Slug | None = None
    """A shift of the library, in place of a call; it is passed by its own mark."""
    variant: Slug = DRAWN
    """`drawn` takes one that the learner has not met, by the weights of the scenario."""
    seed: Annotated[int, Field(ge=0)] | Literal["fresh"] = FRESH
    """Which patient, or which luck of the shift; `fresh` draws it each time."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Item:
        if (self.call is None) == (self.shift is None):
            raise ValueError("an item is one call or one shift; write either call: or shift:")
        if self.shift is not None and self.variant != DRAWN:
            raise ValueError("a shift has no variant; leave it out, the shift says itself what comes")
        return self

    @property
    def key(self) -> str:
        """The name that estimates use: the call, with the variant where it is fixed, or shift/ and the shift."""
        if self.call is None:
            return f"shift/{self.shift}"
        return self.call if self.variant == DRAWN else f"{self.call}/{self.variant}"


class Judge(Authored):
    """One judge's estimates: of 100 people who are just ready, how many would pass each item, by its key."""

    name: Text
    """Who, with what makes them a judge."""
    estimates: dict[Key, Annotated[int, Field(ge=0, le=100)]]


class PassMark(Authored):
    """A modified Angoff sheet; the mark is the mean over judges of what just ready people pass."""

    source: Text
    confidence: Literal["verified", "derived", "recalled", "assumption"]
    judges: tuple[Judge, ...] = Field(min_length=1)


class Exercise(Authored):
    """A practice set or an assessment.

    An assessment has no going back, no offered phrases and no hints, and draws its calls fresh; each of its calls is
    played once until all are.
    """

    simcare_exercise: Literal[1]
    id: Slug
    title: Text
    about: Text
    """What it is good for, in a sentence or two."""
    mode: Mode = "practice"
    order: Literal["given", "shuffled"] = "given"
    """`shuffled` mixes the calls for each learner; shifts stay behind them."""
    needs: tuple[Slug, ...] = ()
    """Exercises to pass first."""
    items: tuple[Item, ...] = Field(min_length=1)
    pass_mark: PassMark

    @property
    def mark(self) -> float:
        """The number of items that somebody just ready would pass, by the judges' sheet."""
        return fmean(sum(judge.estimates.values()) / 100 for judge in self.pass_mark.judges)

    @property
    def passes_needed(self) -> int:
        """How many items have to be passed: the mark, rounded up, and at least one."""
        return min(len(self.items), max(1, math.ceil(self.mark - 1e-9)))

    @property
    def unit(self) -> str:
        """What the items are called, in the plural."""
        kinds = {"calls" if item.shift is None else "shifts" for item in self.items}
        return kinds.pop() if len(kinds) == 1 else "parts"

    @property
    def provisional(self) -> bool:
        """Tell whether too few judges stand behind the mark."""
        return len(self.pass_mark.judges) < ENOUGH_JUDGES


def exercise_files() -> dict[str, Path]:
    """Return the files of exercises by file stem, ours first; a program's own replaces one of the same name."""
    found: dict[str, Path] = {}
    for folder in (exercises_folder(), *(folder / FOLDER for folder in program_folders())):
        found |= {file.stem: file for file in sorted(folder.glob("*.yaml"))}
    return found


def exercises_folder() -> Path:
    """Return our own folder: beside the package in a checkout, inside it when installed."""
    here = Path(__file__).parents[1]
    return next((place for place in (here.parent / FOLDER, here / FOLDER) if place.is_dir()), here / FOLDER)


def load_exercise(name: str | Path) -> Document[Exercise]:
    """Return an exercise by its id or by the path of a file; DocumentError where it is neither or not in order."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return _exercise(path, path.stat().st_mtime if path.exists() else 0.0)
    files = exercise_files()
    if str(name) not in files:
        near = difflib.get_close_matches(str(name), files, n=1)
        hint = f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(files)
        raise DocumentError([Problem(str(name), 1, 1, "E104", f"there is no exercise '{name}'", hint)])
    return load_exercise(files[str(name)])


def load_exercises(*, passing_over_bad: bool = False) -> dict[str, Document[Exercise]]:
    """Return every exercise by id, each after those it needs, otherwise in the order of the files.

    DocumentError where one is not in order, unless bad ones are passed over: they keep no other from being practiced.
    """
    documents: dict[str, Document[Exercise]] = {}
    for name in exercise_files():
        with suppress(DocumentError) if passing_over_bad else nullcontext():
            documents[name] = load_exercise(name)
    return {name: documents[name] for name in _in_order({name: d.value for name, d in documents.items()})}


def title_of(item: Item) -> str:
    """Return the title of an item's call or shift; DocumentError where it is not there or not in order."""
    if item.call is not None:
        return load_scenario(item.call).value.title
    return load_shift(str(item.shift)).spec.value.title


def lint_exercise(file: Path) -> list[Problem]:
    """Return all findings of an exercise file in the order of their places."""
    try:
        document = load_exercise(file)
    except DocumentError as error:
        return list(error.problems)
    return sorted({*_item_problems(document), *_need_problems(document, file), *_mark_problems(document)})


def _item_problems(document: Document[Exercise]) -> Iterator[Problem]:
    keys: set[str] = set()
    assessment = document.value.mode == "assessment"
    for at, item in enumerate(document.value.items):
        place = ("items", at)
        if item.key in keys:
            yield document.problem(place, "E401", f"'{item.key}' stands here twice", "take one of them out")
        keys.add(item.key)
        if assessment and (item.variant != DRAWN or item.seed != FRESH):
            fact = "an assessment whose calls are fixed can be told from one learner to the next"
            yield document.problem(place, "E403", fact, "leave variant and seed out, so that they are drawn")
        if item.shift is not None and item.shift not in shift_files():
            near = difflib.get_close_matches(item.shift, shift_files(), n=1)
            hint = f"did you mean '{near[0]}'?" if near else "see 'simcare shifts list'"
            yield document.problem((*place, "shift"), "E104", f"there is no shift '{item.shift}'", hint)
        if item.call is None:
            continue
        if item.call not in scenario_ids():
            near = difflib.get_close_matches(item.call, scenario_ids(), n=1)
            hint = f"did you mean '{near[0]}'?" if near else "see 'simcare scenarios list'"
            yield document.problem((*place, "call"), "E104", f"scenario '{item.call}' is not in the library", hint)
            continue
        scenario = load_scenario(item.call).value
        if item.variant not in (DRAWN, *scenario.variants):
            remedy = f"write drawn, or one of {', '.join(scenario.variants)}"
            fact = f"'{item.call}' has no variant '{item.variant}'"
            yield document.problem((*place, "variant"), "E104", fact, remedy)
        if assessment and scenario.guided:
            fact = f"'{item.call}' tells its player what to do, which an assessment may not"
            yield document.problem((*place, "call"), "E402", fact, "take a call that is not guided")


def _need_problems(document: Document[Exercise], file: Path) -> Iterator[Problem]:
    exercise = document.value
    if exercise.id != file.stem:
        fact = f"the id '{exercise.id}' is not the file's name '{file.stem}'"
        yield document.problem(("id",), "E404", fact, "give both one name: exercises are found by it")
    known = {**exercise_files(), file.stem: file}
    for at, name in enumerate(exercise.needs):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(known)
            yield document.problem(("needs", at), "E104", f"there is no exercise '{name}'", hint)
        elif exercise.id in _all_needs(name, known):
            fact = f"'{name}' needs '{exercise.id}' itself, so neither could ever be begun"
            yield document.problem(("needs", at), "E405", fact, "take one of the two needs out")


def _mark_problems(document: Document[Exercise]) -> Iterator[Problem]:
    keys = {item.key for item in document.value.items}
    for at, judge in enumerate(document.value.pass_mark.judges):
        place = ("pass_mark", "judges", at, "estimates")
        missing, extra = sorted(keys - set(judge.estimates)), sorted(set(judge.estimates) - keys)
        if missing:
            fact = f"{judge.name} says nothing of {', '.join(missing)}"
            yield document.problem(place, "E406", fact, "give an estimate from 0 to 100 for each call")
        for name in extra:
            fact = f"an estimate is given for '{name}', which is no call of this exercise"
            yield document.problem((*place, name), "E406", fact, f"use one of {', '.join(sorted(keys))}")


def _all_needs(name: str, files: Mapping[str, Path]) -> frozenset[str]:
    """Return all that an exercise needs, directly or not; a file that cannot be read needs nothing."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in found or one not in files:
            continue
        found.add(one)
        try:
            waiting += load_exercise(files[one]).value.needs
        except DocumentError:
            continue
    return frozenset(found)


def _in_order(exercises: Mapping[str, Exercise]) -> list[str]:
    ordered: list[str] = []

    def place(name: str, open_: frozenset[str]) -> None:
        if name in ordered or name not in exercises or name in open_:
            return
        for need in exercises[name].needs:
            place(need, open_ | {name})
        ordered.append(name)

    for name in exercises:
        place(name, frozenset())
    return ordered


@cache
def _exercise(path: Path, stamp: float) -> Document[Exercise]:
    return read(path, Exercise)
