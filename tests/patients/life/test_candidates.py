"""Drawing: who and when are keyed, so nothing that somebody else does changes a patient's life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.patients.life import Candidates, Episode, Facts, accept, draw_candidates, find_facts, load_hazards
from simcare.patients.life.candidates import NTHS_A_YEAR
from simcare.patients.population.drawing import populate
from tests.patients.life.people import make_panel

HAZARDS = load_hazards()
KEY = ["patient", "hazard", "nth"]


def lives(candidates: Candidates, chosen: object = slice(None)) -> pd.DataFrame:
    """Return candidates as rows in the order of their keys, hazards as words."""
    frame = candidates.frame(chosen)  # type: ignore[arg-type]
    frame = frame.astype({"hazard": str, "kind": str})
    return frame.sort_values(KEY, ignore_index=True)


def episodes(candidates: Candidates) -> pd.DataFrame:
    """Return the episodes of a life in which nothing changes."""
    return lives(candidates, accept(candidates))


def same(expected: pd.DataFrame, actual: pd.DataFrame) -> None:
    """Check that two frames hold the same to the last bit."""
    pd.testing.assert_frame_equal(expected, actual, check_exact=True)


@settings(max_examples=8, deadline=None)
@given(cuts=st.lists(st.integers(1, 299), max_size=4, unique=True), seed=st.integers(0, 2**40))
def test_any_partition_gives_the_same_lives(cuts: Sequence[int], seed: int) -> None:
    """Drawn at once or in parts, the same people have the same episodes."""
    bounds = [0, *sorted(cuts), 300]
    parts = [episodes(draw_candidates(make_panel(high - low, start=low), seed)) for low, high in pairwise(bounds)]
    whole = episodes(draw_candidates(make_panel(300), seed))
    same(whole, pd.concat(parts).sort_values(KEY, ignore_index=True))


def test_a_population_drawn_in_parts_lives_as_one() -> None:
    """The real population keeps what the tables by hand show: who was drawn with whom is nothing to anybody."""
    on, tables = date(2026, 11, 23), ("patients", "conditions", "medications", "social_needs", "screens")
    whole, first, rest = (
        populate(count, start=start, seed=5, on=on, tables=tables) for start, count in ((0, 90), (0, 40), (40, 50))
    )
    parts = pd.concat([episodes(draw_candidates(part, 1)) for part in (first, rest)], ignore_index=True)
    same(episodes(draw_candidates(whole, 1)), parts)


def test_one_more_patient_changes_nobody() -> None:
    """The lives of the first 400 are the same beside a 401st."""
    fewer, more = (episodes(draw_candidates(make_panel(count), 3)) for count in (400, 401))
    same(fewer, more[more["patient"] < 400].reset_index(drop=True))


def test_a_choice_of_patients_lives_as_in_the_whole() -> None:
    """Who else takes part is nothing to a patient."""
    chosen = np.array([2, 30, 31, 250])
    some = episodes(draw_candidates(make_panel(300), 3, among=chosen))
    whole = episodes(draw_candidates(make_panel(300), 3))
    same(some, whole[whole["patient"].isin(chosen)].reset_index(drop=True))


def test_one_more_hazard_changes_no_other() -> None:
    """Falls are the same, whatever else may happen."""
    alone = episodes(draw_candidates(make_panel(300), 3, hazards=HAZARDS.only("fall")))
    whole = episodes(draw_candidates(make_panel(300), 3))
    same(alone, whole[whole["hazard"] == "fall"].reset_index(drop=True))


def test_a_longer_life_begins_like_a_shorter_one() -> None:
    """Each year is drawn by itself, and a part of a year is cut off from the whole."""
    short, long = (lives(draw_candidates(make_panel(300), 3, years)) for years in (1.4, 2.0))
    same(short, long[long["day"] < 1.4 * 365.25].reset_index(drop=True))
    assert set(long["nth"] // NTHS_A_YEAR) == {0, 1}


def test_another_seed_gives_other_lives_to_the_same_people() -> None:
    """A life has its own seed; the frailty of the people, which is theirs, stays."""
    one, other = (draw_candidates(make_panel(300), seed) for seed in (1, 2))
    assert not np.array_equal(one.day, other.day)
    np.testing.assert_array_equal(one.risks.ceiling, other.risks.ceiling)


def test_candidates_come_in_the_order_of_time() -> None:
    """The world reaches them one by one."""
    assert (np.diff(draw_candidates(make_panel(500), 1).day) >= 0).all()


def test_a_higher_rate_adds_and_moves_none() -> None:
    """Two plans that differ in a rate share all the candidates of the lower one."""
    lower, higher = (lives(draw_candidates(make_panel(300), 1, hazards=HAZARDS.times(each))) for each in (1.0, 1.3))
    kept = higher.merge(lower[KEY], on=KEY).sort_values(KEY, ignore_index=True)
    same(lower, kept)
    assert len(higher) > len(lower)


def test_an_episode_is_a_row_of_the_frame() -> None:
    """One at a time or all at once, it is the same."""
    candidates = draw_candidates(make_panel(50), 1)
    frame = candidates.frame()
    assert [candidates.episode(at) for at in (0, 7, 31)] == [Episode(*frame.iloc[at]) for at in (0, 7, 31)]


def test_an_episode_is_of_plain_python() -> None:
    """The world keeps episodes in lists and records; NumPy's scalars are slow there and not JSON."""
    episode = draw_candidates(make_panel(50), 1).episode(5)
    assert [type(getattr(episode, name)) for name in Episode.__slots__] == [
        int,
        str,
        str,
        int,
        float,
        float,
        float,
        bool,
        bool,
    ]


