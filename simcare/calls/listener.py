"""From what a care manager types to what it does: the listener behind its small interface, and the first engine.

`Listener` is the interface; `NgramListener` hears by n-grams alone, offline and in NumPy. Text only ever proposes:
the polarity guard takes a proposal away, never adds one. What was heard is recorded with the move and never matched
again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from simcare.calls import clauses as cuts
from simcare.calls import polarity
from simcare.calls.ngrams import Floats, RidgeHead, Speller, Vectors, plain
from simcare.scenarios import intents as intent_files
from simcare.scenarios.intents import IntentLibrary

CHIPS = 3
ACCEPT = 0.32
"""A clause scoring below this is not taken for its best intent; set where a wrong hearing costs more than a chip."""
ACCEPT_BESIDE_REFUSED = 0.5
"""The same where the guard struck out an intent that would have led: the words are about that, so be surer."""
ACCEPT_HARM = 0.42
"""The same for words that count against the care manager: nobody is blamed on a guess."""
OF_ITS_OWN = 0.5
"""The score from which a piece of a line that is understood as a whole is heard as a second intent."""
LEAD = 0.05
"""How far the best intent must stand before the second to be taken without asking."""
NEAR = 0.16
"""Intents scoring at least this are offered as chips."""
BOOST = 0.12
"""What a candidate of the call is given over an intent that this call does not use."""
MOOD = 0.05
"""How much it tells that an intent is usually asked, urged or stated."""
HEAD_SHARE = 0.6
"""The share of the learned head in a score; the rest is the likeness to the nearest exemplar."""
FOLD = 1024
PENALTY = 0.6
LONGEST = 2000
"""Characters of a line that are read; a pasted page is no utterance."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing the care manager said; `intent` is None where nothing was recognized for sure."""

    text: str
    intent: str | None
    score: float
    chips: tuple[str, ...] = ()
    """Up to three intents offered when unsure, best first."""
    negated: bool = False
    """True where the words deny, ask about or put off an action and so propose nothing."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a typed line was heard as: its clauses in order."""

    clauses: tuple[Clause, ...]


class Listener(Protocol):
    """Anything that hears a line; `name` changes whenever the same line may be heard differently."""

    @property
    def name(self) -> str:
        """Return the engine and the hash of what it learned from; an attempt pins it."""

    def hear(self, text: str, candidates: Sequence[str] | None = None) -> Heard:
        """Return the clauses of a line; `candidates` are the intents this call uses, the core always with them."""


