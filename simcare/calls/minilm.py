"""MiniLM-L6 in NumPy: the weights out of its ONNX file, and the arithmetic of its six layers.

An ONNX runtime gives the same vectors, but unpacks every weight twice while it loads: 240 MB at the highest, where
this needs 85. Only what this one model needs is read; that the file is the pinned one is checked in `embedding`. The
sums are done in blocks so small that no linear algebra library puts a second thread on them: on a busy machine threads
that wait for each other cost a hundred times what they save.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Norm = tuple[Floats, Floats]
Dense = tuple[Floats, Floats]
"""A matrix in blocks (inward, outward, DEEP, WIDE), and the bias."""

LAYERS, HEADS = 6, 12
DEEP, WIDE, ROWS = 384, 32, 21
"""A block's size, and how many rows go through at a time: 258,048 products; from 262,144 on OpenBLAS takes threads."""
TINY = 1e-12
"""What keeps a layer norm from dividing by nothing (the model's own number)."""
_GRAPH, _NODE, _INITIALIZER = 7, 1, 5
_INPUT, _OUTPUT = 1, 2
_DIMS, _TYPE, _NAME, _RAW = 1, 2, 8, 9
_TYPES = {1: np.float32, 3: np.int8}
"""The two kinds of numbers that weights have, by their number in the ONNX format."""


class MiniLM:
    """The model ready to run: numbers of word pieces in, one vector for each out. Immutable; about 55 MB."""

    def __init__(self, file: Path) -> None:
        """Read the weights of a file; KeyError where it is another model."""
        weights = _Weights(memoryview(file.read_bytes()))
        embeddings = "inner.embeddings."
        self._words = weights.tensor(f"{embeddings}word_embeddings.weight_q")
        self._scales = weights.tensor(f"{embeddings}word_embeddings.weight_scale")
        places = weights.unpacked(f"{embeddings}position_embeddings.weight")
        self._places: Floats = places + weights.tensor(f"{embeddings}token_type_embeddings.weight")[0]
        self._norm = weights.norm(f"{embeddings}LayerNorm")
        self._layers = [_Layer(weights, f"inner.encoder.layer.{nth}.") for nth in range(LAYERS)]

    def states(self, numbers: list[int]) -> Floats:
        """Return the last hidden state of a text, one row a word piece."""
        words = self._words[numbers] * self._scales[numbers]
        state = _normed(words + self._places[: len(numbers)], self._norm)
        for layer in self._layers:
            state = layer.run(state)
        return state


