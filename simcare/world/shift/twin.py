"""The twin: the same shift worked many times by a model of you, to see what outcomes were to be expected.

The model is a skill with habits. It answers what rings, looks at the inbox now and then, phones whom it thinks urgent,
then works down the list; what it notices, decides and writes down follows from its skill. What comes is the same as in
your shift; each run has another luck of patience, minutes, attention and decisions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simcare import chance
from simcare.calls.profiles import profiles_of
from simcare.calls.skills import Skill, skill_named
from simcare.world.shift.authored import ShiftSpec
from simcare.world.shift.card import Judged, ShiftCard, ShiftRow
from simcare.world.shift.judging import found_at, judge_office, total_of
from simcare.world.shift.material import Part
from simcare.world.shift.numbers import numbers, seconds
from simcare.world.shift.office import RN_NOW, Office, Steps, Table
from simcare.world.shift.work import NURSE, YOU, Doing, Work

RUNS = 200
NEW_HIRE = "novice"
Progress = Callable[[int, int], None]
"""Called with how many runs are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is compared of a shift: yours, or one run of the model.

    Attributes:
        score: 0 to 100.
        urgent_found: Share of the urgent things, of those that are judged, that were reached in time.
        longest_wait: Seconds that the urgent thing which waited longest did; to the end of the shift where for ever.
        lines_lost: Callers who hung up.
        unread: Messages that nobody looked at.
        calls: How many were had.
        minutes_documented: In the notes.
    """

    score: float
    urgent_found: float
    longest_wait: float
    lines_lost: float
    unread: float
    calls: float
    minutes_documented: float


@dataclass(frozen=True, slots=True)
class Twin:
    """The runs of a model of a skill."""

    skill: str
    runs: tuple[Measures, ...]

    def share_below(self, measure: str, value: float) -> float:
        """Return the share of runs in which a measure was below a value, those equal to it counted half."""
        found = np.array([getattr(run, measure) for run in self.runs])
        return float((found < value).mean() + (found == value).mean() / 2)

    def expected(self, measure: str) -> tuple[float, float, float]:
        """Return the 5th, 50th and 95th percentile of a measure."""
        low, middle, high = np.percentile([getattr(run, measure) for run in self.runs], (5, 50, 95))
        return float(low), float(middle), float(high)


def play_twin(
    spec: ShiftSpec,
    parts: Mapping[str, Part],
    seed: int,
    skill: Skill | None = None,
    *,
    runs: int = RUNS,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Twin:
    """Work a shift `runs` times with a skill (a new hire's, if none is given); stopped, what is done counts."""
    chosen = skill or skill_named(NEW_HIRE)
    table = {(row.scenario, row.variant): row for row in profiles_of(chosen)}
    done: list[Measures] = []
    for run in range(runs):
        if stop is not None and stop.is_set():
            break
        model = Model(Office(spec, parts, chance.derive(seed, "shift.twin", run)), chosen, table)
        done.append(model.work())
        if progress is not None:
            progress(run + 1, runs)
    return Twin(chosen.name, tuple(done))


def measures_of(office: Office, rows: Sequence[ShiftRow], score: float, calls: int, documented: float) -> Measures:
    """Return what is compared, from an office whose shift is over and its rows."""
    urgent = [row for row in rows if row.area == "urgent" and row.share is not None]
    works = [office.works[row.item] for row in urgent]
    waits = [(found_at(work) if found_at(work) >= 0 else office.end) - work.came for work in works]
    return Measures(
        score=score,
        urgent_found=sum(row.share == 1.0 for row in urgent) / len(urgent) if urgent else 1.0,
        longest_wait=float(max([0, *waits])),
        lines_lost=float(sum(1 for work in office.works.values() for ring in work.rings if not ring.by)),
        unread=float(
            sum(
                1
                for work in office.works.values()
                if work.is_message and work.came >= 0 and max(work.read, work.handed) < 0
            )
        ),
        calls=float(calls),
        minutes_documented=documented,
    )


def your_measures(office: Office, card: ShiftCard) -> Measures:
    """Return the same of your own shift."""
    return measures_of(office, card.rows, card.score, len(card.calls), float(card.minutes_documented))


@dataclass(slots=True)
class Model:
    """Somebody of a skill at work in an office; mutable, for one run."""

    office: Office
    skill: Skill
    table: Table
    judged: dict[str, Judged] = field(default_factory=dict)
    documented: float = 0.0
    _looked: int = -(10**6)
    _urgent: set[str] = field(default_factory=set)
    _later: set[str] = field(default_factory=set)

    def work(self) -> Measures:
        """Work until the shift is over and what is in hand is done."""
        self.office.start(self._steps())
        self.office.advance(self.office.end + seconds("overtime"))
        rows = judge_office(self.office, self.judged)
        return measures_of(self.office, rows, total_of(rows)[0], len(self.judged), round(self.documented))

    def _steps(self) -> Steps:
        office = self.office
        yield office.pause(1)
        while office.now < office.end:
            unread = [work for work in self._mine() if work.is_message and work.read < 0]
            if (ringing := next((work for work in self._mine() if work.ringing >= 0), None)) is not None:
                yield from self._call(ringing)
            elif unread and office.now - self._looked >= self._looks_every():
                for work in unread:
                    yield from self._read(work)
                self._looked = office.now
            elif (work_ := self._next()) is not None:
                yield from self._call(work_)
            elif unread:
                self._looked = -(10**6)
            else:
                yield from self._spend(30, "wait", "")

    def _mine(self) -> list[Work]:
        return [work for work in self.office.works.values() if work.came >= 0 and work.is_yours_to_do]

    def _next(self) -> Work | None:
        """Return whom to phone next: what was noticed to be urgent, the work list, who hung up, what can wait."""
        mine = [work for work in self._mine() if work.part.opened is not None and work.part.id not in self.judged]
        for work in mine:
            if work.part.item.kind == "outreach" and work.part.item.urgent is not None:
                self._notices(work, "red_flag_screening")
        order = {"outreach": 1, "line": 2}
        able = [work for work in mine if not work.is_message or work.part.id in (self._urgent | self._later)]
        return min(
            able,
            key=lambda work: (work.part.id not in self._urgent, order.get(work.part.item.kind, 3), work.came),
            default=None,
        )

    def _read(self, work: Work) -> Steps:
        item = work.part.item
        yield from self._spend(seconds("read"), "read", work.part.id)
        work.read = self.office.now
        fits = [key for key, answer in item.answers.items() if answer.fits]
        unfit = [key for key, answer in item.answers.items() if not answer.fits]
        if item.urgent is not None and self._notices(work, "listening"):
            if work.part.opened is not None:
                yield from self._call(work)
            else:
                yield from self._spend(seconds("hand"), "hand", work.part.id)
                if work.is_yours_to_do:
                    self.office.hand(work, NURSE)
        elif self._keeps(work, "care_coordination") and work.part.opened is not None and not fits:
            self._later.add(work.part.id)
        else:
            chosen = fits if fits and self._keeps(work, "care_coordination") else unfit or fits
            yield from self._spend(seconds("answer"), "answer", work.part.id)
            if chosen and work.is_yours_to_do:
                work.answers.append((self.office.now, chosen[0]))
                work.status = "settled"
                if chosen[0] in fits:
                    self.office.reach(work, YOU)

    def _call(self, work: Work) -> Steps:
        office, name = self.office, work.part.id
        if not work.is_yours_to_do or work.part.opened is None:
            return
        office.reach(work, YOU)
        work.status = "yours"
        talk, writing, outcome = office.work_on(work, self.skill, self.table)
        if (outcome.decided or 0) >= RN_NOW:
            talk += office.bring_in_nurse(work)
        yield from self._spend(talk, "call", name)
        noted = self._keeps(work, "documentation")
        if noted:
            yield from self._spend(writing, "wrap", name)
            self.documented += (talk + writing) / 60
        right = 100.0 if outcome.decided == work.part.need else 0.0
        self.judged[name] = Judged(right if outcome.score is None else outcome.score, noted, True)
        work.status, work.outcome = "settled", outcome

    def _spend(self, spent: int, doing: Doing, item: str) -> Steps:
        began = self.office.now
        yield self.office.pause(spent)
        self.office.draw_bar(YOU, began, self.office.now, doing, item)

    def _notices(self, work: Work, competency: str) -> bool:
        if self._keeps(work, competency):
            self._urgent.add(work.part.id)
        return work.part.id in self._urgent

    def _keeps(self, work: Work, competency: str) -> bool:
        luck = chance.uniform(self.office.luck, f"shift.keeps.{competency}", work.part.id)
        return luck < self.skill.keeps(competency)

    def _looks_every(self) -> int:
        like = self.skill.name if (self.skill.name, "looks") in numbers() else NEW_HIRE
        return round(60 * numbers()[like, "looks"])
