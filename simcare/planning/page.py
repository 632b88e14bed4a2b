"""The page of a report: one HTML text with everything in it, readable without a network, in light and in dark.

Sections are small functions from tables to HTML. Which files stand beside the page is told in `report`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files

import pandas as pd

from simcare.planning import charts
from simcare.planning.answers import ANSWERS
from simcare.planning.compare import Arm, Difference, tornado_table
from simcare.planning.judging import Finding, find, shown
from simcare.planning.plan import Plan
from simcare.planning.staffing import Staffing, front
from simcare.planning.summary import Summary
from simcare.planning.tables import Assumption, count_confidence

DISCLAIMER = "A simulation of a fictional program. Training material: no clinical protocol, no billing advice."
FANS = ("service_level", "inbound", "backlog_outreach", "occupancy")
HEATS = ("inbound", "service_level", "on_duty", "occupancy")
_WIDTHS = (("wide", charts.WIDE), ("narrow", charts.NARROW))
KEY = (
    "reached",
    "service_level",
    "asa",
    "abandonment",
    "nurse_wait",
    "missed",
    "urgent_missed",
    "ed_visits",
    "occupancy",
    "billable_months",
    "revenue",
    "cost",
)


def page(
    summary: Summary,
    *,
    staffing: Staffing | None = None,
    comparison: Sequence[Difference] = (),
    names: tuple[str, str] = ("this plan", "the other"),
    arms: Sequence[Arm] = (),
    swings_of: str = "reached",
    notes: Sequence[str] = (),
) -> str:
    """Return the whole page; sections without anything to say are left out."""
    plan = summary.outcome.basis.plan
    assumptions = summary.outcome.basis.assumptions()
    sections: list[str] = [_head(summary, plan, notes)]
    if staffing is not None:
        sections.append(_staffing(staffing))
    sections.append(_targets(summary, plan))
    sections.append(_answers(summary))
    if comparison:
        sections.append(_comparison(comparison, names))
    if arms:
        sections.append(_tornado(arms, swings_of))
    sections += [_over_time(summary), _money(summary), _definitions(plan), _assumptions(assumptions)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(plan.title)}</title><style>{_style()}</style></head><body><main>"
        + "".join(sections)
        + f'<p class="soft">{DISCLAIMER}</p></main></body></html>\n'
    )


@cache
def _style() -> str:
    return files("simcare.planning").joinpath("data", "report.css").read_text(encoding="utf-8")


def judged_targets(summary: Summary) -> tuple[Finding, ...]:
    """Return what the replications say about each target, each interval at the confidence of the summary."""
    plan = summary.outcome.basis.plan
    error = (1 - summary.confidence) / 2 / max(1, len(plan.targets))
    return tuple(find(target, summary.outcome.whole, error) for target in plan.targets)


def _head(summary: Summary, plan: Plan, notes: Sequence[str]) -> str:
    outcome = summary.outcome
    people = sum(team.people for team in plan.roster)
    who = f"{plan.patients.count:,} patients, " if plan.patients is not None and plan.patients.count else ""
    runs = len(outcome.tallies)
    cut = "" if outcome.finished else " It was stopped before there were as many as asked for."
    about = f"<p>{escape(plan.about)}</p>" if plan.about else ""
    more = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return (
        f'<h1>{escape(plan.title)}</h1>{about}<p class="soft">{who}{people} people on the roster, '
        f"{plan.horizon_days} days from {plan.start}, counted in {escape(plan.zone)}. "
        f"{runs} replication{'s' * (runs != 1)}, seed {outcome.seed}.{cut} {DISCLAIMER}</p>{more}"
    )


def _staffing(staffing: Staffing) -> str:
    points = []
    on_front = {each.people for each in front(staffing.judged)}
    names = [team.team for team in staffing.basis.plan.roster]
    for each in staffing.judged:
        words = ", ".join(f"{count} {name}" for count, name in zip(each.people, names, strict=True))
        words += f": {shown(each.mean('cost'), 'USD')} a month, {shown(each.mean('missed_a_month'), 'a month')} missed"
        points.append((each.mean("cost"), each.mean("missed_a_month"), words, each.people in on_front))
    shown_points = [point for point in points if not (math.isnan(point[0]) or math.isnan(point[1]))]
    rows = [
        [
            ", ".join(f"{count} {name}" for count, name in zip(each.people, names, strict=True)),
            shown(each.mean("cost"), "USD"),
            shown(each.mean("missed_a_month"), "a month"),
            str(len(each.whole)),
            "meets all" if each.meets else "; ".join(str(f) for f in each.findings if f.verdict != "met"),
        ]
        for each in sorted(staffing.judged, key=lambda one: one.mean("cost"))
    ]
    heads = ["Roster", "Cost a month", "Escalations missed", "Replications", "Targets"]
    figure = ""
    if len(shown_points) > 1:
        figure = _figure(
            lambda width: charts.front_chart(shown_points, "cost", "missed_a_month", width=width),
            "Each point is a roster that was simulated; filled ones are on the front: none other is both cheaper and "
            "misses fewer escalations.",
        )
    ranked = ""
    if staffing.ranking is not None:
        how = "was best with" if staffing.ranking.decided else "had the least mean cost, without"
        ranked = (
            f"<p>Among the last {len(staffing.finalists)} rosters the chosen one {how} a guarantee of "
            f"{staffing.confidence:.0%} (Kim and Nelson; differences under half a percent do not matter).</p>"
        )
    tried = table(heads, rows, text=(0, 4))
    return (
        f'<h2>The staffing answer</h2><p class="sum">{escape(staffing.sentence)}</p>{ranked}'
        f"{figure}"
        f"<details><summary>All {len(rows)} rosters that were simulated</summary>{tried}</details>"
    )


def _targets(summary: Summary, plan: Plan) -> str:
    if not plan.targets:
        return ""
    rows = []
    for finding in judged_targets(summary):
        answer = ANSWERS[finding.target.answer]
        word = {
            "met": '<span class="good">met</span>',
            "missed": '<span class="bad">missed</span>',
            "open": "not clear",
        }
        bound = f"{'at least' if finding.target.sign > 0 else 'at most'} {shown(finding.target.bound, answer.unit)}"
        rows.append(
            [
                escape(answer.title),
                escape(bound),
                escape(shown(finding.mean, answer.unit)),
                escape(f"{shown(finding.low, answer.unit)} to {shown(finding.high, answer.unit)}"),
                word[finding.verdict],
            ]
        )
    heads = ["Target", "Asked for", "Mean", f"Interval, {summary.confidence:.0%} together", "Verdict"]
    return "<h2>Targets</h2>" + table(heads, rows, text=(0, 1), escaped=True)


def _answers(summary: Summary) -> str:
    whole = summary.whole
    cards = "".join(
        f"<li>{escape(ANSWERS[key].title)}<b>{escape(shown(float(whole['mean'][key]), ANSWERS[key].unit))}</b>"
        f'<span class="soft">{escape(_between(whole, key, "p5", "p95"))}</span></li>'
        for key in KEY
        if not math.isnan(float(whole["mean"][key]))
    )
    rows = [
        [
            str(row["title"]),
            *(shown(float(row[name]), str(row["unit"])) for name in ("mean", "low", "high", "p5", "p50", "p95")),
        ]
        for _, row in whole.iterrows()
    ]
    heads = ["Answer", "Mean", "low", "high", "5 %", "Median", "95 %"]
    note = f"low to high: interval of the mean at {summary.confidence:.0%}; the percents: percentiles of replications"
    teams = [
        [str(name), str(row["people"]), str(row["license"]), shown(float(row["occupancy"]), "share")]
        for name, row in summary.teams.iterrows()
    ]
    return (
        f'<h2>Answers</h2><ul class="cards">{cards}</ul><p class="soft">Under each mean: where nine replications in '
        f"ten lie.</p><details><summary>All answers</summary>{table(heads, rows, caption=note)}</details>"
        f"<h3>Teams</h3>{table(['Team', 'People', 'License', 'Occupancy'], teams, text=(0, 2))}"
    )


def _comparison(comparison: Sequence[Difference], names: tuple[str, str]) -> str:
    rows = []
    for row in comparison:
        unit = ANSWERS[row.answer].unit
        ratio = "" if math.isnan(row.variance_ratio) else f"{row.variance_ratio:,.1f}x"
        rows.append(
            [
                ANSWERS[row.answer].title,
                shown(row.first, unit),
                shown(row.second, unit),
                shown(row.difference, unit),
                f"{shown(row.low, unit)} to {shown(row.high, unit)}",
                "yes" if row.clear else "no",
                ratio,
            ]
        )
    heads = ["Answer", names[0], names[1], "Difference", "Paired interval", "Clear", "Variance saved"]
    note = (
        "Both sides share the luck of every call. Variance saved: of unpaired differences over paired ones, measured."
    )
    return f"<h2>Comparison</h2>{table(heads, rows, caption=note)}"


def _tornado(arms: Sequence[Arm], answer: str) -> str:
    found = tornado_table(arms, answer)
    unit = ANSWERS[answer].unit
    rows = [
        [
            str(row["plain"]),
            f"{row['low']:g} to {row['high']:g}",
            *(
                f"{shown(float(row[f'at_{end}']), unit)} ({shown(float(row[f'at_{end}_from']), unit)} to "
                f"{shown(float(row[f'at_{end}_to']), unit)})"
                for end in ("low", "high")
            ),
            str(row["confidence"]),
        ]
        for _, row in found.iterrows()
    ]
    heads = ["Assumption", "Range", "Effect at low", "Effect at high", "How sure"]
    title = ANSWERS[answer].title.lower()
    figure = _figure(
        lambda width: charts.tornado_chart(found, answer, width=width),
        f"Effect on {title} of the low end (upper bar) and the high end (lower bar) of each range.",
    )
    numbers = table(heads, rows, text=(0, 4))
    return f"<h2>What assumptions do</h2>{figure}<details><summary>Numbers</summary>{numbers}</details>"


def _over_time(summary: Summary) -> str:
    bounds = {target.answer: target.bound for target in summary.outcome.basis.plan.targets}
    days = [
        _figure(
            lambda width, key=key: charts.fan(summary.days, key, width=width, target=bounds.get(key)),
            f"{ANSWERS[key].title} by day",
        )
        for key in FANS
        if _there(summary.days, key)
    ]
    weeks = [
        _figure(
            lambda width, key=key: charts.heat(summary.intervals, key, width=width),
            f"{ANSWERS[key].title} by weekday and time",
        )
        for key in HEATS
        if _there(summary.intervals, key)
    ]
    months = ""
    if len(summary.months):
        wide = summary.months.pivot(index="month", columns="answer", values="mean")
        keys = [key for key in KEY if key in wide]
        rows = [
            [str(month).replace("-", "\u2011"), *(shown(float(row[key]), ANSWERS[key].unit) for key in keys)]
            for month, row in wide.iterrows()
        ]
        months = "<h3>By month</h3>" + table(["Month", *(ANSWERS[key].title for key in keys)], rows)
    return (
        f'<h2>Over time</h2><div class="pair">{"".join(days)}</div><p class="soft">Line: median of replications. '
        f'Bands: half, and nine tenths of them.</p><div class="pair">{"".join(weeks)}</div>{months}'
    )


def _money(summary: Summary) -> str:
    earned = summary.codes[summary.codes["units"] > 0]
    if not len(earned):
        return ""
    rows = [
        [
            f"{code} {row['label']}",
            f"{row['usd_each']:,.2f}",
            f"{row['units']:,.0f}",
            shown(float(row["usd_a_month"]), "USD"),
        ]
        for code, row in earned.iterrows()
    ]
    return "<h2>Billing codes</h2>" + table(["Code", "USD each", "Units a month", "USD a month"], rows)


def _definitions(plan: Plan) -> str:
    level = plan.service_level
    rows = "".join(
        f"<dt><b>{escape(a.title)}</b></dt><dd>{escape(a.plain)} ({escape(a.unit)})</dd>" for a in ANSWERS.values()
    )
    return (
        "<h2>Definitions</h2><p>Service level counts a call as answered in time within "
        f"{level.within_seconds:g} seconds, and leaves out who hung up within {level.short_seconds:g} seconds.</p>"
        f"<details><summary>Every answer's definition</summary><dl>{rows}</dl></details>"
    )


def _assumptions(assumptions: Sequence[Assumption]) -> str:
    counted = count_confidence(assumptions)
    words = ", ".join(f"{number} {word}" for word, number in counted.items())
    rows = [[line.key, line.value, line.plain, line.source, line.confidence] for line in assumptions]
    heads = ["What", "Value", "In words", "Source", "How sure"]
    lines = table(heads, rows, text=(0, 1, 2, 3, 4))
    return (
        f"<h2>What this rests on</h2><p>{len(assumptions)} numbers and rules: {words}. Only {counted['verified']} of "
        f"{len(assumptions)} were verified; where one of the others matters to you, replace it by your own.</p>"
        f"<details><summary>All {len(assumptions)} of them</summary>{lines}</details>"
    )


def _figure(draw: Callable[..., str], caption: str) -> str:
    """Return a chart drawn for wide and for narrow screens, of which the page shows one."""
    both = "".join(f'<div class="on-{name}">{draw(width)}</div>' for name, width in _WIDTHS)
    return f"<figure>{both}<figcaption>{escape(caption)}</figcaption></figure>"


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    text: Sequence[int] = (0,),
    caption: str = "",
    escaped: bool = False,
) -> str:
    """Return an HTML table that scrolls by itself where the page is narrow; `text` are the columns of words."""

    def cells(row: Sequence[str], tag: str, scope: str = "") -> Iterator[str]:
        for at, cell in enumerate(row):
            yield f"<{tag}{scope}{' class=t' if at in text else ''}>{cell if escaped else escape(cell)}</{tag}>"

    head = "".join(cells(heads, "th", ' scope="col"'))
    body = "".join(f"<tr>{''.join(cells(row, 'td'))}</tr>" for row in rows)
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    label = escape(f"Table: {', '.join(heads[:3])}")
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{label}"><table>{said}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _between(whole: pd.DataFrame, key: str, low: str, high: str) -> str:
    unit = str(whole["unit"][key])
    return f"{shown(float(whole[low][key]), unit)} to {shown(float(whole[high][key]), unit)}"


def _there(table: pd.DataFrame, key: str) -> bool:
    return bool(table.loc[table["answer"] == key, "mean"].notna().any())
