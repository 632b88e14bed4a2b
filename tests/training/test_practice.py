"""An attempt being played: record and call stay in step, whatever happens to the program, the file or the thread."""

from __future__ import annotations

import itertools
import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.calls.call import Call
from simcare.calls.moves import Do, Move, MoveError, Say, move_to_json
from simcare.calls.opening import draw_variant
from simcare.calls.scoring import score
from simcare.documents import SimcareError
from simcare.scenarios.library import load_scenario
from simcare.scenarios.model import Note, Sbar
from simcare.training.faults import AttemptClosed, MoveOutOfOrder, RecordError, RecordsLocked
from simcare.training.practice import Practice, rescore
from simcare.training.records import Records

SMALL = Path(__file__).parents[1] / "calls" / "small_scenario.yaml"
GOOD_CALL: tuple[Move, ...] = (
    Say("greet_introduce", 10),
    Say("verify_identity", 20),
    Say("ask_swelling_redness", 20, "And the knee, how does it look?"),
    Say("ask_med_name", 20),
    Say("empathise", 10),
    Do("message_provider", 60, confidence=80),
    Do("end_call", 5),
    Do("write_note", 120, channel="chart", note=Note(text="Knee as always.", facts=("knee",), minutes=12)),
)
SOME_MOVES = (
    *GOOD_CALL[:6],
    Say(None, 15, "mumble"),
    Say("ask_address", 10),
    Say("false_reassurance", 10),
    Do("warm_transfer_rn", 90, sbar=Sbar(S="Sore knee", facts=("knee",))),
    Do("call_911", 30),
    Do("end_call", 5),
)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put the small scenario into a library of its own and return its file, which a test may edit."""
    folder = tmp_path / "library"
    folder.mkdir()
    file = folder / "small.yaml"
    file.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(folder))
    return file


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Records]:
    """Return empty records in a file."""
    with Records.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
def practice(store: Records, library: Path) -> Practice:
    """Return a call whose line was just opened."""
    return Practice.begin(store, "Ann", "small", "quiet", 7)


_seconds = itertools.count(10)


def state(call: Call) -> dict[str, object]:
    """Return everything that can be seen of a call."""
    seen = ("lines", "t", "gauges", "known", "said", "done", "verified", "ended", "moves", "decided")
    return {**{name: getattr(call, name) for name in seen}, "allowed": call.allowed_actions()}


def edit(file: Path, old: str, new: str) -> None:
    """Change a scenario on the disk, as an author would."""
    before = file.read_text(encoding="utf-8")
    assert old in before
    file.write_text(before.replace(old, new), encoding="utf-8")
    later = time.time() + next(_seconds)  # the library looks at the time of the file
    os.utime(file, (later, later))


# -- beginning -----------------------------------------------------------------------------------------------------


def test_beginning_records_what_is_needed_to_play_it_again(store: Records, library: Path) -> None:
    """The attempt has the variant, the seed, the listener and the texts that the call is played with."""
    practice = Practice.begin(store, "Ann", "small", "hot", 3, exercise="week-1", listener="ngrams-1")
    attempt = practice.attempt
    assert (attempt.scenario, attempt.variant, attempt.seed) == ("small", "hot", 3)
    assert (attempt.listener, attempt.exercise) == ("ngrams-1", "week-1")
    assert store.text(attempt.scenario_sha) == library.read_text(encoding="utf-8")
    assert [line.text for line in practice.call.lines] == ["Hello?"]
    assert store.open_attempts("Ann") == [attempt]


def test_a_seed_that_nobody_chose_is_drawn_and_kept(
    store: Records, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's luck chooses the seed; the variant follows from it by its weight."""
    small = load_scenario("small").value
    monkeypatch.setattr(secrets, "randbelow", lambda below: below - 1)
    practice = Practice.begin(store, "Ann", "small")
    assert practice.attempt.seed == practice.call.seed == 999_999
    assert practice.attempt.variant == practice.call.script.variant == draw_variant(small, 999_999)


@pytest.mark.parametrize(
    ("scenario", "variant", "seed"), [("smal", None, 1), ("small", "tepid", 1), ("small", "quiet", -1)]
)
def test_what_cannot_be_begun_leaves_no_record(
    store: Records, library: Path, scenario: str, variant: str | None, seed: int
) -> None:
    """A wrong id or seed is said in plain words, and no empty attempt stays behind."""
    with pytest.raises(SimcareError):
        Practice.begin(store, "Ann", scenario, variant, seed)
    assert store.attempts() == []


# -- taking --------------------------------------------------------------------------------------------------------


def test_taking_a_move_records_it_and_returns_the_answer(practice: Practice, store: Records) -> None:
    """The lines are those of the call, and the move is in the store by the time one sees them."""
    for nth, move in enumerate(GOOD_CALL):
        lines = practice.take(move)
        assert lines == tuple(line for line in practice.call.lines if line.move == nth)
        assert store.moves(practice.attempt.id)[nth] == move_to_json(move)


