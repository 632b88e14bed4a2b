"""What the plan board shows, as plain JSON: sliders and roster, and of each result its words, pictures and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from simcare.desk.plan.question import LICENSES, differences, most_people, skill_names, sliders, told
from simcare.planning import charts
from simcare.planning.answers import ANSWERS
from simcare.planning.basis import Basis
from simcare.planning.compare import Difference
from simcare.planning.judging import shown
from simcare.planning.page import judged_targets
from simcare.planning.plan import Team
from simcare.planning.staffing import Staffing
from simcare.planning.summary import Summary
from simcare.planning.tables import WEEKDAYS, count_confidence

RUNS = (5, 10, 20, 50, 100)
TILES = (
    "reached",
    "billable_months",
    "service_level",
    "abandonment",
    "nurse_wait",
    "urgent_missed",
    "ed_visits",
    "occupancy",
    "cost",
    "revenue",
)
FANS = ("service_level", "occupancy", "inbound", "attempts", "backlog_outreach", "backlog_callbacks", "nurse_wait")
HEATS = ("inbound", "service_level", "asa", "occupancy", "on_duty", "nurse_wait", "backlog_outreach")
COMPARED = (*TILES, "asa", "missed", "late", "overtime", "workload_spread")
TRAINING = (
    "A simulation of a fictional program: training material, not a clinical protocol and no billing advice. "
    "All patients are synthetic."
)


def setting(first: Basis, now: Basis, replications: int) -> dict[str, Any]:
    """Return all that a person may change, as it stands."""
    return {
        "sliders": [
            {
                "key": each.key,
                "label": each.label,
                "low": each.low,
                "high": each.high,
                "step": each.step,
                "value": each.value,
                "unit": each.unit,
                "text": told(each.value, each.unit),
                "usual": f"In the plan: {told(each.usual, each.unit)}"
                if each.confidence == "the plan"
                else f"Usual: {told(each.usual, each.unit)} ({each.confidence})",
            }
            for each in sliders(first, now)
        ],
        "roster": [_team(now, team) for team in now.plan.roster],
        "people": f"{sum(team.people for team in now.plan.roster)} people",
        "skills": list(skill_names(now)),
        "times": _times(now),
        "targets": [_target(target.answer, target.sign, target.bound) for target in now.plan.targets],
        "runs": {"options": sorted({*RUNS, replications}), "value": replications},
        "changed": list(differences(first, now)),
    }


def result(summary: Summary, fan: str, heat: str) -> dict[str, Any]:
    """Return what replications say: a sentence, tiles, pictures, and the tables behind them."""
    outcome = summary.outcome
    return {
        "sentence": sentence(summary),
        "runs": f"{len(outcome.tallies)} simulated {_spans(outcome.basis, len(outcome.tallies))}, seed {outcome.seed}",
        "targets": [
            {"words": str(finding), "verdict": {"met": "met", "missed": "missed", "open": "not clear"}[finding.verdict]}
            for finding in judged_targets(summary)
        ],
        "tiles": [_tile(summary, key) for key in TILES if pd.notna(summary.whole["mean"][key])],
        "fan": fan_view(summary, fan),
        "heat": heat_view(summary, heat),
        "answers": _table(
            ["Answer", "Mean", "Mean from", "to", "9 of 10 from", "to"],
            [
                [str(row["title"]), *(shown(float(row[name]), str(row["unit"])) for name in ENDS)]
                for _, row in summary.whole.iterrows()
            ],
        ),
        "teams": _table(
            ["Team", "People", "Occupancy", "from", "to"],
            [
                [str(name), str(row["people"]), *(shown(float(row[part]), "share") for part in OCCUPANCY)]
                for name, row in summary.teams.iterrows()
            ],
        ),
        "codes": _table(
            ["Code", "What", "A month", "USD each", "USD a month"],
            [
                [
                    str(code),
                    str(row["label"]),
                    f"{row['units']:,.0f}",
                    f"{row['usd_each']:,.2f}",
                    f"{row['usd_a_month']:,.0f}",
                ]
                for code, row in summary.codes.iterrows()
                if row["units"] > 0
            ],
        ),
        "assumptions": _assumptions(outcome.basis),
    }


ENDS = ("mean", "low", "high", "p5", "p95")
OCCUPANCY = ("occupancy", "occupancy_low", "occupancy_high")


def sentence(summary: Summary) -> str:
    """Return the staffing answer of a run in one sentence, with how sure it is."""
    outcome = summary.outcome
    plan, runs = outcome.basis.plan, len(outcome.whole)
    people = sum(team.people for team in plan.roster)
    teams = ", ".join(f"{team.people} {team.team}" for team in plan.roster if team.people)
    who = f"{people} {'person' if people == 1 else 'people'} ({teams})"
    if not plan.targets:
        return f"This plan has no targets; with {who} the answers are below."
    held = sum(
        all(target.sign * each[target.answer] >= target.sign * target.bound for target in plan.targets)
        for each in outcome.whole
    )
    verdicts = [finding.verdict for finding in judged_targets(summary)]
    spans = _spans(outcome.basis, runs)
    how = f"in {held} of {runs} simulated {spans} all of them held together"
    if "missed" in verdicts:
        wrong = [finding for finding in judged_targets(summary) if finding.verdict == "missed"]
        return f"{who.capitalize()} are not enough: {wrong[0]}; {how}."
    if "open" in verdicts:
        return f"{who.capitalize()} may be enough, {runs} simulated {spans} do not settle it; {how}."
    return f"{who.capitalize()} are enough for every target at {summary.confidence:.0%} confidence; {how}."


def fan_view(summary: Summary, answer: str) -> dict[str, Any]:
    """Return the fan of an answer by day, with its choices and its table."""
    target = next((each.bound for each in summary.outcome.basis.plan.targets if each.answer == answer), None)
    rows = summary.days[summary.days["answer"] == answer]
    unit = ANSWERS[answer].unit
    return {
        "options": [[key, ANSWERS[key].title] for key in FANS],
        "value": answer,
        "plain": ANSWERS[answer].plain,
        "svg": [charts.fan(summary.days, answer, width=width, target=target) for width in (charts.WIDE, charts.NARROW)],
        "table": _table(
            ["Day", "Median", "Half from", "to", "9 of 10 from", "to"],
            [
                [str(row["day"]), *(shown(float(row[name]), unit) for name in ("p50", "p25", "p75", "p5", "p95"))]
                for _, row in rows.iterrows()
                if pd.notna(row["p50"])
            ],
        ),
    }


def heat_view(summary: Summary, answer: str) -> dict[str, Any]:
    """Return the heat map of an answer by weekday and half-hour, with its choices and its table."""
    values = summary.intervals.loc[summary.intervals["answer"] == answer, "mean"].to_numpy().reshape(7, -1)
    slots, unit = values.shape[1], ANSWERS[answer].unit
    rows = []
    for slot in range(slots):
        if not pd.notna(values[:, slot]).any():
            continue
        minute = slot * 1440 // slots
        rows.append([f"{minute // 60:02d}:{minute % 60:02d}", *(_cell(value, unit) for value in values[:, slot])])
    return {
        "options": [[key, ANSWERS[key].title] for key in HEATS],
        "value": answer,
        "plain": ANSWERS[answer].plain,
        "svg": [charts.heat(summary.intervals, answer, width=width) for width in (charts.WIDE, charts.NARROW)],
        "table": _table(["From", *(day.capitalize() for day in WEEKDAYS)], rows),
    }


def comparison(found: Sequence[Difference], first: Basis, second: Basis, runs: int) -> dict[str, Any]:
    """Return two plans side by side: what is otherwise, and each answer with its paired interval."""
    rows = []
    for each in found:
        answer = ANSWERS[each.answer]
        if each.answer not in COMPARED or pd.isna(each.difference):
            continue
        better = answer.better * each.difference > 0
        word = "not clear" if not each.clear else "higher" if each.difference > 0 else "lower"
        rows.append(
            {
                "title": answer.title,
                "first": shown(each.first, answer.unit),
                "second": shown(each.second, answer.unit),
                "difference": change(each.difference, answer.unit),
                "between": _between(each.low, each.high, answer.unit),
                "word": word,
                "good": "" if not each.clear or not answer.better else "better" if better else "worse",
            }
        )
    return {"changes": list(differences(first, second)) or ["nothing"], "runs": runs, "rows": rows}


def staffing_view(found: Staffing) -> dict[str, Any]:
    """Return the answer of a staffing search: its sentence and the rosters that were tried."""
    names = [team.team for team in found.basis.plan.roster]
    tried = sorted(found.judged, key=lambda each: each.mean("cost"))
    return {
        "sentence": found.sentence,
        "met": found.best is not None,
        "table": _table(
            [*names, "Cost a month", "Targets"],
            [
                [*map(str, each.people), shown(each.mean("cost"), "USD"), "all met" if each.meets else "not all met"]
                for each in tried
            ],
        ),
    }


def change(value: float, unit: str) -> str:
    """Return a difference with its sign; of shares in points of a hundred."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + (f"{abs(value) * 100:.1f} points" if unit == "share" else shown(abs(value), unit))