def test_nobody_lives_without_candidates_being_drawn() -> None:
    """No people, no time, or people at no risk give columns without rows."""
    panel = make_panel(20)
    assert len(draw_candidates(panel, 1, 0.0)) == 0
    assert len(draw_candidates(panel, 1, among=np.array([], np.int64))) == 0
    assert len(episodes(draw_candidates(panel, 1, hazards=HAZARDS.only()))) == 0


def test_a_negative_life_is_refused() -> None:
    """Time runs forward."""
    with pytest.raises(ValueError, match="a life lasts 0 years or more"):
        draw_candidates(make_panel(1), 1, -1.0)


def test_shares_of_severe_ones_and_of_calls_are_those_of_the_data() -> None:
    """Within four standard errors of a binomial, for each hazard of a large panel."""
    frame = draw_candidates(make_panel(20_000), 5).frame()
    for hazard in HAZARDS:
        rows = frame[frame["hazard"] == hazard.key]
        for column, share in (("severe", hazard.severe_share), ("calls", hazard.call_share)):
            error = np.sqrt(share * (1 - share) / len(rows))
            assert rows[column].mean() == pytest.approx(share, abs=4 * error + 1e-12), (hazard.key, column)


def test_episodes_last_as_the_data_say() -> None:
    """None is shorter than the least, and half are under the median."""
    frame = draw_candidates(make_panel(20_000), 5).frame()
    for hazard in HAZARDS:
        days = frame.loc[frame["hazard"] == hazard.key, "days"]
        assert days.min() >= hazard.least_days
        assert (days < hazard.median_days).mean() == pytest.approx(0.5, abs=2 / np.sqrt(len(days)))


def test_facts_are_found_once_for_all_lives_of_the_same_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second life of the same people asks nothing anew and is what it is by itself; other people are asked."""
    asked: list[object] = []

    def find(*question: object) -> Facts:
        asked.append(question)
        return find_facts(*question)  # type: ignore[arg-type]

    monkeypatch.setattr("simcare.patients.life.candidates.find_facts", find)
    panel, again, few = make_panel(40), make_panel(40), np.array([3, 5])
    first, second = (draw_candidates(panel, seed, hazards=HAZARDS) for seed in (1, 2))
    assert len(asked) == 1 and not lives(first).equals(lives(second))
    same(lives(draw_candidates(again, 2, hazards=HAZARDS)), lives(second))
    assert draw_candidates(again, 2, hazards=HAZARDS, among=few).facts.patient.tolist() == [3, 5]
    assert not len(draw_candidates(again, 2, hazards=HAZARDS.times(0.0), among=few))
    assert len(asked) == 4
