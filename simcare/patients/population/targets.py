"""What published tables say a population should look like, beside what one looks like.

A line has a verdict where the population was fitted to the number, and None where it is only shown beside it. What it
may be off follows from the number of people, so that a small panel is judged too. The report does not live here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.patients.population.columns import Bools
from simcare.patients.population.drawing import Population
from simcare.patients.population.latent import CANCERS
from simcare.patients.population.mix import read_mix
from simcare.patients.population.panel import CONDITIONS
from simcare.patients.tables import keyed, rows

RELATIVE, ERRORS, RATIO, POINTS = 0.05, 3.0, 0.15, 1.0
"""A share holds within 5 percent or 3 standard errors, an odds ratio within 15 percent, a bin within 1 point."""
MANY, ERRORS_OF_FEW = 200_000, 4.5
"""Under so many people chance alone passes 5 percent, 15 percent and a point, and of 300 true lines one is beyond 3
standard errors: a line may then be off by 4.5."""
FIFTEEN = (
    "hypertension hyperlipidemia ischemic_heart_disease arthritis diabetes_t2 heart_failure chronic_kidney_disease "
    "depression copd atrial_fibrillation cancer_any4 dementia asthma osteoporosis stroke_tia"
).split()
"""The conditions of the counts of 2010 (Medicare chronic conditions chartbook); arthritis is RA or OA."""
GROUPS: Mapping[str, tuple[int, int]] = {
    "65-69": (65, 69),
    "70-74": (70, 74),
    "75-79": (75, 79),
    "80-84": (80, 84),
    "85+": (85, 127),
    "65-74": (65, 74),
    "75-84": (75, 84),
    "65+": (65, 127),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a table beside the population's: shares and differences in percent, odds ratios as they are."""

    section: str
    what: str
    among: str
    published: float
    found: float
    allowed: float
    """How far off it may be, by number of people alone."""
    holds: bool | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class People:
    """A population as yes and no: who has what, and who is in which group."""

    has: Mapping[str, Bools]
    groups: Mapping[str, Bools]
    fit: str
    fitted: bool
    """Whether the mix is the one the fit was made for."""

    @property
    def errors(self) -> float:
        """Return how many standard errors a line may be off."""
        return errors_allowed(len(self.groups["all"]))


def errors_allowed(people: int) -> float:
    """Return how many standard errors a line may be off in a population of this size."""
    return ERRORS if people >= MANY else ERRORS_OF_FEW


def compare(population: Population) -> tuple[Line, ...]:
    """Return all lines, in the order of a report; needs the tables patients, conditions, social_needs and screens."""
    people = arrange(population)
    return (
        *prevalences(people),
        *odds_ratios(people),
        *counts(people),
        *combinations(people),
        *social_needs(population, people),
        *refills(population),
        *moods(population),
    )


def arrange(population: Population) -> People:
    """Return who has what as one array a condition, with cancer_any4 and arthritis, and the groups of the tables."""
    table, size = population.patients, len(population)
    who = population.conditions["patient"].to_numpy() - population.start
    codes = population.conditions["condition"].cat.codes.to_numpy()
    names = list(population.conditions["condition"].cat.categories)
    has = {key: np.zeros(size, dtype=bool) for key in CONDITIONS}
    for nth, key in enumerate(names):
        has[key][who[codes == nth]] = True
    has["cancer_any4"] = np.logical_or.reduce([has[key] for key in CANCERS])
    has["arthritis"] = has["osteoarthritis"] | has["rheumatoid_arthritis"]
    sex, age, dual = (table[name].to_numpy() for name in ("sex", "age", "dual"))
    groups = {name: (age >= low) & (age <= high) for name, (low, high) in GROUPS.items()}
    groups |= {"all": np.ones(size, dtype=bool), "male": sex == "male", "female": sex == "female"}
    groups |= {"dual": dual.astype(bool), "nondual": ~dual.astype(bool)}
    fit = read_mix(population.mix).fit
    return People(has, groups, fit, population.mix in ("default", "puf2010"))


