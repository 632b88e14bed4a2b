"""The texts of a scenario, each with its place: what is said in the call, and what is shown around it."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.scenarios.lint.subject import Path, Subject
from simcare.scenarios.model import Event, Reply


def spoken(subject: Subject) -> Iterator[tuple[Path, str, str]]:
    """Yield (place, speaker, text) of every line that somebody says in the call."""
    scenario = subject.scenario
    for key, text in (("opening", scenario.opening), ("gated", scenario.gated)):
        yield (key,), "patient", text
    yield ("identity", "say"), "patient", scenario.identity.say
    yield ("identity", "otherwise"), "patient", scenario.identity.otherwise
    yield ("clock", "end_line"), "patient", scenario.clock.end_line
    for key, texts in (("deny", scenario.deny), ("unknown", scenario.unknown)):
        for nth, text in enumerate(texts):
            yield (key, nth), "patient", text
    for kind, texts in scenario.filler.items():
        for nth, text in enumerate(texts):
            yield ("filler", kind, nth), "patient", text
    for path, _, _, tells in subject.tells():
        for nth, tell in enumerate(tells):
            yield (*path, nth, "say"), tell.speaker, tell.say
    for base, replies, events in said_beside_facts(subject):
        for nth, reply in enumerate(replies):
            yield (*base, "replies", nth, "say"), reply.speaker, reply.say
        for name, event in events.items():
            if event.say is not None:
                yield (*base, "events", name, "say"), event.speaker, event.say


def shown(subject: Subject) -> Iterator[tuple[Path, str]]:
    """Yield (place, text) of what is read around the call: brief, labels, coaching, truths and outcomes."""
    scenario = subject.scenario
    yield ("title",), scenario.title
    yield ("brief",), scenario.brief
    for name, fact in scenario.facts.items():
        yield ("facts", name, "label"), fact.label
    for name, item in scenario.rubric.items():
        yield ("rubric", name, "label"), item.label
    for nth, coach in enumerate(scenario.coach):
        yield ("coach", nth, "say"), coach.say
    for name, outcome in scenario.outcomes.items():
        yield ("outcomes", name, "text"), outcome.text
    for variant, authored in scenario.variants.items():
        yield ("variants", variant, "truth"), authored.truth
        for name, outcome in authored.outcomes.items():
            yield ("variants", variant, "outcomes", name, "text"), outcome.text


def said_beside_facts(subject: Subject) -> Iterator[tuple[Path, tuple[Reply, ...], dict[str, Event]]]:
    """Yield (place, replies, events) of the scenario and of each variant, as they are written."""
    yield (), subject.scenario.replies, subject.scenario.events
    for name, variant in subject.scenario.variants.items():
        yield ("variants", name), variant.replies, variant.events
