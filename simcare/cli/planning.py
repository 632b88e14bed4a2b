"""Commands about plans: run one, compare two, find the staff that one needs, see which assumptions matter."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcare.cli.calibration import calibrate_plan
from simcare.cli.experiments import (
    Cluster,
    Out,
    PlanFile,
    Precision,
    Replications,
    Seed,
    Skills,
    WorkerCount,
    open_plan_workers,
    pairs,
    plain,
    stop,
)
from simcare.cli.printing import FINDINGS, AsJson, counted, known, print_json
from simcare.cli.progress import progress_bar
from simcare.documents import SimcareError

if TYPE_CHECKING:
    from simcare.documents import Document
    from simcare.planning.basis import Basis
    from simcare.planning.plan import Plan
    from simcare.planning.summary import Summary

plan_app = typer.Typer()
plan_app.command("calibrate")(calibrate_plan)


@plan_app.command("run")
def run_plan(
    plan: PlanFile,
    replications: Replications = None,
    precision: Precision = None,
    skills: Skills = None,
    workers: WorkerCount = None,
    cluster: Cluster = None,
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a plan many times and answer: service, reach, escalations, codes, cost, each with its uncertainty."""
    from simcare.planning.reading import read_plan, with_skills
    from simcare.planning.replicate import run_replications, stopping_of
    from simcare.planning.summary import summarize

    document, basis = read_plan(plan)
    basis = basis if skills is None else with_skills(basis, skills)
    stopping = stopping_of(document.value.runs, replications, precision)
    with open_plan_workers(workers, cluster, out) as work, progress_bar("Replications") as show:
        outcome = run_replications(basis, seed, stopping, work, show)
    if not outcome.tallies:
        stop(0, out)
    summary = summarize(outcome, stopping.confidence)
    page = _report(summary, out)
    if as_json:
        print_json({**_told(summary), "report": page})
    else:
        _print_summary(summary, page)
    if not outcome.finished:
        stop(len(outcome.tallies), out)


