"""A template is the builder's answer with other values in it: same bytes, whatever the values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.patients.fhir.codes import Resource
from simcare.patients.fhir.templates import Pooled, Rows, as_objects

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
IDS = st.text("abcdefgh-0123456789", min_size=1, max_size=8)
VALUES = st.one_of(
    TEXTS, st.integers(-(2**53), 2**53), st.booleans(), st.lists(st.dictionaries(IDS, TEXTS), max_size=3)
)
ROW = st.tuples(st.sampled_from(("final", 'a"b', "100% %s")), IDS, VALUES)


def build(*, state: str, name: str, value: object) -> Resource:
    """Build something with a fixed field, a field inside longer texts, and a field of its own."""
    return {"id": f"x-{name}", "state": state, "value": value, "again": [f"{name}/{name}"]}


def wrap(resource: Resource) -> Resource:
    """Wrap it as a bundle does."""
    return {"url": f"Thing/{resource['id']}", "resource": resource}


def rows_of(rows: Sequence[tuple[str, str, object]]) -> Rows:
    """Return rows of the builder as columns."""
    states = tuple(dict.fromkeys(state for state, _, _ in rows))
    codes = np.array([states.index(state) for state, _, _ in rows], dtype=np.int64)
    names, values = as_objects([name for _, name, _ in rows]), as_objects([value for _, _, value in rows])
    order = np.arange(len(rows))
    return Rows(build, order, {"state": Pooled(codes, states)}, {"name": names}, {"value": values})


@given(st.lists(ROW, max_size=9))
def test_a_template_gives_what_the_builder_gives(rows: list[tuple[str, str, object]]) -> None:
    """Whatever the cells hold, the text of each row is orjson's of the wrapped answer, in the order of the rows."""
    expected = [orjson.dumps(wrap(build(state=s, name=n, value=v))).decode() for s, n, v in rows]
    assert rows_of(rows).texts(wrap) == expected
    assert [orjson.dumps(wrap(built)).decode() for built in rows_of(rows).built()] == expected


def test_a_value_inside_a_longer_text_is_refused() -> None:
    """A builder that joins a field of its own to a text would write wrong JSON, so compiling it fails."""

    def careless(*, value: str) -> Resource:
        return {"text": f"about {value}"}

    rows = Rows(careless, np.arange(1), {}, {}, {"value": as_objects(["x"])})
    with pytest.raises(ValueError, match="careless puts a whole field inside a longer text"):
        rows.texts(wrap=dict)
