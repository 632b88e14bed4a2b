"""Rehearsal: every player and every play on every variant of a scenario, and what came of it.

`rehearse` gives one result per variant and player; `rehearse_deeply` adds the plays, what was never reached, the last
safe moment and the points that careless calls collect; `findings` say where a scenario is not well built.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any, TypeVar

from simcare import chance
from simcare.calls.call import Call
from simcare.calls.listener import default_listener
from simcare.calls.moves import MoveError
from simcare.calls.opening import open_call
from simcare.calls.players import PLAYERS, RUNS
from simcare.calls.reached import Gathering, Reached, never_reached
from simcare.calls.scorecard import Scorecard
from simcare.calls.scoring import score
from simcare.calls.transcripts import play_moves
from simcare.calls.weighing import Weight, last_safe_moment, weigh
from simcare.scenarios.model import Scenario

T = TypeVar("T")
R = TypeVar("R")
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
    mean_seconds: int
    missed: dict[str, float]
    """The share of the runs that missed each must and should row, those with points or critical alone."""

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain data, with the keys other programs may rely on."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Everything the rehearsal of one variant shows."""

    variant: str
    results: tuple[Rehearsed, ...]
    plays: dict[str, float]
    """The score of each play of this variant."""
    misplayed: tuple[str, ...]
    """Plays that cannot be played, or do not get what is written beside them, in sentences."""
    reached: Reached
    last_safe: int | None
    """The last second at which the ideal call may decide and still pass; None where waiting never fails it."""
    weights: tuple[Weight, ...]
    """What the lazy players collected, their best run each."""

    def held_back(self) -> list[str]:
        """Say which lazy players have the points to pass and are stopped by something else alone."""
        return [
            f"'{one.player}' has {one.score:g} points and is stopped only by {', '.join(one.held_back)}"
            for one in self.weights
            if one.enough and not one.passed
        ]


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
    return [result for results in _spread(_rehearse_variant, tasks, processes) for result in results]


def rehearse_deeply(
    scenarios: Iterable[Scenario], *, variants: Iterable[str] | None = None, seed: int = 0, processes: int = 1
) -> list[list[Rehearsal]]:
    """Let all players and plays take every variant of every scenario; return a list a scenario, in their order.

    The variants of all scenarios share the processes, so that the last long one does not hold up the rest.
    """
    whole = list(scenarios)
    tasks = [(scenario, variant, seed) for scenario in whole for variant in variants or scenario.variants]
    done = iter(_spread(_rehearse_one, tasks, processes))
    return [[next(done) for _ in variants or scenario.variants] for scenario in whole]


def _spread(work: Callable[[T], R], tasks: Sequence[T], processes: int) -> list[R]:
    if processes <= 1 or len(tasks) <= 1:
        return [work(task) for task in tasks]
    with ProcessPoolExecutor(min(processes, len(tasks)), mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, tasks))


def _rehearse_variant(task: tuple[Scenario, str, tuple[str, ...], int]) -> list[Rehearsed]:
    scenario, variant, players, seed = task
    call = open_call(scenario, variant, seed)
    results = []
    for player in players:
        runs = [play_by(call, player, seed, nth) for nth in range(RUNS.get(player, 1))]
        results.append(_summary(player, [(played, score(played)) for played in runs]))
    return results


def _rehearse_one(task: tuple[Scenario, str, int]) -> Rehearsal:
    scenario, variant, seed = task
    opened = open_call(scenario, variant, seed)
    gathering = Gathering(opened.script)
    results, weights = [], []
    for player in PLAYERS:
        runs = []
        for nth in range(RUNS.get(player, 1)):
            played = play_by(opened, player, seed, nth)
            runs.append((played, score(played)))
            gathering.add(*runs[-1])
            if player in ("ideal", "over"):
                gathering.probe(opened, played)
        results.append(_summary(player, runs))
        if player in LAZY:
            weights.append(weigh(player, max((card for _, card in runs), key=lambda card: (card.passed, card.score))))
    plays, misplayed = _take_plays(scenario, variant, gathering)
    return Rehearsal(
        variant=variant,
        results=tuple(results),
        plays=plays,
        misplayed=misplayed,
        reached=gathering.reached(),
        last_safe=last_safe_moment(opened, PLAYERS["ideal"](opened, 0)),
        weights=tuple(weights),
    )


