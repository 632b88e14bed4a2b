"""The office around one care manager: what comes in, who else takes some of it, and the one nurse.

SimPy runs a process for each item that comes and each person beside you. All luck is keyed by the item, so that the
same item has the same patience, the same colleague's minutes and the same nurse's minutes whatever you do.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from functools import cache

from simpy import Environment, Event

from simcare import chance
from simcare.calls.profiles import VariantProfile, shipped_profiles
from simcare.calls.skills import Skill, skill_named
from simcare.world.shift.authored import Block, ShiftSpec
from simcare.world.shift.material import Part
from simcare.world.shift.numbers import minutes, seconds
from simcare.world.shift.work import NOBODY, NURSE, Bar, Doing, News, Outcome, Ring, Work

Steps = Generator[Event, None, None]
Table = Mapping[tuple[str, str], VariantProfile]
"""Call profiles of one skill, by scenario and variant."""
CLOSED = "closed"
RN_NOW = 3
"""Rank from which the nurse is brought onto the line."""


@dataclass(slots=True)
class Helper:
    """A colleague or the nurse; mutable."""

    id: str
    name: str
    skill: str
    own: deque[int] = field(default_factory=deque)
    """Ends of blocks of work of their own that have begun."""
    patients: deque[int] = field(default_factory=deque)
    """Seconds with patients who are brought to the nurse on the line."""
    queue: deque[str] = field(default_factory=deque)
    """Items handed over, oldest first."""
    until: int = -1
    """Second at which what is being done ends; free where it has passed."""
    asleep: Event | None = None


class Office:
    """Everything of a shift but the person. Mutable: `advance` lets time pass, the other words do what a person may."""

    def __init__(self, spec: ShiftSpec, parts: Mapping[str, Part], luck: int) -> None:
        """Open the office at second 0."""
        self.spec, self.luck, self.end = spec, luck, spec.minutes * 60
        self.works = {name: Work(part) for name, part in parts.items()}
        self.news: list[News] = []
        self.bars: list[Bar] = []
        self._environment = Environment()
        self.helpers = {
            name: Helper(name, colleague.name, colleague.skill) for name, colleague in spec.colleagues.items()
        }
        self.helpers[NURSE] = Helper(NURSE, spec.nurse.name, "nurse")
        blocks = {name: colleague.busy for name, colleague in spec.colleagues.items()} | {NURSE: spec.nurse.busy}
        for name, helper in self.helpers.items():
            self._environment.process(self._serve(helper))
            self._environment.process(self._own_work(helper, blocks[name]))
        for work in self.works.values():
            self._environment.process(self._come(work))
        self._environment.process(self._close())
        self.advance(0)

    # -- time ----------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The second of the shift."""
        return int(self._environment.now)

    def advance(self, by: int) -> None:
        """Let so many seconds pass, with everything that happens in them and at their end."""
        until = self.now + by
        while self._environment.peek() <= until:
            self._environment.step()
        if self.now < until:
            self._environment.run(until=until)

    def advance_to_news(self, most: int) -> None:
        """Let time pass until something is told, at most so many seconds."""
        until, told = self.now + most, len(self.news)
        while self._environment.peek() <= until:
            self._environment.step()
            if len(self.news) > told:
                self.advance(0)
                return
        self.advance(until - self.now)

    def start(self, process: Steps) -> None:
        """Let somebody else work in this office from now on: the model of you."""
        self._environment.process(process)

    def pause(self, by: int) -> Event:
        """Return an event so many seconds from now."""
        return self._environment.timeout(by)

    # -- what a person may do ------------------------------------------------------------------------------------------

    def reach(self, work: Work, by: str) -> None:
        """Note that somebody is now with a piece of work, and that it no longer rings or waits."""
        if work.reached < 0:
            work.reached, work.by = self.now, by
        if work.ringing >= 0:
            self._stop_ringing(work, by)
        for helper in self.helpers.values():
            if work.part.id in helper.queue:
                helper.queue.remove(work.part.id)

    def hand(self, work: Work, to: str) -> None:
        """Hand a piece of work over; it waits until that person is free."""
        work.status = "ringing" if work.ringing >= 0 else "handed"
        work.handed_to, work.handed = to, self.now
        for helper in self.helpers.values():
            if work.part.id in helper.queue:
                helper.queue.remove(work.part.id)
        self.helpers[to].queue.append(work.part.id)
        self._wake(self.helpers[to])
        self.advance(0)

    def put_off(self, work: Work, by: int) -> None:
        """Put a piece of work off and tell when its time has come."""
        work.put_off.append((self.now, self.now + by))
        self._environment.process(self._remind(work, self.now + by))

    def bring_in_nurse(self, work: Work) -> int:
        """Ask the nurse onto the line; return the seconds until she, or the backup nurse, joins."""
        nurse, most = self.helpers[NURSE], seconds("backup_nurse")
        wait = self.busy_for(nurse) + sum(nurse.patients)
        joins = f"The backup nurse joins {work.part.who}" if wait > most else f"{nurse.name} joins {work.part.who}"
        self.tell(NURSE, "joins", work, joins + (f" after {_span(min(wait, most))}" if wait else ""))
        if wait > most:
            return most
        nurse.patients.append(self._minutes(work, "shift.nurse", minutes("nurse_mean"), minutes("nurse_sd")))
        self._wake(nurse)
        self.advance(0)
        return wait

    def work_on(self, work: Work, skill: Skill, table: Table) -> tuple[int, int, Outcome]:
        """Return the seconds of talk and of writing in the hands of a skill, and what comes of it, by keyed luck."""
        part = work.part
        if part.opened is None:
            return self._minutes(work, "shift.task", minutes("task_mean"), minutes("task_sd")), 0, Outcome(None, None)
        profile = table.get((part.scenario, part.variant))
        if profile is None:
            talk = self._minutes(work, "shift.talk", minutes("talk_mean"), minutes("talk_sd"))
            writing = self._minutes(work, "shift.note", skill.habits.note_mean, skill.habits.note_sd)
            shares, score = skill.decided(part.need), None
        else:
            talk = self._minutes(work, "shift.talk", profile.talk_mean, profile.talk_sd)
            writing = self._minutes(work, "shift.note", profile.documentation_mean, profile.documentation_sd)
            shares, score = profile.decided, profile.score
        decided = chance.pick(self.luck, "shift.decides", part.id, options=range(len(shares)), weights=shares)
        return talk, writing, Outcome(decided, score)

    def busy_for(self, helper: Helper) -> int:
        """Return for how many more seconds somebody is busy with what they do now, 0 where they are free."""
        return max(0, helper.until - self.now)

    def draw_bar(self, lane: str, start: int, end: int, doing: Doing, item: str) -> None:
        """Keep a stretch of time; one that goes on where the last one of its lane ended becomes longer."""
        if end <= start:
            return
        last = next((at for at in range(len(self.bars) - 1, -1, -1) if self.bars[at].lane == lane), None)
        before = None if last is None else self.bars[last]
        if last is not None and before is not None and (before.end, before.doing, before.item) == (start, doing, item):
            self.bars[last] = Bar(lane, before.start, end, doing, item)
        else:
            self.bars.append(Bar(lane, start, end, doing, item))

    def tell(self, lane: str, kind: str, work: Work | None, words: str) -> None:
        """Tell what happened."""
        self.news.append(News(self.now, lane, kind, "" if work is None else work.part.id, words))

    # -- what comes ----------------------------------------------------------------------------------------------------

    def _come(self, work: Work) -> Steps:
        yield self.pause(work.part.at)
        work.came = self.now
        if work.part.item.kind != "line":
            work.status = "open"
            if work.part.at:
                self.tell(work.lane, "came", work, f"New: {_named(work)}")
            return
        yield from self._ring(work, 0)
        again = work.part.item.again
        if again is not None and work.status == "missed":
            yield self.pause(round(again * 60))
            if work.status == "missed" and self.now < self.end:
                yield from self._ring(work, 1)

    def _ring(self, work: Work, attempt: int) -> Steps:
        least, most = work.part.item.patience
        patience = round(least + (most - least) * chance.uniform(self.luck, "shift.patience", work.part.id, attempt))
        work.status, work.ringing, work.rings_over = "ringing", self.now, False
        began = self.now
        self.tell("lines", "rings", work, f"The phone rings: {work.part.who}")
        first = min(patience, seconds("rings_over"))
        yield self.pause(first)
        if work.ringing != began:
            return
        if first < patience:
            work.rings_over = True
            self._wake_one()
            yield self.pause(patience - first)
        if work.ringing == began:
            self._stop_ringing(work, NOBODY)
            work.status = "missed"
            self.tell("lines", "lost", work, f"{work.part.who} hung up after {_span(self.now - began)}")

    def _stop_ringing(self, work: Work, by: str) -> None:
        work.rings.append(Ring(work.ringing, self.now, by))
        self.draw_bar("lines", work.ringing, self.now, "rings", work.part.id)
        work.ringing, work.rings_over = -1, False

    def _remind(self, work: Work, at: int) -> Steps:
        yield self.pause(at - self.now)
        if work.status == "open" and work.put_off_until == at and self.now <= self.end:
            self.tell(work.lane, "due", work, f"Put off until now: {_named(work)}")

    def _close(self) -> Steps:
        yield self.pause(self.end)
        for work in self.works.values():
            if work.ringing >= 0:
                self._stop_ringing(work, CLOSED)
                work.status = "missed"
        self.tell("you", "over", None, "The shift is over. Finish what is in your hands.")

    # -- who else works ------------------------------------------------------------------------------------------------

    def _own_work(self, helper: Helper, blocks: tuple[Block, ...]) -> Steps:
        for begin, end in sorted(blocks):
            yield self.pause(max(0, round(begin * 60) - self.now))
            helper.own.append(round(end * 60))
            self._wake(helper)

    def _serve(self, helper: Helper) -> Steps:
        while True:
            if helper.patients:
                yield from self._spend(helper, helper.patients.popleft(), "call", "")
            elif helper.own:
                yield from self._spend(helper, helper.own.popleft() - self.now, "own", "")
            elif (work := self._next(helper)) is not None:
                yield from self._take(helper, work)
            else:
                helper.asleep = self._environment.event()
                yield helper.asleep

    def _next(self, helper: Helper) -> Work | None:
        ringing = [work for work in self.works.values() if work.rings_over and work.handed_to in (NOBODY, helper.id)]
        if ringing and helper.id != NURSE:
            return min(ringing, key=lambda work: work.ringing)
        while helper.queue:
            work = self.works[helper.queue.popleft()]
            if work.status in ("handed", "ringing"):
                return work
        return None

    def _take(self, helper: Helper, work: Work) -> Steps:
        self.reach(work, helper.id)
        work.status = "theirs"
        what = "answers" if work.part.item.kind == "line" else "begins with"
        self.tell(helper.id, "takes", work, f"{helper.name} {what} {_named(work)}")
        if helper.id == NURSE:
            spent = self._minutes(work, "shift.nurse", minutes("nurse_mean"), minutes("nurse_sd"))
            work.outcome = Outcome(None, None)
        else:
            talk, writing, work.outcome = self.work_on(work, skill_named(helper.skill), _shipped(helper.skill))
            spent = talk + writing
            if (work.outcome.decided or 0) >= RN_NOW:
                spent += self.bring_in_nurse(work)
        yield from self._spend(helper, spent, "call" if work.part.opened else "message", work.part.id)
        work.status = "settled"

    def _spend(self, helper: Helper, spent: int, doing: Doing, item: str) -> Steps:
        if spent <= 0:
            return
        helper.until = self.now + spent
        self.draw_bar(helper.id, self.now, helper.until, doing, item)
        yield self.pause(spent)

    def _minutes(self, work: Work, purpose: str, mean: float, sd: float) -> int:
        """Return a drawn time in seconds, lognormal, of at least half a minute."""
        variance = math.log1p((sd / mean) ** 2) if mean > 0 else 0.0
        luck = chance.normal(self.luck, purpose, work.part.id)
        return max(30, round(60 * mean * math.exp(math.sqrt(variance) * luck - variance / 2)))

    def _wake(self, helper: Helper) -> None:
        asleep = helper.asleep
        if asleep is not None:
            helper.asleep = None
            asleep.succeed()

    def _wake_one(self) -> None:
        """Let the first colleague who is free hear a line that rings over."""
        for helper in self.helpers.values():
            if helper.asleep is not None and helper.id != NURSE:
                self._wake(helper)
                return


@cache
def _shipped(name: str) -> Table:
    return {(row.scenario, row.variant): row for row in shipped_profiles() if row.skill == name}


def _named(work: Work) -> str:
    kind = {
        "text": "text from",
        "email": "e-mail from",
        "refill": "refill request from",
        "records": "records request from",
    }
    words = kind.get(work.part.item.kind, "")
    return f"{words} {work.part.who}".strip()


def _span(spent: int) -> str:
    return f"{spent // 60}:{spent % 60:02d}"
