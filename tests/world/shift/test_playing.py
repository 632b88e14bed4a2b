"""A shift is a fold over its moves: what may be done, what happens meanwhile, and that the same moves give the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.calls.moves import MoveError
from simcare.world.shift.library import load_shift
from simcare.world.shift.material import draw_cast
from simcare.world.shift.moves import AtDesk, ShiftMove, shift_move_from_json, shift_move_to_json
from simcare.world.shift.playing import Shift, replay
from simcare.world.shift.refusing import MOST_MOVES
from simcare.world.shift.work import NURSE, YOU
from tests.world.shift.walks import act, begin, do, have_call, small, wait_for, walk


def statuses(shift: Shift) -> dict[str, str]:
    """Return the status of everything that has come."""
    return {work.part.id: work.status for work in shift.works()}


WAYS = st.integers(0, 10**6)
SEEDS = st.integers(0, 1)


def test_the_moves_of_a_walk_give_the_shift_they_came_from() -> None:
    """Through JSON and back, news and lanes included."""
    check_replay(walk(7, 40), 3)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(way=WAYS, steps=st.integers(1, 100), seed=SEEDS)
def test_replay_equals_the_original(way: int, steps: int, seed: int) -> None:
    """The same of any walk."""
    check_replay(walk(way, steps, seed), seed)


def check_replay(moves: list[ShiftMove], seed: int) -> None:
    """Assert that moves written as JSON give the same shift."""
    first, written = replay(small(), seed, moves), json.loads(json.dumps([shift_move_to_json(move) for move in moves]))
    again = replay(small(), seed, [shift_move_from_json(data) for data in written])
    assert again.state() == first.state()
    assert again.moves == moves


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(way=WAYS, seed=SEEDS)
def test_any_walk_ends(way: int, seed: int) -> None:
    """Whoever does possible things at random, and goes home only when nothing else is left, comes to the end."""
    moves = walk(way, MOST_MOVES + 1, seed)
    assert replay(small(), seed, moves).ended


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(way=WAYS, steps=st.integers(0, 60), seed=SEEDS)
def test_a_refused_move_changes_nothing(way: int, steps: int, seed: int) -> None:
    """What is not possible is refused with a reason, and the shift is as it was."""
    shift = replay(small(), seed, walk(way, steps, seed))
    before = shift.state()
    for act_ in ("read", "take", "hand", "answer", "put_off", "note", "wait", "close", "leave"):
        for item in ("", "text", "line", "list", "refill", "nobody"):
            move = AtDesk(act_, item, "nobody", seconds=0)  # type: ignore[arg-type]
            if shift.refusal(move) is not None:
                with pytest.raises(MoveError):
                    shift.take(move)
    assert shift.state() == before


def test_the_other_line_has_the_same_luck() -> None:
    """Who hangs up, who is drawn and when things come does not depend on what is done meanwhile."""
    idle, busy = do(begin(), "wait 1800", "wait 1800", "wait 1800"), begin()
    do(busy, "read form", "answer form with sent", "take list")
    have_call(busy, "greet_introduce", "verify_identity", "ask_refill")
    while not busy.over:
        do(busy, "wait 600")
    rings = {name: shift.office.works["line"].rings[0] for name, shift in (("idle", idle), ("busy", busy))}
    assert rings["idle"] == rings["busy"]
    assert [part.at for part in idle.cast.values()] == [part.at for part in busy.cast.values()]
    assert [part.variant for part in idle.cast.values()] == [part.variant for part in busy.cast.values()]


def test_the_clock_stands_still_while_a_person_thinks() -> None:
    """Time passes by what is done: reading costs half a minute, looking nothing."""
    shift = begin()
    shift.works(), shift.unwritten(), shift.state()
    assert shift.now == 0
    do(shift, "read form")
    assert shift.now == 30


def test_a_line_hangs_up_and_can_be_rung_back() -> None:
    """A caller lets it ring as long as their patience lasts; then they stay on the list as missed, and are reached."""
    shift = begin()
    wait_for(shift, "line")
    do(shift, "wait 300")
    assert statuses(shift)["line"] == "missed"
    assert [(ring.start, ring.end, ring.by) for ring in shift.office.works["line"].rings] == [(240, 340, "")]
    do(shift, "take line")
    assert (shift.office.works["line"].by, statuses(shift)["line"]) == (YOU, "yours")


def test_who_hung_up_calls_again_unless_reached() -> None:
    """Ten minutes after hanging up the same caller rings once more; one who was rung back does not."""
    alone, rung_back = begin(), begin()
    wait_for(rung_back, "line")
    do(rung_back, "wait 300", "take line")
    have_call(rung_back)
    for shift in (alone, rung_back):
        while not shift.over:
            do(shift, "wait 600")
    assert [ring.start for ring in alone.office.works["line"].rings] == [240, 940]
    assert [ring.start for ring in rung_back.office.works["line"].rings] == [240]


def test_a_line_rings_while_you_are_on_a_call_and_can_be_sent_on() -> None:
    """On a call nothing else can be done, except that a ringing line goes to a colleague with one press."""
    shift = do(begin(), "take list")
    while shift.office.works["line"].ringing < 0:
        act(shift, "tell_me_more")
    now = shift.now
    for refused in (AtDesk("take", "line"), AtDesk("read", "form"), AtDesk("wait", seconds=60)):
        assert shift.refusal(refused) is not None
    do(shift, "hand line to jo")
    assert shift.now == now
    assert shift.office.works["line"].handed_to == "jo"


def test_a_colleague_who_is_free_takes_a_line_that_rings_over() -> None:
    """After forty seconds a line goes to whoever is free; one who is busy does not hear it."""
    shift = begin()
    while not shift.over:
        do(shift, "wait 600")
    first, second = (shift.office.works[name] for name in ("line", "second"))
    assert first.rings[0].by == ""  # Jo is busy until minute 20
    assert (second.by, second.rings[0].end - second.rings[0].start) == ("jo", 40)


def test_the_nurse_takes_what_is_handed_to_her_when_she_is_free() -> None:
    """Handed over while she is with a patient, it waits until she is through."""
    free, busy = do(begin(), "read fax", "hand fax to nurse"), begin()
    assert free.office.works["fax"].reached == 50
    while busy.now < 12 * 60:
        do(busy, "wait 300")
    do(busy, "hand fax to nurse")
    assert statuses(busy)["fax"] == "handed"
    while busy.now < 31 * 60:
        do(busy, "wait 300")
    assert (busy.office.works["fax"].reached, busy.office.works["fax"].by) == (30 * 60, NURSE)


def test_a_busy_nurse_keeps_the_patient_waiting_two_minutes_at_most() -> None:
    """You hold for her, and after two minutes the backup nurse joins; the call's own clock does not count it."""
    free, busy = do(begin(), "take list"), begin()
    while busy.now < 12 * 60:
        do(busy, "wait 300")
    do(busy, "take list")
    for shift, wait in ((free, 0), (busy, 120)):
        assert shift.on_hand is not None
        before, now = shift.on_hand.call.t, shift.now
        act(shift, "warm_transfer_rn")
        assert (shift.on_hand.call.t - before, shift.now - now) == (120, 120 + wait)
        assert shift.on_hand.waited == wait