class NgramListener:
    """Hear by letter and word n-grams: nearest exemplars and a ridge head, a none class and the polarity guard."""

    def __init__(self, library: IntentLibrary) -> None:
        """Learn from the library's exemplars; takes about half a second, so share one through `default_listener`."""
        self._library = library
        self._ids = tuple(library.intents)
        self._kinds = {name: intent.kind for name, intent in library.intents.items()}
        self._core = frozenset(library.core)
        texts, labels = _exemplars(library)
        self.name = f"ngram-1:{_hash(texts, labels, library)}"
        plains = [plain(text) for text in texts]
        self._labels = np.array(labels)
        self._vectors = Vectors(plains, library.alike)
        self._head = RidgeHead(self._vectors.folded(FOLD), labels, len(self._ids) + 1, PENALTY)
        counts: dict[str, int] = {}
        for word in (word for text in plains for word in text.split()):
            counts[word] = counts.get(word, 0) + 1
        self._speller = Speller(counts)
        self._moods = self._learn_moods(texts, labels)
        self._denying = self._learn_share(plains, labels, polarity.forbids, lambda share: share >= 0.9)
        """Intents that themselves deny ("don't take any more"): without a denial they are not heard."""
        plainly = self._learn_share(plains, labels, polarity.warns_against, lambda share: share <= 0.06)
        self._affirming = frozenset(name for name in plainly if self._kinds[name] == "harm")
        """Harm that is said outright: "don't drive" is not the advice to drive."""

    def hear(self, text: str, candidates: Sequence[str] | None = None) -> Heard:
        """Return the clauses of a line; `candidates` are the intents this call uses, the core always with them."""
        wanted = None if candidates is None else self._core | frozenset(candidates)
        heard: list[Clause] = []
        for sentence in cuts.sentences(text[:LONGEST]):
            heard += self._sentence(sentence, wanted)
        return Heard(_tidied(heard))

    def rank(self, text: str, candidates: Sequence[str] | None = None, *, count: int = CHIPS) -> tuple[str, ...]:
        """Return the most likely intents of one clause, best first, whatever their scores."""
        wanted = None if candidates is None else self._core | frozenset(candidates)
        scores, _ = self._scores(text, wanted)
        return tuple(self._ids[place] for place in np.argsort(-scores[:-1], kind="stable")[:count])

    # -- one sentence ----------------------------------------------------------------------------------------------

    def _sentence(self, sentence: str, wanted: frozenset[str] | None) -> list[Clause]:
        whole = self._clause(sentence, wanted)
        for pieces in (cuts.listed(sentence), cuts.offers(sentence)):
            if len(pieces) < 2:
                continue
            parts = _tidied([self._clause(piece, wanted) for piece in pieces])
            clear = {part.intent for part in parts if part.intent and _adds(part, whole)}
            if any(part.negated for part in parts) and not whole.negated:
                return list(parts)
            if len(clear) > 1 or (clear and whole.intent is None):
                return [part for part in parts if part.intent in clear or part.negated or part.chips]
        return [whole]

    def _clause(self, text: str, wanted: frozenset[str] | None) -> Clause:
        scores, refused = self._scores(text, wanted)
        order = [int(place) for place in np.argsort(-scores, kind="stable")[: CHIPS + 2]]
        none = len(self._ids)
        best = order[0]
        if best != none and scores[best] >= self._enough(best, refused) and scores[best] - scores[order[1]] >= LEAD:
            return Clause(text, self._ids[best], round(float(scores[best]), 3), negated=bool(refused))
        asked = [name for name, why in refused.items() if why != "negated"]
        near = [self._ids[place] for place in order if place != none and scores[place] >= max(NEAR, scores[none] / 2)]
        blameless = [name for name in (*asked, *near) if self._kinds[name] != "harm"]
        chips = tuple(dict.fromkeys(blameless))[:CHIPS]
        return Clause(text, None, round(float(scores[best]), 3), chips, negated=bool(refused))

    def _enough(self, place: int, refused: dict[str, polarity.Refusal]) -> float:
        if refused:
            return ACCEPT_BESIDE_REFUSED
        return ACCEPT_HARM if self._kinds[self._ids[place]] == "harm" else ACCEPT

    def _scores(self, text: str, wanted: frozenset[str] | None) -> tuple[Floats, dict[str, polarity.Refusal]]:
        """Score every intent and, last, none; with the intents the guard struck out that would have led, and why."""
        words = self._speller.mend(plain(text))
        places, weights = self._vectors.vector(words)
        nearest = np.zeros(len(self._ids) + 1, dtype=np.float32)
        np.maximum.at(nearest, self._labels, self._vectors.likeness(places, weights))
        learned = self._head.scores(*self._vectors.fold(places, weights, FOLD))
        scores: Floats = HEAD_SHARE * learned + (1 - HEAD_SHARE) * nearest
        scores[:-1] += self._moods[:, polarity.MODES.index(polarity.mode(words))]
        if wanted is not None:
            scores[:-1] += [BOOST if name in wanted else 0.0 for name in self._ids]
        denies, against = polarity.forbids(words), polarity.warns_against(words)
        refused: dict[str, polarity.Refusal] = {}
        lead = float(scores.max())
        for place, name in enumerate(self._ids):
            why = self._refusal(name, words, denies, against)
            if why is not None:
                if scores[place] >= max(NEAR, lead - LEAD) and self._library.intents[name].proposes is not None:
                    refused[name] = why
                scores[place] = -1.0
        return scores, refused

    def _refusal(self, name: str, words: str, denies: bool, against: bool) -> polarity.Refusal | None:
        intent = self._library.intents[name]
        if intent.proposes is not None:
            return polarity.refusal(words, intent.kind, ends=intent.proposes == "end_call")
        if (name in self._denying and not denies) or (name in self._affirming and against):
            return "negated"
        return None

    # -- learning --------------------------------------------------------------------------------------------------

    def _learn_moods(self, texts: Sequence[str], labels: Sequence[int]) -> Floats:
        counts = np.full((len(self._ids), len(polarity.MODES)), 0.5, dtype=np.float32)
        for text, label in zip(texts, labels, strict=True):
            if label < len(self._ids):
                counts[label, polarity.MODES.index(polarity.mode(plain(text)))] += 1
        share = counts / counts.sum(axis=1, keepdims=True)
        moods: Floats = np.clip(MOOD * np.log(share * len(polarity.MODES)), -3 * MOOD, MOOD)
        return moods

    def _learn_share(
        self, plains: Sequence[str], labels: Sequence[int], has: Callable[[str], bool], wanted: Callable[[float], bool]
    ) -> frozenset[str]:
        """Find the intents whose share of exemplars that have something is a wanted one."""
        with_it = np.bincount(labels, [has(text) for text in plains], len(self._ids) + 1)
        shares = with_it / np.bincount(labels, minlength=len(self._ids) + 1).clip(1)
        return frozenset(name for name, share in zip(self._ids, shares, strict=False) if wanted(float(share)))


