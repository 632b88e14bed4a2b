"""Editing a document's text: one value changes, and not a character of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.documents import read_plain
from simcare.documents.editing import EditError, with_entry, with_value

LIBRARY = Path(__file__).parents[1] / "simcare" / "scenarios" / "library"
TEXT = """# what stands above
rows:
  first: {label: One, points: 5}  # five, because
  second:
    label: 'Two'   # in quotes
    points: 10
    why: >-
      It is
      folded.

# between
plays:
  old:
    score: 100

# the end
"""


def test_a_value_is_replaced_where_it_stands() -> None:
    """The one word changes; comments, quotes and blank lines stay."""
    assert with_value(TEXT, ("rows", "second", "points"), 12) == TEXT.replace("points: 10", "points: 12")


def test_a_value_in_braces_is_replaced() -> None:
    """A row that is written in one line is edited too."""
    assert with_value(TEXT, ("rows", "first", "points"), 7.5) == TEXT.replace("points: 5}", "points: 7.5}")


def test_a_value_that_was_not_written_is_added_at_the_end_of_its_row() -> None:
    """Behind a folded text, before the blank line and the comment that follow."""
    wanted = TEXT.replace("      folded.\n", "      folded.\n    critical: true\n")
    assert with_value(TEXT, ("rows", "second", "critical"), True) == wanted


def test_a_value_is_added_between_braces() -> None:
    """A row in one line stays in one line."""
    wanted = TEXT.replace("points: 5}", "points: 5, critical: true}")
    assert with_value(TEXT, ("rows", "first", "critical"), True) == wanted


def test_a_value_that_was_left_open_is_filled_in() -> None:
    """`points:` with nothing behind it gets its value on the same line."""
    assert with_value("a:\n  points:  # how many\n", ("a", "points"), 3) == "a:\n  points: 3  # how many\n"


def test_an_entry_is_added_below_the_last() -> None:
    """With the indentation of its neighbors, before the comment that ends the file."""
    wanted = TEXT.replace("    score: 100\n", "    score: 100\n  new:\n    moves:\n      - hello\n    passed: true\n")
    assert with_entry(TEXT, ("plays",), "new", {"moves": ["hello"], "passed": True}) == wanted


@pytest.mark.parametrize("text", ["a: 1\nplays:\n", "a: 1\nplays: {}\n", "a: 1\nplays:", "a: 1", "a: 1\n# end\n"])
def test_the_first_entry_begins_its_mapping(text: str) -> None:
    """A mapping that is announced, empty or missing takes its first entry."""
    edited = with_entry(text, ("plays",), "new", {"score": 1})
    assert read_plain(edited, name="text").value == {"a": 1, "plays": {"new": {"score": 1}}}
    assert edited.startswith("a: 1\n")


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("rows",), 1, "holds more than one value"),
        (("rows", "third", "points"), 1, "no mapping"),
        (("plays", "old", "score", "x"), 1, "no mapping"),
    ],
)
def test_what_would_lose_something_is_refused(path: tuple[str, ...], value: int, why: str) -> None:
    """A value never takes the place of a mapping, and a mapping is not made up on the way to a value."""
    with pytest.raises(EditError, match=why):
        with_value(TEXT, path, value)


def test_an_entry_that_is_there_is_kept() -> None:
    """A second play of the same name is refused."""
    with pytest.raises(EditError, match="already there"):
        with_entry(TEXT, ("plays",), "old", {})


def test_a_mapping_in_braces_takes_no_block() -> None:
    """What would be unreadable in one line is refused with what to do."""
    with pytest.raises(EditError, match="written in braces"):
        with_entry("plays: {old: {score: 1}}\n", ("plays",), "new", {"score": 1})


def test_a_text_that_is_not_in_order_is_not_touched() -> None:
    """A text that cannot be read cannot be edited either."""
    with pytest.raises(EditError, match="mend what is marked"):
        with_value("a: 'open\n", ("a",), 1)


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_file_of_the_library_can_be_edited(file: Path) -> None:
    """The points of its first and last row can be changed and a play added; all other lines stay, in their order."""
    text = file.read_text(encoding="utf-8")
    data = read_plain(text, name=file.name).value
    assert isinstance(data, dict)
    edited = text
    for row in [*data["rubric"]][:1] + [*data["rubric"]][-1:]:
        edited = with_value(edited, ("rubric", row, "points"), 1)
    edited = with_entry(edited, ("plays",), "from_the_bench", {"score": 1, "moves": ["greet_introduce"]})
    kept = [line for line in text.splitlines() if "points" not in line]
    left = iter(edited.splitlines())
    assert all(line in left for line in kept)
