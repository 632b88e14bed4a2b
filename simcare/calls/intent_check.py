"""Whether the intents of a library can be told apart: thin ones, pairs that are confused, ones swallowed by another.

Each exemplar is heard as if the listener had learned all the others but not this one: by meaning where the extra is
installed, by n-grams otherwise. One that is then heard as another intent is a stray; strays cause all that is found
here, so every finding names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simcare.calls import embedding
from simcare.calls.exemplars import Exemplars, Floats, exemplars_of, vectors_of
from simcare.calls.guard import Guard
from simcare.calls.matching import PENALTY, kernel
from simcare.calls.ngrams import Vectors
from simcare.scenarios.intents import IntentLibrary

ENOUGH = 10
"""Exemplars an intent needs; with five the listener was right in 85 of 100 lines, with ten in 93."""
MARGIN = 0.05
"""How far another intent must lead for an exemplar to be a stray; the listener asks below that."""
CONFUSED = 4
"""So many strays between two intents make them confusable."""
SWALLOWED = 0.5
"""An intent is swallowed where this share of its exemplars stray to one other."""

FindingKind = Literal["thin", "confusable", "swallowed"]


@dataclass(frozen=True, slots=True)
class Stray:
    """An exemplar that would be heard as another intent, and what of the other it is most like."""

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
    """Return the exemplars that would be heard as another intent, in the library's order."""
    exemplars = exemplars_of(library)
    labels = exemplars.labels
    likeness = _likeness(exemplars, library)
    scores = left_out_scores(likeness, labels, exemplars.none + 1)[:, : exemplars.none]
    guard = Guard(exemplars, library)
    places = {name: place for place, name in enumerate(exemplars.ids)}
    found: list[Stray] = []
    for place in np.flatnonzero(labels < exemplars.none):
        scores[place][[places[name] for name in guard.struck(exemplars.plains[place])]] = -1.0
        own, other = int(labels[place]), int(scores[place].argmax())
        if scores[place][other] > scores[place][own] + MARGIN:
            nearest = int(np.where(labels == other, likeness[place], -1.0).argmax())
            names = exemplars.ids[own], exemplars.texts[place], exemplars.ids[other], exemplars.texts[nearest]
            found.append(Stray(*names))
    return tuple(found)


def left_out_scores(likeness: Floats, labels: NDArray[np.intp], count: int) -> Floats:
    """Return for each text the scores of a kernel ridge head that never saw it, one column a label.

    With G the kernel plus the penalty, leaving out text i predicts y_i - (G^-1 y)_i / (G^-1)_ii: one factor does for
    all of them. G is L L', so with R the inverse of L its inverse is R' R.
    """
    from scipy.linalg import cholesky, lapack  # memory that only this check needs

    square = kernel(likeness.copy())
    square[np.diag_indices_from(square)] += PENALTY
    root = cholesky(square.T, lower=True, overwrite_a=True, check_finite=False)
    inverse, _ = lapack.get_lapack_funcs(("trtri",), (root,))[0](root, lower=1, overwrite_c=1)
    wanted = np.eye(count, dtype=np.float32)[labels]
    scores: Floats = wanted - (inverse.T @ (inverse @ wanted)) / np.einsum("ij,ij->j", inverse, inverse)[:, None]
    return scores


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
                fact = f"{len(own)} of the {count} exemplars of '{name}' would be heard as '{other}'"
                remedy = f"give '{name}' exemplars that '{other}' could never say, or make one intent of the two"
                yield Finding("swallowed", name, other, fact, remedy, tuple(own))


def _confusable(strays: tuple[Stray, ...]) -> Iterator[Finding]:
    pairs: dict[tuple[str, str], list[Stray]] = {}
    for stray in strays:
        one, other = sorted((stray.intent, stray.other))
        pairs.setdefault((one, other), []).append(stray)
    for (one, other), both in sorted(pairs.items(), key=lambda item: -len(item[1])):
        if len(both) >= CONFUSED:
            fact = f"{len(both)} exemplars of '{one}' and '{other}' would be heard as the other one"
            yield Finding("confusable", one, other, fact, "reword or move the exemplars named here", tuple(both))


def _thin(library: IntentLibrary) -> Iterator[Finding]:
    for name, intent in library.intents.items():
        count = len(dict.fromkeys(intent.exemplars))
        if count < ENOUGH:
            yield Finding("thin", name, None, f"'{name}' has {count} exemplars", f"add {ENOUGH - count} varied ones")
