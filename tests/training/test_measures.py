"""Measures of finished calls: published tables, tables done by hand, and what is said where there is little."""

from __future__ import annotations

import pytest

from simcare.scenarios.library import load_policy
from simcare.training.judged import JudgedCall
from simcare.training.measures import (
    ENOUGH_CALLS,
    calibration,
    domains,
    escalation,
    learning_curve,
    measure,
    triage,
    urgent_table,
    weighted_kappa,
    wilson,
)
from tests.training.made import call, row

WEIGHTS = load_policy().value.triage_weights


def test_giesens_table_is_reproduced() -> None:
    """352 calls of mystery patients (Giesen 2007): 64, 20, 13 and 255 give .76, .95, .83 and .93."""
    pairs = [(True, True)] * 64 + [(True, False)] * 20 + [(False, True)] * 13 + [(False, False)] * 255
    table = urgent_table(pairs)
    shares = (
        table.sensitivity,
        table.specificity,
        table.positive_predictive_value,
        table.negative_predictive_value,
    )
    assert [round(share.share or 0, 2) for share in shares] == [0.76, 0.95, 0.83, 0.93]


def test_giesens_shares_of_right_and_too_low_are_reproduced() -> None:
    """69 % of the 352 contacts right and 19 % too low (Giesen 2007, abstract), the rest too high."""
    calls = [call(nth, 2, 2 if nth < 243 else 1 if nth < 243 + 67 else 3) for nth in range(352)]
    found = triage(calls, WEIGHTS)
    assert [round(share.share or 0, 2) for share in (found.right, found.under, found.over)] == [0.69, 0.19, 0.12]


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)],
)
def test_wilson_is_the_published_interval(hits: int, cases: int, low: float, high: float) -> None:
    """The last two are Newcombe 1998, table I, method 3: it stays within 0 and 1 and is no point at 0."""
    found = wilson(hits, cases)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_no_case_is_no_share() -> None:
    """Nothing is claimed of nothing."""
    assert wilson(0, 0).share is None


def test_kappa_done_by_hand() -> None:
    """Four calls, one of them one level too low: .15 observed against .45 by chance, with the policy's weights."""
    pairs = [(1, 1), (1, 1), (2, 2), (2, 1)]
    # One under costs .6 and one over .2: observed .6/4; of the 16 pairs by chance 6 are one under and 2 one over.
    assert weighted_kappa(pairs, WEIGHTS) == pytest.approx(1 - 0.15 / ((6 * 0.6 + 2 * 0.2) / 16))


def test_kappa_tells_the_lax_from_the_cautious() -> None:
    """As many slips as far off, down in one and up in the other: down is worse."""
    needs = [1, 2, 3, 2, 1, 3, 2, 2]
    lax = [(need, need - (nth % 2)) for nth, need in enumerate(needs)]
    cautious = [(need, need + (nth % 2)) for nth, need in enumerate(needs)]
    low, high = weighted_kappa(lax, WEIGHTS), weighted_kappa(cautious, WEIGHTS)
    assert low is not None and high is not None and low < high


def test_kappa_of_one_level_is_none() -> None:
    """Where everything is the same level, agreement by chance is perfect and kappa says nothing."""
    assert weighted_kappa([(2, 2), (2, 2)], WEIGHTS) is None


def test_no_decision_is_under_triage_and_an_accepted_one_is_right() -> None:
    """A call without any level got too little; one that passes too is no slip."""
    calls = [call(0, 3, None), call(1, 2, 3, verdict="accepted")]
    found = triage(calls, WEIGHTS)
    assert (found.under.hits, found.right.hits, found.over.hits) == (1, 1, 0)


def test_time_to_escalation_is_of_urgent_calls_that_got_there() -> None:
    """Routine calls and missed ones have no time; of the reached ones the late are counted."""
    calls = [
        call(0, 4, 4, seconds=60),
        call(1, 3, 3, seconds=180, late=True),
        call(2, 3, 1, seconds=30),
        call(3, 1, 1, seconds=20),
    ]
    found = escalation(calls)
    assert (found.calls, found.reached, found.median, found.late.hits) == (3, 2, 120.0, 1)


def test_calibration_by_hand() -> None:
    """Sure and right, sure and too low, unsure and right: Brier .29, and the dangerous one is named."""
    calls = [call(0, confidence=90), call(1, 3, 2, confidence=90), call(2, confidence=60), call(3)]
    found = calibration(calls)
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.16) / 3)
    assert (found.stated, found.confident_under) == (3, ("a1",))


def test_domains_count_what_was_asked_for() -> None:
    """Rows that must not happen are no rows to be done, but their penalty is lost."""
    rows = (row("a"), row("b", good=False), row("c", kind="must_not", good=False, earned=-5.0))
    found = domains([call(0, rows=rows)])[0]
    assert (found.earned, found.possible, found.rows.hits, found.rows.cases) == (5.0, 20.0, 1, 2)


def test_the_curve_is_the_mean_of_the_last_calls() -> None:
    """Each point looks back over no more than the last calls."""
    calls = [call(nth, score=score) for nth, score in enumerate((10.0, 20.0, 60.0))]
    assert [point.mean_of_last for point in learning_curve(calls, last=2)] == [10.0, 15.0, 40.0]


def told(number: int) -> str:
    """Return what is said of so many different calls."""
    calls: list[JudgedCall] = [call(nth) for nth in range(number)]
    return measure(calls, WEIGHTS).standing


def test_nobody_is_ever_certified() -> None:
    """Under twelve different calls there are too few; above, it is still practice."""
    few, more = told(ENOUGH_CALLS - 1), told(ENOUGH_CALLS)
    assert ("Too few calls" in few, "Too few calls" in more) == (True, False)
    assert few.startswith("Practice") and more.startswith("Practice")


def test_guided_calls_are_no_evidence() -> None:
    """A call that tells what to do says nothing of its player."""
    assert measure([call(0, guided=True)], WEIGHTS).calls == 0


def test_measures_are_plain_data() -> None:
    """Another program gets sensitivity without computing it."""
    data = measure([call(0), call(1, 1, 1)], WEIGHTS).as_json()
    assert data["triage"]["urgent"]["sensitivity"]["share"] == 1.0
