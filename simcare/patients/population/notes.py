"""The table `notes`: what the team wrote after a welcome call and after the contacts of earlier months.

A note is a sentence of `data/notes.csv` that fits what the patient has on that day, no two of a patient of one kind.
None is of the current month, whose contacts are `contacts_log`, and none decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.patients.population.columns import Bools, Coded, Drawn, Floats, Values, Whole, day_number, day_of
from simcare.patients.population.draws import Draws, working_day
from simcare.patients.population.needs import DRAWN, Needs
from simcare.patients.population.note_pool import (
    AUTHORS,
    CHANNELS,
    PROGRESS,
    TOPICS,
    Shelves,
    note_pool,
    texts,
)
from simcare.patients.population.panel import Panel, choose, effect
from simcare.patients.population.program import GOALS
from simcare.patients.tables import grouped

KINDS: tuple[str, ...] = tuple(row["word"] for row in grouped("panel", "what")["note_topic"])
MOST = 4
YEAR, MONTH = 360, 31
"""Notes go back so many days; a month at its longest."""
NOT_YET = np.int32(np.iinfo(np.int32).max)
Days = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Known:
    """What is drawn of the people so far, which their notes must agree with."""

    patients: Drawn
    found: Days
    """The day each condition was found, as (person, condition); the day of the panel where it was not."""
    needs: Needs
    foreign: Bools
    screened: Days
    """The day on which needs were asked."""
    medications: Drawn
    goals: Drawn
    contacts: Drawn
    given: Days
    """The day of consent, meaningful for the enrolled."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What notes may be about, one row a person who is enrolled."""

    found: Days
    needs: Bools
    """(person, need of DRAWN), only needs that notes are written about."""
    screened: Days
    first_dose: Days
    """The day of the first medicine that is taken daily, NOT_YET for none."""
    band: Whole
    """Place in BANDS of the adherence."""
    goals: Days
    """The days on which goals were agreed, as (person, nth), NOT_YET for none."""
    goal: Whole
    progress: Whole
    helper: Whole
    """The first contact's name where health matters may be shared, -1 otherwise."""
    pharmacy: Whole
    typed: Bools
    """Who can be sent messages."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What one kind of note would be about for each person: where that is possible, and the place in its shelves."""

    possible: Bools
    place: Whole


def notes(panel: Panel, known: Known) -> Drawn:
    """Return one to four notes of each enrolled patient, in the order of their days."""
    enrolled = np.flatnonzero(_numbers(known.patients["enrolled"]))
    draws, given = panel.draws.among(enrolled), known.given[enrolled]
    facts = _facts(panel, known, enrolled)
    welcome = given >= panel.on - YEAR
    days = _days(draws, panel.on, given, welcome)
    order = _order(draws)
    parts = [
        _written(draws, facts, order, nth, days[:, nth], welcome if nth == 0 else np.zeros_like(welcome))
        for nth in range(MOST)
    ]
    who, day, sentence, topic, goal = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    sort = np.argsort(who, kind="stable")
    who, sentence = who[sort], sentence[sort]
    pool = note_pool()
    return {
        "patient": draws.who[who],
        "nth": (np.arange(len(who)) - np.searchsorted(who, who)).astype(np.int8),
        "on": day[sort],
        "author": Coded(pool.author[sentence], AUTHORS),
        "channel": Coded(pool.channel[sentence], CHANNELS),
        "topic": Coded(topic[sort], TOPICS),
        "text": _texts(known, facts, who, sentence, goal[sort]),
    }


