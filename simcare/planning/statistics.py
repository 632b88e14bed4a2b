"""The few statistics of experiments: half-widths, intervals of means, of differences and of many at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

Floats = NDArray[np.float64]


def t_quantile(freedom: int, probability: float) -> float:
    """Return the quantile of Student's t."""
    return float(stdtrit(freedom, probability))


def normal_quantile(probability: float) -> float:
    """Return the quantile of the standard normal."""
    return float(ndtri(probability))


def half_width(values: Floats, confidence: float = 0.95) -> float:
    """Return half the width of the t interval of a mean; infinite for fewer than two values."""
    if values.size < 2:
        return math.inf
    quantile = t_quantile(values.size - 1, 0.5 + confidence / 2)
    return quantile * float(values.std(ddof=1)) / math.sqrt(values.size)


def half_widths(values: Floats, confidence: float = 0.95) -> Floats:
    """Return half-widths along the first axis, NaN left out of each column; NaN where fewer than two are left."""
    there = (~np.isnan(values)).sum(axis=0)
    centered = np.where(np.isnan(values), 0.0, values - means(values))
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.sqrt((centered**2).sum(axis=0) / (there - 1))
        found: Floats = stdtrit(np.maximum(there - 1, 1), 0.5 + confidence / 2) * sd / np.sqrt(there)
    return np.where(there > 1, found, np.nan)


def means(values: Floats) -> Floats:
    """Return means along the first axis, NaN left out; NaN where nothing is left."""
    there = (~np.isnan(values)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.nansum(values, axis=0) / there)


def percentiles(values: Floats, percents: tuple[float, ...]) -> Floats:
    """Return percentiles along the first axis, NaN left out, shape (percents, ...); NaN where nothing is left."""
    empty = np.isnan(values).all(axis=0)
    filled = np.where(empty, 0.0, values)
    return np.where(empty, np.nan, np.nanpercentile(filled, percents, axis=0))
