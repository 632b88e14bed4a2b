"""From a history to a plan's numbers, and how well such a plan would have foretold the last month (a backtest).

Each number is estimated in the plainest way that its meaning allows, and says from how many observations. Whatever the
history does not speak of stays as the plan has it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simcare.documents import dump, read_plain
from simcare.planning import tables
from simcare.planning.answers import ANSWERS
from simcare.planning.authored import Minutes
from simcare.planning.basis import Basis
from simcare.planning.history import History, observe
from simcare.planning.plan import WeeklyWeights
from simcare.planning.replicate import Outcome, Progress, Stopping, Workers, run_replications
from simcare.planning.store import PlanError

QUANTILES = 99
"""An observed distribution is kept as so many of its quantiles, so that a plan stays a file that people can read."""
FEWEST = 30
"""Fewer observations than this change nothing."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a history says.

    Attributes:
        numbers: By key, what to write into a plan's `numbers`.
        durations: By key, what to write into its `durations`.
        hours: When calls come, by hour and weekday; None for too few.
        observations: By key, from how many observations.
    """

    numbers: Mapping[str, float]
    durations: Mapping[str, Minutes]
    hours: WeeklyWeights | None
    observations: Mapping[str, int]

    def applied(self, basis: Basis) -> Basis:
        """Return a basis with these in place of its own."""
        plan = basis.plan
        calls = plan.calls if self.hours is None else plan.calls.model_copy(update={"hours": self.hours})
        return replace(
            basis,
            plan=plan.model_copy(
                update={
                    "numbers": {**plan.numbers, **self.numbers},
                    "durations": {**plan.durations, **self.durations},
                    "calls": calls,
                }
            ),
        )


def calibrate(basis: Basis, history: History) -> Calibration:
    """Return the numbers that a history speaks of; months that are not whole are left out."""
    months = history.months
    calls = history.calls[history.calls["month"].isin(months)]
    patient_months = sum(history.panel[month] for month in months)
    inbound, outreach = calls[calls["kind"] == "inbound"], calls[calls["kind"] == "outreach"]
    numbers: dict[str, float] = {}
    counted: dict[str, int] = {}

    def learn(key: str, value: float, observations: int) -> None:
        if observations >= FEWEST and not math.isnan(value):
            known = tables.numbers()[key]
            numbers[key] = float(f"{min(max(value, known.least), known.most):.4g}")
            counted[key] = observations

    if patient_months:
        rate = len(inbound) / patient_months
        learn("inbound_per_patient_month", rate, len(inbound))
        shipped = tables.numbers()["episode_calls_per_patient_month"].value
        if len(inbound) >= FEWEST and rate < shipped:  # then even the episodes are fewer than those of shipped lives
            learn("episodes_rate", rate / shipped, len(inbound))
            learn("episode_calls_per_patient_month", rate, len(inbound))
    if len(outreach):
        answered = outreach["outcome"] == "answered"
        morning = outreach["came"].dt.hour < 12
        learn("answer_probability", float(answered.mean()), len(outreach))
        learn("answer_overall", float(answered.mean()), len(outreach))
        learn("answer_morning", float(answered[morning].mean()), int(morning.sum()))
        learn("answer_afternoon", float(answered[~morning].mean()), int((~morning).sum()))
        # The log's attempts were made when they were made, best time or not: that is in their share already.
        learn("best_time_factor", 1.0, len(outreach))
        unanswered = outreach[~answered]
        learn("voicemail_share", float((unanswered["outcome"] == "voicemail").mean()), len(unanswered))
    elif history.reach:
        shares = [history.reach[month] for month in months if month in history.reach]
        if shares:
            missed = 1 - min(float(np.mean(shares)), 0.999)
            learn("answer_probability", 1 - missed ** (1 / basis.number("attempts_a_month")), FEWEST)
    durations = _durations(inbound, outreach, history, counted)
    return Calibration(numbers, durations, _hours(inbound, counted), counted)


def _durations(
    inbound: pd.DataFrame, outreach: pd.DataFrame, history: History, counted: dict[str, int]
) -> dict[str, Minutes]:
    spoken = {"inbound_call": inbound, "monthly_call": outreach}
    observed = {
        key: frame.loc[frame["outcome"] == "answered", "talk_minutes"].dropna().to_numpy()
        for key, frame in spoken.items()
    }
    both = pd.concat([inbound, outreach])
    observed["documentation"] = both["documentation_minutes"].dropna().to_numpy()
    observed |= {key: np.array(minutes) for key, minutes in history.times.items()}
    found = {}
    for key, minutes in observed.items():
        if minutes.size >= FEWEST:
            kept = np.quantile(minutes, (np.arange(QUANTILES) + 0.5) / QUANTILES)
            found[key] = Minutes(empirical=tuple(float(f"{value:.4g}") for value in kept))
            counted[f"minutes: {key}"] = int(minutes.size)
    hung_up = inbound["outcome"] == "abandoned"
    waited = inbound["wait_seconds"].dropna()
    if hung_up.sum() >= FEWEST and waited.size:
        # Who was answered would have waited at least so long: the mean of an exponential under such a cut.
        found["patience"] = Minutes(exponential=float(f"{max(waited.sum() / 60 / hung_up.sum(), 0.01):.4g}"))
        counted["minutes: patience"] = int(hung_up.sum())
    return found


def _hours(inbound: pd.DataFrame, counted: dict[str, int]) -> WeeklyWeights | None:
    if len(inbound) < 10 * FEWEST:
        return None
    counted["hours"] = len(inbound)
    came = inbound["came"].dt
    hours = np.bincount(came.hour, minlength=24) / len(inbound)
    days = np.bincount(came.day_of_week, minlength=7) / len(inbound)
    # An hour in which nobody called in the log may still see a call.
    return WeeklyWeights(
        hours=tuple(float(f"{max(share, 1e-4):.4g}") for share in hours),
        days=tuple(float(f"{max(share, 1e-4):.4g}") for share in days),
    )


def calibrated_text(path: Path, calibration: Calibration) -> str:
    """Return the plan of a file as YAML with the calibrated numbers in it; comments of the file are not kept."""
    data: Any = read_plain(path.read_text(encoding="utf-8"), name=path.as_posix()).value
    data["numbers"] = {**(data.get("numbers") or {}), **calibration.numbers}
    written = {key: minutes.model_dump(exclude_unset=True) for key, minutes in calibration.durations.items()}
    data["durations"] = {**(data.get("durations") or {}), **written}
    if calibration.hours is not None:
        data["calls"] = {**(data.get("calls") or {}), "hours": calibration.hours.model_dump()}
    return dump(data)


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """Predicted against observed.

    Attributes:
        month: The month that was foretold.
        learned: The months from which.
        table: One row an answer: title, unit, observed, predicted, p5, p95, inside; index `answer`.
        outcome: The replications.
    """

    month: str
    learned: tuple[str, ...]
    table: pd.DataFrame
    outcome: Outcome


def backtest(
    basis: Basis,
    history: History,
    seed: int,
    replications: int = 20,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Calibrate on all whole months but the last, simulate the last, and set both side by side.

    The roster and the rules are those of the plan, so it should be the plan that was worked to. Raises PlanError for
    fewer than two whole months.
    """
    months = history.months
    if len(months) < 2:
        raise PlanError("a backtest needs two whole months, one to learn from and one to foretell; give a longer log")
    *learned, last = months
    calibration = calibrate(basis, history.of(tuple(learned)))
    patients = basis.plan.patients
    update: dict[str, Any] = {"start": date.fromisoformat(f"{last}-01"), "months": 1, "days": None}
    if patients is not None and patients.folder is None:
        update["patients"] = patients.model_copy(update={"count": round(history.panel[last])})
    calibrated = calibration.applied(basis)
    then = replace(calibrated, plan=calibrated.plan.model_copy(update=update))
    outcome = run_replications(then, seed, Stopping(replications), workers, progress)
    rows = {}
    for key, seen in observe(history, last, basis.plan.service_level).items():
        values = outcome.values(key)
        values = values[~np.isnan(values)]
        if math.isnan(seen) or not values.size:
            continue
        low, high = (float(np.percentile(values, end)) for end in (5, 95))
        rows[key] = {
            "title": ANSWERS[key].title,
            "unit": ANSWERS[key].unit,
            "observed": seen,
            "predicted": float(values.mean()),
            "p5": low,
            "p95": high,
            "inside": low <= seen <= high,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "answer"
    return Backtest(last, tuple(learned), table, outcome)