def _between(low: float, high: float, unit: str) -> str:
    """Say both ends of a difference, and the unit once."""
    first, last = change(low, unit), change(high, unit)
    return f"{first.partition(' ')[0]} to {last}"


def _team(now: Basis, team: Team) -> dict[str, Any]:
    shift = team.shift
    by_day = shift is not None and not shift.overnight
    return {
        "team": team.team,
        "who": ("nurse on escalations" if team.role == "nurse" else "care manager") + f", {LICENSES[team.license]}",
        "people": team.people,
        "most": most_people(team),
        "skill": team.skill,
        "start": shift.start if shift is not None and by_day else "",
        "end": shift.end if shift is not None and by_day else "",
        "hours": "always on duty"
        if shift is None
        else f"{', '.join(day.capitalize() for day in shift.days)}"
        if len(shift.days) < 5
        else f"{shift.days[0].capitalize()} to {shift.days[-1].capitalize()}",
        "zone": "" if shift is None or shift.zone is None or shift.zone == now.plan.zone else shift.zone,
    }


def _times(now: Basis) -> list[list[str]]:
    """Return the times of day that a shift may begin or end at: every half-hour, and those that the plan has."""
    mine = {at for team in now.plan.roster if team.shift is not None for at in (team.shift.start, team.shift.end)}
    clocks = {f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1441, 30)} | mine
    return [[clock, _on_a_clock(clock)] for clock in sorted(clocks)]


