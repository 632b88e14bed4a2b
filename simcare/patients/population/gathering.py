"""Who is ill with what, and how they are: age, sex, conditions and the factors behind needs, mood and adherence.

This is the least that must be drawn to know whether a person fits a wish; everything else follows from it.
"""

from __future__ import annotations

import math
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.patients.people import years_before
from simcare.patients.population.columns import Floats, day_number
from simcare.patients.population.draws import Draws, one_of, split, whole
from simcare.patients.population.latent import BANDS, DUAL, Latent, conditions_under, latent
from simcare.patients.population.mix import AGE_BANDS, Mix
from simcare.patients.population.panel import CONDITIONS, NUMBER, Panel, effect

FIRST_AGE, LAST_AGE = 65, 99


def gather(seed: int, who: NDArray[np.int64], mix: Mix, on: date) -> Panel:
    """Draw the people of these numbers: age, sex, conditions, kidney function and factors."""
    draws = Draws(seed, who)
    band, age = _ages(draws, mix)
    female = draws.share("sex") < np.array(mix.female.of(AGE_BANDS))[band]
    fit = latent(mix.fit)
    drawn = fit.draw(draws)
    under = conditions_under(mix, drawn, female.astype(np.int8), np.minimum(band, len(BANDS) - 1))
    has = under > 0
    dual = has[-1]
    held = np.zeros(len(who), dtype=np.int64)
    for bit in range(len(CONDITIONS)):
        held |= has[bit].astype(np.int64) << bit
    hardship, aloneness, mood = _factors(draws, fit, drawn)
    adherence = _blend(draws, "adherence", (hardship, effect("adherence_hardship")), (mood, effect("adherence_mood")))
    control = _blend(draws, "control", (adherence, effect("control_adherence")))
    return Panel(
        draws=draws,
        mix=mix,
        on=day_number(on),
        female=female,
        age=age,
        birth=_birthdays(on)[age - FIRST_AGE] - whole(draws.share("birthday"), 1, 364),
        under=under[:-1],
        has=has[:-1],
        held=held,
        dual=dual,
        hardship=hardship,
        aloneness=aloneness,
        mood=mood,
        adherence=adherence,
        control=control,
        egfr=_kidneys(draws, age, under),
    )


def _ages(draws: Draws, mix: Mix) -> tuple[NDArray[np.int16], NDArray[np.int8]]:
    """Draw age bands by their shares, and a year within each: equally likely, from 90 on ever rarer."""
    in_band, in_year = split(draws.share("age"), 2)
    band = one_of(in_band, mix.ages.of(AGE_BANDS))
    year = np.floor(in_year * 5)
    oldest = band == len(AGE_BANDS) - 1
    year[oldest] = one_of(in_year[oldest], [effect("oldest_year") ** n for n in range(LAST_AGE - 89)])
    return band, (FIRST_AGE + 5 * band + year).astype(np.int8)


@cache
def _birthdays(on: date) -> NDArray[np.int32]:
    """Return the day so many years before `on`, for each age."""
    return np.array([day_number(years_before(on, age)) for age in range(FIRST_AGE, LAST_AGE + 1)], dtype=np.int32)


def _factors(draws: Draws, fit: Latent, drawn: Floats) -> tuple[Floats, Floats, Floats]:
    """Draw hardship, aloneness and low mood, which go with the latent variables of dual status and depression."""
    poor, low = -drawn[fit.variables.index(DUAL)], -drawn[fit.variables.index("depression")]
    mood = _blend(draws, "mood", (low, effect("mood_depression")))
    together = fit.correlation(DUAL, "depression")
    hardship = _blend(
        draws, "hardship", (poor, effect("hardship_dual")), (low, effect("hardship_mood")), together=together
    )
    with_low = effect("hardship_mood") + effect("hardship_dual") * together
    aloneness = _blend(
        draws, "aloneness", (low, effect("aloneness_mood")), (hardship, effect("aloneness_hardship")), together=with_low
    )
    return hardship, aloneness, mood


def _blend(draws: Draws, what: str, *parts: tuple[Floats, float], together: float = 0.0) -> Floats:
    """Return a standard normal made of standard normal parts by their weights and of own luck.

    `together` is the correlation of two parts; the own weight is what is missing to a variance of 1.
    """
    explained = sum(weight**2 for _, weight in parts)
    if len(parts) == 2:
        explained += 2 * together * parts[0][1] * parts[1][1]
    total = draws.normal(f"factor.{what}") * math.sqrt(1 - explained)
    for values, weight in parts:
        total += values * weight
    return total


def _kidneys(draws: Draws, age: NDArray[np.int8], under: Floats) -> Floats:
    """Draw the last eGFR: under 60 with chronic kidney disease and by its severity, 60 and more without."""
    own = draws.normal("egfr")
    ill = under[NUMBER["chronic_kidney_disease"]]
    well = effect("egfr_mean") + effect("egfr_age") * (age.astype(np.float64) - 75.0) + effect("egfr_sd") * own
    sick = effect("egfr_ckd") + effect("egfr_severity") * np.maximum(ill, 0.0) + 2.0 * own
    found: Floats = np.where(ill > 0, np.clip(sick, 5.0, 59.0), np.clip(well, 62.0, 118.0))
    return np.rint(found)
