"""Attempts and their rubric rows as CSV for a spreadsheet; made to be read by people, not to be imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from simcare.training.exporting import private_file
from simcare.training.faults import RecordError
from simcare.training.records import Attempt, Records

ATTEMPTS, ROWS = "attempts.csv", "rows.csv"
_ATTEMPT = (
    "id learner scenario variant seed exercise listener status started_at finished_at moves score passed parent "
    "branched_at left_why"
).split()
_DECISION = "expected level action verdict seconds credit confidence late confident_under".split()
_ROW = "id label kind domain points earned met critical detail".split()


def export_csv(records: Records, folder: Path, learner: str | None = None) -> tuple[int, int]:
    """Write attempts.csv and rows.csv into a folder, and return how many lines each has.

    UTF-8 with a byte order mark, which spreadsheets look for; times in UTC. A cell that a spreadsheet would take for a
    formula gets an apostrophe in front. Raises RecordError where the folder cannot be written.
    """
    attempts = records.attempts(learner)[::-1]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordError(f"{folder} cannot be made ({error.strerror}); name another folder") from error
    heading = [*_ATTEMPT, *(f"decision_{name}" for name in _DECISION)]
    lines = _write(folder / ATTEMPTS, heading, map(_attempt_cells, attempts))
    rows = _write(folder / ROWS, ["attempt", "learner", "scenario", "variant", *_ROW], _rubric_cells(attempts))
    return lines, rows


def _attempt_cells(attempt: Attempt) -> list[object]:
    decision: Mapping[str, Any] = (attempt.scorecard or {}).get("decision") or {}
    return [*(getattr(attempt, name) for name in _ATTEMPT), *(decision.get(name) for name in _DECISION)]


def _rubric_cells(attempts: Iterable[Attempt]) -> Iterator[list[object]]:
    for attempt in attempts:
        for row in (attempt.scorecard or {}).get("rows", ()):
            cells = (row.get(name) for name in _ROW)
            yield [attempt.id, attempt.learner, attempt.scenario, attempt.variant, *cells]


def _write(path: Path, heading: list[str], lines: Iterable[list[object]]) -> int:
    count = 0
    with private_file(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(heading)
        for cells in lines:
            writer.writerow(map(_cell, cells))
            count += 1
    return count


def _cell(value: object) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
