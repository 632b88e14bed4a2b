"""The latent Gaussian behind the conditions: read from `data/latent.csv` and `data/prevalence_cells.csv`, and drawn.

A person has a condition where the latent variable lies under the threshold of their sex and age band; how far under is
the severity. `tools/fit_comorbidity.py` made the numbers. Sums are added in a fixed order, element by element, so that
the same person is the same in every partition and on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from simcare.patients.population.columns import Floats, Whole
from simcare.patients.population.draws import Draws
from simcare.patients.population.mix import AGE_BANDS, Mix
from simcare.patients.tables import keyed, rows

BLOCK = 4096
DUAL = "dual"
CANCERS = ("cancer_breast", "cancer_colorectal", "cancer_lung", "cancer_prostate")
BANDS = ("65-69", "70-74", "75-79", "80-84", "85+")


@dataclass(frozen=True, slots=True)
class Latent:
    """One fit: for each variable the weights of the own normals before it and the thresholds by sex and age band."""

    variables: tuple[str, ...]
    weights: tuple[tuple[tuple[int, float], ...], ...]
    thresholds: Floats
    """(variable, sex: male 0 and female 1, age band of the fit 0-4)"""

    def draw(self, draws: Draws) -> Floats:
        """Draw the latent variables as (variable, person), each standard normal."""
        people = len(draws.who)
        found = np.empty((len(self.variables), people))
        for start in range(0, people, BLOCK):
            block = draws.among(np.arange(start, min(start + BLOCK, people)))
            own = [block.normal(f"latent.{name}") for name in self.variables]
            for at, parts in enumerate(self.weights):
                total = found[at, start : start + BLOCK]
                total[:] = own[at] * parts[-1][1]
                for other, weight in parts[:-1]:
                    total += own[other] * weight
        return found

    def correlation(self, a: str, b: str) -> float:
        """Return the correlation of two variables."""
        first = dict(self.weights[self.variables.index(a)])
        second = dict(self.weights[self.variables.index(b)])
        return sum(weight * second.get(at, 0.0) for at, weight in first.items())


@cache
def latent(fit: str) -> Latent:
    """Return a fit by name: planning or puf2010."""
    variables = tuple(dict.fromkeys(row["a"] for row in rows("latent") if row["fit"] == fit))
    at = {name: nth for nth, name in enumerate(variables)}
    weights: list[list[tuple[int, float]]] = [[] for _ in variables]
    for row in rows("latent"):
        if row["fit"] == fit and (abs(float(row["weight"])) >= 5e-4 or row["a"] == row["b"]):
            weights[at[row["a"]]].append((at[row["b"]], float(row["weight"])))
    thresholds = np.full((len(variables), 2, len(BANDS)), -np.inf)
    for row in rows("prevalence_cells"):
        if row["fit"] == fit:
            place = at[row["variable"]], int(row["sex"] == "female"), BANDS.index(row["age"])
            thresholds[place] = float(row["threshold"])
    return Latent(variables, tuple(tuple(parts) for parts in weights), thresholds)


@cache
def _condition_numbers(fit: str) -> tuple[int, ...]:
    """Return which variable each condition of conditions.csv is in a fit; -1 where the fit does not know it."""
    names = latent(fit).variables
    return tuple(names.index(key) if key in names else -1 for key in keyed("conditions"))


def limits(mix: Mix) -> Floats:
    """Return thresholds (condition of conditions.csv and last dual, sex, band) as the mix moves them.

    A condition that the fit does not know is -inf, so that nobody has it. Of `cancer_any4` the fit of 2010 knows no
    parts: its threshold stands at breast cancer in women and prostate cancer in men, the most common of the four.
    """
    fit = latent(mix.fit)
    found = np.full((len(keyed("conditions")) + 1, 2, len(BANDS)), -np.inf)
    moved = mix.conditions.sd if mix.conditions is not None else {}
    for at, (key, variable) in enumerate(zip(keyed("conditions"), _condition_numbers(mix.fit), strict=True)):
        if variable >= 0:
            found[at] = fit.thresholds[variable] + moved.get(key, 0.0) + moved.get("all", 0.0)
    if "cancer_any4" in fit.variables:
        any4 = fit.thresholds[fit.variables.index("cancer_any4")] + moved.get("all", 0.0)
        for sex, key in enumerate(("cancer_prostate", "cancer_breast")):
            found[list(keyed("conditions")).index(key), sex] = any4[sex]
    found[-1] = _dual_limits(mix, fit)
    return found


def conditions_under(mix: Mix, drawn: Floats, sex: Whole, band: Whole) -> Floats:
    """Return how far each condition lies under its threshold, as (condition, person); above 0 means to have it.

    The last row is dual status, in the same measure.
    """
    fit, bounds = latent(mix.fit), limits(mix)
    found = np.full((len(bounds), drawn.shape[1]), -np.inf)
    cell = sex.astype(np.intp) * len(BANDS) + band
    variables = [*_condition_numbers(mix.fit), fit.variables.index(DUAL)]
    for at, variable in enumerate(variables):
        if variable < 0 and "cancer_any4" in fit.variables and np.isfinite(bounds[at]).any():
            variable = fit.variables.index("cancer_any4")
        if variable >= 0:
            np.subtract(bounds[at].reshape(-1)[cell], drawn[variable], out=found[at])
    return found


def _dual_limits(mix: Mix, fit: Latent) -> Floats:
    """Return the thresholds of dual status, all moved by one step so that the mix has its share of duals."""
    ages, women = mix.ages.of(AGE_BANDS), mix.female.of(AGE_BANDS)
    shares = np.zeros((2, len(BANDS)))
    for at, (age, female) in enumerate(zip(ages, women, strict=True)):
        shares[:, min(at, len(BANDS) - 1)] += age * (1 - female), age * female
    base, wanted = fit.thresholds[fit.variables.index(DUAL)], mix.dual.percent / 100
    low, high = -9.0, 9.0
    for _ in range(60):
        middle = (low + high) / 2
        chances = [[0.5 * math.erfc(-(t + middle) / math.sqrt(2)) for t in row] for row in base]
        low, high = (middle, high) if float((shares * chances).sum()) < wanted else (low, middle)
    found: Floats = base + round((low + high) / 2, 6)
    return found
