"""The cohort as CSV for a spreadsheet: trainees, their skills, items and reviews; one file each.

UTF-8 with a byte order mark, which spreadsheets look for; a cell that would be taken for a formula gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from simcare.training.cohort import Cohort
from simcare.training.items import row_items, variant_items
from simcare.training.judged import shift_of_call
from simcare.training.measures import Share

FILES = {
    "trainees": "Trainees",
    "skills": "Skills",
    "items": "Calls and rubric rows",
    "reviews": "Comments and ratings",
}


def sheet(cohort: Cohort, what: str, titles: Mapping[str, str]) -> str:
    """Return one of FILES as CSV text; KeyError for another name. Shares are 0 to 1, times UTC."""
    lines = {"trainees": _trainees, "skills": _skills, "items": _items, "reviews": _reviews}[what](cohort, titles)
    text = io.StringIO(newline="")
    text.write("\ufeff")
    csv.writer(text).writerows([_cell(cell) for cell in line] for line in lines)
    return text.getvalue()


def _trainees(cohort: Cohort, titles: Mapping[str, str]) -> Iterable[list[Any]]:
    yield "name finished different passed pass_low pass_high mean_score last left overdue skills_due standing".split()
    for each in cohort.trainees:
        late = sum(len(one.left) for one in each.overdue(cohort.at))
        due = " ".join(card.skill for card in each.due)
        passed = each.passed
        yield [
            *(each.name, len(each.calls), each.different, passed.hits, passed.low, passed.high, each.mean_score),
            *(each.last, each.left(), late, due, each.standing),
        ]


def _skills(cohort: Cohort, titles: Mapping[str, str]) -> Iterable[list[Any]]:
    yield "name skill share low high calls few".split()
    for each in cohort.trainees:
        for rating in each.ratings:
            yield [each.name, rating.skill, rating.share, rating.low, rating.high, rating.calls, rating.few]


def _items(cohort: Cohort, titles: Mapping[str, str]) -> Iterable[list[Any]]:
    yield "scenario title variant row people share low high discrimination words".split()
    found = variant_items(cohort.calls)
    for item in found:
        title = titles.get(item.scenario, item.scenario)
        yield [item.scenario, title, item.variant, "", *_share(item.passed), item.discrimination.value, item.words]
    for scenario in dict.fromkeys(item.scenario for item in found):
        for row in row_items(cohort.calls, scenario):
            title = titles.get(scenario, scenario)
            yield [scenario, title, "", row.row, *_share(row.done), row.discrimination.value, row.words]


def _reviews(cohort: Cohort, titles: Mapping[str, str]) -> Iterable[list[Any]]:
    yield "attempt learner scenario shift score reviewer said_at rating comment".split()
    calls = {call.attempt: call for call in cohort.calls}
    shifts = {each.id: each for each in cohort.shifts}
    for each in cohort.reviews:
        inside = shift_of_call(each.attempt)
        shift = None if inside is None else shifts.get(inside[0])
        call = calls.get(each.attempt)
        of = call or shift
        if of is not None:
            scenario, title = "" if call is None else call.scenario, "" if shift is None else shift.title
            yield [
                *(each.attempt, of.learner, scenario, title, of.score),
                *(each.reviewer, each.said_at, each.rating, each.comment),
            ]


def _share(share: Share) -> tuple[int, float | None, float | None, float | None]:
    return share.cases, share.share, share.low, share.high


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not isinstance(value, float) else text
