"""Translations: a call in another language, line by line, with the facts, conditions and points of the one it is of.

A translation is a file `translations/ID.LANGUAGE.yaml` that holds lines by their id and nothing else of the call, so
that ids and scoring can never differ. A tell is `fact.1` or `fact.its_id`, a reply `reply_1` or its id, an event
`event_id`; a variant's own begin with `variant/`. Recorded audio goes by the same ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from simcare.documents import Document, DocumentError, Problem, dump, read_plain, read_text
from simcare.scenarios.model import Scenario, Slug

FOLDER = "translations"
TRANSLATED = frozenset({"patient"})
"""Who surely speaks the language; people of the persona do too, and nurses, dispatchers and the like speak English."""
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_NAME = re.compile(r"^(?P<of>.+)\.(?P<language>[a-z]{2})\.yaml$")
Place = tuple[Any, str | int]
"""The mapping or list of the original that holds a line, and its key."""


class Translation(BaseModel):
    """The lines of one call in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simcare: Literal[1]
    of: Slug
    language: Literal["es"]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    """The version of the original that was translated."""
    title: Text
    voice: Text | None = None
    lines: dict[str, Text]


def translation_files(folder: Path) -> dict[str, Path]:
    """Return the translations of a folder by the id of the call they make, such as `first-call-es`."""
    found = ((_NAME.match(file.name), file) for file in sorted((folder / FOLDER).glob("*.yaml")))
    return {f"{name['of']}-{name['language']}": file for name, file in found if name is not None}


def translated(original: Document[Scenario], translation: Document[Translation], new_id: str) -> Document[Scenario]:
    """Return the call in the other language, as a scenario of its own id whose text holds everything.

    Raises DocumentError where a line is missing, is not there in the original, or the original was changed since.
    """
    value = translation.value
    data: Any = read_plain(original.text, name=original.file).value
    places = dict(_lines(data))
    problems = list(_findings(original.value, translation, places))
    if problems:
        raise DocumentError(problems)
    for line_id, text in value.lines.items():
        holder, key = places[line_id]
        holder[key] = text
    persona = {**data.get("persona", {}), "language": value.language}
    if value.voice is not None:
        persona["voice"] = value.voice
    data |= {"id": new_id, "title": value.title, "persona": persona, "guided": False}
    data.pop("coach", None)  # the guide shows the desk once, in one language
    return read_text(dump(data), Scenario, name=(Path(translation.file).parent / f"{new_id}.yaml").as_posix())


def _findings(original: Scenario, translation: Document[Translation], places: dict[str, Place]) -> Iterator[Problem]:
    value = translation.value
    if value.version != original.version:
        fact = f"this translates version {value.version}, and '{original.id}' is at {original.version}"
        yield translation.problem(("version",), "E251", fact, "read the changed lines again, then raise the version")
    for line_id in value.lines:
        if line_id not in places:
            fact = f"'{original.id}' has no line '{line_id}'"
            yield translation.problem(("lines", line_id), "E252", fact, "correct the id or take the line out")
    speakers = TRANSLATED | set(original.persona.speakers)
    for line_id, (holder, _) in places.items():
        if line_id not in value.lines and _speaker(holder) in speakers:
            fact = f"the line '{line_id}' is not translated"
            yield translation.problem(("lines",), "E253", fact, f"add {line_id}: to lines")


def _speaker(holder: Any) -> str:
    return str(holder.get("speaker", "patient")) if isinstance(holder, dict) else "patient"


def _lines(data: dict[str, Any]) -> Iterator[tuple[str, Place]]:
    """Yield (line id, place) of everything somebody says in a call."""
    for key in ("opening", "gated"):
        yield key, (data, key)
    identity = data.setdefault("identity", {})
    for key in ("say", "otherwise"):
        # What the file leaves to the format is said all the same, and in English.
        identity.setdefault(key, "")
        yield f"identity.{key}", (identity, key)
    clock = data.setdefault("clock", {})
    clock.setdefault("end_line", "")
    yield "end_line", (clock, "end_line")
    for key in ("deny", "unknown"):
        data.setdefault(key, [""])
        yield from ((f"{key}.{nth}", (data[key], nth - 1)) for nth in range(1, len(data[key]) + 1))
    for kind, texts in data.get("filler", {}).items():
        yield from ((f"filler.{kind}.{nth}", (texts, nth - 1)) for nth in range(1, len(texts) + 1))
    speakers = data.get("persona", {}).get("speakers", {})
    yield from ((f"speakers.{name}", (speakers, name)) for name in speakers)
    yield from _told("", data)
    for name, variant in data["variants"].items():
        yield from _told(f"{name}/", variant)


def _told(before: str, part: dict[str, Any]) -> Iterator[tuple[str, Place]]:
    for fact, fields in part.get("facts", {}).items():
        for nth, tell in enumerate(fields.get("tell", ()), start=1):
            yield f"{before}{fact}.{tell.get('id', nth)}", (tell, "say")
    for nth, reply in enumerate(part.get("replies", ()), start=1):
        yield f"{before}{reply.get('id', f'reply_{nth}')}", (reply, "say")
    for name, event in part.get("events", {}).items():
        if "say" in event:
            yield f"{before}event_{name}", (event, "say")
