"""The phrases of coaching on lines labeled by hand: what is found and missed, and that nobody is blamed by mistake."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

import pytest

from simcare.calls.coaching_words import Kind, Spotted, coaching_words, match
from simcare.calls.questions import question_kind
from simcare.scenarios import intents

LABELED = Path(__file__).parents[1] / "data" / "coaching.csv"
ACCUSING: tuple[Spotted, ...] = ("judgmental", "reassurance", "interruption", "leading", "weak_check")
NOT_KIND = {"judgemental", "act_call_911", "false_reassurance", "misstate_prevention", "guilt_lecture", "press_patient"}
"""Intents with exemplars that do blame: in them a finding is no mistake."""


def rows(split: str | None = None) -> list[dict[str, str]]:
    """Return the labeled lines; `held` ones were written after the phrases and never tuned to."""
    with LABELED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if split in (None, row["split"])]


def told(text: str) -> set[str]:
    """Return everything that the words of a line tell."""
    found: set[str] = {kind for kind in get_args(Spotted) if match(text, kind)}
    kind = question_kind(text)
    return found | ({kind} if kind else set())


def counts(kind: str, split: str | None = None) -> tuple[int, int, int]:
    """Return how many lines were rightly found, wrongly found and missed."""
    pairs = [(kind in told(row["text"]), kind in row["labels"].split()) for row in rows(split)]
    return pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True))


@pytest.mark.parametrize("kind", ACCUSING)
def test_no_labeled_line_is_accused_by_mistake(kind: Spotted) -> None:
    """Precision 1.00 on 284 lines labeled by hand: what faults a person is never found where it is not."""
    assert counts(kind)[1] == 0


@pytest.mark.parametrize(("kind", "least"), [("judgmental", 0.6), ("reassurance", 0.75), ("interruption", 0.7)])
def test_most_of_what_was_never_seen_is_found(kind: str, least: float) -> None:
    """Recall on the lines that were written afterwards, below which the phrases would not be worth having."""
    right, _, missed = counts(kind, "held")
    assert right / (right + missed) >= least


@pytest.mark.parametrize("kind", ["open", "closed"])
def test_questions_are_told_apart(kind: str) -> None:
    """At least 19 of 20 lines called open or closed are, and at least 19 of 20 that are, are called so."""
    right, wrong, missed = counts(kind)
    assert (right / (right + wrong) >= 0.95, right / (right + missed) >= 0.95) == (True, True)


def test_none_of_the_houses_kind_phrases_is_blamed() -> None:
    """Of all exemplars of intents that blame nobody, none is called judgmental."""
    library = intents.load().intents
    kind = [
        text for name, intent in library.items() if name not in NOT_KIND for text in (intent.say, *intent.exemplars)
    ]
    assert [text for text in kind if match(text, "judgmental")] == []


def test_every_phrase_finds_itself() -> None:
    """A phrase without gaps, typed as it stands, is found: none is shadowed or misspelled."""
    lost = []
    for kind in get_args(Spotted):
        for group in getattr(coaching_words(), kind):
            plain = [phrase for phrase in group.say if not set("*^$[") & set(phrase) and "..." not in phrase]
            first = (" ".join(word.split("/")[0] for word in phrase.split()) for phrase in plain)
            lost += [
                phrase for phrase in first if match(f"{phrase}?" if kind == "weak_check" else phrase, kind) is None
            ]
    assert lost == []


def test_every_reason_names_its_source() -> None:
    """Each kind has words, and where they come from is said with how sure it is."""
    words = coaching_words()
    assert (set(words.kinds), {about.source for about in words.kinds.values()}) == (
        set(get_args(Kind)),
        set(words.sources),
    )