@lru_cache(maxsize=1)
def default_listener() -> NgramListener:
    """Return the listener of the library that ships with the program, made once a process."""
    return NgramListener(intent_files.load())


def _adds(part: Clause, whole: Clause) -> bool:
    """Tell whether a piece means something of its own: a list like "swelling, redness or heat" is one question."""
    return whole.intent is None or part.intent == whole.intent or part.score >= OF_ITS_OWN


def _exemplars(library: IntentLibrary) -> tuple[list[str], list[int]]:
    texts: list[str] = []
    labels: list[int] = []
    for label, intent in enumerate(library.intents.values()):
        for text in dict.fromkeys((intent.say, *intent.exemplars)):
            texts.append(text)
            labels.append(label)
    texts += library.none
    labels += [len(library.intents)] * len(library.none)
    return texts, labels


def _hash(texts: Iterable[str], labels: Iterable[int], library: IntentLibrary) -> str:
    parts = [f"{label}\t{text}" for label, text in zip(labels, texts, strict=True)]
    parts += [f"{name}\t{intent.kind}\t{intent.proposes}" for name, intent in library.intents.items()]
    parts += [f"{name}\t{' '.join(words)}" for name, words in library.alike.items()]
    tuning = (ACCEPT, ACCEPT_BESIDE_REFUSED, ACCEPT_HARM, LEAD, NEAR, BOOST, MOOD, HEAD_SHARE, FOLD, PENALTY)
    parts += [" ".join(library.core), str(tuning)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def _tidied(parts: Sequence[Clause]) -> tuple[Clause, ...]:
    """Join neighbors heard as the same, and drop scraps of a word or two beside something that was understood."""
    tidy: list[Clause] = []
    for part in parts:
        last = tidy[-1] if tidy else None
        if last is not None and part.intent is not None and part.intent == last.intent:
            tidy[-1] = Clause(f"{last.text} {part.text}", part.intent, max(part.score, last.score))
        else:
            tidy.append(part)
    if any(part.intent for part in tidy):
        tidy = [part for part in tidy if part.intent or part.negated or len(part.text.split()) > 2]
    return tuple(tidy)
