"""The words of chance: what a key is, and what can be drawn with it. `quantiles` holds the mathematics."""

from __future__ import annotations

import hashlib
import math
import operator
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simcare.chance.quantiles import Floats, log, logs, normal_quantile, normal_quantiles

T = TypeVar("T")
Integers = NDArray[np.integer] | Sequence[int] | int

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_WHO_STEP = 0x9E37_79B9_7F4A_7C15
_NTH_STEP = 0xD1B5_4A32_D192_ED03
_CHILD = 0xA076_1D64_78BD_642F
# The two multipliers of Pelle Evensen's `moremur`, a 64-bit finalizer made for inputs that are counters.
_FIRST = 0x3C79_AC49_2BA7_B653
_SECOND = 0x1C69_B3F7_4AC4_AE35
_BLOCK = 8192
"""Elements that are mixed at a time, so that all passes over them stay in the cache."""


def uniform(seed: int, purpose: str, who: int | str = 0, nth: int = 0) -> float:
    """Return the draw of this key as a float in [0, 1), in steps of 2**-53."""
    return (_bits(seed, purpose, who, nth) >> 11) * 2.0**-53


def uniforms(seed: int, purpose: str, who: Integers | str, nth: Integers = 0) -> Floats:
    """Return `uniform` for arrays of who and nth, broadcast against each other, as float64 of their shape."""
    return _each(seed, purpose, who, nth, _units)


def integer(seed: int, purpose: str, who: int | str = 0, nth: int = 0, *, below: int) -> int:
    """Return a whole number in [0, below); `below` is 1 to 2**32, which keeps the bias under 2**-32."""
    if not 1 <= below <= 1 << 32:
        raise ValueError(f"below must be from 1 to 2**32, got {below}")
    return _bits(seed, purpose, who, nth) * below >> 64


def pick(
    seed: int,
    purpose: str,
    who: int | str = 0,
    nth: int = 0,
    *,
    options: Sequence[T],
    weights: Sequence[float] | None = None,
) -> T:
    """Return one of the options, with odds in proportion to the weights (equal when left out).

    Raises ValueError for no options, a negative or infinite weight, weights that are all 0 or of another length.
    """
    if weights is None:
        return options[integer(seed, purpose, who, nth, below=len(options))]
    if len(weights) != len(options) or not all(0 <= weight < math.inf for weight in weights):
        raise ValueError("weights must be one finite number of 0 or more for each option")
    total = sum(weights)
    if not 0 < total < math.inf:
        raise ValueError("the weights must add up to a finite number above 0")
    left = uniform(seed, purpose, who, nth) * total
    chosen = None
    for at, weight in enumerate(weights):
        if weight > 0:
            chosen = at
            if left < weight:
                break
            left -= weight
    assert chosen is not None
    return options[chosen]


def shuffle(seed: int, purpose: str, who: int | str = 0, nth: int = 0, *, items: Sequence[T]) -> tuple[T, ...]:
    """Return the items in a drawn order; an item added at the end leaves the order of the others as it was."""
    start = _bits(seed, purpose, who, nth)
    order = sorted(range(len(items)), key=lambda at: _mix(start ^ (at + 1) * _NTH_STEP & _MASK))
    return tuple(items[at] for at in order)


def derive(seed: int, purpose: str, who: int | str = 0, nth: int = 0) -> int:
    """Return a child seed in [0, 2**53), small enough to pass through JSON and JavaScript unchanged."""
    return _mix(_bits(seed, purpose, who, nth) ^ _CHILD) >> 11


def normal(seed: int, purpose: str, who: int | str = 0, nth: int = 0) -> float:
    """Return a standard normal draw: mean 0, standard deviation 1."""
    return normal_quantile(((_bits(seed, purpose, who, nth) >> 12) + 0.5) * 2.0**-52 - 0.5)


def normals(seed: int, purpose: str, who: Integers | str, nth: Integers = 0) -> Floats:
    """Return `normal` for arrays of who and nth, broadcast against each other, as float64 of their shape."""
    return _each(seed, purpose, who, nth, lambda bits: normal_quantiles(_centered(bits)))