def test_a_move_the_call_refuses_is_not_recorded(practice: Practice, store: Records) -> None:
    """A record is played again, so what could not be played must not get into it."""
    before = state(practice.call)
    with pytest.raises(MoveError, match="stay_on_line"):
        practice.take(Do("stay_on_line", 60))
    assert (state(practice.call), store.moves(practice.attempt.id)) == (before, [])


def test_a_move_that_cannot_be_recorded_is_not_taken(
    practice: Practice, store: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The patient gives no answer that would be lost; when the store is back, the same move works."""

    def locked(*_: object) -> None:
        raise RecordsLocked("the place: locked; try again")

    before = state(practice.call)
    with monkeypatch.context() as patch, pytest.raises(RecordsLocked):
        patch.setattr(store, "append", locked)
        practice.take(GOOD_CALL[0])
    assert state(practice.call) == before
    practice.take(GOOD_CALL[0])
    assert store.moves(practice.attempt.id) == [move_to_json(GOOD_CALL[0])]


def test_a_second_window_is_told_and_can_catch_up(practice: Practice, store: Records) -> None:
    """Two windows on one call cannot tell two stories."""
    other = Practice.resume(store, practice.attempt.id)
    practice.take(GOOD_CALL[0])
    before = state(other.call)
    with pytest.raises(MoveOutOfOrder, match="resume"):
        other.take(Say("ask_address", 10))
    assert state(other.call) == before
    assert state(Practice.resume(store, practice.attempt.id).call) == state(practice.call)


def test_threads_that_share_a_practice_keep_record_and_call_in_step(practice: Practice, store: Records) -> None:
    """Callbacks on two threads take their moves one after the other, none is lost or doubled."""
    texts = [f"words {nth}" for nth in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda text: practice.take(Say("empathise", 1, text)), texts))
    recorded = store.moves(practice.attempt.id)
    assert sorted(move["text"] for move in recorded) == sorted(texts)
    assert recorded == [move_to_json(move) for move in practice.call.moves]
    assert state(Practice.resume(store, practice.attempt.id).call) == state(practice.call)


# -- resuming ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    moves=st.lists(st.sampled_from(SOME_MOVES), max_size=12),
    seed=st.integers(0, 2**63 - 1),
    variant=st.sampled_from(["quiet", "hot"]),
)
def test_a_resumed_call_is_the_call(moves: list[Move], seed: int, variant: str) -> None:
    """After any moves, with any luck, playing the record gives the very same state."""
    with Records.open("sqlite://") as records:
        practice = Practice.begin(records, "Ann", SMALL, variant, seed)
        for move in moves:
            try:
                practice.take(move)
            except MoveError:
                continue
        assert state(Practice.resume(records, practice.attempt.id).call) == state(practice.call)


@pytest.mark.slow
def test_a_call_outlives_an_edit_of_its_scenario(practice: Practice, store: Records, library: Path) -> None:
    """An old attempt is played from the text it was begun with; a new one from the text on the disk."""
    for move in GOOD_CALL[:3]:
        practice.take(move)
    edit(library, "Looks like always.", "It is purple.")
    resumed = Practice.resume(store, practice.attempt.id)
    assert state(resumed.call) == state(practice.call)
    fresh = Practice.begin(store, "Ann", "small", "quiet", 7)
    for move in GOOD_CALL[:3]:
        fresh.take(move)
    assert fresh.call.lines[-1].text == "It is purple."
    assert resumed.call.lines[-1].text == "Looks like always."


def test_a_call_outlives_the_loss_of_its_scenario(practice: Practice, store: Records, library: Path) -> None:
    """A scenario that was taken out of the library can still be gone on with."""
    library.unlink()
    resumed = Practice.resume(store, practice.attempt.id)
    resumed.take(GOOD_CALL[0])
    assert len(store.moves(practice.attempt.id)) == 1


def test_a_record_that_this_program_cannot_play_is_named(practice: Practice, store: Records) -> None:
    """A move that is no move any more gives the attempt, the move and a remedy, no traceback."""
    store.append(practice.attempt.id, 0, {"say": "an_intent_of_long_ago", "seconds": 5})
    with pytest.raises(RecordError, match=rf"{practice.attempt.id}: its move 0 .*an_intent_of_long_ago"):
        Practice.resume(store, practice.attempt.id)


PLAY_AND_WAIT = """
import sys
from simcare.calls.moves import Say
from simcare.training.practice import Practice
from simcare.training.records import Records
practice = Practice.begin(Records.open(sys.argv[1]), "Ann", sys.argv[2], "quiet", 7)
for intent in ("greet_introduce", "verify_identity", "ask_swelling_redness"):
    print(practice.take(Say(intent, 20))[-1].text, flush=True)
sys.stdin.readline()
"""


@pytest.mark.slow
def test_a_killed_call_resumes_where_it_was(
    store: Records, sqlite_url: str, python: Callable[..., subprocess.Popen[str]]
) -> None:
    """Every answer a person saw before kill -9 is there afterwards, and the call goes on to its score."""
    process = python(PLAY_AND_WAIT, sqlite_url, str(SMALL))
    assert process.stdout is not None
    answers = [process.stdout.readline().rstrip("\n") for _ in range(3)]
    process.kill()
    process.communicate()
    (attempt,) = store.open_attempts("Ann")
    practice = Practice.resume(store, attempt.id)
    said = [line.text for line in practice.call.lines]
    assert [answer in said for answer in answers] == [True] * 3
    assert answers[2] == "Looks like always."
    for move in GOOD_CALL[3:]:
        practice.take(move)
    assert practice.finish().passed


# -- ending --------------------------------------------------------------------------------------------------------


def test_finishing_stores_the_scorecard(practice: Practice, store: Records) -> None:
    """What is returned is what is stored, and finishing again returns the same."""
    for move in GOOD_CALL:
        practice.take(move)
    scorecard = practice.finish()
    stored = store.attempt(practice.attempt.id)
    assert scorecard == score(practice.call)
    assert (stored.status, stored.score, stored.passed) == ("finished", scorecard.score, scorecard.passed)
    assert stored.scorecard is not None
    assert stored.scorecard["decision"]["action"] == "message_provider"
    assert practice.finish() is scorecard
    assert practice.attempt == stored


def test_a_finished_call_is_looked_at_and_not_gone_on_with(practice: Practice, store: Records) -> None:
    """Its transcript can be seen again; a further move is refused."""
    practice.take(GOOD_CALL[0])
    practice.finish()
    again = Practice.resume(store, practice.attempt.id)
    assert again.call.lines == practice.call.lines
    for closed in (practice, again):
        with pytest.raises(AttemptClosed, match="branch"):
            closed.take(GOOD_CALL[1])
    assert len(again.call.moves) == 1


def test_leaving_closes_without_a_score(practice: Practice, store: Records) -> None:
    """A distressing call is left without a word about points."""
    practice.take(GOOD_CALL[0])
    practice.leave("too close to home")
    assert practice.attempt == store.attempt(practice.attempt.id)
    assert (practice.attempt.status, practice.attempt.left_why, practice.attempt.score) == (
        "left",
        "too close to home",
        None,
    )


# -- trying again --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_move", [0, 3, len(GOOD_CALL)])
def test_a_branch_has_the_same_luck(practice: Practice, store: Records, at_move: int) -> None:
    """Doing the same again from any move leads to the very same call."""
    for move in GOOD_CALL:
        practice.take(move)
    practice.finish()
    again = practice.branch(at_move)
    assert (again.attempt.parent, again.attempt.branched_at) == (practice.attempt.id, at_move)
    for move in GOOD_CALL[at_move:]:
        again.take(move)
    assert state(again.call) == state(practice.call)
    assert again.finish() == practice.finish()


def test_a_branch_leaves_its_parent_as_it_was(practice: Practice, store: Records) -> None:
    """Another way from a move is another attempt."""
    for move in GOOD_CALL[:4]:
        practice.take(move)
    before = state(practice.call)
    again = practice.branch(2)
    again.take(Do("call_911", 30))
    assert state(practice.call) == before
    assert len(store.moves(practice.attempt.id)) == 4
    assert state(Practice.resume(store, again.attempt.id).call) == state(again.call)


# -- judging again -------------------------------------------------------------------------------------------------


def finished(practice: Practice) -> Practice:
    """Play the good call to its end."""
    for move in GOOD_CALL:
        practice.take(move)
    practice.finish()
    return practice


def test_judging_again_under_an_edited_scenario_keeps_both_scores(
    practice: Practice, store: Records, library: Path
) -> None:
    """An edit that is worth points is seen, once, and the score that was given stands."""
    attempt = finished(practice).attempt
    assert rescore(store, attempt.id) is None
    edit(library, "greets: {must: said(greet_introduce)", "greets: {must: said(reflect_summarize)")
    later = rescore(store, attempt.id)
    assert later is not None
    assert later.score < (attempt.score or 0)
    assert rescore(store, attempt.id) is None
    assert store.rescores(attempt.id) == [later]
    assert store.attempt(attempt.id) == attempt


def test_judging_again_without_the_variant_says_so(practice: Practice, store: Records, library: Path) -> None:
    """Where the edited scenario cannot play the attempt, that is said and nothing is recorded."""
    attempt = finished(practice).attempt
    edit(library, "  quiet:", "  calm:")
    with pytest.raises(RecordError, match="no variant 'quiet'"):
        rescore(store, attempt.id)
    assert store.rescores(attempt.id) == []
