"""From what a care manager types to what it does: what is heard, and the listener that hears it.

Text only ever proposes: the polarity guard takes a proposal away, never adds one. What was heard is recorded with the
move and never matched again. How like an intent a clause is tells one of two matchers (`matching`); all else, from
spelling to chips, is the same for both and lives here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import astuple, dataclass, replace
from functools import lru_cache, partial
from typing import Protocol

import numpy as np

from simcare.calls import clauses as cuts
from simcare.calls import polarity
from simcare.calls.embedding import EmbeddingError
from simcare.calls.exemplars import Exemplars, Floats, exemplars_of, learned_hash, ordinary_words
from simcare.calls.guard import Guard
from simcare.calls.matching import Matcher, MeaningMatcher, NgramMatcher
from simcare.calls.ngrams import plain
from simcare.scenarios import intents as intent_files
from simcare.scenarios.intents import IntentLibrary

SPANISH = "spanish-1"
"""The name of the listener that hears Spanish begins with this."""
CHIPS = 3
NEVER = float("inf")
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
    """True where the words deny, ask about, put off or report an action and so propose nothing."""


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


class LibraryListener:
    """Hear the intents of a library: spelling, clauses, one matcher, a none class and the polarity guard."""

    def __init__(self, library: IntentLibrary, make_matcher: type[NgramMatcher] | type[MeaningMatcher]) -> None:
        """Learn from the library's exemplars; takes a second or two, so share one through `default_listener`."""
        exemplars = exemplars_of(library)
        self._library = library
        self._ids = exemplars.ids
        self._places = {name: place for place, name in enumerate(exemplars.ids)}
        self._kinds = {name: intent.kind for name, intent in library.intents.items()}
        self._harms = np.array([*(self._kinds[name] == "harm" for name in exemplars.ids), False])
        self._grave = np.array([name in library.grave for name in exemplars.ids])
        self._core = frozenset(library.core)
        self._matcher: Matcher = make_matcher(exemplars, library)
        self._tuning = self._matcher.tuning
        self.name = f"{self._matcher.kind}:{learned_hash(library, astuple(self._tuning))}"
        self._speller = exemplars.speller(ordinary_words())
        self._moods = _moods(exemplars, self._tuning.mood)
        self._guard = Guard(exemplars, library)

    @property
    def nearest_worth_telling(self) -> float:
        """The score below which an intent is not even offered."""
        return self._tuning.near

    def hear(self, text: str, candidates: Sequence[str] | None = None) -> Heard:
        """Return the clauses of a line; `candidates` are the intents this call uses, the core always with them."""
        wanted = None if candidates is None else self._core | frozenset(candidates)
        heard: list[Clause] = []
        for sentence in cuts.sentences(text[:LONGEST]):
            heard += self._sentence(sentence, wanted)
        return Heard(_tidied(heard))

    def rank(self, text: str, candidates: Sequence[str] | None = None, *, count: int = CHIPS) -> tuple[str, ...]:
        """Return the most likely intents of one clause, best first, whatever their scores."""
        return tuple(name for name, _ in self.scored(text, candidates, count=count))

    def scored(
        self, text: str, candidates: Sequence[str] | None = None, *, count: int = CHIPS
    ) -> tuple[tuple[str, float], ...]:
        """Return the most likely intents of one clause with their scores, best first."""
        wanted = None if candidates is None else self._core | frozenset(candidates)
        scores, _ = self._scores(self._plain(text), wanted)
        places = np.argsort(-scores[:-1], kind="stable")[:count]
        return tuple((self._ids[place], round(float(scores[place]), 3)) for place in places)

    # -- one sentence ----------------------------------------------------------------------------------------------

    def _sentence(self, sentence: str, wanted: frozenset[str] | None) -> list[Clause]:
        whole = self._clause(sentence, wanted)
        for pieces in (cuts.listed(sentence), cuts.offers(sentence)):
            if len(pieces) < 2:
                continue
            parts = _tidied(self._pieces(pieces, wanted))
            clear = {part.intent for part in parts if part.intent and self._adds(part, whole)}
            harmful = whole.intent is not None and self._kinds[whole.intent] == "harm"
            if any(part.negated for part in parts) and not whole.negated and not harmful:
                return list(parts)
            acts = any(self._kinds[str(intent)] == "propose" for intent in clear - {whole.intent})
            if len(clear) > 1 or acts or (clear and whole.intent is None):
                return _folded(parts, partial(_says_something, clear))
        return [whole]

    def _pieces(self, pieces: Sequence[str], wanted: frozenset[str] | None) -> list[Clause]:
        """Hear each piece; one that would end the call behind a no does not: "I can't hang up and let you go"."""
        heard: list[Clause] = []
        for piece in pieces:
            part = self._clause(piece, wanted)
            before = heard and polarity.negated(plain(heard[-1].text), staying=False)
            if before and part.intent is not None and self._guard.ends(part.intent):
                part = Clause(piece, None, part.score, negated=True)
            heard.append(part)
        return heard

    def _adds(self, part: Clause, whole: Clause) -> bool:
        """Tell whether a piece means something of its own: a list like "swelling, redness or heat" is one question.

        What it proposes is never lost in the rest.
        """
        if whole.intent is None or part.intent == whole.intent or self._kinds[str(part.intent)] == "propose":
            return True
        return part.score >= self._tuning.of_its_own

    def _clause(self, text: str, wanted: frozenset[str] | None) -> Clause:
        """Hear one clause; "is that okay?" behind a plain offer to act does not turn it into a question."""
        *plainer, whole = polarity.readings(self._plain(text))
        for words in plainer:
            clause = self._heard_as(text, words, wanted)
            if self._proposes(clause):
                return clause
        return self._heard_as(text, whole, wanted)

    def _proposes(self, clause: Clause) -> bool:
        return clause.intent is not None and self._library.intents[clause.intent].proposes is not None

    def _plain(self, text: str) -> str:
        return polarity.bare(self._speller.mend(plain(text)))

    def _heard_as(self, text: str, words: str, wanted: frozenset[str] | None) -> Clause:
        scores, refused = self._scores(words, wanted)
        doubtful = self._excuse(words, scores)
        order = [int(place) for place in np.argsort(-scores, kind="stable")[: CHIPS + 2]]
        none = len(self._ids)
        best = order[0]
        sure = best != none and not doubtful and scores[best] >= self._enough(best, refused)
        if sure and scores[best] - scores[order[1]] >= self._tuning.lead:
            return Clause(text, self._ids[best], round(float(scores[best]), 3), negated=bool(refused))
        least = max(self._tuning.near, scores[none] / 2)
        near = [
            self._ids[place]
            for place in order
            if place != none and scores[place] >= (self._tuning.near_grave if self._grave[place] else least)
        ]
        return Clause(text, None, round(float(scores[best]), 3), self._chips(near, refused), negated=bool(refused))

    def _chips(self, near: Sequence[str], refused: dict[str, polarity.Refusal]) -> tuple[str, ...]:
        """Offer what was asked about first, then what is near; never harm, and the end of the call never first."""
        worth = (name for name, why in refused.items() if why in polarity.WORTH_OFFERING)
        asked = [name for name in worth if not self._guard.ends(name)]
        offered = [name for name in dict.fromkeys((*asked, *near)) if self._kinds[name] != "harm"]
        if offered and self._guard.ends(offered[0]):
            offered = [name for name in offered if not self._guard.ends(name)]
        return tuple(offered[:CHIPS])

    def _enough(self, place: int, refused: dict[str, polarity.Refusal]) -> float:
        """Return the score from which an intent is taken.

        Harm needs more, and beside an action that is denied or put off it is never taken: "maybe I should call 911"
        is not the advice to dial it oneself. Only words that leave the action to the patient may be.
        """
        harm = bool(self._harms[place])
        if harm and any(why not in ("reported", "left_to_you") for why in refused.values()):
            return NEVER
        if any(why != "reported" for why in refused.values()):
            return self._tuning.accept_beside_refused
        return self._tuning.accept_harm if harm else self._tuning.accept

    def _scores(self, words: str, wanted: frozenset[str] | None) -> tuple[Floats, dict[str, polarity.Refusal]]:
        """Score every intent and, last, none; with the intents the guard struck out that would have led, and why."""
        scores = self._matcher.scores(words)
        scores[-1] *= self._tuning.none
        scores[:-1] += self._moods[:, polarity.MODES.index(polarity.mode(words))]
        if wanted is not None:
            scores[:-1] += [self._tuning.boost if name in wanted else 0.0 for name in self._ids]
        refused: dict[str, polarity.Refusal] = {}
        lead = float(scores.max())
        for name, why in self._guard.struck(words).items():
            place = self._places[name]
            led = scores[place] >= max(self._tuning.near, lead - self._tuning.lead)
            if led and self._library.intents[name].proposes is not None:
                refused[name] = why
            scores[place] = -1.0
        return scores, refused

    def _excuse(self, words: str, scores: Floats) -> bool:
        """Strike out harm that leads without an exemplar of it near that denies, asks or stops as these words do.

        Return whether what leads then is no better: its exemplars stand to their words otherwise too.
        """
        excused = False
        likeness: Floats | None = None
        while (best := int(scores.argmax())) < len(self._ids) and (excused or self._harms[best]):
            likeness = self._matcher.likeness(words) if likeness is None else likeness
            needed = {"enough": self._tuning.like_harm, "share": self._tuning.like_no_opposite}
            if self._guard.agrees(best, words, likeness, **needed):
                return False
            if not self._harms[best]:
                return True
            scores[best], excused = -1.0, True
        return False


