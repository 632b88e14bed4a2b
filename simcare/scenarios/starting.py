"""Starting a scenario: a new text from a template or from another scenario, under an id of its own.

Only text is made here; where it is kept is the business of who asks.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from simcare.documents import SimcareError
from simcare.documents.editing import with_value
from simcare.scenarios.library import load_scenario
from simcare.scenarios.model import Slug

TEMPLATES = Path(__file__).parent / "templates"
FIRST_VERSION = "1.0.0"
UNREVIEWED = "unreviewed"


@cache
def template_ids() -> tuple[str, ...]:
    """Return the names of the templates."""
    return tuple(file.stem for file in sorted(TEMPLATES.glob("*.yaml")))


def start_scenario(new_id: str, like: str | Path | None = None) -> str:
    """Return the text of a new scenario: a template, or a scenario of the library or of a file, under a new id.

    Its version begins again and nobody has reviewed it, whoever signed the one it comes from. Raises SimcareError where
    the id is none, or there is nothing of the name to start from.
    """
    _require_id(new_id)
    text = _text_of(like or template_ids()[0])
    for key, value in (("id", new_id), ("version", FIRST_VERSION), ("reviewed_by", UNREVIEWED)):
        text = with_value(text, (key,), value)
    return text


def _text_of(like: str | Path) -> str:
    if str(like) in template_ids():
        return (TEMPLATES / f"{like}.yaml").read_text(encoding="utf-8")
    return load_scenario(like).text


def _require_id(new_id: str) -> None:
    try:
        TypeAdapter(Slug).validate_python(new_id)
    except ValidationError as error:
        near = re.sub(r"[^a-z0-9]+", "-", new_id.lower()).strip("-")
        near = re.sub(r"^[^a-z]+", "", near)[:60].rstrip("-")
        remedy = f"'{near}' would be one" if near and difflib.SequenceMatcher(None, near, new_id).ratio() > 0.3 else ""
        raise SimcareError(
            f"'{new_id}' is no id of a scenario: small letters and digits, joined by -, a letter first; "
            + (remedy or "take another name")
        ) from error
