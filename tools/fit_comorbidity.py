"""Fit the latent Gaussian behind the conditions, and write it to the data: `python tools/fit_comorbidity.py`.

`puf2010`: eleven conditions of the CMS file of 2010 and dual status; each adjusted odds ratio gives one correlation, by
inversion within cells of sex and age. `planning`: all 36 conditions with those correlations and, for 45 more pairs,
ones of recalled or derived odds ratios. For a pair that nothing is published of, that of maximum entropy: no dependence
beyond what the published imply. Writes `prevalence_cells.csv` (thresholds) and `latent.csv` (correlations, and weights:
their lower Cholesky factor); `--check` compares.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import owens_t
from scipy.stats import norm

from simcare import chance
from simcare.patients.population.mix import AGE_BANDS, read_mix
from simcare.patients.tables import keyed, rows

Floats = NDArray[np.float64]
DATA = Path(__file__).resolve().parent.parent / "simcare" / "patients" / "data"
BANDS = ("65-69", "70-74", "75-79", "80-84", "85+")
SEXES = ("male", "female")
CANCERS = ("cancer_breast", "cancer_colorectal", "cancer_lung", "cancer_prostate")
DUAL = "dual"
DUAL_PERCENT: Mapping[str, Mapping[str, float]] = {
    "sex": {"male": 0.80, "female": 1.15},
    "age": {"65-69": 0.95, "70-74": 0.92, "75-79": 0.97, "80-84": 1.05, "85+": 1.25},
}
"""Dual share of a group relative to all: women and the oldest more often, sizes assumed."""
MIXES = {"puf2010": "puf2010", "planning": "default"}
FIRM, SOFT = 4000.0, 150.0
"""How firmly a measured and a recalled correlation is held against the entropy of the whole."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is known of a pair: its latent correlation, the odds ratio it came from, and how firmly it is held."""

    correlation: float
    odds_ratio: float | None
    firmness: float
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Fit:
    """One fit: shares of the cells (sex x band), prevalences by variable and cell, known pairs, all correlations."""

    name: str
    variables: tuple[str, ...]
    cells: Floats
    prevalence: Mapping[str, Floats]
    pairs: Mapping[tuple[str, str], Pair]
    correlations: Floats


def cells_of(mix: str) -> Floats:
    """Return the shares of sex x age band (2, 5) in a mix; 85-89 and 90+ are one band here."""
    chosen = read_mix(mix)
    ages, women = np.array(chosen.ages.of(AGE_BANDS)), np.array(chosen.female.of(AGE_BANDS))
    female, male = ages * women, ages * (1 - women)
    return np.stack([np.r_[part[:4], part[4] + part[5]] for part in (male, female)])


def spread(by_sex: Floats, by_age: Floats, total: float, cells: Floats, bands: tuple[int, ...]) -> Floats:
    """Return prevalences (2, 5) whose margins are those by sex and by age, additive in probits.

    Margins that add up to different totals are first moved to one, so that each stays inside its tolerance as far as it
    can. `bands` tells the age group of each band.
    """
    groups = np.stack([cells[:, np.array(bands) == g].sum(1) for g in range(len(by_age))], axis=1)
    sex_total, age_total = by_sex @ cells.sum(1), by_age @ groups.sum(0)
    middle = _middle(
        [(sex_total, by_sex, cells.sum(1)), (age_total, by_age, groups.sum(0)), (total, np.array([total]), np.ones(1))]
    )
    by_sex, by_age = by_sex * middle / sex_total, by_age * middle / age_total
    of_sex, of_age = np.full(2, -12.0), np.zeros(len(by_age))
    for _ in range(80):
        for s in np.flatnonzero(by_sex > 0):
            share = groups[s] / groups[s].sum()
            of_sex[s] = brentq(lambda x, w=share, s=s: w @ norm.cdf(x + of_age) - by_sex[s], -9, 6)
        for g in range(len(by_age)):
            share = groups[:, g] / groups[:, g].sum()
            of_age[g] = brentq(lambda x, w=share, g=g: w @ norm.cdf(of_sex + x) - by_age[g], -9, 9)
    found = norm.cdf(of_sex[:, None] + of_age[None, :])[:, list(bands)]
    found[by_sex <= 0] = 0.0
    return np.asarray(found)


def _middle(margins: list[tuple[float, Floats, Floats]]) -> float:
    """Return the total nearest to all margins, each measured by the room it has at 200,000 people.

    A margin is (its total, its shares, the sizes of its groups); its room is the 5 percent or 3 standard errors within
    which it must be met, less 2.2 standard errors that chance may take.
    """
    tried = np.exp(np.linspace(-0.1, 0.1, 4001)) * margins[0][0]
    worst = np.zeros_like(tried)
    for total, shares, sizes in margins:
        share, size = shares[shares > 0], sizes[shares > 0]
        error = np.sqrt((1 - share) / (share * size * 200_000))
        room = (np.maximum(0.05, 3 * error) - 2.2 * error).min()
        worst = np.maximum(worst, np.abs(np.log(tried / total)) / room)
    return float(tried[worst.argmin()])


