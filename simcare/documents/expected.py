"""What a model wants, in plain words, and what the file has instead.

Here annotations are taken apart and described; which of them an error is about is decided in `checking`.
"""

from __future__ import annotations

import datetime
import decimal
import difflib
import enum
import re
import types
import uuid
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo

from simcare.documents.tree import Node

_LIMITS = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")
_LISTS = (list, tuple, set, frozenset)
_UNIONS = (Union, types.UnionType)
_PLAIN: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    decimal.Decimal: "a number",
    datetime.date: "a date such as 2026-03-04",
    datetime.datetime: "a date and time such as 2026-03-04T09:30:00",
    datetime.time: "a time such as 09:30:00",
    uuid.UUID: "an id of 32 hexadecimal digits",
    type(None): "nothing",
}
_FORMS: dict[str, str] = {
    r"^[a-z][a-z0-9_]*$": "an id (small letters, digits and _, a letter first)",
    r"^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$": "an id (small letters and digits, joined by - or _, a letter first)",
    r"^[A-Z]{2}$": "two capital letters",
    r"^(?:never|current|quit in (?:19|20)\d\d)$": "never, current, or a year such as quit in 2017",
    r"^\d+\.\d+\.\d+$": "a version such as 1.0.0",
    r"^\d{4}-\d\d-\d\d \d\d:\d\d$": "a day and time such as 2026-03-04 09:30",
}


class Wanted(NamedTuple):
    """An annotation without its wrapping, and the limits that were wrapped around it."""

    kind: Any
    limits: dict[str, Any]
    discriminator: object = None


def unwrap(kind: Any, extras: Iterable[object] = ()) -> Wanted:
    """Return what an annotation is about, without `Annotated` and `| None`, and the limits that these carried."""
    pending = list(extras)
    while True:
        named = getattr(kind, "__value__", None) or getattr(kind, "__supertype__", None)
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            pending += more
        elif get_origin(kind) in _UNIONS and len(some := [arm for arm in get_args(kind) if arm is not type(None)]) == 1:
            kind = some[0]
        elif named is not None:
            kind = named
        else:
            break
    limits: dict[str, Any] = {}
    discriminator: object = None
    for extra in pending:
        if isinstance(extra, FieldInfo):
            discriminator = extra.discriminator or discriminator
        for one in (*extra.metadata, extra) if isinstance(extra, FieldInfo) else (extra,):
            limits |= {name: limit for name in _LIMITS if (limit := getattr(one, name, None)) is not None}
    return Wanted(kind, limits, discriminator)


def arms_of(wanted: Wanted) -> list[Any]:
    """Return the alternatives of a union, or the one kind there is."""
    if get_origin(wanted.kind) not in _UNIONS:
        return [wanted.kind]
    found: list[Any] = []
    for arm in get_args(wanted.kind):
        inner = unwrap(arm)
        nested = get_origin(inner.kind) in _UNIONS and inner.discriminator is None
        found += arms_of(inner) if nested else [arm]
    return [arm for arm in found if arm is not type(None)]


def is_model(kind: Any) -> bool:
    """Tell whether the kind is a pydantic model."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the keys an author may write for a model, in its order: aliases where it has them."""
    by_name = model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name")
    found: dict[str, FieldInfo] = {}
    for name, info in model.model_fields.items():
        for key in _aliases(info) or [name]:
            found[key] = info
        if by_name:
            found[name] = info
    return found


def _aliases(info: FieldInfo) -> list[str]:
    alias = info.validation_alias if info.validation_alias is not None else info.alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    firsts = [choice.path[0] if isinstance(choice, AliasPath) else choice for choice in choices]
    return [first for first in firsts if isinstance(first, str)]


def close_key(key: str, model: type[BaseModel], taken: Iterable[str] = ()) -> str | None:
    """Return the key of the model that an unknown key was meant to be, if one is near; unused ones come first."""
    keys = keys_of(model)
    if key in model.model_fields and _aliases(model.model_fields[key]):
        return _aliases(model.model_fields[key])[0]
    return close(key, [known for known in keys if known not in set(taken)]) or close(key, keys)


def close(word: str, options: Iterable[str]) -> str | None:
    """Return the option nearest to a word, or None when none is near; small and capital letters count as equal."""
    by_lower = {option.lower().replace("-", "_"): option for option in options}
    found = difflib.get_close_matches(word.lower().replace("-", "_").replace(" ", "_"), by_lower, n=1)
    return by_lower[found[0]] if found else None


