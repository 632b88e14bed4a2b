"""Chance: a draw depends on its key only, scalar and vectorized agree to the bit, and the draws are as good as luck.

Every statistical test runs at fixed seeds, so it passes always or never; its bounds are those of a p-value of 1e-6.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from simcare import chance
from simcare.chance import draws, quantiles

UNLIKELY = 1e-6
KNOWN: list[object] = [
    0.5385592509919506,
    0.35159585330272936,
    0.09680469167849953,
    0.7734016211298691,
    538,
    7924352756042560,
    ("d", "c", "a", "e", "f", "b"),
]
SIZE = 200_000

KEY = st.tuples(
    st.integers(-(2**70), 2**70),
    st.text(st.characters(), max_size=12),
    st.integers(-(2**63), 2**64 - 1) | st.text(max_size=12),
    st.integers(-(2**63), 2**64 - 1),
)
PAIRS: list[tuple[Callable[..., float], Callable[..., Any]]] = [
    (chance.uniform, chance.uniforms),
    (chance.normal, chance.normals),
    (chance.exponential, chance.exponentials),
]
BOTH = pytest.mark.parametrize(("one", "many"), PAIRS, ids=["uniform", "normal", "exponential"])


@settings(deadline=None)
@given(KEY)
def test_a_draw_is_a_function_of_its_key(key: tuple[int, str, int | str, int]) -> None:
    """The same key gives the same draw whatever was drawn in between, and it lies in [0, 1)."""
    first = chance.uniform(*key)
    chance.uniform(1, "something else", 2, 3)
    assert chance.uniform(*key) == first
    assert 0.0 <= first < 1.0


def test_known_draws_stay_as_they_are() -> None:
    """Records replay by their seed for ever: a change of these figures breaks every saved call."""
    assert [
        chance.uniform(1, "flare", 7, 3),
        chance.uniform(1, "flare", "boyd", 3),
        chance.normal(1, "flare", 7, 3),
        chance.exponential(1, "flare", 7, 3),
        chance.integer(1, "flare", 7, 3, below=1000),
        chance.derive(1, "flare", 7, 3),
        chance.shuffle(1, "flare", 7, 3, items="abcdef"),
    ] == KNOWN


def test_another_process_draws_the_same() -> None:
    """Python's hash seed, which differs from process to process, has no part in a draw."""
    code = "from simcare import chance; print(chance.uniform(1, 'flare', 'boyd', 3))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(printed.stdout) == chance.uniform(1, "flare", "boyd", 3)


@BOTH
@settings(deadline=None)
@given(
    seed=st.integers(-(2**70), 2**70),
    who=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20),
    nth=st.integers(-(2**63), 2**64 - 1),
)
def test_many_draws_are_the_single_draws(one: Any, many: Any, seed: int, who: list[int], nth: int) -> None:
    """The vectorized words give the bits of the scalar ones."""
    assert many(seed, "p", np.array(who, dtype=np.int64), nth).tolist() == [one(seed, "p", i, nth) for i in who]


@BOTH
def test_long_arrays_are_the_single_draws(one: Any, many: Any) -> None:
    """Blocks and vector units leave no seam: tens of thousands of draws agree to the bit."""
    who = np.arange(-20_000, 20_000)
    assert many(5, "p", who, 2).tolist() == [one(5, "p", i, 2) for i in who.tolist()]


@BOTH
def test_arrays_of_who_and_nth_are_broadcast(one: Any, many: Any) -> None:
    """Patients down and times across give a table; an empty array gives none."""
    table = many(5, "p", np.arange(3)[:, None], np.arange(4))
    assert table.tolist() == [[one(5, "p", who, nth) for nth in range(4)] for who in range(3)]
    assert many(5, "p", [], 0).shape == (0,)
    assert many(5, "p", "boyd", np.arange(2)).tolist() == [one(5, "p", "boyd", nth) for nth in range(2)]
    assert many(5, "p", 7).shape == ()


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint32, np.uint64])
def test_the_type_of_a_number_does_not_matter(kind: type[np.integer[Any]]) -> None:
    """A patient's number draws the same from a narrow column, a wide one and a Python int."""
    assert chance.uniforms(5, "p", np.array([7], dtype=kind), kind(3))[0] == chance.uniform(5, "p", 7, 3)
    assert chance.uniform(int(kind(5)), "p", kind(7), kind(3)) == chance.uniform(5, "p", 7, 3)  # type: ignore[arg-type]


