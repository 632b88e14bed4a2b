"""A program's own history, read from CSV files: the call log, the panel, handle times and reach rates.

Times are of the plan's zone. Files may be cut from any system; patients are only counted, so any code will do for them
and none leaves this module. What a plan learns from a history lives in `calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from simcare.planning import tables
from simcare.planning.csvs import Cell, Column, moment, number, one_of, read_csv, text
from simcare.planning.plan import ServiceLevel
from simcare.planning.store import PlanError

KINDS = ("inbound", "outreach")
OUTCOMES = ("answered", "abandoned", "voicemail", "no_answer", "message")
CALL_LOG = (
    Column("came", moment),
    Column("kind", one_of(*KINDS)),
    Column("outcome", one_of(*OUTCOMES)),
    Column("wait_seconds", number(0, 86_400), needed=False, may_be_empty=True),
    Column("talk_minutes", number(0, 600), needed=False, may_be_empty=True),
    Column("documentation_minutes", number(0, 600), needed=False, may_be_empty=True),
    Column("patient", text, needed=False, may_be_empty=True),
)


def _month(cell: str) -> Cell:
    try:
        datetime.strptime(cell, "%Y-%m")
    except ValueError:
        raise ValueError(f"'{cell}' is no month; write it as 2026-03") from None
    return cell


PANEL = (Column("month", _month), Column("patients", number(1, 10_000_000)))
REACH = (Column("month", _month), Column("reached", number(0, 1)))


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What happened.

    Attributes:
        calls: The call log: came, kind, outcome, wait_seconds, talk_minutes, documentation_minutes, patient, and the
            column `month` ("2026-03").
        panel: Patients by month.
        reach: Share of patients reached by month; empty where nobody kept it.
        times: Observed minutes by key of a duration.
    """

    calls: pd.DataFrame
    panel: Mapping[str, float]
    reach: Mapping[str, float]
    times: Mapping[str, tuple[float, ...]]

    @property
    def months(self) -> tuple[str, ...]:
        """Return the months that the panel knows and the call log covers whole, but for quiet days at its ends."""
        seen = self.calls.groupby("month")["came"].agg(["min", "max"])
        whole = []
        for month, row in seen.iterrows():
            last = (row["min"] + pd.offsets.MonthEnd(0)).day
            if str(month) in self.panel and row["min"].day <= 4 and row["max"].day >= last - 3:
                whole.append(str(month))
        return tuple(whole)

    def of(self, months: tuple[str, ...]) -> History:
        """Return the history of some months."""
        calls = self.calls[self.calls["month"].isin(months)]
        return History(
            calls,
            {month: count for month, count in self.panel.items() if month in months},
            {month: share for month, share in self.reach.items() if month in months},
            self.times,
        )


def read_history(calls: Path, panel: Path, times: Path | None = None, reach: Path | None = None) -> History:
    """Read the files; raises DocumentError with file, line and remedy for each wrong cell, PlanError for no month."""
    frame = pd.DataFrame([dict(row) for row in read_csv(calls, CALL_LOG, more=True)])
    if frame.empty:
        raise PlanError(f"{calls}: the call log has no rows; export at least one whole month")
    for name in ("wait_seconds", "talk_minutes", "documentation_minutes"):
        frame[name] = pd.to_numeric(frame[name]) if name in frame else np.nan
    frame["came"] = pd.to_datetime(frame["came"])
    frame["month"] = frame["came"].dt.strftime("%Y-%m")
    observed: dict[str, list[float]] = {}
    if times is not None:
        columns = (Column("work", one_of(*tables.durations())), Column("minutes", number(0, 600)))
        for row in read_csv(times, columns, more=True):
            observed.setdefault(str(row["work"]), []).append(float(str(row["minutes"])))
    history = History(
        frame,
        {str(row["month"]): float(str(row["patients"])) for row in read_csv(panel, PANEL, more=True)},
        {}
        if reach is None
        else {str(row["month"]): float(str(row["reached"])) for row in read_csv(reach, REACH, more=True)},
        {work: tuple(minutes) for work, minutes in observed.items()},
    )
    if not history.months:
        raise PlanError(f"no month is whole in {calls} and known in {panel}; give both for at least one whole month")
    return history


def observe(history: History, month: str, level: ServiceLevel) -> dict[str, float]:
    """Return what was observed in a month under the names of the answers; NaN where the files do not say."""
    calls = history.calls[history.calls["month"] == month]
    first = date.fromisoformat(f"{month}-01")
    days = (pd.Timestamp(first) + pd.offsets.MonthEnd(0)).day
    inbound, outreach = (calls[calls["kind"] == kind] for kind in KINDS)
    offered = inbound[inbound["outcome"] != "message"]
    answered, hung_up = (offered[offered["outcome"] == word] for word in ("answered", "abandoned"))
    short = hung_up["wait_seconds"] <= level.short_seconds
    in_time = (answered["wait_seconds"] <= level.within_seconds).sum()
    known = answered["wait_seconds"].notna().any()
    nothing = float("nan")
    return {
        "inbound": len(offered) / days,
        "messages": float((inbound["outcome"] == "message").sum()) / days,
        "attempts": len(outreach) / days if len(outreach) else nothing,
        "answer_rate": float((outreach["outcome"] == "answered").mean()) if len(outreach) else nothing,
        "service_level": float(in_time / max(1, len(offered) - short.sum())) if known else nothing,
        "asa": float(answered["wait_seconds"].mean()) if known else nothing,
        "abandonment": len(hung_up) / len(offered) if len(offered) else nothing,
        "reached": history.reach.get(month, nothing),
    }
