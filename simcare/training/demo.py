"""A demo cohort: simulated trainees of different skill who play library calls, so that a board can be looked at.

Nobody in it is real, and every name says so. It is written into records that are made for it and gone afterwards; it
never touches the user's own. All luck is keyed by the seed, so the same seed gives the same cohort.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from simcare import chance
from simcare.calls.call import Call, replay
from simcare.calls.ideal import find_ideal
from simcare.calls.moves import Do, Move, MoveError, move_to_json
from simcare.calls.opening import open_call
from simcare.calls.scoring import score
from simcare.calls.skilled import skilled_call
from simcare.calls.skills import Skill, shipped_skills
from simcare.calls.transcripts import play_moves
from simcare.documents import Document
from simcare.scenarios import intents as intent_library
from simcare.scenarios.library import load_policy, load_scenario, scenario_ids
from simcare.scenarios.model import Scenario
from simcare.training import rows
from simcare.training.canonical import as_stored, new_id
from simcare.training.records import Records
from simcare.training.reviews import add_review
from simcare.training.roster import Member, assign, import_roster
from simcare.training.tables import AttemptRow

GROUP = "Demo cohort"
LISTENER = "simulated player"
SUPERVISOR = "Demo supervisor"
NAMES = (
    *("Ana", "Ben", "Carla", "Dev", "Elena", "Femi", "Grace", "Hugo", "Ines", "Jonah", "Keiko", "Lamar", "Mina"),
    *("Noor", "Otis", "Priya", "Quinn", "Rosa", "Sami", "Tess", "Uma", "Viktor", "Wren", "Ximena", "Yusuf", "Zoe"),
)
COMMENTS = {
    1: "The call ended before what mattered was asked. Let us take it together.",
    2: "Warm voice. Ask about the warning signs before you plan anything.",
    3: "The decision was sound; what it rests on came late.",
    4: "Clear questions and a clear handoff.",
    5: "I would gladly listen to more calls like this one.",
}
LEARNS, STANDS_STILL = 0.16, 5
"""Log-odds gained by a call; every so many-th trainee gains none."""
RATED = 0.75
"""The share of calls that the supervisor rates."""
ANOTHER_TRUTH = 0.12
"""The share of calls in which a trainee meets another variant than most."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One call of the curriculum, opened, with moves that pass it."""

    document: Document[Scenario]
    opened: Call
    ideal: Sequence[Move]


def demo_records() -> Records:
    """Return records in memory, for a demo cohort: nothing of them reaches a disk."""
    return Records.open("sqlite://")


def make_demo(
    records: Records, trainees: int = 12, calls: int = 8, *, seed: int = 1, now: datetime | None = None
) -> None:
    """Write a demo cohort into records: who plays, what was assigned, and what a supervisor says of it.

    Each trainee plays `calls` calls over the weeks before `now`; the last one has only begun. Most of its two seconds
    is reading the calls.
    """
    until = now or datetime.now(UTC)
    start = until - timedelta(days=3 * calls + 2)
    names = [demo_name(nth) for nth in range(trainees)]
    lessons = _curriculum(calls)
    import_roster(records, [Member(name, GROUP) for name in names])
    _assign(records, lessons, start, until)
    rated: list[tuple[str, float, datetime]] = []
    for nth, name in enumerate(names):
        played = calls if nth + 1 < trainees or trainees == 1 else calls // 2
        for at in range(played):
            began = start + timedelta(days=3 * at + nth % 3, hours=nth % 5, minutes=7 * nth)
            choice = lessons[at]
            part = choice[1 if chance.uniform(seed, "demo.variant", name, at) < ANOTHER_TRUTH else 0]
            call = _played(part, _skill(seed, name, nth, at), seed, name, at)
            rated.append(_record(records, name, part, call, began))
    for number, (attempt, points, began) in enumerate(rated):
        if chance.uniform(seed, "demo.rated", number) < RATED:
            rating = _rating(points, chance.normal(seed, "demo.rating", number))
            add_review(records, attempt, SUPERVISOR, COMMENTS[rating], rating, now=began + timedelta(hours=20))


def demo_name(nth: int) -> str:
    """Return the name of the nth demo trainee, which says that nobody is real."""
    again = nth // len(NAMES)
    return f"Demo {NAMES[nth % len(NAMES)]}{f' {again + 1}' if again else ''}"


