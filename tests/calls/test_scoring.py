"""Scoring: what decisions, rows, handoffs and notes earn, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcare.calls.call import Call
from simcare.calls.moves import Do
from simcare.calls.opening import open_call, script_for
from simcare.calls.players import PLAYERS
from simcare.calls.scorecard import RowResult, Scorecard
from simcare.calls.scoring import Judge, score
from simcare.scenarios.library import load_library
from simcare.scenarios.model import Note, RubricItem, Sbar, Scenario

Opened = Callable[..., Call]
FULL = ("greet_introduce", "verify_identity", "empathise", "ask_swelling_redness", "ask_med_name")


def played(call: Call, *moves: str | tuple[str, dict[str, Any]]) -> Scorecard:
    """Play intents and actions by their ids and return the scorecard."""
    for move in moves:
        name, more = (move, {}) if isinstance(move, str) else move
        if name in call.script.intents.intents:
            call.take(call.say(name))
        else:
            call.take(Do(name, **{"seconds": call.script.policy.actions[name].seconds, **more}))
    return score(call)


def open_changed(scenario: Scenario, **fields: Any) -> Call:
    """Return a call of the quiet variant of a scenario with some fields changed."""
    return open_call(scenario.model_copy(update=fields), "quiet", 7)


def row(card: Scorecard, name: str) -> Any:
    """Return one row of a scorecard."""
    return next(item for item in card.rows if item.id == name)


def test_a_full_call_earns_everything(opened: Opened) -> None:
    """Asking, deciding, noting: 100 points and a pass."""
    card = played(opened(), *FULL, "message_provider", ("write_note", {"note": Note(facts=("knee",), minutes=1)}))
    assert (card.score, card.passed, card.decision.verdict) == (100.0, True, "correct")


def test_deciding_first_and_asking_later_fails(opened: Opened) -> None:
    """The same moves with the decision first lose the basis and the gathering rows."""
    card = played(opened(), "greet_introduce", "verify_identity", "message_provider", *FULL[2:])
    assert not card.passed
    assert not card.decision.basis_met
    assert card.decision.earned == pytest.approx(10)
    assert "looks" in card.critical_missed


def test_a_message_for_a_hot_knee_is_under_triage(opened: Opened) -> None:
    """Two steps under earns nothing and does not pass."""
    card = played(opened("hot"), *FULL, "message_provider")
    assert (card.decision.verdict, card.decision.earned, card.passed) == ("under", 0, False)


def test_911_for_a_quiet_knee_is_over_triage(opened: Opened) -> None:
    """Calling 911 for a benign complaint is over-triage and does not pass."""
    card = played(opened(), *FULL, "call_911")
    assert (card.decision.verdict, card.passed) == ("over", False)


def test_the_highest_level_taken_is_judged(opened: Opened) -> None:
    """A message followed by a transfer is judged as the transfer."""
    card = played(opened("hot"), *FULL, "message_provider", "warm_transfer_rn")
    assert (card.decision.action, card.decision.verdict) == ("warm_transfer_rn", "correct")


def test_late_from_the_red_flag_fails(opened: Opened) -> None:
    """A right transfer more than the allowed seconds after the red flag earns nothing and fails."""
    card = played(opened("hot"), *FULL, ("call_211", {"seconds": 200}), "warm_transfer_rn")
    assert (card.decision.late, card.decision.earned, card.passed) == (True, 0, False)


def test_a_broken_must_not_costs_its_points_and_shows_the_move(opened: Opened) -> None:
    """The penalty row carries the move that broke it."""
    card = played(opened(), "false_reassurance")
    broken = row(card, "dismisses")
    assert (broken.earned, broken.evidence[0].move) == (-15, 0)


def test_every_met_row_carries_its_evidence(opened: Opened) -> None:
    """Evidence names the move, its second and what was said."""
    card = played(opened(), *FULL, "message_provider")
    looked = row(card, "looks").evidence[0]
    assert (looked.move, looked.t) == (3, 8 + 20 + 6)
    assert "Looks like always" in looked.quote


def test_a_made_up_fact_in_the_sbar_is_flagged(opened: Opened, small: Scenario) -> None:
    """A fact claimed but never heard is named as such and halves the handoff."""
    assert small.note is not None
    judged = small.model_copy(update={"handoff": small.note.model_copy(update={"points": 20.0})})
    call = Call(script_for(judged, "hot"), opened().chart, 1)
    sbar = Sbar(S="knee", B="seventy", A="hot", R="please look", facts=("knee", "pills"))
    card = played(call, *FULL[:4], ("warm_transfer_rn", {"sbar": sbar}))
    assert "never heard: What she takes" in row(card, "sbar").detail
    assert row(card, "sbar").earned == pytest.approx(20 * (0.8 * 0.5 + 0.2))


def test_words_alone_never_accuse(small: Scenario) -> None:
    """What a note's words may speak of is pointed out where it was not heard, and costs nothing."""
    pills = small.facts["pills"].model_copy(update={"words": ("alone", "pills")})
    changed = {**small.facts, "pills": pills}

    def note_row(text: str) -> RowResult:
        note = {"note": Note(text=text, facts=("knee",))}
        call = open_changed(small, facts=changed)
        return row(played(call, *FULL[:4], "message_provider", ("write_note", note)), "note")

    spoken = note_row("Sounds alone and sad.")
    assert spoken.earned == note_row("Sounds sad.").earned > 0
    assert "This cost nothing" in (spoken.detail or "")


