"""The two fits: what was fitted, what is shipped and what is drawn are one."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from simcare.patients.population.drawing import populate
from simcare.patients.population.draws import Draws
from simcare.patients.population.latent import DUAL, latent
from simcare.patients.population.panel import CONDITIONS
from simcare.patients.population.targets import Line, arrange, compare, counts, odds_ratios, prevalences
from simcare.patients.tables import rows

ON = date(2026, 11, 20)
PEOPLE = 200_000
FITS = ("planning", "puf2010")


def failed(lines: list[Line]) -> list[tuple[str, str, str, float, float]]:
    """Return the lines that do not hold, short enough to read."""
    return [(x.section, x.what, x.among, x.published, round(x.found, 3)) for x in lines if x.holds is False]


def test_fit_a_meets_margins_odds_ratios_and_counts_at_once() -> None:
    """The people of 2010: prevalence by sex, age and dual, 55 odds ratios within 15 %, counts within a point."""
    people = arrange(populate(PEOPLE, seed=0, on=ON, mix="puf2010", tables=["conditions"]))
    lines = [*prevalences(people), *odds_ratios(people), *counts(people)]
    held = [line.section for line in lines if line.holds is not None]
    assert {kind: held.count(kind) for kind in set(held)} == {"prevalence": 101, "adjusted odds ratio": 55, "count": 9}
    assert failed(lines) == []


@pytest.mark.slow
def test_fit_b_meets_the_planning_margins_by_sex_and_by_age() -> None:
    """The default panel: all 36 conditions by sex and by age, each within 5 % or three standard errors."""
    people = arrange(populate(PEOPLE, seed=0, on=ON, tables=["conditions"]))
    lines = list(prevalences(people))
    assert len([line for line in lines if line.holds is not None]) == 36 * 6
    assert failed(lines) == []


def test_social_needs_are_as_common_as_the_table_says() -> None:
    """Each need is met within 5 % or three standard errors in the default panel."""
    lines = compare(populate(20_000, seed=0, on=ON))
    assert failed([line for line in lines if line.section == "social need"]) == []


@pytest.mark.parametrize("fit", FITS)
def test_weights_are_the_factor_of_the_correlations(fit: str) -> None:
    """The shipped weights give the shipped correlations, and every variable has variance 1."""
    names = latent(fit).variables
    weights, told = np.zeros((len(names), len(names))), np.eye(len(names))
    for row in rows("latent"):
        if row["fit"] == fit:
            i, j = names.index(row["a"]), names.index(row["b"])
            weights[i, j], told[i, j], told[j, i] = (
                float(row["weight"]),
                float(row["correlation"]),
                float(row["correlation"]),
            )
    assert np.abs(weights @ weights.T - told).max() < 2e-4


@pytest.mark.parametrize("fit", FITS)
def test_thresholds_are_the_quantiles_of_the_percents(fit: str) -> None:
    """A threshold leaves the percent of its cell under it."""
    for row in rows("prevalence_cells"):
        if row["fit"] == fit:
            assert norm.cdf(float(row["threshold"])) * 100 == pytest.approx(float(row["percent"]), abs=2e-4)


@pytest.mark.parametrize("fit", FITS)
def test_what_is_drawn_has_the_correlations(fit: str) -> None:
    """The drawn latent variables are standard normal and correlated as shipped."""
    model = latent(fit)
    drawn = model.draw(Draws(5, np.arange(60_000)))
    assert np.abs(drawn.std(axis=1) - 1).max() < 0.015
    found = np.corrcoef(drawn)
    told = [[model.correlation(a, b) for b in model.variables] for a in model.variables]
    assert np.abs(found - told).max() < 0.025


def test_a_block_changes_no_latent_variable() -> None:
    """A person's latent variables are the same bits in a block of one and in a block of thousands."""
    model = latent("planning")
    many, one = model.draw(Draws(1, np.arange(9000))), model.draw(Draws(1, np.arange(8999, 9000)))
    assert (many[:, 8999] == one[:, 0]).all()


def test_planning_takes_the_dependence_of_2010() -> None:
    """What the file of 2010 knows of a pair is what the default panel has, to the precision of the completion."""
    old, new = latent("puf2010"), latent("planning")
    shared = [name for name in old.variables if name in CONDITIONS or name == DUAL]
    off = [abs(old.correlation(a, b) - new.correlation(a, b)) for a in shared for b in shared]
    assert max(off) < 0.01


def test_a_line_can_fail() -> None:
    """People whose conditions were dealt out anew fail both odds ratios and margins."""
    drawn = populate(40_000, seed=0, on=ON, mix="puf2010", tables=["conditions"])
    rng = np.random.default_rng(2)
    mixed = drawn.conditions.assign(patient=rng.permutation(drawn.conditions["patient"].to_numpy())).sort_values(
        "patient"
    )
    people = arrange(type(drawn)(0, "puf2010", ON, 0, {"patients": drawn.patients, "conditions": mixed}))
    assert len(failed(list(odds_ratios(people)))) > 30
    assert len(failed(list(prevalences(people)))) > 30


@pytest.mark.slow
def test_the_fitting_program_gives_the_shipped_numbers() -> None:
    """Fitting anew from the published tables gives what is shipped, but for the last digits of another machine."""
    root = Path(__file__).resolve().parents[3]
    told = subprocess.run(
        [sys.executable, "tools/fit_comorbidity.py", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (0, "up to date\n")
