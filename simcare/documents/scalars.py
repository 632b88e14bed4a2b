"""What an unquoted word of YAML means: the YAML 1.2 core schema, and where it differs from what people expect.

`no`, `off` and `3:30` are texts here, `0o7` is seven and `1_000` is a text; YAML 1.1 readers disagree on each of them.
"""

from __future__ import annotations

import math
import re

Scalar = None | bool | int | float | str

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_WHOLE = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
_NUMBERS_BEGIN = frozenset("+-.0123456789")
_LONGEST_NUMBER = 300

_SAID_YES = frozenset({"yes", "on", "y"})
_SAID_NO = frozenset({"no", "off", "n"})
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[_,' ][0-9]{3})+\Z|[-+]?[0-9]+(?:_[0-9]+)+\Z")
_SEXAGESIMAL = re.compile(r"[0-9]+(?::[0-5]?[0-9])+\Z")


class UnusableNumberError(ValueError):
    """The word is a number by its spelling, and no number simcare can hold and give back."""


def resolve(word: str) -> Scalar:
    """Return the value of an unquoted word by the YAML 1.2 core schema.

    Raises `UnusableNumberError` for not-a-number and for numbers too long or too large to be kept as written.
    """
    if word in _WORDS:
        return _WORDS[word]
    if word[0] not in _NUMBERS_BEGIN:
        return word
    if word in _NOT_A_NUMBER or (len(word) > _LONGEST_NUMBER and _FLOAT.match(word)):
        raise UnusableNumberError(word)
    if _WHOLE.match(word):
        return int(word)
    if _OCTAL.match(word) or _HEX.match(word):
        if len(word) > _LONGEST_NUMBER:
            raise UnusableNumberError(word)
        return int(word, 0)
    if _FLOAT.match(word):
        number = float(word)
        if math.isinf(number):
            raise UnusableNumberError(word)
        return number
    return word


def meant_boolean(word: str) -> bool | None:
    """Return the truth value that a word such as `no` has in YAML 1.1, or None for any other word."""
    lowered = word.lower()
    if lowered in _SAID_YES:
        return True
    return False if lowered in _SAID_NO else None


def meant_number(word: str) -> str | None:
    """Return how a number written with separators (`1_000`) or as a time (`3:30`, in seconds) is to be spelled."""
    if _GROUPED.match(word):
        return re.sub(r"[_,' ]", "", word)
    if _SEXAGESIMAL.match(word):
        total = 0
        for part in word.split(":"):
            total = total * 60 + int(part[:9])
        return str(total)
    return None
