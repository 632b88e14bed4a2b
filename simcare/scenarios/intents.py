"""What words can do: the library of intents that typed text is matched to.

Here live the shapes of `intents.yaml` and its reading. The matching itself is in `simcare.calls.listener`; what an
intent costs in seconds and does to the patient's state is the organization's business and lives in the policy.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from simcare.documents import Document, dump, read, read_text
from simcare.scenarios.folders import intent_files

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
IntentKind = Literal["courtesy", "ask", "inform", "support", "offer", "propose", "harm"]


class _Authored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Intent(_Authored):
    """One thing words can do, with the phrase shown for it and the exemplars the listener learns from."""

    label: Text
    kind: IntentKind
    say: Text
    """The canonical phrase: shown in the searchable list and spoken when the intent is picked there."""
    exemplars: tuple[Text, ...] = Field(min_length=4)
    proposes: Id | None = None
    """The action these words only propose; the trainee confirms it."""
    safety: bool = False
    """True where the words are never counted as irrelevant, whatever the scenario holds."""

    @field_validator("proposes")
    @classmethod
    def _only_where_words_can_propose(cls, value: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if value is not None and kind not in ("propose", "offer", "support"):
            raise ValueError(f"an intent of kind {kind!r} proposes no action; leave `proposes` out")
        return value

    @model_validator(mode="after")
    def _propose_names_its_action(self) -> Intent:
        if self.kind == "propose" and self.proposes is None:
            raise ValueError("an intent of kind 'propose' names the action it proposes; add `proposes`")
        return self


class IntentLibrary(_Authored):
    """All intents by id, the core (candidates in every call), and what else the listener learns from."""

    simcare: Literal[1]
    core: tuple[Id, ...] = Field(min_length=1)
    grave: tuple[Id, ...] = ()
    """What frightens or hurts where it was not meant: offered as a choice only when nearly sure."""
    topics: dict[Text, tuple[Id, ...]] = {}
    """What each phrase is about, for the list at the desk; a topic never says whether a phrase is wise."""
    none: tuple[Text, ...] = ()
    """Off-topic lines and noise, which the listener learns to leave alone."""
    alike: dict[Id, tuple[Text, ...]] = {}
    """Families of words that do the same work in a sentence."""
    intents: dict[Id, Intent] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> IntentLibrary:
        for title, names in (("core", self.core), ("grave", self.grave)):
            if unknown := [name for name in names if name not in self.intents]:
                raise ValueError(f"{title} names intents that are not in the library: {', '.join(unknown)}")
        placed = [name for ids in self.topics.values() for name in ids]
        if strange := sorted(set(placed) - set(self.intents)):
            raise ValueError(f"topics name intents that are not in the library: {', '.join(strange)}")
        if twice := sorted({name for name in placed if placed.count(name) > 1}):
            raise ValueError(f"an intent stands under one topic only; take one place from: {', '.join(twice)}")
        owner: dict[str, str] = {}
        for name, intent in self.intents.items():
            for text in (intent.say, *intent.exemplars):
                other = owner.setdefault(_plain(text), name)
                if other != name:
                    raise ValueError(f"{text!r} is an exemplar of {other} and of {name}; keep it in one")
        return self


def document() -> Document[IntentLibrary]:
    """Return the intents with their text and hash, which an attempt pins; raise DocumentError with all problems.

    A program's own `intents.yaml` adds to ours or replaces an intent by its id; the text is then that of both together.
    """
    files = intent_files()
    return _document(files, tuple(file.stat().st_mtime for file in files))


def load() -> IntentLibrary:
    """Return the intents, read once a process; raise DocumentError with all problems."""
    return document().value


@cache
def _document(files: tuple[Path, ...], stamps: tuple[float, ...]) -> Document[IntentLibrary]:
    ours, *theirs = (read(file, IntentLibrary) for file in files)
    if not theirs:
        return ours
    whole = ours.value.model_dump()
    for more in theirs:
        added = more.value.model_dump()
        for part in ("core", "grave"):
            whole[part] = tuple(dict.fromkeys((*whole[part], *added[part])))
        whole["none"] = (*whole["none"], *added["none"])
        placed = {name for ids in added["topics"].values() for name in ids}
        kept = {topic: [name for name in ids if name not in placed] for topic, ids in whole["topics"].items()}
        whole["topics"] = {t: (*kept.get(t, ()), *added["topics"].get(t, ())) for t in {**kept, **added["topics"]}}
        for part in ("alike", "intents"):
            whole[part] = {**whole[part], **added[part]}
    return read_text(dump(json.loads(json.dumps(whole))), IntentLibrary, name=files[-1].as_posix())


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter == " ").strip()
