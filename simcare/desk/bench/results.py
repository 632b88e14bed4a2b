"""What a rehearsal came to, as tables: who passes now and before, what is wrong, what nobody reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simcare.calls.players import PLAYERS
from simcare.calls.reached import Unreached, never_reached
from simcare.calls.rehearsal import Rehearsal, all_findings
from simcare.calls.scorecard import RowResult
from simcare.calls.scoring import score
from simcare.desk.bench.rehearsing import Runs, played_again
from simcare.documents import Document
from simcare.scenarios.graph import clock
from simcare.scenarios.model import Scenario

SHOULD = {
    "ideal": "should pass",
    "cold": "should fail where kindness counts",
    "late": "should fail where minutes count",
    "novice": "may pass now and then",
}
OTHERS_SHOULD = "should fail"
MOST_MISSED = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What a player made of a variant, judged by the text as it is; `missed` are labels, most often missed first."""

    variant: str
    player: str
    mean_score: float
    pass_rate: float
    mean_seconds: float
    decisions: Mapping[str, int]
    missed: tuple[str, ...]


def results_of(scenario: Scenario, runs: Runs) -> list[Result]:
    """Return what the players made of each variant, judged by the scenario as it now is."""
    judged: dict[tuple[str, str], list[tuple[float, bool, int, str]]] = {}
    lost: dict[tuple[str, str], Counter[str]] = {}
    for variant, player, call in played_again(scenario, runs):
        card = score(call)
        told = (card.score, card.passed, call.t, card.decision.action or "none")
        judged.setdefault((variant, player), []).append(told)
        lost.setdefault((variant, player), Counter()).update(row.label for row in card.rows if _is_missed(row))
    return [
        Result(
            variant=variant,
            player=player,
            mean_score=round(sum(each[0] for each in cards) / len(cards), 1),
            pass_rate=round(sum(each[1] for each in cards) / len(cards), 3),
            mean_seconds=sum(each[2] for each in cards) / len(cards),
            decisions=Counter(each[3] for each in cards),
            missed=tuple(label for label, _ in lost[variant, player].most_common(MOST_MISSED)),
        )
        for (variant, player), cards in judged.items()
    ]


def table(scenario: Scenario, now: list[Result], before: list[Result]) -> list[dict[str, Any]]:
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


def sentences(rehearsed: Scenario, deep: Mapping[str, Rehearsal]) -> list[str]:
    """Return what the rehearsal shows to be wrong, as the command tells it; empty when the scenario is well built."""
    found = all_findings(rehearsed, deep.values())
    return [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in found]


def worth_knowing(deep: Mapping[str, Rehearsal]) -> list[str]:
    """Return what is not wrong and good to know: how long one may wait, and what alone stops a careless player."""
    found = []
    for name, one in deep.items():
        if one.last_safe is not None:
            found.append(f"{name}: who decides by {clock(one.last_safe)} can still pass.")
        found += [f"{name}: {sentence}." for sentence in one.held_back()]
    return found


def unreached(rehearsed: Scenario, deep: Mapping[str, Rehearsal], now: Document[Scenario]) -> list[dict[str, Any]]:
    """Return what no player and no play brought about, in words and with its line in the text as it now is."""
    left = never_reached(rehearsed, (one.reached for one in deep.values()))
    return [{"words": f"The {one}", "line": now.position(*_place(rehearsed, one))[0]} for one in left]


def _place(scenario: Scenario, one: Unreached) -> tuple[str | int, ...]:
    """Return where an unreached part is written: in its variant where that says so, else in the scenario."""
    at = {"fact": "facts", "tell": "facts", "event": "events", "row": "rubric", "outcome": "outcomes"}.get(one.part)
    if at is None:
        return ("replies",)
    name, _, nth = one.id.partition(".")
    variant = one.variants[0]
    own = len(one.variants) == 1 and name in getattr(scenario.variants[variant], at)
    path: tuple[str | int, ...] = ("variants", variant, at, name) if own else (at, name)
    return (*path, "tell", int(nth) - 1) if one.part == "tell" and nth.isdigit() else path


def _is_missed(row: RowResult) -> bool:
    return row.kind != "must_not" and not row.met and bool(row.points or row.critical)


def _cell(row: Result, was: Result | None) -> Mapping[str, Any]:
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
        "decisions": f"{decisions}, {clock(row.mean_seconds)}",
        "missed": f"Missed: {'; '.join(row.missed)}" if row.missed else None,
    }
