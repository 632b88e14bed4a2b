"""A small shift of the tests' own, and ways of walking through one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simcare import chance
from simcare.calls.moves import Do
from simcare.calls.transcripts import moves_of
from simcare.scenarios.model import Note
from simcare.world.shift.library import load_shift
from simcare.world.shift.material import Material
from simcare.world.shift.moves import AtDesk, InCall, ShiftMove
from simcare.world.shift.playing import Shift
from simcare.world.shift.work import NURSE

SMALL = Path(__file__).parent / "small_shift.yaml"


@cache
def small() -> Material:
    """Return the small shift: two on the list, two lines, four messages, one colleague."""
    return load_shift(SMALL).material


def begin(seed: int = 3) -> Shift:
    """Begin the small shift."""
    return Shift(small(), seed)


def do(shift: Shift, *acts: str | AtDesk) -> Shift:
    """Take moves written as words: "read text", "answer text with late", "hand text to nurse", "wait 60"."""
    for act in acts:
        shift.take(act if isinstance(act, AtDesk) else _move(act))
    return shift


def have_call(shift: Shift, *steps: str, note: bool = True) -> None:
    """Say and do things in the call on hand, end it, write its note and put it away."""
    call = shift.on_hand
    assert call is not None
    for step in steps:
        act(shift, step)
    if call.call.ended is None:
        act(shift, "end_call")
    if note:
        act(shift, "write_note")
    do(shift, "close")


def have_well(shift: Shift) -> None:
    """Have the call on hand as a reviewer had it, and put it away."""
    assert shift.on_hand is not None
    call = shift.on_hand.call
    plays = call.script.scenario.plays.values()
    play = next(play for play in plays if play.passed and play.variant == call.script.variant)
    for fields in play.moves:
        for move in map(InCall, moves_of(shift.on_hand.call, fields, None)):
            if shift.refusal(move) is None:
                shift.take(move)
    do(shift, "close")


def act(shift: Shift, step: str) -> None:
    """Take one move inside the call on hand, an intent or an action, with the policy's seconds."""
    assert shift.on_hand is not None
    call = shift.on_hand.call
    rule = call.script.policy.actions.get(step)
    if rule is None:
        shift.take(InCall(call.say(step)))
    elif step == "write_note":
        shift.take(InCall(Do(step, rule.seconds, channel="chart", note=Note(text="Spoke.", minutes=call.t // 60))))
    else:
        shift.take(InCall(Do(step, rule.seconds)))


def wait_for(shift: Shift, item: str) -> None:
    """Wait until something has come."""
    for _ in range(200):
        if shift.office.works[item].came >= 0:
            return
        do(shift, "wait 300")
    raise AssertionError(f"{item} never came")


def walk(way: int, steps: int, seed: int = 3) -> list[ShiftMove]:
    """Return the moves of somebody who does possible things at random; `way` is the luck of what they choose."""
    shift = begin(seed)
    for nth in range(steps):
        if shift.ended:
            break
        move = next(filter(lambda move: shift.refusal(move) is None, _wishes(shift, way, nth)), None)
        assert move is not None, "nothing is possible any more"
        shift.take(move)
    return shift.moves


def _wishes(shift: Shift, way: int, nth: int) -> tuple[ShiftMove, ...]:
    """Return everything somebody might try now, in a drawn order."""
    wishes: list[ShiftMove] = [AtDesk("wait", seconds=1 + chance.integer(way, "wait", nth, below=400))]
    wishes += [AtDesk("close"), AtDesk("leave"), AtDesk("wait", seconds=300)]
    for name, work in shift.office.works.items():
        wishes += [AtDesk("read", name), AtDesk("take", name), AtDesk("note", name)]
        wishes += [AtDesk("hand", name, to) for to in ("jo", NURSE)]
        wishes += [AtDesk("put_off", name, seconds=600)]
        wishes += [AtDesk("answer", name, key) for key in work.part.answers]
    if shift.on_hand is not None:
        call = shift.on_hand.call
        wishes += [InCall(call.say(intent)) for intent in ("greet_introduce", "verify_identity", "tell_me_more")] * 6
        actions = call.script.policy.actions
        wishes += [InCall(Do(name, actions[name].seconds)) for name in call.allowed_actions()] * 2
    order = chance.shuffle(way, "walk", nth, items=wishes)
    return (*order, AtDesk("end"))


def _move(words: str) -> AtDesk:
    kind, *rest = words.split()
    if kind == "wait":
        return AtDesk("wait", seconds=int(rest[0]))
    if kind == "put_off":
        return AtDesk("put_off", rest[0], seconds=int(rest[2]))
    choice = rest[2] if len(rest) > 2 else ""
    return AtDesk(kind, rest[0] if rest else "", choice)  # type: ignore[arg-type]
