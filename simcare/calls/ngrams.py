"""Texts as character and word n-grams, and a ridge head over them: the arithmetic of the first listener.

Nothing here knows a call or a candidate. Everything is learned from the intent library when it is made, in NumPy,
and is the same on every machine to the last rounding; there is no chance in it.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

_SHORT = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "im": "i'm", "ill": "i'll", "ive": "i've",
    "id": "i'd", "dont": "don't", "wont": "won't", "cant": "can't", "didnt": "didn't", "isnt": "isn't",
    "arent": "aren't", "doesnt": "doesn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't", "couldnt": "couldn't",
    "youre": "you're", "youll": "you'll", "youve": "you've", "thats": "that's", "whats": "what's", "wheres": "where's",
    "hows": "how's", "whos": "who's", "theres": "there's", "theyre": "they're", "havent": "haven't", "hasnt": "hasn't",
    "wasnt": "wasn't", "b4": "before", "thx": "thanks", "ty": "thanks", "w": "with", "w/": "with", "yr": "your",
    "gonna": "going to", "wanna": "want to", "gotta": "got to", "dr": "doctor", "doc": "doctor", "appt": "appointment",
    "appts": "appointments", "meds": "medicines", "med": "medicine", "sob": "short of breath", "prob": "problem",
    "temp": "temperature", "hrs": "hours", "hr": "hour", "mins": "minutes", "min": "minutes", "bc": "because",
    "tho": "though", "tmrw": "tomorrow", "abt": "about", "ok": "okay", "k": "okay", "ya": "you", "cuz": "because",
    "mg": "milligrams", "mgs": "milligrams", "hx": "history", "rx": "prescription", "pt": "patient",
    "er": "emergency room", "nite": "night", "nope": "no", "yrs": "years", "ppl": "people",
    "fam": "family", "abd": "belly", "lmk": "let me know",
}  # fmt: skip
_NAMED = re.compile(
    r"\b(mrs?|ms)\b\.? (?!this |it'?s |i |i'?m |i'?ll |its |im |ill |we |we'?re |we'?ll |and )[a-z][a-z'-]*"
)
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|\?")


def plain(text: str) -> str:
    """Return the text in lower case with typed shorthand spelled out and single spaces; "?" is kept.

    After "Mr." and "Mrs." the name goes: who is spoken to does not change what is meant.
    """
    lower = text.lower().replace("’", "'").replace("w/", "with ").replace("e.r.", "er")
    lower = _NAMED.sub(r"\1", lower)
    return " ".join(_SHORT.get(token, token) for token in _TOKEN.findall(lower))


class Speller:
    """Mends a word that is one slip (two in a long word) from exactly one family of known words."""

    def __init__(self, counts: Mapping[str, int], ordinary: frozenset[str] = frozenset()) -> None:
        """Know words with how often each occurs; `ordinary` ones are spelled right too, and no slip leads to them."""
        self._known, self._ordinary = counts, ordinary
        self._near: dict[str, list[str]] = {}
        for word in counts:
            if len(word) >= 4:
                for form in _less_one(word) | {word}:
                    self._near.setdefault(form, []).append(word)

    def mend(self, text: str) -> str:
        """Return the plain text with unknown words of four letters or more mended where that is clear."""
        words = text.split()
        mended = [
            word
            if self._knows(word) or len(word) < 4 or not word.isalpha() or _may_be_name(word, before)
            else self._nearest(word)
            for before, word in zip(["", *words], words, strict=False)
        ]
        return " ".join(mended)

    def _knows(self, word: str) -> bool:
        return word in self._known or word in self._ordinary

    def _nearest(self, word: str) -> str:
        found: dict[str, int] = {}
        for form in _less_one(word) | {word}:
            for known in self._near.get(form, ()):
                if known[0] == word[0] or (len(word) > 4 and known[1:] == word[1:]):
                    found[known] = self._known[known]
        close = {known: count for known, count in found.items() if _slips(word, known) <= (1 if len(word) < 7 else 2)}
        return min(close, key=lambda known: (_slips(word, known), -close[known], known)) if close else word


_BEFORE_NAMES = frozenset(("mr", "mrs", "ms", "miss", "doctor", "name's"))
_OFTEN_BEFORE_NAMES = frozenset(("is", "i'm", "this"))


def _may_be_name(word: str, before: str) -> bool:
    return before in _BEFORE_NAMES or (before in _OFTEN_BEFORE_NAMES and len(word) < 7)


def _less_one(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _slips(one: str, other: str) -> int:
    """Count insertions, deletions, changes and swaps of neighbors between two words."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != wanted))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, last = last, here
    return last[-1]


