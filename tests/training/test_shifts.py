"""Recorded shifts: a move is on the disk before its effect is seen; a killed one goes on; branches share one luck."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from simcare.calls.moves import MoveError
from simcare.training.faults import AttemptClosed, MoveOutOfOrder, RecordError, UnknownRecord
from simcare.training.records import Records
from simcare.training.shifts import Shifts, ShiftTexts
from simcare.training.shifts_done import shifts_done
from simcare.training.working import WorkedShift
from simcare.world.shift.moves import AtDesk, InCall
from tests.training.shifts_made import worked_shift

SMALL = Path(__file__).parents[1] / "world" / "shift" / "small_shift.yaml"
TEXTS = ShiftTexts("the spec", "the policy", "the intents", {"first-call": "a call", "sore-knees": "another call"})


def test_a_shift_is_found_as_it_was_recorded(records: Records) -> None:
    """Its learner, title, seed and every text by its hash, and its moves in order."""
    shifts = Shifts(records)
    begun = shifts.start("Ann Lee", "A small shift", 7, TEXTS, listener="none", exercise="mondays")
    shifts.append(begun.id, 0, {"act": "read", "item": "form"})
    shifts.append(begun.id, 1, {"act": "wait", "seconds": 60})
    (found,) = shifts.shifts("ann lee")
    assert (found.learner, found.title, found.seed, found.status, found.moves) == (
        "Ann Lee",
        "A small shift",
        7,
        "open",
        2,
    )
    assert records.text(found.texts["scenarios"]["sore-knees"]) == "another call"
    assert shifts.moves(begun.id) == [{"act": "read", "item": "form"}, {"act": "wait", "seconds": 60}]


def test_moves_come_in_their_order_and_end_with_the_shift(records: Records) -> None:
    """Another number than the next is refused, and so is any move of a shift that is finished or left."""
    shifts = Shifts(records)
    begun = shifts.start("Ann Lee", "A small shift", 7, TEXTS, listener="none")
    with pytest.raises(MoveOutOfOrder, match="the next one is 0"):
        shifts.append(begun.id, 1, {"act": "end"})
    shifts.append(begun.id, 0, {"act": "end"})
    closed = shifts.finish(begun.id, {"score": 81.5, "passed": True})
    assert (closed.status, closed.score, closed.passed) == ("finished", 81.5, True)
    with pytest.raises(AttemptClosed, match="already finished"):
        shifts.append(begun.id, 1, {"act": "end"})
    with pytest.raises(AttemptClosed, match="already finished"):
        shifts.leave(begun.id, "too much")
    with pytest.raises(UnknownRecord, match="no shift"):
        shifts.append("0" * 32, 0, {"act": "end"})


def test_a_branch_shares_the_first_moves(records: Records) -> None:
    """It has them, the seed and the texts, and the old shift stays as it is; it cannot begin after its parent's end."""
    shifts = Shifts(records)
    begun = shifts.start("Ann Lee", "A small shift", 7, TEXTS, listener="none")
    for nth in range(3):
        shifts.append(begun.id, nth, {"act": "wait", "seconds": nth + 1})
    branch = shifts.branch(begun.id, 2)
    assert (branch.parent, branch.branched_at, branch.moves, branch.texts) == (begun.id, 2, 2, begun.texts)
    assert shifts.moves(branch.id) == shifts.moves(begun.id)[:2]
    with pytest.raises(RecordError, match="branch at 0 to 3"):
        shifts.branch(begun.id, 4)


def test_a_move_that_is_not_possible_is_not_recorded(sqlite_url: str) -> None:
    """Neither the shift nor the record has it."""
    with Records.open(sqlite_url) as records:
        worked = WorkedShift.begin(records, "Ann", SMALL, 3)
        with pytest.raises(MoveError, match="read the message first"):
            worked.take(AtDesk("answer", "form", "sent"))
        assert (worked.shift.moves, Shifts(records).moves(worked.record.id)) == ([], [])


