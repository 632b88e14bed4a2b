"""Resources as text, fast: a builder is called once with placeholders; its JSON is the template of all its rows.

A builder's fields are of two sorts. The fixed ones (keys, states) decide the shape and are given as they are: each
combination has its own template. The open ones are placeholders: `joined` fields (ids, days) end up inside a longer
text and need no escape, `whole` fields (names, numbers, lists) are a JSON value of their own. So the builders stay the
only place that knows FHIR, and what a template gives is byte for byte what orjson makes of the builder's answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from simcare.patients.fhir.codes import Resource

Objects = NDArray[np.object_]
Builder = Callable[..., Resource]
Wrap = Callable[[Resource], Resource]

_JOINED, _WHOLE, _END = "\ue000", "\ue001", "\ue002"
"""Letters for private use: no data hold them, and orjson writes them as they are."""
_PLACEHOLDER = re.compile(f'"{_WHOLE}([a-z_0-9]+){_END}"|{_JOINED}([a-z_0-9]+){_END}')


@dataclass(frozen=True, slots=True)
class Pooled:
    """A column of few different values: for each row the number of its value."""

    codes: NDArray[np.integer]
    values: tuple[Any, ...]

    def each(self) -> Objects:
        """Return the value of every row."""
        values: Objects = as_objects(self.values)[self.codes]
        return values

    def json(self) -> Objects:
        """Return the JSON of every row's value."""
        texts: Objects = as_objects([_json(value) for value in self.values])[self.codes]
        return texts


Column = Pooled | Objects


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one kind of resource, in the order of their patients; `patient` is 0-based in the run of patients."""

    build: Builder
    patient: NDArray[np.integer]
    fixed: Mapping[str, Pooled] = field(default_factory=dict)
    joined: Mapping[str, Column] = field(default_factory=dict)
    whole: Mapping[str, Column] = field(default_factory=dict)

    def built(self) -> Iterator[Resource]:
        """Yield what the builder makes of each row: the plain way, which the templates are held to."""
        columns = {**self.fixed, **self.joined, **self.whole}
        lists = [(column.each() if isinstance(column, Pooled) else column).tolist() for column in columns.values()]
        for values in zip(*lists, strict=True):
            yield self.build(**dict(zip(columns, values, strict=True)))

    def texts(self, wrap: Wrap) -> list[str]:
        """Return the JSON of each row, wrapped: all rows of a template are filled in one go."""
        order, groups = self._groups()
        columns = {
            name: (column.each() if isinstance(column, Pooled) else column)[order].tolist()
            for name, column in self.joined.items()
        }
        for name, column in self.whole.items():
            texts = column.json() if isinstance(column, Pooled) else as_objects(list(map(_json, column)))
            columns[name] = texts[order].tolist()
        fixed, joined, whole = tuple(self.fixed), tuple(self.joined), tuple(self.whole)
        made: list[str] = []
        for values, rows in groups:
            first, *rest = template(self.build, wrap, fixed, values, joined, whole)
            count = rows.stop - rows.start
            pieces: list[Iterable[str]] = [repeat(first[1], count)]
            for name, text in rest:
                pieces += (columns[name][rows], repeat(text, count))
            made += map("".join, zip(*pieces, strict=True))
        out = np.empty(len(made), dtype=object)
        out[order] = made
        in_order: list[str] = out.tolist()
        return in_order

    def _groups(self) -> tuple[NDArray[np.intp], list[tuple[tuple[Any, ...], slice]]]:
        """Return an order of the rows, and each combination of fixed values with its rows in that order."""
        pools = tuple(self.fixed.values())
        combined = np.zeros(len(self.patient), dtype=np.int64)
        for pool in pools:
            combined = combined * len(pool.values) + pool.codes
        order = np.argsort(combined, kind="stable")
        starts = np.flatnonzero(np.diff(combined[order], prepend=-1))
        bounds = [*starts.tolist(), len(order)]
        groups = []
        for code, start, end in zip(combined[order][starts].tolist(), bounds, bounds[1:], strict=False):
            values = []
            for pool in reversed(pools):
                code, at = divmod(code, len(pool.values))
                values.append(pool.values[at])
            groups.append((tuple(reversed(values)), slice(start, end)))
        return order, groups


@cache
def template(
    build: Builder,
    wrap: Wrap,
    fixed: tuple[str, ...],
    values: tuple[Any, ...],
    joined: tuple[str, ...],
    whole: tuple[str, ...],
) -> tuple[tuple[str, str], ...]:
    """Compile the template of one combination of fixed values: pairs of an open field and the text that follows it.

    The first pair is the text before all fields, with no name.
    """
    fields: dict[str, Any] = dict(zip(fixed, values, strict=True))
    fields |= {name: f"{_JOINED}{name}{_END}" for name in joined}
    fields |= {name: f"{_WHOLE}{name}{_END}" for name in whole}
    text = orjson.dumps(wrap(build(**fields))).decode()
    pieces = _PLACEHOLDER.split(text)  # text, name or None, name or None, text, ...
    if any(_WHOLE in piece for piece in pieces[::3]):
        raise ValueError(f"{build.__name__} puts a whole field inside a longer text")
    names = [first or second for first, second in zip(pieces[1::3], pieces[2::3], strict=True)]
    return tuple(zip(["", *names], pieces[::3], strict=True))


def split(value: Resource, *, at: str) -> tuple[str, str]:
    """Return the JSON of a value before and after the text `at`, which stands in it once with its quotes."""
    before, after = orjson.dumps(value).decode().split(f'"{at}"')
    return before, after


def as_objects(values: Sequence[object]) -> Objects:
    """Return values as a column of objects, whatever they are."""
    return np.fromiter(values, dtype=object, count=len(values))


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