def options_of(kind: Any) -> list[Any]:
    """Return the values of a Literal or an Enum, or an empty list for any other kind."""
    if get_origin(kind) is Literal:
        return [one.value if isinstance(one, enum.Enum) else one for one in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [one.value for one in kind]
    return []


def shape(kind: Any) -> str:
    """Return how a value of this kind is written: map, list, text, number, bool, or any."""
    kind = unwrap(kind).kind
    origin = get_origin(kind) or kind
    if is_model(origin) and "root" in origin.model_fields and origin.__pydantic_root_model__:
        return shape(origin.model_fields["root"].annotation)
    if is_model(origin) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return "map"
    if origin in _LISTS or (isinstance(origin, type) and getattr(origin, "__module__", "") == "collections.abc"):
        return "list"
    if origin is bool:
        return "bool"
    if origin in (int, float, decimal.Decimal):
        return "number"
    options = options_of(kind)
    if options and all(isinstance(one, int) and not isinstance(one, bool) for one in options):
        return "number"
    if origin in _PLAIN or (options and all(isinstance(one, str) for one in options)):
        return "text"
    return "any"


def shape_of(node: Node) -> str:
    """Return how a value is written in the file: map, list, text, number, bool, or none."""
    if node.kind != "scalar":
        return node.kind
    if isinstance(node.value, bool):
        return "bool"
    return "none" if node.value is None else "text" if isinstance(node.value, str) else "number"


def describe(wanted: Wanted, node: Node | None = None) -> str:
    """Say what is wanted, such as "a whole number from 18 to 105 or a list of 2"; `node` is what stands there."""
    kinds = arms_of(wanted)
    if len(kinds) > 1:
        phrases = [describe(unwrap(kind)).partition(" (small")[0] for kind in kinds]
        return " or ".join(dict.fromkeys(phrases))
    kind, limits = wanted.kind, wanted.limits
    origin = get_origin(kind) or kind
    if options := options_of(kind):
        shown = [repr(one) if isinstance(one, str) else str(one).lower() for one in options]
        return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
    if (how := shape(kind)) == "map":
        return _map_phrase(origin, limits)
    if how == "list":
        return _list_phrase(kind, origin, limits)
    phrase = _PLAIN.get(origin, "another kind of value")
    if how == "number":
        return phrase + _range_phrase(limits)
    return _text_phrase(phrase, limits, len(node.word) if node else 0) if origin is str else phrase


def _map_phrase(origin: Any, limits: dict[str, Any]) -> str:
    if is_model(origin):
        keys = list(keys_of(origin))
        return f"a mapping ({', '.join(keys[:4])}{' ...' if len(keys) > 4 else ''})"
    return "a mapping with at least one key" if limits.get("min_length") else "a mapping"


def _list_phrase(kind: Any, origin: Any, limits: dict[str, Any]) -> str:
    parts = get_args(kind)
    if origin is tuple and parts and Ellipsis not in parts:
        return f"a list of {len(parts)}"
    low, high = limits.get("min_length"), limits.get("max_length")
    if low and high:
        return f"a list of {low}" if low == high else f"a list of {low} to {high}"
    return f"a list of at least {low}" if low else f"a list of at most {high}" if high else "a list"


def _range_phrase(limits: dict[str, Any]) -> str:
    if "ge" in limits and "le" in limits:
        return f" from {limits['ge']} to {limits['le']}"
    low = f"{limits['ge']} or more" if "ge" in limits else f"above {limits['gt']}" if "gt" in limits else ""
    high = f"{limits['le']} or less" if "le" in limits else f"below {limits['lt']}" if "lt" in limits else ""
    both = " and ".join(part for part in (low, high) if part)
    return f", {both}" if both else ""


def _text_phrase(phrase: str, limits: dict[str, Any], length: int) -> str:
    pattern, low, high = (limits.get(name) for name in ("pattern", "min_length", "max_length"))
    if pattern is not None:
        source = pattern.pattern if isinstance(pattern, re.Pattern) else str(pattern)
        phrase = _FORMS.get(source, f"a text of the form {source}")
    if low and low > 1:
        phrase += f" of at least {low} characters"
    if high is not None and (pattern is None or length > high):
        phrase += f" of at most {high} characters"
    return phrase


def got(node: Node) -> str:
    """Say what the file has at this place, shortened."""
    if node.kind == "map":
        return f"a mapping ({', '.join(list(node.keys)[:4])}{' ...' if len(node.keys) > 4 else ''})"
    if node.kind == "list":
        return f"a list of {len(node.items)}"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, str):
        return "an empty text" if not node.value else f"the text {short(node.value)}"
    return f"the number {node.word}" if not isinstance(node.value, bool) else node.word


def short(text: str) -> str:
    """Return a text in quotes, cut after 40 characters."""
    return repr(text if len(text) <= 40 else text[:37] + "...")