def _on_a_clock(clock: str) -> str:
    hour, minute = int(clock[:2]), clock[3:]
    if clock in ("00:00", "24:00", "12:00"):
        return "noon" if hour == 12 else "midnight"
    return f"{(hour - 1) % 12 + 1}:{minute} {'am' if hour < 12 else 'pm'}"


def _target(answer: str, sign: int, bound: float) -> str:
    return f"{ANSWERS[answer].title} {'at least' if sign > 0 else 'at most'} {shown(bound, ANSWERS[answer].unit)}"


def _tile(summary: Summary, key: str) -> dict[str, str]:
    row, answer = summary.whole.loc[key], ANSWERS[key]
    unit = "" if answer.title.endswith(answer.unit) else answer.unit
    numbers = {name: shown(float(row[name]), unit).rstrip() for name in ENDS}
    return {
        "title": answer.title,
        "value": numbers["mean"],
        "between": f"9 of 10: {numbers['p5']} to {numbers['p95']}",
        "plain": answer.plain,
    }


def _spans(basis: Basis, runs: int) -> str:
    plan = basis.plan
    if plan.months == 1:
        return "month" if runs == 1 else "months"
    one = f"{plan.months}-month runs" if plan.months else f"{plan.horizon_days}-day runs"
    return one[:-1] if runs == 1 else one


def _assumptions(basis: Basis) -> dict[str, Any]:
    lines = basis.assumptions()
    counts = count_confidence(lines)
    words = ", ".join(f"{number} {word}" for word, number in counts.items())
    return {
        "words": f"Rests on {len(lines)} numbers: {words}.",
        "table": _table(
            ["What", "Value", "How sure", "Source"],
            [[line.key.replace("_", " "), line.value, line.confidence, line.source] for line in lines],
        ),
    }


def _cell(value: float, unit: str) -> str:
    return shown(float(value), unit) if pd.notna(value) else "-"


def _table(head: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {"head": head, "rows": rows}