def test_an_answer_that_does_not_fit_looks_like_one_that_does() -> None:
    """Nothing tells at once that an answer was wrong: it leaves the desk, and may be taken up again."""
    shift = do(begin(), "wait 300", "read text", "answer text with sorry", "read form", "answer form with sent")
    assert (statuses(shift)["text"], statuses(shift)["form"]) == ("settled", "settled")
    assert shift.office.works["text"].reached == -1
    assert shift.refusal(AtDesk("hand", "form", NURSE)) is None
    do(shift, "take text")
    assert shift.office.works["text"].reached == shift.now


def test_what_is_put_off_comes_back() -> None:
    """It is told when the time has come."""
    shift = do(begin(), "put_off later by 900")
    while not any(news.kind == "due" for news in shift.news):
        do(shift, "wait 600")
    assert [(news.t, news.item) for news in shift.news if news.kind == "due"] == [(905, "later")]


def test_a_note_may_be_written_later() -> None:
    """A call put away without its note can be taken up for it; after that there is nothing more to write."""
    shift = do(begin(), "take list")
    have_call(shift, "greet_introduce", note=False)
    assert [each.work.part.id for each in shift.unwritten()] == ["list"]
    do(shift, "note list")
    act(shift, "write_note")
    do(shift, "close")
    assert shift.unwritten() == []
    assert shift.refusal(AtDesk("note", "list")) is not None


def test_stepping_out_of_a_call_costs_nothing() -> None:
    """A call that is too hard is taken over by a colleague and is nobody's failure."""
    shift = do(begin(), "take list", "leave")
    assert (statuses(shift)["list"], shift.on_hand) == ("left", None)
    assert shift.refusal(AtDesk("take", "list")) is not None


@pytest.mark.slow
def test_one_of_several_calls_is_drawn_by_the_seed() -> None:
    """What an item may be is luck, the same for the same seed."""
    texts = load_shift("busy-monday").material
    drawn = [draw_cast(texts, seed)["check_in"].scenario for seed in (1, 2, 3, 4, 1)]
    assert set(drawn) == {"flaring-arthritis", "no-more-shots"}
    assert drawn[0] == drawn[-1]


def test_a_call_is_set_on_the_day_of_the_shift() -> None:
    """Whoever is asked for the day of the week says that of the shift, and the chart is as of that day."""
    call = begin().cast["later"].opened
    assert call is not None
    assert call.script.scenario.when == "2026-03-10 09:00"
    told = [line.say for line in call.script.replies_by_intent["check_orientation"]]
    assert told == ["It's Tuesday, I'm 71, and I'm in my own kitchen. Did I pass?"]
