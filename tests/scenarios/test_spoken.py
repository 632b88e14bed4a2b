"""Intents in another language: enough lines for what the call uses, and nothing but lines."""

from __future__ import annotations

from simcare.scenarios import intents
from simcare.scenarios.library import load_scenario
from simcare.scenarios.spoken import spoken_intents, spoken_library


def test_the_spanish_call_has_ten_lines_for_every_intent_it_answers() -> None:
    """Whatever the patient has an answer to can be said in at least ten ways."""
    spoken = spoken_intents("es")
    assert spoken is not None
    call = load_scenario("first-call-es").value
    named = {intent for fact in call.facts.values() for tell in fact.tell for intent in tell.to}
    named |= {intent for reply in call.replies for intent in reply.to} | {*call.identity.to, *call.denies}
    named |= {intent for variant in call.variants.values() for reply in variant.replies for intent in reply.to}
    answered = named & set(intents.load().intents)
    assert answered - set(spoken.intents) == set()
    assert min(len(lines) for lines in spoken.intents.values()) >= 10


def test_only_the_lines_differ() -> None:
    """Kinds and what words propose are those of the English intents."""
    library, spoken = intents.load(), spoken_intents("es")
    assert spoken is not None
    theirs = spoken_library(library, spoken).intents
    assert {name: (item.kind, item.proposes) for name, item in theirs.items()} == {
        name: (library.intents[name].kind, library.intents[name].proposes) for name in spoken.intents
    }


def test_it_says_that_no_native_speaker_has_read_it() -> None:
    """Until one has."""
    spoken = spoken_intents("es")
    assert spoken is not None
    assert "unread" in spoken.reviewed_by


def test_a_language_without_lines_has_none() -> None:
    """There is no file, and no error."""
    assert spoken_intents("xx") is None
