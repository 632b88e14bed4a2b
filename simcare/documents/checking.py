"""A tree against a model: pydantic judges, and its errors come back as findings in the words of the file.

Of a union only the alternative that the author evidently meant is spoken of, so that one mistake is one problem.
Texts, numbers and truth values are never turned into each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from simcare.documents.expected import (
    Wanted,
    arms_of,
    close,
    close_key,
    describe,
    got,
    is_model,
    keys_of,
    options_of,
    shape,
    shape_of,
    short,
    unwrap,
)
from simcare.documents.remedies import SURPRISES, remedy_for
from simcare.documents.tree import Finding, Node

M = TypeVar("M", bound=BaseModel)

_OWN_WORDS = frozenset({"value_error", "assertion_error"})
_PYDANTIC_WORDS = frozenset(get_args(ErrorType)) - _OWN_WORDS
_SHARED_CONFIG = ("str_strip_whitespace", "str_to_lower", "str_to_upper", "allow_inf_nan", "arbitrary_types_allowed")


class _Place(NamedTuple):
    """A part of the file beside what the model wants there."""

    node: Node
    wanted: Wanted
    name: str
    """What the part is called in a sentence: a key, or an item of a key."""
    key_at: int
    config: ConfigDict
    optional: bool = False


def check(model: type[M], root: Node) -> tuple[M | None, list[Finding]]:
    """Return the tree as the model, or None and all that is wrong with it."""
    try:
        return model.model_validate_json(json.dumps(root.data()), strict=True), []
    except ValidationError as error:
        place = _Place(root, Wanted(model, {}), "the file", root.start, model.model_config)
        return None, list(dict.fromkeys(_findings(error, place)))


def _findings(error: ValidationError, top: _Place) -> Iterator[Finding]:
    """Yield the findings of one validation; a union that failed is explained once, by its likeliest alternative."""
    errors = error.errors(include_url=False, include_input=False)
    wrong_below = {detail["loc"][:at] for detail in errors for at in range(len(detail["loc"]))}
    explained: set[int] = set()
    meant: set[tuple[int, str]] = set()
    missing: list[tuple[Node, str, Finding]] = []
    for detail in errors:
        place, rest, intact = _walk(top, detail["loc"])
        if not intact:
            continue
        kind = detail["type"]
        if kind not in _PYDANTIC_WORDS and not rest:
            if not _hurt(place.node):
                yield _authored(detail, place)
        elif len(arms_of(place.wanted)) > 1 and (rest or kind != "extra_forbidden"):
            if id(place.node) not in explained:
                explained.add(id(place.node))
                yield from _union(place)
        elif kind == "missing" and rest and isinstance(rest[0], str) and len(rest) == 1:
            missing.append((place.node, rest[0], _missing(place, rest[0])))
        elif kind == "extra_forbidden":
            finding, key = _unknown(place)
            meant.add((id(_parent(top, detail["loc"])), key or ""))
            yield finding
        elif rest and rest[-1] == "[key]":
            yield _bad_key(place, str(rest[0]))
        elif kind != "too_short" or detail["loc"] not in wrong_below:
            # pydantic counts only the items that were right: with a wrong one below, the length may be fine
            yield _value(place)
    yield from (finding for node, key, finding in missing if (id(node), key) not in meant)


def _walk(top: _Place, loc: tuple[int | str, ...]) -> tuple[_Place, tuple[int | str, ...], bool]:
    """Follow a location as far as the file goes or to the first union.

    Returns the place, the steps left over, and False when the way leads through a part that is known to be broken.
    """
    place = top
    for at, step in enumerate(loc):
        if place.node.broken:
            return place, loc[at:], False
        if len(arms_of(place.wanted)) > 1:
            return place, loc[at:], True
        if loc[at + 1 :] == ("[key]",):
            return place, loc[at:], True
        below = _step(place, step)
        if below is None:
            return place, loc[at:], True
        place = below
    return place, (), not place.node.broken


def _step(place: _Place, step: int | str) -> _Place | None:
    """Return the part below, or None when the file has nothing there."""
    node = place.node
    kind = place.wanted.kind
    if is_model(kind) and kind.__pydantic_root_model__:
        inner = unwrap(kind.model_fields["root"].annotation, [kind.model_fields["root"]])
        return _step(place._replace(wanted=inner, config=kind.model_config), step)
    if node.kind == "list" and isinstance(step, int) and step < len(node.items):
        item = node.items[step]
        name = f"item {step + 1} of {place.name}"
        return _Place(item, _item(kind, step), name, item.start, place.config)
    if node.kind == "map" and str(step) in node.keys:
        key = str(step)
        key_at, value = node.keys[key]
        if is_model(kind):
            info = keys_of(kind).get(key)
            wanted = unwrap(info.annotation, [info]) if info else Wanted(kind, {})
            optional = info is not None and not info.is_required()
            return _Place(value, wanted, f"'{key}'", key_at, kind.model_config, optional)
        parts = get_args(kind)
        return _Place(value, unwrap(parts[1] if len(parts) == 2 else Any), f"'{key}'", key_at, place.config)
    return None


def _item(kind: Any, at: int) -> Wanted:
    parts = get_args(kind)
    if get_origin(kind) is tuple and parts and Ellipsis not in parts:
        return unwrap(parts[at] if at < len(parts) else Any)
    return unwrap(parts[0] if parts else Any)


def _parent(top: _Place, loc: tuple[int | str, ...]) -> Node:
    return _walk(top, loc[:-1])[0].node


def _hurt(node: Node) -> bool:
    """Tell whether some part below is broken, so that a sentence about the whole may be wrong."""
    below = [value for _, value in node.keys.values()] + node.items
    return node.broken or any(map(_hurt, below))


def _at(place: _Place) -> int:
    return place.key_at if place.node.empty else place.node.start


def _authored(detail: ErrorDetails, place: _Place) -> Finding:
    """Give the words of a model's own validator; "fact; remedy" is taken apart."""
    error = detail.get("ctx", {}).get("error")
    fact, _, remedy = (str(error) if error is not None else detail["msg"]).partition("; ")
    return Finding(place.key_at, "D108", fact, remedy or f"change {place.name}")


