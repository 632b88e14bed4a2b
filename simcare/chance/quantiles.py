"""A logarithm and the normal quantile from plain arithmetic only, for single numbers and for arrays.

The logarithms of C libraries and of vector units differ in the last bit from machine to machine; sums, products,
quotients and square roots do not. So the same key gives the same normal draw everywhere.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_Number = TypeVar("_Number", float, Floats)
_Fraction = tuple[tuple[float, ...], tuple[float, ...]]

# The logarithm of fdlibm (e_log.c, Sun Microsystems 1993), error under one unit in the last place.
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_SQRT_HALF = 0.7071067811865476

# The normal quantile of Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477: 16 figures.
_CENTER, _FAR_END = 0.425, 5.0
_NEAR: _Fraction = (
    (
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
_FAR: _Fraction = (
    (
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
_FARTHEST: _Fraction = (
    (
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)


def log(x: float) -> float:
    """Return the natural logarithm of a number above 0."""
    mantissa, exponent = math.frexp(x)
    if mantissa < _SQRT_HALF:
        mantissa, exponent = 2.0 * mantissa, exponent - 1
    return _log_near_one(mantissa - 1.0, float(exponent))


def logs(x: Floats) -> Floats:
    """Return `log` of each element."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < _SQRT_HALF
    mantissa[low] *= 2.0
    return _log_near_one(mantissa - 1.0, (exponent - low).astype(np.float64))


def normal_quantile(centered: float) -> float:
    """Return the standard normal quantile of 0.5 + `centered`, which lies inside (-0.5, 0.5)."""
    if abs(centered) <= _CENTER:
        return centered * _ratio(_NEAR, 0.180625 - centered * centered)
    tail = math.sqrt(-log(0.5 - abs(centered)))
    size = _ratio(_FAR, tail - 1.6) if tail <= _FAR_END else _ratio(_FARTHEST, tail - _FAR_END)
    return math.copysign(size, centered)


def normal_quantiles(centered: Floats) -> Floats:
    """Return `normal_quantile` of each element of a one-dimensional array."""
    size = np.abs(centered)
    found = centered * _ratio(_NEAR, 0.180625 - centered * centered)
    outside = np.flatnonzero(size > _CENTER)
    tail = np.sqrt(-logs(0.5 - size[outside]))
    beyond = np.where(tail <= _FAR_END, _ratio(_FAR, tail - 1.6), _ratio(_FARTHEST, tail - _FAR_END))
    found[outside] = np.copysign(beyond, centered[outside])
    return found


def _log_near_one(f: _Number, exponent: _Number) -> _Number:
    """Return log((1 + f) * 2**exponent) for f in [-0.293, 0.415)."""
    s = f / (2.0 + f)
    z = s * s
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + z * _polynomial(_LOG, z)) + exponent * _LN2_LOW)) - f)


def _polynomial(coefficients: tuple[float, ...], x: _Number) -> _Number:
    """Return c0 + c1 x + c2 x**2 ..., evaluated from the highest power down."""
    total = x * coefficients[-1] + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        total = total * x + coefficient
    return total


def _ratio(fraction: _Fraction, x: _Number) -> _Number:
    return _polynomial(fraction[0], x) / _polynomial(fraction[1], x)
