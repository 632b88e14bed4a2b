"""The tutorial's call at the bench, from an empty text to the saved file: once by mouse, once by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from simcare.desk import places
from simcare.scenarios.lint import lint_file
from tests.browser.bench_stage import BenchStage, bench_at, bench_stage
from tests.browser.harness import NARROW, WIDE
from tests.test_tutorial import text_after

pytestmark = pytest.mark.browser
SAY = "Say it in your own words"
INDENT = re.compile(r"^ *(?:- (?=.*\S))?")
Show = Callable[..., BenchStage]


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


def plays_without(name: str) -> str:
    """Return the plays of the tutorial's last step but one, as they stand below `plays:`."""
    written = text_after(10).removeprefix(text_after(9)).strip("\n").removeprefix("plays:\n")
    plays = re.split(r"(?m)^(?=  [a-z-]+:$)", written)
    return "".join(play for play in plays if not play.startswith(f"  {name}:")).rstrip("\n")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_tutorials_call_by_mouse(chromium: Browser, own: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    """Start, paste the steps, play the first truth, save the play, paste the other plays, rehearse, save."""
    with bench_stage(chromium, bench_at(tmp_path), size=size) as stage:
        page = stage.page
        page.get_by_label("Its id").fill("tight-shoes")
        page.get_by_label("Start from").select_option("empty")
        stage.press("Start", exact=True)
        stage.settled()
        for step in range(1, 10):
            stage.write(text_after(step))
        stage.tab("Play")
        page.get_by_label("Truth behind the call").select_option("both-ankles")
        stage.press("Play this call")
        page.get_by_role("button", name="Dial").click()
        for find, phrase in (
            ("hello", "Hello, this is your care manager"),
            ("birth", "full name and date of birth"),
            ("calf", "calf"),
            ("chest", "chest pain"),
        ):
            page.get_by_role("button", name="Find a phrase").click()
            page.get_by_role("combobox", name="Find a phrase").fill(find)
            page.get_by_role("option", name=phrase).first.click()
            page.locator(".finder").wait_for(state="detached")
            stage.settled()
        page.get_by_role("tab", name="Decide").click()
        page.get_by_role("button", name="Same-day nurse callback").click()
        for part in ("Situation", "Background", "Assessment", "Request"):
            page.get_by_label(part).fill("Both ankles swollen, no chest pain.")
        page.get_by_label("80%").check()
        stage.press("Ask for the callback")
        page.get_by_role("tab", name="Decide").click()
        page.get_by_role("button", name="End the call").click()
        page.get_by_role("dialog").get_by_role("button", name="End the call").click()
        page.get_by_role("button", name="Finish and see the debrief").click()
        page.get_by_text("What was really going on").first.wait_for()
        page.get_by_label("Its id").fill("mine")
        page.get_by_label("What it shows, in a sentence").fill("The two questions, and not one kind word.")
        stage.press("Save this play into the text", exact=True)
        stage.settled()
        assert "\nplays:\n  mine:\n    variant: both-ankles\n" in stage.typed()
        if size == NARROW:
            stage.tab("Text")
        stage.write(stage.typed().rstrip("\n") + "\n" + plays_without("") + "\n")
        stage.tab("Rehearse")
        stage.press("Rehearse", exact=True)
        page.get_by_text("The call is well built").wait_for(timeout=90_000)
        stage.press("Save", exact=True)
        stage.press("Save here")
        assert lint_file(own / "tight-shoes.yaml") == []
        assert "Saved in" in page.get_by_role("status").first.inner_text()
        assert (stage.errors, stage.refused) == ([], [])


def test_the_tutorials_call_by_keyboard_alone(chromium: Browser, own: Path, tmp_path: Path) -> None:
    """Every letter of nine steps typed, the other truth played, its play saved, the rest typed, saved with Ctrl S."""
    with bench_stage(chromium, bench_at(tmp_path)) as stage:
        keys = stage.page.keyboard
        keys.press("Tab")
        assert stage.focused() == "Its id"
        keys.type("tight-shoes")
        stage.tab_to("Start from")
        keys.press("ArrowDown")
        stage.tab_to("Start")
        stage.strike("Enter")
        stage.settled()
        stage.tab_to("Text of the call")
        keys.press("Control+End")
        begun = stage.typed()
        assert begun == "simcare: 1\nid: tight-shoes\n"
        keys.press("Control+a")
        type_lines(stage, text_after(9))
        assert stage.typed() == text_after(9)
        stage.strike("Control+Enter")
        stage.tab_to("Truth behind the call")
        keys.type("one-leg")
        stage.tab_to("Play this call")
        stage.strike("Enter")
        assert stage.focused() == "Dial"
        stage.strike("Enter")
        for intent in (
            "greet_introduce",
            "verify_identity",
            "affirm_strength",
            "ask_calf_swelling",
            "ask_chest_breathing",
        ):
            say(stage, intent)
        say(stage, "ask_onset")
        keys.type("/")
        keys.type("nurse now")
        keys.press("Enter")
        for words in ("Left leg swollen and sore, at home.", "High blood pressure.", "All at once since yesterday. "
                      "No chest pain, breathing fine.", "Please take over."):  # fmt: skip
            keys.press("Tab")
            keys.type(words)
        stage.tab_to("50%")
        for _ in range(4):
            keys.press("ArrowRight")
        stage.tab_to("Bring in the nurse")
        stage.strike("Enter")
        while stage.focused().startswith("Stay"):
            stage.strike("Enter")
        stage.tab_to("What happened, what was said, what was done, what comes next")
        keys.type("Left leg swollen since yesterday. No chest pain, breathing fine. Nurse took over.")
        stage.tab_to("Save the note")
        stage.strike("Enter")
        stage.page.get_by_role("tab", name="Play").focus()
        stage.tab_to("What it shows, in a sentence")
        keys.type("It is heard and handed over at once.")
        stage.strike("Enter")
        stage.settled()
        assert "\nplays:\n  play-1:\n    variant: one-leg\n" in stage.typed()
        assert "with 100 points" in stage.page.get_by_role("status").first.inner_text()
        back_to_the_text(stage)
        keys.press("Control+End")
        keys.press("Backspace")
        keys.press("Enter")
        outdent_all(stage)
        type_lines(stage, plays_without("one-leg-to-the-nurse"))
        stage.settled()
        assert stage.widget.view["problems"] == []
        stage.strike("Control+s")
        assert stage.focused() == str(own)
        stage.strike("Enter")
        assert lint_file(own / "tight-shoes.yaml") == []
        assert (stage.errors, stage.refused) == ([], [])


def say(stage: BenchStage, words: str) -> None:
    """Say something in the call; the focus is in the text box and comes back to it."""
    assert stage.focused() == SAY
    stage.page.keyboard.type(words)
    stage.strike("Enter")
    stage.page.wait_for_function("() => document.activeElement.id === 'simcare-say' && !document.activeElement.value")


def back_to_the_text(stage: BenchStage) -> None:
    """Go from the panel back into the text with Shift and Tab."""
    for _ in range(60):
        if stage.focused() == "Text of the call":
            return
        stage.page.keyboard.press("Shift+Tab")
    raise AssertionError(f"the text is not reached; the focus is on '{stage.focused()}'")


def outdent_all(stage: BenchStage) -> None:
    """Move the empty line that Enter began out to the margin."""
    for _ in range(6):
        stage.page.keyboard.press("Control+[")


def type_lines(stage: BenchStage, text: str) -> None:
    """Type lines as a person does at this pane: Enter keeps the indentation, brackets move in and out."""
    keys = stage.page.keyboard
    before = ""
    for nth, line in enumerate(text.split("\n")):
        if nth:
            keys.press("Enter")
        given = len(INDENT.match(before).group()) if nth else 0  # type: ignore[union-attr]
        wanted = len(line) - len(line.lstrip(" "))
        for _ in range(abs(wanted - given) // 2 if line else given // 2):
            keys.press("Control+]" if wanted > given and line else "Control+[")
        keys.type(line.lstrip(" "))
        before = line
