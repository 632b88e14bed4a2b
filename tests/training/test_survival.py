"""A program that is killed loses nothing it said it had recorded."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from simcare.training.records import Attempt, Records

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.Popen[str]]

APPEND_FOREVER = """
import itertools, sys
from simcare.training.records import Records

records = Records.open(sys.argv[1])
for nth in itertools.count():
    records.append(sys.argv[2], nth, {"say": "ask_med_dose", "seconds": nth, "text": "x" * 500})
    print(nth, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 100])
def test_moves_that_were_acknowledged_outlive_kill_9(
    url: str, begin: Callable[..., Attempt], python: Run, acknowledged: int
) -> None:
    """After SIGKILL while appending, every acknowledged move is there, none is torn, and the next one fits."""
    with Records.open(url) as records:
        attempt = begin(records)
        process = python(APPEND_FOREVER, url, attempt.id)
        assert process.stdout is not None
        seen = [int(process.stdout.readline()) for _ in range(acknowledged)]
        process.kill()
        rest, _ = process.communicate()
        assert process.returncode in (-getattr(signal, "SIGKILL", 9), 1)
        # A number that was cut off in the pipe was not received, so it was not acknowledged.
        seen += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        moves = records.moves(attempt.id)
        assert len(seen) <= len(moves), "an acknowledged move is lost"
        assert moves == [{"say": "ask_med_dose", "seconds": nth, "text": "x" * 500} for nth in range(len(moves))]
        records.append(attempt.id, len(moves), {"say": "close_call", "seconds": 5})


def test_a_file_copied_with_its_log_after_a_kill_is_whole(
    tmp_path: Path, sqlite_url: str, begin: Callable[..., Attempt], python: Run
) -> None:
    """What a crash leaves on the disk, file and write-ahead log, opens elsewhere with every acknowledged move."""
    with Records.open(sqlite_url) as records:
        attempt = begin(records)
    process = python(APPEND_FOREVER, sqlite_url, attempt.id)
    assert process.stdout is not None
    seen = [int(process.stdout.readline()) for _ in range(25)]
    process.kill()
    process.communicate()
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("records.sqlite", "records.sqlite-wal"):
        (moved / name).write_bytes((tmp_path / name).read_bytes())
    with sqlite3.connect(moved / "records.sqlite") as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found.close()
    with Records.open(f"sqlite:///{moved.as_posix()}/records.sqlite") as records:
        assert [move["seconds"] for move in records.moves(attempt.id)][: len(seen)] == seen
