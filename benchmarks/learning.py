"""Does practice that adapts do what it promises? 200 synthetic trainees practice 40 calls each, over 20 seeds.

Prints how well estimated skill recovers the truth (Spearman's rank correlation, coverage of the 95 % intervals); what
adaptive practice is worth against a fixed order, a random one and the calls that ask for most, on the same budget; and
the null case in which nobody differs or learns. The trainees are in `trainees`, frozen before tuning; `--tune` takes
other seeds than the figures. Exits with 1 where a figure misses its mark.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from benchmarks.trainees import PLACES, Needs, Trainee, needs_of
from simcare import chance
from simcare.scenarios.library import load_library
from simcare.training.catalog import PracticeCall, catalog
from simcare.training.competency import Ratings, Settings
from simcare.training.next_practice import Standing, choose
from simcare.training.outcomes import Outcome
from simcare.training.review import Reviews
from simcare.training.seven_skills import SKILLS

TRAINEES, CALLS, SEEDS = 200, 40, 20
NULL_SEEDS = 5
TUNING_SEEDS = range(1000, 1004)
A_DAY = 2
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
LAST_DAY = 30.0
CORRELATION, COVERAGE = 0.8, (0.90, 0.98)
Floats = NDArray[np.float64]
_changed: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one world gives under one way of practicing; correlations are None where all trainees are alike."""

    overall: float | None
    by_skill: float | None
    coverage: float
    width: float
    error: float
    passes: float
    emergencies: float


@cache
def library() -> tuple[tuple[PracticeCall, ...], tuple[Needs, ...]]:
    """Return the library's calls without the guided and the translated ones, and what each asks of a trainee."""
    calls = tuple(c for c in catalog(load_library().values()) if not c.guided and c.language == "en")
    return calls, tuple(map(needs_of, calls))


def run(task: tuple[str, int, bool, dict[str, float]]) -> Figures:
    """Let all trainees of one world practice in one way, and hold what is thought of them against the truth."""
    way, world, null, changed = task
    calls, needs = library()
    place = {call.id: at for at, call in enumerate(calls)}
    ratings = Ratings(calls, replace(Settings(), **changed))
    people = [Trainee(world, number, null=null) for number in range(TRAINEES)]
    cards = [Reviews() for _ in people]
    history: list[list[Outcome]] = [[] for _ in people]
    for nth in range(CALLS):
        day = nth // A_DAY + 2 * (nth // A_DAY // 5)
        at = START + timedelta(days=day, hours=nth % A_DAY)
        for who, trainee in enumerate(people):
            call = pick(way, world, nth, trainee, ratings, cards[who], history[who], at)
            done, right, passed = trainee.practice(needs[place[call.id]], nth, float(day))
            outcome = Outcome(
                trainee.name, *call.id, at, _counted(needs[place[call.id]], done, right), passed,
                0.5 if any(each.call == call.id for each in history[who]) else 1.0,
            )  # fmt: skip
            ratings.observe(outcome)
            if way == "adaptive":
                cards[who].observe(outcome)
            history[who].append(outcome)
    return _figures(people, ratings, history)


def pick(
    way: str,
    world: int,
    nth: int,
    trainee: Trainee,
    ratings: Ratings,
    cards: Reviews,
    history: Sequence[Outcome],
    now: datetime,
) -> PracticeCall:
    """Return the next call of a trainee: the suggested one, the next of the list, or any not played before."""
    calls, _ = library()
    if way == "fixed":
        return _fixed_order()[nth]
    if way == "longest":
        return sorted(calls, key=lambda call: -sum(call.asked.values()))[nth]
    if way == "random":
        return chance.shuffle(world, "bench.order", trainee.name, items=calls)[nth]
    standing = Standing(trainee.name, ratings, {card.skill: card for card in cards.cards(now)}, history)
    found = choose(standing, calls, now)
    assert found is not None
    return next(call for call in calls if call.id == (found.scenario, found.variant))


@cache
def _fixed_order() -> tuple[PracticeCall, ...]:
    """Return a sensible list for everybody: each scenario of the library once, then each once more."""
    seen: dict[str, int] = {}
    rounds = []
    for call in library()[0]:
        seen[call.scenario] = seen.get(call.scenario, 0) + 1
        # Another variant in each scenario, so that a round has all levels of need.
        rounds.append(((seen[call.scenario] + len(seen)) % 3, call))
    return tuple(call for _, call in sorted(rounds, key=lambda item: item[0]))


