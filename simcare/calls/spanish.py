"""Typed Spanish to intents: letters and words against Spanish exemplars, and a guard of its own.

The sentence model and the polarity guard know English only. Here a clause that denies, asks, supposes or softens never
proposes an action; it is better to ask once too often. Accents may be typed or left out. A native speaker has not read
the exemplars yet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from simcare.calls import clauses as cuts
from simcare.calls.exemplars import exemplars_of, learned_hash
from simcare.calls.listener import CHIPS, LONGEST, SPANISH, Clause, Heard, Listener
from simcare.calls.matching import NgramMatcher
from simcare.scenarios import intents as intent_files
from simcare.scenarios.intents import Intent, IntentLibrary
from simcare.scenarios.spoken import spoken_intents, spoken_library

ACCEPT, ACCEPT_HARM, OF_ITS_OWN, LEAD, NEAR, BOOST = 0.34, 0.44, 0.5, 0.05, 0.18, 0.06
MOSTLY, HARDLY = 0.8, 0.25
"""Shares of an intent's exemplars that deny: from the first on it denies by nature, up to the second it is outright;
a wait may be urged with a no in it."""
_DENIES = re.compile(r"\b(?:no|nunca|jamas|ni|tampoco|sin)\b")
_LEAVES_OPEN = re.compile(
    r"\b(?:si|cuando|antes de|hasta que|en caso de|podria|podriamos|puedo|podemos|deberia|debo|quiere|quisiera|quizas"
    r"|quiza|tal vez|a lo mejor|le parece|hace falta|haria falta|necesitaria|ya llame|ya llamo|ya le mande|ayer"
    r"|usted llamo)\b"
)
_START = (
    r"(?=(?:que|cual|cuales|cuando|donde|cuanto|cuanta|cuantas|cuantos|como|quien|a que|a quien|en que|por que|para que"
    r"|desde cuando|tiene|ha|esta|le|lo|me|se|nos|voy|vamos|hay|no|llame|llamo|tome|toma|tomese|espere|digame|cuenteme"
    r"|aqui|gracias|soy|yo|puede|necesito|siento|entiendo|una enfermera|la enfermera|dejeme|siga|vaya|cuelgue"
    r"|sientese)\b)"
)
_CUT = re.compile(rf"\s*[,:]\s*(?:(?:y|pero|entonces|pues)\s+)?[¿¡]?{_START}|\s+(?:y|pero)\s+[¿¡]?{_START}")
_CONDITION = re.compile(r"^(?:y |pero )?(?:si|cuando|antes de|en caso de|en cuanto|hasta que)\b")


class SpanishListener:
    """Hear Spanish lines as the intents that have Spanish exemplars."""

    def __init__(self, library: IntentLibrary) -> None:
        """Learn from the library's Spanish lines; takes a tenth of a second."""
        exemplars = exemplars_of(_folded(library))
        self._ids = exemplars.ids
        self._intents = library.intents
        self._core = frozenset(library.core)
        self._matcher = NgramMatcher(exemplars, library)
        self._speller = exemplars.speller()
        denying = exemplars.share(lambda text: _DENIES.search(text) is not None)
        self._denying = frozenset(name for name, share in denying.items() if share >= MOSTLY)
        self._outright = frozenset(name for name, share in denying.items() if share <= HARDLY)
        self.name = f"{SPANISH}:{learned_hash(library, (ACCEPT, ACCEPT_HARM, OF_ITS_OWN, LEAD, NEAR, BOOST))}"

    def hear(self, text: str, candidates: Sequence[str] | None = None) -> Heard:
        """Return the clauses of a line; `candidates` are the intents this call uses, the core always with them."""
        wanted = None if candidates is None else self._core | frozenset(candidates)
        heard = [clause for sentence in cuts.sentences(text[:LONGEST]) for clause in self._sentence(sentence, wanted)]
        known = any(clause.intent for clause in heard)
        return Heard(tuple(c for c in heard if c.intent or c.negated or not known or len(c.text.split()) > 2))

    def _sentence(self, sentence: str, wanted: frozenset[str] | None) -> Iterator[Clause]:
        whole = self._clause(sentence, wanted)
        parts = [self._clause(part, wanted) for part in _parts(sentence)]
        clear = {part.intent for part in parts if part.intent and (whole.intent is None or part.score >= OF_ITS_OWN)}
        adds = len(clear) > 1 or (clear and whole.intent is None) or any(part.negated for part in parts)
        if len(parts) > 1 and adds:
            yield from (part for part in parts if part.intent in clear or part.negated or part.chips)
        else:
            yield whole

    def _clause(self, text: str, wanted: frozenset[str] | None) -> Clause:
        words = self._speller.mend(folded(text))
        scores = self._matcher.scores(words)
        scores[:-1] += [BOOST if wanted is None or name in wanted else 0.0 for name in self._ids]
        struck = self._struck(words, asks="?" in text or "¿" in text)
        lead = float(scores[:-1].max())
        refused = any(
            score >= max(NEAR, lead - LEAD) and self._intents[name].proposes is not None
            for name, score in zip(self._ids, scores[:-1], strict=True)
            if name in struck
        )
        scores[:-1] = [-1.0 if name in struck else score for name, score in zip(self._ids, scores[:-1], strict=True)]
        order = [int(place) for place in np.argsort(-scores, kind="stable")]
        best, second = order[0], order[1]
        sure = best < len(self._ids) and scores[best] >= self._enough(best) and scores[best] - scores[second] >= LEAD
        score = round(float(scores[best]), 3)
        if sure and not refused:
            return Clause(text, self._ids[best], score)
        near = [self._ids[place] for place in order if place < len(self._ids) and scores[place] >= NEAR]
        offered = [name for name in near if self._intents[name].kind != "harm" and not self._ends(name)]
        return Clause(text, None, score, tuple(offered[:CHIPS]), negated=refused)

    def _ends(self, name: str) -> bool:
        return self._intents[name].proposes == "end_call"

    def _enough(self, place: int) -> float:
        return ACCEPT_HARM if self._intents[self._ids[place]].kind == "harm" else ACCEPT

    def _struck(self, words: str, *, asks: bool) -> frozenset[str]:
        """Return the intents that these words cannot mean: actions that are not really offered, harm warned against."""
        denies = _DENIES.search(words) is not None
        unsure = asks or _LEAVES_OPEN.search(words) is not None
        supposes = not asks and _CONDITION.match(words) is not None
        return frozenset(
            name
            for name, intent in self._intents.items()
            if (denies and name in self._outright and (_acts(intent) or intent.kind == "harm"))
            or (not denies and name in self._denying)
            or (unsure and _acts(intent))
            or (supposes and intent.kind == "ask")
        )


