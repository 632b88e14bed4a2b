"""From minutes to billing codes: which codes a patient's month earns, and what they pay.

The families are Medicare's: care management by staff minutes (with its complex months), principal care management, and
the monthly codes without a minute count. Codes of provider's minutes are in the list and earn nothing, for no provider
works in this world. Labels are our own words. Not billing advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.planning import tables
from simcare.planning.basis import Basis

if TYPE_CHECKING:
    from simcare.planning.building import Built

Floats = NDArray[np.float64]


def codes(basis: Basis) -> tuple[str, ...]:
    """Return the billing codes in the order of every array of units."""
    return tuple(row["code"] for row in tables.prices(basis.plan.start.year))


def usd(basis: Basis) -> Floats:
    """Return the price of a unit of each code, as far as it is collected."""
    own = basis.plan.billing.usd
    prices = [own.get(row["code"], float(row["usd"])) for row in tables.prices(basis.plan.start.year)]
    return np.array(prices) * basis.number("collected_share")


def bill(built: Built, minutes: Floats) -> tuple[Floats, Floats, Floats]:
    """Return units (month, code), USD by month, and billed patient-months by month.

    `minutes` are those of clinical staff by (month, patient). Nothing is rounded up, nothing carried over.
    """
    basis = built.basis
    known = {row["code"]: row for row in tables.prices(basis.plan.start.year)}
    at = {code: nth for nth, code in enumerate(known)}
    units = np.zeros((minutes.shape[0], len(known)))
    billed = np.zeros(minutes.shape[0])
    family = basis.plan.billing.family
    floor = basis.number("billing_minutes")
    if family == "ccm":
        is_complex = built.complex & (minutes >= float(known["99487"]["minutes"]))
        plain = ~is_complex & (minutes >= floor)
        _timed(units, at, known, "99490", "99439", minutes, plain, floor)
        _timed(units, at, known, "99487", "99489", minutes, is_complex, float(known["99487"]["minutes"]))
        billed = (plain | is_complex).sum(axis=1)
    elif family == "pcm":
        first = float(known["99426"]["minutes"])
        enough = minutes >= first
        _timed(units, at, known, "99426", "99427", minutes, enough, first)
        billed = enough.sum(axis=1)
    elif family == "apcm":
        for level, code in enumerate(("G0556", "G0557", "G0558"), 1):
            units[:, at[code]] = (built.level == level).sum()
        billed = units.sum(axis=1)
    return units, units @ usd(basis), billed.astype(np.float64)


def _timed(
    units: Floats,
    at: dict[str, int],
    known: dict[str, tables.Row],
    first: str,
    more: str,
    minutes: Floats,
    earns: NDArray[np.bool_],
    floor: float,
) -> None:
    """Write the units of a code for the first minutes and of its code for further ones."""
    further = np.floor((minutes - floor) / float(known[more]["minutes"]))
    units[:, at[first]] = earns.sum(axis=1)
    units[:, at[more]] = np.where(earns, np.clip(further, 0, float(known[more]["most_units"])), 0).sum(axis=1)