def test_negative_numbers_of_any_width_are_one_number() -> None:
    """-1 is -1 in eight bits and in sixty-four."""
    assert chance.uniforms(5, "p", np.array([-1], dtype=np.int8))[0] == chance.uniform(5, "p", -1)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: chance.uniform(1.0, "p"),  # type: ignore[arg-type]
        lambda: chance.uniform(1, "p", 0.5),  # type: ignore[arg-type]
        lambda: chance.uniform(1, "p", 0, 0.5),  # type: ignore[arg-type]
        lambda: chance.uniforms(1, "p", np.array([0.5])),  # type: ignore[arg-type]
        lambda: chance.uniforms(1, "p", np.array(["a"])),  # type: ignore[arg-type]
    ],
)
def test_a_fraction_is_no_key(draw: Callable[[], object]) -> None:
    """Keys are whole numbers and names; a float would round to another key in silence."""
    with pytest.raises(TypeError):
        draw()


def test_one_more_patient_changes_nobody_else() -> None:
    """Add a patient, and every draw of every other patient is what it was."""
    before = chance.normals(9, "blood pressure", np.arange(1000)[:, None], np.arange(5))
    after = chance.normals(9, "blood pressure", np.arange(1001)[:, None], np.arange(5))
    assert np.array_equal(before, after[:1000])


def test_the_order_of_patients_does_not_matter() -> None:
    """Each patient keeps the draw wherever they stand in the table."""
    order = np.array(chance.shuffle(3, "order", items=range(1000)))
    assert np.array_equal(chance.uniforms(9, "fall", order), chance.uniforms(9, "fall", np.arange(1000))[order])


def test_an_added_item_leaves_the_others_in_order() -> None:
    """A shuffled list to which one item is added keeps the order of the rest."""
    long = chance.shuffle(3, "calls", 4, items=range(51))
    assert tuple(item for item in long if item != 50) == chance.shuffle(3, "calls", 4, items=range(50))


def consecutive(nth: int = 0, purpose: str = "p") -> Any:
    """Return the draws of patients 0, 1, 2 ..."""
    return chance.uniforms(11, purpose, np.arange(SIZE), nth)


STREAMS = {
    "along patients": lambda: consecutive(),
    "along times": lambda: chance.uniforms(11, "p", 0, np.arange(SIZE)),
    "along both": lambda: chance.uniforms(11, "p", np.arange(SIZE), np.arange(SIZE)),
    "against each other": lambda: chance.uniforms(11, "p", np.arange(SIZE), -np.arange(SIZE)),
    "far apart": lambda: chance.uniforms(11, "p", np.arange(SIZE) << 40),
    "along purposes": lambda: np.array([chance.uniform(11, f"p{at}") for at in range(20_000)]),
    "along seeds": lambda: np.array([chance.uniform(at, "p") for at in range(20_000)]),
    "along names": lambda: np.array([chance.uniform(11, "p", f"patient-{at}") for at in range(20_000)]),
    "along children": lambda: np.array([chance.derive(11, "p", at) * 2.0**-53 for at in range(20_000)]),
}


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_draws_are_uniform(stream: Callable[[], Any]) -> None:
    """Along every part of the key the draws fill [0, 1) evenly, in coarse cells, fine cells and low bits."""
    drawn = stream()
    cells = np.histogram(drawn, bins=1000, range=(0, 1))[0]
    low = np.bincount((drawn * 2.0**53).astype(np.int64) & 0xFF, minlength=256)
    assert stats.kstest(drawn, "uniform").pvalue > UNLIKELY
    assert stats.chisquare(cells).pvalue > UNLIKELY
    assert stats.chisquare(low).pvalue > UNLIKELY


@pytest.mark.slow
@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("lag", [1, 2, 7, 64, 1024])
def test_neighbors_are_unrelated(stream: Callable[[], Any], lag: int) -> None:
    """No draw says anything about the one some places on: correlation and pairs of cells are those of luck."""
    drawn = stream()
    left, right = drawn[:-lag], drawn[lag:]
    pairs = np.histogram2d(left, right, bins=16, range=((0, 1), (0, 1)))[0].ravel()
    assert abs(np.corrcoef(left, right)[0, 1]) < 5 / math.sqrt(left.size)
    assert stats.chisquare(pairs).pvalue > UNLIKELY


