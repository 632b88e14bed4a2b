"""Whole calls typed by somebody who had not seen the scenario: a patient who could answer does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from simcare.calls.listener import default_listener
from simcare.scenarios.library import load_scenario, scenario_ids
from tests.calls.typed_calls import FOLDER, TypedCalls, lost, replayed, shrugged, typed_calls

FILES = sorted(FOLDER.glob("*.yaml"))


def test_every_call_of_the_library_was_typed() -> None:
    """Each scenario in English has its file of calls."""
    english = {name for name in scenario_ids() if load_scenario(name).value.persona.language == "en"}
    assert {file.stem for file in FILES} == english


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_ten_calls_were_typed_and_every_variant_met(file: Path) -> None:
    """There are ten calls of each scenario, and none of its variants was left out."""
    typed = typed_calls(file)
    met = Counter(call.variant for call in typed.calls)
    assert len(typed.calls) >= 10
    assert set(met) == set(range(1, len(load_scenario(typed.scenario).value.variants) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_patient_who_could_answer_does(file: Path) -> None:
    """What is answered with "I don't know" or not followed at all is what the file gives a reason for."""
    typed = typed_calls(file)
    assert _left_open(typed) == []


def _left_open(typed: TypedCalls) -> list[tuple[str, str]]:
    found = []
    for each in typed.calls:
        call, turns = replayed(typed.scenario, each, default_listener())
        for turn in turns:
            if shrugged(call, turn) and turn.typed not in typed.unknown:
                found.append(("unknown", turn.typed))
            if lost(turn) and turn.typed not in typed.unheard:
                found.append(("unheard", turn.typed))
    return found