def ngram_listener(library: IntentLibrary) -> LibraryListener:
    """Return the listener that needs no extra: it hears by letters and words."""
    return LibraryListener(library, NgramMatcher)


def meaning_listener(library: IntentLibrary) -> LibraryListener:
    """Return the listener that hears by meaning; EmbeddingError where the extra `simcare[semantic]` is missing."""
    return LibraryListener(library, MeaningMatcher)


@lru_cache(maxsize=1)
def default_listener() -> LibraryListener:
    """Return the best listener that works here, for the library that ships with the program, made once a process.

    Where the extra is missing, broken or not the pinned one, the n-grams listen, and the screen says so.
    """
    library = intent_files.load()
    try:
        return meaning_listener(library)
    except EmbeddingError:
        return ngram_listener(library)


def in_plain_words(name: str) -> str:
    """Say in one sentence which listener has this name, for the screen."""
    if name.startswith(MeaningMatcher.kind):
        return "Your words are understood by their meaning, on this computer; nothing you type leaves it."
    if name.startswith(NgramMatcher.kind):
        return (
            "Your words are understood by the words and letters they share with known phrases, on this computer. "
            "With the extra simcare[semantic] installed they are understood by their meaning."
        )
    if name.startswith(SPANISH):
        return (
            "Your Spanish is understood by the words and letters it shares with known phrases, on this computer. No "
            "native speaker has read those phrases yet: where it guesses wrong, put it another way or use the list."
        )
    return f"Your words are heard by the listener {name}."


