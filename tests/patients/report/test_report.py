"""The report: sound people pass at any size, damaged ones fail, and every line says where its number is from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simcare.patients.population.drawing import Population, PopulationError, populate
from simcare.patients.population.storage import generate
from simcare.patients.population.targets import compare
from simcare.patients.report import Report, report_on, report_on_folder
from simcare.patients.tables import TABLES, keyed

ON = date(2026, 11, 20)
WORDS = {"verified", "derived", "recalled", "assumption", "rule"}


@pytest.fixture(scope="module")
def people() -> Population:
    """A modest default panel."""
    return populate(4_000, seed=1, on=ON)


@pytest.fixture(scope="module")
def report(people: Population) -> Report:
    """Its report."""
    return report_on(people)


def shuffled(people: Population, table: str, column: str) -> Population:
    """Return the people with one column of one table in another order."""
    rows = people.tables[table]
    order = np.random.default_rng(list(f"{table}.{column}".encode())).permutation(len(rows))
    mixed = rows[column].iloc[order].set_axis(rows.index)
    return replace(people, tables={**people.tables, table: rows.assign(**{column: mixed})})


def failed(people: Population) -> set[str]:
    """Return the sections in which a line does not hold."""
    return {line.section for line in report_on(people).failed}


def test_a_modest_panel_passes(report: Report) -> None:
    """People as they are drawn pass every line, although chance moves few of them further."""
    assert [(line.section, line.what, line.among, line.found) for line in report.failed] == []


@pytest.mark.slow
@pytest.mark.parametrize("mix", ["puf2010", "rural", "urban", "frail", "dual_heavy"])
@pytest.mark.parametrize("count", [0, 1, 300])
def test_a_small_panel_of_any_mix_passes(mix: str, count: int) -> None:
    """Nobody, one person and a few hundred of each mix pass: judged by what chance allows so few."""
    report = report_on(populate(count, seed=2, on=ON, mix=mix))
    assert [(line.section, line.what, line.found, line.allowed) for line in report.failed] == []


@pytest.mark.slow
def test_every_part_of_the_report_is_there(report: Report) -> None:
    """Margins, odds ratios, counts, triads, needs, medicines, rules and lives each have their lines."""
    counted = pd.Series([line.section for line in report.lines]).value_counts()
    assert counted["prevalence"] == 36 * 6 and counted["adjusted odds ratio"] == 55 and counted["combination"] == 10
    assert counted["episode"] == len(keyed("hazards")) + 2
    assert {"rule", "count", "social need", "medicine", "adherence", "mood"} <= set(counted.index)


def test_every_line_names_its_table_and_confidence(report: Report) -> None:
    """A line names a file that is there, its source, and one of the words of confidence."""
    tables = {f"{name}.csv" for name in TABLES} | {"population/plausible.py"}
    assert {line.table for line in report.lines} <= tables
    assert {word for line in report.lines for word in WORDS if word in line.confidence} <= WORDS
    assert [line.what for line in report.lines if not line.source or not any(w in line.confidence for w in WORDS)] == []


def test_what_is_not_forced_is_shown_without_a_verdict(report: Report) -> None:
    """The default panel's counts, triads and odds ratios stand beside the published ones and cannot fail."""
    shown = {"count", "combination", "adjusted odds ratio", "odds ratio"}
    assert {line.holds for line in report.lines if line.section in shown} == {None}


def test_the_people_of_2010_are_held_to_all_three() -> None:
    """Fit A is asked for its margins, its 55 odds ratios and its counts."""
    report = report_on(populate(2_000, seed=1, on=ON, mix="puf2010"))
    asked = pd.Series([line.section for line in report.lines if line.holds is not None]).value_counts()
    assert (asked["prevalence"], asked["adjusted odds ratio"], asked["count"]) == (101, 55, 9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "column", "section"),
    [
        ("patients", "sex", "prevalence"),
        ("patients", "age", "prevalence"),
        ("conditions", "patient", "rule"),
        ("medications", "medication", "rule"),
        ("patients", "patient", "rule"),
        ("patients", "egfr", "rule"),
        ("social_needs", "patient", "rule"),
    ],
)
def test_one_shuffled_column_is_found(people: Population, table: str, column: str, section: str) -> None:
    """Whichever column was dealt out anew, a line does not hold."""
    assert section in failed(shuffled(people, table, column))


def test_a_population_shuffled_by_column_fails_everywhere(people: Population) -> None:
    """With every column dealt out anew, rules, margins and lives fail, and nothing breaks."""
    mixed = people
    for name, rows in people.tables.items():
        for column in rows.columns:
            mixed = shuffled(mixed, name, column)
    assert {"rule", "prevalence", "medicine"} <= failed(mixed)


def test_missing_people_are_a_line_and_no_error(people: Population) -> None:
    """Where a patient is missing the rows cannot be in order, which the report says."""
    patients = people.patients.drop(index=[7, 8])
    report = report_on(replace(people, tables={**people.tables, "patients": patients}))
    assert not report.passed and {line.section for line in report.failed} == {"rule"}


@pytest.mark.slow
def test_the_dependence_of_2010_is_judged() -> None:
    """Conditions dealt out within sex and age keep those margins and lose odds ratios, counts and dual status."""
    people = populate(
        30_000, seed=1, on=ON, mix="puf2010", tables=["conditions", "medications", "social_needs", "screens"]
    )
    rng, parts = np.random.default_rng(4), []
    held = people.conditions.merge(people.patients[["patient", "sex", "age"]], on="patient")
    for (sex, age), of_cell in held.groupby(["sex", "age"], observed=True):
        cell = people.patients[(people.patients["sex"] == sex) & (people.patients["age"] == age)]["patient"].to_numpy()
        for _, rows in of_cell.groupby("condition", observed=True):
            parts.append(rows.assign(patient=rng.choice(cell, len(rows), replace=False)))
    mixed = pd.concat(parts)[people.conditions.columns].sort_values("patient", kind="stable")
    lines = compare(replace(people, tables={**people.tables, "conditions": mixed}))
    lost = {(line.section, line.among) for line in lines if line.holds is False}
    assert lost == {("adjusted odds ratio", "all"), ("count", "65+"), ("prevalence", "dual"), ("prevalence", "nondual")}


@pytest.mark.slow
@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_a_population_on_disk_has_the_report_of_the_one_in_memory(
    people: Population, report: Report, tmp_path: Path, format: str
) -> None:
    """Partitions change no line, whatever the format; progress reaches the number of people."""
    generate(tmp_path / "p", len(people), seed=1, on=ON, partition=1_500, format=format)  # type: ignore[arg-type]
    seen: list[tuple[int, int]] = []
    assert report_on_folder(tmp_path / "p", lambda done, of: seen.append((done, of))) == report
    assert seen == [(1500, 4000), (3000, 4000), (4000, 4000)]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A missing, cut-off or strange file of a table is told with its folder and a remedy."""
    for damage in ("unlink", "cut", "other"):
        folder = tmp_path / damage
        generate(folder, 50, seed=1, on=ON)
        file = folder / "people-0000000" / "conditions.parquet"
        if damage == "unlink":
            file.unlink()
        elif damage == "cut":
            file.write_bytes(file.read_bytes()[:100])
        else:
            pd.DataFrame({"patient": ["x"]}).to_parquet(file)
        with pytest.raises(PopulationError, match=r"the table conditions cannot be read .*, generate it again"):
            report_on_folder(folder)
