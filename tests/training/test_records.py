"""What the records keep, and what they never do to it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from simcare.training.canonical import new_id
from simcare.training.faults import AttemptClosed, MoveOutOfOrder, RecordError, UnknownRecord
from simcare.training.opening import database_url
from simcare.training.records import Attempt, Records

Begin = Callable[..., Attempt]
CARD = {"score": 82.5, "passed": True, "rows": [{"id": "greets", "earned": 5}]}


def say(nth: int) -> dict[str, Any]:
    """Return a move that can be told from the others."""
    return {"say": "ask_med_dose", "seconds": nth}


def test_attempt_is_returned_as_it_was_begun(records: Records, begin: Begin) -> None:
    """What was given to `start` stands in the attempt, which is open and has no move."""
    begun = begin(records, "Ann Lee", exercise="first-week")
    found = records.attempt(begun.id)
    assert found == begun
    assert (found.learner, found.scenario, found.variant, found.seed, found.listener, found.exercise) == (
        "Ann Lee",
        "sore-knees",
        "benign",
        7,
        "ngrams-1",
        "first-week",
    )
    assert (found.status, found.moves, found.score, found.parent) == ("open", 0, None, None)


def test_attempt_pins_the_hash_of_each_text(records: Records, begin: Begin) -> None:
    """The hashes are those of the UTF-8 bytes, and each gives its text back."""
    attempt = begin(records, scenario_text="Señora Boyd “knees”", policy_text="P", intents_text="I")
    assert attempt.scenario_sha == hashlib.sha256("Señora Boyd “knees”".encode()).hexdigest()
    pinned = (attempt.scenario_sha, attempt.policy_sha, attempt.intents_sha)
    assert [records.text(sha) for sha in pinned] == ["Señora Boyd “knees”", "P", "I"]


def test_a_text_is_stored_once(records: Records, url: str, begin: Begin) -> None:
    """A hundred attempts at one scenario keep one copy of it."""
    for _ in range(5):
        begin(records)
    engine = create_engine(database_url(url))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM texts")) == 3
    engine.dispose()


def test_times_are_aware_and_in_utc(records: Records, begin: Begin) -> None:
    """A time comes back with its zone, whatever the database remembers of it."""
    before = datetime.now(UTC)
    attempt = records.finish(begin(records).id, CARD)
    assert attempt.finished_at is not None
    assert before <= attempt.started_at <= attempt.finished_at <= datetime.now(UTC)
    assert attempt.started_at.utcoffset() == attempt.finished_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "words",
    ["plain", "¿Cómo está? 👩🏽‍⚕️", "half a pair \ud83d", "a nul \0 inside", "<script>'\";--", "line\nbreak\u2028"],
)
def test_a_move_comes_back_as_it_went_in(records: Records, begin: Begin, words: str) -> None:
    """Whatever a person types or pastes is kept to the character."""
    attempt = begin(records)
    move = {"do": "warm_transfer_rn", "seconds": 60, "sbar": {"S": words, "facts": ["knee"]}, "confidence": None}
    records.append(attempt.id, 0, move)
    assert records.moves(attempt.id) == [move]


def test_moves_come_back_in_their_order(records: Records, begin: Begin) -> None:
    """The order is that of their numbers, also past nine."""
    attempt = begin(records)
    for nth in range(12):
        records.append(attempt.id, nth, say(nth))
    assert [move["seconds"] for move in records.moves(attempt.id)] == list(range(12))
    assert records.attempt(attempt.id).moves == 12


@pytest.mark.parametrize("nth", [-1, 0, 1, 3, 100])
def test_a_move_out_of_order_is_refused_and_names_the_next(records: Records, begin: Begin, nth: int) -> None:
    """Only the next number is taken; a refused move leaves no trace."""
    attempt = begin(records)
    records.append(attempt.id, 0, say(0))
    records.append(attempt.id, 1, say(1))
    with pytest.raises(MoveOutOfOrder, match=r"the next one is 2.*resume"):
        records.append(attempt.id, nth, say(99))
    assert records.moves(attempt.id) == [say(0), say(1)]


@pytest.mark.parametrize("close", [lambda r, a: r.finish(a, CARD), lambda r, a: r.leave(a, "upset")])
def test_a_closed_attempt_takes_no_move(records: Records, begin: Begin, close: Callable[[Records, str], Any]) -> None:
    """What was finished or left is not gone on with."""
    attempt = begin(records)
    close(records, attempt.id)
    with pytest.raises(AttemptClosed, match=r"already .*branch"):
        records.append(attempt.id, 0, say(0))
    assert records.moves(attempt.id) == []


@pytest.mark.parametrize("move", [{"seconds": float("nan")}, {"seconds": {1, 2}}, {"text": object()}])
def test_a_move_that_is_not_plain_data_is_refused(records: Records, begin: Begin, move: dict[str, Any]) -> None:
    """What cannot be read back by every database is not written."""
    attempt = begin(records)
    with pytest.raises(RecordError, match="not plain data"):
        records.append(attempt.id, 0, move)
    assert records.attempt(attempt.id).moves == 0


def test_an_unknown_attempt_or_text_is_named(records: Records) -> None:
    """Every question about an attempt that is not there says so."""
    unknown: list[Callable[[], object]] = [
        lambda: records.attempt("nobody"),
        lambda: records.moves("nobody"),
        lambda: records.append("nobody", 0, say(0)),
        lambda: records.finish("nobody", CARD),
        lambda: records.leave("nobody", ""),
        lambda: records.branch("nobody", 0),
        lambda: records.rescores("nobody"),
        lambda: records.text("nobody"),
    ]
    for question in unknown:
        with pytest.raises(UnknownRecord, match="nobody"):
            question()


def test_finishing_keeps_the_scorecard(records: Records, begin: Begin) -> None:
    """The scorecard comes back whole, with its score and whether it was passed beside it."""
    attempt = records.finish(begin(records).id, CARD)
    assert records.attempt(attempt.id) == attempt
    assert (attempt.status, attempt.scorecard, attempt.score, attempt.passed) == ("finished", CARD, 82.5, True)


def test_a_finished_attempt_keeps_its_first_score(records: Records, begin: Begin) -> None:
    """Finishing again, or leaving afterwards, is refused and changes nothing."""
    attempt = records.finish(begin(records).id, CARD)
    with pytest.raises(AttemptClosed, match="finished"):
        records.finish(attempt.id, {"score": 100, "passed": True})
    with pytest.raises(AttemptClosed, match="finished"):
        records.leave(attempt.id, "second thoughts")
    assert records.attempt(attempt.id) == attempt


@pytest.mark.parametrize(
    "card",
    [
        {},
        {"score": 101, "passed": True},
        {"score": -1, "passed": True},
        {"score": True, "passed": True},
        {"score": 50},
        {"score": 50, "passed": "yes"},
        {"score": float("nan"), "passed": True},
    ],
)
def test_a_scorecard_without_a_judgment_is_refused(records: Records, begin: Begin, card: dict[str, Any]) -> None:
    """A score is a number from 0 to 100, passed is true or false, and the attempt stays open until both are there."""
    attempt = begin(records)
    with pytest.raises(RecordError):
        records.finish(attempt.id, card)
    assert records.attempt(attempt.id).status == "open"


def test_leaving_keeps_why_and_gives_no_score(records: Records, begin: Begin) -> None:
    """A call that was left is closed, and is no failure."""
    attempt = records.leave(begin(records).id, "too close to home")
    assert (attempt.status, attempt.left_why, attempt.score, attempt.passed) == (
        "left",
        "too close to home",
        None,
        None,
    )
    assert attempt.finished_at is not None


def test_leaving_takes_any_words(records: Records, begin: Begin) -> None:
    """What no database can keep is left out of the reason; the call is left all the same."""
    assert records.leave(begin(records).id, "a nul \0, half a pair \ud83d, é").left_why == "a nul , half a pair ?, é"


def test_open_attempts_are_the_learners_own_newest_first(records: Records, begin: Begin) -> None:
    """Another's attempts, and closed ones, cannot be gone on with."""
    first, finished, left, last = (begin(records) for _ in range(4))
    begin(records, "Bo")
    records.finish(finished.id, CARD)
    records.leave(left.id, "")
    assert [attempt.id for attempt in records.open_attempts("Ann Lee")] == [last.id, first.id]


