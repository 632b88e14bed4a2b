"""Item analysis: how hard a scenario's variants and rubric rows are, whether they tell people apart, whom they fool.

Only first meetings count: a variant met before was told in its debrief. Discrimination is the point-biserial
correlation of passing an item with how its player does elsewhere, the item itself left out, so that it cannot agree
with itself.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from simcare.training.judged import JudgedCall, JudgedRow
from simcare.training.measures import Z95, Share, evidence, wilson

FEWEST_PEOPLE = 10
"""People below which nothing is said of how an item tells people apart."""
EASY, HARD, FLAT = 0.95, 0.20, 0.10
"""Above the first share nearly all pass, below the second nearly nobody; a correlation below the last says little."""
DECISION_ROW = "decision"


@dataclass(frozen=True, slots=True)
class Discrimination:
    """A point-biserial correlation with its 95 % interval (Fisher's z); all None where there are too few people."""

    people: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Fooled:
    """Somebody whose decision in a variant was wrong; `elsewhere` is points above the others in other calls."""

    learner: str
    attempt: str
    verdict: str
    elsewhere: float | None


@dataclass(frozen=True, slots=True)
class VariantItem:
    """One scenario variant as an item; `passed` is its difficulty, the shares are of first meetings."""

    scenario: str
    variant: str
    passed: Share
    mean_score: float
    right: Share
    under: Share
    over: Share
    discrimination: Discrimination
    fooled: tuple[Fooled, ...]
    words: str


@dataclass(frozen=True, slots=True)
class RowItem:
    """One rubric row, or the decision, as an item over all variants of its scenario; `done` is its difficulty.

    It is held against the points of the other rows of the same call, freed of how hard the variant is.
    """

    scenario: str
    row: str
    label: str
    kind: str
    done: Share
    discrimination: Discrimination
    words: str


def variant_items(calls: Iterable[JudgedCall]) -> tuple[VariantItem, ...]:
    """Return every variant that was met, by scenario, those that fewest pass first within each."""
    first = first_meetings(calls)
    beyond = _beyond(first)
    by_variant: dict[tuple[str, str], list[JudgedCall]] = defaultdict(list)
    for call in first:
        by_variant[call.scenario, call.variant].append(call)
    items = [_variant_item(own, beyond) for own in by_variant.values()]
    return tuple(sorted(items, key=lambda item: (item.scenario, item.passed.share or 0.0, item.variant)))


def row_items(calls: Iterable[JudgedCall], scenario: str) -> tuple[RowItem, ...]:
    """Return the decision and every rubric row of one scenario, those that fewest do first."""
    first = [call for call in first_meetings(calls) if call.scenario == scenario]
    found: dict[str, list[tuple[JudgedCall, JudgedRow | None]]] = defaultdict(list)
    for call in first:
        found[DECISION_ROW].append((call, None))
        for row in call.rows:
            found[row.id].append((call, row))
    items = [_row_item(name, pairs) for name, pairs in found.items()]
    return tuple(sorted(items, key=lambda item: (item.done.share or 0.0, item.row)))


def first_meetings(calls: Iterable[JudgedCall]) -> tuple[JudgedCall, ...]:
    """Return the calls in which somebody met a variant for the first time, the oldest first, guided ones left out."""
    return tuple(call for call in evidence(calls) if call.met_before == 0)


def point_biserial(passed: Sequence[bool], elsewhere: Sequence[float]) -> Discrimination:
    """Return the correlation of a yes-or-no item with a measure that leaves it out, for the same people in order.

    No value where there are fewer than FEWEST_PEOPLE, or where all are the same on one of the two.
    """
    people = len(passed)
    if people < FEWEST_PEOPLE:
        return Discrimination(people, None, None, None)
    value = _correlation([float(each) for each in passed], elsewhere)
    if value is None:
        return Discrimination(people, None, None, None)
    if abs(value) >= 1:
        return Discrimination(people, value, value, value)
    middle, half = math.atanh(value), Z95 / math.sqrt(people - 3)
    return Discrimination(people, value, math.tanh(middle - half), math.tanh(middle + half))


# -- variants ----------------------------------------------------------------------------------------------------------


def _beyond(first: Sequence[JudgedCall]) -> Mapping[str, Mapping[tuple[str, str], float]]:
    """Return by learner and variant the points above the mean of all who met it: ability freed of difficulty."""
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    for call in first:
        scores[call.scenario, call.variant].append(call.score)
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for call in first:
        key = call.scenario, call.variant
        if len(scores[key]) > 1:  # alone, somebody is the mean
            found[call.learner][key] = call.score - fmean(scores[key])
    return found


def _elsewhere(call: JudgedCall, beyond: Mapping[str, Mapping[tuple[str, str], float]]) -> float | None:
    others = [value for key, value in beyond.get(call.learner, {}).items() if key != (call.scenario, call.variant)]
    return fmean(others) if others else None


def _variant_item(own: Sequence[JudgedCall], beyond: Mapping[str, Mapping[tuple[str, str], float]]) -> VariantItem:
    pairs = [(call, _elsewhere(call, beyond)) for call in own]
    known = [(call.passed, value) for call, value in pairs if value is not None]
    passed = wilson(sum(call.passed for call in own), len(own))
    discrimination = point_biserial([each for each, _ in known], [value for _, value in known])
    return VariantItem(
        scenario=own[0].scenario,
        variant=own[0].variant,
        passed=passed,
        mean_score=fmean(call.score for call in own),
        right=wilson(sum(call.right for call in own), len(own)),
        under=wilson(sum(call.under for call in own), len(own)),
        over=wilson(sum(call.over for call in own), len(own)),
        discrimination=discrimination,
        fooled=_fooled(pairs),
        words=_words(passed, discrimination, "pass"),
    )


def _fooled(pairs: Sequence[tuple[JudgedCall, float | None]]) -> tuple[Fooled, ...]:
    """Return who decided wrongly, those who do best elsewhere first: an item that fools them tells most."""
    wrong = [Fooled(call.learner, call.attempt, call.verdict, value) for call, value in pairs if not call.right]
    return tuple(sorted(wrong, key=lambda each: (-(each.elsewhere or 0.0), each.learner)))


# -- rows --------------------------------------------------------------------------------------------------------------


def _row_item(name: str, pairs: Sequence[tuple[JudgedCall, JudgedRow | None]]) -> RowItem:
    done = [call.right if row is None else row.good for call, row in pairs]
    share = wilson(sum(done), len(done))
    discrimination = point_biserial(done, _freed([(call.variant, _other_points(call, name)) for call, _ in pairs]))
    row = pairs[0][1]
    return RowItem(
        scenario=pairs[0][0].scenario,
        row=name,
        label="The right level of help" if row is None else row.label,
        kind="decision" if row is None else row.kind,
        done=share,
        discrimination=discrimination,
        words=_words(share, discrimination, "avoid it" if row is not None and row.kind == "must_not" else "do it"),
    )


def _other_points(call: JudgedCall, row: str) -> float:
    """Return the points of a call's other rows, as a share of those to be had."""
    others = [each for each in call.rows if each.id != row]
    possible = sum(each.points for each in others if each.kind != "must_not")
    return sum(each.earned for each in others) / possible if possible else 0.0


def _freed(points: Sequence[tuple[str, float]]) -> list[float]:
    """Return points less the mean of their variant."""
    by_variant: dict[str, list[float]] = defaultdict(list)
    for variant, value in points:
        by_variant[variant].append(value)
    return [value - fmean(by_variant[variant]) for variant, value in points]


# -- both --------------------------------------------------------------------------------------------------------------


def _correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return Pearson's correlation, which is the point-biserial one where a side is 0 or 1; None without variation."""
    a, b = fmean(left), fmean(right)
    spread = math.sqrt(sum((x - a) ** 2 for x in left) * sum((y - b) ** 2 for y in right))
    if spread < 1e-9:
        return None
    return max(-1.0, min(1.0, sum((x - a) * (y - b) for x, y in zip(left, right, strict=True)) / spread))


def _words(share: Share, discrimination: Discrimination, verb: str) -> str:
    """Say what an item tells, and when to look at it again."""
    value = discrimination.value
    if share.cases < FEWEST_PEOPLE:
        return f"Too few to say: {share.cases} of at least {FEWEST_PEOPLE} first meetings."
    if share.share is not None and share.share >= EASY:
        return f"Nearly all {verb}, so it tells nobody apart."
    if share.share is not None and share.share <= HARD:
        return f"Nearly nobody can {verb}: teach it, or read it again."
    if value is None or discrimination.low is None or discrimination.high is None:
        return "Too few people with other calls to say whom it tells apart."
    if discrimination.high < 0:
        return "Those who do well elsewhere do worse here: read it again."
    if discrimination.low > 0:
        return "It tells people apart."
    if value < FLAT:
        return "It has not told people apart so far; the interval is wide."
    return "It may tell people apart; too few people to be sure."
