"""The panel of a plan: which people, and who is whose own care manager.

People are drawn once for a panel and kept, because a staffing search asks for the same ones a hundred times.
"""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcare.chance import derive, uniforms
from simcare.patients.population.columns import frame
from simcare.patients.population.drawing import Population, draw_range
from simcare.patients.population.mix import Mix, States
from simcare.patients.population.storage import load
from simcare.planning import tables
from simcare.planning.basis import Basis
from simcare.planning.plan import Patients
from simcare.world import Panel, Post

LIFE_TABLES = ("patients", "conditions", "medications", "social_needs", "screens")
_ENOUGH = 1.15
"""How many more people are drawn at first than the enrolled share asks for."""


@lru_cache(maxsize=4)
def draw_people(patients: Patients, mix_text: str, on: date) -> tuple[Population, NDArray[np.int64]]:
    """Return a population and the places of the enrolled who make the panel: the first so many by number."""
    if patients.folder is not None:
        there = load(Path(patients.folder), LIFE_TABLES)
        # Their lives begin with the plan, whatever day they were drawn for.
        people = Population(there.seed, there.mix, on, there.start, there.tables)
        chosen = np.flatnonzero(people.tables["patients"]["enrolled"].to_numpy())
        return people, chosen[: patients.count]
    assert patients.count is not None
    mix = Mix.model_validate_json(mix_text)
    if patients.states is not None:
        states = States(only=patients.states, source="the plan", confidence="assumption")
        mix = mix.model_copy(update={"states": states})
    share = max(mix.enrolled.percent / 100 * 0.85, 0.001)
    count = math.ceil(patients.count / share * _ENOUGH) + 50
    while True:
        drawn = draw_range(0, count, seed=patients.seed, on=on, mix=mix, tables=LIFE_TABLES)
        people = Population(patients.seed, mix.title, on, 0, {name: frame(name, drawn[name]) for name in LIFE_TABLES})
        chosen = np.flatnonzero(people.tables["patients"]["enrolled"].to_numpy())
        if chosen.size >= patients.count:
            return people, chosen[: patients.count]
        count *= 2


def panel_of(basis: Basis, people: Population, chosen: NDArray[np.int64], posts: tuple[Post, ...]) -> Panel:
    """Return the chosen people, by place, as the world's panel."""
    patients = people.tables["patients"].iloc[chosen]
    state, zone, best = (patients[name].cat for name in ("state", "time_zone", "best_time"))
    number = patients["patient"].to_numpy(np.int64)
    states = tuple(str(word) for word in state.categories)
    hours = {word: tuple(map(int, span.split("-"))) for word, span in tables.arrivals("best_time").items()}
    return Panel(
        patient=number,
        state=state.codes.to_numpy(np.int16),
        zone=zone.codes.to_numpy(np.int16),
        best=best.codes.to_numpy(np.int16),
        own=_own(basis, people.seed, number, state.codes.to_numpy(np.int64), states, posts),
        monthly=np.ones(number.size, np.bool_),
        states=states,
        zones=tuple(str(word) for word in zone.categories),
        best_times=tuple((hours[str(word)][0], hours[str(word)][1]) for word in best.categories),
    )


def _own(
    basis: Basis,
    seed: int,
    patient: NDArray[np.int64],
    state: NDArray[np.int64],
    states: tuple[str, ...],
    posts: tuple[Post, ...],
) -> NDArray[np.int32]:
    """Return each patient's own care manager: the eligible post with the highest score of the pair.

    So a post more takes a few patients from each other post, and nobody else changes hands.
    """
    best, own = np.full(patient.size, -1.0), np.full(patient.size, -1, np.int32)
    nurse_only = basis.nurse_only
    for at, post in enumerate(posts):
        if "outreach" not in post.takes:
            continue
        may = np.array(
            [
                word not in nurse_only or (post.license != "none" and (post.licensed is None or word in post.licensed))
                for word in states
            ]
        )[state]
        score = uniforms(seed, "planning.own", patient, derive(0, "planning.own", post.key) >> 1)
        better = may & (score > best)
        best[better], own[better] = score[better], at
    return own