def both(p: Floats, q: Floats, r: float) -> Floats:
    """Return the chance of having both of two conditions with prevalences p and q at latent correlation r."""
    h, k = (
        np.where(np.abs(t) < 1e-10, 1e-10, t) for t in (norm.ppf(np.clip(p, 1e-12, 1)), norm.ppf(np.clip(q, 1e-12, 1)))
    )
    s = np.sqrt(1 - r * r)
    joint = (norm.cdf(h) + norm.cdf(k)) / 2 - owens_t(h, (k - r * h) / (h * s)) - owens_t(k, (h - r * k) / (k * s))
    return np.asarray(joint - np.where(h * k > 0, 0.0, 0.5))


def adjusted_odds_ratio(p: Floats, q: Floats, r: float, cells: Floats) -> float:
    """Return the Mantel-Haenszel odds ratio over the cells."""
    a = both(p, q, r)
    return float((cells * a * (1 - p - q + a)).sum() / (cells * (p - a) * (q - a)).sum())


def crude_odds_ratio(p: Floats, q: Floats, r: float, cells: Floats) -> float:
    """Return the odds ratio of all cells together."""
    a, p_all, q_all = (cells * both(p, q, r)).sum(), (cells * p).sum(), (cells * q).sum()
    return float(a * (1 - p_all - q_all + a) / ((p_all - a) * (q_all - a)))


def fit_puf() -> Fit:
    """Fit the eleven conditions of 2010 and dual status."""
    cells = cells_of(MIXES["puf2010"])
    margins = _margins("puf2010")
    margins["cancer_any4"] = _cancer_margins(margins["cancer_any4"]["all"])
    prevalence = {
        key: spread(_by(m, SEXES), _by(m, BANDS), m["all"], cells, (0, 1, 2, 3, 4)) for key, m in margins.items()
    }
    prevalence[DUAL] = _dual_cells(read_mix(MIXES["puf2010"]).dual.percent / 100, cells)
    variables = (DUAL, *margins)
    slack = _slack(variables, cells, prevalence, margins)
    pairs = _puf_pairs(cells, prevalence, margins, slack)
    return Fit("puf2010", variables, cells, prevalence, pairs, complete(variables, pairs))


def fit_planning(puf: Fit) -> Fit:
    """Fit all conditions: planning prevalences with the dependence of the 2010 file and recalled pairs."""
    cells = cells_of(MIXES["planning"])
    groups = ("65-74", "75-84", "85+")
    margins = _margins("planning")
    prevalence = {
        key: spread(_by(m, SEXES), _by(m, groups), m["all"], cells, (0, 0, 1, 1, 2)) for key, m in margins.items()
    }
    prevalence[DUAL] = _dual_cells(read_mix(MIXES["planning"]).dual.percent / 100, cells)
    pairs: dict[tuple[str, str], Pair] = {}
    for (a, b), pair in puf.pairs.items():
        for first in CANCERS if a == "cancer_any4" else (a,):
            for second in CANCERS if b == "cancer_any4" else (b,):
                pairs[first, second] = pair
    for row in rows("comorbidity"):
        if row["record_type"] == "pair" and not row["odds_ratio_age_sex_adjusted"]:
            a, b, ratio = row["a"], row["b"], float(row["odds_ratio_crude"])
            found = brentq(
                lambda r, a=a, b=b, t=ratio: crude_odds_ratio(prevalence[a], prevalence[b], r, cells) - t, -0.8, 0.92
            )
            pairs.pop((b, a), None)
            pairs[a, b] = Pair(
                found, ratio, SOFT, row["source"] or "Recalled odds ratio, source not seen", row["confidence"]
            )
    variables = (DUAL, *margins)
    return Fit("planning", variables, cells, prevalence, pairs, complete(variables, pairs))


