"""Change one value of a YAML text and leave the rest as it was: comments, quotes, order and blank lines.

A program that reads a document and dumps it again loses what its author wrote beside the data. Here the text itself is
edited, at the place the parser gives; what comes out is read again, and where it does not mean what was asked for, the
edit is refused.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from simcare.documents.problems import SimcareError
from simcare.documents.reading import read_plain
from simcare.documents.tree import Lines, Node, parse
from simcare.documents.writing import dump

Path = tuple[str | int, ...]
_STEP = 2


class EditError(SimcareError):
    """Say why a text cannot be edited at a place; the text is as it was."""


def with_value(text: str, path: Path, value: str | int | float | bool | None) -> str:
    """Return the text with one scalar value written in place of what stands at a path, or added as the last key there.

    Raises EditError where the mapping that should hold the key is not there, and where something larger than a scalar
    would be lost.
    """
    *above, key = path
    parent = _node(text, tuple(above))
    if parent is None or parent.kind != "map":
        raise EditError(f"there is no mapping at {_shown(tuple(above))}; write it first")
    if str(key) not in parent.keys:
        return with_entry(text, tuple(above), str(key), value)
    old = parent.keys[str(key)][1]
    if old.kind != "scalar":
        raise EditError(f"{_shown(path)} holds more than one value; change it in the text")
    if not old.empty and old.value == value and type(old.value) is type(value):
        return text
    word = dump(value).removesuffix("\n")
    if old.empty:
        at = text.index(":", parent.keys[str(key)][0]) + 1
        edited = f"{text[:at]} {word}{text[at:]}"
    else:
        end = old.start + len(text[old.start : old.end].rstrip())
        edited = text[: old.start] + word + text[end:]
    return _checked(text, edited, path, value)


def with_entry(text: str, path: Path, key: str, data: Any) -> str:
    """Return the text with one more key at the end of the mapping at a path; the mapping is begun where it is missing.

    Raises EditError where the key is already there, or where the mapping is written in braces and the data is not a
    scalar: a line of many braces would be nothing to read.
    """
    node = _node(text, path)
    if node is None and path:
        return with_entry(text, path[:-1], str(path[-1]), {key: data})
    if node is not None and node.kind == "map" and key in node.keys:
        raise EditError(f"{_shown((*path, key))} is already there; choose another name")
    lines = dump({key: data}).removesuffix("\n")
    if node is None:
        edited = text.rstrip("\n") + "\n" * (2 if text.strip() else 0) + lines + "\n"
    elif node.empty or (node.kind == "map" and not node.keys):
        edited = _begun(text, path, node, lines)
    elif node.kind != "map":
        raise EditError(f"{_shown(path)} is not a mapping; nothing can be added to it")
    elif text[node.start] == "{":
        edited = _in_braces(text, path, node, key, data)
    else:
        pad = " " * (Lines(text).position(next(iter(node.keys.values()))[0])[1] - 1)
        edited = _after_line(text, _end(text, node), textwrap.indent(lines, pad))
    return _checked(text, edited, (*path, key), data)


def _begun(text: str, path: Path, node: Node, lines: str) -> str:
    """Write the first entry of a mapping that is only announced: `plays:` or `plays: {}`."""
    parent = _node(text, path[:-1])
    assert parent is not None
    start = parent.keys[str(path[-1])][0]
    colon = text.index(":", start)
    pad = " " * (Lines(text).position(start)[1] - 1 + _STEP)
    rest = text[colon + 1 :] if node.empty else text[colon + 1 : node.start] + text[node.end :]
    line, _, below = rest.partition("\n")
    return f"{text[: colon + 1]}{line.rstrip()}\n{textwrap.indent(lines, pad)}\n{below}"


def _in_braces(text: str, path: Path, node: Node, key: str, data: Any) -> str:
    if isinstance(data, Mapping | list | tuple):
        raise EditError(f"{_shown(path)} is written in braces; write it as lines, one key a line, and try again")
    close = text.rindex("}", node.start, node.end)
    before = text[:close].rstrip()
    return f"{before}{'' if before.endswith(',') else ','} {key}: {dump(data).strip()}{text[close:]}"


def _after_line(text: str, end: int, lines: str) -> str:
    """Put lines below the line on which something ends; a comment at its end stays with it."""
    at = text.find("\n", end)
    if at < 0:
        return f"{text}\n{lines}\n"
    return f"{text[:at]}\n{lines}{text[at:]}"


def _end(text: str, node: Node) -> int:
    """Return where a value's own text ends: what the parser calls the end of a block is the next thing after it."""
    while node.kind != "scalar" and text[node.start] not in "{[":
        if node.kind == "map" and node.keys:
            at, inner = list(node.keys.values())[-1]
            if inner.empty:
                return text.index(":", at) + 1
            node = inner
        elif node.items:
            node = node.items[-1]
        else:
            break
    return node.start + len(text[node.start : node.end].rstrip())


def _node(text: str, path: Path) -> Node | None:
    root, findings = parse(text)
    if findings:
        raise EditError("the text is not in order; mend what is marked first")
    for step in path:
        if root is None:
            return None
        if root.kind == "map":
            root = root.keys[str(step)][1] if str(step) in root.keys else None
        elif root.kind == "list" and isinstance(step, int) and step < len(root.items):
            root = root.items[step]
        else:
            return None
    return root


def _checked(before: str, after: str, path: Path, value: Any) -> str:
    """Return the edited text if it means what it meant with this one value at the path, and nothing else."""
    wanted = read_plain(before, name="text").value or {}
    place: Any = wanted
    for step in path[:-1]:
        inner = place[step] if not isinstance(place, dict) else place.get(str(step))
        if inner is None:
            inner = place[str(step)] = {}
        place = inner
    place[str(path[-1])] = _plain(value)
    try:
        found = read_plain(after, name="text").value
    except SimcareError:
        found = None
    if found != wanted:
        raise EditError(f"{_shown(path)} cannot be changed without changing more; change it in the text")
    return after


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _shown(path: Path) -> str:
    return "'" + re.sub(r"\.(\d+)", r"[\1]", ".".join(map(str, path))) + "'" if path else "the top of the file"
