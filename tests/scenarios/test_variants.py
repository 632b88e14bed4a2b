"""Variants: what differs is written into the scenario, and the rest stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.documents import read
from simcare.scenarios.model import Scenario, Variant
from simcare.scenarios.variants import VariantError, merge_variant

SMALL = read(Path(__file__).parent / "good" / "a-small-call.yaml", Scenario).value
FIRST = next(name for name, item in SMALL.rubric.items() if item.kind == "must")


def with_variant(**fields: object) -> Scenario:
    """Return the small call with one variant that changes this."""
    variant = Variant.model_validate({"truth": "Something else.", **fields})
    return SMALL.model_copy(update={"variants": {"other": variant}})


@pytest.mark.parametrize("kind", ["should", "must_not"])
def test_a_variant_may_make_another_kind_of_row(kind: str) -> None:
    """A must row becomes what the variant writes; its label and the rest stay."""
    merged = merge_variant(with_variant(rubric={FIRST: {kind: "decided"}}), "other")
    assert (merged.rubric[FIRST].kind, merged.rubric[FIRST].condition) == (kind, "decided")
    assert merged.rubric[FIRST].label == SMALL.rubric[FIRST].label


def test_a_variant_that_leaves_the_kind_alone_keeps_the_condition() -> None:
    """Changing the points of a row changes nothing else."""
    merged = merge_variant(with_variant(rubric={FIRST: {"points": 1}}), "other")
    assert (merged.rubric[FIRST].condition, merged.rubric[FIRST].points) == (SMALL.rubric[FIRST].condition, 1)


def test_a_variant_with_two_kinds_at_once_is_refused() -> None:
    """Whoever writes must and should has to choose."""
    with pytest.raises(VariantError, match="exactly one of must, should and must_not"):
        merge_variant(with_variant(rubric={FIRST: {"must": "decided", "should": "decided"}}), "other")
