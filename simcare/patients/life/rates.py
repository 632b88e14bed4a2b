"""Rates: how often a hazard would strike each patient, what part of that may change, and the highest it can become.

A rate is base times scale times frailty times lasting factors (all these make the ceiling), times changing factors,
times season. Nothing is drawn here but frailty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats
from simcare.patients.life.facts import Facts, Flags, Whole
from simcare.patients.life.frailty import draw_frailties
from simcare.patients.life.hazards import DAYS_A_YEAR, Hazard, Hazards

_SEASON_OF_MONTH = np.array([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0], np.int8)


@dataclass(frozen=True, slots=True)
class Risks:
    """Each pair of a hazard and a patient at risk of it, as columns; pairs stand by hazard, then by patient.

    Attributes:
        hazard: Index of the hazard; int16.
        place: Place of the patient in the facts; int64.
        ceiling: The highest the pair's rate can become, whatever a call changes, per day.
    """

    hazard: NDArray[np.int16]
    place: Whole
    ceiling: Floats


def find_risks(hazards: Hazards, facts: Facts, seed: int) -> Risks:
    """Return the pairs at risk; `seed` is that of the people, whose frailty it draws."""
    indices, places, ceilings = [np.zeros(0, np.int16)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for index, hazard in enumerate(hazards):
        at = np.flatnonzero(is_eligible(hazard, facts))
        rate = lasting_factor(hazards, hazard, facts, at)
        if hazard.frailty_shape is not None:
            rate *= draw_frailties(seed, hazard.key, hazard.frailty_shape, facts.patient[at])
        rate *= hazard.rate * hazard.scale / DAYS_A_YEAR * highest_factor(hazards, hazard) * max(hazard.seasons)
        indices.append(np.full(at.size, index, np.int16))
        places.append(at)
        ceilings.append(rate)
    return Risks(np.concatenate(indices), np.concatenate(places), np.concatenate(ceilings))


def is_eligible(hazard: Hazard, facts: Facts) -> Flags:
    """Return who is at risk at all."""
    if not hazard.eligible:
        return np.ones(facts.patient.size, np.bool_)
    eligible: Flags = np.logical_or.reduce([facts.lasting[fact] for fact in hazard.eligible])
    return eligible


def lasting_factor(hazards: Hazards, hazard: Hazard, facts: Facts, at: Whole) -> Floats:
    """Return the product of the factors that stay as they are, for the patients at some places."""
    product = np.ones(at.size)
    for fact, factor in hazards.fixed_factors(hazard):
        np.multiply(product, factor, out=product, where=facts.lasting[fact][at])
    return product


def highest_factor(hazards: Hazards, hazard: Hazard) -> float:
    """Return the highest product that the changing factors can have."""
    return math.prod(max(1.0, factor) for _, factor in hazards.changing_factors(hazard))


def changing_factor(hazards: Hazards, hazard: Hazard, changing: int) -> float:
    """Return the product of the changing factors for a patient's changing facts."""
    return math.prod(factor for fact, factor in hazards.changing_factors(hazard) if changing & hazards.bit(fact))


def changing_mask(hazards: Hazards, hazard: Hazard) -> int:
    """Return the bits of the changing facts that the hazard heeds."""
    return sum(hazards.bit(fact) for fact, _ in hazards.changing_factors(hazard))


def each_changing_factor(hazards: Hazards, hazard: Hazard, changing: Whole) -> Floats:
    """Return `changing_factor` for each element, to the last bit."""
    product = np.ones(changing.size)
    for fact, factor in hazards.changing_factors(hazard):
        np.multiply(product, factor, out=product, where=(changing & hazards.bit(fact)) != 0)
    return product


def seasons_of(on: date, days: int) -> NDArray[np.int8]:
    """Return the index in `SEASONS` of each day of a life that begins on a day."""
    each = np.datetime64(on, "D") + np.arange(days)
    return _SEASON_OF_MONTH[each.astype("datetime64[M]").astype(np.int64) % 12]


def season_shares(hazards: Hazards) -> Mapping[int, tuple[float, ...]]:
    """Return for each hazard's index the factor of each season over the highest; never above 1."""
    return {
        index: tuple(season / max(hazard.seasons) for season in hazard.seasons) for index, hazard in enumerate(hazards)
    }