def _days(draws: Draws, on: int, given: Days, welcome: Bools) -> Days:
    """Draw the days of notes as (person, nth), NOT_YET where there is none.

    A welcome call is on the day of consent; the others share the months since then, or the last year, in order.
    """
    this_month = day_number(day_of(on).replace(day=1))
    since = np.maximum(given, on - YEAR)
    span = np.maximum(this_month - since, 0)
    count = np.minimum(choose("note_count", draws.share("notes.count")).codes + 1, np.maximum(span // MONTH, 1))
    when = np.stack(draws.parts("notes.days", MOST), axis=1)
    place = (np.arange(MOST) + 0.1 + 0.8 * when) / count[:, None]
    days = np.maximum(working_day(since[:, None] + np.floor(place * span[:, None]).astype(np.int32)), given[:, None])
    days[welcome, 0] = given[welcome]
    days[np.arange(MOST) >= count[:, None]] = NOT_YET
    return days


def _order(draws: Draws) -> Floats:
    """Draw in which order a person's notes take the kinds, as (person, kind): the lowest first, by their weights."""
    weights = [float(row["percent"]) for row in grouped("panel", "what")["note_topic"]]
    pieces = [*draws.parts("notes.order", 3), *draws.parts("notes.order", 3, nth=1)]
    # An exponential race: each kind wins in proportion to its weight.
    return np.stack([-np.log1p(-piece) / weight for piece, weight in zip(pieces, weights, strict=True)], axis=1)


def _written(
    draws: Draws, facts: Facts, order: Floats, nth: int, day: Days, welcome: Bools
) -> tuple[Whole, Days, Whole, Whole, Whole]:
    """Return who has an nth note, its day, sentence, topic and goal; kinds that were used leave the order."""
    pool, everybody = note_pool(), np.arange(len(day))
    pick, which = draws.parts("notes.text", 2, nth=nth)
    choices = list(_choices(facts, day, pick))
    waiting = np.where(np.stack([choice.possible for choice in choices], axis=1), order, np.inf)
    kind = waiting.argmin(axis=1)
    there = (day != NOT_YET) & (welcome | np.isfinite(waiting[everybody, kind]))
    kind = np.where(welcome, len(KINDS), kind)
    sentence, topic = np.zeros(len(day), dtype=np.int16), np.zeros(len(day), dtype=np.int8)
    hello = Choice(welcome, np.zeros(len(day), dtype=np.int16))
    for number, (name, choice) in enumerate(zip((*KINDS, "enrollment"), (*choices, hello), strict=True)):
        own = np.flatnonzero(there & (kind == number))
        shelves, place = pool.shelves[name], choice.place[own]
        sentence[own] = _sentence(shelves, place, which[own], facts.typed[own])
        topic[own] = shelves.topic[place]
        if number < len(KINDS):
            order[own, number] = np.inf
    goal = facts.goal[everybody, _nth(facts.goals <= day[:, None], pick)]
    who = np.flatnonzero(there)
    return who, day[who], sentence[who], topic[who], goal[who]


def _sentence(shelves: Shelves, place: Whole, which: Floats, typed: Bools) -> Whole:
    size = np.where(typed, shelves.size[place], shelves.spoken[place])
    found: Whole = shelves.start[place] + np.floor(which * size).astype(np.int16)
    return found


def _choices(facts: Facts, day: Days, pick: Floats) -> Iterator[Choice]:
    """Yield for each of KINDS what a note of that day would be about."""
    ill = facts.found <= day[:, None]
    yield Choice(_any(ill), _nth(ill, pick))
    yield Choice(facts.first_dose <= day, facts.band)
    lacking = facts.needs & (facts.screened <= day)[:, None]
    yield Choice(_any(lacking), _nth(lacking, pick))
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    yield Choice(np.ones(len(day), dtype=bool), month % 12 // 3)
    agreed = facts.goals <= day[:, None]
    nth = _nth(agreed, pick)
    yield Choice(_any(agreed), facts.progress[np.arange(len(day)), nth])
    yield Choice(facts.helper >= 0, np.zeros(len(day), dtype=np.int16))


def _any(mask: Bools) -> Bools:
    found: Bools = np.any(mask, axis=1, keepdims=True)[:, 0]
    return found


def _nth(mask: Bools, pick: Floats) -> Whole:
    """Return the place of one of the true values of each row, all equally likely; 0 where none is true."""
    wanted = np.floor(pick * mask.sum(axis=1))
    found: Whole = (np.cumsum(mask, axis=1, dtype=np.int8) > wanted[:, None]).argmax(axis=1)
    return found


def _facts(panel: Panel, known: Known, enrolled: Whole) -> Facts:
    needs = known.needs.has[enrolled]
    needs[:, DRAWN.index("language")] = known.foreign[enrolled]
    goals, goal, progress = _goals(panel, known, enrolled)
    bounds = [effect("note_adherence_low"), effect("note_adherence_high")]
    return Facts(
        found=known.found[enrolled],
        needs=needs & (note_pool().shelves["need"].size > 0),
        screened=known.screened[enrolled],
        first_dose=_first_dose(panel, known)[enrolled],
        band=np.searchsorted(bounds, _numbers(known.patients["adherence"])[enrolled], side="right"),
        goals=goals,
        goal=goal,
        progress=progress,
        helper=_helpers(panel, known)[enrolled],
        pharmacy=_coded(known.patients["pharmacy"]).codes[enrolled],
        typed=~needs[:, DRAWN.index("tech_access")],
    )


def _first_dose(panel: Panel, known: Known) -> Days:
    table = known.medications
    daily = ~_numbers(table["as_needed"]) & ~_numbers(table["over_the_counter"])
    first = np.full(len(panel.age), NOT_YET, dtype=np.int32)
    np.minimum.at(first, _rows(panel, table)[daily], _numbers(table["started"])[daily])
    return first


def _goals(panel: Panel, known: Known, enrolled: Whole) -> tuple[Days, Whole, Whole]:
    table = known.goals
    place = np.searchsorted(enrolled, _rows(panel, table)), _numbers(table["nth"])
    days = np.full((len(enrolled), GOALS), NOT_YET, dtype=np.int32)
    goal, progress = np.zeros(days.shape, dtype=np.int16), np.zeros(days.shape, dtype=np.int8)
    far = _coded(table["progress"])
    number = np.array([PROGRESS.index(word) for word in far.words], dtype=np.int8)
    days[place], goal[place] = _numbers(table["since"]), _coded(table["goal"]).codes
    progress[place] = number[far.codes]
    return days, goal, progress


def _helpers(panel: Panel, known: Known) -> Whole:
    table = known.contacts
    first = (_numbers(table["nth"]) == 0) & _numbers(table["consent"])
    helper = np.full(len(panel.age), -1, dtype=np.int16)
    helper[_rows(panel, table)[first]] = _coded(table["first_name"]).codes[first]
    return helper


def _texts(known: Known, facts: Facts, who: Whole, sentence: Whole, goal: Whole) -> Coded:
    named = _coded(known.contacts["first_name"]), _coded(known.patients["pharmacy"]), _coded(known.goals["goal"])
    starts, words = texts(*(column.words for column in named))
    values = np.stack([np.zeros(len(who), dtype=np.int16), facts.helper[who], facts.pharmacy[who], goal])
    return Coded(starts[sentence] + values[note_pool().slot[sentence], np.arange(len(who))], words)


def _rows(panel: Panel, table: Drawn) -> Whole:
    """Return the place among the people of each row of a table."""
    return np.searchsorted(panel.draws.who, _numbers(table["patient"]))


def _numbers(values: Values) -> NDArray[Any]:
    assert isinstance(values, np.ndarray)
    return values


def _coded(values: Values) -> Coded:
    assert isinstance(values, Coded)
    return values
