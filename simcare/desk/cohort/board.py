"""The cohort as the trainer's board shows it, as plain JSON: who, skills, calls as items, how the group learns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simcare.desk.cohort.pictures import NARROW, WIDE, curve, ratings
from simcare.desk.cohort.words import NOTHING, VERDICTS, apart, between, counted, day, of, points, rated
from simcare.training.cohort import Cohort, Trainee, cohort_curve
from simcare.training.items import FEWEST_PEOPLE, VariantItem, row_items, variant_items
from simcare.training.pass_mark import BORDERLINE, ENOUGH_RATINGS, borderline_regression, pass_marks, rated_calls
from simcare.training.reliability import reliability
from simcare.training.reviews import RATINGS
from simcare.training.seven_skills import SKILLS

SORTS = {
    "name": "Name",
    "due": "What is overdue",
    "calls": "Fewest calls",
    "passed": "Fewest passed",
    "last": "Longest away",
}
EVERYBODY = "Everybody"


def cohort_view(cohort: Cohort, titles: Mapping[str, str], *, sort: str, scenario: str | None) -> dict[str, Any]:
    """Return all that the board shows of a cohort; `scenario` is the one whose rubric rows are shown."""
    return {
        "phase": "cohort",
        "words": _words(cohort),
        "facts": _facts(cohort),
        "group": {
            "value": cohort.group or "",
            "options": [["", EVERYBODY], *([name, name] for name in cohort.groups)],
        },
        "sort": {"value": sort, "options": [list(item) for item in SORTS.items()]},
        "who": who(cohort, sort),
        "skills": skills(cohort),
        "items": items(cohort, titles, scenario),
        "learning": learning(cohort, titles),
    }


def who(cohort: Cohort, sort: str) -> list[dict[str, Any]]:
    """Return a row for each trainee: what they have done and what is due."""
    return [_row(each, cohort.at) for each in sorted(cohort.trainees, key=lambda each: _place(each, cohort.at, sort))]


def skills(cohort: Cohort) -> dict[str, Any]:
    """Return the heat map of skills by trainee: each cell's number, its interval, and how dark it is (0 to 1)."""
    return {
        "head": [[name, words] for name, words in SKILLS.items()],
        "rows": [
            {
                "name": each.name,
                "cells": [
                    {
                        "text": NOTHING if rating.few else f"{100 * rating.share:.0f}",
                        "between": "" if rating.few else f"{100 * rating.low:.0f}–{100 * rating.high:.0f}",
                        "words": rated(rating),
                        "heat": 0.0 if rating.few else round(rating.share, 2),
                        "few": rating.few,
                    }
                    for rating in each.ratings
                ],
            }
            for each in cohort.trainees
        ],
    }


def items(cohort: Cohort, titles: Mapping[str, str], scenario: str | None) -> dict[str, Any]:
    """Return the item analysis: every variant that was met, and the rows and the fooled of one scenario."""
    found = sorted(variant_items(cohort.calls), key=lambda item: titles.get(item.scenario, item.scenario))
    met = sorted({item.scenario for item in found}, key=lambda name: titles.get(name, name))
    chosen = scenario if scenario in met else (met[0] if met else None)
    return {
        "fewest": FEWEST_PEOPLE,
        "variants": [_variant(item, titles) for item in found],
        "choose": {"value": chosen or "", "options": [[name, titles.get(name, name)] for name in met]},
        "rows": [
            [row.label, _kind(row.kind), of(row.done), between(row.done), apart(row.discrimination), row.words]
            for row in (row_items(cohort.calls, chosen) if chosen else ())
        ],
        "fooled": [_fooled(item) for item in found if item.scenario == chosen],
    }


