"""The same program the way one would write it first: a process for every patient and every call, dicts for records.

Staff are tokens of one shared resource whose requests are sorted on every arrival and searched on every release, as
simpy's own PriorityResource does. Facts change when they change and episodes happen when they happen; nothing is lazy.
It shares with the world the luck of calls, lives and rosters, and none of its queues, clocks or bookkeeping.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from simcare.chance import derive, uniform, uniforms
from simcare.world import DAY, WorldSpec
from simcare.world.board import Board
from simcare.world.clock import months, offsets, starts
from simcare.world.demand import NEEDS, draw_sources, workdays
from simcare.world.draws import Draws
from simcare.world.duty import draw_duty
from simcare.world.lives import draw_happenings, pick_profiles
from simcare.world.presence import draw_leaving
from simcare.world.profiles import Table
from tests.world.crew import Crew, Person
from tests.world.eager import EagerLives

Steps = Generator[simpy.Event, Any, Any]


class Naive(EagerLives):
    """One run; `rows` are its records."""

    def __init__(self, spec: WorldSpec, seed: int) -> None:
        self.spec, self.rules = spec, spec.rules
        self.luck = derive(seed, "world.replication", 0)
        self.env = simpy.Environment()
        self.crew = Crew(self.env)
        self.rows: list[dict[str, Any]] = []
        self.fates: dict[int, tuple[str, int]] = {}
        self.visits = 0
        self.back = np.zeros(0 if spec.panel is None else len(spec.panel))
        self.over = 0.0
        self.table = Table(spec.profiles, [post.skill for post in spec.posts])
        assert spec.panel is not None and spec.episodes is not None and spec.outreach is not None
        self.panel, self.outreach, self.effects = spec.panel, spec.outreach, spec.episodes.effects
        found = self.found = draw_happenings(spec, spec.episodes, spec.panel, derive(self.luck, "world.life"))
        served = pick_profiles(spec.episodes, found, spec.panel, self.luck, self.table.index)
        self.left = draw_leaving(spec, spec.panel, self.luck)
        self.sources = draw_sources(spec, self.table, found, served, self.left, self.luck)
        self.draws = Draws(spec, self.table, self.sources, served, Board(spec.posts, frozenset(), ()), self.luck)
        self.changing = found.candidates.facts.changing.tolist()
        self.accepted, self.handled = [False] * len(served), [False] * len(served)
        self.latest = [-1] * len(spec.panel)
        self.open = spec.rules.open is None
        self.messages: list[simpy.Event] = []
        self.people = [Person(number, post) for number, post in enumerate(spec.posts)]
        self.days = int(np.ceil(spec.days))
        self.ahead = [offsets(zone, spec.on, self.days) for zone in spec.panel.zones]
        self.workday = workdays(spec, spec.outreach)
        self.works: set[tuple[int, int]] = set()

    def run(self) -> Naive:
        """Live through the horizon."""
        env, spec = self.env, self.spec
        duty = draw_duty(spec, self.luck)
        for person in self.people:
            mine = np.flatnonzero((duty.post == person.number) & (duty.duty <= 1))
            blocks = sorted(
                zip(*(each[mine].tolist() for each in (duty.start, duty.end, duty.duty, duty.pace)), strict=True)
            )
            self.works |= {(person.number, int(start // DAY)) for start, _, kind, _ in blocks if kind == 0}
            env.process(self.person(person, blocks))
        if spec.rules.open is not None:
            env.process(
                self.doors([(at, at + spec.rules.open.minutes) for at in starts(spec.rules.open, spec.on, spec.days)])
            )
        env.process(self.hours())
        mine_of: dict[int, list[int]] = {}
        monthly_of: dict[int, list[int]] = {}
        caller: dict[int, int] = {}
        for source in range(len(self.sources)):
            place = int(self.sources.place[source])
            if source >= self.sources.ringing:
                monthly_of.setdefault(place, []).append(source)
            elif self.sources.happening[source] >= 0:
                caller[int(self.sources.happening[source])] = source
            else:
                mine_of.setdefault(place, []).append(source)
        for place in range(len(self.panel)):
            env.process(self.patient_lives(place, caller))
            env.process(self.patient_rings(mine_of.get(place, [])))
            for source in monthly_of.get(place, []):
                env.process(self.month(source, place))
        env.run(until=spec.days * DAY)
        return self

    def person(self, person: Person, blocks: list[tuple[float, float, int, float]]) -> Steps:
        """Be on duty block by block."""
        for start, end, kind, pace in blocks:
            if start > self.env.now:
                yield self.env.timeout(start - self.env.now)
            while person.on_duty:  # the call in hand runs into this block
                yield self.env.timeout(0.25)
            if self.env.now >= end:
                continue
            person.on_duty, person.on_call, person.leaves, person.pace = True, kind == 1, end, pace
            self.crew.enter(person)
            yield self.env.timeout(end - self.env.now)
            if person in self.crew.free:
                self.crew.free.remove(person)
                person.on_duty = False

    def doors(self, openings: list[tuple[float, float]]) -> Steps:
        """Open and close the lines."""
        for opens, closes in openings:
            yield self.env.timeout(max(0.0, opens - self.env.now))
            self.open = True
            waiting, self.messages = self.messages, []
            for event in waiting:
                event.succeed()
            yield self.env.timeout(closes - self.env.now)
            self.open = False

    def hours(self) -> Steps:
        """Look every hour whether somebody may now be called."""
        while True:
            self.crew.match()
            yield self.env.timeout(60.0)

    def patient_rings(self, sources: list[int]) -> Steps:
        """Let a patient call about what is no episode."""
        for source in sources:
            yield self.env.timeout(max(0.0, float(self.sources.came[source]) - self.env.now))
            if not self.is_away(source):
                self.env.process(self.ring(source))

    def is_away(self, source: int) -> bool:
        """Return whether the patient is away after an emergency visit."""
        return bool(self.back[self.sources.place[source]] > self.env.now)

    def ring(self, source: int) -> Steps:
        """Wait for an answer, hang up, perhaps ring again; or leave a message."""
        env, draws = self.env, self.draws
        priority, needs, rang = draws.priority[source], NEEDS[self.sources.needs[source]], env.now
        for attempt in (0, 1):
            row = self.record("inbound", source, priority)
            if not self.open and priority > 0:
                row["outcome"] = "message"
                waits = env.event()
                self.messages.append(waits)
                yield waits
                yield from self.return_message(source, priority, needs, rang)
                return
            request = self.crew.request(priority, self.able("inbound", needs, source, priority == 0), draws.own[source])
            hangs_up = env.timeout(draws.patience[source]) if draws.patience[source] < np.inf else env.event()
            yield request.granted | hangs_up
            if request.granted.triggered:
                yield from self.converse(row, source, request.granted.value, int(draws.happening[source]), rang)
                return
            self.crew.cancel(request)
            row |= {"outcome": "abandoned", "ended": env.now}
            if attempt == 0 and draws.chance("world.redial", source) < self.rules.redial:
                yield env.timeout(draws.minutes(self.rules.redial_after, "world.redial_after", source))
                if self.is_away(source):
                    break
            else:
                break
        self.judge(source, draws.profile[source], "lost")

    def return_message(self, source: int, priority: int, needs: str, rang: float) -> Steps:
        """Call back whoever found the lines closed."""
        for attempt in range(self.rules.callback_attempts):
            row = self.record("callback", source, priority)
            rank = 4 if priority == 2 else 3
            request = self.crew.request(rank, self.in_hours("callback", needs, source), self.draws.own[source])
            person = yield request.granted
            if self.answers_callback(source, attempt):
                yield from self.converse(row, source, person, int(self.draws.happening[source]), rang)
                return
            yield from self.no_answer(row, person)
            yield self.env.timeout(self.rules.callback_gap)
        self.judge(source, self.draws.profile[source], "lost")

    def answers_callback(self, source: int, attempt: int, purpose: str = "world.callback") -> bool:
        """Return whether an attempt to call back is answered."""
        key = int(self.sources.nth[source]) + (attempt << 53)
        luck = uniform(self.luck, purpose, int(self.sources.who[source]), key)
        return luck < self.rules.callback_answer and not self.is_away(source)

    def no_answer(self, row: dict[str, Any], person: Person) -> Steps:
        """Let it ring."""
        row |= {"outcome": "no_answer", "began": self.env.now, "talk": self.rules.ring_minutes}
        yield self.env.timeout(self.rules.ring_minutes)
        self.done(row, person)

    def month(self, source: int, place: int) -> Steps:
        """Try to reach a patient once in a month."""
        env, outreach, draws = self.env, self.outreach, self.draws
        month = int(self.sources.month[source])
        ends = [*(months(self.spec.on, self.spec.days)[1:] * DAY).tolist(), np.inf][month]
        ends = min(ends, np.ceil(self.left[place] / 60) * 60)  # the list is looked at once an hour
        zone, best = int(self.panel.zone[place]), self.panel.best_times[self.panel.best[place]]
        due = float(self.sources.came[source])
        for attempt in range(outreach.attempts):
            yield env.timeout(max(0.0, due - env.now))
            row = self.record("outreach", source, 2)
            released, own, basic = env.now, draws.own[source], self.able("outreach", outreach.needs, source, False)

            def able(person: Person, released: float = released, own: int = own, basic: Any = basic) -> bool:
                if env.now >= ends or self.answers(zone, best) == 0 or not basic(person):
                    return False
                kept = np.ceil((released + outreach.own_days * DAY - 360.0) / DAY) * DAY + 360.0
                reserved = own >= 0 and basic(self.people[own]) and env.now < kept
                return person.number == own or not (reserved and (own, int(env.now // DAY)) in self.works)

            request = self.crew.request(5, able, own)
            yield request.granted | env.timeout(max(0.0, min(ends, 1e9) - env.now))
            if not request.granted.triggered:
                self.crew.cancel(request)
                return
            person, answers = request.granted.value, self.answers(zone, best)
            key = int(self.sources.who[source]), int(self.sources.nth[source]) + (attempt << 53)
            luck = float(uniforms(self.luck, "world.answer", *key))
            if luck < answers and not self.is_away(source):
                yield from self.converse(row, source, person, self.find(place), env.now)
                return
            left = luck - answers < outreach.voicemail * (1 - answers)
            minutes = (draws.voicemail_minutes if left else draws.ring_minutes)[source] * person.pace
            ahead = int(self.ahead[zone][int(env.now // DAY) + 1])
            day = int(self.workday[int((env.now + ahead) // DAY) + outreach.gap_days])
            due = day * DAY + best[0] * 60.0 - ahead
            row |= {"outcome": "voicemail" if left else "no_answer", "began": env.now, "talk": minutes}
            yield env.timeout(minutes)
            self.done(row, person)
            if due >= ends:
                return

    def answers(self, zone: int, best: tuple[int, int]) -> float:
        """Return the probability that such a patient answers now."""
        local = self.env.now + self.ahead[zone][int(self.env.now // DAY) + 1]
        if (int(local // DAY) + self.spec.on.weekday()) % 7 not in self.outreach.weekdays:
            return 0.0
        hour = int(local // 60) % 24
        factor = self.outreach.best_factor if best[0] <= hour < best[1] else 1.0
        return min(1.0, self.outreach.answer[hour] * factor)

    def converse(self, row: dict[str, Any], source: int, person: Person, episode: int, rang: float) -> Steps:
        """Speak with a patient, and do all that follows."""
        env, draws, rules = self.env, self.draws, self.rules
        skill, pace = draws.skill[person.number], person.pace
        talk, writing = draws.talk[skill][source] * pace, draws.documentation[skill][source] * pace
        profile = draws.profile[source] if episode < 0 else draws.served[episode]
        need, decided = draws.needs[profile], 0
        while decided < 4 and draws.luck[source] >= self.table.decided[profile][skill][decided]:
            decided += 1
        row |= {"outcome": "answered", "began": env.now, "decided": decided}
        hold, fate, nurse = 0.0, "handled", None
        inline = person.post.license == "rn" and self.able("escalation", "nurse", source, True)(person)
        if decided == 3 and inline:
            talk += draws.nurse_talk[skill][source] * pace
        yield env.timeout(talk)
        if decided == 4:
            stay = draws.minutes(rules.stay_on_line, "world.stay", source)
            if rules.nurse_joins_911 and not inline:
                env.process(self.beside(source, stay))
            talk += stay
            yield env.timeout(stay)
        if decided == 3 and not inline:
            asked = env.now
            transfer = self.record("transfer", source, 0)
            request = self.crew.request(0, self.able("escalation", "nurse", source, True))
            most = rules.hold_most if rules.hold_most is not None else np.inf
            yield request.granted | env.timeout(min(draws.hold_patience(source), most, 1e9))
            hold = env.now - asked
            if request.granted.triggered:
                nurse = request.granted.value
                env.process(self.nurse(transfer, source, nurse, draws.handover(source), episode, decided, need))
                talk += draws.handover(source)
                yield env.timeout(draws.handover(source))
            else:
                self.crew.cancel(request)
                transfer |= {"outcome": "abandoned", "ended": env.now}
                fate = "lost" if draws.hold_patience(source) < most else "gave up"
        yield env.timeout(writing)
        row |= {"talk": talk, "hold": hold, "documentation": writing}
        began = row["began"]
        self.done(row, person)
        if fate == "handled" and began - rang + hold > rules.late_after:
            fate = "late"
        if decided < need:
            fate = "missed"
            self.judge(source, profile, fate)
        if decided == 2 or fate == "gave up" or (decided == 3 and fate == "missed" and nurse is None and not inline):
            back = yield from self.call_back(source, episode, decided, need)
            if fate == "gave up":
                fate = "late" if back != "lost" else "lost"
            elif need == 2 and fate != "missed":
                fate = back
        elif decided == 1:
            yield from self.coordinate(source, episode, decided, need)
        elif nurse is None and not (decided == 3 and not inline):
            self.handle(source, episode, decided, need)
        if fate != "missed":
            self.judge(source, profile, fate, at_once=decided == 4)

    def beside(self, source: int, stay: float) -> Steps:
        """Bring a nurse in while 911 is under way."""
        row = self.record("transfer", source, 0)
        request = self.crew.request(0, self.able("escalation", "nurse", source, True))
        yield request.granted | self.env.timeout(stay)
        if request.granted.triggered:
            yield from self.nurse(row, source, request.granted.value, 0.0, -1, 4, 4)
        else:
            self.crew.cancel(request)
            row |= {"outcome": "abandoned", "ended": self.env.now}

    def in_hours(self, kind: str, needs: str, source: int) -> Any:
        """Return who may call a patient back, as long as it is not too early or too late there."""
        zone, able = int(self.panel.zone[self.sources.place[source]]), self.able(kind, needs, source, False)
        first, end = self.rules.callback_hours

        def may(person: Person) -> bool:
            ahead = int(self.ahead[zone][int(self.env.now // DAY) + 1])
            return first <= (self.env.now + ahead) // 60 % 24 < end and able(person)

        return may

    def call_back(self, source: int, episode: int, decided: int, need: int) -> Steps:
        """Have a nurse call back; return the fate."""
        due = self.env.now + (self.rules.same_day_due or 0.0)
        for attempt in range(self.rules.callback_attempts):
            row = self.record("callback", source, 1)
            request = self.crew.request(3, self.in_hours("callback", "nurse", source), self.draws.own[source])
            person = yield request.granted
            if self.answers_callback(source, attempt):
                fate = "late" if self.env.now > due else "handled"
                yield from self.nurse(row, source, person, 0.0, episode, decided, need)
                return fate
            yield from self.no_answer(row, person)
            yield self.env.timeout(self.rules.callback_gap)
        return "lost"

    def nurse(
        self, row: dict[str, Any], source: int, person: Person, handover: float, episode: int, decided: int, need: int
    ) -> Steps:
        """Do a nurse's part."""
        skill = self.draws.skill[person.number]
        talk = self.draws.nurse_talk[skill][source] * person.pace + handover
        writing = self.draws.nurse_documentation[skill][source] * person.pace
        row |= {"outcome": "answered", "began": self.env.now, "talk": talk, "documentation": writing}
        yield self.env.timeout(talk + writing)
        self.done(row, person)
        self.handle(source, episode, decided, need)

    def coordinate(self, source: int, episode: int, decided: int, need: int) -> Steps:
        """Do a piece of coordination work."""
        row = self.record("task", source, 2)
        request = self.crew.request(4, self.able("task", "anyone", -1, False), self.draws.own[source])
        person = yield request.granted
        skill = self.draws.skill[person.number]
        talk = self.draws.task_talk[skill][source] * person.pace
        writing = self.draws.task_documentation[skill][source] * person.pace
        row |= {"outcome": "answered", "began": self.env.now, "talk": talk, "documentation": writing}
        yield self.env.timeout(talk + writing)
        self.done(row, person)
        self.handle(source, episode, decided, need)

    def judge(self, source: int, profile: int, fate: str, *, at_once: bool = False) -> None:
        """Note the fate of a need; a visit may follow."""
        need, of = self.draws.needs[profile], self.spec.consequences
        if need < 2:
            return
        self.fates[source] = fate, need
        luck = uniform(self.luck, "world.visit", int(self.sources.who[source]), int(self.sources.nth[source]))
        if luck < getattr(of, fate)[need]:
            self.visits += 1
            self.env.process(self.visit(source, at_once))

    def visit(self, source: int, at_once: bool) -> Steps:
        """Be away, and be called when back."""
        of, place = self.spec.consequences, self.sources.place[source]
        if not at_once:
            yield self.env.timeout(self.draws.minutes(of.visit_after, "world.visit_after", source))
        minutes = self.draws.minutes(of.away, "world.away", source)
        self.back[place] = max(self.back[place], self.env.now + minutes)
        yield self.env.timeout(minutes)
        for attempt in range(self.rules.callback_attempts):
            row = self.record("discharge", source, 1)
            request = self.crew.request(4, self.in_hours("callback", "clinical", source), self.draws.own[source])
            person = yield request.granted
            if self.answers_callback(source, attempt, "world.discharge"):
                talk, writing = self.draws.after_discharge(source, person.number)
                talk, writing = talk * person.pace, writing * person.pace
                row |= {"outcome": "answered", "began": self.env.now, "talk": talk, "documentation": writing}
                yield self.env.timeout(talk + writing)
                self.done(row, person)
                return
            yield from self.no_answer(row, person)
            yield self.env.timeout(self.rules.callback_gap)

    def able(self, kind: str, needs: str, source: int, critical: bool) -> Any:
        """Return who may do a piece of work."""
        place = -1 if source < 0 else int(self.sources.place[source])
        state = "" if place < 0 else self.panel.states[self.panel.state[place]]

        def may(person: Person) -> bool:
            post = person.post
            holds = post.licensed is None or state in post.licensed
            if kind not in post.takes or (person.on_call and not critical):
                return False
            if needs == "nurse":
                return post.license == "rn" and holds
            return needs == "anyone" or state not in self.rules.nurse_only or (post.license != "none" and holds)

        return may

    def record(self, kind: str, source: int, priority: int) -> dict[str, Any]:
        """Open a record."""
        row: dict[str, Any] = {
            "kind": kind,
            "source": source,
            "priority": priority,
            "came": self.env.now,
            "outcome": "waiting",
            "decided": -1,
            "talk": 0.0,
            "hold": 0.0,
            "documentation": 0.0,
        }
        self.rows.append(row)
        return row

    def done(self, row: dict[str, Any], person: Person) -> None:
        """Close a record and let the person go."""
        row["ended"] = self.env.now
        self.over += max(0.0, self.env.now - max(person.leaves, row["began"])) if person.on_duty else 0.0
        self.crew.release(person)