def prevalences(people: People) -> Iterator[Line]:
    """Yield each published prevalence of the fit beside the population's."""
    for row in rows("prevalence"):
        if row["table"] == people.fit:
            share = float(row["percent"])
            group = people.groups[row["among"]]
            found = percent_of(people.has[row["condition"]], group)
            allowed = share_allowed(share, found, int(group.sum()), people.errors)
            holds = not abs(found - share) > allowed if people.fitted else None
            about = row["source"], row["confidence"]
            yield Line("prevalence", row["condition"], row["among"], share, found, allowed, holds, *about)


def odds_ratios(people: People) -> Iterator[Line]:
    """Yield each published odds ratio; the 55 of 2010 are adjusted over sex and five age bands (Mantel-Haenszel)."""
    strata = [
        people.groups[sex] & people.groups[band]
        for sex in ("male", "female")
        for band in ("65-69", "70-74", "75-79", "80-84", "85+")
    ]
    for row in rows("comorbidity"):
        if row["record_type"] != "pair":
            continue
        adjusted = bool(row["odds_ratio_age_sex_adjusted"])
        if people.fit == "puf2010" and not adjusted:
            continue
        published = float(row["odds_ratio_age_sex_adjusted"] or row["odds_ratio_crude"])
        a, b = people.has[row["a"]], people.has[row["b"]]
        found = mantel_haenszel(a, b, strata if adjusted else [people.groups["all"]])
        held = people.fit == "puf2010" and people.fitted
        allowed = published * max(RATIO, float(np.expm1(people.errors * _error_of_log_odds(a, b))))
        holds = not abs(found - published) > allowed if held else None
        how = "adjusted odds ratio" if adjusted else "odds ratio"
        about = row["source"], row["confidence"]
        yield Line(how, f"{row['a']} and {row['b']}", "all", published, found, allowed, holds, *about)


def mantel_haenszel(a: Bools, b: Bools, strata: list[Bools]) -> float:
    """Return the odds ratio of two conditions over strata; nan where nobody could tell."""
    above, below = 0.0, 0.0
    for stratum in strata:
        size = int(stratum.sum())
        if size:
            both, first, second = int((a & b & stratum).sum()), int((a & stratum).sum()), int((b & stratum).sum())
            above += both * (size - first - second + both) / size
            below += (first - both) * (second - both) / size
    return above / below if below else float("nan")


def _error_of_log_odds(a: Bools, b: Bools) -> float:
    cells = [float((a & b).sum()), float((a & ~b).sum()), float((~a & b).sum()), float((~a & ~b).sum())]
    return float(np.sqrt(sum(1 / (cell + 0.5) for cell in cells)))


def counts(people: People) -> Iterator[Line]:
    """Yield how many people have how many conditions: of the eleven of 2010, or of the fifteen of the chartbook."""
    eleven = dict.fromkeys(row["condition"] for row in rows("prevalence") if row["table"] == "puf2010")
    listed = {"n_conditions_of_11_puf": list(eleven), "n_conditions_of_15": FIFTEEN}
    for row in rows("comorbidity"):
        if row["record_type"] != "count_distribution" or row["a"] not in listed:
            continue
        if people.fit == "puf2010" and row["a"] != "n_conditions_of_11_puf":
            continue
        number = np.sum([people.has[key] for key in listed[row["a"]]], axis=0)
        among = row["metric"].rpartition("_")[2] if "age" in row["metric"] else "all"
        group = people.groups[among]
        found, published = percent_of(_bin(number, row["b"]), group), float(row["value"])
        allowed = max(POINTS, people.errors * error_of(published, found, int(group.sum())))
        held = people.fit == "puf2010" and people.fitted and among == "65+"
        holds = not abs(found - published) > allowed if held else None
        about = row["source"], row["confidence"]
        yield Line("count", f"{row['b']} {row['a']}", among, published, found, allowed, holds, *about)


