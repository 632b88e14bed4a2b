"""Rules about words: lines a person can say and follow, and nothing that gives the answer away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simcare.documents import Problem
from simcare.scenarios.lint.references import spoken
from simcare.scenarios.lint.subject import Path, Rule, Subject
from simcare.scenarios.model import Reply

WORDS_A_MINUTE = 150
MOST_SPOKEN_SECONDS = 30
HIGHEST_GRADE = {"low": 6.0, "medium": 9.0, "high": 12.0}
_WORD = re.compile(r"[A-Za-z']+")
_SENTENCE = re.compile(r"[.!?]+")


def lines_can_be_spoken(subject: Subject) -> Iterator[Problem]:
    """E241: a line takes at most 30 spoken seconds, about 75 words.

    PASS: two short sentences. FAIL: a speech.
    """
    for path, text in spoken(subject):
        seconds = 60 * len(_WORD.findall(text)) / WORDS_A_MINUTE
        if path != ("brief",) and seconds > MOST_SPOKEN_SECONDS:
            yield subject.problem(path, "E241", f"this line takes {seconds:.0f} seconds to say", "split it in two")


def lines_fit_the_persona(subject: Subject) -> Iterator[Problem]:
    """W242: the patient's words stay within the reading level of the persona (Flesch-Kincaid over all lines of a fact).

    PASS: "My knee is fat and hot." FAIL: "I'm experiencing considerable inflammation of the articulation."
    """
    limit = HIGHEST_GRADE[subject.scenario.persona.literacy]
    for path, text in spoken(subject):
        words = len(_WORD.findall(text))
        if path[0] != "brief" and words >= 12 and reading_grade(text) > limit:
            yield subject.problem(
                path,
                "W242",
                f"this line reads at grade {reading_grade(text):.0f}; the persona's words end at {limit:.0f}",
                "use shorter sentences and plainer words",
                warning=True,
            )


def the_brief_gives_nothing_away(subject: Subject) -> Iterator[Problem]:
    """E243: brief, title and opening do not hold the words (`on`) that would give a fact away.

    PASS: "Monthly check-in." FAIL: "Her knee is infected." where the fact has `on: [infected]`.
    """
    scenario = subject.scenario
    for key, text in (("title", scenario.title), ("brief", scenario.brief), ("opening", scenario.opening)):
        for name, fact in scenario.facts.items():
            for word in fact.on:
                if not fact.in_chart and re.search(rf"\b{re.escape(word.lower())}", text.lower()):
                    yield subject.problem(
                        (key,), "E243", f"the {key} gives the fact '{name}' away with '{word}'", "take the word out"
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


def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text; syllables are counted by groups of vowels."""
    words = _WORD.findall(text)
    sentences = max(1, len([part for part in _SENTENCE.split(text) if _WORD.search(part)]))
    if not words:
        return 0.0
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    lower = word.lower()
    groups = len(re.findall(r"[aeiouy]+", lower))
    silent = lower.endswith("e") and not lower.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


RULES: tuple[Rule, ...] = (
    lines_can_be_spoken,
    lines_fit_the_persona,
    the_brief_gives_nothing_away,
    variants_look_the_same,
    line_ids_are_unique,
)
