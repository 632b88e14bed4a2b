"""The points of a scenario as a table: every place of the file where points stand, and their sum in each variant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simcare.documents.editing import Path, with_value
from simcare.scenarios.model import Scenario
from simcare.scenarios.variants import merge_variant

DOCUMENTS = {"handoff": "Handoff note (SBAR)", "note": "Call note"}


@dataclass(frozen=True, slots=True)
class Place:
    """A place where points stand: the decision, a note or a row, of the whole scenario or of one variant (else None).

    `critical` is None where nothing can be critical.
    """

    path: Path
    label: str
    kind: str
    variant: str | None
    points: float
    critical: bool | None


def places(scenario: Scenario) -> list[Place]:
    """Return every place where points stand, in the order of the file."""
    found = [Place(("decision",), "Decision", "decision", None, scenario.decision.points, None)]
    for name, item in scenario.rubric.items():
        found.append(Place(("rubric", name), item.label, _kind(item.kind), None, item.points, item.critical))
    for name, label in DOCUMENTS.items():
        document = getattr(scenario, name)
        if document is not None:
            found.append(Place((name,), label, "note", None, document.points, None))
    for name in scenario.variants:
        found += _own_places(scenario, name)
    return found


def _own_places(scenario: Scenario, name: str) -> Iterator[Place]:
    """Yield what a variant says about points itself."""
    variant, merged = scenario.variants[name], merge_variant(scenario, name)
    at = ("variants", name)
    if "points" in variant.decision:
        yield Place((*at, "decision"), "Decision", "decision", name, merged.decision.points, None)
    for row, fields in variant.rubric.items():
        item = merged.rubric[row]
        if "points" in fields or row not in scenario.rubric:
            yield Place((*at, "rubric", row), item.label, _kind(item.kind), name, item.points, item.critical)
    for key, label in DOCUMENTS.items():
        said: Mapping[str, Any] = getattr(variant, key)
        document = getattr(merged, key)
        if document is not None and "points" in said:
            yield Place((*at, key), label, "note", name, document.points, None)


def sums(scenario: Scenario) -> dict[str, float]:
    """Return what can be earned in each variant; it should be 100."""
    found = {}
    for name in scenario.variants:
        merged = merge_variant(scenario, name)
        rows = sum(item.points for item in merged.rubric.values() if item.kind != "must_not")
        notes = sum(document.points for document in (merged.handoff, merged.note) if document is not None)
        found[name] = merged.decision.points + rows + notes
    return found


def with_points(text: str, path: Path, points: float) -> str:
    """Return the text with other points at a place."""
    return with_value(text, (*path, "points"), int(points) if float(points).is_integer() else points)


def with_critical(text: str, path: Path, critical: bool) -> str:
    """Return the text with a row made critical or not."""
    return with_value(text, (*path, "critical"), critical)


def _kind(kind: str) -> str:
    return kind.replace("_", " ")
