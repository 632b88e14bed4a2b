"""Rules about words: lines a person can say and follow, and nothing that gives the answer away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simcare.documents import Problem
from simcare.scenarios.lint.subject import Path, Rule, Subject
from simcare.scenarios.lint.texts import spoken
from simcare.scenarios.model import Reply
from simcare.scenarios.reading_level import HIGHEST_GRADE, reading_grade, words

WORDS_A_MINUTE = 150
MOST_SPOKEN_SECONDS = 30


def lines_can_be_spoken(subject: Subject) -> Iterator[Problem]:
    """E241: a line takes at most 30 spoken seconds, about 75 words.

    PASS: two short sentences. FAIL: a speech.
    """
    for path, _, text in spoken(subject):
        seconds = _seconds(text)
        if seconds > MOST_SPOKEN_SECONDS:
            yield subject.problem(path, "E241", f"this line takes {seconds:.0f} seconds to say", "split it in two")


def lines_fit_the_persona(subject: Subject) -> Iterator[Problem]:
    """W242: a line of the patient's of 12 words or more is read at the persona's level (Flesch-Kincaid) or below.

    PASS: "My knee is fat and hot." FAIL: "I'm experiencing considerable inflammation of the articulation."
    """
    if subject.scenario.persona.language != "en":
        return  # the grades are of English
    limit = HIGHEST_GRADE[subject.scenario.persona.literacy]
    for path, speaker, text in spoken(subject):
        if speaker == "patient" and len(words(text)) >= 12 and reading_grade(text) > limit:
            yield subject.problem(
                path,
                "W242",
                f"this line reads at grade {reading_grade(text):.0f}; the persona's words end at {limit:.0f}",
                "use shorter sentences and plainer words",
                warning=True,
            )


def nothing_seen_before_gives_a_fact_away(subject: Subject) -> Iterator[Problem]:
    """E243: title, brief, opening and chart do not hold the words (`on`) that would give a fact away.

    PASS: "Monthly check-in." FAIL: "Her knee is infected." where the fact has `on: [infected]`.
    """
    scenario = subject.scenario
    seen: list[tuple[Path, str]] = [(("title",), scenario.title), (("brief",), scenario.brief)]
    seen += [(("opening",), scenario.opening), *_texts(("patient",), scenario.patient.model_dump())]
    for path, text in seen:
        for name, fact in scenario.facts.items():
            for word in fact.on:
                if not fact.in_chart and re.search(rf"\b{re.escape(word.lower())}", text.lower()):
                    yield subject.problem(
                        path, "E243", f"the {path[0]} gives the fact '{name}' away with '{word}'", "take the word out"
                    )


def variants_look_the_same(subject: Subject) -> Iterator[Problem]:
    """E244: before the first question nothing tells variants apart: no label, chart fact or first event of its own.

    PASS: a variant that changes what is told. FAIL: a variant that changes a fact's label or what the chart shows.
    """
    for variant, authored in subject.scenario.variants.items():
        for name, fields in authored.facts.items():
            shown = [key for key in ("label", "in_chart", "kind") if key in fields]
            if shown:
                yield subject.problem(
                    ("variants", variant, "facts", name, shown[0]),
                    "E244",
                    f"variant '{variant}' changes the {shown[0]} of '{name}', which can be seen before asking",
                    "let variants differ only in what is told",
                )
        for name, event in authored.events.items():
            if event.after is None and event.at is not None and event.at < 10:
                yield subject.problem(
                    ("variants", variant, "events", name),
                    "E244",
                    f"variant '{variant}' tells itself apart at second {event.at}",
                    "let it happen later, or after something that was asked",
                )


def line_ids_are_unique(subject: Subject) -> Iterator[Problem]:
    """E245: an id given to a line is given once, so that translations and recordings find it.

    PASS: ids that differ. FAIL: two replies with `id: hello`.
    """
    places: list[tuple[Path, tuple[Reply, ...]]] = [((), subject.scenario.replies)]
    places += [(("variants", name), variant.replies) for name, variant in subject.scenario.variants.items()]
    for base, replies in places:
        seen: set[str] = set()
        for nth, reply in enumerate(replies):
            if reply.id is not None and reply.id in seen:
                yield subject.problem(
                    (*base, "replies", nth, "id"), "E245", f"the line id '{reply.id}' is used twice", "give it another"
                )
            if reply.id is not None:
                seen.add(reply.id)


def answers_stay_short(subject: Subject) -> Iterator[Problem]:
    """E246: all that one question brings out at once takes at most 30 spoken seconds.

    PASS: two facts of ten words each told to the same question. FAIL: three of thirty.
    """
    for variant, merged in subject.variants.items():
        told: dict[str, list[tuple[str, float]]] = {}
        for name, fact in merged.facts.items():
            for intent in {intent for tell in fact.tell for intent in tell.to}:
                longest = max(_seconds(tell.say) for tell in fact.tell if intent in tell.to)
                told.setdefault(intent, []).append((name, longest))
        for intent, facts in sorted(told.items()):
            seconds = sum(each for _, each in facts)
            if len(facts) > 1 and seconds > MOST_SPOKEN_SECONDS:
                yield subject.problem(
                    subject.fact_path(variant, facts[-1][0]),
                    "E246",
                    f"'{intent}' brings out {len(facts)} facts at once, {seconds:.0f} seconds of talk",
                    "shorten them, or let another question bring this one out",
                )


def _seconds(text: str) -> float:
    return 60 * len(words(text)) / WORDS_A_MINUTE


def _texts(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    """Yield every text below a value of plain data, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts((*path, key), inner)
    elif isinstance(value, list | tuple):
        for nth, inner in enumerate(value):
            yield from _texts((*path, nth), inner)


RULES: tuple[Rule, ...] = (
    lines_can_be_spoken,
    lines_fit_the_persona,
    nothing_seen_before_gives_a_fact_away,
    variants_look_the_same,
    line_ids_are_unique,
    answers_stay_short,
)
