"""The intent library: complete, varied, each exemplar in one intent, and nothing held back among them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from simcare.documents import DocumentError, read
from simcare.scenarios import intents
from simcare.scenarios.intents import Intent, IntentLibrary
from simcare.scenarios.library import load_policy

LIBRARY = intents.load()
UTTERANCES = Path(__file__).parent.parent / "data" / "utterances.csv"
AN_INTENT = {"label": "Ask", "kind": "ask", "say": "How?", "exemplars": ["a b", "c d", "e f", "g h"]}


def bare(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return re.sub(r"[^a-z0-9 ]", "", text.lower()).strip()


def test_every_intent_has_ten_exemplars_or_more() -> None:
    """More exemplars help a listener most."""
    assert [name for name, intent in LIBRARY.intents.items() if len(intent.exemplars) < 10] == []


def test_no_held_back_line_is_an_exemplar() -> None:
    """What accuracy is measured on was never learned from."""
    with UTTERANCES.open(encoding="utf-8", newline="") as file:
        held = {bare(row["text"]) for row in csv.DictReader(file) if row["split"] == "test"}
    taught = {bare(text) for intent in LIBRARY.intents.values() for text in (intent.say, *intent.exemplars)}
    assert held & (taught | {bare(text) for text in LIBRARY.none}) == set()


def test_every_intent_has_held_back_lines() -> None:
    """Each intent is measured on lines of its own, three or more for a question and at least one for all."""
    with UTTERANCES.open(encoding="utf-8", newline="") as file:
        labels = [row["intent"] for row in csv.DictReader(file) if row["split"] == "test"]
    assert [name for name in LIBRARY.intents if labels.count(name) < 3] == []


def test_every_proposal_names_an_action_of_the_policy_and_back() -> None:
    """Words and actions agree on who proposes what."""
    actions = load_policy().value.actions
    by_words = {intent.proposes: name for name, intent in LIBRARY.intents.items() if intent.proposes}
    by_policy = {name: action.intent for name, action in actions.items() if action.intent}
    assert by_words == by_policy


def test_harm_and_questions_propose_nothing() -> None:
    """Only proposals, offers and staying on the line lead to an action."""
    assert {intent.kind for intent in LIBRARY.intents.values() if intent.proposes} == {"propose", "offer", "support"}


def test_dose_advice_is_harm() -> None:
    """Stopping, holding or changing a dose is never the care manager's to say."""
    assert {LIBRARY.intents[name].kind for name in ("advise_no_more_doses", "advise_dose_change")} == {"harm"}


def test_safety_words_are_never_irrelevant() -> None:
    """What finds or answers an emergency is marked safe in every call."""
    safe = {name for name, intent in LIBRARY.intents.items() if intent.safety}
    assert {"act_call_911", "act_warm_transfer_rn", "ask_address", "ask_self_harm", "ask_chest_breathing"} <= safe


def test_a_word_is_in_one_family() -> None:
    """Two families with the same word would pull a line both ways."""
    words = [word for family in LIBRARY.alike.values() for word in family]
    assert len(words) == len(set(words))


def test_the_library_is_read_once_with_its_hash() -> None:
    """An attempt pins the text that was learned from."""
    assert intents.load() is intents.load()
    assert len(intents.document().sha256) == 64
    assert "act_call_911" in intents.document().text


def test_the_same_exemplar_in_two_intents_is_refused() -> None:
    """A line cannot teach two things; punctuation and case do not make it another line."""
    other = {**AN_INTENT, "say": "Why?", "exemplars": ["A, b!", "i j", "k l", "m n"]}
    with pytest.raises(ValidationError, match="is an exemplar of one and of two"):
        IntentLibrary.model_validate({"simcare": 1, "core": ["one"], "intents": {"one": AN_INTENT, "two": other}})


def test_a_core_intent_that_does_not_exist_is_refused() -> None:
    """The core names intents of the library."""
    with pytest.raises(ValidationError, match="not in the library: three"):
        IntentLibrary.model_validate({"simcare": 1, "core": ["three"], "intents": {"one": AN_INTENT}})


def test_a_question_that_proposes_is_refused() -> None:
    """An `ask` intent cannot carry an action, and a `propose` intent must."""
    with pytest.raises(ValidationError, match="proposes no action"):
        Intent.model_validate({**AN_INTENT, "proposes": "call_911"})
    with pytest.raises(ValidationError, match="names the action it proposes"):
        Intent.model_validate({**AN_INTENT, "kind": "propose"})


@pytest.mark.parametrize(
    "topics", ["{Doses: [ask_med_dose, ask_the_moon]}", "{Doses: [ask_med_dose], Pills: [ask_med_dose]}"]
)
def test_a_topic_names_each_intent_once_and_no_other(topics: str, tmp_path: Path) -> None:
    """A phrase that is not there, or one that stands under two topics, is refused with its name."""
    file = tmp_path / "intents.yaml"
    text = intents.document().text
    start, end = text.index("topics:"), text.index("# Off-topic lines")
    file.write_text(text[:start] + f"topics: {topics}\n" + text[end:], encoding="utf-8")
    with pytest.raises(DocumentError, match=r"ask_the_moon|one place"):
        read(file, IntentLibrary)
