"""Time the recording of a move against a bare sqlite3 insert with the same settings.

Run `python benchmarks/bench_records.py`. Both write the same move to the same disk in turns, so that a busy machine
slows both and the ratio stays meaningful. Exits with 1 where recording
adds 5 ms or more to the bare insert: a slow disk is not ours to mend.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from simcare.training.records import Records

MOVES = 500
LIMIT_MS = 5.0
MOVE = {"say": "ask_med_dose", "seconds": 20, "text": "How many of the little white ones did you take, Mrs. Boyd?"}


def bare_insert(path: Path) -> Callable[[int], None]:
    """Return what appends one move with nothing but the driver, as durable as the records."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE moves (attempt TEXT, nth INTEGER, body TEXT, PRIMARY KEY (attempt, nth))")

    def append(nth: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO moves VALUES (?, ?, ?)", ("0" * 32, nth, json.dumps(MOVE)))
        connection.execute("COMMIT")

    return append


def recorded(records: Records) -> Callable[[int], None]:
    """Return what appends one move to an attempt of its own."""
    attempt = records.start(
        "Bench", "sore-knees", "benign", 1, scenario_text="s", policy_text="p", intents_text="i", listener="none"
    )
    return lambda nth: records.append(attempt.id, nth, MOVE)


def milliseconds(append: Callable[[int], None], nth: int) -> float:
    """Return how long one append took."""
    started = time.perf_counter()
    append(nth)
    return (time.perf_counter() - started) * 1000


def main() -> int:
    """Print both and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        bare = bare_insert(Path(folder) / "bare.sqlite")
        with Records.open(f"sqlite:///{folder}/records.sqlite") as records:
            append = recorded(records)
            pairs = [(milliseconds(bare, nth), milliseconds(append, nth)) for nth in range(MOVES)]
    columns = [sorted(column) for column in zip(*pairs, strict=True)]
    for name, column in zip(("bare sqlite3 insert", "Records.append"), columns, strict=True):
        print(f"{name:20} median {statistics.median(column):6.3f} ms   95 % {column[int(MOVES * 0.95)]:6.3f} ms")
    bare_ms, recorded_ms = map(statistics.median, columns)
    print(f"{'ratio of medians':20} {recorded_ms / bare_ms:.1f}")
    return 0 if recorded_ms - bare_ms < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
