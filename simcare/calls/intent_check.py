"""Whether the intents of a library can be told apart: thin ones, pairs that are confused, ones swallowed by another.

Each exemplar is held against all others, as if somebody had just typed it: nearest by meaning where the extra is
installed, by n-grams otherwise. An exemplar nearer to another intent than to its own is a stray; strays cause all that
is found here, so every finding names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simcare.calls import embedding
from simcare.calls.exemplars import Exemplars, Floats, exemplars_of, vectors_of
from simcare.calls.ngrams import Vectors
from simcare.scenarios.intents import IntentLibrary

ENOUGH = 10
"""Exemplars an intent needs; with five the listener was right in 85 of 100 lines, with ten in 93."""
MARGIN = 0.02
"""How much nearer another intent must be for an exemplar to be a stray; below that it is a tie."""
CONFUSED = 4
"""So many strays between two intents make them confusable."""
SWALLOWED = 0.4
"""An intent is swallowed where this share of its exemplars stray to one other."""

FindingKind = Literal["thin", "confusable", "swallowed"]


@dataclass(frozen=True, slots=True)
class Stray:
    """An exemplar that is nearer to an exemplar of another intent than to any of its own."""

    intent: str
    text: str
    other: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an author can mend."""

    kind: FindingKind
    intent: str
    other: str | None
    fact: str
    remedy: str
    strays: tuple[Stray, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        strays = [{"intent": s.intent, "text": s.text, "other": s.other, "nearest": s.nearest} for s in self.strays]
        return {
            "kind": self.kind,
            "intent": self.intent,
            "other": self.other,
            "fact": self.fact,
            "remedy": self.remedy,
            "exemplars": strays,
        }


def check(library: IntentLibrary) -> tuple[Finding, ...]:
    """Return what stands in the way of telling intents apart: swallowed first, then confusable, then thin."""
    strays = strays_of(library)
    swallowed = tuple(_swallowed(library, strays))
    known = {frozenset((finding.intent, finding.other)) for finding in swallowed}
    confusable = (finding for finding in _confusable(strays) if frozenset((finding.intent, finding.other)) not in known)
    return (*swallowed, *confusable, *_thin(library))


def strays_of(library: IntentLibrary) -> tuple[Stray, ...]:
    """Return the exemplars that are nearer to another intent than to their own, in the library's order."""
    exemplars = exemplars_of(library)
    likeness = _likeness(exemplars, library)
    np.fill_diagonal(likeness, -1.0)
    found: list[Stray] = []
    for place, (text, label) in enumerate(zip(exemplars.texts, exemplars.labels, strict=True)):
        if label == exemplars.none:
            continue
        own = exemplars.labels == label
        others = np.where(own | (exemplars.labels == exemplars.none), -1.0, likeness[place])
        nearest = int(others.argmax())
        if others[nearest] > likeness[place][own].max() + MARGIN:
            other = exemplars.ids[exemplars.labels[nearest]]
            found.append(Stray(exemplars.ids[label], text, other, exemplars.texts[nearest]))
    return tuple(found)


def _likeness(exemplars: Exemplars, library: IntentLibrary) -> Floats:
    if embedding.available():
        vectors = vectors_of(exemplars.plains, embedding.sentences().vector)
        by_meaning: Floats = vectors @ vectors.T
        return by_meaning
    ngrams = Vectors(exemplars.plains, library.alike)
    return np.array([ngrams.likeness(*ngrams.vector(text)) for text in exemplars.plains], dtype=np.float32)


def _swallowed(library: IntentLibrary, strays: tuple[Stray, ...]) -> Iterator[Finding]:
    for name, intent in library.intents.items():
        lost: dict[str, list[Stray]] = {}
        for stray in strays:
            if stray.intent == name:
                lost.setdefault(stray.other, []).append(stray)
        for other, own in lost.items():
            count = len(dict.fromkeys((intent.say, *intent.exemplars)))
            if len(own) >= SWALLOWED * count:
                fact = f"{len(own)} of the {count} exemplars of '{name}' are nearer to '{other}'"
                remedy = f"give '{name}' exemplars that '{other}' could never say, or make one intent of the two"
                yield Finding("swallowed", name, other, fact, remedy, tuple(own))


def _confusable(strays: tuple[Stray, ...]) -> Iterator[Finding]:
    pairs: dict[tuple[str, str], list[Stray]] = {}
    for stray in strays:
        one, other = sorted((stray.intent, stray.other))
        pairs.setdefault((one, other), []).append(stray)
    for (one, other), both in sorted(pairs.items(), key=lambda item: -len(item[1])):
        if len(both) >= CONFUSED:
            fact = f"{len(both)} exemplars of '{one}' and '{other}' are nearer to the other one"
            yield Finding("confusable", one, other, fact, "reword or move the exemplars named here", tuple(both))


def _thin(library: IntentLibrary) -> Iterator[Finding]:
    for name, intent in library.intents.items():
        count = len(dict.fromkeys(intent.exemplars))
        if count < ENOUGH:
            yield Finding("thin", name, None, f"'{name}' has {count} exemplars", f"add {ENOUGH - count} varied ones")