@pytest.mark.parametrize(
    "other",
    [
        lambda: consecutive(1),
        lambda: consecutive(1 << 32),
        lambda: consecutive(-1),
        lambda: consecutive(0, "q"),
        lambda: consecutive(0, "p "),
        lambda: chance.uniforms(12, "p", np.arange(SIZE)),
        lambda: chance.uniforms(chance.derive(11, "p"), "p", np.arange(SIZE)),
        lambda: chance.uniforms(11, "p", np.arange(SIZE) ^ (1 << 62)),
        lambda: chance.uniforms(11, "p", 0, np.arange(SIZE)),
    ],
    ids=[
        "nth",
        "far nth",
        "nth -1",
        "purpose",
        "purpose with a space",
        "seed",
        "child seed",
        "high who",
        "roles swapped",
    ],
)
def test_keys_that_differ_in_one_part_are_unrelated(other: Callable[[], Any]) -> None:
    """The same patients under another time, purpose or seed have independent luck."""
    one, two = consecutive(), other()
    if one[0] == two[0]:
        one, two = one[1:], two[1:]  # patient 0 at time 0 is one key in either role
    pairs = np.histogram2d(one, two, bins=16, range=((0, 1), (0, 1)))[0].ravel()
    assert abs(np.corrcoef(one, two)[0, 1]) < 5 / math.sqrt(one.size)
    assert stats.chisquare(pairs).pvalue > UNLIKELY


@pytest.mark.parametrize("part", ["who", "nth"])
def test_one_flipped_bit_of_a_key_flips_half_of_the_draw(part: str) -> None:
    """Every bit of who and nth moves every bit of the draw with odds of one half (strict avalanche)."""
    samples = 4000
    key = draws._key(1, "avalanche")
    base = np.arange(samples, dtype=np.uint64)
    fixed = np.zeros(samples, dtype=np.uint64)
    for bit in range(64):
        flipped = base ^ np.uint64(1 << bit)
        before = draws._fill(key, base, fixed) if part == "who" else draws._fill(key, fixed, base)
        after = draws._fill(key, flipped, fixed) if part == "who" else draws._fill(key, fixed, flipped)
        flips = np.unpackbits((before ^ after).view(np.uint8).reshape(samples, 8), axis=1, bitorder="little")
        assert abs(flips.mean(axis=0) - 0.5).max() < 6 * 0.5 / math.sqrt(samples)


def test_no_two_patients_share_their_bits() -> None:
    """For one seed, purpose and time, different patients have different bits."""
    key = draws._key(1, "p")
    bits = draws._fill(key, np.arange(SIZE, dtype=np.uint64), np.zeros(SIZE, dtype=np.uint64))
    assert np.unique(bits).size == SIZE


def test_purpose_and_seed_do_not_run_together() -> None:
    """Seed 1 with purpose "1x" is not seed 11 with purpose "x"."""
    assert chance.uniform(1, "1x") != chance.uniform(11, "x")


def test_normals_are_normal() -> None:
    """Mean, spread, skew, tails and shape are those of the standard normal distribution."""
    drawn = chance.normals(11, "p", np.arange(SIZE))
    powers = [float((drawn**power).mean()) for power in (1, 2, 3, 4)]
    spread = [math.sqrt(variance / SIZE) for variance in (1, 2, 15, 96)]
    assert powers == [pytest.approx(moment, abs=5 * s) for moment, s in zip((0, 1, 0, 3), spread, strict=True)]
    assert stats.kstest(drawn, "norm").pvalue > UNLIKELY


def test_exponentials_are_exponential() -> None:
    """Mean, square and shape are those of the exponential distribution with mean 1, and none is below 0."""
    drawn = chance.exponentials(11, "p", np.arange(SIZE))
    assert drawn.mean() == pytest.approx(1, abs=5 / math.sqrt(SIZE))
    assert (drawn**2).mean() == pytest.approx(2, abs=5 * math.sqrt(20 / SIZE))
    assert stats.kstest(drawn, "expon").pvalue > UNLIKELY
    assert drawn.min() >= 0


def test_the_normal_quantile_is_exact_to_fifteen_figures() -> None:
    """Center, tails and the last representable draw agree with SciPy's quantile."""
    ends = 2.0 ** -np.arange(2, 54)
    chances = np.concatenate([ends, 1 - ends[:-1], np.linspace(0.001, 0.999, 999)])
    assert quantiles.normal_quantiles(chances - 0.5) == pytest.approx(special.ndtri(chances), rel=1e-14, abs=1e-15)


