"""A report on disk: one page, the tables beside it as CSV and Parquet, and the event log of the first replication.

What stands on the page lives in `page`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from simcare.planning.building import build
from simcare.planning.compare import Arm, Difference, as_table, tornado_table
from simcare.planning.page import page
from simcare.planning.replicate import Outcome
from simcare.planning.staffing import Staffing
from simcare.planning.store import PlanError
from simcare.planning.summary import Summary
from simcare.world import run

PAGE = "report.html"
MOST_EVENT_ROWS = 2_000_000
"""Above, the event log is written as Parquet alone."""


def write_report(
    folder: Path,
    summary: Summary,
    *,
    staffing: Staffing | None = None,
    comparison: Sequence[Difference] = (),
    names: tuple[str, str] = ("this plan", "the other"),
    arms: Sequence[Arm] = (),
    swings_of: str = "reached",
    notes: Sequence[str] = (),
    events: bool = True,
) -> Path:
    """Write page and tables into a folder and return the page; raises PlanError where it cannot be written."""
    text = page(
        summary,
        staffing=staffing,
        comparison=comparison,
        names=names,
        arms=arms,
        swings_of=swings_of,
        notes=notes,
    )
    tables = dict(frames(summary))
    if comparison:
        tables["comparison"] = as_table(comparison).reset_index()
    if arms:
        tables["sensitivity"] = tornado_table(arms, swings_of).reset_index()
    if staffing is not None:
        tables["rosters"] = rosters(staffing)
    if events:
        tables["events"] = event_log(summary.outcome)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)
            if len(frame) <= MOST_EVENT_ROWS:
                frame.to_csv(folder / f"{name}.csv", index=False)
        unfinished = folder / f".{PAGE}.{os.getpid()}.part"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(folder / PAGE)
    except OSError as error:
        raise PlanError(f"{folder} cannot be written: {error.strerror}; choose another --out") from error
    return folder / PAGE


def frames(summary: Summary) -> Mapping[str, pd.DataFrame]:
    """Return the tables of a summary by the names of their files, every one with its keys as columns."""
    outcome = summary.outcome
    return {
        "answers": summary.whole.reset_index(),
        "months": summary.months,
        "days": summary.days,
        "intervals": summary.intervals,
        "codes": summary.codes.reset_index(),
        "teams": summary.teams.reset_index(),
        "replications": pd.DataFrame(
            [
                {"replication": tally.replication, **values}
                for tally, values in zip(outcome.tallies, outcome.whole, strict=True)
            ]
        ),
        "assumptions": pd.DataFrame(
            [
                {
                    "what": line.key,
                    "value": line.value,
                    "plain": line.plain,
                    "source": line.source,
                    "confidence": line.confidence,
                }
                for line in outcome.basis.assumptions()
            ]
        ),
    }


def rosters(staffing: Staffing) -> pd.DataFrame:
    """Return every roster that a search simulated: people by team, replications, the mean of each target's answer."""
    names = [team.team for team in staffing.basis.plan.roster]
    return pd.DataFrame(
        [
            dict(zip(names, each.people, strict=True))
            | {"replications": len(each.whole), "meets": each.meets}
            | {key: each.mean(key) for key in ("cost", "missed_a_month")}
            | {finding.target.answer: finding.mean for finding in each.findings}
            for each in staffing.judged
        ]
    )


def event_log(outcome: Outcome) -> pd.DataFrame:
    """Return what happened to every call of the first replication, in vidigi's columns.

    These are entity_id, event_type, event, time (minutes), run_number and resource_id. The replication is run again,
    because only its counts were kept.
    """
    built = build(outcome.basis, outcome.seed)
    return run(built.spec_of(0, outcome.seed), outcome.seed, 0).events()
