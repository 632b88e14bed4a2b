"""A program's own CSV files, read strictly: every wrong cell has its file, line and remedy, and all are told at once.

What a file is for lives with who uses it: licenses, profiles and skills in `basis`, history in `calibration`.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from simcare.documents import DocumentError, Problem

Cell = str | float | int | date | datetime | None
Reader = Callable[[str], Cell]
"""Turns the text of a cell into its value; raises ValueError with "fact; remedy"."""
MOST_ROWS = 5_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: how a cell is read, and whether file and cell may do without."""

    name: str
    read: Reader
    needed: bool = True
    may_be_empty: bool = False


def read_csv(path: Path, columns: Sequence[Column], *, more: bool = False) -> list[Mapping[str, Cell]]:
    """Return the rows of a UTF-8 CSV file with a header line; `more` lets other columns stand, which are left out.

    An empty cell is None where it may be. Raises DocumentError with all that is wrong, up to twenty findings.
    """
    name = path.as_posix()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        remedy = "check the name; it is sought beside the plan"
        raise DocumentError([Problem(name, 1, 1, "D101", f"there is no file '{name}'", remedy)]) from None
    except (OSError, UnicodeDecodeError) as error:
        fact = f"the file cannot be read: {error}"
        raise DocumentError([Problem(name, 1, 1, "D102", fact, "save it as a CSV file in UTF-8")]) from None
    reader = csv.DictReader(text.splitlines())
    problems = [
        Problem(name, 1, 1, "P210", fact, remedy)
        for fact, remedy in _header(list(reader.fieldnames or ()), columns, more)
    ]
    if problems:
        raise DocumentError(problems)
    found: list[Mapping[str, Cell]] = []
    for row in reader:
        if len(found) >= MOST_ROWS:
            problems.append(Problem(name, reader.line_num, 1, "P211", f"more than {MOST_ROWS:,} rows", "split it"))
            break
        values: dict[str, Cell] = {}
        for column in columns:
            if column.name not in row:
                continue
            try:
                values[column.name] = _cell(column, row[column.name] or "")
            except ValueError as error:
                fact, _, remedy = str(error).partition("; ")
                problems.append(Problem(name, reader.line_num, 1, "P211", f"{column.name}: {fact}", remedy))
        found.append(values)
        if len(problems) >= 20:
            break
    if problems:
        raise DocumentError(problems)
    return found


def text(cell: str) -> Cell:
    """Read any text."""
    return cell


def one_of(*words: str) -> Reader:
    """Read one of some words."""

    def read(cell: str) -> Cell:
        if cell not in words:
            near = get_close_matches(cell, words, n=1)
            raise ValueError(
                f"'{cell}' is not known; " + (f"did you mean '{near[0]}'?" if near else f"use {', '.join(words)}")
            )
        return cell

    return read


def number(least: float = -math.inf, most: float = math.inf) -> Reader:
    """Read a number between two bounds."""

    def read(cell: str) -> Cell:
        try:
            value = float(cell)
        except ValueError:
            raise ValueError(f"'{cell}' is no number; write one such as 0.45") from None
        if not (least <= value <= most and math.isfinite(value)):
            raise ValueError(f"{cell} is not from {least:g} to {most:g}; change it")
        return value

    return read


def moment(cell: str) -> Cell:
    """Read a day and time of the program's zone, such as 2026-03-02 09:15 or 2026-03-02T09:15:30."""
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"'{cell}' is no day and time; write it as 2026-03-02 09:15") from None
    return found.replace(tzinfo=None)


def _header(names: list[str], columns: Sequence[Column], more: bool) -> Iterator[tuple[str, str]]:
    known = [column.name for column in columns]
    for column in columns:
        if column.needed and column.name not in names:
            near = get_close_matches(column.name, [name for name in names if name not in known], n=1)
            remedy = f"rename '{near[0]}'" if near else "add it to the first line"
            yield f"the column '{column.name}' is missing", remedy
    if not more:
        for name in names:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                remedy = f"did you mean '{near[0]}'?" if near else f"the columns are {', '.join(known)}"
                yield f"unknown column '{name}'", remedy


def _cell(column: Column, cell: str) -> Cell:
    cell = cell.strip()
    if not cell:
        if column.may_be_empty:
            return None
        raise ValueError("the cell is empty; write a value")
    return column.read(cell)
