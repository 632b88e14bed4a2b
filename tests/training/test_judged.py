"""The table of judged calls: what of a finished attempt is in it, and what never is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simcare.calls.moves import Do, Move, Say
from simcare.scenarios.model import Note
from simcare.training.judged import judged_calls, shift_of_call
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.shifts import Shifts
from simcare.world.shift.judging import judge
from tests.training.shifts_made import worked_shift

SMALL = Path(__file__).parents[1] / "calls" / "small_scenario.yaml"
GOOD: tuple[Move, ...] = (
    Say("greet_introduce", 10),
    Say("verify_identity", 20),
    Say("ask_swelling_redness", 20),
    Say("ask_med_name", 20),
    Say("empathise", 10),
    Do("message_provider", 60, confidence=80),
    Do("end_call", 5),
    Do("write_note", 120, channel="chart", note=Note(text="Knee as always.", facts=("knee",), minutes=5)),
)


@pytest.fixture
def records(sqlite_url: str) -> Iterator[Records]:
    """Return empty records in a file: what is read here does not depend on the kind of database."""
    with Records.open(sqlite_url) as opened:
        yield opened


def practice(records: Records, *moves: Move, variant: str = "quiet", learner: str = "Ann", **more: str) -> Practice:
    """Play a call of the small scenario to its end."""
    played = Practice.begin(records, learner, SMALL, variant, 1, **more)
    for move in moves or GOOD:
        played.take(move)
    played.finish()
    return played


def test_a_finished_call_is_in_the_table(records: Records) -> None:
    """Level, time, confidence and score stand there, ranks on the ladder of the recorded policy."""
    practice(records, exercise="first-calls")
    [found] = judged_calls(records, "Ann")
    assert (found.scenario, found.variant, found.exercise) == ("small", "quiet", "first-calls")
    assert (found.score, found.passed) == (100.0, True)
    assert (found.expected, found.taken, found.verdict, found.confidence) == (1, 1, "correct", 80)
    assert (found.seconds, found.basis_met, found.urgent, found.competencies) == (80, True, False, ("communication",))


def test_rows_know_the_skill_they_are_evidence_for(records: Records) -> None:
    """What a row asks for decides: asking, pills, kindness, writing it down."""
    practice(records)
    rows = {row.id: row for row in judged_calls(records)[0].rows}
    assert {name: row.competency for name, row in rows.items()} == {
        "greets": "communication",
        "looks": "red_flag_screening",
        "pills": "red_flag_screening",
        "kind": "compassion",
        "dismisses": "communication",
        "note": "documentation",
    }
    assert (rows["kind"].skills, rows["kind"].good, rows["note"].good, rows["dismisses"].good) == (
        ("S3",),
        True,
        True,
        True,
    )


def test_too_little_help_is_under_and_no_decision_is_the_least(records: Records) -> None:
    """The hot knee needs a nurse now; a message is too little, and so is nothing."""
    practice(records, *GOOD, variant="hot")
    practice(records, GOOD[0], Do("end_call", 5), variant="hot")
    low, none = judged_calls(records)
    assert [(call.expected, call.taken, call.verdict, call.under, call.urgent) for call in (low, none)] == [
        (3, 1, "under", True, True),
        (3, None, "none", True, True),
    ]


def test_a_branch_is_never_evidence(records: Records) -> None:
    """Who tries again has read the debrief; the branch is not in the table, and a later fresh call knows of both."""
    first = practice(records)
    again = first.branch(2)
    for move in GOOD[2:]:
        again.take(move)
    again.finish()
    practice(records)
    found = judged_calls(records)
    assert [(call.attempt == again.attempt.id, call.met_before) for call in found] == [(False, 0), (False, 2)]


def test_open_and_left_attempts_are_not_in_the_table(records: Records) -> None:
    """A call that was not finished, or was too much, says nothing."""
    Practice.begin(records, "Ann", SMALL, "quiet", 1)
    Practice.begin(records, "Ann", SMALL, "quiet", 1).leave("too hard to hear")
    assert judged_calls(records) == ()


def test_one_learner_or_all_the_oldest_first(records: Records) -> None:
    """The order is the order in which the calls were begun."""
    for learner in ("Ann", "Bo", "Ann"):
        practice(records, learner=learner)
    assert [call.learner for call in judged_calls(records)] == ["Ann", "Bo", "Ann"]
    assert len(judged_calls(records, "ann")) == 2


def test_a_record_this_program_cannot_read_any_more_still_counts(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the recorded text is no scenario to this program, rows go by their domain and the score stands."""
    practice(records)
    monkeypatch.setattr("simcare.training.judged._ALREADY_READ", {})
    monkeypatch.setattr(records, "text", lambda sha: "a text of another time")
    [found] = judged_calls(records)
    assert (found.expected, found.taken, found.rows[0].competency) == (1, 1, "communication")


def test_calls_inside_a_shift_are_in_the_table_and_say_which_shift(records: Records) -> None:
    """Each has the decision and the rows it was judged by, under a name that no attempt has."""
    worked = worked_shift(records, "Ann")
    [found] = judged_calls(records, "Ann")
    assert (found.scenario, found.variant, found.shift) == ("first-call", "on-the-shelf", worked.record.id)
    assert (shift_of_call(found.attempt), found.guided) == ((worked.record.id, "list"), True)
    [on_card] = (worked.record.scorecard or {})["calls"]
    assert (found.score, found.verdict) == (on_card["score"], on_card["verdict"])
    assert {row.id: row.good for row in found.rows}["identity"]
    assert {row.competency for row in found.rows} > {"communication"}


def test_a_call_inside_a_shift_counts_among_those_before(records: Records) -> None:
    """Its variant is not met for the first time afterward, and a branch of the shift is no evidence."""
    first = worked_shift(records, "Ann")
    branch = first.branch(0)
    worked_shift(records, "Ann", branch)
    worked_shift(records, "Ann")
    assert [(call.shift == branch.record.id, call.met_before) for call in judged_calls(records)] == [
        (False, 0),
        (False, 2),
    ]


def test_a_shift_that_kept_no_rows_still_says_its_decisions(records: Records) -> None:
    """The verdict stands on the card of every shift; without rows the decision is all the evidence there is."""
    worked = worked_shift(records, "Ann", finish=False)
    card = judge(worked.shift).as_json()
    for call in card["calls"]:
        del call["scorecard"]
    Shifts(records).finish(worked.record.id, card)
    [found] = judged_calls(records)
    assert (found.rows, found.verdict, found.taken) == ((), "none", None)


def test_open_and_left_shifts_are_not_in_the_table(records: Records) -> None:
    """Only a shift that was worked to its end was judged."""
    worked_shift(records, "Ann", finish=False)
    worked_shift(records, "Ann", finish=False).leave("too much")
    assert judged_calls(records) == ()