class _Layer:
    """One layer of the encoder: attention, then two dense steps, each added to what came in and normed."""

    def __init__(self, weights: _Weights, name: str) -> None:
        self._asked = [weights.dense(f"{name}attention.self.{part}") for part in ("query", "key", "value")]
        self._joined = weights.dense(f"{name}attention.output.dense")
        self._joined_norm = weights.norm(f"{name}attention.output.LayerNorm")
        self._wide = weights.dense(f"{name}intermediate.dense")
        self._back = weights.dense(f"{name}output.dense")
        self._norm = weights.norm(f"{name}output.LayerNorm")

    def run(self, state: Floats) -> Floats:
        rows, width = state.shape
        asked = (_through(state, part) for part in self._asked)
        query, key, value = (part.reshape(rows, HEADS, width // HEADS).transpose(1, 0, 2) for part in asked)
        near = query @ key.transpose(0, 2, 1) / np.float32((width // HEADS) ** 0.5)
        near = np.exp(near - near.max(axis=-1, keepdims=True))
        near /= near.sum(axis=-1, keepdims=True)
        seen = (near @ value).transpose(1, 0, 2).reshape(rows, width)
        state = _normed(state + _through(seen, self._joined), self._joined_norm)
        return _normed(state + _through(_gelu(_through(state, self._wide)), self._back), self._norm)


class _Weights:
    """The tensors of an ONNX file by their names, and which matrix stands before which bias."""

    def __init__(self, model: memoryview) -> None:
        graph = next(value for number, value in _fields(model) if number == _GRAPH)
        self._tensors: dict[str, memoryview] = {}
        makes: dict[str, list[str]] = {}
        for number, value in _fields(graph):
            parts = list(_fields(value)) if number in (_NODE, _INITIALIZER) else []
            if number == _INITIALIZER:
                self._tensors[_text(parts, _NAME)[0]] = value
            elif number == _NODE:
                makes[_text(parts, _OUTPUT)[0]] = _text(parts, _INPUT)
        self._before = {
            bias: makes[product][1]
            for product, bias in map(_pair, makes.values())
            if product in makes and len(makes[product]) > 1
        }

    def tensor(self, name: str) -> NDArray[Any]:
        parts = list(_fields(self._tensors[name]))
        kind = next(value for number, value in parts if number == _TYPE)
        raw = next(value for number, value in parts if number == _RAW)
        shape = [value for number, value in parts if number == _DIMS]
        return np.frombuffer(raw, _TYPES[kind]).reshape(shape).copy()  # a view would keep the whole file in memory

    def unpacked(self, name: str) -> Floats:
        packed: Floats = self.tensor(f"{name}_q") * self.tensor(f"{name}_scale")
        return packed

    def dense(self, name: str) -> Dense:
        """Return matrix and bias of a dense step; the file names the matrix only by the step that uses it."""
        bias = f"{name}.bias"
        matrix = self.unpacked(self._before[bias])
        blocks = matrix.reshape(matrix.shape[0] // DEEP, DEEP, matrix.shape[1] // WIDE, WIDE).transpose(0, 2, 1, 3)
        return np.ascontiguousarray(blocks), self.tensor(bias)

    def norm(self, name: str) -> Norm:
        return self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")


def _pair(inputs: list[str]) -> tuple[str, str]:
    return (inputs[0], inputs[1]) if len(inputs) == 2 else ("", "")


def _text(parts: list[tuple[int, Any]], wanted: int) -> list[str]:
    return [bytes(value).decode() for number, value in parts if number == wanted]


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """Yield number and value of each field of a protocol buffer: whole numbers as they are, all else as bytes."""
    at = 0
    while at < len(message):
        key, at = _whole(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _whole(message, at)
            yield key >> 3, value
            continue
        size, at = _whole(message, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
        yield key >> 3, message[at : at + size]
        at += size


def _whole(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
        if byte < 128:
            return value, at


def _through(rows: Floats, dense: Dense) -> Floats:
    """Return rows times a matrix plus its bias."""
    blocks, bias = dense
    out: Floats = np.empty((len(rows), len(bias)), dtype=np.float32)
    for first in range(0, len(rows), ROWS):
        some = rows[first : first + ROWS]
        parts = some.reshape(len(some), len(blocks), DEEP).transpose(1, 0, 2)
        products = (parts[:, None] @ blocks).sum(axis=0)
        out[first : first + ROWS] = products.transpose(1, 0, 2).reshape(len(some), -1)
    return out + bias


def _normed(rows: Floats, norm: Norm) -> Floats:
    weight, bias = norm
    apart = rows - rows.mean(axis=-1, keepdims=True)
    spread = np.sqrt((apart * apart).mean(axis=-1, keepdims=True) + np.float32(TINY))
    normed: Floats = apart / spread * weight + bias
    return normed


def _gelu(values: Floats) -> Floats:
    """Return half of each value times 1 + erf(value / sqrt 2); erf after Abramowitz and Stegun 7.1.26, to 0.0000002."""
    size = np.abs(values) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = np.full_like(t, 1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = series * t + np.float32(factor)
    erf = np.copysign(1 - series * t * np.exp(-size * size), values)
    gelu: Floats = np.float32(0.5) * values * (1 + erf)
    return gelu