def _counted(needs: Needs, done: NDArray[np.bool_], right: bool) -> dict[str, tuple[float, float]]:
    found = {}
    for skill, at in PLACES.items():
        own = done[needs.skills == at]
        good, asked = float(own.sum()), float(len(own))
        if skill == "S7":
            good, asked = good + right, asked + 1
        if asked:
            found[skill] = (good, asked)
    return found


def _figures(people: Sequence[Trainee], ratings: Ratings, history: Sequence[Sequence[Outcome]]) -> Figures:
    calls, needs = library()
    for trainee in people:
        trainee.wait(LAST_DAY)
    truth = np.array([trainee.shares(needs) for trainee in people])
    found = [ratings.of(trainee.name) for trainee in people]
    share, low, high = (
        np.array([[getattr(rating, name) for rating in each] for each in found]) for name in ("share", "low", "high")
    )
    weights = np.array([[call.share(skill) for skill in SKILLS] for call in calls])
    passes = np.array([[trainee.passes(each) for each in needs] for trainee in people])
    by_skill = passes @ weights / weights.sum(axis=0)
    urgent = {call.id for call in calls if call.emergency}
    alike = bool(truth.std(axis=0).max() < 1e-9)
    return Figures(
        overall=None if alike else float(spearmanr(share.mean(axis=1), truth.mean(axis=1)).statistic),
        by_skill=None if alike else float(np.mean([spearmanr(share[:, n], truth[:, n]).statistic for n in range(7)])),
        coverage=float(((low <= truth) & (truth <= high)).mean()),
        width=float((high - low).mean()),
        error=float(np.abs(share - truth).mean()),
        passes=float(by_skill.mean()),
        emergencies=float(np.mean([sum(one.call in urgent for one in each) for each in history])),
    )


def main() -> int:
    """Print all figures; return 1 where one misses its mark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds, and the first of them for null")
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"))
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    changed = {name: float(value) for name, value in options.set}
    seeds = list(TUNING_SEEDS) if options.tune else list(range(SEEDS))
    began = time.perf_counter()
    ways = ("fixed", "random", "longest", "adaptive")
    tasks = [(way, seed, False, changed) for seed in seeds for way in ways]
    tasks += [(way, seed, True, changed) for seed in seeds[:NULL_SEEDS] for way in ("fixed", "adaptive")]
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        results = dict(zip([task[:3] for task in tasks], pool.map(run, tasks), strict=True))
    print(f"{TRAINEES} trainees, {CALLS} calls each, {len(seeds)} seeds, {len(library()[0])} variants")
    for null in (False, True):
        print("null case: nobody differs, learns or forgets" if null else "trainees who differ, learn and forget")
        for way in ways:
            own = [results[way, seed, null] for seed in seeds if (way, seed, null) in results]
            if own:
                print(f"  {way:<9}{_line(own)}")
    gains = [results["adaptive", s, False].passes - results["fixed", s, False].passes for s in seeds]
    nothing = [results["adaptive", s, True].passes - results["fixed", s, True].passes for s in seeds[:NULL_SEEDS]]
    better = sum(gain > 0 for gain in gains)
    print(f"adaptive less fixed, skill-weighted pass rate: {_spread(gains)}, better in {better} of {len(seeds)} seeds")
    print(f"the same in the null case: {_spread(nothing)}")
    print(f"{time.perf_counter() - began:.0f} seconds")
    adaptive = [results["adaptive", seed, False] for seed in seeds]
    kept = [
        float(np.mean([each.overall or 0 for each in adaptive])) >= CORRELATION,
        COVERAGE[0] <= float(np.mean([each.coverage for each in adaptive])) <= COVERAGE[1],
        float(np.mean(gains)) > 0,
    ]
    return 0 if all(kept) else 1


def _line(own: Sequence[Figures]) -> str:
    def of(name: str) -> str:
        values = [getattr(each, name) for each in own]
        return "none" if values[0] is None else f"{np.mean(values):.3f}"

    return (
        f"rank correlation {of('overall')} overall, {of('by_skill')} by skill; coverage {of('coverage')}, width "
        f"{of('width')}, error {of('error')}; skill-weighted pass rate {of('passes')}; "
        f"{float(np.mean([each.emergencies for each in own])):.1f} emergencies"
    )


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):+.4f} (standard error {np.std(values) / max(1, len(values) - 1) ** 0.5:.4f})"


if __name__ == "__main__":
    sys.exit(main())