def test_the_logarithm_is_exact_to_the_last_figures() -> None:
    """Own logarithm and the library's differ by at most two units in the last place."""
    numbers = np.concatenate([2.0 ** -np.arange(60), np.linspace(1e-6, 1, 10_001), np.nextafter([1.0, 0.5], 0)])
    assert quantiles.logs(numbers) == pytest.approx(np.log(numbers), rel=4.5e-16, abs=0)


def test_the_ends_of_the_range_are_finite() -> None:
    """All bits 0 and all bits 1 give finite draws, also where a logarithm is taken."""
    ends = np.array([0, 2**64 - 1], dtype=np.uint64)
    assert draws._units(ends).tolist() == [0.0, 1 - 2.0**-53]
    assert quantiles.normal_quantiles(draws._centered(ends)).tolist() == pytest.approx([-8.2095, 8.2095], abs=1e-4)
    assert math.copysign(1, 0.0 - quantiles.log(1.0)) == 1


@pytest.mark.parametrize("below", [1, 2, 3, 7, 10, 1000])
def test_whole_numbers_are_even(below: int) -> None:
    """Each number below the bound is drawn equally often."""
    drawn = Counter(chance.integer(11, "p", who, below=below) for who in range(20_000))
    assert set(drawn) <= set(range(below))
    assert below == 1 or stats.chisquare([drawn[number] for number in range(below)]).pvalue > UNLIKELY


@pytest.mark.parametrize("below", [0, -1, 2**32 + 1])
def test_a_bound_out_of_range_is_refused(below: int) -> None:
    """There is no number below nothing, and no even draw beyond 2**32."""
    with pytest.raises(ValueError, match="below must be from 1"):
        chance.integer(1, "p", below=below)


def test_picks_follow_their_weights() -> None:
    """An option is drawn in proportion to its weight, and never with weight 0."""
    weights = (1.0, 0.0, 2.5, 0.5, 6.0, 0.0)
    drawn = Counter(chance.pick(11, "p", who, options="abcdef", weights=weights) for who in range(20_000))
    assert set(drawn) == set("acde")
    assert stats.chisquare([drawn[o] for o in "acde"], [w * 2000 for w in weights if w]).pvalue > UNLIKELY


def test_picks_without_weights_are_even() -> None:
    """Without weights every option has the same odds."""
    drawn = Counter(chance.pick(11, "p", who, options=("a", "b", "c")) for who in range(20_000))
    assert stats.chisquare([drawn[option] for option in "abc"]).pvalue > UNLIKELY


@settings(deadline=None)
@given(st.integers(0, 2**32), st.lists(st.floats(0, 1e300) | st.just(0.0), min_size=1, max_size=8).filter(any))
def test_an_option_without_weight_is_never_picked(who: int, weights: list[float]) -> None:
    """Rounding never lets the draw fall through to an option of weight 0."""
    assert weights[chance.pick(1, "p", who, options=range(len(weights)), weights=weights)] > 0


@pytest.mark.parametrize("weights", [(), (1,), (1, -1), (0, 0), (1, math.inf), (1, math.nan), (1e308, 1e308)])
def test_weights_that_make_no_odds_are_refused(weights: tuple[float, ...]) -> None:
    """Weights are finite, not negative, one for each option, and not all 0."""
    with pytest.raises(ValueError, match="weight"):
        chance.pick(1, "p", options="ab", weights=weights)


def test_nothing_cannot_be_picked_from() -> None:
    """A pick from no options is refused."""
    with pytest.raises(ValueError, match="below must be from 1"):
        chance.pick(1, "p", options=())


def test_every_order_is_as_likely() -> None:
    """The 24 orders of four items come equally often, and every item is kept."""
    drawn = Counter(chance.shuffle(11, "p", who, items="abcd") for who in range(24_000))
    assert len(drawn) == 24
    assert all(sorted(order) == list("abcd") for order in drawn)
    assert stats.chisquare(list(drawn.values())).pvalue > UNLIKELY


def test_child_seeds_are_distinct_and_pass_through_json() -> None:
    """A child seed is a whole number that JavaScript holds exactly, and unlike the draw of the same key."""
    children = [chance.derive(11, "p", who) for who in range(20_000)]
    assert len(set(children)) == 20_000
    assert all(0 <= child < 2**53 for child in children)
    drawn = chance.uniforms(11, "p", np.arange(20_000))
    assert abs(np.corrcoef(children, drawn)[0, 1]) < 5 / math.sqrt(20_000)