def combinations(people: People) -> Iterator[Line]:
    """Yield published pairs and threes among those with two, or three, of the fifteen; shown, never fitted."""
    if people.fit != "planning":
        return
    number = np.sum([people.has[key] for key in FIFTEEN], axis=0)
    for row in rows("comorbidity"):
        if row["record_type"] in ("dyad_among_2plus", "triad_among_3plus"):
            least = 2 if row["record_type"].startswith("dyad") else 3
            keys = [*row["a"].split("+"), *([row["b"]] if row["b"] else [])]
            together = np.logical_and.reduce([people.has["arthritis" if k == "osteoarthritis" else k] for k in keys])
            group, published = number >= least, float(row["value"])
            found = percent_of(together, group)
            allowed = share_allowed(published, found, int(group.sum()), people.errors)
            about = row["source"], row["confidence"]
            yield Line("combination", " and ".join(keys), f"{least} or more", published, found, allowed, None, *about)


def social_needs(population: Population, people: People) -> Iterator[Line]:
    """Yield the share of each social need; `language` follows the panel's languages and is shown only."""
    table = population.social_needs
    found = table["need"].value_counts() / len(population) * 100
    for key, row in keyed("sdoh").items():
        if key in found.index and found[key] > 0:
            share, value = float(row["sim_prev_ccm_pct"]), float(found[key])
            allowed = share_allowed(share, value, len(population), people.errors)
            held = people.fitted and people.fit == "planning" and key != "language"
            holds = not abs(value - share) > allowed if held else None
            yield Line("social need", key, "all", share, value, allowed, holds, row["source"], row["confidence"])


def refills(population: Population) -> Iterator[Line]:
    """Yield the share of people with under 0.80 of days covered."""
    row = next(row for row in rows("quantiles") if row["what"] == "adherence" and float(row["value"]) == 0.8)
    published, size = float(row["percent"]), len(population)
    low = (population.patients["adherence"] < 0.8).to_numpy()
    found = percent_of(low, np.ones(size, dtype=bool))
    allowed = share_allowed(published, found, size, errors_allowed(size))
    about = row["source"], row["confidence"]
    yield Line("adherence", "under 0.80 of days covered", "all", published, found, allowed, None, *about)


def moods(population: Population) -> Iterator[Line]:
    """Yield the share of men and women with a PHQ-9 of 10 or more."""
    nine = population.screens[(population.screens["instrument"] == "phq9") & (population.screens["score"] >= 10)]
    sex = population.patients.set_index("patient")["sex"]
    for word, published in (("male", 5.0), ("female", 7.0)):
        of_sex = max(int((sex == word).sum()), 1)
        found = 100 * float((sex.loc[nine["patient"]] == word).sum() / of_sex)
        allowed = share_allowed(published, found, of_sex, errors_allowed(len(population)))
        source = next(row["source"] for row in rows("quantiles") if row["what"] == f"phq9_{word}")
        yield Line("mood", "PHQ-9 of 10 or more", word, published, found, allowed, None, source, "assumption")


def percent_of(has: Bools, group: Bools) -> float:
    """Return the percent of a group; nan of nobody."""
    size = int(group.sum())
    return 100 * float((has & group).sum()) / size if size else float("nan")


def share_allowed(published: float, found: float, size: int, errors: float) -> float:
    """Return how many points a share in percent may be off in a group of this size."""
    return max(RELATIVE * published, errors * error_of(published, found, size))


def error_of(published: float, found: float, size: int) -> float:
    """Return the standard error of a share in percent: the larger of what both numbers imply, for groups of few."""
    spread = max(p * (100 - p) for p in (published, min(max(found, 0.0), 100.0)))
    return float(np.sqrt(spread / max(size, 1)))


def _bin(number: NDArray[np.integer], text: str) -> Bools:
    """Return who is in a bin: "3", "2-3", "6+" or ">=2"; the eleven's 8 means 8 or more."""
    if text.startswith(">="):
        return np.asarray(number >= int(text[2:]))
    if text.endswith("+"):
        return np.asarray(number >= int(text[:-1]))
    low, _, high = text.partition("-")
    return np.asarray((number >= int(low)) & (number <= int(high or low)))
