"""Time drawing lives and accepting their episodes, against loops that take one hazard of one patient at a time.

Run `python -m benchmarks.life`. Both start from the same tables and give the same episodes, which is checked first.
Figures are of processor time, the best of some repeats; the ratio stays meaningful on a busy machine. Exits with 1
where the columns make fewer than 150,000 patient-years a second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date

from simcare.patients.life import Acceptance, accept, draw_candidates, load_hazards
from simcare.patients.life.acceptance import probabilities
from simcare.patients.population.drawing import Population, populate
from tests.patients.life.twin import live

MANY, PLANNED, FEW = 100_000, 10_000, 500
ASKED = 200_000
LIMIT = 150_000


def seconds(work: Callable[[], object], repeats: int = 7) -> float:
    """Return the least processor time of one run."""
    best = float("inf")
    for _ in range(repeats):
        started = time.process_time_ns()
        work()
        best = min(best, time.process_time_ns() - started)
    return best / 1e9


def people(count: int) -> Population:
    """Return the default population's first people, with the tables that life reads."""
    tables = ("patients", "conditions", "medications", "social_needs", "screens")
    return populate(count, seed=1, on=date(2026, 11, 23), tables=tables)


def main() -> int:
    """Print the figures; return 1 where the columns are too slow."""
    hazards = load_hazards()
    few = people(FEW)
    drawn = draw_candidates(few, 1)
    begun = int(accept(drawn).sum())
    if begun != len(live(few, 1, hazards)):
        print("the columns and the loops do not give the same episodes")
        return 1
    loops = FEW / seconds(lambda: live(few, 1, hazards), 3)
    print(f"{'patient-years a CPU second':<44}{'':>10}")
    print(f"  loops, one hazard of one patient at a time{loops:>12,.0f}")
    rates = {}
    for count in (PLANNED, MANY):
        panel = people(count)
        rates[count] = count / seconds(lambda panel=panel: accept(draw_candidates(panel, 1)))  # type: ignore[misc]
        print(f"  columns, {count:>7,} patients{rates[count]:>30,.0f}{rates[count] / loops:>8.0f} times the loops")
    whole = draw_candidates(people(MANY), 1)
    print(f"candidates a patient-year {len(whole) / MANY:.1f}, of which {probabilities(whole).mean():.0%} pass")
    acceptance = Acceptance(hazards)
    keys = list(
        zip(whole.hazard.tolist(), whole.facts.changing[whole.place].tolist(), whole.season.tolist(), strict=True)
    )
    ask = acceptance.probability
    each = seconds(lambda: [ask(*key) for key in keys[:ASKED]], 3) / ASKED
    print(f"one probability, asked when a candidate is reached: {each * 1e9:.0f} ns")
    return 1 if rates[MANY] < LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