def learning(cohort: Cohort, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return the group's learning curve, how reliable its scores are, and what a pass mark would be."""
    found = cohort_curve(cohort.trainees)
    told = "A line of the mean score in everybody's first call, second call and so on."
    drawn = [
        curve(
            [each.mean_score for each in found],
            [],
            [str(each.nth) for each in found],
            width=w,
            name=f"all-{w}",
            told=told,
        )
        for w in (WIDE, NARROW)
    ]
    return {
        "curve": None
        if not found
        else {
            "svg": drawn,
            "head": ["Call", "People", "Mean score", "Passed"],
            "rows": [
                [str(each.nth), str(each.people), points(each.mean_score), between(each.passed)] for each in found
            ],
        },
        "reliability": reliability(cohort.calls).words,
        "mark": mark(cohort, titles),
    }


def mark(cohort: Cohort, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return what supervisors' ratings say of a pass mark, over all calls and for each scenario."""
    given = rated_calls(cohort.calls, cohort.reviews)
    found = borderline_regression(given)
    line = None
    if found.mark is not None and found.slope is not None:
        line = found.mark + (1 - BORDERLINE) * found.slope, found.mark + (5 - BORDERLINE) * found.slope
    told = f"A dot for each of {len(given)} rated calls" + (", and the line through them." if line else ".")
    return {
        "words": found.words,
        "scale": ", ".join(f"{number} {words}" for number, words in RATINGS.items()),
        "enough": ENOUGH_RATINGS,
        "svg": [
            ratings([(each.rating, each.score) for each in given], line, width=w, name=f"mark-{w}", told=told)
            for w in (WIDE, NARROW)
        ]
        if given
        else None,
        "rows": [
            [
                titles.get(name, name),
                str(each.rated),
                NOTHING if each.mark is None or each.error is None else f"{each.mark:.0f} ± {each.error:.1f}",
                each.words,
            ]
            for name, each in pass_marks(cohort.calls, cohort.reviews).items()
        ],
    }


def _words(cohort: Cohort) -> str:
    begun = sum(bool(each.calls) for each in cohort.trainees)
    late = sum(bool(each.overdue(cohort.at)) for each in cohort.trainees)
    due = f" {counted(late, 'trainee')} with something overdue." if late else ""
    return f"{counted(len(cohort.trainees), 'trainee')}, {begun} of them have finished a call.{due}"


def _facts(cohort: Cohort) -> list[list[str]]:
    enough = sum(each.enough for each in cohort.trainees)
    return [
        ["Trainees", str(len(cohort.trainees))],
        ["Finished calls", f"{len(cohort.calls):,}"],
        ["Passed", f"{sum(call.passed for call in cohort.calls):,}"],
        ["Ratings by supervisors", str(sum(each.rating is not None for each in cohort.reviews))],
        ["With enough calls to describe", f"{enough} of {len(cohort.trainees)}"],
    ]


def _row(each: Trainee, now: datetime) -> dict[str, Any]:
    overdue, left = each.overdue(now), each.left()
    late = sum(len(one.left) for one in overdue)
    return {
        "name": each.name,
        "calls": NOTHING if not each.calls else f"{len(each.calls)}, {each.different} different",
        "passed": of(each.passed),
        "score": points(each.mean_score),
        "last": day(each.last),
        "left": NOTHING if not each.assigned else f"{left} left" if left else "All passed",
        "overdue": f"{late} overdue" if late else "",
        "due": [card.skill for card in each.due],
        "due_words": ", ".join(SKILLS[card.skill] for card in each.due),
        "state": _state(each),
    }


def _state(each: Trainee) -> list[str]:
    if not each.calls:
        return ["none", "Has not begun"]
    return ["enough", "Practice"] if each.enough else ["few", "Too few calls"]


def _place(each: Trainee, now: datetime, sort: str) -> tuple[float, str]:
    name = each.name.casefold()
    if sort == "due":
        return -float(sum(len(one.left) for one in each.overdue(now))), name
    if sort == "calls":
        return float(len(each.calls)), name
    if sort == "passed":
        return (-1.0 if each.passed.share is None else each.passed.share), name
    if sort == "last":
        return (0.0 if each.last is None else each.last.timestamp()), name
    return 0.0, name


def _variant(item: VariantItem, titles: Mapping[str, str]) -> list[str]:
    wrong = [
        f"{label} {of(share)}" for label, share in (("too little", item.under), ("too much", item.over)) if share.hits
    ]
    return [
        f"{titles.get(item.scenario, item.scenario)}: {item.variant}",
        between(item.passed),
        str(item.passed.cases),
        points(item.mean_score),
        ", ".join(wrong) or "nobody",
        apart(item.discrimination),
        item.words,
    ]


def _fooled(item: VariantItem) -> dict[str, Any]:
    return {
        "variant": item.variant,
        "words": f"{of(item.right)} decided rightly." if item.right.cases else "",
        "people": [
            {
                "name": each.learner,
                "attempt": each.attempt,
                "words": f"{each.learner}: {VERDICTS[each.verdict].lower()}{_elsewhere(each.elsewhere)}",
            }
            for each in item.fooled
        ],
    }


def _elsewhere(value: float | None) -> str:
    if value is None:
        return ""
    return f"; elsewhere {abs(value):.0f} points {'above' if value >= 0 else 'below'} the others"


def _kind(kind: str) -> str:
    return {"must": "must", "should": "should", "must_not": "must not", "decision": "decision"}[kind]


def titles_of(documents: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles of the library's calls by id."""
    return {name: document.value.title for name, document in documents.items()}
