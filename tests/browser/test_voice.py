"""The voice in the browser: off, on, muted for good, nobody to speak, a program that speaks, and dictation."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.harness import MODEL, NARROW, WIDE, Stage
from tests.browser.journeys import SAY, answered, dial, press, say, seq
from tests.desk.test_voice import PROGRAM

pytestmark = pytest.mark.browser
Open = Callable[..., Stage]

VOICES = """
window.said = [];
window.held = false;
window.hushed = [];
window.voicesHere = [
  {name: "Cloud Samantha", lang: "en-US", localService: false},
  {name: "Daniel", lang: "en-US", localService: true},
  {name: "Samantha", lang: "en-US", localService: true},
];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
let speaking = null;
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => window.voicesHere,
  speak: (words) => {
    window.said.push({text: words.text, voice: words.voice.name, rate: words.rate, pitch: words.pitch});
    speaking = words;
    if (!window.held) setTimeout(() => { speaking = null; words.onend(); }, 5);
  },
  cancel: () => {
    if (window.held && speaking) window.hushed.push(speaking.text);
    speaking?.onerror();
    speaking = null;
  },
  addEventListener: () => {}, removeEventListener: () => {},
}});
"""
ONLY_REMOTE = VOICES + "window.voicesHere = window.voicesHere.slice(0, 1);"
SOUNDS = """
window.started = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function () { window.started.push(this.buffer.length); start.call(this); };
"""
HEARS = """
window.webkitSpeechRecognition = class {
  start() { window.recognizing = this; }
  stop() { this.onend?.(); }
};
window.SpeechRecognition = undefined;
"""
CANNOT_HEAR = "window.SpeechRecognition = undefined; window.webkitSpeechRecognition = undefined;"
HEAR = "Let me hear the patient"
SWITCH = re.compile("^Voice (on|off)$")


def said(stage: Stage, count: int) -> list[dict[str, Any]]:
    """Wait until so many pieces were spoken, and return them all."""
    stage.page.wait_for_function("(n) => window.said.length >= n", arg=count)
    spoken: list[dict[str, Any]] = stage.page.evaluate("window.said")
    return spoken


def switched(stage: Stage) -> str | None:
    """Return what the switch above the call says."""
    return stage.page.get_by_role("button", name=SWITCH).get_attribute("aria-label")


def test_nothing_is_said_until_it_is_switched_on(show: Open) -> None:
    """The first call of a new person is silent, and the switch says so."""
    stage = show(script=VOICES)
    dial(stage)
    say(stage, "greet_introduce")
    assert (switched(stage), stage.page.evaluate("window.said")) == ("Voice off", [])


def test_the_patient_is_heard_and_read(show: Open) -> None:
    """After the ring a local voice speaks the opening, sentence by sentence; then each answer, never one's own."""
    stage = show(script=VOICES, variant="quiet")
    stage.page.get_by_label(HEAR).check()
    dial(stage)
    opening = said(stage, 2)
    assert [piece["text"] for piece in opening] == ["Hello?", "Who is this?"]
    assert {(piece["voice"], piece["rate"], piece["pitch"]) for piece in opening} == {("Samantha", 1.0, 1.1)}
    say(stage, "verify_identity")
    answer = "".join(piece["text"] for piece in said(stage, 3)[2:])
    assert answer
    assert answer.replace(" ", "") in stage.page.locator(".log .line.theirs .said").last.inner_text().replace(" ", "")
    assert "verify_identity" not in str(said(stage, 3))


def test_a_mute_stays_muted(show: Open) -> None:
    """What one person chose holds when the page is opened again, and says nothing about anybody else."""
    stage = show(script=VOICES)
    stage.page.get_by_label(HEAR).check()
    dial(stage)
    stage.page.get_by_role("button", name=SWITCH).click()
    say(stage, "greet_introduce")
    before = len(stage.page.evaluate("window.said"))
    again(stage)
    say(stage, "greet_introduce")
    assert (switched(stage), len(stage.page.evaluate("window.said"))) == ("Voice off", before)
    assert stage.page.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('simcare.voice'))") == [
        ["simcare.voice.Dana", "off"]
    ]


def test_a_voice_that_is_on_stays_on_and_says_nothing_twice(show: Open) -> None:
    """Opened again in the middle of a call, the page is silent until there is something new."""
    stage = show(script=VOICES)
    stage.page.get_by_label(HEAR).check()
    dial(stage)
    before = len(said(stage, 2))
    again(stage)
    assert (switched(stage), len(stage.page.evaluate("window.said"))) == ("Voice on", before)
    say(stage, "greet_introduce")
    assert len(said(stage, before + 1)) > before


def test_911_does_not_wait_for_the_patient_to_finish(show: Open) -> None:
    """While she speaks, F9 and Y hush her and the call is made."""
    stage = show(script=VOICES)
    stage.page.get_by_label(HEAR).check()
    dial(stage)
    said(stage, 2)
    stage.page.evaluate("window.held = true")
    say(stage, "greet_introduce")
    speaking = said(stage, 3)[-1]["text"]
    before = seq(stage)
    stage.page.keyboard.press("F9")
    stage.page.keyboard.press("y")
    answered(stage, before)
    assert "call_911" in stage.console.desk.practice.call.done
    assert stage.page.evaluate("window.hushed[0]") == speaking


