"""Intents that cannot be told apart are found, with the exemplars that cause it; distinct ones are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.calls.intent_check import Finding, check, left_out_scores, strays_of
from simcare.calls.matching import PENALTY, kernel
from simcare.scenarios import intents as intent_files
from simcare.scenarios.intents import Intent, IntentLibrary

LIBRARY = intent_files.load()


def library_of(**intents: Intent) -> IntentLibrary:
    """Return a library of a few intents."""
    return IntentLibrary.model_validate(
        {"simcare": 1, "core": [next(iter(intents))], "intents": {n: i.model_dump() for n, i in intents.items()}}
    )


def found(library: IntentLibrary, kind: str) -> list[Finding]:
    """Return the findings of a kind."""
    return [finding for finding in check(library) if finding.kind == kind]


FEVER, ADDRESS = LIBRARY.intents["ask_fever"], LIBRARY.intents["ask_address"]


@pytest.fixture(params=[True, False], ids=["meaning", "ngram"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check by meaning, and as where the extra is missing."""
    if not request.param:
        monkeypatch.setattr("simcare.calls.embedding.available", lambda: False)


@pytest.mark.usefixtures("engine")
def test_intents_that_are_far_apart_have_no_finding() -> None:
    """A fever and a street are never confused."""
    assert check(library_of(ask_fever=FEVER, ask_address=ADDRESS)) == ()


@pytest.mark.usefixtures("engine")
def test_a_thin_intent_is_found() -> None:
    """Fewer than ten exemplars are too few, and the remedy counts what is missing."""
    thin = FEVER.model_copy(update={"exemplars": FEVER.exemplars[:6]})
    (finding,) = found(library_of(ask_fever=thin, ask_address=ADDRESS), "thin")
    assert (finding.kind, finding.intent, finding.remedy) == ("thin", "ask_fever", "add 4 varied ones")


@pytest.mark.usefixtures("engine")
def test_an_intent_swallowed_by_another_is_found_with_its_exemplars() -> None:
    """An intent whose lines all mean what another says is swallowed, and those lines are named."""
    night = [f"{text} tonight" for text in FEVER.exemplars[:4]]
    doubled = ADDRESS.model_copy(update={"say": "Where?", "exemplars": (*night, "any street")})
    (finding,) = found(library_of(ask_fever=FEVER, ask_nights=doubled), "swallowed")
    assert (finding.intent, finding.other) == ("ask_nights", "ask_fever")
    assert len({stray.text for stray in finding.strays} & set(night)) >= 2
    assert all(stray.nearest in (FEVER.say, *FEVER.exemplars) for stray in finding.strays)


@pytest.mark.usefixtures("engine")
def test_two_intents_that_borrow_from_each_other_are_confusable() -> None:
    """Four strays between two intents make a pair, told once."""
    ask = FEVER.model_copy(update={"exemplars": (*FEVER.exemplars, *(f"so {t}" for t in ADDRESS.exemplars[:4]))})
    other = ADDRESS.model_copy(update={"exemplars": (*ADDRESS.exemplars, *(f"so {t}" for t in FEVER.exemplars[:4]))})
    (finding,) = found(library_of(ask_fever=ask, ask_address=other), "confusable")
    assert {finding.intent, finding.other} == {"ask_fever", "ask_address"}
    assert len(finding.strays) >= 4
    assert finding.as_json()["exemplars"][0]["nearest"] == finding.strays[0].nearest


@pytest.mark.slow
def test_no_intent_of_the_library_is_thin_or_swallowed() -> None:
    """Pairs that are hard to tell apart remain, as in life; none is hopeless."""
    assert [finding.fact for finding in check(LIBRARY) if finding.kind != "confusable"] == []


@pytest.mark.slow
def test_few_exemplars_of_the_library_stray() -> None:
    """Four in five exemplars would be heard as their own intent even had they never been learned."""
    total = sum(len(intent.exemplars) for intent in LIBRARY.intents.values())
    assert len(strays_of(LIBRARY)) <= total / 5


def test_leaving_one_out_is_what_learning_without_it_gives() -> None:
    """The shortcut by one inverse equals a head that was solved anew without the text."""
    spots = np.random.default_rng(5).normal(size=(12, 4)).astype(np.float32)
    spots /= np.linalg.norm(spots, axis=1, keepdims=True)
    labels = np.arange(12) % 3
    scores = left_out_scores(spots @ spots.T, labels, 3)
    for out in range(12):
        kept = np.arange(12) != out
        square = kernel(spots[kept] @ spots[kept].T) + PENALTY * np.eye(11)
        head = np.linalg.solve(square, np.eye(3)[labels[kept]])
        np.testing.assert_allclose(scores[out], kernel(spots[out] @ spots[kept].T) @ head, atol=1e-3)
