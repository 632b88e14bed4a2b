"""What a rehearsal came to, as tables: who passes now and before, what is wrong, what nobody reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from simcare.calls.players import PLAYERS
from simcare.calls.rehearsal import Rehearsed, findings
from simcare.desk.bench.rehearsing import Runs, judged
from simcare.scenarios.model import Scenario

SHOULD = {
    "ideal": "should pass",
    "cold": "should fail where kindness counts",
    "late": "should fail where minutes count",
    "novice": "may pass now and then",
}
OTHERS_SHOULD = "should fail"


def results_of(scenario: Scenario, runs: Runs) -> list[Rehearsed]:
    """Return what the players made of each variant, judged by the scenario as it now is."""
    found = []
    for (variant, player), cards in judged(scenario, runs).items():
        scores = [score for score, _, _ in cards]
        passes = [passed for _, passed, _ in cards]
        found.append(
            Rehearsed(
                scenario=scenario.id,
                variant=variant,
                player=player,
                runs=len(cards),
                mean_score=round(sum(scores) / len(scores), 1),
                pass_rate=round(sum(passes) / len(passes), 3),
                decisions=dict(Counter(action for _, _, action in cards)),
            )
        )
    return sorted(found, key=lambda row: (list(scenario.variants).index(row.variant), list(PLAYERS).index(row.player)))


def table(scenario: Scenario, now: list[Rehearsed], before: list[Rehearsed]) -> list[dict[str, Any]]:
    """Return a row for each player with a cell for each variant; a cell that changed says what it was."""
    was = {(row.variant, row.player): row for row in before}
    cells = {(row.variant, row.player): _cell(row, was.get((row.variant, row.player))) for row in now}
    return [
        {
            "player": player,
            "should": SHOULD.get(player, OTHERS_SHOULD),
            "cells": [cells.get((variant, player)) for variant in scenario.variants],
        }
        for player in PLAYERS
        if any((variant, player) in cells for variant in scenario.variants)
    ]


def sentences(scenario: Scenario, now: list[Rehearsed]) -> list[str]:
    """Return what the rehearsal shows to be wrong; empty when the scenario is well built."""
    return [sentence[:1].upper() + sentence[1:] + "." for sentence in findings(scenario, now)]


def _cell(row: Rehearsed, was: Rehearsed | None) -> Mapping[str, Any]:
    decisions = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in row.decisions.items())
    passes = "passes" if row.pass_rate == 1 else "fails" if row.pass_rate == 0 else f"{row.pass_rate:.0%} pass"
    changed = None
    if was is not None and (was.pass_rate, was.mean_score) != (row.pass_rate, row.mean_score):
        changed = f"was {was.mean_score:g}" + (f", {was.pass_rate:.0%}" if was.pass_rate != row.pass_rate else "")
    return {
        "score": f"{row.mean_score:g}",
        "passes": passes,
        "good": row.pass_rate == 1,
        "changed": changed,
        "decisions": decisions,
    }
