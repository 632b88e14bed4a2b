"""One Chromium for all browser tests, and a desk on a page of its own for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import Stage, browser, stage
from tests.browser.journeys import console_at
from tests.desk.told import LIBRARY

Open = Callable[..., Stage]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium once."""
    with browser() as opened:
        yield opened


@pytest.fixture
def show(chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that shows a desk; afterwards no page may have erred or asked the network for anything."""
    monkeypatch.setenv("SIMCARE_LIBRARY", str(LIBRARY))
    with ExitStack() as open_pages:
        shown: list[Stage] = []

        def show_desk(
            *,
            size: tuple[int, int] = (1280, 860),
            dark: bool = False,
            still: bool = True,
            script: str = "",
            program: tuple[str, ...] | None = None,
            **desk: object,
        ) -> Stage:
            monkeypatch.setattr("simcare.desk.console.find_program", lambda: program)  # whatever this computer has
            console = console_at(tmp_path, **desk)
            looks = {"size": size, "dark": dark, "still": still, "script": script}
            shown.append(open_pages.enter_context(stage(chromium, console, **looks)))
            return shown[-1]

        yield show_desk
        for each in shown:
            assert each.refused == [], "the page asked the network for something"
            assert each.errors == [], "the page reported an error"