def complete(variables: tuple[str, ...], pairs: Mapping[tuple[str, str], Pair]) -> Floats:
    """Return all correlations: near the known ones, and of the largest entropy (log determinant) otherwise."""
    n, at = len(variables), {name: nth for nth, name in enumerate(variables)}
    known, firm = np.zeros((n, n)), np.zeros((n, n))
    for (a, b), pair in pairs.items():
        i, j = at[a], at[b]
        known[i, j] = known[j, i] = pair.correlation
        firm[i, j] = firm[j, i] = pair.firmness
    lower = np.tril_indices(n, -1)

    def correlations(flat: Floats) -> tuple[Floats, Floats, Floats]:
        rows_ = np.eye(n)
        rows_[lower] = flat
        length = np.sqrt((rows_**2).sum(1))
        unit = rows_ / length[:, None]
        return unit @ unit.T, unit, length

    def loss(flat: Floats) -> tuple[float, Floats]:
        found, unit, length = correlations(flat)
        off = found - known
        value = (firm * off**2).sum() / 2 - 2 * np.log(np.diag(unit)).sum()
        slope = 2 * firm * off @ unit
        slope[np.diag_indices(n)] -= 2 / np.diag(unit)
        slope = (slope - (slope * unit).sum(1, keepdims=True) * unit) / length[:, None]
        return float(value), slope[lower]

    best = minimize(
        loss, np.zeros(len(lower[0])), jac=True, method="L-BFGS-B", options={"maxiter": 20000, "maxfun": 40000}
    )
    return correlations(best.x)[0]


def _margins(table: str) -> dict[str, dict[str, float]]:
    margins: dict[str, dict[str, float]] = {}
    for row in rows("prevalence"):
        if row["table"] == table:
            margins.setdefault(row["condition"], {})[row["among"]] = float(row["percent"]) / 100
    return margins


def _by(margin: Mapping[str, float], groups: tuple[str, ...]) -> Floats:
    return np.array([margin[group] for group in groups])


def _cancer_margins(total: float) -> dict[str, float]:
    """Return the four cancers together by sex and age: the planning values added, scaled to the file's total."""
    planning = _margins("planning")
    added = {group: sum(planning[key][group] for key in CANCERS) for group in ("all", *SEXES, "65-74", "75-84", "85+")}
    scaled = {group: value * total / added["all"] for group, value in added.items()}
    scaled["all"] = total
    young, old = scaled["65-74"], scaled["75-84"]
    bands = {"65-69": young * 0.92, "70-74": young * 1.09, "75-79": old * 0.98, "80-84": old * 1.02}
    return {**scaled, **bands}


def _dual_cells(total: float, cells: Floats) -> Floats:
    shape = np.outer(list(DUAL_PERCENT["sex"].values()), list(DUAL_PERCENT["age"].values()))
    return np.asarray(total * shape / (shape * cells).sum())


def _slack(
    variables: tuple[str, ...],
    cells: Floats,
    prevalence: Mapping[str, Floats],
    margins: Mapping[str, Mapping[str, float]],
) -> float:
    """Return the share of their room by which odds ratios are raised so that the counts fit too.

    A Gaussian has a little too many people with exactly one condition, and the odds ratios need only hold within 15
    percent. The share with the smallest worst bin is taken, the least of those within 0.02 points of it.
    """
    published = {
        row["b"]: float(row["value"])
        for row in rows("comorbidity")
        if row["a"] == "n_conditions_of_11_puf" and row["metric"].endswith("age_65+")
    }
    who = np.arange(400_000)
    which = np.searchsorted(np.cumsum(cells.ravel()), chance.uniforms(1, "cell", who) * cells.sum())
    own = np.stack([chance.normals(1, name, who) for name in variables])
    limits = norm.ppf(np.stack([prevalence[name].ravel() for name in variables]))[:, which]
    worst: dict[float, float] = {}
    for slack in np.linspace(0, 1, 11):
        found = complete(variables, _puf_pairs(cells, prevalence, margins, slack))
        has = (np.linalg.cholesky(found) @ own < limits)[1:]
        shares = np.bincount(has.sum(0), minlength=9) / who.size * 100
        worst[float(slack)] = max(abs(shares[int(count)] - value) for count, value in published.items())
    return min(slack for slack, off in worst.items() if off <= min(worst.values()) + 0.02)


def _room(row: Mapping[str, str], margins: Mapping[str, Mapping[str, float]]) -> float:
    """Return how far an odds ratio may be raised (0.1 is 10 percent) and stay four standard errors inside its 15.

    A rare pair has a wide sampling error of its own and hardly moves the counts: it stays where it is.
    """
    joint = float(row["joint_pct"]) / 100
    p, q = margins[row["a"]]["all"], margins[row["b"]]["all"]
    cells = np.array([joint, p - joint, q - joint, 1 - p - q + joint])
    return max(0.0, 0.14 - 4 * float(np.sqrt((1 / cells).sum() / 200_000)))


