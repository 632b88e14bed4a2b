"""Automated players: ways of taking a call that a rehearsal tries on every variant.

Each is a function of an open call and a seed, and returns the played call. `ideal` searches (see `ideal`); the
others are habits: too late, too much, too little, too cold, at random. They show that a scenario can be passed, and
that none of the lazy ways passes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from simcare import chance
from simcare.calls.call import Call
from simcare.calls.ideal import complete_note, complete_sbar, find_ideal
from simcare.calls.moves import Do, Move, MoveError, Say

MANNERS = ("greet_introduce", "verify_identity")
MOST_STAYS = 15

Player = Callable[[Call, int], Call]


def play_ideal(call: Call, seed: int) -> Call:
    """Play the best call that the search finds."""
    return find_ideal(call)


def play_cold(call: Call, seed: int) -> Call:
    """Play the best call there is without one supporting word."""
    return find_ideal(call, without=frozenset({"support"}))


def play_late(call: Call, seed: int) -> Call:
    """Play the ideal call, but decide only when it is too late."""
    best = find_ideal(call)
    played = call.copy()
    for move in best.moves:
        expect = call.script.scenario.decision.expect
        if isinstance(move, Do) and move.action == expect and expect not in played.done:
            _take(played, Say("tell_me_more", _seconds_to_spoil(played)))
        _take(played, move)
    return played


def play_shotgun(call: Call, seed: int) -> Call:
    """Ask every question of the library in some order, then do what is right."""
    questions = [name for name, intent in call.script.intents.intents.items() if intent.kind == "ask"]
    order = chance.shuffle(seed, "shotgun", call.script.scenario.id, 0, items=questions)
    played = call.copy()
    _say_all(played, (*MANNERS, *order))
    return _decide_and_close(played, call.script.scenario.decision.expect)


def play_novice(call: Call, seed: int) -> Call:
    """Play the ideal call with two fifths of it forgotten and a decision that slips one level now and then."""
    ladder = sorted(
        (action for action, rule in call.script.policy.actions.items() if rule.level),
        key=lambda action: call.script.policy.rank(call.script.policy.level_of(action) or ""),
    )
    played = call.copy()
    for nth, move in enumerate(find_ideal(call).moves):
        if isinstance(move, Do) and move.action == call.script.scenario.decision.expect:
            place = ladder.index(move.action)
            slip = chance.pick(seed, "novice slip", call.script.scenario.id, nth, options=(-1, 0, 1), weights=(1, 4, 1))
            _do(played, ladder[min(len(ladder) - 1, max(0, place + slip))])
        elif chance.uniform(seed, "novice keeps", call.script.scenario.id, nth) < 0.6:
            _take(played, move)
    return played


def play_over(call: Call, seed: int) -> Call:
    """Greet and call 911, whatever it is."""
    played = call.copy()
    _say_all(played, MANNERS)
    return _decide_and_close(played, "call_911")


def play_under(call: Call, seed: int) -> Call:
    """Greet, be kind and educate, whatever it is."""
    played = call.copy()
    _say_all(played, (*MANNERS, "empathise", "educate_low_impact", "educate_pace"))
    return _decide_and_close(played, "educate")


def play_blind(call: Call, seed: int) -> Call:
    """Keep good manners, ask nothing, and do what happens to be right."""
    played = call.copy()
    _say_all(played, ("greet_introduce", "verify_identity", "empathise", "affirm_strength"))
    return _decide_and_close(played, call.script.scenario.decision.expect)


def play_random(call: Call, seed: int) -> Call:
    """Say and do thirty things at random."""
    played = call.copy()
    intents = tuple(call.script.intents.intents)
    for nth in range(30):
        if played.ended is not None:
            break
        if chance.uniform(seed, "random says", call.script.scenario.id, nth) < 0.8:
            _take(played, played.say(chance.pick(seed, "random intent", call.script.scenario.id, nth, options=intents)))
        else:
            action = chance.pick(seed, "random action", call.script.scenario.id, nth, options=played.allowed_actions())
            _do(played, action)
    return played


PLAYERS: Mapping[str, Player] = {
    "ideal": play_ideal,
    "cold": play_cold,
    "late": play_late,
    "shotgun": play_shotgun,
    "novice": play_novice,
    "over": play_over,
    "under": play_under,
    "blind": play_blind,
    "random": play_random,
}
RUNS: Mapping[str, int] = {"shotgun": 10, "novice": 30, "random": 30}
"""How often a player that draws is run on a variant; the others always play the same."""


def _say_all(call: Call, intents: Iterable[str]) -> None:
    for intent in intents:
        if call.ended is None:
            _take(call, call.say(intent))


def _do(call: Call, action: str) -> None:
    sbar = complete_sbar(call) if action == "warm_transfer_rn" else None
    note = complete_note(call) if action == "write_note" else None
    _take(call, Do(action, call.script.policy.actions[action].seconds, sbar=sbar, note=note))


def _take(call: Call, move: Move) -> None:
    """Take a move if the call still allows it: a habit does not notice that the line is dead."""
    try:
        call.take(move)
    except MoveError:
        return


def _decide_and_close(call: Call, action: str) -> Call:
    if action in call.allowed_actions():
        _do(call, action)
    if action == "call_911" and "warm_transfer_rn" in call.allowed_actions():
        _do(call, "warm_transfer_rn")
    for _ in range(MOST_STAYS):
        if "stay_on_line" not in call.allowed_actions():
            break
        _do(call, "stay_on_line")
    for last in ("end_call", "write_note"):
        if last in call.allowed_actions():
            _do(call, last)
    return call


def _seconds_to_spoil(call: Call) -> int:
    """Return how long to wait until the decision is late; a minute where the scenario sets no time."""
    rule = call.script.scenario.decision
    limits = []
    if rule.by is not None:
        limits.append(rule.by)
    if rule.within is not None and call.first_red_flag is not None:
        limits.append(call.first_red_flag + rule.within)
    return max(60, min(limits) - call.t + 30) if limits else 60
