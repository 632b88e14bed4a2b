"""What queueing theory says, computed from its own formulas; nothing here knows how the world is simulated.

Sources: Erlang C and M/M/c, Kleinrock, Queueing Systems I (1975), 3.4-3.5; non-preemptive priorities with one service
rate, Kella and Yechiali, Operations Research 33 (1985) 1095; Erlang A, Garnett, Mandelbaum and Reiman, M&SOM 4 (2002)
208, here from its birth and death chain; M/D/c, Crommelin, Post Office Electrical Engineers' Journal 25 (1932) 41;
M(t)/M/c, the Kolmogorov forward equations, as in Green and Kolesar, Management Science 37 (1991) 84.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Floats = NDArray[np.float64]


def waits_mmc(servers: int, offered: float) -> tuple[float, float]:
    """Return the share that waits and the mean wait in service times, for an offered load in Erlang."""
    blocked = 1.0
    for busy in range(1, servers + 1):
        blocked = offered * blocked / (busy + offered * blocked)
    load = offered / servers
    share = blocked / (1 - load * (1 - blocked))
    return share, share / (servers * (1 - load))


def waits_priority(servers: int, high: float, low: float) -> tuple[float, float]:
    """Return the mean waits of the two classes in service times; who is served stays served."""
    share, _ = waits_mmc(servers, high + low)
    whole = 1 - (high + low) / servers
    return share / servers / (1 - high / servers), share / servers / (1 - high / servers) / whole


def erlang_a(servers: int, offered: float, patience: float) -> tuple[float, float]:
    """Return the share that hangs up and the mean number in the system; patience in service times."""
    states = np.arange(servers * 10 + 400)
    leaving = np.minimum(states, servers) + np.maximum(states - servers, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(math.log(offered) - np.log(leaving[1:]))])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    waiting = float((weights * np.maximum(states - servers, 0)).sum())
    return waiting / patience / offered, float((weights * states).sum())


def waits_mdc(servers: int, offered: float) -> float:
    """Return the mean wait in service times: one service time later, all who are served now have gone."""
    states = servers * 8 + 200
    arrived = np.exp(-offered + np.arange(states) * math.log(offered) - [math.lgamma(n + 1) for n in range(states)])
    moves = np.zeros((states, states))
    for state in range(states):
        left = max(0, state - servers)
        moves[state, left:] = arrived[: states - left]
    moves /= moves.sum(axis=1, keepdims=True)
    system = np.vstack([moves.T - np.eye(states), np.ones(states)])
    stationary = np.linalg.lstsq(system, np.r_[np.zeros(states), 1.0], rcond=None)[0]
    return float(stationary @ np.arange(states)) / offered - 1.0


def waits_mtmc(servers: int, hourly: Floats, service_hours: float) -> tuple[float, Floats]:
    """Return the mean time in the system in hours, and for each hour the share of its callers who wait.

    `hourly` are the rates of 24 hours; the day is gone through until it repeats itself.
    """
    states = int(servers * 3 + hourly.max() * service_hours * 4 + 60)
    level = np.arange(states)
    leaving = np.minimum(level, servers) / service_hours

    def change(rate: float, p: Floats) -> Floats:
        flow = -leaving * p
        flow[:-1] -= rate * p[:-1]
        flow[1:] += rate * p[:-1]
        flow[:-1] += leaving[1:] * p[1:]
        return flow

    p = np.zeros(states)
    p[0] = 1.0
    for _ in range(4):
        areas, waits = 0.0, []
        for rate in hourly:
            at = np.linspace(0.0, 1.0, 41)
            solved = solve_ivp(
                lambda _, y, r=rate: change(r, y), (0.0, 1.0), p, t_eval=at, method="LSODA", rtol=1e-8, atol=1e-10
            )
            p = solved.y[:, -1]
            areas += float(np.trapezoid(level @ solved.y, at))
            waits.append(float(np.trapezoid(solved.y[servers:].sum(axis=0), at)))
    return areas / float(hourly.sum()), np.array(waits)
