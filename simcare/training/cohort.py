"""A cohort as its trainer sees it: who has done what, who is due, how each stands, how the group learns.

`see_cohort` reads the records once; the rest are values. What items tell lives in `items`, ratings of skills in
`competency`, what a trainee sees of themselves in the same `Trainee`. Nothing here certifies anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from simcare.training.canonical import name_key
from simcare.training.catalog import PracticeCall
from simcare.training.competency import Rating, rate
from simcare.training.judged import JudgedCall, judged_calls, whole_shift
from simcare.training.measures import ENOUGH_CALLS, Share, evidence, standing, wilson
from simcare.training.outcomes import outcomes
from simcare.training.records import Attempt, Records
from simcare.training.review import Due
from simcare.training.review import review as spaced
from simcare.training.reviews import Review, reviews_of
from simcare.training.roster import Progress, groups, members_of, progress
from simcare.training.shifts import ShiftRecord, Shifts


@dataclass(frozen=True, slots=True)
class Trainee:
    """One learner: calls that are evidence, what was assigned, and which skills are due again; times are UTC."""

    name: str
    calls: tuple[JudgedCall, ...]
    """Finished calls, the oldest first, without branches; guided ones are in it and say so."""
    different: int
    """Different scenarios among those that are evidence."""
    unfinished: int
    passed: Share
    mean_score: float | None
    last: datetime | None
    assigned: tuple[Progress, ...]
    due: tuple[Due, ...]
    """Skills whose time for practice has come."""
    ratings: tuple[Rating, ...]

    @property
    def enough(self) -> bool:
        """Tell whether there are enough different calls to describe the trainee by."""
        return self.different >= ENOUGH_CALLS

    @property
    def standing(self) -> str:
        """Say in a sentence how much these calls can say."""
        return standing(self.different)

    def overdue(self, now: datetime) -> tuple[Progress, ...]:
        """Return the assignments that are past their day with something left."""
        return tuple(each for each in self.assigned if each.overdue(now))

    def left(self) -> int:
        """Return how many assigned calls are not passed yet."""
        return sum(len(each.left) for each in self.assigned)


@dataclass(frozen=True, slots=True)
class CohortPoint:
    """The nth call of those who have one: how they did on average; later points rest on fewer people."""

    nth: int
    people: int
    mean_score: float
    passed: Share


@dataclass(frozen=True, slots=True)
class Cohort:
    """A group, or everybody (`group` None), at one moment."""

    group: str | None
    groups: tuple[str, ...]
    trainees: tuple[Trainee, ...]
    calls: tuple[JudgedCall, ...]
    reviews: tuple[Review, ...]
    """What was said of these calls, and of the trainees' shifts and the calls in them."""
    at: datetime
    shifts: tuple[ShiftRecord, ...] = ()
    """The trainees' finished shifts, the newest first; branches are among them."""


def see_cohort(records: Records, offered: Iterable[PracticeCall], now: datetime, *, group: str | None = None) -> Cohort:
    """Return a group, or everybody who is known, in alphabetical order; `offered` gives first guesses of difficulty."""
    every = tuple(groups(records))
    names = records.learners() if group is None else members_of(records, group)
    wanted = set(names)
    calls = tuple(call for call in judged_calls(records) if call.learner in wanted)
    by_name: dict[str, list[JudgedCall]] = defaultdict(list)
    for call in calls:
        by_name[call.learner].append(call)
    given: dict[str, list[Progress]] = defaultdict(list)
    for name in every if group is None else [group]:
        for each in progress(records, name):
            given[each.learner].append(each)
    unfinished = unfinished_by_learner(records.attempts())
    known = tuple(offered)
    shifts = tuple(each for each in Shifts(records).shifts() if each.learner in wanted and each.status == "finished")
    attempts = {call.attempt for call in calls} | {whole_shift(each.id) for each in shifts}
    return Cohort(
        group=group,
        groups=every,
        trainees=tuple(
            trainee(name, by_name[name], given[name], known, now, unfinished=unfinished.get(name, 0)) for name in names
        ),
        calls=calls,
        reviews=tuple(each for each in reviews_of(records) if each.attempt in attempts),
        at=now,
        shifts=shifts,
    )


def see_trainee(records: Records, name: str, offered: Iterable[PracticeCall], now: datetime) -> Trainee:
    """Return one learner by their own calls alone; somebody unknown has done nothing yet."""
    attempts = records.attempts(name)
    calls = judged_calls(records, name)
    recorded = (calls or attempts)[0].learner if calls or attempts else name  # however it was spelled this time
    given = [
        each
        for group in groups(records, name)
        for each in progress(records, group)
        if name_key(each.learner) == name_key(name)
    ]
    return trainee(
        recorded,
        calls,
        given,
        tuple(offered),
        now,
        unfinished=unfinished_by_learner(attempts).get(recorded, 0),
    )


def trainee(
    name: str,
    calls: Sequence[JudgedCall],
    assigned: Sequence[Progress],
    offered: Sequence[PracticeCall],
    now: datetime,
    *,
    unfinished: int = 0,
) -> Trainee:
    """Return what one learner's calls say; ratings rest on their own calls alone, so that they see the same."""
    counted = evidence(calls)
    found = outcomes(calls)
    return Trainee(
        name=name,
        calls=tuple(calls),
        different=len({call.scenario for call in counted}),
        unfinished=unfinished,
        passed=wilson(sum(call.passed for call in counted), len(counted)),
        mean_score=fmean(call.score for call in counted) if counted else None,
        last=max((call.started_at for call in calls), default=None),
        assigned=tuple(assigned),
        due=tuple(card for card in spaced(found).cards(now) if card.is_due(now)),
        ratings=rate(found, offered).of(name),
    )


def unfinished_by_learner(attempts: Iterable[Attempt]) -> Mapping[str, int]:
    """Return how many calls each learner has open."""
    return Counter(attempt.learner for attempt in attempts if attempt.status == "open")


def cohort_curve(trainees: Iterable[Trainee], *, fewest: int = 3) -> tuple[CohortPoint, ...]:
    """Return how people do in their first call, their second and so on, while at least `fewest` have one."""
    rows = [evidence(each.calls) for each in trainees]
    found = []
    for nth in range(max(map(len, rows), default=0)):
        here = [calls[nth] for calls in rows if len(calls) > nth]
        if len(here) < fewest:
            break
        passed = wilson(sum(call.passed for call in here), len(here))
        found.append(CohortPoint(nth + 1, len(here), fmean(call.score for call in here), passed))
    return tuple(found)
