"""Does a resource meet a profile of US Core 3.1? Read from an extract of the published StructureDefinitions.

`us_core_3_1.json` tells its source and what was kept. Cardinality, fixed values, patterns, slices and bindings are
looked at; a text alone is accepted for an extensible binding only where the caller says that no code fits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"


@cache
def extract() -> Json:
    """Return the extract."""
    loaded: Json = json.loads((Path(__file__).parent / "us_core_3_1.json").read_text(encoding="utf-8"))
    return loaded


def unmet(resource: Json, profile: str) -> Iterator[str]:
    """Yield what a resource (or an extension) lacks of a profile."""
    rows = extract()["profiles"][profile]
    for row in rows:
        parent, _, name = row["path"].rpartition(".")
        owners = _found(resource, parent, rows) if parent else [resource]
        for owner in owners:
            values = _children(owner, name, row["path"], rows)
            most = 10**6 if row["max"] == "*" else int(row["max"])
            if not row["min"] <= len(values) <= most:
                yield f"{row['path']}: {len(values)} of {row['min']}..{row['max']}"
            if "is" in row and ":" not in name:
                yield from (f"{row['path']}: {value}" for value in values if not _fits(value, row["is"]))
            if "binding" in row:
                yield from (f"{row['path']}: {text}" for value in values for text in _unbound(value, row))
    for extension in resource.get("extension", []):
        if extension["url"] in extract()["profiles"]:
            yield from (f"{extension['url']} {text}" for text in unmet(extension, extension["url"]))


def _found(resource: Json, path: str, rows: list[Json]) -> list[Json]:
    found, walked = [resource], ""
    for name in path.split("."):
        walked = f"{walked}.{name}".lstrip(".")
        found = [child for owner in found for child in _children(owner, name, walked, rows)]
    return [child for child in found if isinstance(child, dict)]


def _children(owner: Json, name: str, path: str, rows: list[Json]) -> list[Any]:
    """Return the values of an element; of a slice ("category:Laboratory") those that belong to it."""
    name, _, part = name.partition(":")
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        values = [value for key, value in owner.items() if key.startswith(stem) and key[len(stem) :][:1].isupper()]
        return [owner[part]] if part and part in owner else [] if part else values
    value = owner.get(name, [])
    values = value if isinstance(value, list) else [value]
    if not part:
        return values
    marks = [row for row in rows if row["path"].startswith(path) and "is" in row]
    return [value for value in values if all(_marked(value, row["path"][len(path) :], row["is"]) for row in marks)]


def _marked(value: Any, path: str, wanted: Any) -> bool:
    """Tell whether a value has what marks a slice: a pattern of its own, or a fixed value below it."""
    values = [value]
    for name in path.split(".")[1:]:
        values = [
            inner
            for outer in values
            for inner in (outer[name] if isinstance(outer.get(name), list) else [outer.get(name)])
        ]
    return any(_fits(inner, wanted) for inner in values)


def _fits(value: Any, pattern: Any) -> bool:
    """Tell whether a value holds all that a pattern says."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_fits(value.get(key), inner) for key, inner in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_fits(item, inner) for item in value) for inner in pattern)
    return bool(value == pattern)


def _unbound(value: Any, row: Json) -> Iterator[str]:
    """Yield why a value is outside its value set; sets that the extract lacks are those of R4, looked at elsewhere."""
    allowed = extract()["value_sets"].get(row["value_set"])
    if allowed is None:
        if isinstance(value, dict) and "coding" not in value and "system" not in value:
            yield f"no code for {row['value_set']}"
        return
    codings = value.get("coding", [value] if "system" in value else []) if isinstance(value, dict) else []
    plain = [{"system": system, "code": value} for system in allowed] if isinstance(value, str) else []
    if not any(_allowed(coded, allowed) for coded in [*codings, *plain]):
        yield f"{value} has no code of {row['value_set']}"


def _allowed(coded: Json, allowed: Json) -> bool:
    codes = allowed.get(coded["system"], ())
    return codes in ("any", "some") or coded["code"] in codes
