"""The panel board without a browser: what is counted is what the tables hold, and pictures are sound SVG."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from simcare.desk.panel import PanelBoard, know_your_panel
from simcare.desk.panel.pictures import NARROW, WIDE, gaps, pyramid
from simcare.documents import SimcareError
from simcare.patients.population.drawing import Population, populate
from simcare.patients.report.panel import BANDS, TABLES, Chosen, PanelCounts


@pytest.fixture(scope="module")
def people() -> Population:
    """A small panel."""
    return populate(600, seed=4, on=date(2026, 11, 20), tables=TABLES)


def test_everybody_is_counted_once(people: Population) -> None:
    """The bars of the pyramid add up to the people, whoever is chosen."""
    for chosen in (Chosen(), Chosen(sex="male"), Chosen(youngest=75, oldest=84), Chosen(condition="diabetes_t2")):
        counts = PanelCounts(people, chosen)
        assert sum(counts.ages("female")) + sum(counts.ages("male")) == len(counts.people)
    assert len(BANDS) == len(PanelCounts(people, Chosen()).ages("male"))


def test_who_is_chosen_fits_every_filter(people: Population) -> None:
    """Sex, age and condition hold for each of the chosen, and for nobody else."""
    chosen = Chosen(sex="female", youngest=70, oldest=79, condition="hypertension")
    ill = set(people.conditions.query("condition == 'hypertension'")["patient"])
    fits = people.patients.query("sex == 'female' and 70 <= age <= 79 and patient in @ill", local_dict={"ill": ill})
    assert PanelCounts(people, chosen).people["patient"].tolist() == fits["patient"].tolist()


def test_shares_are_those_of_the_table(people: Population) -> None:
    """A cell of the heat map is the percent of its group, by another way of counting."""
    counts = PanelCounts(people, Chosen())
    group = people.patients.query("sex == 'male' and age >= 85")["patient"]
    ill = people.conditions.query("condition == 'heart_failure'")["patient"]
    assert counts.share("heart_failure", counts.group("male", 85, 110)) == pytest.approx(100 * group.isin(ill).mean())
    assert counts.share("heart_failure", counts.group("male", 108, 109)) is None


def test_gaps_hold_every_row_of_the_chosen(people: Population) -> None:
    """The states of all care gaps add up to the rows of the table, the most open gap first."""
    found = PanelCounts(people, Chosen()).gaps()
    assert sum(sum(numbers) for _, numbers in found) == len(people.care_gaps)
    waiting = [numbers[2] + numbers[3] for _, numbers in found]
    assert waiting == sorted(waiting, reverse=True)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pictures_are_svg_inside_their_width(width: int) -> None:
    """Whatever the words and numbers, a picture is well-formed and no bar reaches beyond it."""
    drawn = [
        pyramid(["65+", "<&>"], [0, 9999], [1, 0], width=width, name="a"),
        gaps([("A <b> & c", (1, 0, 3, 4, 0)), ("none", (0, 0, 0, 0, 0))], width=width, name="b"),
        gaps([], width=width, name="c"),
    ]
    for text in drawn:
        root = ElementTree.fromstring(text)
        bars = [bar.attrib for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
        assert all(float(bar["x"]) >= 0 and float(bar["x"]) + float(bar["width"]) <= width for bar in bars)
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("mix", "../secret"), ("number", "1e9"), ("sex", "x"), ("condition", "gout;"), ("youngest", "-1")],
)
def test_what_the_page_does_not_offer_changes_nothing(key: str, value: str) -> None:
    """A message with a value that is no option leaves the panel as it is."""
    board = PanelBoard(number=500)
    before = {name: value for name, value in board.view.items() if name != "seq"}
    board._handle_msg(
        {"content": {"data": {"method": "custom", "content": {"key": key, "value": value}}}, "buffers": []}
    )
    assert {name: value for name, value in board.view.items() if name != "seq"} == before


def test_the_smallest_panel_can_be_looked_at() -> None:
    """One patient is a panel too."""
    assert know_your_panel(number=1).view["words"] == "All 1 patients."


def test_an_unknown_mix_is_told() -> None:
    """In a notebook too, a name that is no mix gets the nearest one."""
    with pytest.raises(SimcareError, match="did you mean 'rural'"):
        know_your_panel("rurla")