def _curriculum(calls: int) -> tuple[tuple[_Part, _Part], ...]:
    """Return calls of the library in a fixed order, each with the variant most meet and another one."""
    documents = list(islice(filter(_fits, map(load_scenario, scenario_ids())), calls))
    found = []
    for nth in range(calls):
        document = documents[nth % len(documents)]
        names = list(document.value.variants)
        turned = names[nth % len(names) :] + names[: nth % len(names)]
        found.append((_part(document, turned[0]), _part(document, turned[1])))
    return tuple(found)


def _fits(document: Document[Scenario]) -> bool:
    scenario = document.value
    return not scenario.guided and len(scenario.variants) > 1 and scenario.persona.language == "en"


def _part(document: Document[Scenario], variant: str) -> _Part:
    """Open a variant and find moves that pass it: the author's best play, else the best call that a search finds."""
    plays = [each for each in document.value.plays.values() if each.variant == variant and each.passed]
    for play in sorted(plays, key=lambda each: -(each.score if isinstance(each.score, float) else each.score[1])):
        opened = open_call(document.value, variant, play.seed)
        try:
            return _Part(document, opened, play_moves(opened.copy(), play).moves)
        except MoveError:  # its words would need a listener
            continue
    opened = open_call(document.value, variant, 1)
    return _Part(document, opened, find_ideal(opened).moves)


def _skill(seed: int, name: str, nth: int, at: int) -> Skill:
    """Return how able somebody is at their call number `at`: a new hire's strengths, shifted and grown."""
    novice = shipped_skills()["novice"]
    grown = 0.0 if nth % STANDS_STILL == STANDS_STILL - 1 else LEARNS * at
    general = 0.5 * chance.normal(seed, "demo.general", name)
    strengths = {
        key: value + general + grown + 0.4 * chance.normal(seed, "demo.special", f"{name}/{key}")
        for key, value in novice.strengths.items()
    }
    return replace(novice, name=name, strengths=strengths)


def _played(part: _Part, skill: Skill, seed: int, name: str, at: int) -> Call:
    """Return the call as somebody of this skill takes it, with how sure they say they are of the decision."""
    played = skilled_call(part.opened, part.ideal, skill, chance.derive(seed, "demo.call", name), at)
    sure = chance.pick(seed, "demo.sure", name, at, options=(50, 60, 70, 80, 90, 100), weights=(1, 2, 3, 4, 3, 1))
    levels = part.opened.script.policy
    moves = [
        replace(move, confidence=sure) if isinstance(move, Do) and levels.level_of(move.action) else move
        for move in played.moves
    ]
    return replay(played.script, played.chart, played.seed, moves)


def _record(records: Records, name: str, part: _Part, call: Call, began: datetime) -> tuple[str, float, datetime]:
    """Write a finished attempt as if it had been played at that time."""
    card = score(call)
    with records.writing() as session:
        row = AttemptRow(
            id=new_id(),
            learner_id=rows.learner_id(session, name, began),
            scenario=part.document.value.id,
            variant=call.script.variant,
            seed=call.seed,
            scenario_sha=rows.keep_text(session, part.document.text),
            policy_sha=rows.keep_text(session, load_policy().text),
            intents_sha=rows.keep_text(session, intent_library.document().text),
            listener=LISTENER,
            status="finished",
            started_at=began,
            finished_at=began + timedelta(seconds=call.t),
            scorecard=as_stored(card.as_json()),
            score=card.score,
            passed=card.passed,
        )
        session.add(row)
        session.flush()
        for nth, move in enumerate(call.moves):
            rows.add_move(session, row.id, nth, began, move_to_json(move))
        return row.id, card.score, began


def _assign(records: Records, lessons: Sequence[tuple[_Part, _Part]], start: datetime, until: datetime) -> None:
    """Assign the first half of the calls with a day that is past, and the rest with one that is to come."""
    ids = list(dict.fromkeys(pair[0].document.value.id for pair in lessons))
    half = max(1, len(ids) // 2)
    assign(records, GROUP, ids[:half], until - timedelta(days=2), title="First calls", now=start - timedelta(hours=1))
    if ids[half:]:
        assign(records, GROUP, ids[half:], until + timedelta(days=9), title="Harder calls", now=start)


def _rating(points: float, luck: float) -> int:
    """Return what a supervisor rates a call that scored so: better for more points, and not without doubt."""
    return max(1, min(5, round(1 + (points - 35) / 14 + 0.5 * luck)))
