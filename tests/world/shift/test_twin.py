"""The twin: a model of you works the same shift, keyed, better with more skill, and can be stopped."""

from __future__ import annotations

import threading

from simcare.calls.skills import skill_named
from simcare.world.shift.twin import Twin, play_twin
from tests.world.shift.walks import begin


def twin(skill: str, runs: int = 40) -> Twin:
    """Return the runs of a level on the small shift."""
    shift = begin()
    return play_twin(shift.spec, shift.cast, shift.seed, skill_named(skill), runs=runs)


def test_the_same_skill_and_seed_give_the_same_runs() -> None:
    """A twin is a pure function, and a longer one begins with the runs of a shorter one."""
    assert twin("novice", 6).runs == twin("novice", 12).runs[:6]


def test_more_skill_does_better() -> None:
    """An expert finds more of what is urgent than a new hire, and scores higher, in the middle of the runs."""
    novice, expert = twin("novice"), twin("expert")
    assert expert.expected("score")[1] > novice.expected("score")[1]
    assert expert.expected("urgent_found")[1] >= novice.expected("urgent_found")[1]


def test_a_twin_can_be_stopped_and_tells_how_far_it_is() -> None:
    """Stopped after three runs it has three, and it told each."""
    shift, stop, told = begin(), threading.Event(), []

    def tell(done: int, of: int) -> None:
        told.append((done, of))
        if done == 3:
            stop.set()

    found = play_twin(shift.spec, shift.cast, 3, runs=50, progress=tell, stop=stop)
    assert (len(found.runs), told) == (3, [(1, 50), (2, 50), (3, 50)])


def test_a_value_is_placed_among_the_runs() -> None:
    """Better than all is 1, worse than all is 0."""
    found = twin("novice", 10)
    assert (found.share_below("score", 101), found.share_below("score", -1)) == (1.0, 0.0)
