"""The widget without a kernel: what it sends for a message, and what it never sends."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

import simcare.desk
from simcare.calls.moves import move_to_json
from simcare.desk import CallConsole, CallDesk, open_desk
from simcare.training.records import Records

HERE = Path(simcare.desk.__file__).parent


def message(console: CallConsole, kind: str, **fields: Any) -> None:
    """Put a message into the widget as the kernel would."""
    content = {"kind": kind, "seq": console.view["seq"], **fields}
    console._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


def test_a_message_is_answered_by_a_new_view(sit: Callable[..., CallDesk]) -> None:
    """The view after dialling is the call."""
    console = CallConsole(sit())
    message(console, "dial")
    assert console.view["phase"] == "call"


def test_the_sheet_is_the_same_through_a_call(sit: Callable[..., CallDesk]) -> None:
    """Chart and phrases are not sent again with every move."""
    console = CallConsole(sit())
    message(console, "dial")
    seen: list[object] = []
    console.observe(lambda change: seen.append(change), names="sheet")
    message(console, "say", text="greet_introduce")
    assert seen == []


def test_two_threads_at_once_lose_no_move(sit: Callable[..., CallDesk], records: Records) -> None:
    """JupyterLab may run callbacks on a second thread: every message is handled whole."""
    console = CallConsole(sit())
    message(console, "dial")

    def many() -> None:
        for _ in range(10):
            message(console, "say", text="greet_introduce")

    threads = [threading.Thread(target=many) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    practice = console.desk.practice
    assert practice is not None
    assert console.view["seq"] == 21
    assert records.moves(practice.attempt.id) == [move_to_json(move) for move in practice.call.moves]


def written(ending: str) -> str:
    """Return all that the desk's screens are made of, of one kind."""
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(HERE.rglob(f"*.{ending}")))


def test_the_page_asks_no_network() -> None:
    """Neither script nor style names an address; the SVG namespace is a name and is not fetched."""
    text = written("js") + written("css")
    found = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", text)) | set(re.findall(r"@import|url\(", text))
    assert found == {"http://www.w3.org/2000/svg"}


def test_the_page_makes_no_markup_from_text() -> None:
    """Nothing in the scripts can turn a text into elements, but for the pictures that Python draws, read as SVG."""
    text = written("js")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|srcdoc", text) == []
    parsed = {file.parent.name for file in HERE.rglob("*.js") if "DOMParser" in file.read_text(encoding="utf-8")}
    assert parsed == {"cohort", "panel", "plan"}
    assert text.count("DOMParser") == text.count('DOMParser().parseFromString(text, "image/svg+xml")') == len(parsed)


def test_open_desk_returns_a_box_with_the_console(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A notebook shows it by naming it."""
    monkeypatch.setenv("SIMCARE_DATABASE_URL", f"sqlite:///{tmp_path / 'records.sqlite'}")
    box = open_desk(learner="Dana")
    assert isinstance(box, ipywidgets.Box)
    assert box.children[0].view["phase"] == "pick"


def test_a_desk_that_cannot_open_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Records in a folder that is not there become words on the screen, not a traceback."""
    monkeypatch.setenv("SIMCARE_DATABASE_URL", f"sqlite:///{tmp_path / 'no' / 'records.sqlite'}")
    view = open_desk().children[0].view
    assert view["phase"] == "closed"
    assert "folder" in view["words"][0]


def test_records_that_fail_in_a_call_are_told_and_the_move_is_not_shown(
    sit: Callable[..., CallDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be recorded did not happen."""
    from simcare.training.faults import RecordsLocked

    console = CallConsole(sit())
    message(console, "dial")
    lines = console.view["lines"]

    def refuse(*arguments: object) -> None:
        raise RecordsLocked("records.sqlite: another program has kept the records locked; try again")

    monkeypatch.setattr(Records, "append", refuse)
    message(console, "say", text="greet_introduce")
    assert "locked" in console.view["alert"]
    assert console.view["lines"] == lines
