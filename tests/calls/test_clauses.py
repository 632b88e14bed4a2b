"""Where lines may be cut, and how clauses are meant."""

from __future__ import annotations

import pytest

from simcare.calls import polarity
from simcare.calls.clauses import listed, offers, sentences
from simcare.calls.ngrams import Speller, plain


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("Mr. Boyd? Dr. Lee called.", ("Mr. Boyd?", "Dr. Lee called.")),
        ("Your temp is 98.6. Good.", ("Your temp is 98.6.", "Good.")),
        ("No pain?! Great…", ("No pain?!", "Great…")),
        ("first line\nsecond line", ("first line", "second line")),
        ("Where are you puffy, honey?", ("Where are you puffy?",)),
        ("Is there honey in the house, dear", ("Is there honey in the house",)),
        ("?!", ()),
    ],
)
def test_a_sentence_ends_at_its_mark(line: str, pieces: tuple[str, ...]) -> None:
    """Marks and new lines end a sentence; titles and decimals do not; bare marks are nothing."""
    assert sentences(line) == pieces


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("where is it, and how bad is it", ("where is it", "how bad is it")),
        ("do you know what day it is, and where you are", ("do you know what day it is, and where you are",)),
        ("dont hang up im calling 911", ("dont hang up", "im calling 911")),
        ("im calling 911 dont walk on it", ("im calling 911", "dont walk on it")),
        ("let me get the nurse please stay", ("let me get the nurse", "please stay")),
        ("chest pain or weakness, call 911", ("chest pain or weakness, call 911",)),
        ("I can't come, call 911", ("I can't come", "call 911")),
        ("if it gets worse, i will call 911", ("if it gets worse, i will call 911",)),
        ("before we start, what is your name", ("before we start", "what is your name")),
        ("I think I'll get the nurse", ("I think I'll get the nurse",)),
        ("I can't stay on the line", ("I can't stay on the line",)),
        ("Hello, I'm Sam", ("Hello, I'm Sam",)),
    ],
)
def test_a_cut_is_offered_where_a_clause_begins(sentence: str, pieces: tuple[str, ...]) -> None:
    """A clause of its own is offered a cut; a condition stays with what it is a condition of."""
    assert offers(sentence) == pieces


def test_a_list_of_symptoms_is_spelled_out() -> None:
    """Each item of "any ..., ... or ...?" becomes a question."""
    assert listed("Any fever, falls, or chest pain?") == ("any fever?", "any falls?", "any chest pain?")
    assert listed("Any fever?") == ("Any fever?",)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("do you have a fever", "asks"),
        ("ok so when did it start", "asks"),
        ("tell me more", "urges"),
        ("i am calling 911 okay?", "states"),
        ("bp at home", "names"),
        ("bp at home ?", "asks"),
    ],
)
def test_the_mode_of_a_clause_is_read(text: str, mode: str) -> None:
    """Questions, urgings, statements and bare names are told apart by how they begin."""
    assert polarity.mode(text) == mode


def test_a_known_word_with_a_slip_is_mended_and_a_name_is_not() -> None:
    """One slip in a short word is mended; known words, names after a title and strangers are left alone."""
    speller = Speller({"ambulance": 3, "fever": 9, "body": 2, "never": 1})
    assert speller.mend("an ambulence") == "an ambulance"
    assert speller.mend("fevr") == "fever"
    assert speller.mend("never") == "never"
    assert speller.mend("mrs boyd") == "mrs boyd"
    assert speller.mend("pineapple") == "pineapple"


def test_an_ordinary_word_is_no_slip_of_another() -> None:
    """What is spelled right stays, though no exemplar has it; a slip leads to known words alone."""
    speller = Speller({"hearing": 5}, frozenset({"harming", "healing"}))
    assert speller.mend("harming") == "harming"
    assert speller.mend("heering") == "hearing"
    assert Speller({"hearing": 5}).mend("healing") == "hearing"


def test_typed_shorthand_is_spelled_out() -> None:
    """Lower case, curly quotes and the short forms of nurses become plain words."""
    assert plain("How many did U take, Dr. Lee’s meds?") == "how many did you take doctor lee's medicines ?"
