"""How far somebody is with an exercise, counted from recorded attempts: practice may be repeated, an assessment not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from simcare.scenarios.library import load_scenario
from simcare.training.exercises import Exercise, Item, Judge, PassMark
from simcare.training.progress import Progress, all_progress, draw_item, progress_of
from simcare.training.rows import Attempt
from simcare.training.shifts_done import ShiftDone
from tests.training.made import MONDAY


def exercise(*calls: str, **more: object) -> Exercise:
    """Return an exercise of these calls in which just ready people pass six of ten."""
    mark = PassMark(
        source="A test", confidence="assumption", judges=(Judge(name="One", estimates=dict.fromkeys(calls, 60)),)
    )
    usual: dict[str, object] = {"id": "mine", "title": "Mine", "about": "For tests."}
    return Exercise(simcare_exercise=1, items=tuple(map(item_of, calls)), pass_mark=mark, **{**usual, **more})  # type: ignore[arg-type]


def item_of(key: str) -> Item:
    """Return a call, or what stands behind `shift/`."""
    return Item(shift=key.removeprefix("shift/")) if key.startswith("shift/") else Item(call=key)


def shift(nth: int, passed: bool = True, **more: object) -> ShiftDone:
    """Return a finished shift of the exercise `mine`."""
    made = ShiftDone(f"s{nth}", "Ann", "busy-monday", "mine", MONDAY + timedelta(hours=nth), passed)
    return replace(made, **more)  # type: ignore[arg-type]


THREE = exercise("sore-knees", "lost-car", "puffy-feet")
SITTING = exercise("sore-knees", "lost-car", "puffy-feet", mode="assessment")


def attempt(nth: int, scenario: str, passed: bool | None = True, **more: object) -> Attempt:
    """Return a finished attempt of the exercise `mine`."""
    made = Attempt(
        id=f"a{nth}",
        learner="Ann",
        scenario=scenario,
        variant="v",
        seed=1,
        scenario_sha="",
        policy_sha="",
        intents_sha="",
        listener="none",
        exercise="mine",
        status="finished",
        started_at=MONDAY + timedelta(hours=nth),
        finished_at=None,
        left_why=None,
        scorecard=None,
        score=80.0,
        passed=passed,
        parent=None,
        branched_at=None,
        moves=3,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def upcoming(progress: Progress) -> str | None:
    """Return the call that comes next."""
    return None if progress.upcoming is None else progress.upcoming.call


def test_a_new_exercise_begins_with_its_first_call() -> None:
    """Nothing is done; the words say what it takes."""
    found = progress_of(THREE, [])
    assert (found.state, upcoming(found), found.words) == ("new", "sore-knees", "3 calls; pass 2 of them.")


def test_what_is_done_is_not_next() -> None:
    """After the first comes the second, whether it was passed or not."""
    found = progress_of(THREE, [attempt(0, "sore-knees", False)])
    assert (found.state, upcoming(found)) == ("begun", "lost-car")
    assert found.words == "1 of 3 calls done, 0 passed; 2 needed."


def test_practice_goes_on_until_enough_is_passed() -> None:
    """All done and too few passed: what was not passed comes again, and passing it then counts."""
    tries = [attempt(0, "sore-knees"), attempt(1, "lost-car", False), attempt(2, "puffy-feet", False)]
    found = progress_of(THREE, tries)
    assert (found.state, upcoming(found)) == ("begun", "lost-car")
    assert progress_of(THREE, [*tries, attempt(3, "lost-car")]).state == "passed"


def test_branches_and_calls_of_other_exercises_do_not_count() -> None:
    """Trying again after the debrief is not passing, nor is a call from the list."""
    tries = [
        attempt(0, "sore-knees", parent="x", branched_at=1),
        attempt(1, "lost-car", exercise=None),
        attempt(2, "puffy-feet", status="left", passed=None),
    ]
    assert progress_of(THREE, tries).state == "new"


def test_an_assessment_counts_the_first_try_of_each_call() -> None:
    """A call that was not passed does not come again before the others are done."""
    found = progress_of(SITTING, [attempt(0, "sore-knees", False)])
    assert (upcoming(found), found.done) == ("lost-car", ("sore-knees",))


def test_an_assessment_that_was_not_passed_is_sat_again_whole() -> None:
    """The next sitting starts from nothing; its passes are not added to the old ones."""
    first = [attempt(0, "sore-knees"), attempt(1, "lost-car", False), attempt(2, "puffy-feet", False)]
    found = progress_of(SITTING, first)
    assert (found.state, found.sitting, upcoming(found), found.done) == ("not_passed", 2, "sore-knees", ())
    second = progress_of(SITTING, [*first, attempt(3, "sore-knees", False), attempt(4, "lost-car")])
    assert (second.state, second.passed) == ("begun", ("lost-car",))
    third = progress_of(
        SITTING, [*first, attempt(3, "sore-knees", False), attempt(4, "lost-car"), attempt(5, "puffy-feet")]
    )
    assert third.state == "passed"


def test_what_is_needed_first_locks_until_it_is_passed() -> None:
    """A locked exercise offers no call and names what is missing."""
    later = exercise("lost-car", id="later", needs=("mine",))
    locked = all_progress([THREE, later], [])["later"]
    assert (locked.state, locked.missing, locked.upcoming) == ("locked", ("mine",), None)
    passed = [attempt(nth, item.call) for nth, item in enumerate(THREE.items)]
    assert all_progress([THREE, later], passed)["later"].state == "new"


def test_a_shuffled_order_is_the_same_until_it_is_done() -> None:
    """Everybody has an order of their own, and it stays."""
    shuffled = exercise("sore-knees", "lost-car", "puffy-feet", "first-call", "just-tired", order="shuffled")
    first = attempt(0, "no-call-of-it")
    assert upcoming(progress_of(shuffled, [first])) == upcoming(progress_of(shuffled, [first]))
    orders = {upcoming(progress_of(shuffled, [replace(first, learner=f"L{n}")])) for n in range(20)}
    assert len(orders) > 1


def test_variants_that_were_met_are_not_drawn_while_others_are_left() -> None:
    """Fresh means fresh: the one not met comes for every luck; when all were met, any may come."""
    scenario = load_scenario("sore-knees").value
    *met, fresh = scenario.variants
    tries = [attempt(nth, "sore-knees", variant=name, exercise=None) for nth, name in enumerate(met)]
    drawn = {draw_item(Item(call="sore-knees"), scenario, tries, seed) for seed in range(20)}
    assert drawn == {fresh}
    every = [*tries, attempt(9, "sore-knees", variant=fresh)]
    assert len({draw_item(Item(call="sore-knees"), scenario, every, seed) for seed in range(40)}) > 1


def test_a_fixed_variant_is_played() -> None:
    """What the author fixed is not drawn."""
    item = Item(call="sore-knees", variant="slow-ache")
    assert draw_item(item, load_scenario("sore-knees").value, [], 1) == "slow-ache"


def test_a_shift_is_done_and_passed_like_a_call() -> None:
    """It comes in its turn, counts once finished, and is passed by its own mark; another exercise's never counts."""
    mixed = exercise("sore-knees", "shift/busy-monday")
    first = progress_of(mixed, [attempt(0, "sore-knees")])
    assert (first.upcoming and first.upcoming.shift, first.words) == (
        "busy-monday",
        "1 of 2 parts done, 1 passed; 2 needed.",
    )
    assert progress_of(mixed, []).words == "1 call and 1 shift; pass all of them."
    assert progress_of(mixed, [attempt(0, "sore-knees")], shifts=[shift(1, exercise="other")]).done == ("sore-knees",)
    tried = [shift(1, False)]
    assert progress_of(mixed, [attempt(0, "sore-knees")], shifts=tried).state == "begun"
    assert progress_of(mixed, [attempt(0, "sore-knees")], shifts=[*tried, shift(2)]).state == "passed"


def test_a_shuffled_exercise_keeps_its_shift_for_the_end() -> None:
    """Whatever the order of the calls, the shift comes after them."""
    mixed = exercise("shift/busy-monday", "sore-knees", "lost-car", order="shuffled")
    assert {upcoming(progress_of(mixed, [attempt(0, "sore-knees", learner=f"L{n}")])) for n in range(9)} == {"lost-car"}


def test_a_shift_of_an_assessment_is_worked_once_a_sitting() -> None:
    """Worked again, it belongs to the next sitting."""
    sitting = exercise("sore-knees", "shift/busy-monday", mode="assessment")
    once = progress_of(sitting, [attempt(0, "sore-knees")], shifts=[shift(1, False)])
    assert (once.state, once.sitting) == ("not_passed", 2)
    assert progress_of(sitting, [attempt(0, "sore-knees")], shifts=[shift(1, False), shift(2)]).done == (
        "shift/busy-monday",
    )
