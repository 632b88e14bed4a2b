"""The words scenarios may use besides intents and actions: competencies and the ids of what the product must cover."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from simcare.documents import read

HERE = Path(__file__).parent
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Vocabulary(BaseModel):
    """A list of ids with their meaning, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simcare: Literal[1]
    source: Text
    confidence: Literal["verified", "derived", "recalled", "assumption"]
    items: dict[str, Text] = Field(min_length=1)


@cache
def competencies() -> dict[str, str]:
    """Return what a call can train, id to meaning."""
    return dict(read(HERE / "competencies.yaml", Vocabulary).value.items)


@cache
def seed_ids() -> dict[str, str]:
    """Return every capability, step, skill and rule the product must cover, id to statement."""
    return dict(read(HERE / "seed.yaml", Vocabulary).value.items)