def test_attempts_are_everybodys_or_one_learners(records: Records, begin: Begin) -> None:
    """Without a name all attempts are listed, newest first."""
    ann, bo = begin(records, "Ann"), begin(records, "Bo")
    assert [attempt.id for attempt in records.attempts()] == [bo.id, ann.id]
    assert records.attempts("Bo") == [bo]
    assert records.attempts("Cy") == []


def test_a_learner_is_one_person_however_the_name_is_typed(records: Records, begin: Begin) -> None:
    """Case, spacing and the way an accent is coded do not make another learner; the first spelling is shown."""
    for name in ("José  Ruiz", "  josé ruiz ", "JOSÉ RUIZ", "Jose\u0301 Ruiz"):
        begin(records, name)
    assert records.learners() == ["José Ruiz"]
    assert len(records.open_attempts("jose\u0301 ruiz")) == 4


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "Ann\0Lee", "Ann\u202eLee", "\ud83d"])
def test_a_name_that_cannot_be_shown_is_refused(records: Records, begin: Begin, name: str) -> None:
    """A learner has a name that can be read, of at most 100 characters."""
    with pytest.raises(RecordError, match="name"):
        begin(records, name)
    assert records.attempts() == []


@pytest.mark.parametrize(("seed", "fits"), [(0, True), (2**63 - 1, True), (-1, False), (2**63, False)])
def test_seeds_fit_or_are_refused(records: Records, begin: Begin, seed: int, fits: bool) -> None:
    """A seed is kept exactly or not at all."""
    if fits:
        assert records.attempt(begin(records, seed=seed).id).seed == seed
    else:
        with pytest.raises(RecordError, match="seed"):
            begin(records, seed=seed)


