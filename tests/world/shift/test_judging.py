"""What a shift was worth: urgent things in time or late, lines, messages, notes, and what nobody is blamed for."""

from __future__ import annotations

import pytest

from simcare.calls.moves import Do
from simcare.scenarios.model import Note
from simcare.world.shift.card import ShiftRow
from simcare.world.shift.debrief import tell_shift
from simcare.world.shift.judging import judge
from simcare.world.shift.moves import AtDesk, InCall
from simcare.world.shift.playing import Shift
from tests.world.shift.walks import act, begin, do, have_call, have_well, wait_for


def row(shift: Shift, area: str, item: str) -> ShiftRow:
    """Return the one row of an item in an area."""
    (found,) = [row for row in judge(shift).rows if (row.area, row.item) == (area, item)]
    return found


def to_the_end(shift: Shift) -> Shift:
    """Wait until the shift is over."""
    while not shift.over:
        do(shift, "wait 1800")
    return shift


def test_a_shift_well_worked_passes() -> None:
    """Urgent things first, a line sent on, messages answered, the calls made and written down: it passes."""
    shift = do(begin(), "read fax", "hand fax to nurse")
    wait_for(shift, "text")
    do(shift, "read text", "take text")
    have_well(shift)
    do(shift, "read form", "answer form with sent", "take list")
    have_well(shift)
    wait_for(shift, "refill")
    to_the_end(do(shift, "read refill", "answer refill with request"))
    card = judge(shift)
    assert (card.passed, card.critical) == (True, ())
    assert card.points["urgent"] == (40.0, 40.0)
    assert [each.passed for each in card.calls] == [True, True]


def test_doing_nothing_earns_nothing() -> None:
    """Whoever only waits has found nothing urgent and answered nothing, and does not pass."""
    card = judge(to_the_end(begin()))
    assert (card.score, card.passed) == (0.0, False)
    assert {row.item for row in card.critical} == {"text", "fax"}


@pytest.mark.parametrize(("minutes", "share"), [(5, 1.0), (15, 0.5), (25, 0.0)])
def test_late_is_half_and_too_late_is_nothing(minutes: int, share: float) -> None:
    """Within its limit of ten minutes full, up to twice as late half, later nothing: that alone fails the shift."""
    shift = begin()
    while shift.now < minutes * 60:
        do(shift, AtDesk("wait", seconds=minutes * 60 - shift.now))
    do(shift, "read text", "take text")
    found = row(shift, "urgent", "text")
    assert (found.share, found.critical) == (share, share == 0.0)


def test_what_came_during_a_call_is_counted_from_its_end() -> None:
    """Nobody reads messages while a patient speaks: the limit begins when the call is over."""
    shift = do(begin(), "take list")
    for _ in range(60):
        if shift.now > 14 * 60 or shift.on_hand is None or shift.on_hand.call.ended is not None:
            break
        act(shift, "wait")
    have_call(shift)
    do(shift, "read text", "take text")
    found = row(shift, "urgent", "text")
    assert shift.office.works["text"].reached - shift.office.works["text"].came > 600
    assert (found.share, "from the end of the call" in found.words) == (1.0, True)


def test_an_urgent_message_answered_as_if_it_could_wait_is_told() -> None:
    """A cheerful answer to a cheerful message is no finding, and the debrief shows the clue and the reason."""
    shift = do(begin(), "wait 300", "read text", "answer text with sorry")
    to_the_end(shift)
    assert row(shift, "urgent", "text").critical
    assert row(shift, "inbox", "text").share == 0.0
    lesson = next(lesson for lesson in tell_shift(shift, judge(shift)).lessons if lesson.item == "text")
    assert (lesson.clue, lesson.found) == ("my hand let go", False)
    assert lesson.clue in lesson.text


