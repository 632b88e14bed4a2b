"""What a page is told where something could not be done: one way for every desk, board and bench."""

from __future__ import annotations

import logging
from collections.abc import Callable

from simcare.documents import SimcareError


def trouble(work: Callable[[], object], log: logging.Logger, broken: str) -> str | None:
    """Do the work; return None, or the sentence to show: the refusal's own words, or `broken` where we are at fault."""
    try:
        work()
    except SimcareError as error:
        return sentence(str(error))
    except Exception:
        log.exception("what the page asked for could not be done")
        return broken
    return None


def sentence(text: str) -> str:
    """Return an error's words as a sentence."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
