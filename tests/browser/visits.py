"""Visits to the real pages: a server with its kernels, watched from outside, and pages that may ask nobody else.

A page is watched by Playwright's routes; the server and the kernels by an audit hook that Python loads when it
starts, so that a request which no page makes is seen too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, WebSocketRoute, expect

from tests.browser.harness import WIDE, Stage
from tests.desk.program import Program, start_program

PATIENCE_MS = 120_000
WATCH = """
import os, sys
def note(words):
    with open({file!r}, "a", encoding="utf-8") as file:
        print(words, file=file)
def heard(event, values):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = values[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(values[1], tuple):
        host = values[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in (None, "", "127.0.0.1", "localhost", "::1", "0.0.0.0"):
        note("asked " + str(host))
sys.addaudithook(heard)
note("watched " + " ".join(sys.orig_argv))
"""
TYPED = "Say it in your own words"


class House:
    """A running `simcare` in a home of its own, with everything it and its kernels ask for written down."""

    def __init__(self, home: Path, *words: str, paths: tuple[Path, ...] = (), **environ: str) -> None:
        """Start it, with more in its environment and on its path where that is asked for."""
        self._watched = home / "watched.txt"
        hook = home / "hook" / "sitecustomize.py"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(WATCH.format(file=str(self._watched)), encoding="utf-8")
        found = os.pathsep.join(map(str, (hook.parent, *paths)))
        self.program: Program = start_program(home, *words, "--no-browser", PYTHONPATH=found, **environ)
        self.root = f"http://127.0.0.1:{self.program.port}"

    @property
    def data(self) -> Path:
        """The user's data folder of simcare."""
        return next(path for path in self.program.home.rglob("simcare") if path.is_dir())

    def kernels(self) -> list[psutil.Process]:
        """Return the kernels that run now."""
        return [child for child in self.program.children() if is_kernel(child)]

    def watched(self) -> list[str]:
        """Return the command lines of the Python programs that were watched."""
        return [line for line in self._notes() if line.startswith("watched ")]

    def asked(self) -> list[str]:
        """Return the hosts, other than this machine, that were asked for anything."""
        return [line for line in self._notes() if line.startswith("asked ")]

    def _notes(self) -> list[str]:
        return self._watched.read_text(encoding="utf-8").splitlines()


def is_kernel(process: psutil.Process) -> bool:
    """Tell whether a process is a kernel."""
    try:
        return any("ipykernel_launcher" in word for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False


TRIES = 5


class Visit:
    """A browser with one page on a house, from nobody before: its own cookies and memory."""

    axe = Stage.axe
    overflow = Stage.overflow
    unrolled = Stage.unrolled

    def __init__(self, context: BrowserContext, house: House) -> None:
        """Open an empty page that can reach this house alone."""
        self.house = house
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        context.route("**/*", self._route)
        context.route_web_socket(re.compile(".*"), self._route_socket)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def enter(self, path: str | None = None) -> Visit:
        """Come in by the address that the terminal shows, and go on to a path."""
        self.page.goto(self.house.program.address)
        if path is not None:
            self.page.goto(self.house.root + path)
        return self

    def run_first_cell(self) -> None:
        """Run the notebook's first code cell in JupyterLab by keys, and wait until it is running.

        While a session is being set up Lab shows an idle kernel and lets the keys fall: then they are struck again.
        On a busy machine it may ask for a kernel although the notebook names one: then the one it offers is taken.
        """
        asks = self.page.locator(".jp-Dialog").filter(has_text="Select Kernel")
        self.page.add_locator_handler(asks, lambda dialog: dialog.locator(".jp-mod-accept").click())
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").first
        idle = "() => document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"
        for _ in range(TRIES):
            cell.click()
            self.page.wait_for_function(idle)
            self.page.keyboard.press("Shift+Enter")
            try:
                expect(cell.locator(".jp-InputPrompt").first).not_to_have_text(re.compile(r"\[\s*\]"), timeout=5_000)
            except AssertionError:
                continue
            return
        raise AssertionError(f"the first cell did not run, though asked {TRIES} times")

    def sit_down(self, name: str = "Dana") -> Visit:
        """Open the app without code and go to the list of calls."""
        self.enter("/voila/render/01-take-a-call.ipynb")
        self.page.get_by_label("Your name or initials").fill(name)
        self.press("Go to the calls")
        return self

    def desk(self) -> Locator:
        """Return the desk on the page."""
        return self.page.locator(".simcare-console")

    def heading(self) -> str:
        """Return what the screen is called."""
        return self.page.locator(".simcare-console h1").inner_text()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Click a button that tells the desk something, and wait for the answer."""
        self.answered(lambda: (within or self.desk()).get_by_role("button", name=name).first.click())

    def say(self, words: str) -> None:
        """Type words, press Enter, and wait for the answer."""
        self.page.get_by_label(TYPED).fill(words)
        self.answered(lambda: self.page.keyboard.press("Enter"))

    def choose(self, phrase: str) -> None:
        """Say a phrase from the list, by mouse."""
        self.page.get_by_role("button", name="Find a phrase").click()
        self.answered(lambda: self.page.get_by_role("option", name=phrase, exact=True).click())

    def strike(self, key: str) -> None:
        """Press a key that tells the desk something, and wait for the answer."""
        self.answered(lambda: self.page.keyboard.press(key))

    def answered(self, act: Callable[[], object]) -> None:
        """Do something and wait until the desk has drawn its answer."""
        before = self.desk().get_attribute("data-seq")
        act()
        self.page.wait_for_function("(n) => document.querySelector('.simcare-console').dataset.seq !== n", arg=before)

    def lines(self) -> list[str]:
        """Return what stands in the conversation: who, when, what."""
        return self.said().all_inner_texts()

    def said(self) -> Locator:
        """Return the lines of the conversation."""
        return self.page.get_by_role("log").locator(".line")

    def focused(self) -> str:
        """Return the name of what has the focus."""
        return str(
            self.page.evaluate(
                """() => {
                  const at = document.activeElement;
                  return at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent.trim();
                }"""
            )
        )

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what has this name."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.focused() == name:
                return
        raise AssertionError(f"'{name}' is not reached by Tab; the focus is on '{self.focused()}'")

    def kernel(self) -> psutil.Process:
        """Return the kernel behind the app's page."""
        kernel_id = json.loads(str(self.page.locator("#jupyter-config-data").text_content()))["kernelId"]
        answer: dict[str, Any] = self.page.evaluate(
            "(at) => fetch(at).then((r) => r.json())", f"/simcare/pulse/{kernel_id}"
        )
        return psutil.Process(answer["process"])

    def _route(self, route: Route) -> None:
        if self._ours(route.request.url):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def _route_socket(self, socket: WebSocketRoute) -> None:
        if self._ours(socket.url):
            socket.connect_to_server()
        else:
            self.elsewhere.append(socket.url)
            socket.close()

    def _ours(self, url: str) -> bool:
        here = self.house.root.removeprefix("http")
        return url.startswith((f"http{here}/", f"ws{here}/", "data:", "blob:"))


@contextmanager
def visit(chromium: Browser, house: House, *, size: tuple[int, int] = WIDE, dark: bool = False) -> Iterator[Visit]:
    """Visit a house with a window of `size` pixels, light or dark."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    try:
        yield Visit(context, house)
    finally:
        context.close()
