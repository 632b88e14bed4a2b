"""The tables `visits`, `goals`, `consents` and `contacts_log`: whom the patient sees, and care management itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.patients.population.columns import NEVER, Bools, Coded, Drawn, Whole, coded, day_number, day_of
from simcare.patients.population.courses import Seen
from simcare.patients.population.draws import one_of, whole, working_day
from simcare.patients.population.panel import CONDITIONS, MONTH, NUMBER, Panel, choose, effect, rank, rows_of
from simcare.patients.population.prevention import State
from simcare.patients.tables import grouped, rows

VISIT_STATUSES = ("done", "booked", "overdue", "missed")
GOALS = 3
SPECIALISTS = 3
"""At most so many goals, and specialists, a person."""
TASKS = 4
Add = Callable[[str, str, NDArray[np.int32], Whole | int], None]


def visits(panel: Panel, seen: Seen, state: State) -> Drawn:
    """Return past and coming visits by day: the doctor, the wellness visit, and specialists by condition."""
    draws = panel.draws
    slots: list[tuple[int, int, NDArray[np.int32], Whole]] = []
    who_words, why_words = _words()

    def add(with_whom: str, why: str, day: NDArray[np.int32], status: Whole | int) -> None:
        states = np.broadcast_to(np.asarray(status, dtype=np.int8), day.shape)
        slots.append((who_words.index(with_whom), why_words.index(why), day, states))

    add("primary care", "chronic care visit", seen.clinic, 0)
    add("primary care", "Annual Wellness Visit", state.done_on("awv"), 0)
    _add_specialists(panel, state, add)
    kind_of, when_of = draws.parts("next_visit", 2)
    late = kind_of * 100 < effect("visit_overdue")
    missed = ~late & (kind_of * 100 < effect("visit_overdue") + effect("visit_missed"))
    ago = panel.on - 5 - np.floor(when_of * np.maximum(1, panel.on - seen.clinic - 8)).astype(np.int32)
    coming = panel.on + 6 + np.floor(when_of * 84).astype(np.int32)
    add(
        "primary care",
        "follow-up",
        working_day(np.where(late | missed, ago, coming)),
        np.where(late, 2, np.where(missed, 3, 1)),
    )
    days = np.stack([day for _, _, day, _ in slots], axis=1)
    states = np.stack([status for *_, status in slots], axis=1)
    person, slot = rows_of(days != NEVER)
    order = np.lexsort((days[person, slot], person))
    person, slot = person[order], slot[order]
    return {
        "patient": draws.who[person],
        "nth": (np.arange(len(person)) - np.searchsorted(person, person)).astype(np.int8),
        "with_whom": Coded(np.array([who for who, *_ in slots], dtype=np.int8)[slot], who_words),
        "why": Coded(np.array([why for _, why, *_ in slots], dtype=np.int8)[slot], why_words),
        "on": days[person, slot],
        "status": Coded(states[person, slot], VISIT_STATUSES),
    }


@cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    members = rows("specialists")
    whom = dict.fromkeys(("primary care", *(row["with_whom"] for row in members)))
    why = dict.fromkeys(("chronic care visit", "Annual Wellness Visit", "follow-up", *(row["why"] for row in members)))
    return tuple(whom), tuple(why)


def _add_specialists(panel: Panel, state: State, add: Add) -> None:
    """Add the last and perhaps the next visit with each specialist; one reason each, three specialists at most."""
    met = np.zeros(len(panel.age), dtype=np.int64)
    count = np.zeros(len(panel.age), dtype=np.int8)
    bit_of = {word: 1 << nth for nth, word in enumerate(_words()[0])}
    for at, row in enumerate(rows("specialists")):
        bit, every = bit_of[row["with_whom"]], float(row["every_months"]) * MONTH
        goes_of, ago_of, next_of = panel.draws.parts("specialist", 3, nth=at)
        goes = panel.with_condition(row["condition"]) & ((met & bit) == 0) & (count < SPECIALISTS)
        goes &= goes_of * 100 < float(row["percent"])
        last = working_day(panel.on - np.floor((0.1 + 0.75 * ago_of) * every).astype(np.int32))
        gap = {"diabetic eye exam": "eye_exam", "foot care": "foot_exam"}.get(row["why"])
        if gap is not None:
            last = state.done_on(gap)
            goes &= last != NEVER
        met[goes] |= bit
        count += goes
        add(row["with_whom"], row["why"], np.where(goes, last, NEVER), 0)
        again = working_day(last + int(every))
        booked = goes & (again > panel.on + 7) & (next_of * 100 < effect("specialist_next"))
        add(row["with_whom"], row["why"], np.where(booked, again, NEVER), 1)


def consents(panel: Panel, enrolled: Bools, doctor: Coded) -> tuple[Drawn, NDArray[np.int32]]:
    """Return the consents of the enrolled, and the day of each person's (meaningful for the enrolled only)."""
    given_of, form_of, reviewed_of = panel.draws.parts("consent", 3)
    # Nobody consents before 65: who has just turned 65 did so since.
    youngest = panel.birth + 23_741
    given = np.maximum(working_day(panel.on - whole(given_of, 20, 900)), np.minimum(youngest, panel.on - 12))
    reviewed = np.maximum(working_day(panel.on - whole(reviewed_of, 10, 95)), given)
    person = np.flatnonzero(enrolled)
    return {
        "patient": panel.draws.who[person],
        "given": given[person],
        "form": choose("consent_form", form_of[person]),
        "practitioner": doctor.take(person),
        "plan_reviewed": reviewed[person],
    }, given


