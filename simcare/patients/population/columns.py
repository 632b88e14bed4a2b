"""Columns while they are drawn, and their way into pandas and Arrow; nothing is drawn here.

Words from a fixed list are kept as numbers (`Coded`), days as whole days since 1970, texts as Arrow strings. The fixed
list is the same for every partition, so a word has the same number in each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from simcare.patients.population.schema import SCHEMA, Kind

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Whole = NDArray[np.integer[Any]]
NEVER = np.int32(np.iinfo(np.int32).min)
"""A day that is missing: NaT in pandas, null in Arrow."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Words of a fixed list, by their numbers."""

    codes: Whole
    words: tuple[str, ...]

    def take(self, at: Whole | Bools) -> Coded:
        """Return the same column at some rows."""
        return Coded(self.codes[at], self.words)


Values: TypeAlias = NDArray[Any] | Coded | Any
"""Numbers, words of a list, or an Arrow string array (whose package has no types)."""
Drawn = Mapping[str, Values]
"""One table while it is drawn: its columns by name."""


def coded(codes: Whole, words: Sequence[str]) -> Coded:
    """Return a column of words that may repeat in the list: equal words get one number."""
    unique = tuple(dict.fromkeys(words))
    number = {word: nth for nth, word in enumerate(unique)}
    again: Whole = np.array([number[word] for word in words], dtype="int8" if len(unique) < 128 else "int16")
    return Coded(again[codes], unique)


def day_number(day: date) -> int:
    """Return a date as days since 1970."""
    return day.toordinal() - 719_163


def day_of(number: int) -> date:
    """Return the date of a number of days since 1970."""
    return date.fromordinal(number + 719_163)


def frame(table: str, drawn: Drawn) -> pd.DataFrame:
    """Return a drawn table as a pandas frame with the dtypes of the schema."""
    return pd.DataFrame({column.name: _pandas(column.kind, drawn[column.name]) for column in SCHEMA[table].columns})


def arrow(table: str, drawn: Drawn) -> pa.Table:
    """Return a drawn table as an Arrow table; words of a list are dictionaries."""
    columns = SCHEMA[table].columns
    return pa.table(
        [_arrow(column.kind, drawn[column.name]) for column in columns], names=[column.name for column in columns]
    )


def frame_of(table: str, stored: pa.Table) -> pd.DataFrame:
    """Return an Arrow table that was read from a file as a frame with the dtypes of the schema."""
    return pd.DataFrame(
        {column.name: _from_arrow(column.kind, stored[column.name]) for column in SCHEMA[table].columns}
    )


def _pandas(kind: Kind, values: Values) -> Any:
    if isinstance(values, Coded):
        return pd.Categorical.from_codes(values.codes, categories=pd.Index(values.words, dtype="str"), validate=False)
    if isinstance(values, pa.Array):
        return pd.array(values, dtype="str")
    return _days(values) if kind == "date" else values.astype(kind, copy=False)


def _days(values: NDArray[Any]) -> NDArray[np.datetime64]:
    days = values.astype(np.int64).view("datetime64[D]")
    days[values == NEVER] = np.datetime64("NaT")
    return days.astype("datetime64[s]")


def _arrow(kind: Kind, values: Values) -> pa.Array:
    if isinstance(values, Coded):
        missing = values.codes < 0
        codes = pa.array(values.codes, mask=missing) if missing.any() else pa.array(values.codes)
        return pa.DictionaryArray.from_arrays(codes, pa.array(values.words, pa.string()), safe=False)
    if isinstance(values, pa.Array):
        return values
    if kind == "date":
        missing = values == NEVER
        days = np.ascontiguousarray(values, dtype=np.int32)
        return pa.array(days, mask=missing if missing.any() else None).cast(pa.date32())
    return pa.array(values.astype(kind, copy=False))


def _from_arrow(kind: Kind, values: pa.ChunkedArray) -> Any:
    if kind == "category":
        listed = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        whole = listed.unify_dictionaries().combine_chunks()
        codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        words = pd.Index(whole.dictionary.to_pylist(), dtype="str")
        return pd.Categorical.from_codes(codes, categories=words, validate=False)
    if kind == "date":
        return values.to_numpy().astype("datetime64[s]")
    if kind == "text":
        return pd.array(values.combine_chunks(), dtype="str")
    return values.to_numpy().astype(kind, copy=False)
