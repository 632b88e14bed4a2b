"""Over replications: mean, interval and percentiles of every answer, for the whole, by month, day and interval.

Tables are pandas frames with one row an answer (and part); charts and reports read them, and so do notebooks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simcare.planning import billing, tables
from simcare.planning.answers import ANSWERS, LEVELS, derive_answers
from simcare.planning.calendar import Calendar, Floats, calendar_of
from simcare.planning.replicate import Outcome, money_of
from simcare.planning.statistics import half_widths, means, percentiles

PERCENTS = (5.0, 25.0, 50.0, 75.0, 95.0)
COLUMNS = ("mean", "low", "high", *(f"p{percent:.0f}" for percent in PERCENTS))


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What the replications of a plan say.

    Attributes:
        outcome: The replications.
        confidence: Of the intervals `low` to `high` of a mean; p5 to p95 are percentiles of the replications.
        whole: One row an answer: title, unit, and COLUMNS; index `answer`.
        months: Rows (month, answer); only whole calendar months.
        days: Rows (day, answer).
        intervals: Rows (weekday, start, answer): the interval of a week, over the weeks of the horizon.
        codes: One row a billing code: label, units a month, USD a month; index `code`.
        teams: One row a team: people, license, occupancy; index `team`.
    """

    outcome: Outcome
    confidence: float
    whole: pd.DataFrame
    months: pd.DataFrame
    days: pd.DataFrame
    intervals: pd.DataFrame
    codes: pd.DataFrame
    teams: pd.DataFrame


def summarize(outcome: Outcome, confidence: float = 0.95) -> Summary:
    """Return the tables of the replications that are finished; raises ValueError for none."""
    if not outcome.tallies:
        raise ValueError("there is no finished replication")
    calendar = calendar_of(outcome.basis)
    return Summary(
        outcome=outcome,
        confidence=confidence,
        whole=_whole(outcome, confidence),
        months=_months(outcome, calendar, confidence),
        days=_days(outcome, calendar, confidence),
        intervals=_intervals(outcome, calendar, confidence),
        codes=_codes(outcome, confidence),
        teams=_teams(outcome, confidence),
    )


def spread(values: Floats, confidence: float) -> dict[str, Floats]:
    """Return COLUMNS of values of shape (replications, ...), each of the shape without the first axis."""
    mean, half = means(values), half_widths(values, confidence)
    # No answer can be below 0, so no interval says that it might.
    return {"mean": mean, "low": np.maximum(mean - half, 0.0), "high": mean + half} | dict(
        zip(COLUMNS[3:], percentiles(values, PERCENTS), strict=True)
    )


def _whole(outcome: Outcome, confidence: float) -> pd.DataFrame:
    values = np.array([[each[key] for key in ANSWERS] for each in outcome.whole])
    frame = pd.DataFrame(spread(values, confidence), index=pd.Index(list(ANSWERS), name="answer"))
    frame.insert(0, "title", [answer.title for answer in ANSWERS.values()])
    frame.insert(1, "unit", [answer.unit for answer in ANSWERS.values()])
    return frame


def _months(outcome: Outcome, calendar: Calendar, confidence: float) -> pd.DataFrame:
    month_of_day = np.array([(day.year, day.month) for day in calendar.days])
    sums = []
    for tally in outcome.tallies:
        rows = [
            tally.days[(month_of_day == (first.year, first.month)).all(axis=1)].sum(axis=0) for first in calendar.months
        ]
        sums.append(np.array(rows).reshape(len(calendar.months), tally.days.shape[1]))
    labels = pd.Index([first.strftime("%Y-%m") for first in calendar.months], name="month")
    return _long(outcome, np.array(sums), labels, "month", 1.0, confidence)


def _days(outcome: Outcome, calendar: Calendar, confidence: float) -> pd.DataFrame:
    sums = np.array([tally.days for tally in outcome.tallies])
    labels = pd.Index([day.isoformat() for day in calendar.days], name="day")
    return _long(outcome, sums, labels, "day", 0.0, confidence)


def _intervals(outcome: Outcome, calendar: Calendar, confidence: float) -> pd.DataFrame:
    sums = np.array([tally.week for tally in outcome.tallies])
    starts = [
        f"{day} {minute // 60:02d}:{minute % 60:02d}"
        for day in tables.WEEKDAYS
        for minute in range(0, 1440, calendar.interval_minutes)
    ]
    return _long(outcome, sums, pd.Index(starts, name="interval"), "interval", 0.0, confidence)


def _long(
    outcome: Outcome, sums: Floats, labels: pd.Index, level: str, months: float, confidence: float
) -> pd.DataFrame:
    """Return rows (part, answer) of sums of shape (replications, parts, COUNTED)."""
    runs, parts = sums.shape[:2]
    coarse = LEVELS.index(level)
    keys = [key for key, answer in ANSWERS.items() if answer.top and LEVELS.index(answer.level) <= coarse]
    if not parts:
        return pd.DataFrame(columns=[labels.name, "answer", *COLUMNS])
    flat = derive_answers(sums.reshape(runs * parts, -1), money_of(outcome.basis), months)
    values = np.stack([flat[key].reshape(runs, parts) for key in keys], axis=2)
    columns = {name: each.reshape(-1) for name, each in spread(values, confidence).items()}
    index = {labels.name: np.repeat(labels.to_numpy(), len(keys)), "answer": np.tile(keys, parts)}
    return pd.DataFrame(index | columns)


def _codes(outcome: Outcome, confidence: float) -> pd.DataFrame:
    basis = outcome.basis
    units = np.array([tally.codes for tally in outcome.tallies])
    a_month = units.mean(axis=1) if units.shape[1] else np.full((units.shape[0], units.shape[2]), np.nan)
    found = spread(a_month, confidence)
    rows = tables.prices(basis.plan.start.year)
    frame = pd.DataFrame(
        {"label": [row["label"] for row in rows], "usd_each": billing.usd(basis), "units": found["mean"]}
        | {f"units_{end}": found[end] for end in ("low", "high")},
        index=pd.Index(list(billing.codes(basis)), name="code"),
    )
    frame["usd_a_month"] = frame["units"] * frame["usd_each"]
    return frame


def _teams(outcome: Outcome, confidence: float) -> pd.DataFrame:
    roster = outcome.basis.plan.roster
    values = np.array([[tally.own[f"occupancy of {team.team}"] for team in roster] for tally in outcome.tallies])
    found = spread(values, confidence)
    return pd.DataFrame(
        {
            "people": [team.people for team in roster],
            "license": [team.license for team in roster],
            "occupancy": found["mean"],
            "occupancy_low": found["low"],
            "occupancy_high": found["high"],
        },
        index=pd.Index([team.team for team in roster], name="team"),
    )
