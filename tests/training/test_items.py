"""Item analysis by hand: small tables whose correlation is known, and the item never agrees with itself."""

from __future__ import annotations

import pytest

from simcare.training.items import DECISION_ROW, point_biserial, row_items, variant_items
from simcare.training.judged import JudgedCall
from tests.training.made import call, row

PEOPLE = 10
HALF = [True] * 5 + [False] * 5
RISING = [6.0, 7.0, 8.0, 9.0, 10.0, 1.0, 2.0, 3.0, 4.0, 5.0]
# (8 - 3) / sqrt(8.25) * sqrt(.5 * .5): means of the two groups, sd of 1 to 10, half passed.
BY_HAND = 0.87039


def played(learner: int, scenario: str, score: float, **more: object) -> JudgedCall:
    """Return a call of the nth learner with a score; it passes from 75 on."""
    return call(learner, learner=f"L{learner:02}", scenario=scenario, score=score, **{"passed": score >= 75, **more})


def test_the_correlation_is_that_of_the_textbook() -> None:
    """Ten people, five of whom pass, give the point-biserial correlation and Fisher's interval worked out by hand."""
    found = point_biserial(HALF, RISING)
    assert (found.people, found.value) == (10, pytest.approx(BY_HAND, abs=1e-5))
    assert (found.low, found.high) == (pytest.approx(0.5325, abs=1e-3), pytest.approx(0.9690, abs=1e-3))


@pytest.mark.parametrize(
    ("passed", "elsewhere"), [(HALF[1:], RISING[1:]), ([True] * 10, RISING), (HALF, [5.0] * 10), ([], [])]
)
def test_nothing_is_said_where_there_is_nothing_to_say(passed: list[bool], elsewhere: list[float]) -> None:
    """Nine people, or no difference on one side, give no correlation instead of a wrong one."""
    assert point_biserial(passed, elsewhere).value is None


def test_a_variant_is_held_against_the_other_calls_only() -> None:
    """Luck decides who passes here, and elsewhere all are alike: itself left out, it tells nobody apart."""
    calls = [played(n, "lucky", 100 if n < 6 else 0) for n in range(12)]
    calls += [played(n, "plain", 40 if n % 2 else 60) for n in range(12)]
    lucky = next(item for item in variant_items(calls) if item.scenario == "lucky")
    assert (lucky.passed.hits, lucky.passed.cases) == (6, 12)
    assert lucky.discrimination.value == pytest.approx(0, abs=1e-9)
    assert lucky.words == "It has not told people apart so far; the interval is wide."


def test_a_variant_that_follows_ability_tells_people_apart() -> None:
    """Those who pass it score 6 to 10 elsewhere and the others 1 to 5: the correlation by hand."""
    calls = [played(n, "item", 80 if HALF[n] else 20) for n in range(PEOPLE)]
    calls += [played(n, "elsewhere", RISING[n], passed=False) for n in range(PEOPLE)]
    item = next(item for item in variant_items(calls) if item.scenario == "item")
    assert item.discrimination.value == pytest.approx(BY_HAND, abs=1e-5)
    assert item.words == "It tells people apart."


def test_whom_a_variant_fools_the_best_first() -> None:
    """A wrong decision is told with the name and how the person does elsewhere; right ones are not."""
    calls = [played(n, "item", 50, taken=(3, 2, 4)[n]) for n in range(3)]
    calls += [played(n, "elsewhere", (50.0, 20.0, 80.0)[n]) for n in range(3)]
    item = next(item for item in variant_items(calls) if item.scenario == "item")
    assert [(each.learner, each.verdict, each.elsewhere) for each in item.fooled] == [
        ("L02", "over", 30.0),
        ("L01", "under", -30.0),
    ]
    assert (item.right.hits, item.under.hits, item.over.hits) == (1, 1, 1)


def test_only_first_meetings_count() -> None:
    """A variant that was met before, and a guided call, are no evidence of how hard it is."""
    calls = [played(0, "item", 20), played(0, "item", 90, met_before=1), played(1, "guided", 90, guided=True)]
    assert [(item.scenario, item.passed.cases) for item in variant_items(calls)] == [("item", 1)]


def test_too_few_people_are_told() -> None:
    """With nine first meetings the item says so, and has a difficulty but no discrimination."""
    item = variant_items([played(n, "item", 80) for n in range(9)])[0]
    assert (item.words, item.passed.share) == ("Too few to say: 9 of at least 10 first meetings.", 1.0)


def test_a_row_is_held_against_the_other_rows_of_its_call() -> None:
    """A row done by half, beside rows worth 6 to 10 and 1 to 5 of 10 points: the correlation by hand."""
    calls = [
        played(n, "item", 50, rows=(row("asked", good=HALF[n], points=40), row("rest", earned=RISING[n])))
        for n in range(PEOPLE)
    ]
    found = {item.row: item for item in row_items(calls, "item")}
    assert set(found) == {DECISION_ROW, "asked", "rest"}
    assert found["asked"].discrimination.value == pytest.approx(BY_HAND, abs=1e-5)
    assert (found["asked"].done.hits, found["asked"].done.cases) == (5, 10)
    assert found[DECISION_ROW].words == "Nearly all do it, so it tells nobody apart."


def test_a_hard_variant_does_not_make_its_rows_look_good() -> None:
    """Within each variant row and rest are unrelated; that both are low in the hard one is not discrimination."""
    calls = []
    for n in range(24):
        easy, good = n < 12, n % 2 == 0 if n < 12 else n % 6 == 0
        rest = (9.0 if easy else 2.0) + (n // 6 % 2)
        rows = (row("asked", good=good), row("rest", earned=rest))
        calls.append(played(n, "item", 50, variant="easy" if easy else "hard", rows=rows))
    found = next(item for item in row_items(calls, "item") if item.row == "asked")
    assert found.discrimination.value == pytest.approx(0, abs=1e-9)


def test_a_row_that_must_not_happen_is_good_when_avoided() -> None:
    """Its share is of those who avoided it, and the words say so."""
    calls = [played(n, "item", 50, rows=(row("scolds", kind="must_not", good=True, earned=0.0),)) for n in range(10)]
    found = next(item for item in row_items(calls, "item") if item.row == "scolds")
    assert (found.done.share, found.words) == (1.0, "Nearly all avoid it, so it tells nobody apart.")
