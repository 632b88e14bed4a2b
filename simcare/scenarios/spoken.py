"""What care managers say in another language: exemplars of our intents, for calls whose patient speaks it.

A file `intents.LANGUAGE.yaml` stands beside `intents.yaml` and holds lines by intent and nothing else: kinds, and what
words propose, can never differ between languages.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from simcare.documents import read
from simcare.scenarios.intents import Id, IntentLibrary

HERE = Path(__file__).parent
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class SpokenIntents(BaseModel):
    """Lines in one language by intent, and lines that mean none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simcare: Literal[1]
    language: Literal["es"]
    reviewed_by: Text
    """Who read the lines; says so plainly where no native speaker did."""
    none: tuple[Text, ...] = ()
    intents: dict[Id, Annotated[tuple[Text, ...], Field(min_length=10)]]


@cache
def spoken_intents(language: str) -> SpokenIntents | None:
    """Return the lines of a language, None where nobody has written any; DocumentError with all problems."""
    file = HERE / f"intents.{language}.yaml"
    return read(file, SpokenIntents).value if file.is_file() else None


def spoken_library(library: IntentLibrary, spoken: SpokenIntents) -> IntentLibrary:
    """Return the intents of a library that have lines in a language, with those lines in place of the English ones."""
    kept = {name: library.intents[name] for name in spoken.intents if name in library.intents}
    return IntentLibrary(
        simcare=1,
        core=tuple(name for name in library.core if name in kept),
        none=spoken.none,
        intents={
            name: intent.model_copy(update={"say": spoken.intents[name][0], "exemplars": spoken.intents[name]})
            for name, intent in kept.items()
        },
    )