def _acts(intent: Intent) -> bool:
    return intent.proposes is not None and intent.kind in ("propose", "offer")


def folded(text: str) -> str:
    """Return a text in lower case without accents; "?" is kept, and an opening mark counts as one."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return " ".join(re.findall(r"[a-z]+|\d+|\?", bare.replace("¿", "? ")))


def listener_for(language: str, listener: Listener) -> Listener:
    """Return the listener of a call in this language: the one at hand for English and for what has no exemplars."""
    return _spoken(language) or listener if language != "en" else listener


@lru_cache(maxsize=4)
def _spoken(language: str) -> SpanishListener | None:
    spoken = spoken_intents(language)
    return None if spoken is None else SpanishListener(spoken_library(intent_files.load(), spoken))


def _folded(library: IntentLibrary) -> IntentLibrary:
    plain = {
        name: intent.model_copy(update={"say": folded(intent.say), "exemplars": tuple(map(folded, intent.exemplars))})
        for name, intent in library.intents.items()
    }
    return library.model_copy(update={"intents": plain, "none": tuple(map(folded, library.none))})


def _parts(sentence: str) -> tuple[str, ...]:
    """Cut a sentence where a second thing seems to be said; the cuts are looked for without accents."""
    bare = "".join(c for c in unicodedata.normalize("NFD", sentence.lower()) if unicodedata.category(c) != "Mn")
    if len(bare) != len(sentence):
        return (sentence,)
    pieces, start = [], 0
    for cut in _CUT.finditer(bare):
        if _CONDITION.match(bare[start:]) and "¿" not in cut.group():
            continue
        pieces.append(sentence[start : cut.start()])
        start = cut.start() + len(cut.group().rstrip("¿¡"))
    pieces.append(sentence[start:])
    return tuple(piece.strip() for piece in pieces if len(piece.split()) > 1 or len(pieces) == 1)
