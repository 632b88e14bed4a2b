"""Free calls: what was typed by somebody who knew a call's brief and not its text.

`tests/data/free_calls.csv` holds the lines with the intents they mean; a line without one is a remark and asks nothing.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from simcare.calls.call import Call
from simcare.calls.listener import default_listener
from simcare.calls.opening import open_call
from simcare.scenarios.library import load_scenario

LINES = Path(__file__).parent.parent / "data" / "free_calls.csv"


@lru_cache
def typed() -> tuple[dict[str, str], ...]:
    """Return all lines that were typed and that ask for something."""
    with LINES.open(encoding="utf-8", newline="") as file:
        return tuple(row for row in csv.DictReader(file) if row["intents"])


@lru_cache
def opened(name: str) -> tuple[Call, ...]:
    """Return a call of each variant, as far as it takes to be trusted and verified."""
    scenario = load_scenario(name).value
    calls = [open_call(scenario, variant, 0) for variant in scenario.variants]
    for call in calls:
        for intent in ("greet_introduce", "verify_identity", "empathise", "affirm_strength"):
            call.take(call.say(intent))
    return tuple(calls)


@lru_cache(maxsize=1024)
def heard(name: str, text: str) -> tuple[set[str], set[str]]:
    """Return what a line is taken for in a call, and what is offered where that is not sure."""
    clauses = default_listener().hear(text, opened(name)[0].script.candidates()).clauses
    return {clause.intent for clause in clauses if clause.intent}, {chip for clause in clauses for chip in clause.chips}


def shrugs(row: dict[str, str]) -> Iterator[str]:
    """Yield the variants in which the patient says that they do not know."""
    taken, _ = heard(row["scenario"], row["text"])
    for call in opened(row["scenario"]):
        played = call.copy()
        before = len(played.lines)
        for intent in taken:
            if played.ended is None:
                played.take(played.say(intent))
        unknown = call.script.scenario.unknown
        if any(line.text in unknown for line in played.lines[before:]):
            yield call.script.variant


@pytest.mark.slow
def test_most_of_what_is_typed_freely_is_heard_or_asked_about() -> None:
    """Nine in ten lines are taken rightly, and one in thirty at most is neither taken nor among the chips."""
    came: Counter[str] = Counter()
    for row in typed():
        meant = set(row["intents"].split("|"))
        taken, offered = heard(row["scenario"], row["text"])
        came["heard" if meant & taken else "asked about" if meant & offered else "missed"] += 1
    assert came["heard"] / came.total() >= 0.88
    assert came["missed"] / came.total() <= 1 / 30


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({row["scenario"] for row in typed()}))
def test_a_patient_who_can_answer_does(name: str) -> None:
    """None of what was typed is answered with "I don't know", whatever is hidden behind the opening."""
    lines = [row for row in typed() if row["scenario"] == name]
    assert [(row["text"], variant) for row in lines for variant in shrugs(row)] == []