def exponential(seed: int, purpose: str, who: int | str = 0, nth: int = 0) -> float:
    """Return an exponential draw with mean 1; multiply it by a mean, or divide it by a rate."""
    return 0.0 - log(1.0 - (_bits(seed, purpose, who, nth) >> 11) * 2.0**-53)


def exponentials(seed: int, purpose: str, who: Integers | str, nth: Integers = 0) -> Floats:
    """Return `exponential` for arrays of who and nth, broadcast against each other, as float64 of their shape."""
    return _each(seed, purpose, who, nth, lambda bits: 0.0 - logs(1.0 - _units(bits)))


@lru_cache(maxsize=8192, typed=True)
def _key(seed: int, purpose: str) -> tuple[int, int]:
    text = f"{operator.index(seed)}\0{purpose}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=16, person=b"simcare chance").digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


@lru_cache(maxsize=8192)
def _name(who: str) -> int:
    digest = hashlib.blake2b(who.encode("utf-8", "surrogatepass"), digest_size=8, person=b"simcare who").digest()
    return int.from_bytes(digest, "little")


def _bits(seed: int, purpose: str, who: int | str, nth: int) -> int:
    """Return the 64 bits of a key: the finalizer over who, then over its result and nth. `_fill` is its twin."""
    first, second = _key(seed, purpose)
    x = first + (_name(who) if isinstance(who, str) else operator.index(who)) * _WHO_STEP & _MASK
    x ^= x >> 27
    x = x * _FIRST & _MASK
    x ^= x >> 33
    x = x * _SECOND & _MASK
    x ^= x >> 27 ^ (second + operator.index(nth) * _NTH_STEP & _MASK)
    x ^= x >> 27
    x = x * _FIRST & _MASK
    x ^= x >> 33
    x = x * _SECOND & _MASK
    return x ^ x >> 27


def _mix(x: int) -> int:
    x = (x ^ x >> 27) * _FIRST & _MASK
    x = (x ^ x >> 33) * _SECOND & _MASK
    return x ^ x >> 27


def _each(
    seed: int,
    purpose: str,
    who: Integers | str,
    nth: Integers,
    shape_draws: Callable[[NDArray[np.uint64]], Floats],
) -> Floats:
    """Draw for each pair of who and nth, a block at a time."""
    whos, nths = _whole(_name(who) if isinstance(who, str) else who), _whole(nth)
    shape = np.broadcast_shapes(whos.shape, nths.shape)
    flat_whos, flat_nths = np.broadcast_to(whos, shape).reshape(-1), np.broadcast_to(nths, shape).reshape(-1)
    key = _key(seed, purpose)
    drawn = np.empty(math.prod(shape), dtype=np.float64)
    for start in range(0, drawn.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        drawn[block] = shape_draws(_fill(key, flat_whos[block], flat_nths[block]))
    return drawn.reshape(shape)


def _whole(numbers: Integers) -> NDArray[np.uint64]:
    """Return whole numbers modulo 2**64, as the scalar words take them; raises TypeError for anything else."""
    if isinstance(numbers, int):
        return np.asarray(numbers & _MASK, dtype=np.uint64)
    array = np.asarray(numbers)
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise TypeError(f"who and nth are whole numbers, got {array.dtype}")
    return array.astype(np.uint64)


def _fill(key: tuple[int, int], who: NDArray[np.uint64], nth: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return what `_bits` returns, for arrays of one length."""
    x = who * np.uint64(_WHO_STEP)
    x += np.uint64(key[0])
    spare = np.empty_like(x)
    _mix_in_place(x, spare)
    np.multiply(nth, np.uint64(_NTH_STEP), out=spare)
    spare += np.uint64(key[1])
    x ^= spare
    _mix_in_place(x, spare)
    return x


def _mix_in_place(x: NDArray[np.uint64], spare: NDArray[np.uint64]) -> None:
    for shift, multiplier in ((27, _FIRST), (33, _SECOND)):
        np.right_shift(x, np.uint64(shift), out=spare)
        x ^= spare
        x *= np.uint64(multiplier)
    np.right_shift(x, np.uint64(27), out=spare)
    x ^= spare


def _units(bits: NDArray[np.uint64]) -> Floats:
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _centered(bits: NDArray[np.uint64]) -> Floats:
    """Return numbers inside (-0.5, 0.5), as far from 0 on either side; half a step keeps both ends out."""
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52 - 0.5
