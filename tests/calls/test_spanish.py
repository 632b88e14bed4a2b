"""Typed Spanish: what is understood, what is asked back, and that no action is proposed on a guess."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from simcare.calls.hearing import hear_in, listener_in
from simcare.calls.listener import Clause, Heard, Listener, in_plain_words
from simcare.calls.opening import open_call
from simcare.calls.spanish import SpanishListener, folded, listener_for
from simcare.scenarios.library import load_scenario

LABELED = Path(__file__).parents[1] / "data" / "spanish.csv"


class Nobody:
    """A listener for English that hears nothing."""

    name = "nobody-1"

    def hear(self, text: str, candidates: object = None) -> Heard:
        """Return one clause without an intent."""
        return Heard((Clause(text, None, 0.0),))


@pytest.fixture(scope="module")
def spanish() -> Listener:
    """Return the Spanish listener, made once."""
    return listener_for("es", Nobody())


@pytest.fixture(scope="module")
def used() -> tuple[str, ...]:
    """Return the intents that the Spanish call uses."""
    return open_call(load_scenario("first-call-es").value, None, 3).script.candidates()


def rows(kind: str) -> list[tuple[str, str]]:
    """Return the labeled lines of a kind with their intents; they are not among the exemplars."""
    with LABELED.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["intent"]) for row in csv.DictReader(file) if row["kind"] == kind]


def taken(clauses: tuple[Clause, ...]) -> list[str]:
    """Return the intents that were taken without asking."""
    return [clause.intent for clause in clauses if clause.intent]


def test_most_lines_are_understood_and_nearly_all_offered(spanish: Listener, used: tuple[str, ...]) -> None:
    """Of 84 labeled lines at least nine of ten are taken rightly, 97 of 100 are taken or offered, none is mistaken."""
    lines = rows("in_scope")
    heard = [(spanish.hear(text, used).clauses, intent) for text, intent in lines]
    right = sum(intent in taken(clauses) for clauses, intent in heard)
    offered = sum(intent in taken(c) or any(intent in each.chips for each in c) for c, intent in heard)
    assert (right / len(lines) >= 0.9, offered / len(lines) >= 0.97) == (True, True)
    assert [clauses for clauses, intent in heard if set(taken(clauses)) - {intent}] == []


@pytest.mark.parametrize(("text", "intent"), rows("denied"))
def test_what_is_denied_asked_or_supposed_is_not_taken(
    spanish: Listener, used: tuple[str, ...], text: str, intent: str
) -> None:
    """ "No voy a llamar al 911" proposes no 911, and "no espere" is no advice to wait."""
    assert intent not in taken(spanish.hear(text, used).clauses)


@pytest.mark.parametrize(("text", "intent"), rows("none"))
def test_small_talk_means_nothing(spanish: Listener, used: tuple[str, ...], text: str, intent: str) -> None:
    """What is beside the point is not taken for anything."""
    assert taken(spanish.hear(text, used).clauses) == []


def test_accents_may_be_left_out(spanish: Listener) -> None:
    """A line typed without them is the same line."""
    assert folded("¿Cómo está, señor Muñoz?") == folded("como esta, senor Munoz?").replace("como", "? como")
    both = [taken(spanish.hear(text).clauses) for text in ("¿Cuántas le quedan?", "cuantas le quedan")]
    assert both == [["ask_refill"], ["ask_refill"]]


def test_two_questions_in_one_line_are_two(spanish: Listener, used: tuple[str, ...]) -> None:
    """Each part that means something of its own is heard."""
    heard = taken(spanish.hear("¿Cuántas le quedan? ¿Y qué farmacia usa?", used).clauses)
    assert heard == ["ask_refill", "ask_pharmacy"]


def test_a_condition_keeps_what_it_is_a_condition_of(spanish: Listener, used: tuple[str, ...]) -> None:
    """Telling when to call 911 is a safety net; it neither calls nor sends the patient away."""
    heard = spanish.hear("Si le duele el pecho o no puede respirar, llame al 911", used).clauses
    assert taken(heard) == ["give_safety_net"]


def test_only_a_spanish_call_is_heard_in_spanish(spanish: Listener) -> None:
    """The language is the patient's; English calls keep the listener at hand."""
    nobody = Nobody()
    there = open_call(load_scenario("first-call-es").value, None, 3)
    here = open_call(load_scenario("first-call").value, None, 3)
    assert isinstance(listener_in(there, nobody), SpanishListener)
    assert listener_in(here, nobody) is nobody
    assert taken(hear_in(there, "¿Cuántas le quedan?", nobody)) == ["ask_refill"]
    assert "No native speaker" in in_plain_words(spanish.name)