def test_words_count_as_claims(opened: Opened) -> None:
    """Free text that speaks of a fact counts like ticking it."""
    card = played(opened(), *FULL, "message_provider", ("write_note", {"note": Note(text="Knee looks as always.")}))
    assert row(card, "note").met


def test_minutes_are_not_rounded_up(opened: Opened) -> None:
    """Only whole minutes count towards the month."""
    call = opened()
    call.take(Do("call_211", 119))
    assert score(call).minutes == 1


def test_confidence_is_scored(opened: Opened) -> None:
    """Brier is the squared distance between the stated chance and what was true."""
    card = played(opened(), *FULL, ("message_provider", {"confidence": 80}))
    assert card.decision.brier == pytest.approx(0.04)


def test_confident_under_triage_is_flagged(opened: Opened) -> None:
    """Being sure of too little is the most dangerous thing to learn from."""
    card = played(opened("hot"), *FULL, ("message_provider", {"confidence": 90}))
    assert card.decision.confident_under


def test_confidence_may_follow_the_decision(opened: Opened) -> None:
    """911 is not held up by the question how sure one is: the answer may come later."""
    card = played(opened(), *FULL, "message_provider", ("state_confidence", {"confidence": 60}))
    assert card.decision.confidence == 60


def test_the_debrief_tells_the_truth_and_what_was_not_asked(opened: Opened) -> None:
    """Hidden truth, outcome, unasked facts and basis are all there."""
    debrief = played(opened(), "greet_introduce", "message_provider").debrief
    assert debrief.truth == "Nothing was wrong."
    assert [item.fact for item in debrief.never_asked] == ["knee", "pills", "hope"]
    assert [part.met for part in debrief.basis] == [False, False]
    assert debrief.outcome == "Nobody knows."


def test_an_empty_call_scores_nothing(opened: Opened) -> None:
    """Without a decision the verdict is none and nothing is earned."""
    card = score(opened())
    assert (card.score, card.passed, card.decision.verdict) == (0.0, False, "none")


def test_a_row_half_done_says_what_is_missing(opened: Opened, small: Scenario) -> None:
    """All or nothing is only fair where the debrief names what was left out, in words and not in ids."""
    both = small.rubric["pills"].model_copy(update={"should": "known(pills) and known(hope)", "before": None})
    call = open_changed(small, rubric={**small.rubric, "pills": both})
    card = played(call, *FULL, "message_provider")
    assert row(card, "pills").detail == "Still missing: heard “Where she is”."


def test_a_decision_says_what_belonged_to_it(small: Scenario) -> None:
    """What a decision required and did not get is named in the trainee's words."""
    decision = small.decision.model_copy(update={"requires": ("count_said(give_safety_net, explain_next) >= 1",)})
    card = played(open_changed(small, decision=decision), *FULL, "message_provider")
    assert "left out: at least 1 of: said “" in card.decision.detail
    assert "count_said" not in card.decision.detail


def test_no_braces_are_left_in_what_a_trainee_reads(small: Scenario) -> None:
    """A reason that names the doctor is told with the doctor's name, of a row as of the note."""
    looks = small.rubric["looks"].model_copy(update={"why": "{doctor} wants to know."})
    assert small.note is not None
    note = small.note.model_copy(update={"why": "{doctor} reads it."})
    call = open_changed(small, rubric={**small.rubric, "looks": looks}, note=note)
    doctor = call.chart.placeholders()["doctor"]
    card = score(call)
    assert (row(card, "looks").why, row(card, "note").why) == (f"{doctor} wants to know.", f"{doctor} reads it.")


