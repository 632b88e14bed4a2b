"""References: the pages and the schema say what the source says, and the schema takes what the models take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from simcare.documents import read_plain
from simcare.scenarios.library import LIBRARY
from simcare.scenarios.lint import RULES
from simcare.scenarios.reference import MODELS, format_as_markdown, lint_as_markdown, schema

PAGES = Path(__file__).parents[2] / "docs" / "reference"


def test_the_pages_are_true() -> None:
    """What lies in docs/reference is what the commands print."""
    assert (PAGES / "scenario-format.md").read_text(encoding="utf-8") == format_as_markdown()
    assert (PAGES / "lint.md").read_text(encoding="utf-8") == lint_as_markdown()
    assert json.loads((PAGES / "scenario.schema.json").read_text(encoding="utf-8")) == schema()


def test_every_rule_has_its_place_in_the_manual() -> None:
    """Each code stands once, with what passes and what fails."""
    page = lint_as_markdown()
    codes = re.findall(r"^### ([EW]2\d\d)$", page, re.MULTILINE)
    assert sorted(codes) == sorted({str(rule.__doc__)[:4] for rule in RULES} | {"W291", "W292"})
    assert page.count("Passes:") == page.count("Fails:") == len(codes)


def test_the_format_has_every_model_that_a_file_can_hold() -> None:
    """No part of a scenario file is without a table."""
    assert {kind.__name__ for kind in MODELS} == {"Scenario", *schema()["$defs"]}


def fits(value: object, rule: dict[str, Any], root: dict[str, Any]) -> bool:
    """Tell whether a value fits the parts of JSON Schema that pydantic and we use."""
    if "$ref" in rule:
        return fits(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root)
    if "anyOf" in rule:
        return any(fits(value, arm, root) for arm in rule["anyOf"])
    if "const" in rule or "enum" in rule:
        return value in rule.get("enum", [rule.get("const")])
    match rule.get("type"):
        case "object":
            return (
                isinstance(value, dict)
                and all(
                    fits(inner, rule.get("properties", {}).get(key, rule.get("additionalProperties", {})), root)
                    if key in rule.get("properties", {}) or rule.get("additionalProperties") is not False
                    else False
                    for key, inner in value.items()
                )
                and set(rule.get("required", ())) <= set(value)
            )
        case "array":
            return isinstance(value, list) and all(fits(one, rule.get("items", {}), root) for one in value)
        case "string":
            return isinstance(value, str) and bool(re.search(rule.get("pattern", ""), value))
        case "integer":
            return isinstance(value, int)
        case "number":
            return isinstance(value, int | float)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
    return True


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_schema_takes_every_call_of_the_library(file: Path) -> None:
    """An editor that checks with the schema finds nothing wrong with a good file."""
    assert fits(read_plain(file.read_text(encoding="utf-8"), name=file.name).value, schema(), schema())


@pytest.mark.parametrize("wrong", [{"titel": "x"}, {"covers": ["W9.9"]}, {"episodes": ["stumble"]}, {"pass_mark": "x"}])
def test_the_schema_refuses_what_the_models_refuse(wrong: dict[str, object]) -> None:
    """A key or an id that is not there is seen while it is typed."""
    good = read_plain((LIBRARY / "first-call.yaml").read_text(encoding="utf-8"), name="first-call.yaml").value
    assert isinstance(good, dict)
    assert not fits({**good, **wrong}, schema(), schema())
