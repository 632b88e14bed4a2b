"""Players: the search finds the passing path, and the habits show where a scenario is lax."""

from __future__ import annotations

from simcare.calls.rehearsal import findings, rehearse
from simcare.scenarios.model import Scenario


def test_ideal_passes_both_variants(small: Scenario) -> None:
    """The beam search finds 100 points in both variants of the small scenario."""
    results = {row.variant: row for row in rehearse(small, players=["ideal"])}
    assert results["quiet"].mean_score == 100.0
    assert results["hot"].pass_rate == 1.0


def test_lazy_players_pass_nothing(small: Scenario) -> None:
    """Over, under, blind and random fail everywhere; who asks everything needs luck, where two facts are all there is."""
    rows = rehearse(small, players=["over", "under", "blind", "random"])
    assert {(row.variant, row.player): row.pass_rate for row in rows if row.pass_rate} == {}
    assert all(row.pass_rate <= 0.2 for row in rehearse(small, players=["shotgun"]))


def test_late_fails_the_urgent_variant(small: Scenario) -> None:
    """Waiting until it is too late passes no call that needs the nurse now."""
    (row,) = rehearse(small, variants=["hot"], players=["late"])
    assert (row.pass_rate, row.decisions) == (0.0, {"warm_transfer_rn": 1})


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
