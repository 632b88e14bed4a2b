"""The panel board in Chromium: accessible and readable at both widths, light and dark, and its filters work by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from simcare.desk import PanelBoard
from tests.browser.harness import NARROW, WIDE, Stage, stage

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]

LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]
CONTRASTS = """
() => {
  const numbers = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(Number)
    .map((n) => color.startsWith("color(") ? n : n / 255);
  const light = (color) => numbers(color).map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)
    .reduce((sum, n, at) => sum + n * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const of = (at) => getComputedStyle(at);
  const cells = [...document.querySelectorAll("td.heat")].map((at) => ratio(of(at).color, of(at).backgroundColor));
  const words = [...document.querySelectorAll("svg text")].filter((at) => at.checkVisibility())
    .map((at) => ratio(of(at).fill, of(at.closest(".card")).backgroundColor));
  return {cells, words};
}
"""


@pytest.fixture
def show(chromium: Browser) -> Iterator[Open]:
    """Return a function that shows a board; afterwards no page may have erred or asked the network for anything."""
    with ExitStack() as open_pages:
        shown: list[Stage] = []

        def show_board(*, size: tuple[int, int] = WIDE, dark: bool = False, number: int = 500) -> Stage:
            shown.append(open_pages.enter_context(stage(chromium, PanelBoard(number=number), size=size, dark=dark)))
            return shown[-1]

        yield show_board
        for each in shown:
            assert (each.refused, each.errors) == ([], [])


def choose(stage: Stage, label: str, option: str) -> None:
    """Choose an option of a filter and wait until the pictures have followed."""
    before = stage.console.view["seq"]
    stage.page.get_by_label(label, exact=True).select_option(label=option)
    stage.page.wait_for_function("(n) => Number(document.querySelector('.simcare-panel').dataset.seq) > n", arg=before)


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_the_board_is_accessible_and_fits(show: Open, size: tuple[int, int], dark: bool) -> None:
    """Axe finds nothing, with the tables open too; all it cannot examine are words in pictures; nothing is too wide."""
    stage = show(size=size, dark=dark)
    for summary in stage.page.locator("summary").all():
        summary.click()
    found = stage.axe()
    assert (found["violations"], stage.overflow()) == ([], 0)
    excused = ("background color could not be determined", "too short to determine")
    assert [node for node in found["not_examined"] if not any(words in node for words in excused)] == []
    assert len(found["examined"]) > 100


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_numbers_can_be_read_on_every_color(show: Open, size: tuple[int, int], dark: bool) -> None:
    """Each cell of a heat map and each word of a picture has a contrast of 4.5 or more."""
    measured = show(size=size, dark=dark).page.evaluate(CONTRASTS)
    assert len(measured["cells"]) > 150 and len(measured["words"]) > 40
    assert min(measured["cells"]) >= 4.5 and min(measured["words"]) >= 4.5


def test_every_picture_has_a_name_a_description_and_a_table(show: Open) -> None:
    """A picture is an image with a title; the same numbers stand in a table below it."""
    page = show().page
    names = [image.get_attribute("aria-labelledby") for image in page.get_by_role("img").all()]
    told = [page.locator(f"[id='{part}']").text_content() for name in names for part in str(name).split()]
    assert [words[:10] for words in told if words] == ["People by ", told[1][:10], "Care gaps ", "One bar a "]
    page.locator("summary").first.click()
    assert page.get_by_role("table", name="Age and sex as a table").get_by_role("row").count() == 7


def test_a_filter_changes_every_picture_and_keeps_the_focus(show: Open) -> None:
    """Choosing women of 75 and over with diabetes shows only them, says so, and leaves the focus on the filter."""
    stage = show(number=2_000)
    before = stage.page.locator("svg").first.inner_html()
    for label, option in (("Sex", "Women"), ("Age from", "75"), ("Condition", "Type 2 diabetes")):
        stage.page.get_by_label(label, exact=True).focus()
        choose(stage, label, option)
        assert stage.page.evaluate("document.activeElement.name") in ("sex", "youngest", "condition")
    words = stage.page.get_by_role("status").inner_text()
    assert words.endswith("of 2,000 patients: women of 75 and over who have: type 2 diabetes.")
    assert stage.page.locator("svg").first.inner_html() != before
    assert stage.page.locator(".map tbody tr").first.locator("td").nth(5).inner_text() == "-"


def test_an_open_table_stays_open(show: Open) -> None:
    """What a person opened is not closed by the next choice."""
    stage = show()
    stage.page.locator("summary").first.click()
    choose(stage, "Sex", "Men")
    assert stage.page.locator("details[open] summary").inner_text() == "Age and sex as a table"


def test_nobody_is_answered_in_words(show: Open) -> None:
    """Filters that fit nobody give a sentence and no empty picture."""
    stage = show()
    choose(stage, "Sex", "Women")
    choose(stage, "Condition", "Prostate cancer")
    assert stage.page.get_by_role("status").inner_text().startswith("Nobody of this panel fits")
    assert stage.page.locator("svg").count() == 0