def _missing(place: _Place, key: str) -> Finding:
    kind = place.wanted.kind
    info = keys_of(kind).get(key) if is_model(kind) else None
    what = describe(unwrap(info.annotation, [info])) if info else "a value"
    return Finding(place.key_at, "D107", f"the key '{key}' is missing in {place.name}", f"add '{key}:' with {what}")


def _unknown(place: _Place) -> tuple[Finding, str | None]:
    """Return the finding about an unknown key, and the key that was probably meant."""
    model, key = place.wanted.kind, place.name.strip("'")
    fact = f"unknown key {short(key)}"
    if not is_model(model):
        return Finding(place.key_at, "D106", fact, "remove it"), None
    first, _, rest = key.partition(" ")
    if rest and first in keys_of(model) and place.node.value is None:
        return Finding(place.key_at, "D106", fact, f"a colon is missing: write '{first}: {rest}'"), first
    near = close_key(key, model)
    if near:
        return Finding(place.key_at, "D106", fact, f"did you mean '{near}'?"), near
    return Finding(place.key_at, "D106", fact, f"the keys here are {', '.join(keys_of(model))}"), None


def _bad_key(place: _Place, key: str) -> Finding:
    parts = get_args(place.wanted.kind)
    wanted = unwrap(parts[0]) if len(parts) == 2 else Wanted(str, {})
    at = place.node.keys[key][0] if key in place.node.keys else place.key_at
    options = [str(one) for one in options_of(wanted.kind)]
    if options:
        near = close(key, options)
        remedy = f"did you mean '{near}'?" if near else f"the keys here are {', '.join(options)}"
        return Finding(at, "D106", f"unknown key {short(key)}", remedy)
    node = Node("scalar", at, at + len(key), key, key, plain=True)
    fact = f"expected {describe(wanted, node)} as a key, got {short(key)}"
    return Finding(at, "D108", fact, remedy_for(wanted, node, optional=False))


def _value(place: _Place) -> Finding:
    remedy = remedy_for(place.wanted, place.node, optional=place.optional)
    surprise = any(sign in remedy for sign in SURPRISES)
    fact = f"expected {describe(place.wanted, place.node)} for {place.name}, got {got(place.node)}"
    return Finding(_at(place), "D109" if surprise else "D108", fact, remedy)


def _union(place: _Place) -> Iterator[Finding]:
    """Explain a union that failed: by its tag, else by the alternatives written the way the author wrote."""
    arms = arms_of(place.wanted)
    tag = place.wanted.discriminator
    if isinstance(tag, str) and place.node.kind == "map":
        by_tag = {option: arm for arm in arms for option in _tags(arm, tag)}
        if tag not in place.node.keys:
            fact = f"the key '{tag}' is missing in {place.name}"
            yield Finding(place.key_at, "D107", fact, f"add '{tag}:' with {_or(by_tag)}")
            return
        _, node = place.node.keys[tag]
        if not isinstance(node.value, str) or node.value not in by_tag:
            if not node.broken:
                near = close(node.word, map(str, by_tag))
                remedy = f"did you mean '{near}'?" if near else f"write {_or(by_tag)}"
                yield Finding(node.start, "D108", f"expected {_or(by_tag)} for '{tag}', got {got(node)}", remedy)
            return
        arms = [by_tag[node.value]]
    have = shape_of(place.node)
    likely = [arm for arm in arms if shape(arm) in (have, "any")]
    told = [list(_arm(place, arm)) for arm in likely]
    if len(told) > 1 and all(told) and not any(_deep(one, place) for one in told):
        told = []
    if all(told):
        yield from min(told, key=_weight, default=[_value(place)])


def _arm(place: _Place, arm: Any) -> Iterator[Finding]:
    """Yield what is wrong with a part of the file if this alternative was meant."""
    inner = unwrap(arm)
    shared = {key: value for key, value in place.config.items() if key in _SHARED_CONFIG}
    config = None if is_model(inner.kind) else cast(ConfigDict, shared)
    try:
        TypeAdapter(arm, config=config).validate_json(json.dumps(place.node.data()), strict=True)
    except ValidationError as error:
        yield from _findings(error, place._replace(wanted=inner))


def _deep(findings: list[Finding], place: _Place) -> bool:
    """Tell whether the findings say more than that the value as a whole is another one."""
    return any(finding.at != _at(place) or finding.code not in {"D108", "D109"} for finding in findings)


def _weight(findings: list[Finding]) -> tuple[int, int]:
    """Order alternatives by how badly they fit: unknown keys speak against one more than what is missing in it."""
    return sum(finding.code == "D106" for finding in findings), len(findings)


def _tags(arm: Any, tag: str) -> list[str]:
    kind = unwrap(arm).kind
    info = keys_of(kind).get(tag) if is_model(kind) else None
    return [str(one) for one in options_of(unwrap(info.annotation).kind)] if info else []


def _or(words: dict[str, Any]) -> str:
    return " or ".join(f"'{word}'" for word in words)
