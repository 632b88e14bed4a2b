"""The fact graph: every tell and every condition is in it, and its picture is whole, safe and readable."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from simcare.scenarios.graph import Graph, fact_graph, how_joined
from simcare.scenarios.graph_drawing import describe, draw_graph
from simcare.scenarios.library import load_library, load_scenario
from simcare.scenarios.svg import DARK, LIGHT, width_of, wrapped

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
WRITTEN_ON = {"ink": ("ground", "ask", "fact", "flag", "row", "decision", "never"), "soft": ("ground", "fact", "row")}
MORE_ON = {"soft": ("decision", "never"), "flagink": ("flag",)}


@pytest.fixture(scope="module")
def tight_shoes() -> Graph:
    """Return the graph of the example's second variant."""
    return fact_graph(load_scenario(ROOT / "docs" / "examples" / "tight-shoes.yaml").value, "one-leg")


def links(graph: Graph, target: str) -> set[tuple[str, str]]:
    """Return (source, words) of what leads to a spot."""
    return {(link.source, link.words) for link in graph.links if link.target == target}


def test_every_tell_leads_to_its_fact(tight_shoes: Graph) -> None:
    """Both ways of asking about the legs are there, the deflection with its condition in words."""
    found = {(link.source, link.words, link.deflects) for link in tight_shoes.links if link.target == "fact:legs"}
    asks = ("ask:ask_calf_swelling", "ask:ask_swelling_redness")
    assert found == {(ask, "trust below 40", True) for ask in asks} | {(ask, "", False) for ask in asks}


def test_the_basis_leads_to_the_decision(tight_shoes: Graph) -> None:
    """What must have been heard before the decision is linked with it."""
    assert links(tight_shoes, "decision:decision") == {
        ("fact:legs", "heard first, all of these"),
        ("fact:breath", "heard first, all of these"),
    }


def test_a_row_is_linked_with_all_that_it_names(tight_shoes: Graph) -> None:
    """Facts, words and identity lead to their rows; a penalty is marked as one."""
    assert links(tight_shoes, "row:one_or_both") == {("fact:legs", "before the decision")}
    assert links(tight_shoes, "row:identity") == {("ask:verify_identity", "")}
    assert tight_shoes.spots["row:waves_it_off"].never
    assert {link.against for link in tight_shoes.links if link.target == "row:waves_it_off"} == {True}


def test_a_spot_knows_where_it_is_written(tight_shoes: Graph) -> None:
    """What the variant changes is placed in the variant, the rest in the scenario."""
    spots = tight_shoes.spots
    assert spots["fact:legs"].place == ("variants", "one-leg", "facts", "legs")
    assert spots["fact:breath"].place == ("facts", "breath")
    assert spots["decision:decision"].place == ("variants", "one-leg", "decision")


def test_what_differs_between_variants_is_marked(tight_shoes: Graph) -> None:
    """An educator sees which questions tell the variants apart."""
    marked = {spot.id for spot in tight_shoes.of_kind("fact") if "differs between variants" in spot.more}
    assert marked == {"legs", "since", "trip"}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("known(a)", ""),
        ("known(a) and known(b)", "all of these"),
        ("said(a) or said(b)", "any of these"),
        ("count_known(a, b, c) >= 2", "any 2 of these"),
        ("count_said(a, b, c) > 2", "any 3 of these"),
        ("known(a) and not said(b)", "see its condition"),
    ],
)
def test_how_much_is_needed_is_told_in_short_words(condition: str, words: str) -> None:
    """`and`, `or` and counts are words; what is neither sends the reader to the condition."""
    assert how_joined(condition) == words


def test_every_variant_of_the_library_can_be_drawn() -> None:
    """Each picture is XML with a title, a description and every fact and row by name."""
    for document in load_library().values():
        for variant in document.value.variants:
            graph = fact_graph(document.value, variant)
            root = ElementTree.fromstring(draw_graph(graph))
            title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
            assert title is not None and description is not None and title.text and description.text
            assert all(spot.label in description.text for spot in graph.of_kind("fact", "row", "decision"))
            assert len(root.findall(f"{SVG}rect[@class='box']")) + len(
                root.findall(f"{SVG}rect[@class='box heavy']")
            ) == len(graph.spots)


def test_boxes_do_not_lie_on_each_other() -> None:
    """In each column of every picture a box begins below the end of the one above."""
    for document in load_library().values():
        root = ElementTree.fromstring(draw_graph(fact_graph(document.value)))
        columns: dict[str, list[tuple[float, float]]] = {}
        for box in root.findall(f"{SVG}rect"):
            if box.get("class", "").startswith("box"):
                top, height = float(box.get("y", 0)), float(box.get("height", 0))
                columns.setdefault(box.get("x", ""), []).append((top, top + height))
        for spans in columns.values():
            ordered = sorted(spans)
            assert all(above[1] <= below[0] for above, below in itertools.pairwise(ordered))


def test_what_an_author_wrote_is_never_markup() -> None:
    """A label with signs of XML is drawn as it was typed, and links to nothing."""
    scenario = load_scenario(ROOT / "docs" / "examples" / "tight-shoes.yaml").value
    fact = scenario.facts["legs"].model_copy(update={"label": "<script>&\"legs'"})
    drawn = draw_graph(fact_graph(scenario.model_copy(update={"facts": {**scenario.facts, "legs": fact}})))
    root = ElementTree.fromstring(drawn)
    texts = "".join(root.itertext())
    assert ("<script" in drawn, "<script>&\"legs'" in texts) == (False, True)
    assert re.findall(r"https?://\S+?(?=[\"'])", drawn) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize(("name", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_words_stand_out_from_their_ground(name: str, colors: dict[str, str]) -> None:
    """Every color of words has a contrast of 4.5 to 1 on every color it is written on."""
    pairs = [(ink, ground) for table in (WRITTEN_ON, MORE_ON) for ink, grounds in table.items() for ground in grounds]
    assert [pair for pair in pairs if contrast(colors[pair[0]], colors[pair[1]]) < 4.5] == []


def test_the_colors_of_both_themes_have_the_same_names() -> None:
    """Nothing is drawn in a color that the other theme does not know."""
    assert LIGHT.keys() == DARK.keys()


def test_words_are_wrapped_and_cut() -> None:
    """No line is wider than its room, words longer than that are parted, and what is too much ends in dots."""
    lines = wrapped("one two three four five six seven eight nine supercalifragilistic", 90, most=3)
    assert (len(lines), lines[-1][-3:], max(width_of(line, 13) for line in lines) <= 96) == (3, "...", True)


def test_the_description_says_what_the_decision_rests_on(tight_shoes: Graph) -> None:
    """Who does not see the picture hears it."""
    assert (
        "The right decision is Bring in the nurse now; it rests on Chest pain or trouble breathing, Whether"
        in describe(tight_shoes)
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors (WCAG 2.2)."""

    def light(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
