"""Frailty: why some people fall ten times a year and most never. A gamma with mean 1 for each patient and hazard.

It belongs to the person, so its key is the seed of the people and not that of one of their lives. Only sums, products,
quotients, roots and `chance`'s own logarithm are used, so it is the same on every machine.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from simcare.chance import normals, uniforms
from simcare.chance.quantiles import Floats, logs
from simcare.patients.life.facts import Whole

_LEVEL_DRAWS = 1 << 16


def draw_frailties(seed: int, hazard: str, shape: float, patient: Whole) -> Floats:
    """Return each patient's frailty: gamma with the shape and mean 1.

    Below shape 1 it is a gamma of shape + 1 times U**(1/shape) (Marsaglia and Tsang 2000), so 1/shape is rounded to
    the next eighth: such a power is products and square roots alone.
    """
    purpose = f"life.frailty.{hazard}"
    if shape >= 1:
        return _gammas(seed, purpose, shape, patient) / shape
    eighths = round(8 / shape)
    shape = 8 / eighths
    boost = _eighth_power(uniforms(seed, f"{purpose}.boost", patient), eighths)
    return _gammas(seed, purpose, shape + 1, patient) * boost / shape


@cache
def frailty_levels(shape: float, count: int = 64) -> tuple[float, ...]:
    """Return the mean frailty in each of `count` equal parts of the people, from the least frail; their mean is 1."""
    drawn = np.sort(draw_frailties(0, "levels", shape, np.arange(_LEVEL_DRAWS)))
    levels = drawn.reshape(count, -1).mean(axis=1)
    return tuple((levels / levels.mean()).tolist())


def _gammas(seed: int, purpose: str, shape: float, patient: Whole) -> Floats:
    """Draw gammas of a shape of 1 or more by the rejection of Marsaglia and Tsang; about one in twenty is redrawn."""
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    drawn = np.empty(patient.size)
    left, nth = np.arange(patient.size), 0
    while left.size:
        x = normals(seed, f"{purpose}.normal", patient[left], nth)
        u = uniforms(seed, f"{purpose}.try", patient[left], nth)
        v = 1 + c * x
        v = v * v * v
        square = x * x
        fits = (v > 0) & (u > 0.0331 * square * square)
        # What the squeeze leaves open needs logarithms; 1 - u is above 0, so that its own is finite.
        open_ = np.flatnonzero((v > 0) & ~fits)
        fits[open_] = logs(1 - u[open_]) < 0.5 * square[open_] + d * (1 - v[open_] + logs(v[open_]))
        drawn[left[fits]] = d * v[fits]
        left, nth = left[~fits], nth + 1
    return drawn


def _eighth_power(x: Floats, eighths: int) -> Floats:
    """Return x ** (eighths / 8)."""
    power = np.ones_like(x)
    factor = np.sqrt(np.sqrt(np.sqrt(x)))
    while eighths:
        if eighths & 1:
            power *= factor
        factor = factor * factor
        eighths >>= 1
    return power
