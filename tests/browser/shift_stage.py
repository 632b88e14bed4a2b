"""A page with the shift desk on it, and the steps that every test there shares."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from simcare.calls.listener import Listener
from simcare.desk.shift import ShiftBoard
from simcare.desk.shift.shift_desk import ShiftDesk
from simcare.training.records import Records
from tests.browser.harness import MODEL, ORIGIN, UNROLLED, WIDE, Stage, Wire
from tests.desk.told import ToldListener

SHIFT_UNROLLED = UNROLLED + ".simcare-shift .twin-room { overflow: visible !important; }"
PATIENCE = 60.0


def board_at(
    folder: Path, *, learner: str | None = "Dana", seed: int = 3, runs: int = 20, listener: Listener | None = None
) -> ShiftBoard:
    """Return a shift board whose records live in a folder; its listener hears intents by their ids."""
    records = Records.open(f"sqlite:///{(folder / 'records.sqlite').as_posix()}")
    return ShiftBoard(ShiftDesk(records, listener or ToldListener(), learner=learner, seed=seed), runs=runs)


class ShiftStage(Stage):
    """A page with a shift board on it; `board` is the widget behind it."""

    unrolled = SHIFT_UNROLLED

    def __init__(self, page: Page, board: ShiftBoard) -> None:
        """Put the widget on the page and join the two."""
        self.page = page
        self.refused: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.route("**/*", self._route)
        page.expose_function("toPython", self._from_page)
        self.take(board)

    def take(self, board: ShiftBoard) -> None:
        """Open the page anew with a board, the first one or, as after a kernel was killed, another."""
        self.board = board
        self._wire = Wire()
        board.comm = self._wire
        self._wire.take()
        self.page.goto(ORIGIN + "/")
        state = board.get_state()
        shown = {name: state[name] for name in ("view", "call", "progress")}
        self.page.evaluate(MODEL, {"esm": state["_esm"], "css": state["_css"], "state": shown})
        self.page.locator(".simcare-shift h1").first.wait_for()

    def _from_page(self, text: str) -> str:
        content = json.loads(text)
        if "listen" not in content:
            self.board._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
        return json.dumps(self._wire.take())

    def press(self, name: str, *, exact: bool = False, within: Locator | None = None) -> None:
        """Click a button that tells Python something, and wait for the answer."""
        before = self.seq()
        (within or self.page).get_by_role("button", name=name, exact=exact).first.click()
        self.answered(before)

    def strike(self, key: str) -> None:
        """Press a key that tells Python something, and wait for the answer."""
        before = self.seq()
        self.page.keyboard.press(key)
        self.answered(before)

    def say(self, words: str) -> None:
        """Type what one would say in the call on hand, press Enter, and wait for the answer."""
        box = self.page.get_by_label("Say it in your own words")
        before = self.seq()
        box.fill(words)
        box.press("Enter")
        self.answered(before)

    def seq(self) -> int:
        """Return the number of the view that Python sent last."""
        return int(self.board.view["seq"])

    def answered(self, before: int) -> None:
        """Wait until the page has drawn the answer to a message sent when the number was `before`."""
        self.page.wait_for_function(
            "(n) => Number(document.querySelector('.simcare-shift').dataset.seq) > n", arg=before
        )

    def heading(self) -> str:
        """Return what the screen is called."""
        return self.page.locator(".simcare-shift h1").first.inner_text()

    def until_twin(self) -> None:
        """Wait until the twin has arrived on the page."""
        self.listen_for("times by a model of")

    def listen_for(self, words: str) -> None:
        """Hand over to the page what the thread that plays the twin says, until some words stand there."""
        assert self.board.runner.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while not self.page.get_by_text(words).count():
            assert time.monotonic() < deadline, f"the page never said '{words}'"
            self.page.evaluate("listen()")
            time.sleep(0.02)

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
        """Press Tab until the focus is on what begins with this name."""
        for _ in range(120):
            if self.focused().startswith(name):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"'{name}' is not reached by Tab; the focus is on '{self.focused()}'")


def end_call(stage: ShiftStage) -> None:
    """End the call on hand by mouse."""
    page = stage.page
    if page.get_by_role("tab", name="Decide").count():
        page.get_by_role("tab", name="Decide").click()
    page.get_by_role("button", name="End the call").click()
    before = stage.seq()
    page.get_by_role("dialog").get_by_role("button", name="End the call").click()
    stage.answered(before)


@contextmanager
def shift_stage(
    opened: Browser, board: ShiftBoard, *, size: tuple[int, int] = WIDE, dark: bool = False, script: str = ""
) -> Iterator[ShiftStage]:
    """Show a board on a page of its own: `size` in pixels, dark or light; `script` is run before anything else."""
    context = opened.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.add_init_script(script)
    try:
        yield ShiftStage(context.new_page(), board)
    finally:
        board.runner.cancel()
        board.runner.wait(PATIENCE)
        context.close()