def _puf_pairs(
    cells: Floats, prevalence: Mapping[str, Floats], margins: Mapping[str, Mapping[str, float]], slack: float
) -> dict[tuple[str, str], Pair]:
    pairs = {}
    for row in rows("comorbidity"):
        if row["record_type"] == "pair" and row["odds_ratio_age_sex_adjusted"]:
            a, b, ratio = row["a"], row["b"], float(row["odds_ratio_age_sex_adjusted"])
            wanted = ratio * (1 + slack * _room(row, margins)) if ratio > 1 else ratio
            p, q = prevalence[a], prevalence[b]
            found = brentq(lambda r, p=p, q=q, t=wanted: adjusted_odds_ratio(p, q, r, cells) - t, -0.9, 0.95)
            pairs[a, b] = Pair(found, ratio, FIRM, row["source"], "derived")
    for key, margin in margins.items():
        if DUAL in margin:
            share, p, q = float((cells * prevalence[DUAL]).sum()), prevalence[key], prevalence[DUAL]
            # Both published shares, of the dual and of the others, are met as nearly as one number can.
            total = float((cells * p).sum())
            ratio = margin[DUAL] * (1 - margin["nondual"]) / (margin["nondual"] * (1 - margin[DUAL]))
            found = brentq(lambda r, p=p, q=q, t=ratio: crude_odds_ratio(p, q, r, cells) - t, -0.9, 0.95)
            pairs[DUAL, key] = Pair(
                found,
                round(ratio, 3),
                FIRM,
                f"CMS 2010 PUF by dual status (total {total:.3f}, dual {share:.3f})",
                "derived",
            )
    return pairs


def prevalence_rows(fit: Fit) -> Iterator[list[object]]:
    """Yield the rows of prevalence_cells.csv for a fit; a solution is as sure as the least sure margin it rests on."""
    recalled = {r["condition"] for r in rows("prevalence") if r["table"] == fit.name and r["confidence"] == "recalled"}
    about = "planning margins" if fit.name == "planning" else "margins"
    for name in fit.variables:
        source = f"Own solution: {about} by sex and by age of prevalence.csv, additive in probits"
        word = "recalled" if name in recalled else "derived"
        if name == DUAL:
            source, word = "Shares of the mix; sizes by sex and age assumed", "assumption"
        for s, sex in enumerate(SEXES):
            for b, band in enumerate(BANDS):
                share = fit.prevalence[name][s, b]
                limit = f"{norm.ppf(share):.6f}" if share > 0 else "-inf"
                yield [fit.name, name, sex, band, f"{share * 100:.4f}", limit, source, word]


def latent_rows(fit: Fit) -> Iterator[list[object]]:
    """Yield the rows of latent.csv for a fit."""
    weights = np.linalg.cholesky(fit.correlations)
    silent = ("No odds ratio published: the correlation of maximum entropy given the published pairs", "assumption")
    for i, a in enumerate(fit.variables):
        for j, b in enumerate(fit.variables[: i + 1]):
            known = fit.pairs.get((a, b)) or fit.pairs.get((b, a))
            source, word = (known.source, known.confidence) if known else silent
            if i == j:
                source, word = "A variable with itself", "derived"
            ratio = "" if known is None or known.odds_ratio is None else known.odds_ratio
            yield [fit.name, a, b, f"{fit.correlations[i, j]:.4f}", f"{weights[i, j]:.6f}", ratio, source, word]


def written(head: str, lines: Iterator[list[object]]) -> str:
    """Return a CSV text."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head.split(","))
    writer.writerows(lines)
    return text.getvalue()


def _agrees(shipped: Path, text: str) -> bool:
    """Tell whether a file says the same: words exactly, numbers to 0.002, for another machine stops elsewhere."""
    if not shipped.exists():
        return False
    there, here = (list(csv.reader(StringIO(said))) for said in (shipped.read_text("utf-8"), text))
    if [len(line) for line in there] != [len(line) for line in here]:
        return False
    cells = [pair for lines in zip(there, here, strict=True) for pair in zip(*lines, strict=True)]
    return all(a == b or abs(_number(a) - _number(b)) <= 0.002 for a, b in cells)


def _number(cell: str) -> float:
    """Return the number of a cell; not a number, which agrees with nothing, for words."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def main() -> int:
    """Fit and write, or compare with what is shipped; return 1 where that is another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the shipped data differ")
    check = parser.parse_args().check
    assert set(_margins("planning")) == set(keyed("conditions"))
    puf = fit_puf()
    fits = (puf, fit_planning(puf))
    files = {
        "prevalence_cells": written(
            "fit,variable,sex,age,percent,threshold,source,confidence",
            (row for fit in fits for row in prevalence_rows(fit)),
        ),
        "latent": written(
            "fit,a,b,correlation,weight,odds_ratio,source,confidence", (row for fit in fits for row in latent_rows(fit))
        ),
    }
    stale = [name for name, text in files.items() if not _agrees(DATA / f"{name}.csv", text)]
    if not check:
        for name, text in files.items():
            (DATA / f"{name}.csv").write_text(text, "utf-8")
        print(f"wrote {', '.join(stale) or 'the same again'}")
        return 0
    print("up to date" if not stale else f"stale: {', '.join(stale)}; run python tools/fit_comorbidity.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
