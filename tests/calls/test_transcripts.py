"""Transcripts: each file under `transcripts` ends as its first lines say, and bad ones name the place."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

from simcare.calls.listener import default_listener, ngram_listener
from simcare.calls.moves import Say
from simcare.calls.scorecard import Scorecard
from simcare.calls.scoring import score
from simcare.calls.transcripts import Played, play_transcript
from simcare.documents import DocumentError
from simcare.scenarios import intents

FOLDER = Path(__file__).parent / "transcripts"
GOOD = sorted(FOLDER.glob("*.yaml"))
BAD = sorted((FOLDER / "bad").glob("*.yaml"))


@lru_cache
def played(name: str) -> Played:
    """Return a transcript of the folder, played."""
    return play_transcript(FOLDER / f"{name}.yaml", default_listener())


def judged(name: str) -> Scorecard:
    """Return the scorecard of a transcript of the folder."""
    return score(played(name).call)


def expected(file: Path) -> list[str]:
    """Return the words that a transcript's second line expects."""
    found = re.search(r"^# expect: (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{file.name} does not say what it expects"
    return found.group(1).split()


@pytest.mark.slow
@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_transcript_ends_as_it_says(file: Path) -> None:
    """Whether the call passes and the verdict on its decision are those of the second line."""
    card = judged(file.stem)
    assert [("fails", "passes")[card.passed], card.decision.verdict] == expected(file)[:2]


@pytest.mark.slow
@pytest.mark.parametrize("file", [file for file in GOOD if file.stem.startswith("typed_")], ids=lambda file: file.stem)
def test_a_call_typed_freely_ends_the_same_without_the_extra(file: Path) -> None:
    """An expert who types passes and a careless one fails, whichever listener hears them."""
    card = score(play_transcript(file, ngram_listener(intents.load())).call)
    assert [("fails", "passes")[card.passed], card.decision.verdict] == expected(file)[:2]


@pytest.mark.parametrize("seed_call", ["sore_knees", "lost_car", "mixed_up_tuesday"])
def test_every_seed_call_was_typed_well_and_badly(seed_call: str) -> None:
    """There are both scripts, and in neither is an intent picked from the list."""
    for how in ("expert", "careless"):
        moves = re.findall(r"^  - (.+)$", (FOLDER / f"typed_{seed_call}_{how}.yaml").read_text("utf-8"), re.MULTILINE)
        assert moves
        assert all(move.startswith(("{say: ", "{do: ", "do: ")) for move in moves)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_transcript_names_the_place(file: Path) -> None:
    """The one problem of a bad transcript has the code and the line that its second line announces."""
    with pytest.raises(DocumentError) as caught:
        play_transcript(file, default_listener())
    code, line = expected(file)
    assert [(problem.code, problem.line) for problem in caught.value.problems] == [(code, int(line))]


def test_deciding_without_a_basis_earns_a_fraction() -> None:
    """The right action before any question earns a quarter of the decision's points."""
    decision = judged("sore_knees_decides_first_asks_later").decision
    assert (decision.basis_met, decision.earned) == (False, decision.points / 4)


def test_a_late_nurse_earns_nothing() -> None:
    """Where lateness fails, the decision earns no point and the card says that it was late."""
    decision = judged("sore_knees_nurse_too_late").decision
    assert (decision.late, decision.earned) == (True, 0.0)


def test_911_with_the_nurse_at_once_earns_the_whole_decision() -> None:
    """In the overdose 911 first and the nurse right after earn every point of the decision."""
    decision = judged("mixed_up_tuesday_911_and_the_nurse_at_once").decision
    assert decision.earned == decision.points


def test_a_nurse_who_delays_911_does_not() -> None:
    """The same two actions in the other order lose points of the decision."""
    decision = judged("mixed_up_tuesday_nurse_delays_911").decision
    assert decision.earned < decision.points


@pytest.mark.parametrize("name", ["sore_knees_not_going_to_call_911", "sore_knees_says_911_and_does_not_do_it"])
def test_words_alone_never_act(name: str) -> None:
    """Whatever is said about 911, no action is done and nothing is decided."""
    call = played(name).call
    assert (call.done, call.decided) == ({}, False)


def test_refusing_911_does_not_even_propose_it() -> None:
    """Words that refuse, deny or ask about 911 are not heard as calling it."""
    heard = [move.intent for move in played("sore_knees_not_going_to_call_911").call.moves if isinstance(move, Say)]
    assert "act_call_911" not in heard


def test_saying_911_proposes_it() -> None:
    """The plain words do propose it, so that the test above means something."""
    heard = [
        move.intent for move in played("sore_knees_says_911_and_does_not_do_it").call.moves if isinstance(move, Say)
    ]
    assert heard.count("act_call_911") == 2


def test_moves_after_others_ended_the_call_are_left_out() -> None:
    """When the nurse has taken over, further words are left out with a remark, and the note still counts."""
    result = played("sore_knees_nurse_ends_the_call")
    assert [(remark.code, remark.severity, remark.line) for remark in result.remarks] == [("W107", "warning", 9)]
    assert (result.call.ended, "write_note" in result.call.done) == ("handed_over", True)


def test_a_drawn_variant_stays_drawn() -> None:
    """Without a variant the same seed draws the same one each time."""
    again = play_transcript(FOLDER / "lost_car_drawn_variant.yaml", default_listener())
    assert again.call.script.variant == played("lost_car_drawn_variant").call.script.variant


def test_an_intent_may_carry_its_own_words() -> None:
    """`ask` names the intent and `say` the words of it."""
    call = played("sore_knees_nurse_in_time").call
    assert isinstance(call.moves[0], Say) and call.moves[0].text == "Hello, this is Dana, your care manager."
