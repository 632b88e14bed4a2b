"""Do the ratings find what is true of trainees that another family of models made? A small piece of the benchmark."""

from __future__ import annotations

import pytest

from benchmarks import learning

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def few_trainees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep it short: the figures themselves are the benchmark's."""
    monkeypatch.setattr(learning, "TRAINEES", 60)


def test_estimated_skill_recovers_the_truth_under_adaptive_practice() -> None:
    """People are ranked by their skill, and the intervals hold it about as often as they say."""
    found = learning.run(("adaptive", 3, False, {}))
    assert found.overall is not None and found.overall >= 0.8
    assert 0.88 <= found.coverage <= 0.99


def test_people_who_are_all_alike_are_not_told_apart() -> None:
    """In the null case the truth has no ranks, and almost every interval holds it."""
    found = learning.run(("adaptive", 3, True, {}))
    assert found.overall is None
    assert found.coverage > 0.9
