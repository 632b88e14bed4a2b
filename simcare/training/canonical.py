"""How a learner's name, a text and JSON are written so that equal things are stored equal.

Pure functions of their input; the database is not known here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import unicodedata
from typing import Any

from simcare.training.faults import RecordError

LONGEST_NAME = 100


def strict_json(data: object) -> str:
    """Return data as compact JSON that every database takes; RecordError where it is not plain data.

    Only ASCII, so that half a surrogate pair from a browser passes; no NaN, which is not JSON.
    """
    try:
        return json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise RecordError(f"this cannot be recorded: it is not plain data ({error}); nothing was stored") from error


def as_stored(data: object) -> Any:
    """Return data as a database gives it back, lists for tuples; RecordError where it is not plain data."""
    return json.loads(strict_json(data))


def storable(words: str) -> str:
    """Return words without what a database cannot keep: nul is left out, half a surrogate pair becomes '?'."""
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def sha256(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes in hex, 64 characters."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def shown_name(name: str) -> str:
    """Return a learner's name with plain spacing; RecordError where it is empty, too long or not printable."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not plain:
        raise RecordError("the learner has no name; give one, a nickname will do")
    if len(plain) > LONGEST_NAME:
        raise RecordError(f"the learner's name has {len(plain)} characters; use at most {LONGEST_NAME}")
    if not plain.isprintable():
        raise RecordError("the learner's name holds characters that cannot be shown; use letters")
    return plain


def name_key(name: str) -> str:
    """Return what two spellings of one name share: 'maria  lopez' and 'Maria Lopez' are one learner."""
    return unicodedata.normalize("NFC", shown_name(name).casefold())


def new_id() -> str:
    """Return a new id, 32 hex digits that sort by time: a UUID version 7 with the time to a quarter microsecond."""
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    luck = secrets.randbits(62)
    number = (milliseconds << 80) | (7 << 76) | (fraction << 64) | (0b10 << 62) | luck
    return f"{number:032x}"
