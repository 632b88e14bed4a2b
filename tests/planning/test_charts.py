"""Charts: whole pictures for two widths, with a name, the right places, and nothing where nothing is."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from simcare.planning import charts
from simcare.planning.summary import COLUMNS

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (charts.WIDE, charts.NARROW)


def days_of(values: list[float], answer: str = "service_level") -> pd.DataFrame:
    """Return a table of days in which every column of a day has the same value."""
    days = [f"2027-03-{1 + at:02d}" for at in range(len(values))]
    return pd.DataFrame({"day": days, "answer": answer} | dict.fromkeys(COLUMNS, values))


def week_of(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], answer: str = "inbound") -> pd.DataFrame:
    """Return a table of intervals with these means, a row for each day."""
    return pd.DataFrame({"interval": range(values.size), "answer": answer, "mean": values.reshape(-1)})


def parsed(text: str) -> ElementTree.Element:
    """Return a picture as XML."""
    return ElementTree.fromstring(text)


def points(line: ElementTree.Element) -> list[tuple[float, float]]:
    """Return the points of a line."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.attrib["points"].split())]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_picture_names_and_describes_itself(width: int) -> None:
    """A picture is an image with a title and a description, and exactly as wide as asked for."""
    picture = parsed(charts.fan(days_of([0.5, 0.9]), "service_level", width=width))
    ids = str(picture.get("aria-labelledby")).split()
    told = {each.get("id"): each.text for each in picture}
    assert (picture.get("role"), picture.get("width")) == ("img", str(width))
    assert told[ids[0]] == "Service level by day" and str(told[ids[1]]).startswith("Service level by day: median")


@pytest.mark.parametrize("width", WIDTHS)
def test_more_is_higher_and_stays_inside(width: int) -> None:
    """In a fan a larger value lies higher, and no point lies outside of the picture."""
    picture = parsed(charts.fan(days_of([0.2, 0.9, 0.4]), "service_level", width=width))
    (line,) = picture.findall(f"{SVG}polyline")
    found = points(line)
    assert found[1][1] < found[2][1] < found[0][1]
    assert all(0 <= x <= width and 0 <= y <= charts.HEIGHT for x, y in found)


def test_days_without_an_answer_are_gaps() -> None:
    """A day of NaN cuts the line in two; a day that stands alone is still seen."""
    picture = parsed(charts.fan(days_of([0.2, math.nan, 0.4, 0.5]), "service_level"))
    assert [len(points(line)) for line in picture.findall(f"{SVG}polyline")] == [2, 2]


def test_a_target_is_drawn_and_named() -> None:
    """A target adds a dashed line and its words."""
    picture = charts.fan(days_of([0.2, 0.4]), "service_level", target=0.8)
    assert "stroke-dasharray" in picture and "target 80.0%" in picture


@pytest.mark.parametrize("width", WIDTHS)
def test_a_heat_map_has_a_cell_for_each_interval_in_use(width: int) -> None:
    """From the first to the last interval of the day with anything in it each day has a cell; NaN is an empty one."""
    values = np.zeros((7, 48))
    values[0, 18], values[4, 33] = 2.0, 4.0
    values[6] = np.nan
    cells = parsed(charts.heat(week_of(values), "inbound", width=width)).findall(f"{SVG}rect")
    key, empty = 5, [cell for cell in cells if cell.get("fill") == "none"]
    assert (len(cells) - key, len(empty)) == (7 * 16, 16)


def test_the_strongest_cell_is_the_most() -> None:
    """The interval with the most has the strongest color, and says its value."""
    values = np.zeros((7, 48))
    values[2, 20], values[3, 21] = 1.0, 3.0
    cells = parsed(charts.heat(week_of(values), "inbound")).findall(f"{SVG}rect")[:-5]
    strongest = max(cells, key=lambda cell: float(cell.get("fill-opacity", 0)))
    assert strongest.findtext(f"{SVG}title") == "Thu 10:30: 3.00 a day"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tornado_points_both_ways(width: int) -> None:
    """A loss is a bar to the left of the middle, a gain one to the right; the numbers stand beside them."""
    table = pd.DataFrame(
        {"low": [0.35], "high": [0.55], "at_low": [-0.1], "at_high": [0.05]}, index=["answer_probability"]
    )
    text = charts.tornado_chart(table, "reached", width=width)
    left, right = parsed(text).findall(f"{SVG}rect")
    ends = [float(bar.attrib["x"]) + float(bar.attrib["width"]) for bar in (left, right)]
    assert ends[0] == pytest.approx(float(right.attrib["x"]), abs=0.2)
    assert float(left.attrib["width"]) == pytest.approx(2 * float(right.attrib["width"]), abs=0.2)
    assert "−10 points" in text and "+5 points" in text and "None" not in text


@pytest.mark.parametrize("width", WIDTHS)
def test_a_front_joins_the_best(width: int) -> None:
    """Only points on the front are filled and joined by the line, in the order of their cost."""
    choices = [(300.0, 1.0, "c", True), (100.0, 9.0, "a", True), (400.0, 8.0, "d", False)]
    picture = parsed(charts.front_chart(choices, "cost", "missed_a_month", width=width))
    (line,) = picture.findall(f"{SVG}polyline")
    circles = picture.findall(f"{SVG}circle")
    assert [x for x, _ in points(line)] == sorted(x for x, _ in points(line)) and len(points(line)) == 2
    assert [circle.get("fill") == "none" for circle in circles] == [False, False, True]


def test_the_same_table_gives_the_same_picture() -> None:
    """Nothing in a picture depends on what was drawn before it: a report has the same bytes twice."""
    assert charts.fan(days_of([0.1, 0.2]), "service_level") == charts.fan(days_of([0.1, 0.2]), "service_level")