def goals(panel: Panel, enrolled: Bools, given: NDArray[np.int32]) -> Drawn:
    """Return up to three goals of each enrolled patient, one for each of the first conditions that have any."""
    members, pools = rows("goals"), grouped("goals", "condition")
    first = {key: [row["goal"] for row in members].index(pool[0]["goal"]) for key, pool in pools.items()}
    conditions = np.array([NUMBER[key] for key in CONDITIONS if key in pools])
    starts = np.array([first[key] for key in CONDITIONS if key in pools])
    sizes = np.array([len(pools[key]) for key in CONDITIONS if key in pools])
    has = panel.has[conditions].T & enrolled[:, None]
    has &= np.cumsum(has, axis=1) <= GOALS
    person, which = rows_of(has)
    pick, when, how = panel.draws.among(person).parts("goal", 3, nth=conditions[which])
    row = starts[which] + np.floor(pick * sizes[which]).astype(np.int16)
    # Who keeps values at goal also gets on with goals.
    progress = choose("progress", np.clip(0.6 * how + 0.4 * rank(panel.control)[person], 0, 0.999))
    since = given[person] + np.floor(when * np.maximum(0, panel.on - 8 - given[person])).astype(np.int32)
    return {
        "patient": panel.draws.who[person],
        "nth": (np.arange(len(person)) - np.searchsorted(person, person)).astype(np.int8),
        "goal": coded(row, [member["goal"] for member in members]),
        "condition": Coded(conditions[which].astype(np.int8), CONDITIONS),
        "since": since,
        "progress": progress,
    }


def contacts_log(panel: Panel, enrolled: Bools, given: NDArray[np.int32]) -> Drawn:
    """Return up to four tasks a person of this month before today, the earliest first."""
    members = rows("activities")
    start = day_number(day_of(panel.on).replace(day=1))
    span = panel.on - start
    count = np.where(enrolled & (given < start) & (span > 0), np.floor(panel.draws.share("tasks") * (TASKS + 1)), 0)
    person, nth = rows_of(np.arange(TASKS)[None, :] < count[:, None])
    what_of, minutes_of, when_of = panel.draws.among(person).parts("task", 3, nth=nth)
    task = one_of(what_of, [float(row["weight"]) for row in members])
    low, high = (np.array([int(row[name]) for row in members]) for name in ("low", "high"))
    # The tasks of a person share the days before today in order.
    share = (nth + when_of) / np.maximum(count[person], 1)
    return {
        "patient": panel.draws.who[person],
        "nth": nth.astype(np.int8),
        "on": start + np.floor(share * span).astype(np.int32),
        "channel": coded(task, [row["channel"] for row in members]),
        "what": coded(task, [row["what"] for row in members]),
        "minutes": whole(minutes_of, low[task], high[task]).astype(np.int8),
    }
