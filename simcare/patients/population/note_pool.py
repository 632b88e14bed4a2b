"""The sentences of `data/notes.csv` as arrays: which may be drawn for what, and the texts that names turn them into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.patients.population.columns import Bools
from simcare.patients.population.needs import DRAWN, NEEDS
from simcare.patients.population.panel import CONDITIONS
from simcare.patients.tables import Row, grouped, rows

AUTHORS = ("care_coordinator", "nurse", "social_worker")
CHANNELS = ("call", "office", "text")
TYPED = "text"
"""The channel that needs a telephone which can show a message."""
SEASONS = ("winter", "spring", "summer", "fall")
"""From December, March, June and September."""
BANDS = ("low", "middle", "high")
PROGRESS: tuple[str, ...] = tuple(row["word"] for row in grouped("panel", "what")["progress"])
TOPICS = ("enrollment", "medicines", "season", "goal", "support", *CONDITIONS, *NEEDS)
SLOTS: tuple[str, ...] = ("", "helper", "pharmacy", "goal")
"""The names a sentence may hold, one at most."""
Places = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where the sentences for something stand, one place a condition, need or whatever the shelves are for."""

    start: Places
    size: Places
    """How many sentences there are; 0 where nothing is ever written."""
    spoken: Places
    """How many of them, the first ones, need no telephone that shows a message."""
    topic: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Pool:
    """All sentences, in shelves by kind; `author`, `channel` and `slot` tell of each sentence."""

    shelves: Mapping[str, Shelves]
    sentences: tuple[str, ...]
    author: NDArray[np.int8]
    channel: NDArray[np.int8]
    slot: NDArray[np.int8]


@cache
def note_pool() -> Pool:
    """Return the sentences in the order of their shelves."""
    members = sorted(rows("notes"), key=lambda row: (*_shelf(row), row["channel"] == TYPED))
    places: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(members):
        places.setdefault(_shelf(row), []).append(place)
    typed = np.array([row["channel"] == TYPED for row in members])
    asked = {
        "enrollment": [("", "enrollment")],
        "condition": [(key, key) for key in CONDITIONS],
        "medicines": [(band, "medicines") for band in BANDS],
        "need": [(key, key) for key in DRAWN],
        "season": [(name, "season") for name in SEASONS],
        "goal": [(word, "goal") for word in PROGRESS],
        "support": [("", "support")],
    }
    return Pool(
        shelves={kind: _shelves(kind, keys, places, typed) for kind, keys in asked.items()},
        sentences=tuple(row["text"] for row in members),
        author=np.array([AUTHORS.index(row["author"]) for row in members], dtype=np.int8),
        channel=np.array([CHANNELS.index(row["channel"]) for row in members], dtype=np.int8),
        slot=np.array([SLOTS.index(_slot(row["text"])) for row in members], dtype=np.int8),
    )


def _shelf(row: Row) -> tuple[str, str]:
    return row["topic"], row["key"] or row["band"]


def _slot(text: str) -> str:
    found = re.search(r"\{(\w+)\}", text)
    return found[1] if found else ""


def _shelves(
    kind: str, keys: list[tuple[str, str]], places: Mapping[tuple[str, str], list[int]], typed: Bools
) -> Shelves:
    own = [places.get((kind, key), []) for key, _ in keys]
    return Shelves(
        start=np.array([members[0] if members else 0 for members in own], dtype=np.int16),
        size=np.array([len(members) for members in own], dtype=np.int16),
        spoken=np.array([sum(not typed[place] for place in members) for members in own], dtype=np.int16),
        topic=np.array([TOPICS.index(topic) for _, topic in keys], dtype=np.int8),
    )


@cache
def texts(
    helpers: tuple[str, ...], pharmacies: tuple[str, ...], goals: tuple[str, ...]
) -> tuple[Places, tuple[str, ...]]:
    """Return every text that can be, and where those of each sentence begin: one for each name it may hold."""
    names = {"": ("",), "helper": helpers, "pharmacy": pharmacies, "goal": goals}
    starts: list[int] = []
    words: list[str] = []
    for sentence in note_pool().sentences:
        slot = _slot(sentence)
        starts.append(len(words))
        words += [sentence.replace(f"{{{slot}}}", name) for name in names[slot]]
    return np.array(starts, dtype=np.int16), tuple(words)
