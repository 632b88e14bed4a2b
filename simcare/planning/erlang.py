"""Textbook queues: Erlang's formulas without and with abandonment. Where a staffing search starts, and what tests ask.

Rates are per minute, times in minutes. Erlang A is the queue of Palm: exponential patience. Its measures are integrals
over the offered wait, as in Mandelbaum and Zeltyn, "Service engineering in action" (2007), here by Simpson's rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_POINTS = 4001
_NEGLIGIBLE = 45.0
"""Integrands are followed until they are e to this negative power of their peak."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What a queue does in the long run.

    Attributes:
        waits: Probability of a wait.
        abandons: Share of callers who hang up.
        wait: Mean wait of all callers, in minutes.
        served_within: Share of all callers who are served within the asked time.
        occupancy: Share of time in which a server works.
    """

    waits: float
    abandons: float
    wait: float
    served_within: float
    occupancy: float


def erlang_b(load: float, servers: int) -> float:
    """Return the probability that all servers are busy where nobody waits; `load` in erlangs."""
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(rate: float, service: float, servers: int, within: float = 0.0) -> Measures:
    """Return the measures of M/M/c; `service` is the mean time with a server. Overload waits for ever."""
    load = rate * service
    if load <= 0:
        return Measures(0.0, 0.0, 0.0, 1.0, 0.0)
    if load >= servers:
        return Measures(1.0, 0.0, math.inf, 0.0, 1.0)
    blocked = erlang_b(load, servers)
    waits = blocked / (1 - load / servers * (1 - blocked))
    pace = (servers - load) / service
    return Measures(waits, 0.0, waits / pace, 1 - waits * math.exp(-pace * within), load / servers)


def erlang_a(rate: float, service: float, patience: float, servers: int, within: float = 0.0) -> Measures:
    """Return the measures of M/M/c+M; `patience` is the mean time until a caller hangs up, infinite for Erlang C."""
    load = rate * service
    if load <= 0:
        return Measures(0.0, 0.0, 0.0, 1.0, 0.0)
    if servers == 0:
        return Measures(1.0, 1.0, patience, 0.0, 1.0)
    if math.isinf(patience):
        return erlang_c(rate, service, servers, within)
    pace = servers / service
    peak = patience * math.log(rate / pace) if rate > pace else 0.0
    far = _far(rate, pace, patience, peak)
    x = np.linspace(0.0, far, _POINTS)
    exponent = rate * patience * -np.expm1(-x / patience) - pace * x
    top = float(exponent.max())
    density = np.exp(exponent - top)
    # E of Mandelbaum and Zeltyn is one over Erlang B with a server less; so small a B leaves nobody waiting.
    below = math.exp(-top) / max(erlang_b(load, servers - 1), 1e-300)
    whole = below + rate * _simpson(density, x)
    stays = np.exp(-x / patience)
    served_after = rate * _simpson(density * stays, x) / whole
    late = rate * _simpson_from(density * stays, x, within) / whole
    waits = rate * _simpson(density, x) / whole
    abandons = waits - served_after
    wait = rate * _simpson(density * patience * -np.expm1(-x / patience), x) / whole
    return Measures(waits, abandons, wait, 1 - abandons - late, load * (1 - abandons) / servers)


def servers_needed(rate: float, service: float, patience: float, within: float, share: float, most: int) -> int:
    """Return the fewest servers that serve a share of callers within a time under Erlang A; `most` where none do."""
    if rate <= 0:
        return 0
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if erlang_a(rate, service, patience, middle, within).served_within >= share:
            high = middle
        else:
            low = middle + 1
    return low


def _far(rate: float, pace: float, patience: float, peak: float) -> float:
    def fall(x: float) -> float:
        return (rate * patience * (math.exp(-x / patience) - math.exp(-peak / patience))) + pace * (x - peak)

    step = 1.0 / pace
    while fall(peak + step) < _NEGLIGIBLE:
        step *= 1.5
    return peak + step


def _simpson(values: Floats, x: Floats) -> float:
    step = float(x[1] - x[0])
    return step / 3 * float(values[0] + values[-1] + 4 * values[1:-1:2].sum() + 2 * values[2:-1:2].sum())


def _simpson_from(values: Floats, x: Floats, start: float) -> float:
    if start >= x[-1]:
        return 0.0
    # The integral from `start` on: the curve between points is taken as straight in its logarithm, which it nearly is.
    at = np.linspace(start, float(x[-1]), _POINTS)
    logs = np.log(np.maximum(values, 1e-300))
    return _simpson(np.exp(np.interp(at, x, logs)), at)
