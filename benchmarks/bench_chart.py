"""Time drawing a chart and turning it into rows: `python benchmarks/bench_chart.py`.

Prints processor time, the first chart (tables are read) apart from the rest. Exits with 1 where a later chart takes
5 ms or more on average.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial

from simcare.patients import PatientConstraints, draw_chart

CHARTS = 500
LIMIT_MS = 5.0
ON = date(2026, 10, 14)
SMALL = PatientConstraints(age=71, sex="female", conditions=("hypertension", "osteoarthritis"))
LARGE = PatientConstraints(
    age=(66, 92),
    sex="male",
    conditions=("diabetes_t2", "hypertension", "heart_failure", "chronic_kidney_disease", "copd", "depression", "gout"),
)


def milliseconds(work: Callable[[], object]) -> float:
    """Return the processor time of one run, in milliseconds."""
    started = time.process_time_ns()
    work()
    return (time.process_time_ns() - started) / 1e6


def main() -> int:
    """Print the figures; return 1 where a chart is too slow."""
    print(f"first chart      {milliseconds(partial(draw_chart, SMALL, seed=0, on=ON)):8.2f} ms")
    slow = False
    for name, wanted in (("2 conditions", SMALL), ("7 conditions", LARGE)):
        drawn = [milliseconds(partial(draw_chart, wanted, seed=seed, on=ON)) for seed in range(CHARTS)]
        chart = draw_chart(wanted, seed=1, on=ON)
        rows = [milliseconds(chart.as_json) for _ in range(CHARTS)]
        print(f"{name:<14}{statistics.mean(drawn):11.2f} ms a chart, {statistics.mean(rows):.2f} ms its rows")
        slow |= statistics.mean(drawn) >= LIMIT_MS
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
