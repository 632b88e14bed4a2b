"""The list of phrases at the desk: every intent under the topic the library gives it.

Topics say what a phrase is about, never whether it is wise: what harms stands among its neighbors, in the order of
the alphabet. The phrase itself is what is shown, because a label may judge.
"""

from __future__ import annotations

from typing import Any

from simcare.scenarios.intents import IntentLibrary

BESIDE = "Anything else"
"""Where an intent stands that has no topic."""


def phrase_groups(library: IntentLibrary) -> list[dict[str, Any]]:
    """Return the whole library as topics with their phrases; `find` holds the words the search looks at besides."""
    topic_of = {intent: topic for topic, ids in library.topics.items() for intent in ids}
    groups: dict[str, list[dict[str, str]]] = {topic: [] for topic in (*library.topics, BESIDE)}
    for name, intent in library.intents.items():
        find = intent.label.lower() if intent.kind != "harm" else ""
        groups[topic_of.get(name, BESIDE)].append({"intent": name, "say": intent.say, "find": find})
    return [
        {"topic": topic, "items": sorted(items, key=lambda item: item["say"].lower())}
        for topic, items in groups.items()
        if items
    ]
