"""How like each intent a clause is: the two matchers, and the thresholds each needs.

A matcher gives one score an intent and one for none; what follows from the scores is decided in `listener`. By n-grams
a clause is like what shares its letters and words; by meaning it is also like what says the same in other words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from simcare.calls.embedding import sentences
from simcare.calls.exemplars import Exemplars, Floats, head_of, vectors_of
from simcare.calls.ngrams import RidgeHead, Vectors
from simcare.scenarios.intents import IntentLibrary


@dataclass(frozen=True, slots=True)
class Tuning:
    """From which scores something follows; they mean nothing across matchers."""

    accept: float
    """A clause scoring below this is not taken for its best intent: there a wrong hearing costs more than a chip."""
    accept_beside_refused: float
    """The same where the guard struck out an intent that would have led: the words are about that, so be surer."""
    accept_harm: float
    """The same for words that count against the care manager: nobody is blamed on a guess."""
    like_harm: float
    """How like an exemplar of harm, one that stands to its words in the same way, words must be that are blamed."""
    like_no_opposite: float
    """The same as a share of how like they are to any exemplar of that harm, whose opposite they may be."""
    of_its_own: float
    """The score from which a piece of a line that is understood as a whole is heard as a second intent."""
    lead: float
    """How far the best intent must stand before the second to be taken without asking."""
    near: float
    """Intents scoring at least this are offered as chips."""
    near_grave: float
    """The same for what frightens where it is not meant."""
    boost: float
    """What a candidate of the call is given over an intent that this call does not use."""
    mood: float
    """How much it tells that an intent is usually asked, urged or stated."""
    none: float
    """What the score of meaning nothing here counts: more than 1 lets near misses go for a few more chips."""


class Matcher(Protocol):
    """Anything that scores a clause against the intents of a library."""

    @property
    def kind(self) -> str:
        """Return the name of the method and its version, which a listener's name begins with."""

    @property
    def tuning(self) -> Tuning:
        """Return the thresholds for these scores."""

    def scores(self, words: str) -> Floats:
        """Return a score an intent, in the library's order, and last one for none; about 1 for a known text."""

    def likeness(self, words: str) -> Floats:
        """Return how like each exemplar a clause is, 1 for the same text."""


class NgramMatcher:
    """Match by letter and word n-grams: the nearest exemplars and a ridge head; needs nothing but NumPy."""

    kind = "ngram-2"
    tuning = Tuning(
        accept=0.32,
        accept_beside_refused=0.5,
        accept_harm=0.42,
        like_harm=0.3,
        like_no_opposite=0.68,
        of_its_own=0.5,
        lead=0.05,
        near=0.16,
        near_grave=0.4,
        boost=0.12,
        mood=0.05,
        none=1.2,
    )
    _fold, _penalty, _head_share = 1024, 0.6, 0.6

    def __init__(self, exemplars: Exemplars, library: IntentLibrary) -> None:
        """Learn from the exemplars; takes about half a second."""
        self._labels = exemplars.labels
        self._count = exemplars.none + 1
        self._vectors = Vectors(exemplars.plains, library.alike)
        folded = self._vectors.folded(self._fold)
        self._head = RidgeHead(folded, exemplars.labels.tolist(), self._count, self._penalty)

    def scores(self, words: str) -> Floats:
        """Return a score an intent, in the library's order, and last one for none; about 1 for a known text."""
        places, weights = self._vectors.vector(words)
        nearest = _nearest(self._vectors.likeness(places, weights), self._labels, self._count)
        learned = self._head.scores(*self._vectors.fold(places, weights, self._fold))
        scores: Floats = self._head_share * learned + (1 - self._head_share) * nearest
        return scores

    def likeness(self, words: str) -> Floats:
        """Return how like each exemplar a clause is by its letters and words."""
        return self._vectors.likeness(*self._vectors.vector(words))


SHARPNESS, PENALTY = 4.0, 0.3


def kernel(cosines: Floats) -> Floats:
    """Turn likenesses into exp(4 (likeness - 1)) where they stand: the square over all exemplars is 65 MB."""
    cosines -= 1
    cosines *= SHARPNESS
    return np.exp(cosines, out=cosines)


class MeaningMatcher:
    """Match by meaning: a kernel ridge head over sentence vectors, with the nearest exemplars by meaning and n-grams.

    The kernel exp(4 (cos - 1)) keeps what is far in meaning from having a say; a linear head over the same vectors was
    right in 75 of 100 held-back lines where this one is in 90, and with the nearest exemplars in 92.
    """

    kind = "meaning-1"
    tuning = Tuning(
        accept=0.36,
        accept_beside_refused=0.5,
        accept_harm=0.46,
        like_harm=0.55,
        like_no_opposite=0.85,
        of_its_own=0.5,
        lead=0.05,
        near=0.2,
        near_grave=0.42,
        boost=0.08,
        mood=0.03,
        none=1.9,
    )
    _shares = (0.625, 0.1875, 0.1875)

    def __init__(self, exemplars: Exemplars, library: IntentLibrary) -> None:
        """Learn from the exemplars; 4 ms for each without a stored vector, and seconds without a stored head."""
        self._read = lru_cache(maxsize=32)(sentences().vector)
        self._labels = exemplars.labels
        self._count = exemplars.none + 1
        self._ngrams = Vectors(exemplars.plains, library.alike)
        self._known = vectors_of(exemplars.plains, self._read)
        self._head = head_of(exemplars, (SHARPNESS, PENALTY), lambda: learn_head(exemplars, self._known))

    def scores(self, words: str) -> Floats:
        """Return a score an intent, in the library's order, and last one for none; about 1 for a known text."""
        meant: Floats = np.einsum("ij,j->i", self._known, self._read(words))  # one thread, where @ would take several
        spelled = self._ngrams.likeness(*self._ngrams.vector(words))
        learned, by_meaning, by_letters = self._shares
        scores: Floats = by_meaning * _nearest(meant, self._labels, self._count)
        scores += learned * (kernel(meant) @ self._head)
        scores += by_letters * _nearest(spelled, self._labels, self._count)
        return scores

    def likeness(self, words: str) -> Floats:
        """Return how like each exemplar a clause is by its meaning."""
        meant: Floats = self._known @ self._read(words)
        return meant


def learn_head(exemplars: Exemplars, known: Floats) -> Floats:
    """Return the kernel ridge head over the vectors of exemplars: a column of weights an intent, and one for none."""
    from scipy.linalg import solve  # seconds of work and 90 MB that a stored head saves

    square = kernel(known @ known.T)
    square[np.diag_indices_from(square)] += PENALTY
    wanted = np.zeros((len(exemplars.labels), exemplars.none + 1), dtype=np.float32)
    wanted[np.arange(len(exemplars.labels)), exemplars.labels] = 1
    head: Floats = solve(square.T, wanted, assume_a="pos", overwrite_a=True, overwrite_b=True, check_finite=False)
    return head


def _nearest(likeness: Floats, labels: np.ndarray[tuple[int], np.dtype[np.intp]], count: int) -> Floats:
    nearest = np.zeros(count, dtype=np.float32)
    np.maximum.at(nearest, labels, likeness)
    return nearest
