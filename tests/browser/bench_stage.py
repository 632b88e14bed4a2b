"""A page with the author's bench on it, and the steps that every test at the bench shares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from simcare.calls.listener import Listener
from simcare.desk.bench.author import Bench
from simcare.desk.bench.drafts import Drafts
from simcare.desk.bench.widget import AuthorBench
from simcare.training.records import Records
from tests.browser.harness import MODEL, ORIGIN, UNROLLED, WIDE, Stage, Wire
from tests.desk.told import ToldListener

BENCH_UNROLLED = UNROLLED + (
    ".simcare-bench :is(.table-room, .picture-room, .paper, .bench-text) "
    "{ overflow: visible !important; position: static !important; "
    "height: auto !important; max-height: none !important; }"
    ".simcare-bench .beside { display: none !important; }"
)


def bench_at(folder: Path, listener: Listener | None = None) -> AuthorBench:
    """Return a bench whose drafts and trial calls live in a folder; its listener hears intents by their ids."""
    records = Records.open(f"sqlite:///{(folder / 'trials.sqlite').as_posix()}")
    return AuthorBench(Bench(Drafts(folder / "drafts"), records, listener or ToldListener()))


class BenchStage(Stage):
    """A page with a bench on it; `bench` is the logic behind it."""

    unrolled = BENCH_UNROLLED

    def __init__(self, page: Page, widget: AuthorBench) -> None:
        """Put the widget on the page and join the two."""
        self.page = page
        self.refused: list[str] = []
        self.errors: list[str] = []
        self.heard: list[dict[str, Any]] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.route("**/*", self._route)
        page.expose_function("toPython", self._from_page)
        self.take(widget)

    def take(self, widget: AuthorBench) -> None:
        """Open the page anew with a widget, the first one or, as after a kernel was killed, another."""
        self.widget, self.bench = widget, widget.bench
        self._wire = Wire()
        widget.comm = self._wire
        self._wire.take()
        self.heard.clear()
        self.page.goto(ORIGIN + "/")
        state = widget.get_state()
        shown = {name: state[name] for name in ("view", "text", "call", "picture")}
        self.page.evaluate(MODEL, {"esm": state["_esm"], "css": state["_css"], "state": shown})
        self.page.locator(".simcare-bench h1").first.wait_for()

    def _from_page(self, text: str) -> str:
        content = json.loads(text)
        self.heard.append(content)
        self.widget._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
        return json.dumps(self._wire.take())

    def axe(self) -> dict[str, list[str]]:
        """Run axe-core as every stage does, once the page stands still: one that scrolls is not judged."""
        self.page.evaluate(
            """() => new Promise((done) => {
                window.scrollTo(0, 0);
                requestAnimationFrame(() => requestAnimationFrame(done));
            })"""
        )
        return super().axe()

    def settled(self) -> None:
        """Wait until what was typed and pressed last has been answered."""
        self.page.wait_for_timeout(30)
        self.page.wait_for_function(
            """() => {
                const state = document.querySelector("#bench-state");
                return !document.querySelector("#bench-text") || !state || state.textContent !== "Looking ...";
            }"""
        )
        self.page.wait_for_function(
            "(n) => Number(document.querySelector('.simcare-bench').dataset.answered) >= n",
            arg=max([0, *(message["n"] for message in self.heard)]),
        )

    def press(self, name: str, *, exact: bool = False) -> None:
        """Click a button that tells Python something, and wait for the answer."""
        before = self.answered()
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.after(before)

    def strike(self, key: str) -> None:
        """Press a key that tells Python something, and wait for the answer."""
        before = self.answered()
        self.page.keyboard.press(key)
        self.after(before)

    def answered(self) -> int:
        """Return the number of the last message that was answered."""
        return int(self.widget.view["answered"])

    def after(self, before: int) -> None:
        """Wait until the page has drawn the answer to a message sent after `before`."""
        self.page.wait_for_function(
            "(n) => Number(document.querySelector('.simcare-bench').dataset.answered) > n", arg=before
        )

    def write(self, text: str) -> None:
        """Put a text into the pane at once, as pasting does, and wait until it was looked at."""
        self.page.locator("#bench-text").fill(text)
        self.settled()

    def tab(self, name: str) -> None:
        """Go to a panel by mouse."""
        self.page.get_by_role("tab", name=name).click()
        self.settled()

    def typed(self) -> str:
        """Return what stands in the text pane."""
        return str(self.page.locator("#bench-text").input_value())

    def focused(self) -> str:
        """Return the name of what has the focus: its label, its text, or its tag."""
        return str(
            self.page.evaluate(
                """() => {
                  const at = document.activeElement;
                  const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label");
                  return label ?? (at.textContent.trim() || at.tagName);
                }"""
            )
        )

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what has this name."""
        for _ in range(80):
            if self.focused() == name:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"'{name}' is not reached by Tab; the focus is on '{self.focused()}'")


@contextmanager
def bench_stage(
    opened: Browser, widget: AuthorBench, *, size: tuple[int, int] = WIDE, dark: bool = False
) -> Iterator[BenchStage]:
    """Show a bench on a page of its own: `size` in pixels, dark or light."""
    context = opened.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    try:
        yield BenchStage(context.new_page(), widget)
    finally:
        widget.bench.close()
        context.close()
