"""`simcare` as a program of its own, in a home folder of its own: how tests start, watch and end it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import psutil

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from simcare.cli import main; main()"]
PATIENCE_SECONDS = 120.0
OPEN = re.compile(r"^simcare is open at (http://127\.0\.0\.1:(\d+)\S*[?&]token=(\w+)\S*)$", re.MULTILINE)
T = TypeVar("T")


class Program:
    """A running `simcare`: what it said, where it is, and the ways to end it."""

    def __init__(self, home: Path, process: subprocess.Popen[bytes], said: Path) -> None:
        """Watch a process whose words go to a file."""
        self.home = home
        self._process = process
        self._said = said

    @property
    def address(self) -> str:
        """The address that the terminal shows, as soon as it does."""
        return self._opened().group(1)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._opened().group(2))

    @property
    def token(self) -> str:
        """The key."""
        return self._opened().group(3)

    def children(self) -> list[psutil.Process]:
        """Return the programs that it started, and theirs."""
        return psutil.Process(self._process.pid).children(recursive=True)

    def said(self) -> str:
        """Return all that stands in the terminal."""
        return self._said.read_text(encoding="utf-8")

    def lines(self) -> list[str]:
        """Return what stands in the terminal, line by line."""
        return self.said().splitlines()

    def eventually(self, look: Callable[[], T]) -> T:
        """Return what a function gives as soon as that is something; fail when patience ends, or the program."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            found = look()
            if found:
                return found
            assert self._process.poll() is None, self.said()
            time.sleep(0.1)
        raise AssertionError(f"nothing came in {PATIENCE_SECONDS} s; the terminal shows: {self.said()}")

    def signal(self, number: int) -> None:
        """Send a signal, once the program is open and so has said what it does with one."""
        self._opened()
        self._process.send_signal(number)

    def interrupt(self) -> None:
        """Press Ctrl+C."""
        self.signal(signal.SIGINT)

    def ended(self) -> int:
        """Return the exit code, once it has ended."""
        return self._process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """End it, politely first."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _opened(self) -> re.Match[str]:
        return self.eventually(lambda: OPEN.search(self.said()) if "press Ctrl+C" in self.said() else None)


def start_program(home: Path, *words: str, files: Mapping[str, str] | None = None, **environ: str) -> Program:
    """Start `simcare` with words, in a home of its own that holds `files`; a port that is free is added."""
    for name, text in (files or {}).items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "XDG", "SIMCARE"))}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "IPYTHONDIR"):
        kept.pop(name, None)
    own = {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home), "PYTHONUTF8": "1"}
    paths = os.pathsep.join(filter(None, [environ.pop("PYTHONPATH", ""), str(ROOT), kept.get("PYTHONPATH", "")]))
    said = home / "terminal.txt"
    port = () if "--port" in words else ("--port", str(free_port()))
    with said.open("wb") as terminal:
        process = subprocess.Popen(
            [*COMMAND, *words, *port],
            cwd=home,
            env={**kept, **own, "PYTHONPATH": paths, **environ},
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=subprocess.STDOUT,
        )
    return Program(home, process, said)


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
