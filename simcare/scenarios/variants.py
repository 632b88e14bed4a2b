"""A scenario with one of its variants written into it.

A variant says only what differs. `merge_variant` gives the whole scenario as that variant plays it; the call engine
never sees a difference between what was written once and what was overridden.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simcare.documents import SimcareError
from simcare.scenarios.model import Decision, Fact, Handoff, RubricItem, Scenario

M = TypeVar("M", bound=BaseModel)
ROW_KINDS = ("must", "should", "must_not")


class VariantError(SimcareError):
    """Say what of a variant does not fit its scenario; `path` leads to the place in the file."""

    def __init__(self, path: tuple[str | int, ...], fact: str, remedy: str) -> None:
        super().__init__(f"{fact}; {remedy}")
        self.path = path
        self.fact = fact
        self.remedy = remedy


def merge_variant(scenario: Scenario, variant_id: str) -> Scenario:
    """Return the scenario as the variant plays it.

    Raises VariantError where the variant is not there, or an override does not fit what it overrides.
    """
    variant = scenario.variants.get(variant_id)
    if variant is None:
        raise VariantError(
            ("variants",),
            f"scenario '{scenario.id}' has no variant '{variant_id}'",
            "use one of " + ", ".join(scenario.variants),
        )
    at = ("variants", variant_id)
    unknown = set(variant.facts) - set(scenario.facts)
    if unknown:
        name = sorted(unknown)[0]
        raise VariantError(
            (*at, "facts", name),
            f"the variant changes the fact '{name}' that the scenario does not have",
            "add the fact to the scenario, or correct the id",
        )
    facts = {
        name: _override(Fact, fact, variant.facts.get(name), (*at, "facts", name))
        for name, fact in scenario.facts.items()
    }
    rubric: dict[str, RubricItem] = {
        name: _override(RubricItem, item, _of_one_kind(variant.rubric.get(name)), (*at, "rubric", name))
        for name, item in scenario.rubric.items()
        if name not in variant.drop
    }
    for name, fields in variant.rubric.items():
        if name not in scenario.rubric:
            rubric[name] = _validated(RubricItem, fields, (*at, "rubric", name))
    return scenario.model_copy(
        update={
            "facts": facts,
            "rubric": rubric,
            "decision": _override(Decision, scenario.decision, variant.decision or None, (*at, "decision")),
            "events": _kept(scenario.events, variant.events, variant.drop),
            "replies": (*variant.replies, *scenario.replies),
            "flags": {**scenario.flags, **variant.flags},
            "outcomes": {
                **variant.outcomes,
                **{k: v for k, v in scenario.outcomes.items() if k not in variant.outcomes and k not in variant.drop},
            },
            "handoff": _optional(scenario.handoff, variant.handoff, (*at, "handoff")),
            "note": _optional(scenario.note, variant.note, (*at, "note")),
            "denies": (*scenario.denies, *variant.denies),
            "state": {**scenario.state, **variant.state},
        }
    )


def _of_one_kind(fields: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """Return a row's change so that the kind it writes takes the place of the kind it had."""
    if fields is None or not any(fields.get(kind) is not None for kind in ROW_KINDS):
        return fields
    return {**dict.fromkeys(ROW_KINDS), **fields}


def _kept(base: Mapping[str, M], extra: Mapping[str, M], drop: tuple[str, ...]) -> dict[str, M]:
    return {**{name: item for name, item in base.items() if name not in drop}, **extra}


def _optional(base: Handoff | None, fields: Mapping[str, object], path: tuple[str | int, ...]) -> Handoff | None:
    if not fields:
        return base
    return _override(Handoff, base, fields, path) if base is not None else _validated(Handoff, fields, path)


def _override(model: type[M], base: M, fields: Mapping[str, object] | None, path: tuple[str | int, ...]) -> M:
    if not fields:
        return base
    return _validated(model, {**base.model_dump(by_alias=True, exclude_unset=True), **fields}, path)


def _validated(model: type[M], fields: Mapping[str, Any], path: tuple[str | int, ...]) -> M:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(part for part in first["loc"] if isinstance(part, str | int))
        raise VariantError(
            (*path, *place), f"the variant's change does not fit: {first['msg'].lower()}", "correct this value"
        ) from error
