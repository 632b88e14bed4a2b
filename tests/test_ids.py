"""The published ids are one list, and its page is true."""

from __future__ import annotations

from pathlib import Path

from simcare.scenarios import intents
from simcare.scenarios.ids import ids_as_markdown, published_ids
from simcare.scenarios.library import load_policy


def test_the_page_of_ids_is_true() -> None:
    """docs/ids.md is what `simcare ids --markdown` prints."""
    page = Path(__file__).parents[1] / "docs" / "ids.md"
    assert page.read_text(encoding="utf-8") == ids_as_markdown(load_policy().value, intents.load())


def test_every_level_has_its_action() -> None:
    """Each rung of the ladder can be taken by exactly one action."""
    ids = published_ids(load_policy().value, intents.load())
    taken = [action["level"] for action in ids["actions"].values() if action["level"]]
    assert sorted(taken) == sorted(ids["levels"])


def test_what_words_propose_is_an_action() -> None:
    """An intent that proposes names a published action."""
    ids = published_ids(load_policy().value, intents.load())
    proposed = {intent["proposes"] for intent in ids["intents"].values()} - {None}
    assert proposed <= set(ids["actions"])
