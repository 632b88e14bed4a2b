"""The references made from the source: the format of a scenario, the manual of lint, and a JSON Schema for editors.

Nothing is written here twice: keys and their meaning come from the models, a rule's manual from its docstring. The
pages lie in `docs/reference`, kept true by a test.
"""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simcare.documents.expected import describe, keys_of, unwrap
from simcare.patients import constraints
from simcare.scenarios import intents as intent_library
from simcare.scenarios import model
from simcare.scenarios.episodes import known_episodes
from simcare.scenarios.library import load_policy
from simcare.scenarios.lint import RULES, elicitation, names, points, references, suppressing, wording
from simcare.scenarios.vocabulary import competencies, seed_ids

SCHEMA_ADDRESS = "https://json-schema.org/draft/2020-12/schema"
MODELS: tuple[type[BaseModel], ...] = (
    model.Scenario, constraints.PatientConstraints, constraints.WantedMedication, constraints.WantedContact,
    constraints.WantedObservation, constraints.WantedVisit, constraints.WantedDue, constraints.WantedGoal,
    constraints.WantedNote, constraints.WantedAllergy, model.Persona, model.Identity, model.Clock, model.Fact,
    model.Tell, model.Reply, model.Event, model.Decision, model.RubricItem, model.Handoff, model.Outcome,
    model.Variant, model.Play, model.MoveFields, model.Sbar, model.Note, model.Coach,
)  # fmt: skip
"""In the order in which an author meets them."""
_GROUPS = {
    "Names": (references, names),
    "What can come about": (elicitation,),
    "Judging": (points,),
    "Words": (wording,),
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, with the ids that may stand in each place and what each key means."""
    data = model.Scenario.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = {"Scenario": data, **data.get("$defs", {})}
    for name, definition in definitions.items():
        for key, meaning in _meanings().get(name, {}).items():
            if key in definition.get("properties", {}):
                definition["properties"][key]["description"] = meaning
    policy, intents = load_policy().value, intent_library.load().intents
    places = (
        ("Scenario", "competencies", competencies()),
        ("Scenario", "covers", seed_ids()),
        ("Scenario", "episodes", known_episodes()),
        ("Scenario", "denies", intents),
        ("RubricItem", "covers", seed_ids()),
        ("Identity", "to", intents),
        ("Tell", "to", (*intents, *policy.actions)),
        ("Reply", "to", (*intents, *policy.actions)),
        ("MoveFields", "ask", intents),
        ("MoveFields", "do", policy.actions),
        ("Fact", "red_flag", sorted(policy.red_flags)),
    )
    for name, key, ids in places:
        _let_only(definitions[name]["properties"][key], list(ids))
    return {"$schema": SCHEMA_ADDRESS, **data, "title": "A scenario of simcare"}


def format_as_markdown() -> str:
    """Return the page that tells every key of a scenario file."""
    lines = [
        "# The scenario format",
        "",
        "Made by `simcare scenarios reference format` from the models that read a file; a test keeps it true. How to",
        "write a scenario is told in [the guide](../how-to/write-a-scenario.md), ids are in [the list](../ids.md).",
    ]
    for kind in MODELS:
        lines += ["", f"## {_title(kind)}", "", inspect.cleandoc(kind.__doc__ or ""), ""]
        lines += ["| key | value | left out | meaning |", "|---|---|---|---|"]
        meanings = _meanings().get(kind.__name__, {})
        for key, info in keys_of(kind).items():
            meaning = meanings.get(key) or meanings.get(_field(kind, info)) or ""
            what = describe(unwrap(info.annotation, [info])).replace("|", "\\|")
            lines.append(f"| `{key}` | {what} | {_left_out(info)} | {' '.join(meaning.split())} |")
    return "\n".join(lines) + "\n"


def lint_as_markdown() -> str:
    """Return the page that tells every finding of lint, each rule by its own manual."""
    lines = [
        "# What lint finds",
        "",
        "Made by `simcare scenarios reference lint` from the rules themselves; a test keeps it true. A finding reads",
        "`file:line:column: code what is wrong; what to do`. Codes with E are errors, with W warnings; with D they say",
        "why a file cannot be read as a scenario at all. `simcare scenarios lint --fix` mends what needs no guess.",
        "",
        "A finding that is meant is allowed by a comment with its code and a reason, on the line or alone above it:",
        "`# lint: allow E246 both answers come at once`.",
    ]
    for title, modules in _GROUPS.items():
        rules = [rule for module in modules for rule in module.RULES]
        manuals = sorted(inspect.cleandoc(rule.__doc__ or "") for rule in rules)
        lines += ["", f"## {title}"]
        for manual in manuals:
            lines += _manual(manual)
    lines += ["", "## Comments"]
    for code, manual in suppressing.MANUAL.items():
        lines += _manual(f"{code}: {manual}")
    assert len(RULES) == sum(len(module.RULES) for modules in _GROUPS.values() for module in modules)
    return "\n".join(lines) + "\n"


def _manual(manual: str) -> list[str]:
    code, _, rest = manual.partition(": ")
    what, _, examples = rest.partition("\n\n")
    told = " ".join(examples.split()).replace("PASS:", "Passes:").replace(" FAIL:", "\n\nFails:")
    return ["", f"### {code}", "", _capital(" ".join(what.split())), "", *told.split("\n")]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _let_only(definition: dict[str, Any], ids: list[str]) -> None:
    """Write the ids that may stand here into a schema of a text, of a list of texts, or of one that may be left out."""
    for part in (definition, *definition.get("anyOf", [])):
        if part.get("type") == "array":
            part["items"] = {"type": "string", "enum": ids}
        elif part.get("type") == "string":
            for limit in ("pattern", "maxLength"):
                part.pop(limit, None)
            part["enum"] = ids


def _title(kind: type[BaseModel]) -> str:
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()
    return _capital(words.replace("wanted ", "patient: ").replace("patient constraints", "patient"))


def _field(kind: type[BaseModel], info: FieldInfo) -> str:
    return next(name for name, one in kind.model_fields.items() if one is info)


def _left_out(info: FieldInfo) -> str:
    if info.is_required():
        return "must be there"
    default = info.get_default(call_default_factory=True)
    if default is None or default == () or default == {} or default == "" or isinstance(default, BaseModel):
        return ""
    if isinstance(default, tuple):
        return ", ".join(f"`{one}`" for one in default)
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


@cache
def _meanings() -> dict[str, dict[str, str]]:
    """Return what stands under each field in the source, by model and key: pydantic keeps no docstring of a field."""
    found: dict[str, dict[str, str]] = {}
    for module in (model, constraints):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_fields(node))
    return found


def _fields(node: ast.ClassDef) -> list[tuple[str, str]]:
    pairs = []
    for before, after in zip(node.body, node.body[1:], strict=False):
        match before, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                pairs.append((name, " ".join(text.split())))
    return pairs
