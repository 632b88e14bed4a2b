"""Time populations, their FHIR and their lives, all in one run: `python benchmarks/patients.py [--million]`.

Prints processor time and the most memory of 100,000 patients with all tables to Parquet (limit 6 s and 1 GB, stretch
2.5 s), of reading them back, of picking a person for a scenario (100 ms) and of drawing one (100 ms); with --million,
of a million patients (90 s, 1 GB). Then what `bench_fhir` prints (bundles a second against dict + orjson and
fhir.resources) and what `life` prints (patient-years a second). Exits with 1 where a limit of any is passed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ON = date(2026, 11, 20)
LIMITS: dict[str, tuple[float, float]] = {
    "write": (6.0, 1024),
    "read": (6.0, 2048),
    "million": (90.0, 1024),
    "pick": (0.1, 1024),
    "person": (0.1, 1024),
}
"""Seconds of processor time and megabytes."""
OTHERS = {"FHIR": "benchmarks.bench_fhir", "Life": "benchmarks.life"}
ROOT = Path(__file__).resolve().parent.parent


def write(folder: Path, count: int = 100_000) -> str:
    """Write people with all tables to Parquet."""
    from simcare.patients.population.storage import generate

    generate(folder, count, seed=0, on=ON)
    size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    return f"{count:,} patients, {size / 1e6:.0f} MB"


def read(folder: Path) -> str:
    """Read what `write` wrote into frames."""
    from simcare.patients.population.storage import load

    return f"{sum(map(len, load(folder).tables.values())):,} rows"


def million(folder: Path) -> str:
    """Write a million."""
    return write(folder, 1_000_000)


def pick(folder: Path) -> str:
    """Pick a person for a scenario, the mean of ten after a first."""
    from simcare.patients import PatientConstraints
    from simcare.patients.population.picking import pick_chart

    wanted = PatientConstraints(age=(66, 90), sex="male", conditions=("diabetes_t2", "hypertension", "heart_failure"))
    return _mean(lambda seed: pick_chart(wanted, seed, ON))


def person(folder: Path) -> str:
    """Draw the chart of one person of a panel, the mean of ten after a first."""
    from simcare.patients.population.drawing import PopulationError
    from simcare.patients.population.person import draw_person

    def chart(seed: int) -> None:
        try:
            draw_person(0, seed=seed, on=ON)
        except PopulationError:
            # Not enrolled: known only when the person is drawn, so the time is the same.
            return

    return _mean(chart)


def _mean(work: Callable[[int], object]) -> str:
    work(0)
    started = time.process_time()
    for seed in range(1, 11):
        work(seed)
    return f"seconds {(time.process_time() - started) / 10:.4f}"


def measure(name: str, folder: str) -> int:
    """Do one piece of work in this process; print what it did, its processor time and the most memory."""
    started = time.process_time()
    told = globals()[name](Path(folder))
    seconds = time.process_time() - started
    if told.startswith("seconds "):
        seconds, told = float(told.split()[1]), "each"
    print(f"{seconds}|{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}|{told}")
    return 0


def main() -> int:
    """Print the figures; return 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--million", action="store_true", help="write a million patients too (about a minute)")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        return measure(*asked.measure)
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        for name in ("write", "read", "pick", "person", *(["million"] if asked.million else [])):
            place = str(Path(folder) / ("million" if name == "million" else "panel"))
            command = [sys.executable, __file__, "--measure", name, place]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().split("|")
            seconds, megabytes, limits = float(told[0]), float(told[1]), LIMITS[name]
            slow = slow or seconds > limits[0] or megabytes > limits[1]
            print(f"{name:8s} {seconds:8.3f} s of {limits[0]:g}   {megabytes:6.0f} MB of {limits[1]:g}   {told[2]}")
    for title, module in OTHERS.items():
        print(f"\n{title}", flush=True)
        slow = subprocess.run([sys.executable, "-m", module], cwd=ROOT, check=False).returncode != 0 or slow
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