def test_the_first_tip_is_the_decision_where_it_was_wrong_or_late(opened: Opened) -> None:
    """Under-triage teaches the right level first; the right level too late teaches to be sooner."""
    under = played(opened("hot"), *FULL, "message_provider").debrief.next[0]
    late = played(opened("hot"), *FULL, ("call_211", {"seconds": 200}), "warm_transfer_rn").debrief.next[0]
    in_time = played(opened("hot"), *FULL, "warm_transfer_rn").debrief.next
    nurse = opened().script.policy.actions["warm_transfer_rn"].label
    assert under.startswith(f"Decide for: {nurse}.")
    assert late.startswith(f"Sooner: {nurse}.")
    assert not any(tip.startswith(("Decide", "Sooner")) for tip in in_time)


@pytest.mark.parametrize(
    "text", ["Lives alone. Temperature 99.4 at home.", "What she took she won't say.", "Pills? She wont say"]
)
def test_what_a_note_does_not_claim_is_not_held_against_it(small: Scenario, text: str) -> None:
    """How one lives is on the chart, a refusal is no claim, and a decimal point ends no sentence."""
    pills = small.facts["pills"].model_copy(update={"words": ("alone", "took", "pills")})
    call = open_changed(small, facts={**small.facts, "pills": pills})
    card = played(call, *FULL[:4], "message_provider", ("write_note", {"note": Note(text=text, facts=("knee",))}))
    assert "never heard" not in (row(card, "note").detail or "")


def with_rows(small: Scenario, **rows: dict[str, object]) -> Call:
    """Return an opened call of the quiet variant that has these rows alone."""
    items = {
        name: RubricItem.model_validate({"label": name, "domain": "act", "points": 10, **fields})
        for name, fields in rows.items()
    }
    return open_call(small.model_copy(update={"rubric": items}), "quiet", 1)


def test_an_offer_before_what_it_needs_earns_nothing(small: Scenario) -> None:
    """A row with `needs` is not met by saying it too early, also when what it needs comes later."""
    call = with_rows(small, offers={"must": "said(offer_resources)", "needs": "known(knee)"})
    card = played(call, "verify_identity", "offer_resources", "ask_swelling_redness", "close_call")
    assert not row(card, "offers").met
    assert "done again afterwards it would count" in row(card, "offers").detail


def test_an_early_offer_is_mended_by_making_it_again(small: Scenario) -> None:
    """Said again once what it needs is there, the row counts, and its evidence is the second time."""
    call = with_rows(small, offers={"must": "said(offer_resources)", "needs": "known(knee)"})
    card = played(call, "verify_identity", "offer_resources", "ask_swelling_redness", "offer_resources")
    assert row(card, "offers").met
    assert row(card, "offers").evidence[0].move == 3


def test_what_counts_after_the_decision_has_to_come_after_it(small: Scenario) -> None:
    """A row with `after: decided` is met by saying it after the decision, not by having said it before."""
    rule: dict[str, object] = {"must": "said(give_safety_net)", "after": "decided"}
    early = played(with_rows(small, net=rule), "give_safety_net", "message_provider", "close_call")
    again = played(with_rows(small, net=rule), "give_safety_net", "message_provider", "give_safety_net")
    assert (row(early, "net").met, row(again, "net").met) == (False, True)


def test_a_row_about_the_clock_or_a_mood_is_looked_at_after_every_move(small: Scenario) -> None:
    """Rows on time, gauges, the decision and identity are met by the move that brings them about."""
    call = with_rows(
        small,
        late={"should": "t > 40"},
        warm={"should": "trust > 50"},
        named={"should": "verified"},
        chose={"should": "decided"},
        open={"must_not": "not decided and t > 20"},
    )
    card = played(call, "greet_introduce", "empathise", "verify_identity", "message_provider")
    assert {item.id for item in card.rows if item.met} == {"late", "warm", "named", "chose", "open"}


@pytest.mark.slow
@pytest.mark.parametrize("player", ["random", "shotgun", "over"])
def test_the_running_total_is_the_score(player: str) -> None:
    """What a search asks for after each move is what the finished scorecard says, in every call of the library."""
    for document in load_library().values():
        for variant in list(document.value.variants)[-1:]:
            opened_call = open_call(document.value, variant, 3)
            finished = PLAYERS[player](opened_call, 7)
            judge, again = Judge(finished.script), opened_call.copy()
            for move in finished.moves:
                judge.watch(again, move)
            assert judge.total(again) == score(finished).score
