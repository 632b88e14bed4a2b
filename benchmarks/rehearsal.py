"""How long it takes to rehearse the whole library: every player, play and probe on every variant.

Prints processor seconds and the seconds on the wall for two processes, and the slowest variants. Exits with 1 where
the processor time of all is more than two idle cores give in 60 seconds, or where a scenario has findings.
"""

from __future__ import annotations

import sys
import time

from simcare.calls.rehearsal import all_findings, rehearse_deeply
from simcare.scenarios.library import load_library

LIMIT_CPU_SECONDS = 120.0


def main() -> int:
    """Print the figures; return 1 where they are too large."""
    scenarios = [document.value for document in load_library().values()]
    each: list[tuple[float, str, str]] = []
    found: list[str] = []
    for scenario in scenarios:
        rehearsals = []
        for variant in scenario.variants:
            began = time.process_time()
            rehearsals += rehearse_deeply([scenario], variants=[variant])[0]
            each.append((time.process_time() - began, scenario.id, variant))
        found += [f"{scenario.id}: {sentence}" for sentence in all_findings(scenario, rehearsals)]
    total = sum(seconds for seconds, _, _ in each)
    print(f"{len(scenarios)} calls, {len(each)} variants: {total:.1f} processor seconds on one process")
    for seconds, name, variant in sorted(each, reverse=True)[:5]:
        print(f"  {seconds:5.2f}  {name} {variant}")
    began = time.perf_counter()
    rehearse_deeply(scenarios, processes=2)
    print(f"two processes: {time.perf_counter() - began:.1f} seconds on the wall")
    for sentence in found:
        print(f"finding: {sentence}")
    return 1 if total > LIMIT_CPU_SECONDS or found else 0


if __name__ == "__main__":
    sys.exit(main())
