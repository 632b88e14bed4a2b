"""Rules about names that must agree with something outside the call: the chart, the tables, the file, the plays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from pathlib import PurePosixPath

from simcare.documents import Problem
from simcare.patients import ChartError, PatientConstraints, draw_chart, unknown_keys
from simcare.scenarios.lint.subject import Path, Rule, Subject
from simcare.scenarios.lint.texts import shown, spoken
from simcare.scenarios.model import MoveFields

SEEDS = range(3)
"""A name counts as the chart's where each of these seeds draws it."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders_are_known(subject: Subject) -> Iterator[Problem]:
    """E210: a placeholder in a text is one of the chart's names, such as a contact by relation.

    PASS: `say: "I'm {first_name}."`. FAIL: `say: "I'm {name}."`.
    """
    on = _day(subject.scenario.when)
    known = None if on is None else _chart_names(subject.scenario.patient.model_dump_json(), on)
    if known is None:
        return
    texts = [*((path, text) for path, _, text in spoken(subject)), *shown(subject)]
    for path, text in texts:
        for name in _PLACEHOLDER.findall(text):
            if name not in known:
                yield subject.unknown(path, "E210", "placeholder", name, known)


def the_patient_can_be_drawn(subject: Subject) -> Iterator[Problem]:
    """E211: what is asked of the patient is in the tables of `patients/data`, and the call has a real day and time.

    PASS: `conditions: [hypertension]`, `when: 2026-03-10 10:00`. FAIL: `conditions: [hypertenson]`, or February 30.
    """
    patient = subject.scenario.patient
    for unknown in unknown_keys(patient):
        yield subject.problem(
            ("patient", *unknown.path),
            "E211",
            f"'{unknown.key}' is not in patients/data/{unknown.table}.csv",
            f"did you mean '{unknown.meant}'?" if unknown.meant else "use a key of that table",
        )
    if isinstance(patient.age, tuple) and not 18 <= patient.age[0] <= patient.age[1] <= 105:
        yield subject.problem(
            ("patient", "age"),
            "E211",
            f"no age lies from {patient.age[0]} to {patient.age[1]}",
            "write the lowest age first; ages go from 18 to 105",
        )
    if _day(subject.scenario.when) is None:
        yield subject.problem(
            ("when",),
            "E211",
            f"'{subject.scenario.when}' is no day and time",
            "write year-month-day hour:minute, such as 2026-03-10 10:00",
        )


def judged_words_are_not_only_proposals(subject: Subject) -> Iterator[Problem]:
    """E212: where a decision or a row asks for an action, words that only propose it do not do.

    PASS: `must: done(call_911)`. FAIL: `must: said(act_call_911)`.
    """
    proposing = {("said", name) for name, intent in subject.intents.intents.items() if intent.kind == "propose"}
    for place in subject.conditions():
        path = place.path[2:] if place.variant is not None else place.path
        if path[0] not in ("rubric", "decision") or path[-1] == "must_not":
            continue
        ways = [way for reach in subject.reaches_at(place.variant) for way in reach.ways(place.text)]
        if ways and all(way.needs & proposing for way in ways):
            name = sorted(ways[0].needs & proposing)[0][1]
            yield subject.problem(
                place.path,
                "E212",
                f"'{name}' only proposes an action, and here it would count as done",
                f"ask for done({subject.intents.intents[name].proposes})",
            )


def variants_drop_what_is_there(subject: Subject) -> Iterator[Problem]:
    """E213: what a variant drops is a row, an event or an outcome of the scenario.

    PASS: `drop: [teach_back]` with a row `teach_back`. FAIL: `drop: [teachback]`.
    """
    scenario = subject.scenario
    known = {*scenario.rubric, *scenario.events, *scenario.outcomes}
    for variant, authored in scenario.variants.items():
        for nth, name in enumerate(authored.drop):
            if name not in known:
                yield subject.unknown(("variants", variant, "drop", nth), "E213", "row, event or outcome", name, known)


def the_file_has_the_scenarios_name(subject: Subject) -> Iterator[Problem]:
    """E214: a scenario's file is named by its id, because the library finds it by that name.

    PASS: `id: sore-knees` in sore-knees.yaml. FAIL: `id: sore-knees` in knees.yaml.
    """
    stem = PurePosixPath(subject.document.file).stem
    if stem != subject.scenario.id:
        yield subject.problem(
            ("id",),
            "E214",
            f"the scenario '{subject.scenario.id}' is in a file named '{stem}'",
            f"name the file {subject.scenario.id}.yaml, or correct the id",
        )


def plays_name_what_is_there(subject: Subject) -> Iterator[Problem]:
    """E215: a move of a play names an intent, an action, facts and a variant that are there.

    PASS: `moves: [greet_introduce, {do: end_call}]`. FAIL: `moves: [greet, {do: hang_up}]`.
    """
    scenario, intents, actions = subject.scenario, subject.intents.intents, subject.policy.actions
    for play_id, play in scenario.plays.items():
        if play.variant not in scenario.variants:
            yield subject.unknown(("plays", play_id, "variant"), "E215", "variant", play.variant, scenario.variants)
        for nth, move in enumerate(play.moves):
            path: Path = ("plays", play_id, "moves", nth)
            asked = move if isinstance(move, str) else move.ask
            if asked is not None and asked not in intents:
                yield subject.unknown(path, "E215", "intent", asked, intents)
            if isinstance(move, MoveFields):
                if move.do is not None and move.do not in actions:
                    yield subject.unknown((*path, "do"), "E215", "action", move.do, actions)
                if (move.do is None) == (move.ask is None and move.say is None):
                    yield subject.problem(
                        path, "E215", "a move has say, ask or do", "write one of them (ask may carry its words in say)"
                    )
                for key, note in (("sbar", move.sbar), ("note", move.note)):
                    for name in note.facts if note is not None else ():
                        if name not in scenario.facts:
                            yield subject.unknown((*path, key, "facts"), "E215", "fact", name, scenario.facts)


def _day(when: str) -> date | None:
    try:
        return datetime.strptime(when, "%Y-%m-%d %H:%M").date()
    except ValueError:
        return None


@lru_cache(maxsize=32)
def _chart_names(constraints: str, on: date) -> frozenset[str] | None:
    """Return what every chart of these constraints can be asked for by name; None where none can be drawn."""
    wanted = PatientConstraints.model_validate_json(constraints)
    try:
        charts = [draw_chart(wanted, seed=seed, on=on) for seed in SEEDS]
    except (ChartError, ValueError, OverflowError):
        return None
    return frozenset.intersection(*(frozenset(chart.placeholders()) for chart in charts))


RULES: tuple[Rule, ...] = (
    placeholders_are_known,
    the_patient_can_be_drawn,
    judged_words_are_not_only_proposals,
    variants_drop_what_is_there,
    the_file_has_the_scenarios_name,
    plays_name_what_is_there,
)
