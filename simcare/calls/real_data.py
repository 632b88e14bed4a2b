"""Real patient data typed by mistake: what looks like a telephone, Social Security or Medicare number.

Only the kind of number is told, never the number: nothing that matched is kept, logged or returned. Numbers that are
known to be made up pass: telephones 555-01xx, Social Security and Medicare numbers that nobody is ever given, and what
the chart on the screen shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

RealData = Literal["phone", "ssn", "mbi"]

NAMES: dict[RealData, str] = {
    "phone": "a telephone number",
    "ssn": "a Social Security number",
    "mbi": "a Medicare number",
}

_PHONE = re.compile(
    r"(?<![\d-])(?:\+?1[-. ]?)?(?:\(\d{3}\)\s?|\d{3}[-. ]?)(?P<exchange>\d{3})[-. ]?(?P<line>\d{4})(?![\d-])"
    r"|(?<![\d.-])(?P<short>\d{3})[-.](?P<rest>\d{4})(?![\d-])"
)
_SSN = re.compile(r"(?<![\d-])(?P<area>\d{3})(?P<gap>[- ])(?P<group>\d{2})(?P=gap)(?P<serial>\d{4})(?![\d-])")
_SSN_NAMED = re.compile(
    r"\b(?:ssn|social(?: security)?(?: number)?)\b\D{0,12}(?P<area>\d{3})(?P<group>\d{2})(?P<serial>\d{4})(?!\d)",
    re.IGNORECASE,
)
_LETTER = "[AC-HJKMNP-RT-Y]"
_MBI = re.compile(
    rf"\b[1-9]{_LETTER}(?:{_LETTER}|\d)\d[- ]?{_LETTER}(?:{_LETTER}|\d)\d[- ]?{_LETTER}{{2}}\d{{2}}\b", re.IGNORECASE
)
"""The published form of a Medicare Beneficiary Identifier, 11 places without S, L, O, I, B and Z."""


def looks_real(text: str, own: Iterable[str] = ()) -> tuple[RealData, ...]:
    """Return the kinds of numbers in a text that may be a real person's; `own` are texts shown in the chart."""
    shown = _digits(" ".join(own))
    found: list[RealData] = []
    if any(_is_real_phone(match) and _digits(match.group()) not in shown for match in _PHONE.finditer(text)):
        found.append("phone")
    if any(_is_issued(match) for pattern in (_SSN, _SSN_NAMED) for match in pattern.finditer(text)):
        found.append("ssn")
    if _MBI.search(text):
        found.append("mbi")
    return tuple(found)


def reminder(text: str, own: Iterable[str] = ()) -> str | None:
    """Return the sentence that the screen shows after such a text; None where there is nothing to say."""
    kinds = looks_real(text, own)
    if not kinds:
        return None
    what = " and ".join(NAMES[kind] for kind in kinds)
    return f"That looks like {what}. This is training: never type a real patient's data. Nothing left this computer."


def _is_real_phone(match: re.Match[str]) -> bool:
    exchange, line = match["exchange"] or match["short"], match["line"] or match["rest"]
    return not (exchange == "555" and line.startswith("01"))


def _is_issued(match: re.Match[str]) -> bool:
    """Tell whether a Social Security number can have been given to somebody."""
    issued = match["area"] not in ("000", "666") and not match["area"].startswith("9")
    return issued and match["group"] != "00" and match["serial"] != "0000"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
