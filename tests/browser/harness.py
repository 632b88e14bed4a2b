"""The bare harness: the real JavaScript and the real Python widget in Chromium, without Jupyter and without a kernel.

A binding carries the widget's messages: what the page sends goes into the widget as a comm message, and every state
the widget sends back is applied to the model on the page, as the widget manager does. No request may leave the machine.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright

ORIGIN = "http://127.0.0.1:1"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = (1280, 860), (390, 844)

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Call desk</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>
body { margin: 0; background: #f4f6f8 } @media (prefers-color-scheme: dark) { body { background: #10161c } }
</style></head>
<body><main id="desk"></main></body></html>"""

MODEL = """
async ({esm, css, state}) => {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  const listeners = {};
  const values = {...state};
  window.arrivals = [];
  window.kernel = {dead: false, held: 0};
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const apply = (messages) => {
    for (const data of messages) {
      const custom = data.method === "custom" ? listeners["msg:custom"] ?? [] : [];
      for (const f of custom) f(data.content, data.buffers.map(bytes));
      if (data.method !== "update") continue;
      Object.assign(values, data.state);
      for (const name of Object.keys(data.state)) for (const f of listeners["change:" + name] ?? []) f();
    }
  };
  const model = {
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; },
    save_changes: () => {},
    on: (name, f) => { (listeners[name] ??= new Set()).add(f); },
    off: (name, f) => { listeners[name]?.delete(f); },
    send: (content) => {
      if (window.kernel.dead) throw new Error("Canceled future for execute_request message before replies were done");
      window.toPython(JSON.stringify(content)).then((text) => apply(JSON.parse(text)));
    },
  };
  window.listen = () => window.toPython(JSON.stringify({listen: true})).then((text) => apply(JSON.parse(text)));
  const module = await import(URL.createObjectURL(new Blob([esm], {type: "text/javascript"})));
  window.dispose = module.default.render({model, el: document.querySelector("#desk")});
}
"""

UNROLLED = """
.simcare-console :is(.frame, .screen, .panes, .pane, .card, .log, .found, .dialog) {
  overflow: visible !important; height: auto !important; max-height: none !important; }
.simcare-console .timeline { position: static !important; }
.simcare-plan :is(.asking, .scroll) { overflow: visible !important; max-height: none !important; }
.simcare-plan :is(.asking, .go-card, th) { position: static !important; }
.simcare-plan .results .card:has(table) { min-width: max-content; }
.simcare-cohort .scroll { overflow: visible !important; }
.simcare-console .dialog { position: static !important; }
.simcare-console .dialog::backdrop { background: none !important; }
.simcare-console .frame:has(.dialog) > :not(.dialog) { display: none !important; }
"""


class Wire:
    """Stand in for the comm: keep what the widget sends until the binding hands it to the page."""

    comm_id = "harness"

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, data: dict[str, Any], metadata: object = None, buffers: Iterable[bytes] | None = None) -> None:
        """Keep a message of the widget; what it holds as bytes goes to the page as text."""
        if data.get("method") == "update":
            self.sent.append({"method": "update", "state": data["state"]})
        elif data.get("method") == "custom":
            held = [base64.b64encode(buffer).decode() for buffer in buffers or ()]
            self.sent.append({"method": "custom", "content": data["content"], "buffers": held})

    def take(self) -> list[dict[str, Any]]:
        """Return what was kept, once."""
        sent, self.sent = self.sent, []
        return sent

    def on_msg(self, callback: object) -> None:
        """Messages are put into the widget by the binding."""

    def close(self, *args: object, **kwargs: object) -> None:
        """Nothing is held open."""


def chromium_path() -> str:
    """Return the system's Chromium; Playwright's own browser is never downloaded."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium on this machine; install it to run the browser tests")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, headless."""
    with sync_playwright() as playwright:
        opened = launch(playwright)
        try:
            yield opened
        finally:
            opened.close()


def launch(playwright: Playwright) -> Browser:
    """Launch the system's Chromium, headless, without background traffic."""
    return playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=CHROMIUM_ARGUMENTS)


class Stage:
    """A page with a widget on it, of those of the desk that have a `view`.

    `unrolled` is the style in which all that scrolls is shown whole.
    """

    unrolled = UNROLLED

    def __init__(self, page: Page, console: Any) -> None:
        """Put the widget on the page and join the two."""
        self.page = page
        self.console = console
        self.refused: list[str] = []
        self.errors: list[str] = []
        self.heard: list[dict[str, Any]] = []
        self._wire = Wire()
        console.comm = self._wire
        self._wire.take()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.route("**/*", self._route)
        page.expose_function("toPython", self._from_page)
        page.goto(ORIGIN + "/")
        state = console.get_state()
        shown = {name: state[name] for name in ("view", "sheet", "progress", "voice") if name in state}
        page.evaluate(MODEL, {"esm": state["_esm"], "css": state["_css"], "state": shown})
        page.locator("#desk h1").wait_for()

    def _route(self, route: Route) -> None:
        if route.request.url == ORIGIN + "/":
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            self.refused.append(route.request.url)
            route.abort()

    def _from_page(self, text: str) -> str:
        content = json.loads(text)
        if "listen" in content:  # what the widget sent by itself, from a thread
            return json.dumps(self._wire.take())
        self.heard.append(content)
        self.console._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
        return json.dumps(self._wire.take())

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def axe(self) -> dict[str, list[str]]:
        """Run axe-core on what is shown: `violations`, and the nodes whose contrast was `examined` or `not_examined`.

        Contrast is looked at in a second run with all that scrolls unrolled and, under a dialog, the rest put aside:
        axe does not judge what is half scrolled away or lies on a backdrop. What moved while it was looked at is looked
        at again.
        """
        if not self.page.evaluate("() => 'axe' in window"):
            source = Path(axe_playwright_python.__file__).parent / "axe.min.js"
            self.page.evaluate(source.read_text(encoding="utf-8"))
        everything: dict[str, Any] = self.page.evaluate(
            "() => axe.run(document, {rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: false}}})"
        )
        unrolled = self.page.add_style_tag(content=self.unrolled)
        contrast: dict[str, Any] = {}
        for _ in range(3):
            contrast = self.page.evaluate("() => axe.run(document, {runOnly: ['color-contrast']})")
            if not contrast["incomplete"]:
                break
            self.page.wait_for_timeout(200)
        unrolled.evaluate("(style) => style.remove()")
        return {
            "violations": _nodes(everything["violations"]) + _nodes(contrast["violations"]),
            "examined": _nodes(contrast["passes"]),
            "not_examined": _nodes(contrast["incomplete"]),
        }


def _nodes(rules: list[dict[str, Any]]) -> list[str]:
    nodes = [(rule["id"], node) for rule in rules for node in rule["nodes"]]
    return [f"{name} {node['target']} {node.get('failureSummary', '')}" for name, node in nodes]


@contextmanager
def stage(
    opened: Browser,
    console: anywidget.AnyWidget,
    *,
    size: tuple[int, int] = WIDE,
    dark: bool = False,
    still: bool = True,
    script: str = "",
) -> Iterator[Stage]:
    """Show a console on a page of its own: `size` in pixels, dark or light, with or without motion.

    `script` is run before anything else on the page: what a browser has or lacks can be put there.
    """
    context = opened.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce" if still else "no-preference",
    )
    context.add_init_script(script)
    try:
        yield Stage(context.new_page(), console)
    finally:
        context.close()
