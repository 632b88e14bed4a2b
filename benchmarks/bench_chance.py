"""How fast a keyed draw is: one at a time, in columns, and beside NumPy's unkeyed generator.

Run `python benchmarks/bench_chance.py`. Figures are of processor time, the best of some repeats; compare the ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from simcare import chance

SINGLE = 20_000
COLUMN = 1_000_000


def nanoseconds(work: Callable[[], object], draws: int, repeats: int = 7) -> float:
    """Return the least processor time of one draw, in nanoseconds."""
    best = float("inf")
    for _ in range(repeats):
        started = time.process_time_ns()
        work()
        best = min(best, time.process_time_ns() - started)
    return best / draws


def main() -> None:
    """Print one row for each kind of draw."""
    generator = np.random.default_rng(1)
    who = np.arange(COLUMN)
    kinds: list[tuple[str, Callable[..., float], Callable[..., object], Callable[[int], object]]] = [
        ("uniform", chance.uniform, chance.uniforms, generator.random),
        ("normal", chance.normal, chance.normals, generator.standard_normal),
        ("exponential", chance.exponential, chance.exponentials, generator.standard_exponential),
    ]
    print(f"{'ns a draw':<12}{'single':>10}{'column':>10}{'NumPy':>10}{'single/column':>16}{'column/NumPy':>15}")
    for name, one, many, numpy_draw in kinds:
        single = nanoseconds(lambda one=one: [one(1, "bench", at) for at in range(SINGLE)], SINGLE)
        column = nanoseconds(lambda many=many: many(1, "bench", who), COLUMN)
        unkeyed = nanoseconds(lambda numpy_draw=numpy_draw: numpy_draw(COLUMN), COLUMN)
        ratios = f"{single / column:>16.0f}{column / unkeyed:>15.1f}"
        print(f"{name:<12}{single:>10.0f}{column:>10.1f}{unkeyed:>10.1f}{ratios}")


if __name__ == "__main__":
    main()
