"""Everybody can use the desk: axe on every screen, light and dark, wide and narrow; no overflow; targets; motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.harness import NARROW, WIDE, Stage
from tests.browser.journeys import dial, press, say, strike

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]

LOOKS = [
    pytest.param(size, dark, id=f"{name}-{'dark' if dark else 'light'}")
    for name, size in (("wide", WIDE), ("narrow", NARROW))
    for dark in (False, True)
]

SMALL_TARGETS = """
() => [...document.querySelectorAll(".simcare-console :is(button, summary, input, textarea, [role=option])")]
  .filter((at) => at.checkVisibility())
  .map((at) => at.matches("input") && at.closest("label") ? at.closest("label") : at)
  .map((at) => [at, at.getBoundingClientRect()])
  .filter(([at, box]) => box.width < 24 || box.height < 24)
  .map(([at, box]) => `${at.textContent} ${box.width}x${box.height}`)
"""


def screens(stage: Stage) -> Iterator[str]:
    """Walk through every screen and open everything that opens; yield its name at each stop."""
    page = stage.page

    def tab(name: str) -> None:
        found = page.get_by_role("tab", name=name)
        if found.count():
            found.click()

    yield "hello"
    page.get_by_label("Your name or initials").fill("Dana")
    press(stage, "Go to the calls")
    yield "pick"
    page.get_by_text("Exercises", exact=True).click()
    yield "exercises"
    press(stage, "Open A small call for the desk")
    for summary in page.locator("summary").all():
        if summary.evaluate("(at) => !at.parentElement.open"):
            summary.click()
    yield "brief with the whole chart open"
    dial(stage)
    yield "call"
    tab("Chart")
    yield "call, chart"
    tab("Talk")
    say(stage, "verify_identity. ask_swelling_redness")
    page.get_by_role("button", name="Find a phrase").click()
    yield "finding a phrase"
    page.keyboard.press("Escape")
    page.keyboard.type("/")
    yield "finding an action"
    page.keyboard.press("Escape")
    say(stage, "?ask_fever,ask_address,ask_onset")
    yield "unsure"
    strike(stage, "0")
    yield "given back"
    say(stage, "act_call_911")
    yield "proposal"
    strike(stage, "n")
    tab("Decide")
    page.get_by_role("button", name="Other lines").click()
    yield "other lines"
    page.get_by_role("button", name="Tasks").click()
    yield "tasks"
    page.get_by_role("button", name="Bring in the nurse now").click()
    page.locator("form.decision button[type=submit]").click()
    yield "sbar with its error"
    page.get_by_label("80%").check()
    yield "sbar"
    page.keyboard.press("Escape")
    tab("Decide")
    page.locator(".step.L4_911").click()
    yield "911 confirmation"
    strike(stage, "y")
    yield "after 911"
    tab("Decide")
    yield "how sure"
    page.get_by_role("button", name="Keys and help").click()
    yield "keys"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="This call is hard for me").click()
    yield "leaving"
    page.keyboard.press("Escape")
    press(stage, "Pause the call")
    yield "paused"
    press(stage, "Go on with the call")
    page.evaluate("window.kernel.dead = true")
    page.get_by_role("button", name="Pause the call").click()
    yield "kernel gone"
    page.evaluate("window.kernel.dead = false")
    tab("Decide")
    page.get_by_role("button", name="End the call").click()
    strike(stage, "y")
    yield "wrap-up"
    page.get_by_label("What happened, what was said").fill("The knee looks like always.")
    press(stage, "Save the note")
    yield "note saved"
    press(stage, "Finish and see the debrief")
    for summary in page.locator("summary").all():
        if summary.evaluate("(at) => !at.parentElement.open"):
            summary.click()
    yield "debrief"
    page.locator(".branch").first.click()
    page.get_by_role("log").wait_for()
    page.get_by_role("button", name="This call is hard for me").click()
    press(stage, "Leave this call")
    yield "left"
    press(stage, "Back to the calls")
    press(stage, "Open A small call for the desk")
    dial(stage)
    press(stage, "Pause the call")
    press(stage, "Keep it for later")
    yield "pick with an open call"


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_every_screen_is_accessible_and_fits(show: Open, size: tuple[int, int], dark: bool) -> None:
    """Axe finds nothing and did examine the contrast; targets are 24 pixels; nothing is wider than the window."""
    stage = show(learner=None, scenario=None, size=size, dark=dark, variant="quiet")
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
        if stage.page.get_by_text("Training material, not a clinical protocol").count() != 1:
            found.append(f"{name}: the training words are missing")
    assert found == []


@pytest.mark.parametrize(("size", "dark"), LOOKS)
def test_the_theme_follows_the_system(show: Open, size: tuple[int, int], dark: bool) -> None:
    """Dark is dark, light is light, on the page itself."""
    stage = show(size=size, dark=dark)
    color = stage.page.evaluate("getComputedStyle(document.querySelector('.simcare-console')).backgroundColor")
    assert color == ("rgb(16, 22, 28)" if dark else "rgb(244, 246, 248)")


def test_the_theme_follows_jupyterlab(show: Open) -> None:
    """In JupyterLab its theme counts, whatever the system says, and a change is followed."""
    stage = show(dark=True)
    stage.page.evaluate(
        """() => { const lab = document.createElement("div"); lab.className = "jp-LabShell"; document.body.append(lab);
                   document.body.dataset.jpThemeLight = "true"; }"""
    )
    root = stage.page.locator(".simcare-console")
    stage.page.wait_for_function("document.querySelector('.simcare-console').dataset.theme === 'light'")
    stage.page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    stage.page.wait_for_function("document.querySelector('.simcare-console').dataset.theme === 'dark'")
    assert root.count() == 1


def test_motion_stops_where_it_is_not_wanted(show: Open) -> None:
    """With reduced motion nothing is animated and the clock jumps."""
    stage = show(still=True)
    dial(stage)
    say(stage, "greet_introduce")
    assert stage.page.evaluate("document.getAnimations().length") == 0
    assert stage.page.get_by_role("timer").inner_text() == "0:08"


def test_the_focus_is_always_visible(show: Open) -> None:
    """Whatever Tab reaches in a call has an outline of at least two pixels."""
    stage = show()
    dial(stage)
    missing = []
    for _ in range(40):
        stage.page.keyboard.press("Tab")
        found = stage.page.evaluate(
            """() => { const at = document.activeElement; const style = getComputedStyle(at);
                 return at === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
                   ? null : at.outerHTML.slice(0, 80); }"""
        )
        if found:
            missing.append(found)
    assert missing == []