def test_a_line_that_a_colleague_took_is_nobodys_merit() -> None:
    """What rings over to a colleague is neither earned nor held against you; what you sent on is."""
    assert row(to_the_end(begin()), "lines", "second").share is None
    sent = begin()
    wait_for(sent, "second")
    do(sent, "hand second to jo")
    assert row(sent, "lines", "second").share == 1.0


def test_a_line_lost_while_with_an_emergency_is_not_held_against_you() -> None:
    """Who stays with a patient who needs 911 is where they should be."""
    busy, routine = do(begin(), "wait 125", "read text", "take text"), do(begin(), "take list")
    for shift in (busy, routine):
        while shift.now < 400 and shift.on_hand is not None and shift.on_hand.call.ended is None:
            act(shift, "wait")
    assert [ring.by for ring in busy.office.works["line"].rings] == [""]
    assert busy.cast["text"].need >= 2
    expected = None if busy.cast["text"].need >= 3 else 0.0
    assert row(busy, "lines", "line").share == expected
    assert row(routine, "lines", "line").share == 0.0


def test_a_note_is_owed_and_its_minutes_are_honest() -> None:
    """A call without a note earns nothing for it, one that claims too many minutes half."""
    shift = do(begin(), "take list")
    have_call(shift, "greet_introduce", note=False)
    assert row(shift, "notes", "list").share == 0.0
    do(shift, "note list")
    shift.take(InCall(Do("write_note", 90, channel="chart", note=Note(text="Spoke.", minutes=60))))
    do(shift, "close")
    assert row(shift, "notes", "list").share == 0.5


def test_a_call_that_was_left_is_not_judged() -> None:
    """Stepping out of a call that is too hard costs nothing."""
    shift = do(begin(), "take list", "leave")
    assert [row for row in judge(shift).rows if row.item == "list"] == []


def test_the_one_nurse_is_not_for_everything() -> None:
    """What needs no nurse earns half when it is given to her, and the debrief says so; what needs one earns all."""
    shift = do(begin(), "read form", "hand form to nurse")
    while shift.office.works["form"].reached < 0:
        do(shift, "wait 600")
    assert row(shift, "inbox", "form").share == 0.5
    assert any("one nurse" in sentence for sentence in tell_shift(shift, judge(shift)).take)
    urgent = do(begin(), "read fax", "hand fax to nurse")
    assert row(urgent, "inbox", "fax").share == 1.0


def test_what_was_handed_to_a_busy_nurse_was_found() -> None:
    """When she comes to it is not yours; when you handed it over is."""
    shift = begin()
    while shift.now < 11 * 60:
        do(shift, AtDesk("wait", seconds=11 * 60 - shift.now))
    do(shift, "read fax", "hand fax to nurse")
    found = row(shift, "urgent", "fax")
    assert (shift.office.works["fax"].reached, found.share) == (-1, 1.0)
    assert found.words.startswith("Handed to the nurse after 11:50")


def test_who_hands_over_every_call_has_had_none() -> None:
    """A shift without a call of one's own earns nothing for calls."""
    (found,) = [row for row in judge(to_the_end(begin())).rows if row.area == "calls"]
    assert (found.share, found.words) == (0.0, "You had no call in this shift")


def test_the_debrief_tells_what_else_could_have_been_done() -> None:
    """Each choice names what waited then, and its number leads back to it."""
    shift = do(begin(), "read form", "answer form with sent")
    told = tell_shift(shift, judge(shift))
    assert [choice.move for choice in told.choices] == [0, 1]
    assert "A hospital" in told.choices[0].instead
    assert {lane.id for lane in told.lanes} == {"you", "lines", "inbox", "list", "jo", "nurse"}


def test_loud_before_urgent_is_told() -> None:
    """Answering the loud message while an urgent one waits is shown as such."""
    shift = do(begin(), "read form", "answer form with sent")
    lesson = next(lesson for lesson in tell_shift(shift, judge(shift)).lessons if lesson.item == "form")
    assert (lesson.urgent, lesson.found, "A hospital" in lesson.words) == (False, False, True)
