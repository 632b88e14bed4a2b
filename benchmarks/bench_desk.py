"""Time a click at the desk until the patient's answer stands on the page, against an echo over the same wire.

Run `python -m benchmarks.bench_desk`. The real JavaScript and the real widget run in Chromium without a kernel; each
click on "Say" hears typed words, records the move and draws the answer. An echo is a message that Python gives back
unread, so a busy machine slows both and the ratio stays meaningful. Exits with 1 where the median click takes 100 ms
or more.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from simcare.calls.listener import default_listener
from simcare.scenarios import intents as intent_files
from tests.browser.harness import browser, stage
from tests.browser.journeys import console_at, dial

LIMIT_MS = 100.0
CLICKS = 30
INTENTS = ("ask_swelling_redness", "empathise", "ask_fever", "affirm_strength", "ask_onset", "reflect_summarize")
"""What is said in turns, by the library's own phrases: kind words among questions, so that nobody hangs up."""
CLICK = """
(words) => new Promise((done, fail) => {
  setTimeout(() => fail(new Error(`no answer to: ${words}`)), 5000);
  const log = document.querySelector("[role=log]");
  const box = document.querySelector("#simcare-say");
  box.value = words;
  box.dispatchEvent(new Event("input", {bubbles: true}));
  const start = performance.now();
  new MutationObserver((changes, watch) => {
    if (!log.lastElementChild.classList.contains("theirs")) return;
    watch.disconnect();
    done(performance.now() - start);
  }).observe(log, {childList: true});
  document.querySelector("button.send").click();
})
"""
ECHO = "async () => { const start = performance.now(); await window.echo(); return performance.now() - start; }"


def main() -> int:
    """Print the figures and return the exit code."""
    with tempfile.TemporaryDirectory() as folder, browser() as opened:
        console = console_at(Path(folder), scenario="sore-knees", variant=None, listener=default_listener())
        with stage(opened, console, still=True) as shown:
            dial(shown)
            intents = intent_files.load().intents
            shown.page.evaluate(CLICK, intents["greet_introduce"].say)
            clicks, echoes = [], []
            for nth in range(CLICKS):
                echoes.append(float(shown.page.evaluate(ECHO)))
                clicks.append(float(shown.page.evaluate(CLICK, intents[INTENTS[nth % len(INTENTS)]].say)))
    click, echo = statistics.median(clicks), statistics.median(echoes)
    slowest = sorted(clicks)[int(0.95 * (len(clicks) - 1))]
    print(f"click to answer: median {click:.1f} ms, 95 of 100 under {slowest:.1f} ms ({len(clicks)} clicks)")
    print(f"echo over the same wire: median {echo:.1f} ms; ratio {click / echo:.1f}")
    return int(click >= LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