def _moods(exemplars: Exemplars, weight: float) -> Floats:
    counts = np.full((exemplars.none, len(polarity.MODES)), 0.5, dtype=np.float32)
    for text, label in zip(exemplars.plains, exemplars.labels, strict=True):
        if label < exemplars.none:
            counts[label, polarity.MODES.index(polarity.mode(text))] += 1
    share = counts / counts.sum(axis=1, keepdims=True)
    moods: Floats = np.clip(weight * np.log(share * len(polarity.MODES)), -3 * weight, weight)
    return moods


def _tidied(parts: Sequence[Clause]) -> tuple[Clause, ...]:
    """Join neighbors heard as the same, and fold scraps of a word or two into what was understood beside them."""
    tidy: list[Clause] = []
    for part in parts:
        last = tidy[-1] if tidy else None
        if last is not None and part.intent is not None and part.intent == last.intent:
            tidy[-1] = Clause(f"{last.text} {part.text}", part.intent, max(part.score, last.score))
        else:
            tidy.append(part)
    if any(part.intent for part in tidy):
        return tuple(_folded(tidy, lambda part: bool(part.intent) or part.negated or len(part.text.split()) > 2))
    return tuple(tidy)


def _says_something(clear: Set[str], part: Clause) -> bool:
    return part.intent in clear or part.negated or bool(part.chips)


def _folded(parts: Sequence[Clause], keeps: Callable[[Clause], bool]) -> list[Clause]:
    """Keep some clauses; the words of the others stay, as said, with the clause before them or the first."""
    kept: list[Clause] = []
    before = ""
    for part in parts:
        if not keeps(part):
            before = f"{before} {part.text}".strip()
        else:
            kept.append(part)
        if before and kept:
            ahead, behind = (kept[-1].text, before) if not keeps(part) else (before, kept[-1].text)
            mark = "" if ahead[-1] in ".,!?;:" else ","
            kept[-1] = replace(kept[-1], text=f"{ahead}{mark} {behind}")
            before = ""
    return kept
