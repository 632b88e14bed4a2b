"""Players: the search finds the passing path, and the habits show where a scenario is lax."""

from __future__ import annotations

import pytest

from simcare.calls.ideal import find_ideal
from simcare.calls.opening import open_call
from simcare.calls.rehearsal import findings, rehearse
from simcare.calls.scoring import score
from simcare.scenarios.model import Note, Play, Sbar, Scenario


def test_ideal_passes_both_variants(small: Scenario) -> None:
    """The beam search finds 100 points in both variants of the small scenario."""
    results = {row.variant: row for row in rehearse(small, players=["ideal"])}
    assert results["quiet"].mean_score == 100.0
    assert results["hot"].pass_rate == 1.0


def test_lazy_players_pass_nothing(small: Scenario) -> None:
    """Over, under, blind and random fail everywhere; where two facts are all, who asks all needs luck."""
    rows = rehearse(small, players=["over", "under", "blind", "random"])
    assert {(row.variant, row.player): row.pass_rate for row in rows if row.pass_rate} == {}
    assert all(row.pass_rate <= 0.2 for row in rehearse(small, players=["shotgun"]))


def test_late_fails_the_urgent_variant(small: Scenario) -> None:
    """Waiting until it is too late passes no call that needs the nurse now."""
    (row,) = rehearse(small, variants=["hot"], players=["late"])
    assert (row.pass_rate, row.decisions) == (0.0, {"warm_transfer_rn": 1})


@pytest.mark.slow
def test_rehearsals_repeat(small: Scenario) -> None:
    """The same seed gives the same table, also on two processes."""
    once = rehearse(small, players=["novice", "random"])
    assert rehearse(small, players=["novice", "random"], processes=2) == once


def test_a_lax_scenario_is_found(small: Scenario) -> None:
    """A scenario without basis and critical rows lets lazy players pass, and the findings say so."""
    lax = small.model_copy(
        update={
            "decision": small.decision.model_copy(update={"basis": None, "points": 90.0}),
            "rubric": {"greets": small.rubric["greets"]},
            "note": None,
        }
    )
    sentences = findings(lax, rehearse(lax, variants=["quiet"], players=["ideal", "blind"]))
    assert any("'blind' passes" in sentence for sentence in sentences)


def test_ideal_asks_again_where_an_answer_was_held_back(small: Scenario) -> None:
    """With too little trust at first the search asks, wins trust, and asks again if nothing else tells."""
    wary = small.model_copy(update={"state": {"trust": 10, "patience": 90, "distress": 20, "clarity": 80}})
    best = find_ideal(open_call(wary, "quiet", 1))
    assert (score(best).score, "knee" in best.heard) == (100.0, True)


def test_what_the_ideal_player_writes_claims_nothing_by_its_words(small: Scenario) -> None:
    """Its SBAR and note name facts by id; no fact's words can stand in them by chance."""
    best = find_ideal(open_call(small, "hot", 1))
    written = [text for move in best.moves for text in texts_of(move)]
    words = [word for fact in small.facts.values() for word in fact.words]
    assert written and not [word for word in words if any(word in text.lower() for text in written)]


def texts_of(move: object) -> list[str]:
    """Return the texts of a move's SBAR or note."""
    sbar, note = getattr(move, "sbar", None), getattr(move, "note", None)
    found = [sbar.S, sbar.B, sbar.A, sbar.R] if isinstance(sbar, Sbar) else []
    return found + ([note.text] if isinstance(note, Note) else [])


def test_ideal_goes_on_from_a_play(small: Scenario) -> None:
    """A path that the search would not think of, and that the author wrote down, is not missed."""
    odd = small.rubric["kind"].model_copy(update={"should": "said(press_patient)"})
    hard = small.model_copy(update={"rubric": {**small.rubric, "kind": odd}})
    written = Play.model_validate(
        {
            "variant": "quiet",
            "why": "Here a push does good.",
            "moves": [
                "greet_introduce", "verify_identity", "press_patient",
                "ask_swelling_redness", "ask_med_name", {"do": "message_provider"}, {"do": "end_call"},
                {"do": "write_note"},
            ],
            "score": 100,
            "passed": True,
            "verdict": "correct",
        }
    )  # fmt: skip
    without = find_ideal(open_call(hard, "quiet", 1))
    best = find_ideal(open_call(hard.model_copy(update={"plays": {"kind": written}}), "quiet", 1))
    assert score(best).score == 100.0 > score(without).score
