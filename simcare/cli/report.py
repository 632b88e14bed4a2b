"""A report on a terminal: one line for each section where all is well, every line that does not hold, what is shown."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from simcare.patients.report import Line, Report

TITLES = {
    "rule": "What must never be",
    "prevalence": "Conditions by sex, age and dual status",
    "adjusted odds ratio": "Pairs of conditions, adjusted for sex and age",
    "odds ratio": "Pairs of conditions",
    "count": "How many conditions people have",
    "combination": "Conditions that come together",
    "social need": "Social needs",
    "adherence": "Adherence",
    "mood": "Mood",
    "medicine": "Medicines by condition",
    "episode": "Episodes in a year",
}
BESIDE = ("count", "combination", "adherence", "mood")
"""Sections that are shown beside the published numbers even where they are not asked for."""
ONE_AGE = ("65-74", "75-84", "85+")
"""Groups that only the whole report shows."""


def print_report(report: Report, *, every: bool = False) -> None:
    """Print a report, or with `every` all its lines."""
    console = Console(width=None if sys.stdout.isatty() else 132, highlight=False)
    console.print(f"{report.count:,} patients, mix {report.mix}, seed {report.seed}, seen on {report.on}\n")
    console.print(_summary(report))
    for title, lines in (("Does not hold", report.failed), ("Beside what is published", _beside(report))):
        if lines and not every:
            console.print(_table(title, lines))
    if every:
        console.print(_table("Every line", report.lines))
    held = sum(line.holds is not None for line in report.lines)
    if report.passed:
        console.print(f"All {held:,} lines hold.")
    else:
        console.print(f"{len(report.failed):,} of {held:,} lines do not hold: these are not the people of the tables.")
    hidden = "" if every else " Every line: --all."
    console.print(f"Patients who do not exist. Training material, not a clinical protocol.{hidden}")


def _summary(report: Report) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name, side in (("", "left"), ("pass", "right"), ("fail", "right"), ("shown", "right"), ("table", "left")):
        table.add_column(name, justify=side)  # type: ignore[arg-type]  # left or right
    for section, title in TITLES.items():
        lines = [line for line in report.lines if line.section == section]
        if lines:
            counts = [sum(line.verdict == verdict for line in lines) for verdict in ("pass", "fail", "shown")]
            fails = f"[bold red]{counts[1]}[/]" if counts[1] else "0"
            tables = ", ".join(dict.fromkeys(line.table for line in lines))
            table.add_row(title, str(counts[0]), fails, str(counts[2]), tables)
    return table


def _beside(report: Report) -> tuple[Line, ...]:
    return tuple(
        line for line in report.lines if line.section in BESIDE and line.holds is None and line.among not in ONE_AGE
    )


def _table(title: str, lines: Iterable[Line]) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for name in ("what", "among"):
        table.add_column(name, overflow="fold")
    for name in ("published", "found", "within"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("unit", "", "table", "confidence"):
        table.add_column(name, overflow="fold")
    for line in lines:
        found = "nobody" if line.found is None else _number(line.found)
        verdict = f"[bold red]{line.verdict}[/]" if line.holds is False else line.verdict
        numbers = _number(line.published), found, _number(line.allowed)
        table.add_row(line.what, line.among, *numbers, line.unit, verdict, line.table, line.confidence)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.3g}"
