"""Rules about names: whatever a scenario names must be there."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.documents import Problem
from simcare.scenarios.conditions import ConditionError, compile_condition
from simcare.scenarios.episodes import known_episodes
from simcare.scenarios.lint.subject import Path, Rule, Subject
from simcare.scenarios.lint.texts import said_beside_facts
from simcare.scenarios.vocabulary import competencies, seed_ids

SPEAKERS = frozenset(
    {"patient", "care_manager", "rn", "dispatcher", "paramedic", "pharmacist", "poison_control", "agent", "narrator"}
)


def conditions_are_in_the_language(subject: Subject) -> Iterator[Problem]:
    """E200: a condition must be in the condition language and may name only what it knows.

    PASS: `if: known(dose) and trust >= 40`. FAIL: `if: dose is known`.
    """
    for place in subject.conditions():
        try:
            compile_condition(place.text, place.flags)
        except ConditionError as error:
            yield subject.problem(place.path, "E200", error.fact, error.remedy)


def intents_are_known(subject: Subject) -> Iterator[Problem]:
    """E201: an intent that is answered, denied or asked for in a condition must be in the intent library.

    PASS: `to: [ask_med_name]`. FAIL: `to: [ask_medicine_name]`.
    """
    known = {*subject.intents.intents, *subject.policy.actions}
    firsts = known | {name for merged in subject.variants.values() for name in (*merged.facts, *merged.events)}
    for path, names in _answered(subject):
        for name in names:
            if name not in known:
                yield subject.unknown(path, "E201", "intent", name, known)
    for place, condition in subject.compiled():
        for name in sorted(condition.names.get("said", frozenset())):
            if name not in subject.intents.intents:
                yield subject.unknown(place.path, "E201", "intent", name, subject.intents.intents)
        for name in sorted(condition.names.get("first", frozenset()) - firsts):
            yield subject.unknown(place.path, "E201", "intent, action, fact or event", name, firsts)


def facts_are_known(subject: Subject) -> Iterator[Problem]:
    """E202: a fact named in a condition, a handoff or a note must be a fact of the scenario.

    PASS: `basis: known(dose)` with a fact `dose`. FAIL: `basis: known(doze)`.
    """
    facts = subject.scenario.facts
    for place, condition in subject.compiled():
        for name in sorted(condition.names.get("known", frozenset())):
            if name not in facts:
                yield subject.unknown(place.path, "E202", "fact", name, facts)
    for variant, merged in subject.variants.items():
        for key, rule in (("handoff", merged.handoff), ("note", merged.note)):
            for nth, name in enumerate(rule.must_include if rule else ()):
                if name not in facts:
                    own = "must_include" in getattr(subject.scenario.variants[variant], key)
                    path: Path = ("variants", variant, key) if own else (key,)
                    yield subject.unknown((*path, "must_include", nth), "E202", "fact", name, facts)


def actions_are_known(subject: Subject) -> Iterator[Problem]:
    """E203: an action in a condition, a decision or an event must be an action of the policy.

    PASS: `expect: call_911`. FAIL: `expect: dial_911`.
    """
    actions = subject.policy.actions
    for place, condition in subject.compiled():
        for name in sorted(condition.names.get("done", frozenset())):
            if name not in actions:
                yield subject.unknown(place.path, "E203", "action", name, actions)
    for path, name in _decisions(subject):
        if name not in actions:
            yield subject.unknown(path, "E203", "action", name, actions)


def expected_decisions_are_on_the_ladder(subject: Subject) -> Iterator[Problem]:
    """E204: what a decision expects or accepts must be a level of the policy's ladder.

    PASS: `expect: warm_transfer_rn`. FAIL: `expect: book_ride`.
    """
    ladder = ", ".join(name for name, rule in subject.policy.actions.items() if rule.level)
    for path, name in _decisions(subject):
        if name in subject.policy.actions and subject.policy.level_of(name) is None:
            yield subject.problem(path, "E204", f"the action '{name}' is not on the ladder", f"use one of {ladder}")


def events_are_known(subject: Subject) -> Iterator[Problem]:
    """E205: an event follows an action, a fact or another event that is there; so do conditions that name events.

    PASS: `after: call_911`. FAIL: `after: ambulance`.
    """
    for variant, merged in subject.variants.items():
        triggers = {*subject.policy.actions, *merged.events, *merged.facts}
        for name, event in merged.events.items():
            if event.after is not None and event.after not in triggers:
                own = name in subject.scenario.variants[variant].events
                path: Path = ("variants", variant, "events", name, "after") if own else ("events", name, "after")
                yield subject.unknown(path, "E205", "action, fact or event", event.after, triggers)
    events = {name for merged in subject.variants.values() for name in merged.events} | set(subject.scenario.events)
    for place, condition in subject.compiled():
        for name in sorted(condition.names.get("happened", frozenset())):
            if name not in events:
                yield subject.unknown(place.path, "E205", "event", name, events)


def competencies_are_known(subject: Subject) -> Iterator[Problem]:
    """E206: a competency must be on the library's list.

    PASS: `competencies: [communication]`. FAIL: `competencies: [being_nice]`.
    """
    for nth, name in enumerate(subject.scenario.competencies):
        if name not in competencies():
            yield subject.unknown(("competencies", nth), "E206", "competency", name, competencies())


def red_flags_are_known(subject: Subject) -> Iterator[Problem]:
    """E207: a red flag must be a presentation of the policy.

    PASS: `red_flag: joint_pain`. FAIL: `red_flag: bad_knee`.
    """
    for variant, merged in subject.variants.items():
        for name, fact in merged.facts.items():
            if fact.red_flag is not None and fact.red_flag not in subject.policy.red_flags:
                path = (*subject.fact_path(variant, name), "red_flag")
                yield subject.unknown(path, "E207", "red flag", fact.red_flag, subject.policy.red_flags)


def seed_ids_are_known(subject: Subject) -> Iterator[Problem]:
    """E208: what a scenario or a row says it covers must be an id of the seed map.

    PASS: `covers: [W1.3]`. FAIL: `covers: [W9.9]`.
    """
    for nth, name in enumerate(subject.scenario.covers):
        if name not in seed_ids():
            yield subject.unknown(("covers", nth), "E208", "seed", name, seed_ids())
    for variant, merged in subject.variants.items():
        for row, item in merged.rubric.items():
            for nth, name in enumerate(item.covers):
                if name not in seed_ids():
                    path = (*subject.row_path(variant, row), "covers", nth)
                    yield subject.unknown(path, "E208", "seed", name, seed_ids())


def episodes_are_known(subject: Subject) -> Iterator[Problem]:
    """E218: a kind of episode is one that patients live through, or one of the program's reasons to call.

    PASS: `episodes: [fall, monthly_check_in]`. FAIL: `episodes: [stumble]`.
    """
    for nth, name in enumerate(subject.scenario.episodes):
        if name not in known_episodes():
            yield subject.unknown(("episodes", nth), "E218", "episode", name, known_episodes())


def speakers_are_known(subject: Subject) -> Iterator[Problem]:
    """E209: whoever speaks is one of the usual speakers or is introduced in the persona.

    PASS: `speaker: rn`. FAIL: `speaker: neighbor` without `persona: {speakers: {neighbor: ...}}`.
    """
    known = SPEAKERS | set(subject.scenario.persona.speakers)
    for path, speaker in _speakers(subject):
        if speaker not in known:
            yield subject.unknown(path, "E209", "speaker", speaker, known)


def _speakers(subject: Subject) -> Iterator[tuple[Path, str]]:
    for path, _, _, tells in subject.tells():
        for nth, tell in enumerate(tells):
            yield (*path, nth, "speaker"), tell.speaker
    for base, replies, events in said_beside_facts(subject):
        for nth, reply in enumerate(replies):
            yield (*base, "replies", nth, "speaker"), reply.speaker
        for name, event in events.items():
            yield (*base, "events", name, "speaker"), event.speaker


def _answered(subject: Subject) -> Iterator[tuple[Path, tuple[str, ...]]]:
    for path, _, _, tells in subject.tells():
        for nth, tell in enumerate(tells):
            yield (*path, nth, "to"), tell.to
    for base, replies, _ in said_beside_facts(subject):
        for nth, reply in enumerate(replies):
            yield (*base, "replies", nth, "to"), reply.to
    yield ("denies",), subject.scenario.denies
    yield ("identity", "to"), subject.scenario.identity.to
    for name, variant in subject.scenario.variants.items():
        yield ("variants", name, "denies"), variant.denies


def _decisions(subject: Subject) -> Iterator[tuple[Path, str]]:
    """Yield (place, action) for what each variant's decision expects or accepts, where it is written."""
    for variant, merged in subject.variants.items():
        yield subject.decision_path(variant, "expect"), merged.decision.expect
        for nth, name in enumerate(merged.decision.accept):
            yield (*subject.decision_path(variant, "accept"), nth), name


RULES: tuple[Rule, ...] = (
    conditions_are_in_the_language,
    intents_are_known,
    facts_are_known,
    actions_are_known,
    expected_decisions_are_on_the_ladder,
    events_are_known,
    competencies_are_known,
    red_flags_are_known,
    seed_ids_are_known,
    speakers_are_known,
    episodes_are_known,
)
