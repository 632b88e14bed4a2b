"""The figures of a run that a planner would ask for, from the log of the world and from the naive twin's records."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simcare.world import FATES, KINDS, OUTCOMES, WorldLog
from simcare.world.log import HANDLED
from tests.world.naive import Naive


def of_world(log: WorldLog) -> dict[str, float]:
    """Return the figures of a run of the world."""
    frame = log.frame()
    frame["kind"] = np.array(KINDS)[frame["kind"]]
    frame["outcome"] = np.array(OUTCOMES)[frame["outcome"]]
    figures = _of_rows(frame)
    fates = log.calls["fate"]
    figures |= {f"fate {name}": float((fates == at).sum()) for at, name in enumerate(FATES) if at >= HANDLED}
    figures["visits"] = float(log.calls["ed"].sum())
    figures["episodes"] = float(log.episodes["accepted"].sum())
    figures["episodes handled"] = float(log.episodes["handled"].sum())
    return figures


def of_naive(twin: Naive) -> dict[str, float]:
    """Return the figures of a run of the naive twin."""
    figures = _of_rows(pd.DataFrame(twin.rows))
    fates = [fate for fate, _ in twin.fates.values()]
    figures |= {f"fate {name}": float(fates.count(name)) for name in FATES[HANDLED:]}
    figures["visits"] = float(twin.visits)
    figures["episodes"] = float(sum(twin.accepted))
    figures["episodes handled"] = float(sum(twin.handled))
    return figures


def _of_rows(frame: pd.DataFrame) -> dict[str, float]:
    figures: dict[str, float] = {}
    wait = frame["began"] - frame["came"]
    for kind in KINDS:
        mine = frame["kind"] == kind
        for outcome in OUTCOMES:
            figures[f"{kind} {outcome}"] = float((mine & (frame["outcome"] == outcome)).sum())
        figures[f"{kind} mean wait"] = float(wait[mine].mean())
    for priority in range(3):
        figures[f"mean wait at priority {priority}"] = float(
            wait[(frame["kind"] == "inbound") & (frame["priority"] == priority)].mean()
        )
    ringing = frame[(frame["kind"] == "inbound") & (frame["outcome"] == "answered")]
    figures["service level in 2 minutes"] = float(((ringing["began"] - ringing["came"]) <= 2.0).mean())
    for column in ("talk", "hold", "documentation"):
        figures[f"minutes of {column}"] = float(frame.loc[~frame["began"].isna(), column].sum())
    for decided in range(5):
        figures[f"decided {decided}"] = float((frame["decided"] == decided).sum())
    return figures