def _take_plays(scenario: Scenario, variant: str, gathering: Gathering) -> tuple[dict[str, float], tuple[str, ...]]:
    scores: dict[str, float] = {}
    wrong: list[str] = []
    for name, play in scenario.plays.items():
        if play.variant == variant:
            opened = open_call(scenario, variant, play.seed)
            try:
                played = play_moves(opened.copy(), play, default_listener())
            except MoveError as error:
                wrong.append(f"the play '{name}' cannot be played: {error}")
                continue
            card = score(played)
            scores[name] = card.score
            gathering.add(played, card)
            gathering.probe(opened, played)
            low, high = play.score if isinstance(play.score, tuple) else (play.score, play.score)
            got = (card.passed, card.decision.verdict)
            if not low <= card.score <= high or got != (play.passed, play.verdict):
                is_so = f"{card.score:g} ({'passed' if card.passed else 'not passed'}, {card.decision.verdict})"
                wrong.append(f"the play '{name}' gets {is_so}, and something else is written beside it")
    return scores, tuple(wrong)


def play_by(call: Call, player: str, seed: int, nth: int) -> Call:
    """Return the call as one run of a player takes it from its opening; the opened call is not changed."""
    return PLAYERS[player](call, chance.derive(seed, "rehearsal", player, nth))


def play_once(call: Call, player: str, seed: int, nth: int) -> Scorecard:
    """Return the scorecard of one run of a player from an open call, which is not changed."""
    return score(play_by(call, player, seed, nth))


def all_findings(scenario: Scenario, rehearsals: Iterable[Rehearsal], *, reached: bool = True) -> list[str]:
    """Return, in sentences, all that a deep rehearsal shows to be wrong with the scenario; empty when it is well built.

    Beside what the players show: a play that beats the ideal player, the rows that let a lazy one pass, and facts,
    events, rows and outcomes that no call reached. `reached` is False where not all variants were rehearsed, so that
    nobody knows of these. Lines nobody heard are told by `unheard_lines`.
    """
    deep = list(rehearsals)
    found = findings(scenario, (result for one in deep for result in one.results))
    for one in deep:
        ideal = next(result for result in one.results if result.player == "ideal")
        found += [f"{one.variant}: {sentence}" for sentence in one.misplayed]
        for name, points in one.plays.items():
            if points > ideal.mean_score + 0.05:
                found.append(
                    f"{one.variant}: the play '{name}' beats the ideal player ({points:.1f} to {ideal.mean_score:.1f})"
                )
        for weight in one.weights:
            if weight.passed:
                rows = ", ".join(f"{name} {points:g}" for name, points in weight.rows[:4])
                found.append(
                    f"{one.variant}: '{weight.player}' passes by {rows} (mark {weight.pass_mark}); give them less"
                )
    left = never_reached(scenario, (one.reached for one in deep)) if reached else []
    return found + [f"never reached: {one}" for one in left if one.part not in ("tell", "reply")]


def unheard_lines(scenario: Scenario, rehearsals: Iterable[Rehearsal]) -> list[str]:
    """Return the tells and replies that no player, play or probe ever heard: not wrong, but worth a look."""
    left = never_reached(scenario, (one.reached for one in rehearsals))
    return [str(one) for one in left if one.part in ("tell", "reply")]


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


def _summary(player: str, runs: list[tuple[Call, Scorecard]]) -> Rehearsed:
    script = runs[0][0].script
    cards = [card for _, card in runs]
    rows = [row for card in cards for row in card.rows if row.kind != "must_not" and (row.points or row.critical)]
    lost = Counter(row.id for row in rows if not row.met)
    return Rehearsed(
        scenario=script.scenario.id,
        variant=script.variant,
        player=player,
        runs=len(runs),
        mean_score=round(sum(card.score for card in cards) / len(runs), 1),
        pass_rate=round(sum(card.passed for card in cards) / len(runs), 3),
        decisions=dict(Counter(card.decision.action or "none" for card in cards)),
        mean_seconds=round(sum(call.t for call, _ in runs) / len(runs)),
        missed={name: round(times / len(runs), 2) for name, times in lost.most_common()},
    )


def _urgent(scenario: Scenario, variant: str) -> bool:
    expect = str(scenario.variants[variant].decision.get("expect", scenario.decision.expect))
    return expect in ("warm_transfer_rn", "call_911")


def _asks_for_warmth(scenario: Scenario) -> bool:
    return any(name.startswith("communication") or name == "compassion" for name in scenario.competencies)