def test_a_move_that_cannot_be_recorded_does_not_happen(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full the shift stays where it was."""
    with Records.open(sqlite_url) as records:
        worked = WorkedShift.begin(records, "Ann", SMALL, 3)
        before = worked.shift.state()

        def full(*args: object) -> None:
            raise RecordError("no room is left on the disk")

        monkeypatch.setattr(Shifts, "append", full)
        with pytest.raises(RecordError):
            worked.take(AtDesk("read", "form"))
        assert worked.shift.state() == before


def test_a_shift_goes_on_with_the_texts_it_began_with(sqlite_url: str, tmp_path: Path) -> None:
    """An edit of the file changes nothing in a shift that was begun."""
    file = tmp_path / "mine.yaml"
    file.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    with Records.open(sqlite_url) as records:
        worked = WorkedShift.begin(records, "Ann", file, 3)
        worked.take(AtDesk("read", "form"))
        file.write_text(file.read_text(encoding="utf-8").replace("minutes: 60", "minutes: 90"), encoding="utf-8")
        again = WorkedShift.resume(records, worked.record.id)
        assert again.shift.state() == worked.shift.state()
        assert again.shift.spec.minutes == 60


def test_what_if_i_had_taken_the_other_line(sqlite_url: str) -> None:
    """A branch has the same luck: what came and who hung up before and after is the same unless it was touched."""
    with Records.open(sqlite_url) as records:
        worked = WorkedShift.begin(records, "Ann", SMALL, 3)
        for move in (AtDesk("read", "form"), AtDesk("take", "list"), AtDesk("leave")):
            worked.take(move)
        other = worked.branch(1)
        other.take(AtDesk("take", "later"))
        other.take(AtDesk("leave"))
        for shift in (worked, other):
            while not shift.shift.over:
                shift.take(AtDesk("wait", seconds=1800))
        rings = [shift.shift.office.works["line"].rings for shift in (worked, other)]
        assert rings[0] == rings[1]
        assert (other.record.parent, other.record.branched_at) == (worked.record.id, 1)


def test_a_finished_shift_keeps_its_card(sqlite_url: str) -> None:
    """The card is recorded with it, and finishing again gives the same."""
    with Records.open(sqlite_url) as records:
        worked = WorkedShift.begin(records, "Ann", SMALL, 3)
        worked.take(AtDesk("end"))
        card = worked.finish()
        assert worked.finish() is card
        found = Shifts(records).shift(worked.record.id)
        assert (found.status, found.score, found.passed) == ("finished", card.score, False)
        assert found.scorecard is not None and found.scorecard["covers"] == ["S6"]


WORK_FOREVER = """
import sys
from pathlib import Path
from simcare.training.records import Records
from simcare.training.working import WorkedShift
from simcare.training.shifts_done import shifts_done
from simcare.world.shift.moves import AtDesk, InCall
from tests.training.shifts_made import worked_shift

worked = WorkedShift.begin(Records.open(sys.argv[1]), "Ann", Path(sys.argv[2]), 3)
for move in (AtDesk("read", "form"), AtDesk("answer", "form", "sent"), AtDesk("take", "list")):
    worked.take(move)
print(worked.record.id, flush=True)
while True:
    call = worked.shift.on_hand.call
    worked.take(InCall(call.say("tell_me_more" if call.ended is None else None)))
    print(len(worked.shift.moves), worked.shift.now, call.t, flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
def test_kill_9_and_resume_gives_the_identical_shift(url: str, python: Callable[..., subprocess.Popen[str]]) -> None:
    """A program that is killed in the middle of a call loses nothing that was shown; the next move fits."""
    process = python(WORK_FOREVER, url, str(SMALL))
    assert process.stdout is not None and process.stdin is not None
    shift_id = process.stdout.readline().strip()
    shown = process.stdout.readline().split()
    for _ in range(2):
        process.stdin.write("\n")
        process.stdin.flush()
        shown = process.stdout.readline().split()
    process.kill()
    process.communicate()
    with Records.open(url) as records:
        first, second = (WorkedShift.resume(records, shift_id) for _ in range(2))
        call = first.shift.on_hand
        assert call is not None
        assert [str(len(first.shift.moves)), str(first.shift.now), str(call.call.t)] == shown
        assert first.shift.state() == second.shift.state()
        first.take(InCall(call.call.say("empathise")))
        assert len(Shifts(records).moves(shift_id)) == int(shown[0]) + 1


def test_a_finished_shift_counts_for_the_exercise_it_was_worked_for(sqlite_url: str) -> None:
    """It is known by the name in its text; a branch, an open one and one of no exercise do not count."""
    with Records.open(sqlite_url) as records:
        worked = worked_shift(records, "Ann", exercise="mondays")
        worked_shift(records, "Ann", worked.branch(0))
        worked_shift(records, "Ann")
        worked_shift(records, "Ann", exercise="mondays", finish=False)
        [done] = shifts_done(records, "ann")
    assert (done.id, done.shift, done.exercise, done.passed) == (worked.record.id, "small-shift", "mondays", False)
