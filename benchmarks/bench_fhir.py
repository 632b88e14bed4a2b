"""Time writing FHIR bundles three ways, all in one run: `python benchmarks/bench_fhir.py`.

Templates (what `simcare.patients.fhir.bundles` does), the same builders' plain objects through orjson, and from those
objects through fhir.resources (its R4B, since it has no R4). Processor time on one core, for patients of a drawn
population whose bundles have about 77 resources. Exits with 1 where templates make fewer than 3,000 a second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import orjson
import pandas as pd
from fhir.resources.R4B.bundle import Bundle

from simcare.patients.fhir import bundle_objects, bundles
from simcare.patients.population.drawing import populate

DRAWN = 8_000
ABOUT_77 = range(70, 85)
GOAL, STRETCH = 3_000, 8_000
ON = date(2026, 10, 14)


@dataclass(frozen=True)
class Some:
    """Some patients of a population."""

    tables: Mapping[str, pd.DataFrame]
    on: date = ON

    def only(self, numbers: np.ndarray) -> Some:
        """Return the patients of these numbers."""
        return Some({name: rows[rows["patient"].isin(numbers)] for name, rows in self.tables.items()})

    def first(self, count: int) -> Some:
        """Return so many patients."""
        return self.only(self.tables["patients"]["patient"].to_numpy()[:count])


def main() -> int:
    """Print the figures; return 1 where templates are too slow."""
    drawn = Some(populate(DRAWN, seed=1, on=ON).tables)
    sizes = np.array([text.count(b'"fullUrl"') for text in bundles(drawn)])
    print(f"{DRAWN:,} patients drawn: {sizes.mean():.1f} resources a bundle, from {sizes.min()} to {sizes.max()}")
    numbers = drawn.tables["patients"]["patient"].to_numpy()
    panel = drawn.only(numbers[np.isin(sizes, ABOUT_77)])
    texts = list(bundles(panel.first(2_000)))
    resources = np.mean([text.count(b'"fullUrl"') for text in texts])
    print(f"timed on bundles of {resources:.1f} resources, {np.mean([len(text) for text in texts]) / 1e3:.1f} kB each")

    templates = rate(bundles, panel.first(2_000))
    plain = rate(plain_texts, panel.first(300))
    library = rate(library_texts, panel.first(20))
    for name, found in (("templates", templates), ("dict + orjson", plain), ("fhir.resources R4B", library)):
        print(f"{name:<20}{found:10,.0f} bundles a second; templates are {templates / found:.1f} times as fast")
    print(f"the goal is {GOAL:,} a second, the stretch {STRETCH:,}")
    return 0 if templates >= GOAL else 1


def plain_texts(panel: Some) -> Iterator[bytes]:
    """Yield bundles from the builders, without templates."""
    return map(orjson.dumps, bundle_objects(panel))


def library_texts(panel: Some) -> Iterator[str]:
    """Yield bundles from the builders through the classes of fhir.resources."""
    return (Bundle.model_validate(built).model_dump_json() for built in bundle_objects(panel))


def rate(write: Callable[[Some], Iterable[object]], panel: Some) -> float:
    """Return the bundles a second of processor time: the best of three runs after one that warms up."""
    seconds = []
    for _ in range(4):
        started = time.process_time_ns()
        count = sum(1 for _ in write(panel))
        seconds.append((time.process_time_ns() - started) / 1e9)
    return count / min(seconds[1:])


if __name__ == "__main__":
    sys.exit(main())
