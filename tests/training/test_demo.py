"""The demo cohort: the same for the same seed, replayed exactly, marked as nobody real, and nowhere on a disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.calls.scoring import score
from simcare.training.demo import GROUP, LISTENER, demo_name, demo_records, make_demo
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.reviews import reviews_of
from simcare.training.roster import members_of, progress

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo() -> Records:
    """Return a small demo cohort."""
    records = demo_records()
    make_demo(records, 3, 2)
    return records


def test_nobody_in_it_could_be_taken_for_a_person(demo: Records, tmp_path: Path) -> None:
    """Every name, the group and the listener say demo; nothing was written into the user's folder."""
    assert demo.learners() == members_of(demo, GROUP) and len(demo.learners()) == 3
    assert all(name.startswith("Demo ") for name in demo.learners())
    assert {attempt.listener for attempt in demo.attempts()} == {LISTENER}
    assert {each.reviewer for each in reviews_of(demo)} == {"Demo supervisor"}
    assert (demo.place, list(tmp_path.rglob("*.sqlite"))) == ("sqlite+pysqlite://", [])


def test_its_calls_were_really_played(demo: Records) -> None:
    """Each attempt replays from its moves to the very scorecard that it has."""
    for attempt in demo.attempts():
        played = score(Practice.resume(demo, attempt.id).call)
        assert (played.score, played.passed) == (attempt.score, attempt.passed)


def test_the_same_seed_gives_the_same_cohort(demo: Records) -> None:
    """Scores and variants are the same again, and one trainee more changes nobody else's calls."""
    again = demo_records()
    make_demo(again, 4, 2)

    def scores(records: Records, name: str) -> list[tuple[str, str, float | None]]:
        return [(each.scenario, each.variant, each.score) for each in records.attempts(name)]

    assert [scores(again, demo_name(nth)) for nth in range(2)] == [scores(demo, demo_name(nth)) for nth in range(2)]


def test_something_is_due(demo: Records) -> None:
    """Everybody has one assignment whose day is past and one that is to come."""
    assert {each.assignment.title for each in progress(demo, GROUP)} == {"First calls", "Harder calls"}
