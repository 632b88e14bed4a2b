"""What the listeners learn from: the exemplars of the library as plain texts with the place of their intent.

Here too lie the vectors of the exemplars that ship with the program, and the head that was learned from them, so that
nobody waits until four thousand sentences were read and set against each other. They are a store, never a source: what
is not stored is read and learned when it is needed, and `python tools/embed_exemplars.py` writes the store anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcare.calls.ngrams import Speller, plain
from simcare.patients import tables
from simcare.scenarios.intents import IntentLibrary

Floats = NDArray[np.float32]

STORE = Path(__file__).parent / "data" / "exemplars.npz"
HEAD = STORE.parent / "head.npz"
WORDS = STORE.parent / "wordpiece.txt"
STEPS = 511.0
"""Steps of a stored number between 0 and the largest of a vector of length 1; eight bits hold those that occur."""


@dataclass(frozen=True, slots=True)
class Exemplars:
    """Every text that teaches, plain and in the library's order, with its label; the last label is none."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    plains: tuple[str, ...]
    labels: NDArray[np.intp]

    @property
    def none(self) -> int:
        """The label of texts that mean nothing here."""
        return len(self.ids)

    def speller(self, ordinary: frozenset[str] = frozenset()) -> Speller:
        """Return a speller that knows the words of all exemplars and the names of medicines, and leaves others alone.

        `ordinary` words are spelled right though no exemplar has them: "harming" is no slip of "hearing".
        """
        counts: dict[str, int] = {}
        for word in (word for text in (*self.plains, *_medicines()) for word in text.split()):
            counts[word] = counts.get(word, 0) + 1
        return Speller(counts, ordinary)

    def share(self, has: Callable[[str], bool]) -> dict[str, float]:
        """Return for each intent the share of its exemplars that have something."""
        with_it = np.bincount(self.labels, [has(text) for text in self.plains], self.none + 1)
        shares = with_it / np.bincount(self.labels, minlength=self.none + 1).clip(1)
        return {name: float(share) for name, share in zip(self.ids, shares, strict=False)}


@lru_cache
def ordinary_words() -> frozenset[str]:
    """Return the whole English words that the model of meaning knows."""
    return frozenset(word for word in WORDS.read_text(encoding="utf-8").split() if word.isalpha())


def exemplars_of(library: IntentLibrary) -> Exemplars:
    """Return the exemplars of a library, the phrase of each intent's button among them."""
    texts: list[str] = []
    labels: list[int] = []
    for label, intent in enumerate(library.intents.values()):
        own = tuple(dict.fromkeys((intent.say, *intent.exemplars)))
        texts += own
        labels += [label] * len(own)
    texts += library.none
    labels += [len(library.intents)] * len(library.none)
    plains = tuple(plain(text) for text in texts)
    return Exemplars(tuple(library.intents), tuple(texts), plains, np.array(labels, dtype=np.intp))


def learned_hash(library: IntentLibrary, tuning: Iterable[object]) -> str:
    """Return eight digits that change with anything a listener learned from this library, or was tuned to."""
    parts = [f"{name}\t{intent.kind}\t{intent.proposes}\t{intent.say}" for name, intent in library.intents.items()]
    parts += [f"{name}\t{text}" for name, intent in library.intents.items() for text in intent.exemplars]
    parts += [f"{name}\t{' '.join(words)}" for name, words in library.alike.items()]
    parts += [*library.none, " ".join(library.core), " ".join(library.grave), str(tuple(tuning))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def vectors_of(plains: Sequence[str], read: Callable[[str], Floats]) -> Floats:
    """Return one vector a plain text, stored ones from the store; `read` makes the others.

    Both go through the same rounding, so that a store written anew changes nothing that is heard.
    """
    stored = _store()
    rows = [stored[text] if text in stored else rounded(read(text)) for text in plains]
    unit: Floats = np.array(rows, dtype=np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True).clip(1e-9)
    return unit


def rounded(vector: Floats) -> NDArray[np.int8]:
    """Return a unit vector in the whole numbers that the store keeps."""
    return np.clip(np.round(vector * STEPS), -127, 127).astype(np.int8)


def missing(plains: Iterable[str]) -> list[str]:
    """Return the plain texts that the store does not hold."""
    stored = _store()
    return [text for text in dict.fromkeys(plains) if text not in stored]


def write_store(plains: Sequence[str], read: Callable[[str], Floats], path: Path = STORE) -> None:
    """Write the vectors of exactly these texts; known ones are kept, the others are read."""
    unique = list(dict.fromkeys(plains))
    stored = _store()
    rows = np.array([stored[text] if text in stored else rounded(read(text)) for text in unique])
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, texts=np.array("\n".join(unique)), vectors=rows)
    _store.cache_clear()


def head_of(exemplars: Exemplars, tuning: Iterable[float], learn: Callable[[], Floats]) -> Floats:
    """Return the head over these exemplars: the stored one where it was learned from exactly these, else a new one.

    Both are rounded alike, so that a head written anew changes nothing that is heard.
    """
    wanted = head_hash(exemplars, tuning)
    if HEAD.exists():
        with np.load(HEAD) as file:
            if str(file["hash"]) == wanted:
                stored: Floats = file["head"].astype(np.float32)
                return stored
    return learn().astype(np.float16).astype(np.float32)


def head_hash(exemplars: Exemplars, tuning: Iterable[float]) -> str:
    """Return what names the texts, labels and numbers that a head was learned from."""
    found = hashlib.sha256("\n".join(exemplars.plains).encode())
    found.update(exemplars.labels.astype(np.int64).tobytes() + repr(tuple(tuning)).encode())
    return found.hexdigest()


def write_head(exemplars: Exemplars, tuning: Iterable[float], head: Floats, path: Path = HEAD) -> None:
    """Write a head with what it was learned from."""
    np.savez_compressed(path, hash=np.array(head_hash(exemplars, tuning)), head=head.astype(np.float16))


def _medicines() -> list[str]:
    return [plain(row["name"]) for row in tables.rows("medications")]


@lru_cache(maxsize=1)
def _store() -> dict[str, NDArray[np.int8]]:
    if not STORE.exists():
        return {}
    with np.load(STORE) as file:
        return dict(zip(str(file["texts"]).split("\n"), file["vectors"], strict=True))
