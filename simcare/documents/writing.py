"""Plain data to YAML text that reads back equal, laid out the way a person would write it.

Own layout instead of PyYAML's: its writer follows YAML 1.1 and would leave `1_000` or `3:30` to be misread elsewhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from simcare.documents.scalars import Scalar, UnusableNumberError, meant_boolean, meant_number, resolve
from simcare.documents.tree import MAX_CHARACTERS, MAX_DEPTH

_SAFE = re.compile(r"[A-Za-z0-9_(.\u00c0-\u024f](?:[\w (),./;!?+'\"-]|:(?=[^\s]))*\Z")
_FLOW_SIGNS = re.compile(r"[,\[\]{}]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufe00-\ufeff\ufffe\uffff]')
_LONGEST_KEY = 120


def dump(data: object) -> str:
    """Return YAML text for dicts with text keys, lists, tuples and scalars, in the given order of keys.

    Reading it back gives equal data (a tuple comes back as a list). Raises TypeError for other types, ValueError for
    what cannot be kept (not-a-number, half a surrogate pair, a number of hundreds of digits) or is too large or too
    deep to be read.
    """
    text = "\n".join(_block(data, 0)) + "\n"
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"the document would have {len(text):,} characters, more than {MAX_CHARACTERS:,}")
    return text


def _block(data: object, depth: int) -> Iterator[str]:
    """Yield the lines of a value that stands on lines of its own."""
    if depth > MAX_DEPTH:
        raise ValueError(f"values are nested more than {MAX_DEPTH} deep")
    pad = "  " * depth
    if isinstance(data, Mapping) and data:
        for key, value in data.items():
            if not isinstance(key, str):
                raise TypeError(f"a key must be a text, not {key!r}")
            shown = _text(key) if key else '""'
            lead = f"{pad}{shown}:" if len(shown) <= _LONGEST_KEY else f"{pad}? {shown}\n{pad}:"
            yield from _after(lead, value, depth)
    elif isinstance(data, list | tuple) and data:
        for value in data:
            if isinstance(value, Mapping) and value and all(isinstance(k, str) and len(k) < 60 for k in value):
                first, *rest = _block(value, depth + 1)
                yield f"{pad}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield from _after(f"{pad}-", value, depth)
    else:
        yield pad + _inline(data)


def _after(lead: str, value: object, depth: int) -> Iterator[str]:
    """Yield the lines of a value that follows a key or a dash."""
    if isinstance(value, Mapping | list | tuple) and value:
        yield lead
        yield from _block(value, depth + 1)
    elif isinstance(value, str) and _literal(value):
        *kept, _ = value.split("\n")
        yield f"{lead} |"
        yield from ("  " * (depth + 1) + line if line else "" for line in kept)
    else:
        yield f"{lead} {_inline(value)}"


def _literal(text: str) -> bool:
    """Tell whether a text of several lines can stand as it is under `|`: it ends in exactly one newline."""
    if not text.endswith("\n") or text.endswith("\n\n") or text.startswith((" ", "\n")):
        return False
    return not _SPECIAL.search(text.replace("\n", "").replace('"', "").replace("\\", "")) and len(text) > 1


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _number(value, str(int(value)))
    if isinstance(value, float):
        if math.isinf(value):
            return ".inf" if value > 0 else "-.inf"
        return _number(value, repr(float(value)))
    raise TypeError(f"{type(value).__name__} cannot stand in a document; give it as a text or a number")


def _number(value: Scalar, word: str) -> str:
    try:
        if resolve(word) == value:
            return word
    except UnusableNumberError:
        pass
    raise ValueError(f"the number {word[:40]} cannot be kept in a document")


def _text(text: str) -> str:
    """Return a text as one word or line: bare where every YAML reader agrees on it, else in double quotes."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("half a surrogate pair is not text and cannot be kept in a document")
    if _bare(text):
        return text
    return '"' + _SPECIAL.sub(_escape, text) + '"'


def _bare(text: str) -> bool:
    if not _SAFE.match(text) or text != text.strip() or _FLOW_SIGNS.search(text) or text.endswith(":"):
        return False
    if meant_boolean(text) is not None or meant_number(text) is not None or text[0] in "0123456789.":
        return False
    return isinstance(resolve(text), str)


def _escape(match: re.Match[str]) -> str:
    sign = match.group()
    return _ESCAPES.get(sign) or (f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}")