@pytest.mark.parametrize("script", ["", ONLY_REMOTE], ids=["no-voice", "only-voices-that-send-words-away"])
def test_without_a_voice_of_this_computer_the_words_are_read(show: Open, script: str) -> None:
    """There is no switch that would do nothing; the page says why, and the call is as ever."""
    stage = show(script=script)
    assert "no voice" in stage.page.locator(".brief").inner_text()
    dial(stage)
    say(stage, "greet_introduce")
    assert stage.page.get_by_role("button", name=SWITCH).count() == 0
    assert stage.page.locator(".log .line.theirs").count() >= 2


def test_a_program_speaks_where_the_browser_cannot(show: Open, tmp_path: Path) -> None:
    """Its sound goes to the page and is played; Python answers moves meanwhile."""
    program = tmp_path / "speak.py"
    program.write_text(PROGRAM, encoding="utf-8")
    stage = show(script=SOUNDS, program=(sys.executable, str(program)))
    stage.page.get_by_label(HEAR).check()
    dial(stage)
    stage.page.evaluate("setInterval(() => window.listen(), 50)")
    stage.page.wait_for_function("window.started.length > 0")
    assert stage.page.evaluate("window.started.length") == 1


def test_a_program_that_fails_is_not_missed(show: Open) -> None:
    """The line stands on the screen, and the next one can be said."""
    stage = show(script=SOUNDS, program=("no-such-program",))
    stage.page.get_by_label(HEAR).check()
    dial(stage)
    stage.page.evaluate("window.listen()")
    say(stage, "greet_introduce")
    assert stage.page.evaluate("window.started") == []
    assert stage.page.locator(".log .line.theirs").count() >= 2


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_switches_fit_and_can_be_used_by_everybody(show: Open, size: tuple[int, int], dark: bool) -> None:
    """No overflow, nothing that axe finds, before the call, in it, and in the help."""
    stage = show(script=VOICES + HEARS, size=size, dark=dark)
    found = [(stage.overflow(), stage.axe()["violations"])]
    dial(stage)
    found.append((stage.overflow(), stage.axe()["violations"]))
    stage.page.get_by_role("button", name="Keys and help").click()
    stage.page.get_by_label("Dictate through this browser").check()
    found.append((stage.overflow(), stage.axe()["violations"]))
    stage.page.keyboard.press("Escape")
    found.append((stage.overflow(), stage.axe()["violations"]))
    assert found == [(0, [])] * 4


def test_dictation_is_off_and_tells_where_the_voice_may_go(show: Open) -> None:
    """The person switches it on, having read that the browser's maker may hear it; then words land in the box."""
    stage = show(script=VOICES + HEARS)
    dial(stage)
    assert stage.page.get_by_role("button", name="Dictate").count() == 0
    stage.page.get_by_role("button", name="Keys and help").click()
    box = stage.page.get_by_label("Dictate through this browser")
    assert not box.is_checked()
    assert "to its maker's computers" in stage.page.locator("#simcare-dictation-help").inner_text()
    box.check()
    stage.page.keyboard.press("Escape")
    stage.page.get_by_role("button", name="Dictate").click()
    stage.page.evaluate("window.recognizing.onresult({results: [[{transcript: 'where does it hurt'}]]})")
    assert stage.page.get_by_label(SAY).input_value() == "where does it hurt"


def test_dictation_is_not_offered_where_the_browser_has_none(show: Open) -> None:
    """No switch that would do nothing."""
    stage = show(script=CANNOT_HEAR)
    dial(stage)
    stage.page.get_by_role("button", name="Keys and help").click()
    assert stage.page.get_by_label("Dictate through this browser").count() == 0


def test_the_debrief_leads_from_coached_words_to_their_line(show: Open) -> None:
    """What was typed is quoted under its own heading, and a press goes to it in the timeline."""
    stage = show(variant="quiet")
    dial(stage)
    stage.console.desk.practice.take(stage.console.desk.practice.call.say("judgemental", "You should have called."))
    say(stage, "greet_introduce")
    stage.page.keyboard.press("/")
    stage.page.get_by_role("combobox").fill("end")
    stage.page.keyboard.press("Enter")
    stage.page.keyboard.press("y")
    press(stage, "Finish and see the debrief")
    words = stage.page.get_by_role("region", name="Your own words")
    words.get_by_role("button", name="You should have called.").click()
    assert "You should have called." in stage.page.locator(".moves :focus").inner_text()


def again(stage: Stage) -> None:
    """Take the widget off the page and put it on again, as a reload with a kernel that lives on."""
    stage.page.evaluate("window.dispose()")
    state = stage.console.get_state()
    shown = {name: state[name] for name in ("view", "sheet", "voice")}
    stage.page.evaluate(MODEL, {"esm": state["_esm"], "css": "", "state": shown})
    stage.page.locator("#desk h1").wait_for()
