"""The model of you is made from your own calls, once there are some."""

from __future__ import annotations

import pytest

from simcare.calls.skills import shipped_skills
from simcare.training import own_skill as module
from simcare.training.own_skill import FEWEST_CALLS, own_skill
from simcare.training.records import Records
from tests.training.made import call


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the calls that are read from the records, to be filled by a test."""
    found: list[object] = []
    monkeypatch.setattr(module, "judged_calls", lambda records, learner: tuple(found))
    return found


def test_a_few_calls_say_nothing_of_anybody(calls: list[object]) -> None:
    """Below the fewest the prior would speak, so nobody is modelled; guided calls do not count."""
    with Records.open("sqlite://") as records:
        calls += [call(nth) for nth in range(FEWEST_CALLS - 1)] + [call(9, guided=True)]
        assert own_skill(records, "Ann") is None


def test_own_calls_make_the_model(calls: list[object]) -> None:
    """Who always decides right is surer of it than a new hire, and the model bears the name `you`."""
    with Records.open("sqlite://") as records:
        calls += [call(nth) for nth in range(FEWEST_CALLS + 6)]
        found = own_skill(records, "Ann")
    assert found is not None and found.name == "you"
    assert found.strengths["escalation"] > shipped_skills()["novice"].strengths["escalation"]
