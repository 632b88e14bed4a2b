"""Rehearsal: every player on every variant of a scenario, and what came of it.

`rehearse` gives one result per variant and player; `findings` says where a scenario is not well built by the rules
of the format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any

from simcare import chance
from simcare.calls.call import Call
from simcare.calls.opening import open_call
from simcare.calls.players import PLAYERS, RUNS
from simcare.calls.scorecard import Scorecard
from simcare.calls.scoring import score
from simcare.scenarios.model import Scenario

LAZY = ("over", "under", "blind", "shotgun", "random")


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a player made of a variant over its runs; decisions counts the judged action by its id."""

    scenario: str
    variant: str
    player: str
    runs: int
    mean_score: float
    pass_rate: float
    decisions: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain data, with the keys other programs may rely on."""
        return asdict(self)


def rehearse(
    scenario: Scenario,
    *,
    variants: Iterable[str] | None = None,
    players: Iterable[str] | None = None,
    seed: int = 0,
    processes: int = 1,
) -> list[Rehearsed]:
    """Let the players take every variant; the same seed gives the same result, on however many processes."""
    chosen = tuple(players or PLAYERS)
    tasks = [(scenario, variant, chosen, seed) for variant in variants or scenario.variants]
    if processes <= 1 or len(tasks) == 1:
        return [result for task in tasks for result in _rehearse_variant(task)]
    with ProcessPoolExecutor(min(processes, len(tasks)), mp_context=get_context("spawn")) as pool:
        return [result for results in pool.map(_rehearse_variant, tasks) for result in results]


def _rehearse_variant(task: tuple[Scenario, str, tuple[str, ...], int]) -> list[Rehearsed]:
    scenario, variant, players, seed = task
    call = open_call(scenario, variant, seed)
    results = []
    for player in players:
        cards = [play_once(call, player, seed, nth) for nth in range(RUNS.get(player, 1))]
        results.append(_summary(scenario.id, variant, player, cards))
    return results


def play_once(call: Call, player: str, seed: int, nth: int) -> Scorecard:
    """Return the scorecard of one run of a player from an open call, which is not changed."""
    return score(PLAYERS[player](call, chance.derive(seed, "rehearsal", player, nth)))


def findings(scenario: Scenario, results: Iterable[Rehearsed]) -> list[str]:
    """Return, in sentences, what the rehearsal shows to be wrong with the scenario; empty when it is well built."""
    found = []
    by_variant: dict[str, dict[str, Rehearsed]] = {}
    for result in results:
        by_variant.setdefault(result.variant, {})[result.player] = result
    for variant, played in by_variant.items():
        ideal = played.get("ideal")
        if ideal is not None and ideal.pass_rate < 1:
            found.append(
                f"{variant}: even the ideal player fails ({ideal.mean_score:.0f} points); no passing path was found"
            )
        for name, result in played.items():
            if ideal is not None and result.mean_score > ideal.mean_score + 0.05:
                found.append(
                    f"{variant}: '{name}' beats the ideal player ({result.mean_score:.1f} to {ideal.mean_score:.1f})"
                )
            if name in LAZY and result.pass_rate > 0:
                found.append(f"{variant}: the lazy player '{name}' passes in {result.pass_rate:.0%} of its runs")
        late = played.get("late")
        if late is not None and late.pass_rate > 0 and _urgent(scenario, variant):
            found.append(f"{variant}: deciding late still passes an urgent call")
        cold = played.get("cold")
        if cold is not None and cold.pass_rate > 0 and not _urgent(scenario, variant) and _asks_for_warmth(scenario):
            found.append(f"{variant}: a cold call passes although communication is a competency of this scenario")
    return found


def _summary(scenario: str, variant: str, player: str, cards: list[Scorecard]) -> Rehearsed:
    return Rehearsed(
        scenario=scenario,
        variant=variant,
        player=player,
        runs=len(cards),
        mean_score=round(sum(card.score for card in cards) / len(cards), 1),
        pass_rate=round(sum(card.passed for card in cards) / len(cards), 3),
        decisions=dict(Counter(card.decision.action or "none" for card in cards)),
    )


def _urgent(scenario: Scenario, variant: str) -> bool:
    expect = str(scenario.variants[variant].decision.get("expect", scenario.decision.expect))
    return expect in ("warm_transfer_rn", "call_911")


def _asks_for_warmth(scenario: Scenario) -> bool:
    return any(name.startswith("communication") or name == "compassion" for name in scenario.competencies)