@plan_app.command("compare")
def compare_plans(
    plan: PlanFile,
    other: Annotated[Path | None, typer.Argument(help="The plan to compare it with; the same one if left out.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="What if: NUMBER=VALUE; may be given again.")] = None,
    people: Annotated[list[str] | None, typer.Option(help="What if: TEAM=COUNT; may be given again.")] = None,
    patients: Annotated[int | None, typer.Option(help="What if: so many patients.", min=1)] = None,
    skills: Skills = None,
    replications: Replications = None,
    workers: WorkerCount = None,
    cluster: Cluster = None,
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Simulate two plans, or one and a what-if, with the same luck and say how they differ, with paired intervals."""
    from simcare.planning.compare import as_table, compare
    from simcare.planning.judging import shown
    from simcare.planning.reading import read_plan, what_if, with_skills
    from simcare.planning.replicate import Interrupted, run_each
    from simcare.planning.summary import summarize

    first, basis = read_plan(plan)
    second, other_basis = (first, basis) if other is None else read_plan(other)
    numbers, teams = pairs(set_, "--set", float), pairs(people, "--people", int)
    changed = [*(f"{key}={value:g}" for key, value in {**numbers, **teams}.items())]
    changed += [] if patients is None else [f"{patients:,} patients"]
    changed += [] if skills is None else [f"skills of {skills.name}"]
    if other is None and not changed:
        remedy = "name another plan, or use --set, --people, --patients or --skills"
        raise SimcareError(f"there is nothing to compare with; {remedy}")
    other_basis = what_if(other_basis, numbers, teams, patients)
    other_basis = other_basis if skills is None else with_skills(other_basis, skills)
    names = (first.value.title, ", ".join(changed) if other is None else second.value.title)
    count = replications or first.value.runs.replications or 20
    with open_plan_workers(workers, cluster, out) as work, progress_bar("Replications") as show:
        try:
            one, two = run_each([basis, other_basis], seed, count, work, show)
        except Interrupted:
            stop(None, out)
    confidence = first.value.runs.confidence
    found = compare(one, two, confidence)
    page = _report(summarize(one, confidence), out, comparison=found, names=names)
    table = as_table(found)
    if as_json:
        rows = {key: plain(row) for key, row in table.to_dict("index").items()}
        print_json({"plans": list(names), "seed": seed, "replications": count, "answers": rows, "report": page})
        return
    typer.echo(f"First: {names[0]}. Second: {names[1]}.")
    typer.echo(f"{counted(count, 'replication')} of each, the same luck on both sides, seed {seed}.\n")
    typer.echo(f"{'':<36}{'first':>15}{'second':>15}{'difference':>15}  {'paired interval':<34}variance saved")
    for _, row in table.iterrows():
        unit = str(row["unit"])
        between = f"{shown(row['low'], unit)} to {shown(row['high'], unit)}"
        ratio = f"{row['variance_ratio']:,.1f}x" if row["variance_ratio"] == row["variance_ratio"] else ""
        mark = "*" if row["clear"] else " "
        sides = "".join(f"{shown(row[name], unit):>15}" for name in ("first", "second", "difference"))
        typer.echo(f"{mark} {row['title']!s:<34}{sides}  {between:<34}{ratio}")
    typer.echo(
        "\n* The interval leaves out no difference. Variance saved: unpaired differences over paired ones, measured."
    )
    _say_report(page)


@plan_app.command("staff")
def staff_plan(
    plan: PlanFile,
    workers: WorkerCount = None,
    cluster: Cluster = None,
    seed: Seed = 0,
    out: Out = None,
    confidence: Annotated[float, typer.Option(help="Of every judgment and of the ranking.", min=0.5, max=0.999)] = 0.95,
    most_rosters: Annotated[int, typer.Option(help="Rosters to simulate at most.", min=5, max=10_000)] = 80,
    replications: Annotated[
        int | None, typer.Option(help="Of the report about the answer.", min=2, max=100_000)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the cheapest roster within `may_be` that meets the targets: 0 where there is one, 1 where there is none."""
    from simcare.planning.reading import read_plan
    from simcare.planning.replicate import Interrupted, run_replications, stopping_of
    from simcare.planning.report import rosters
    from simcare.planning.staffing import front, staff
    from simcare.planning.summary import summarize

    document, basis = read_plan(plan)
    _require_a_search(document)
    watched = sys.stderr.isatty() and not as_json
    tell: Callable[[str], None] = (lambda words: typer.echo(f"  {words}", err=True)) if watched else (lambda _: None)
    with open_plan_workers(workers, cluster, out) as work:
        try:
            answer = staff(basis, seed, work, confidence=confidence, most_rosters=most_rosters, tell=tell)
        except Interrupted:
            stop(None, out)
        page: str | None = None
        if out is not None and answer.best is not None:
            stopping = stopping_of(document.value.runs, replications)
            outcome = run_replications(answer.basis, seed, stopping, work)
            page = _report(summarize(outcome, stopping.confidence), out, staffing=answer)
    if as_json:
        names = [team.team for team in basis.plan.roster]
        best = None if answer.best is None else dict(zip(names, answer.best.people, strict=True))
        edge = {each.people for each in front(answer.judged)}
        tried = [
            {**plain(row), "front": each.people in edge}
            for row, each in zip(rosters(answer).to_dict("records"), answer.judged, strict=True)
        ]
        words = {"sentence": answer.sentence, "people": best, "proven": answer.proven, "confidence": confidence}
        print_json({**words, "rosters": tried, "report": page})
    elif answer.best is None:
        place = ("targets", answer.place or 0)
        problem = document.problem(place, "P301", answer.sentence.rstrip("."), "lower the target, or raise 'may_be'")
        typer.echo(str(problem))
    else:
        typer.echo(answer.sentence)
        _say_report(page)
    raise typer.Exit(0 if answer.best is not None else FINDINGS)


@plan_app.command("sensitivity")
def vary_plan(
    plan: PlanFile,
    answer: Annotated[str, typer.Option(help="The answer whose swings are shown.")] = "reached",
    number: Annotated[list[str] | None, typer.Option(help="Only this number; may be given again.")] = None,
    replications: Replications = None,
    workers: WorkerCount = None,
    cluster: Cluster = None,
    seed: Seed = 0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Move every assumption to both ends of its range and say which matter (a tornado), with paired intervals."""
    from simcare.planning.answers import ANSWERS
    from simcare.planning.compare import tornado, tornado_table, varied_numbers
    from simcare.planning.judging import shown
    from simcare.planning.reading import read_plan
    from simcare.planning.replicate import Interrupted
    from simcare.planning.summary import summarize

    document, basis = read_plan(plan)
    known([answer], tuple(ANSWERS), "there is no answer")
    known(number, varied_numbers(basis), "there is no number with a range")
    count = replications or 5
    with open_plan_workers(workers, cluster, out) as work, progress_bar("Replications") as show:
        try:
            arms, base = tornado(basis, seed, count, tuple(number or ()), work, show)
        except Interrupted:
            stop(None, out)
    table = tornado_table(arms, answer)
    page = _report(summarize(base, document.value.runs.confidence), out, arms=arms, swings_of=answer)
    if as_json:
        rows = {key: plain(row) for key, row in table.to_dict("index").items()}
        print_json({"answer": answer, "seed": seed, "replications": count, "numbers": rows, "report": page})
        return
    unit = ANSWERS[answer].unit
    base_line = shown(float(summarize(base).whole["mean"][answer]), unit)
    typer.echo(f"{ANSWERS[answer].title}: {base_line} as planned ({counted(count, 'replication')}, seed {seed})\n")
    typer.echo(f"{'':<34}{'range':>16}{'at low':>16}{'at high':>16}  how sure")
    for key, row in table.iterrows():
        ends = f"{row['low']:g} to {row['high']:g}"
        effects = "".join(f"{shown(float(row[f'at_{end}']), unit):>16}" for end in ("low", "high"))
        typer.echo(f"{key!s:<34}{ends:>16}{effects}  {row['confidence']}")
    _say_report(page)


def _report(summary: Summary, out: Path | None, **more: Any) -> str | None:
    from simcare.planning.report import write_report

    return None if out is None else str(write_report(out, summary, **more))


def _say_report(page: str | None) -> None:
    if page is not None:
        typer.echo(f"\nThe report is {page}, its tables are beside it.")


def _require_a_search(document: Document[Plan]) -> None:
    plan = document.value
    problems = []
    if not plan.targets:
        problems.append(document.problem((), "P302", "nothing says what must come out", "add 'targets'"))
    if not any(team.may_be for team in plan.roster):
        remedy = "add 'may_be: [fewest, most]' to a team"
        problems.append(document.problem(("roster",), "P302", "every team has a fixed number of people", remedy))
    if problems:
        raise SimcareError("\n".join(map(str, problems)))


def _told(summary: Summary) -> dict[str, Any]:
    """Return a run with the keys that other programs may rely on."""
    from simcare.planning.page import judged_targets

    outcome = summary.outcome
    return {
        "plan": outcome.basis.plan.title,
        "seed": outcome.seed,
        "replications": len(outcome.tallies),
        "finished": outcome.finished,
        "answers": {key: plain(row) for key, row in summary.whole.to_dict("index").items()},
        "targets": [
            {
                "answer": finding.target.answer,
                "at_least": finding.target.at_least,
                "at_most": finding.target.at_most,
                **plain({"mean": finding.mean, "low": finding.low, "high": finding.high}),
                "verdict": finding.verdict,
            }
            for finding in judged_targets(summary)
        ],
        "codes": {key: plain(row) for key, row in summary.codes.to_dict("index").items()},
        "assumptions": _sureness(outcome.basis),
    }


def _print_summary(summary: Summary, page: str | None) -> None:
    from simcare.planning.judging import shown
    from simcare.planning.page import judged_targets

    outcome = summary.outcome
    typer.echo(f"{outcome.basis.plan.title}: {counted(len(outcome.tallies), 'replication')}, seed {outcome.seed}\n")
    interval = f"interval {summary.confidence:.0%}"
    typer.echo(f"{'':<36}{'mean':>15}  {interval:<30}nine in ten")
    for _, row in summary.whole.iterrows():
        if row["mean"] == row["mean"]:
            unit = str(row["unit"])
            mean, low, high, p5, p95 = (shown(float(row[name]), unit) for name in ("mean", "low", "high", "p5", "p95"))
            typer.echo(f"{row['title']!s:<36}{mean:>15}  {f'{low} to {high}':<30}{p5} to {p95}")
    for finding in judged_targets(summary):
        words = {"met": "met", "missed": "missed", "open": "not clear"}[finding.verdict]
        typer.echo(f"\nTarget {words}: {finding}.", nl=False)
    sure = _sureness(outcome.basis)
    typer.echo(f"\nRests on {sum(sure.values())} numbers and rules, of which {sure['verified']} are verified.")
    _say_report(page)


def _sureness(basis: Basis) -> dict[str, int]:
    from simcare.planning.tables import count_confidence

    return dict(count_confidence(basis.assumptions()))
