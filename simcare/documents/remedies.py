"""What to write instead of a value that does not fit: the nearest thing that does."""

from __future__ import annotations

import re
from typing import Any

from simcare.documents.expected import Wanted, arms_of, close, describe, options_of, shape, shape_of, unwrap
from simcare.documents.scalars import meant_boolean, meant_number
from simcare.documents.tree import Node

SURPRISES = ("is a text)", "is not written as a whole number)", "put it in quotes", "remove the quotes")
"""How the remedies end whose cause is YAML's notation, not the value."""


def remedy_for(wanted: Wanted, node: Node, *, optional: bool) -> str:
    """Say what to write instead; `optional` when the key may be left out."""
    have = shape_of(node)
    if have == "none":
        return "write a value, or remove the key" if optional else "write a value"
    kinds = [wanted] if len(arms_of(wanted)) == 1 else [unwrap(arm) for arm in arms_of(wanted)]
    shapes = {shape(one.kind) for one in kinds}
    if have == "text":
        said = _text(kinds, shapes, node)
    elif have == "number":
        said = _number(kinds, shapes, node)
    else:
        said = 'put it in quotes: "' + node.word + '"' if have == "bool" and "text" in shapes and node.plain else None
    return said or _otherwise(kinds[0], shapes, node, have)


def _text(kinds: list[Wanted], shapes: set[str], node: Node) -> str | None:
    """Return the remedy for a text: a word meant, another spelling, no quotes, an id."""
    for one in kinds:
        near = close(node.word, [option for option in options_of(one.kind) if isinstance(option, str)])
        if near is not None:
            return f"did you mean '{near}'?"
    word = node.word if len(node.word) <= 40 else node.word[:37] + "..."
    if "bool" in shapes and meant_boolean(node.word) is not None:
        return f"write {str(meant_boolean(node.word)).lower()} ('{word}' is a text)"
    if "number" in shapes and (spelled := meant_number(node.word)):
        return f"write {spelled} ('{word}' is a text)"
    number = "number" in shapes and re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", node.word)
    if not node.plain and (number or ("bool" in shapes and node.word in {"true", "false"})):
        return "remove the quotes"
    return next((f"write '{spelled}'" for one in kinds if (spelled := _as_id(one.limits, node.word))), None)


def _as_id(limits: dict[str, Any], word: str) -> str | None:
    """Return the word in the form of an id when that is what the pattern asks for."""
    pattern = str(limits.get("pattern", ""))
    if not pattern.startswith("^[a-z]") or len(word) > 200:
        return None
    spelled = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")[: limits.get("max_length")]
    return spelled if spelled and re.search(pattern, spelled) else None


def _number(kinds: list[Wanted], shapes: set[str], node: Node) -> str | None:
    """Return the remedy for a number: in quotes, without its fraction, or nearer."""
    if "text" in shapes and node.plain and len(node.word) <= 60:
        return f'put it in quotes: "{node.word}"'
    value = node.value
    assert isinstance(value, int | float)
    for one in kinds:
        if one.kind is int and isinstance(value, float) and value.is_integer():
            return f"write {int(value)} ({node.word[:40]} is not written as a whole number)"
        low, high = one.limits.get("ge"), one.limits.get("le")
        if shape(one.kind) == "number" and low is not None and value < low:
            return f"the nearest allowed is {low}"
        if shape(one.kind) == "number" and high is not None and value > high:
            return f"the nearest allowed is {high}"
    return None


def _otherwise(first: Wanted, shapes: set[str], node: Node, have: str) -> str:
    """Return the remedy for a value of another shape."""
    if shapes == {"map"} and have != "map":
        return "write 'key: value' lines in its place"
    if shapes == {"list"} and have == "list":
        return f"make it {describe(first)}"
    if shapes == {"list"} and have in {"text", "number", "bool"} and describe(first) == "a list":
        return f"write it as a list: [{node.word[:40]}]"
    if shapes == {"list"}:
        return "put its items between [ and ], or on lines that begin with '- '"
    if have == "map" and shapes == {"text"}:
        return "a text with { or ': ' in it needs quotes"
    words = describe(first).partition(" (")[0]
    return f"write {words}" + (" in its place" if have in {"map", "list"} else "")
