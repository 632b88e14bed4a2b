"""The call engine: what a trainee experiences, move by move."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcare.calls.call import Call, replay
from simcare.calls.moves import Do, Move, MoveError, move_from_json, move_to_json
from simcare.calls.opening import draw_variant, open_call, script_for
from simcare.calls.scoring import score
from simcare.scenarios import intents as intent_library
from simcare.scenarios.library import load_policy
from simcare.scenarios.model import Scenario

Opened = Callable[..., Call]
INTENTS = tuple(intent_library.load().intents)
ACTIONS = tuple(load_policy().value.actions)
FREELY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def do(call: Call, action: str) -> Do:
    """Return the move of an action with the policy's seconds."""
    return Do(action, call.script.policy.actions[action].seconds)


def say(call: Call, *intents: str) -> None:
    """Say these one after the other."""
    for intent in intents:
        call.take(call.say(intent))


def test_the_line_opens_with_the_patients_words(opened: Opened) -> None:
    """The first line is the opening, at second 0."""
    first = opened().lines[0]
    assert (first.t, first.speaker, first.text) == (0, "patient", "Hello?")


def test_private_facts_wait_for_two_identifiers(opened: Opened) -> None:
    """A private fact is withheld, and told once the identity is verified."""
    call = opened()
    say(call, "ask_med_name")
    assert "pills" not in call.known
    say(call, "verify_identity", "ask_med_name")
    assert "pills" in call.known


def test_public_facts_are_told_to_anyone(opened: Opened) -> None:
    """Where the patient is may be told before identity is verified: 911 is never delayed by it."""
    call = opened()
    say(call, "ask_address")
    assert "hope" in call.known


def test_placeholders_are_the_charts_names(opened: Opened) -> None:
    """A placeholder in a line becomes the patient's own name."""
    call = opened()
    say(call, "verify_identity", "ask_med_name")
    assert call.chart.placeholders()["first_name"] in call.lines[-1].text


def test_a_deflect_reveals_nothing(opened: Opened) -> None:
    """A deflecting answer leaves the fact unknown."""
    call = opened()
    say(call, "verify_identity")
    call.gauges["trust"] = 10
    say(call, "ask_swelling_redness")
    assert "knee" not in call.known


def test_only_listed_questions_are_denied(opened: Opened) -> None:
    """A question outside `denies` is answered with not knowing, never with a false no."""
    call = opened()
    say(call, "verify_identity", "ask_stroke_signs")
    assert call.lines[-1].text in call.script.scenario.unknown


def test_repeated_empathy_decays(opened: Opened) -> None:
    """The second kind word helps half as much as the first."""
    call = opened()
    before = call.gauges["trust"]
    say(call, "empathise")
    first = call.gauges["trust"] - before
    say(call, "empathise")
    assert call.gauges["trust"] - before - first == pytest.approx(first / 2)


def test_questions_without_a_reason_end_in_a_hang_up(opened: Opened) -> None:
    """Asking everything costs the patience that the call lives on."""
    call = opened()
    asks = [name for name, intent in call.script.intents.intents.items() if intent.kind == "ask"]
    for intent in asks:
        if call.ended is None:
            say(call, intent)
    assert call.ended == "hung_up"


def test_events_fall_at_their_second(opened: Opened) -> None:
    """What the clock does carries the second it happened, not the second of the move."""
    call = opened()
    call.take(do(call, "call_211"))
    call.take(do(call, "call_211"))
    tired = next(line for line in call.lines if line.line_id == "event_tired")
    assert tired.t == 120
    assert call.happened["fades"] == 100


def test_help_takes_over_after_911(opened: Opened) -> None:
    """Paramedics arrive so long after the call, and the call is handed over."""
    call = opened()
    call.take(do(call, "call_911"))
    for _ in range(4):
        if call.ended is None:
            call.take(do(call, "stay_on_line"))
    assert call.ended == "handed_over"
    assert call.happened["help"] == 200


def test_staying_on_the_line_opens_only_after_help_is_called(opened: Opened) -> None:
    """There is nothing to stay for before a transfer or 911."""
    call = opened()
    with pytest.raises(MoveError, match="opens only after"):
        call.take(do(call, "stay_on_line"))
    assert call.moves == []


def test_saying_911_does_not_call_911(opened: Opened) -> None:
    """Words only ever propose an action."""
    call = opened()
    say(call, "act_call_911")
    assert "call_911" not in call.done


def test_the_wrap_up_is_open_after_the_call(opened: Opened) -> None:
    """A message can still be sent when the call is over; a transfer cannot."""
    call = opened()
    call.take(do(call, "end_call"))
    assert "message_provider" in call.allowed_actions()
    assert "warm_transfer_rn" not in call.allowed_actions()


def test_a_copy_goes_its_own_way(opened: Opened) -> None:
    """A copied call shares nothing that changes."""
    call = opened()
    twin = call.copy()
    say(twin, "verify_identity", "ask_med_name")
    assert (call.moves, call.heard, call.verified) == ([], {}, False)


def test_variants_are_drawn_by_weight(small: Scenario) -> None:
    """A variant of weight 3 of 4 is drawn about three times in four."""
    drawn = [draw_variant(small, seed) for seed in range(2000)]
    assert 0.71 < drawn.count("quiet") / len(drawn) < 0.79


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(INTENTS)),
        st.tuples(st.just("do"), st.sampled_from(ACTIONS)),
    ),
    max_size=40,
)
VARIANTS = st.sampled_from(["quiet", "hot"])


def walk(call: Call, wishes: list[tuple[str, str]]) -> Call:
    """Take every wished move that is possible."""
    for kind, name in wishes:
        if kind == "do" and name in call.allowed_actions():
            call.take(do(call, name))
        elif kind == "say" and call.ended is None:
            say(call, name)
    return call


@FREELY
@given(wishes=MOVES, variant=VARIANTS)
def test_replay_equals_the_original(opened: Opened, wishes: list[tuple[str, str]], variant: str) -> None:
    """Moves that went through JSON give the same call and the same score."""
    call = walk(opened(variant), wishes)
    saved: list[Move] = [move_from_json(move_to_json(move)) for move in call.moves]
    again = replay(call.script, call.chart, call.seed, saved)
    assert again.lines == call.lines
    assert score(again) == score(call)


@FREELY
@given(wishes=MOVES, variant=VARIANTS)
def test_any_walk_keeps_its_bounds(opened: Opened, wishes: list[tuple[str, str]], variant: str) -> None:
    """Scores and gauges stay in 0..100 and time never runs back."""
    call = walk(opened(variant), wishes)
    assert 0 <= score(call).score <= 100
    assert all(0 <= value <= 100 for value in call.gauges.values())
    assert all(a.t <= b.t for a, b in pairwise(call.lines))


@FREELY
@given(intents=st.lists(st.sampled_from(INTENTS), min_size=120, max_size=120))
def test_any_talk_ends(opened: Opened, intents: list[str]) -> None:
    """However a person talks, time or patience ends the call."""
    call = opened(seed=5)
    for intent in intents:
        if call.ended is None:
            say(call, intent)
    assert call.ended is not None


def test_a_script_is_shared_and_unchanged(small: Scenario) -> None:
    """Two calls on one script do not see each other."""
    script = script_for(small, "quiet")
    chart = open_call(small, "quiet", 1).chart
    one, two = Call(script, chart, 1), Call(script, chart, 1)
    say(one, "verify_identity", "ask_med_name")
    assert two.heard == {}