def test_a_branch_shares_the_moves_before_it(records: Records, begin: Begin) -> None:
    """It has the same luck and texts, its first moves, and its own way from there on; the parent is not touched."""
    old = begin(records, exercise="first-week")
    for nth in range(4):
        records.append(old.id, nth, say(nth))
    new = records.branch(old.id, 2)
    records.append(new.id, 2, {"say": "empathise", "seconds": 12})
    assert records.moves(new.id) == [say(0), say(1), {"say": "empathise", "seconds": 12}]
    assert records.moves(old.id) == [say(0), say(1), say(2), say(3)]
    assert (new.parent, new.branched_at, new.status, new.moves) == (old.id, 2, "open", 2)
    same = (
        "learner",
        "scenario",
        "variant",
        "seed",
        "scenario_sha",
        "policy_sha",
        "intents_sha",
        "listener",
        "exercise",
    )
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]


def test_a_finished_attempt_and_a_branch_can_be_branched(records: Records, begin: Begin) -> None:
    """'Try from here again' works from a debrief, and again from what came of it."""
    old = begin(records)
    records.append(old.id, 0, say(0))
    records.finish(old.id, CARD)
    child = records.branch(old.id, 1)
    grandchild = records.branch(child.id, 0)
    assert (child.parent, records.moves(child.id)) == (old.id, [say(0)])
    assert (grandchild.parent, records.moves(grandchild.id)) == (child.id, [])
    assert records.attempt(old.id).score == 82.5


@pytest.mark.parametrize("at_move", [-1, 2])
def test_a_branch_needs_moves_that_are_there(records: Records, begin: Begin, at_move: int) -> None:
    """One cannot go back to a move that was never made."""
    old = begin(records)
    records.append(old.id, 0, say(0))
    with pytest.raises(RecordError, match="branch at 0 to 1"):
        records.branch(old.id, at_move)
    assert records.attempts() == [records.attempt(old.id)]


def test_a_later_judgment_stands_beside_the_score(records: Records, begin: Begin) -> None:
    """Judging again under a changed scenario never rewrites the score that was given."""
    attempt = records.finish(begin(records).id, CARD)
    later = {"score": 41.0, "passed": False}
    kept = records.rescored(
        attempt.id, later, scenario_text="edited", policy_text="the policy", intents_text="the intents"
    )
    assert records.rescores(attempt.id) == [kept]
    assert (kept.score, kept.passed, kept.scorecard) == (41.0, False, later)
    assert (records.text(kept.scenario_sha), kept.policy_sha) == ("edited", attempt.policy_sha)
    assert records.attempt(attempt.id) == attempt


def test_an_open_attempt_is_not_judged_again(records: Records, begin: Begin) -> None:
    """There is nothing to judge again before there was a first time."""
    attempt = begin(records)
    with pytest.raises(RecordError, match="still open"):
        records.rescored(attempt.id, CARD, scenario_text="s", policy_text="p", intents_text="i")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moves SET body = '{}'",
        "UPDATE moves SET nth = 5",
        "UPDATE texts SET body = 'x'",
        "UPDATE attempts SET score = 100",
        "UPDATE attempts SET status = 'open'",
        "UPDATE rescores SET score = 100",
    ],
)
def test_the_database_itself_refuses_to_rewrite(records: Records, url: str, begin: Begin, statement: str) -> None:
    """Moves, texts, judgments and closed attempts cannot be changed by any program, ours or not."""
    attempt = begin(records)
    records.append(attempt.id, 0, say(0))
    records.finish(attempt.id, CARD)
    records.rescored(attempt.id, CARD, scenario_text="s", policy_text="p", intents_text="i")
    engine = create_engine(database_url(url))
    with pytest.raises(DBAPIError, match="never changes"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_threads_that_race_for_one_move_leave_one(records: Records, begin: Begin) -> None:
    """Of several windows going on with one call, one is recorded for each number and the others are told."""
    attempt = begin(records)

    def race(window: int) -> list[bool]:
        won = []
        for nth in range(10):
            try:
                records.append(attempt.id, nth, {"window": window, "nth": nth})
                won.append(True)
            except MoveOutOfOrder:
                won.append(False)
                while records.attempt(attempt.id).moves <= nth:
                    time.sleep(0.001)
        return won

    with ThreadPoolExecutor(3) as pool:
        wins = list(pool.map(race, range(3)))
    assert [sum(column) for column in zip(*wins, strict=True)] == [1] * 10
    assert [move["nth"] for move in records.moves(attempt.id)] == list(range(10))


def test_threads_with_attempts_of_their_own_do_not_disturb_each_other(records: Records, begin: Begin) -> None:
    """Several calls may be played at once on one store."""

    def play(learner: int) -> list[dict[str, Any]]:
        attempt = begin(records, f"Learner {learner}")
        for nth in range(10):
            records.append(attempt.id, nth, say(nth))
        return records.moves(attempt.id)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(play, range(4))) == [[say(nth) for nth in range(10)]] * 4


def test_ids_sort_by_the_time_they_were_made() -> None:
    """An id is a UUID of version 7, so a list of ids is a list in time."""
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert [ident[:12] for ident in ids] == sorted(ident[:12] for ident in ids)
    assert {(len(ident), ident[12]) for ident in ids} == {(32, "7")}
