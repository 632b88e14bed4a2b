"""Keyed chance: a draw is a pure function of (seed, purpose, who, nth).

There are no streams, no order and nothing to save: whoever asks for a draw again gets it again, whatever was drawn
before. One key is one draw; a second draw needs another purpose or another nth. Scalar and vectorized words give the
same bits, on every machine.
"""

from simcare.chance.draws import (
    derive,
    exponential,
    exponentials,
    integer,
    normal,
    normals,
    pick,
    shuffle,
    uniform,
    uniforms,
)

__all__ = [
    "derive",
    "exponential",
    "exponentials",
    "integer",
    "normal",
    "normals",
    "pick",
    "shuffle",
    "uniform",
    "uniforms",
]