class Vectors:
    """Known texts as weighted n-grams, and any other text set against them.

    The n-grams are words, families of like words, pairs of families, and letters within words. Each of the four blocks
    has its share of a vector's length, which is at most 1: an n-gram that no known text has only shortens it.
    """

    def __init__(self, texts: Sequence[str], alike: Mapping[str, Iterable[str]]) -> None:
        self._family = {word: f"<{name}>" for name, words in alike.items() for word in words}
        self._place: dict[str, int] = {}
        self._of_word: dict[str, list[int]] = {}
        block = array("b")
        of_text, places, counts = array("i"), array("i"), array("i")
        for nth, text in enumerate(texts):
            found = Counter(self._learn(text.split(), block))
            places.extend(found)
            counts.extend(found.values())
            of_text.extend([nth] * len(found))
        rows, at, times = (np.frombuffer(column, np.int32) for column in (of_text, places, counts))
        spread = np.bincount(at, minlength=len(block))
        self._idf = np.log((1 + len(texts)) / (1 + spread)) + 1
        self._rarest = float(np.log(1 + len(texts)) + 1)
        self._blocks = np.array(block, np.intp)
        weights = (1 + np.log(times)) * self._idf[at]
        length = np.bincount(rows * 4 + self._blocks[at], weights**2, len(texts) * 4).reshape(-1, 4)
        scale = _SHARES / np.sqrt(np.where(length > 0, length, 1))
        self._count = len(texts)
        self._spread = spread
        order = np.argsort(at, kind="stable")
        self._by_place = rows[order], (weights * scale[rows, self._blocks[at]]).astype(np.float32)[order]
        self._starts = np.concatenate(([0], np.cumsum(spread)))

    def vector(self, text: str) -> tuple[Places, Floats]:
        """Return places and weights of the known n-grams of a plain text."""
        words = text.split()
        known: list[int] = []
        unknown = [0, 0, 0, 0]
        for word in words:
            cached = self._of_word.get(word)
            if cached is not None:
                known += cached
                continue
            for block, gram in self._grams(word):
                place = self._place.get(gram)
                if place is None:
                    unknown[block] += 1
                else:
                    known.append(place)
        for pair in self._pairs(words):
            place = self._place.get(pair)
            if place is None:
                unknown[_PAIRS] += 1
            else:
                known.append(place)
        places, counts = np.unique(np.array(known, dtype=np.intp), return_counts=True)
        weights = (1 + np.log(counts)) * self._idf[places]
        length = np.bincount(self._blocks[places], weights**2, 4) + np.array(unknown) * self._rarest**2
        scale = _SHARES / np.sqrt(np.where(length > 0, length, 1))
        return places, (weights * scale[self._blocks[places]]).astype(np.float32)

    def likeness(self, places: Places, weights: Floats) -> Floats:
        """Return the likeness (cosine, 0 to 1) of a vector to each known text."""
        starts, ends = self._starts[places], self._starts[places + 1]
        sizes = ends - starts
        spans = np.repeat(ends - np.cumsum(sizes), sizes) + np.arange(int(sizes.sum()))
        rows, known = self._by_place
        return np.bincount(rows[spans], known[spans] * np.repeat(weights, sizes), self._count).astype(np.float32)

    def folded(self, width: int) -> Floats:
        """Return the known texts as rows of `width` numbers, in which several n-grams share a column."""
        rows, known = self._by_place
        columns, weights = self.fold(np.repeat(np.arange(self._spread.size), self._spread), known, width)
        flat = np.bincount(rows * width + columns, weights, self._count * width)
        return flat.reshape(self._count, width).astype(np.float32)

    def fold(self, places: Places, weights: Floats, width: int) -> tuple[Places, Floats]:
        """Return columns below `width` and signed weights; an n-gram of one text alone weighs nothing there.

        The signs let n-grams that share a column cancel on average.
        """
        mixed = (places.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)
        signs = np.where(self._spread[places] < 2, 0.0, 1.0 - 2.0 * ((mixed >> np.uint64(20)) & np.uint64(1)))
        return (mixed % np.uint64(width)).astype(np.intp), (weights * signs).astype(np.float32)

    def _learn(self, words: Sequence[str], block: array[int]) -> list[int]:
        places: list[int] = []
        for word in words:
            if word not in self._of_word:
                self._of_word[word] = [self._new(of, gram, block) for of, gram in self._grams(word)]
            places += self._of_word[word]
        return places + [self._new(_PAIRS, pair, block) for pair in self._pairs(words)]

    def _new(self, of: int, gram: str, block: array[int]) -> int:
        place = self._place.setdefault(gram, len(block))
        if place == len(block):
            block.append(of)
        return place

    def _grams(self, word: str) -> list[tuple[int, str]]:
        padded = f" {word} "
        letters = [
            (_LETTERS, padded[start : start + size])
            for size in (3, 4, 5)
            for start in range(max(1, len(padded) - size + 1))
        ]
        return [(_WORDS, f"w {word}"), (_FAMILIES, f"f {self._kin(word)}"), *letters]

    def _kin(self, word: str) -> str:
        return self._family.get(word) or _stem(word)

    def _pairs(self, words: Sequence[str]) -> list[str]:
        ends = ["^", *(self._kin(word) for word in words), "$"]
        return [f"p {one} {two}" for gap in (1, 2) for one, two in zip(ends, ends[gap:], strict=False)]


_WORDS, _FAMILIES, _PAIRS, _LETTERS = range(4)
_SHARES = np.array([0.3, 0.6, 0.6, 0.5]) / np.sqrt(1.06)
"""The share of each block in a vector's length; the squares add up to 1."""


def _stem(word: str) -> str:
    for ending in ("ness", "ing", "ies", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


class RidgeHead:
    """One linear score a label over folded vectors, by ridge regression."""

    def __init__(self, rows: Floats, labels: Sequence[int], count: int, penalty: float) -> None:
        wanted = np.zeros((len(labels), count), dtype=np.float32)
        wanted[np.arange(len(labels)), labels] = 1
        square = rows.T @ rows
        square[np.diag_indices_from(square)] += penalty
        self._weights: Floats = np.linalg.solve(square, rows.T @ wanted).astype(np.float32)

    def scores(self, columns: Places, weights: Floats) -> Floats:
        """Return one score a label: about 1 for a known text of it, about 0 for one of another."""
        scores: Floats = weights @ self._weights[columns]
        return scores
