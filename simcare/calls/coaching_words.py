"""The phrases that coaching on words looks for, from `data/coaching.yaml`, and how a sentence is compared with them.

A phrase is found in the words of one sentence, spelled out and in lower case. It is not the care manager's own where
the words before it deny it, report it or leave it open; then nothing is found: nobody is blamed on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from simcare.calls.ngrams import plain
from simcare.documents import read

FILE = Path(__file__).parent / "data" / "coaching.yaml"
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Kind = Literal[
    "judgmental", "reassurance", "interruption", "leading", "weak_check", "no_teach_back", "closed", "no_reflection",
    "no_permission", "jargon", "grade", "open", "reflection", "teach_back", "permission",
]  # fmt: skip
"""What a finding is about; the last four are strengths."""
Spotted = Literal[
    "judgmental", "reassurance", "interruption", "leading", "weak_check", "teach_back", "permission", "reflection"
]
"""The kinds that phrases tell."""


class _Authored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Authored):
    """Where a reason comes from, and how sure that is."""

    words: Text
    confidence: Literal["verified", "derived", "recalled", "assumption"]


class About(_Authored):
    """The words for one kind of finding; `better` where one way to say it fits all of its kind."""

    title: Text
    why: Text
    source: Text
    better: Text | None = None


class Phrases(_Authored):
    """Phrases of one kind that the same better words answer."""

    say: tuple[Text, ...] = Field(min_length=1)
    unless: tuple[Text, ...] = ()
    """Where one of these is in the sentence too, it is innocent."""
    better: Text | None = None

    @field_validator("say", "unless")
    @classmethod
    def _brackets_hold_one_word(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        broken = [phrase for phrase in phrases for word in phrase.split() if word.count("[") != word.count("]")]
        if broken:
            raise ValueError(f"a bracket holds words without a space, such as [so/very]; mend: {broken[0]!r}")
        return phrases


class Jargon(_Authored):
    """Words of the clinic that mean the same, and the plain words for them."""

    words: tuple[Text, ...] = Field(min_length=1)
    plain: Text


class CoachingWords(_Authored):
    """Everything coaching on words knows; raises on a kind without words or a source that is not named."""

    simcare: Literal[1]
    sources: dict[Text, Source]
    kinds: dict[Kind, About]
    not_their_own: tuple[Text, ...]
    not_a_promise: tuple[Text, ...]
    judgmental: tuple[Phrases, ...]
    reassurance: tuple[Phrases, ...]
    interruption: tuple[Phrases, ...]
    leading: tuple[Phrases, ...]
    weak_check: tuple[Phrases, ...]
    teach_back: tuple[Phrases, ...]
    permission: tuple[Phrases, ...]
    reflection: tuple[Phrases, ...]
    jargon: tuple[Jargon, ...]
    feelings: tuple[Text, ...]
    money_intents: tuple[Text, ...]
    money_words: tuple[Text, ...]

    @model_validator(mode="after")
    def _whole(self) -> CoachingWords:
        if strange := sorted({about.source for about in self.kinds.values()} - set(self.sources)):
            raise ValueError(f"these sources are not named under `sources`: {', '.join(strange)}")
        return self


@cache
def coaching_words() -> CoachingWords:
    """Return the phrases that ship with the program, read once a process."""
    return read(FILE, CoachingWords).value


def match(sentence: str, kind: Spotted) -> Phrases | None:
    """Return the phrases of a kind that a sentence holds as the speaker's own words, None where it holds none."""
    asks = sentence.rstrip(" \"'").endswith("?")
    parts = [_LEADS.sub("", spelled(part)) for part in _PAUSE.split(sentence)]
    words = "".join(parts)
    if kind == "reassurance" and asks and not _TAG.search(words):
        return None  # a question promises nothing
    if kind == "weak_check" and not (asks or _CHECKS.match(words)):
        return None
    pauses = list(accumulate(map(len, parts)))
    for group, wanted, unless in _compiled(kind):
        for found in wanted.finditer(words):
            pause = max((at for at in pauses if at <= found.start()), default=0)
            before = _JOINED.split(words[pause : found.start()])[-1].split()[-MOST_BEFORE:]
            if not _guards(kind) & set(before) and not (unless and unless.search(words)):
                return group
    return None


def spelled(text: str) -> str:
    """Return the words of a text in lower case, short forms spelled out, each followed by a space."""
    words = plain(text)
    for short, long in _SHORT_FORMS:
        words = short.sub(long, words)
    return "".join(f"{word} " for word in words.split() if word != "?")


MOST_BEFORE = 8
"""How many words before a phrase are looked at for one that makes it somebody else's."""
_PAUSE = re.compile(r"[,;:]\s|\s[-–—]+\s|\.{2,}\s?|…")
_JOINED = re.compile(r"\b(?:and|but|so|because|then) ")
_TAG = re.compile(r"\b(?:okay|right|all right|alright|yes) $")
_CHECKS = re.compile(r"(?:and |so )?(?:do|does|did|is|are) ")
_LEADS = re.compile(
    r"^(?:(?:well|so|and|but|now|look|honestly) )*i (?:really |honestly |just )?(?:think|feel|believe|guess) (?:that )?"
)
_SHORT_FORMS = tuple(
    (re.compile(short), long)
    for short, long in (
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"\bshoulda\b|\bshould of\b", "should have"),
        (r"n't\b", " not"),
        (r"'re\b", " are"),
        (r"'ll\b", " will"),
        (r"'ve\b", " have"),
        (r"\bi'm\b", "i am"),
        (r"\blet's\b", "let us"),
        (r"\bits (just|only|probably|nothing|fine|okay|not|your|normal)\b", r"it is \1"),
        (r"'d\b", " would"),
        (r"\ball right\b", "alright"),
        (r"\b(it|that|this|what|he|she|there|here|who|where|how|everything|nothing)'s\b", r"\1 is"),
    )
)  # fmt: skip


@cache
def _guards(kind: Spotted) -> frozenset[str]:
    words = coaching_words()
    if kind == "judgmental":
        return frozenset(words.not_their_own)
    return frozenset((*words.not_their_own, *words.not_a_promise)) if kind == "reassurance" else frozenset()


@cache
def _compiled(kind: Spotted) -> tuple[tuple[Phrases, re.Pattern[str], re.Pattern[str] | None], ...]:
    groups: Iterable[Phrases] = getattr(coaching_words(), kind)
    return tuple((group, _pattern(group.say), _pattern(group.unless) if group.unless else None) for group in groups)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    whole = (phrase.replace("all right", "alright").split() for phrase in phrases)
    return re.compile("|".join(rf"(?<![^ ]){''.join(map(_token, words))}" for words in whole))


def _token(token: str) -> str:
    """Translate one word of a phrase: alternatives, a word that may be left out, any word, up to six, the ends."""
    if token == "...":
        return r"(?:[a-z0-9']+ ){0,6}?"
    if token == "*":
        return "[a-z0-9']+ "
    if token in "^$":
        return token
    words = "|".join(re.escape(word) for word in token.strip("[]").split("/"))
    return f"(?:(?:{words}) )?" if token.startswith("[") else f"(?:{words}) "
