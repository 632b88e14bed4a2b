"""The timeline of a play: what happened when, in numbers, in a picture and in words."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from simcare.calls.opening import open_call
from simcare.calls.timeline import Timeline, describe, draw_timeline, timeline_of
from simcare.calls.transcripts import play_moves
from simcare.scenarios.library import load_scenario

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "tight-shoes.yaml"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def played() -> Timeline:
    """Return the timeline of a play of the example."""
    scenario = load_scenario(EXAMPLE).value
    play = scenario.plays["one-leg-to-the-nurse"]
    return timeline_of(play_moves(open_call(scenario, play.variant, play.seed), play))


def test_all_that_was_done_is_on_it(played: Timeline) -> None:
    """Every move is a mark at the second it began, the decision in a lane of its own with how sure one was."""
    moves = [mark for mark in played.marks if mark.lane in ("Said", "Decided")]
    assert len(moves) == 8
    assert [mark.words for mark in played.marks if mark.lane == "Decided"] == ["Bring in the nurse now, 90% sure"]


def test_what_was_heard_stands_at_its_second(played: Timeline) -> None:
    """Facts are marks too, red flags in their own color, never before the question."""
    heard = {mark.words: mark for mark in played.marks if mark.lane == "Heard"}
    asked = {mark.words: mark.t for mark in played.marks if mark.lane == "Said"}
    assert heard["Whether one leg or both are swollen"].color == "two"
    assert heard["When it began"].t >= asked["Ask when it started"]


def test_the_gauges_run_from_the_opening_to_the_end(played: Timeline) -> None:
    """Each of the four gauges begins where the scenario lets it begin and ends with the call."""
    begins = {name: points[0] for name, points in played.gauges.items()}
    assert begins == {"trust": (0, 50), "distress": (0, 25), "clarity": (0, 95), "patience": (0, 60)}
    assert {points[-1][0] for points in played.gauges.values()} == {played.seconds}


def test_the_picture_is_whole(played: Timeline) -> None:
    """It is XML with a title, every mark is a dot in it, and nothing is written beside it."""
    root = ElementTree.fromstring(draw_timeline(played))
    title = root.find(f"{SVG}title")
    assert title is not None and title.text == "Timeline of Shoes that got tight, variant one-leg"
    assert len(root.findall(f"{SVG}circle")) == len(played.marks) + 4
    width = float(root.get("width", 0))
    assert all(0 <= float(dot.get("cx", -1)) <= width for dot in root.findall(f"{SVG}circle"))


def test_the_timeline_in_words_tells_every_mark(played: Timeline) -> None:
    """Who does not see the picture hears all of it."""
    told = describe(played)
    assert all(mark.words in told for mark in played.marks)


def test_a_call_without_a_move_can_be_drawn() -> None:
    """A line that was only opened has a timeline of its opening."""
    root = ElementTree.fromstring(draw_timeline(timeline_of(open_call(load_scenario(EXAMPLE).value, None, 0))))
    assert root.tag == f"{SVG}svg"
