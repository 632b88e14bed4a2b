"""The bench in the browser: the text pane, its keys, what is never lost, the panels; and everybody can use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from simcare.desk import places
from simcare.scenarios.starting import start_scenario
from tests.browser.bench_stage import BenchStage, bench_at, bench_stage
from tests.browser.harness import NARROW, WIDE

pytestmark = pytest.mark.browser
Show = Callable[..., BenchStage]
LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]
SMALL_TARGETS = """
() => [...document.querySelectorAll(".simcare-bench :is(button, summary, input, select, textarea, a)")]
  .filter((at) => at.checkVisibility())
  .map((at) => at.matches("input") && at.closest("label") ? at.closest("label") : at)
  .map((at) => [at, at.getBoundingClientRect()])
  .filter(([at, box]) => box.width < 24 || box.height < 24)
  .map(([at, box]) => `${at.textContent} ${box.width}x${box.height}`)
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder of one's own that is in SIMCARE_LIBRARY, beside an empty user's data folder."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv("SIMCARE_LIBRARY", str(folder))
    monkeypatch.setattr(places.platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    places.own_folder.cache_clear()
    yield folder
    places.own_folder.cache_clear()


@pytest.fixture
def show(chromium: Browser, own: Path, tmp_path: Path) -> Iterator[Show]:
    """Return a function that shows a bench; afterwards no page may have erred or asked the network for anything."""
    with ExitStack() as open_pages:
        shown: list[BenchStage] = []

        def show_bench(*, size: tuple[int, int] = WIDE, dark: bool = False) -> BenchStage:
            shown.append(open_pages.enter_context(bench_stage(chromium, bench_at(tmp_path), size=size, dark=dark)))
            return shown[-1]

        yield show_bench
        for each in shown:
            assert each.refused == [], "the page asked the network for something"
            assert each.errors == [], "the page reported an error"


@pytest.fixture
def writing(show: Show) -> BenchStage:
    """Return a bench with a new call from the template on it."""
    stage = show()
    begin(stage)
    return stage


def begin(stage: BenchStage) -> None:
    """Start a new call from the template."""
    stage.page.get_by_label("Its id").fill("cold-house")
    stage.press("Start", exact=True)
    stage.settled()


def caret_at(stage: BenchStage, words: str, *, after: bool = True) -> None:
    """Put the caret behind, or before, the first place where the text has these words."""
    at = stage.typed().index(words) + (len(words) if after else 0)
    stage.page.locator("#bench-text").focus()
    stage.page.evaluate("(at) => document.querySelector('#bench-text').setSelectionRange(at, at)", at)


# -- the text pane -----------------------------------------------------------------------------------------------------


def test_a_problem_stands_beside_its_line(writing: BenchStage) -> None:
    """What is typed is looked at by itself; the number of the line is marked and the words stand behind the line."""
    caret_at(writing, "clock: {budget: 900}")
    writing.page.keyboard.type("\nclok: 1")
    writing.settled()
    number = 1 + writing.typed().splitlines().index("clok: 1")
    assert writing.page.locator(".number.wrong").all_inner_texts() == [str(number)]
    note = writing.page.locator(".beside .note")
    assert note.inner_text().startswith("Unknown key 'clok'. Did you mean 'clock'?")
    line = writing.page.locator(".number.wrong").bounding_box()
    beside = note.bounding_box()
    assert line and beside and abs(line["y"] - beside["y"]) < 2


def test_the_numbers_follow_the_text(writing: BenchStage) -> None:
    """Wherever the text is scrolled to, a line and its number are at the same height."""
    caret_at(writing, "plays:\n")
    writing.page.evaluate("document.querySelector('#bench-text').scrollTop = 700")
    writing.page.wait_for_function(
        """() => document.querySelector('.rolls').style.transform
                   === `translateY(${-document.querySelector('#bench-text').scrollTop}px)`"""
    )


def test_tab_leaves_the_text(writing: BenchStage) -> None:
    """The keyboard is never caught in the pane, and the page says which key leaves it."""
    before = writing.typed()
    caret_at(writing, "simcare: 1")
    writing.page.keyboard.press("Tab")
    assert (writing.focused(), writing.typed()) == ("Problems (0)", before)
    assert writing.page.locator("#bench-keys").inner_text().startswith("Tab leaves the text.")


def test_enter_keeps_the_indentation(writing: BenchStage) -> None:
    """A new line begins below the one before, and below the dash of a list."""
    caret_at(writing, '  - {to: [close_call], say: "All right. Bye."}')
    writing.page.keyboard.press("Enter")
    writing.page.keyboard.type("x")
    assert '  - {to: [close_call], say: "All right. Bye."}\n    x\n' in writing.typed()


def test_brackets_move_lines_in_and_out_and_can_be_undone(writing: BenchStage) -> None:
    """Ctrl ] and Ctrl [ move the line of the caret, Ctrl Z takes it back."""
    before = writing.typed()
    caret_at(writing, "clock: {budget: 900}")
    writing.page.keyboard.press("Control+]")
    assert "\n  clock: {budget: 900}\n" in writing.typed()
    writing.page.keyboard.press("Control+[")
    assert writing.typed() == before
    writing.page.keyboard.press("Control+]")
    writing.page.keyboard.press("Control+z")
    assert writing.typed() == before


def test_f8_goes_from_problem_to_problem(writing: BenchStage) -> None:
    """Each press leads to the line of the next one, and round again."""
    writing.write(writing.typed().replace("pass_mark: 75", "pas_mark: 75").replace("clock:", "clok:"))
    lines = []
    for _ in range(3):
        writing.page.keyboard.press("F8")
        before = writing.page.evaluate("document.activeElement.value.slice(0, document.activeElement.selectionStart)")
        lines.append(writing.typed().splitlines()[before.count("\n")])
    assert lines == ["clok: {budget: 900}", "pas_mark: 75", "clok: {budget: 900}"]


def test_a_problem_of_the_list_leads_to_its_line(show: Show) -> None:
    """On a phone too: the press opens the text and puts the caret there."""
    stage = show(size=NARROW)
    begin(stage)
    stage.write(stage.typed().replace("pass_mark: 75", "pas_mark: 75"))
    stage.tab("Problems")
    stage.page.locator(".problem").click()
    assert stage.page.evaluate("document.activeElement.id") == "bench-text"
    at = stage.page.evaluate("document.activeElement.selectionStart")
    assert stage.typed()[at : at + 9] == "pas_mark:"


def test_keys_do_not_leave_the_bench(writing: BenchStage) -> None:
    """JupyterLab acts on keys that reach the document: none of ours does."""
    writing.page.evaluate("() => { window.leaked = []; document.onkeydown = (event) => leaked.push(event.key); }")
    writing.page.locator("#bench-text").press("d")
    writing.page.get_by_role("tab", name="Play").press("d")
    assert writing.page.evaluate("window.leaked") == []


# -- nothing is lost ---------------------------------------------------------------------------------------------------


def test_a_reload_brings_the_text_back(writing: BenchStage) -> None:
    """Another bench on the same drafts, as after a kernel was killed, opens what was being written."""
    writing.write(writing.typed() + "# the last line\n")
    again = bench_at(Path(str(writing.bench.drafts.folder.parent)))
    writing.take(again)
    writing.page.locator("#bench-text").wait_for()
    writing.settled()
    assert writing.typed().endswith("# the last line\n")


def test_what_reached_no_kernel_is_back_after_a_reload(writing: BenchStage) -> None:
    """Words typed after the kernel died are kept by the browser, told so, and taken over by the next kernel."""
    writing.page.evaluate("window.kernel.dead = true")
    caret_at(writing, "simcare: 1")
    writing.page.keyboard.type("  # typed into the void")
    writing.page.get_by_role("alert").get_by_text("kept in this browser").wait_for()
    again = bench_at(Path(str(writing.bench.drafts.folder.parent)))
    writing.take(again)
    writing.page.get_by_text("What you typed last was taken over.").wait_for()
    writing.settled()
    assert "simcare: 1  # typed into the void\n" in writing.typed()
    assert "# typed into the void" in again.bench.drafts.all()[0].text


def test_typing_goes_on_while_the_bench_looks(writing: BenchStage) -> None:
    """Letters typed between a look and its answer stay, and are looked at next."""
    caret_at(writing, "simcare: 1")
    for word in ("  # one", " two", " three", " four"):
        writing.page.keyboard.type(word)
        writing.page.wait_for_timeout(200)
    writing.settled()
    assert "simcare: 1  # one two three four\n" in writing.typed()
    assert writing.bench.draft is not None and writing.bench.draft.text == writing.typed()


def test_a_change_by_the_bench_can_be_undone(writing: BenchStage) -> None:
    """Points set in the table change the text, and Ctrl Z in the text takes it back."""
    before = writing.typed()
    writing.tab("Points")
    points = writing.page.get_by_label("Points: Decision")
    points.fill("40")
    points.press("Enter")
    writing.settled()
    assert writing.typed() == before.replace("points: 35", "points: 40")
    writing.page.locator("#bench-text").press("Control+z")
    writing.settled()
    assert writing.typed() == before


def test_a_conflict_on_disk_is_settled(writing: BenchStage, own: Path) -> None:
    """Told beside the title, asked when saving, and the file's text comes in when that is chosen."""
    writing.press("Save", exact=True)
    writing.press("Save here")
    (own / "cold-house.yaml").write_text(start_scenario("cold-house") + "# theirs\n", encoding="utf-8")
    writing.write(writing.typed() + "# mine\n")
    assert "changed on the disk" in writing.page.locator(".disk").inner_text()
    writing.press("Save", exact=True)
    writing.press("Take the file's")
    writing.settled()
    assert writing.typed().endswith("# theirs\n")
    assert "The other text is put by" in writing.page.get_by_role("status").first.inner_text()


# -- panels ------------------------------------------------------------------------------------------------------------


def test_a_rehearsal_shows_its_progress_and_stops(writing: BenchStage) -> None:
    """The bar grows, typing goes on meanwhile, and Stop ends it at once."""
    writing.tab("Rehearse")
    writing.press("Rehearse", exact=True)
    assert writing.page.get_by_role("progressbar", name="Rehearsal").get_attribute("max") == "18"
    writing.press("Stop", exact=True)
    assert writing.page.locator(".progress .meta").inner_text().startswith("Stopped: ")
    assert writing.bench.rehearsing is not None and not writing.bench.rehearsing.running


def test_a_rehearsal_ends_with_a_verdict_and_a_table(writing: BenchStage) -> None:
    """Nine players on two variants, and the sentence that the call is well built."""
    writing.tab("Rehearse")
    writing.press("Rehearse", exact=True)
    writing.page.get_by_text("The call is well built").wait_for(timeout=90_000)
    rows = writing.page.get_by_role("region", name="Who passes").locator("tbody tr")
    assert rows.count() == 9
    assert rows.first.inner_text().startswith("ideal")


def test_the_call_at_the_bench_is_the_trainees_console(writing: BenchStage) -> None:
    """The same screens; leaving leads back to the bench, never to the list of calls."""
    writing.tab("Play")
    writing.press("Play this call")
    writing.page.get_by_role("button", name="Dial").click()
    writing.page.get_by_label("Say it in your own words").fill("greet_introduce")
    writing.page.keyboard.press("Enter")
    writing.page.get_by_role("log").get_by_text("Good morning.").wait_for()
    writing.page.get_by_role("button", name="This call is hard for me").click()
    writing.page.get_by_role("dialog").get_by_role("button", name="Leave this call").click()
    writing.page.get_by_role("button", name="Back to the calls").click()
    writing.page.wait_for_function("document.querySelector('.call-host').hidden")
    assert writing.page.get_by_role("button", name="Play this call").count() == 1


def test_a_picture_is_shown_in_the_colors_of_the_page(show: Show) -> None:
    """Drawn as a picture, never as markup; described in words; dark where the page is dark."""
    stage = show(dark=True)
    begin(stage)
    stage.tab("Picture")
    shown = stage.page.get_by_role("img", name="Fact graph")
    source = shown.get_attribute("src") or ""
    assert source.startswith("data:image/svg+xml") and "picture%20dark" in source
    stage.page.get_by_text("Go to a fact or row in the text").click()
    stage.page.get_by_role("button", name="A fall or an injury").click()
    at = stage.page.evaluate("document.activeElement.selectionStart")
    assert stage.typed()[at:].lstrip().startswith("hurt:")


# -- everybody can use it ----------------------------------------------------------------------------------------------


def screens(stage: BenchStage) -> Iterator[str]:
    """Walk through every screen and panel; yield its name at each stop."""
    page = stage.page
    yield "pick"
    begin(stage)
    yield "text"
    stage.write(stage.typed().replace("pass_mark: 75", "pas_mark: 75").replace("clock:", "clok:"))
    yield "text with problems"
    for name in ("Problems", "Play", "Points", "Picture"):
        stage.tab(name)
        yield f"{name} of a text with problems"
    if stage.page.get_by_role("tab", name="Text").count():
        stage.tab("Text")
    stage.write(start_scenario("cold-house"))
    stage.tab("Problems")
    yield "no problems"
    stage.tab("Play")
    stage.press("Play this call")
    yield "brief"
    page.get_by_role("button", name="Dial").click()
    page.get_by_label("Say it in your own words").fill("greet_introduce")
    page.keyboard.press("Enter")
    page.get_by_role("log").get_by_text("Good morning.").wait_for()
    stage.settled()
    yield "call with its play to save"
    stage.tab("Rehearse")
    stage.press("Rehearse", exact=True)
    yield "rehearsing"
    page.get_by_text("The call is well built").wait_for(timeout=90_000)
    yield "rehearsed"
    stage.tab("Points")
    page.get_by_label("Critical: Say one kind thing").uncheck()
    stage.settled()
    yield "points"
    stage.tab("Picture")
    page.get_by_text("Go to a fact or row in the text").click()
    yield "picture"
    stage.press("Save", exact=True)
    yield "saving"
    stage.press("Save here")
    yield "saved"
    assert stage.bench.draft is not None and stage.bench.draft.file is not None
    Path(stage.bench.draft.file).write_text("theirs\n", encoding="utf-8")
    stage.press("Save", exact=True)
    yield "conflict"
    stage.press("Not now")
    page.evaluate("window.kernel.dead = true")
    page.get_by_role("button", name="All calls").click()
    yield "kernel gone"
    page.evaluate("window.kernel.dead = false")
    stage.press("All calls")
    yield "pick with a call of one's own"


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_every_screen_is_accessible_and_fits(show: Show, size: tuple[int, int], dark: bool) -> None:
    """Axe finds nothing and did examine the contrast; targets are 24 pixels; nothing is wider than the window."""
    stage = show(size=size, dark=dark)
    found: list[str] = []
    for name in screens(stage):
        result = stage.axe()
        found += [f"{name}: {problem}" for problem in result["violations"]]
        found += [f"{name}: the contrast was not examined: {node}" for node in result["not_examined"]]
        if len(result["examined"]) < 3:
            found.append(f"{name}: the contrast was examined on {result['examined']} only")
        found += [f"{name}: too small a target: {what}" for what in stage.page.evaluate(SMALL_TARGETS)]
        if stage.overflow() > 0:
            found.append(f"{name}: {stage.overflow()} pixels wider than the window")
    assert "\n".join(found) == ""


def test_the_focus_is_always_visible(writing: BenchStage) -> None:
    """Whatever Tab reaches has an outline of at least two pixels, the text pane around its paper."""
    missing = []
    for _ in range(30):
        writing.page.keyboard.press("Tab")
        found = writing.page.evaluate(
            """() => { const at = document.activeElement;
                 const shown = getComputedStyle(at.id === "bench-text" ? at.parentElement : at);
                 return at === document.body || (shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 2)
                   ? null : at.outerHTML.slice(0, 80); }"""
        )
        if found:
            missing.append(found)
    assert missing == []
