"""Plays written from the outline of the scenarios, before their files were read, end as the outline says they must.

`tests/data/outline_plays/ID.yaml` holds the plays of a scenario. A variant is the number of its place in the scenario's
file, from 1: the hidden truth that `truth` tells.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from pydantic import Field

from simcare.calls.call import Call
from simcare.calls.scorecard import Verdict
from simcare.calls.scoring import score
from simcare.calls.transcripts import ENDED_BY_OTHERS, is_wrap_up, moves_of
from simcare.documents import read
from simcare.scenarios.model import Authored, Id, MoveFields, Slug, Text
from tests.calls.typed_calls import opened

FOLDER = Path(__file__).parent.parent / "data" / "outline_plays"
FILES = sorted(FOLDER.glob("*.yaml"))


class OutlinePlay(Authored):
    """A call written down from the outline, with what it must end in."""

    truth: Text
    variant: int = Field(ge=1)
    moves: tuple[Id | MoveFields, ...]
    passed: bool
    verdict: Verdict
    amended: Text | None = None
    """Why the play was changed after the scenario was read, where its writer had overlooked something."""


class OutlinePlays(Authored):
    """The plays of one scenario, by name."""

    simcare: int = 1
    scenario: Slug
    plays: dict[Id, OutlinePlay]


@lru_cache
def plays_of(file: Path) -> OutlinePlays:
    """Return the plays of a file, read once."""
    return read(file, OutlinePlays).value


def played(scenario_id: str, play: OutlinePlay) -> Call:
    """Play a call; what the writer put after the patient or the crew had ended it counts only if it is paperwork."""
    call = opened(scenario_id, play.variant)
    for fields in play.moves:
        for move in moves_of(call, fields, None):
            if call.ended in ENDED_BY_OTHERS and not is_wrap_up(move):
                continue
            call.take(move)
    return call


NAMED = [(file, name) for file in FILES for name in plays_of(file).plays]


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[f"{file.stem}-{name}" for file, name in NAMED])
def test_a_play_from_the_outline_ends_as_the_outline_says(file: Path, name: str) -> None:
    """Whether the call passes and the verdict on its decision are those that the outline asks for."""
    play = plays_of(file).plays[name]
    card = score(played(plays_of(file).scenario, play))
    assert (card.passed, card.decision.verdict) == (play.passed, play.verdict), card.critical_missed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_scenario_has_a_good_play_and_two_bad_ones(file: Path) -> None:
    """A file is named after its scenario and holds a play that passes and two that must not."""
    plays = plays_of(file)
    assert plays.scenario == file.stem
    assert {"good", "common_error", "wrong_level"} <= plays.plays.keys()
    passes = {name: play.passed for name, play in plays.plays.items()}
    assert passes["good"]
    assert not passes["common_error"]
    assert not passes["wrong_level"]
