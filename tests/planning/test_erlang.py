"""Erlang's formulas against published values and against the stationary distribution summed state by state."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcare.planning.erlang import erlang_a, erlang_b, erlang_c, servers_needed


@pytest.mark.parametrize(("load", "servers", "blocked"), [(10, 10, 0.2146), (5, 10, 0.0184), (20, 30, 0.00846)])
def test_erlang_b_has_the_values_of_the_tables(load: float, servers: int, blocked: float) -> None:
    """Loss probabilities as in the usual tables of Erlang B."""
    assert erlang_b(load, servers) == pytest.approx(blocked, rel=3e-3)


def test_queues_with_and_without_abandonment_are_those_of_the_literature() -> None:
    """48 calls a minute of one minute with 50 agents: Gans, Koole and Mandelbaum (2003), section on abandonment.

    Without: 20.8 seconds. With a mean patience of two minutes: 3.1 % abandon, 3.7 seconds, agents 93 % busy.
    """
    without, patient = erlang_c(48, 1, 50), erlang_a(48, 1, 2, 50)
    assert (round(without.wait * 60, 1), round(without.occupancy, 2)) == (20.8, 0.96)
    assert round(patient.abandons, 3) == 0.031
    assert (round(patient.wait * 60, 1), round(patient.occupancy, 2)) == (3.7, 0.93)


def test_one_server_is_the_formula_of_every_textbook() -> None:
    """M/M/1 at load .8: a wait with probability .8, four service times long on average."""
    found = erlang_c(0.8, 1, 1, within=2)
    assert found.waits == pytest.approx(0.8)
    assert found.wait == pytest.approx(4.0)
    assert found.served_within == pytest.approx(1 - 0.8 * math.exp(-0.2 * 2))


@pytest.mark.parametrize(
    ("rate", "service", "patience", "servers"),
    [(5, 4, 6, 18), (5, 4, 6, 25), (0.5, 8, 6, 3), (60, 1, 0.5, 50), (2, 5, 3, 4), (0.01, 5, 3, 2)],
)
def test_erlang_a_is_its_stationary_distribution(rate: float, service: float, patience: float, servers: int) -> None:
    """The integrals agree with the birth-and-death chain summed over its states, from light load to heavy overload."""
    states = 4000
    up = np.log(rate) * np.arange(states)
    leave = (
        np.minimum(np.arange(1, states), servers) / service + np.maximum(0, np.arange(1, states) - servers) / patience
    )
    logs = up - np.concatenate([[0.0], np.cumsum(np.log(leave))])
    share = np.exp(logs - logs.max())
    share /= share.sum()
    queue = float((share * np.maximum(0, np.arange(states) - servers)).sum())
    found = erlang_a(rate, service, patience, servers)
    assert found.waits == pytest.approx(float(share[servers:].sum()), abs=1e-7)
    assert found.wait == pytest.approx(queue / rate, rel=1e-6, abs=1e-9)
    assert found.abandons == pytest.approx(queue / patience / rate, rel=1e-5, abs=1e-9)


def test_service_within_a_time_agrees_with_erlang_c_when_nobody_hangs_up() -> None:
    """As patience grows without end, Erlang A becomes Erlang C, service level included."""
    long, never = erlang_a(5, 4, 1e8, 25, within=0.33), erlang_c(5, 4, 25, within=0.33)
    assert long.served_within == pytest.approx(never.served_within, abs=1e-6)


def test_the_fewest_servers_are_enough_and_one_fewer_is_not() -> None:
    """The start of a staffing search is exact under its own formula."""
    needed = servers_needed(2.0, 6.0, 5.0, 1.0, 0.8, 100)
    enough, short = (erlang_a(2.0, 6.0, 5.0, count, 1.0).served_within for count in (needed, needed - 1))
    assert short < 0.8 <= enough
    assert servers_needed(0.0, 6.0, 5.0, 1.0, 0.8, 100) == 0
