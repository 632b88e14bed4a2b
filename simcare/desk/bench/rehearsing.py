"""A rehearsal at the bench: in programs of its own, so that typing goes on beside it and Stop stops at once.

What comes back are the moves of every run, not its points: a call judged by changed points is the same call. How the
players play is in `simcare.calls.players`, what a rehearsal shows to be wrong in `simcare.calls.rehearsal`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import simcare
from simcare import chance
from simcare.calls.call import Call
from simcare.calls.moves import Move, MoveError, move_from_json, move_to_json
from simcare.calls.opening import open_call
from simcare.calls.players import PLAYERS, RUNS
from simcare.calls.scoring import score
from simcare.documents import Document, SimcareError, read_text
from simcare.scenarios.model import Scenario

SEED = 0
PROGRAMS = 2
Program = subprocess.Popen[str]
Runs = dict[tuple[str, str], list[list[Move]]]
"""The moves of every run, by variant and player."""


class Rehearsing:
    """A rehearsal that is under way. Mutable: threads of its own take in what comes, `stop` ends it."""

    def __init__(self, document: Document[Scenario]) -> None:
        """Start the players on every variant of a scenario; variants are dealt to a few programs in turn."""
        self.scenario = document.value
        self.runs: Runs = {}
        self.failed: str | None = None
        self.stopped = False
        self._ends = threading.Event()
        variants = list(self.scenario.variants)
        self._programs = [
            _start({"text": document.text, "variants": variants[nth::PROGRAMS]})
            for nth in range(min(PROGRAMS, len(variants)))
        ]
        self._readers = [threading.Thread(target=self._read, args=(each,), daemon=True) for each in self._programs]
        for reader in self._readers:
            reader.start()

    @property
    def total(self) -> int:
        """How many pairs of variant and player there are."""
        return len(self.scenario.variants) * len(PLAYERS)

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return any(reader.is_alive() for reader in self._readers)

    def stop(self) -> None:
        """End it now; what was played is kept."""
        self.stopped = self.running
        self._end()
        self.wait()

    def wait(self, seconds: float = 10) -> None:
        """Wait until nothing more is to come, or the time is over."""
        until = time.monotonic() + seconds
        for reader in self._readers:
            reader.join(max(0.0, until - time.monotonic()))

    def _read(self, program: Program) -> None:
        assert program.stdout is not None
        for line in program.stdout:
            told = json.loads(line)
            if "failed" in told:
                self.failed = str(told["failed"])
                self._end()
            else:
                moves = [[move_from_json(move) for move in run] for run in told["runs"]]
                self.runs[told["variant"], told["player"]] = moves
        if program.wait() != 0 and not self._ends.is_set():
            self.failed = "The rehearsal ended before it was through. Rehearse again; your text was not touched."
            self._end()

    def _end(self) -> None:
        self._ends.set()
        for program in self._programs:
            program.kill()


def _start(task: Mapping[str, Any]) -> Program:
    """Start a program that rehearses what the task says, with the simcare that runs here."""
    home = str(Path(simcare.__file__).parents[1])
    paths = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
    program = subprocess.Popen(
        [sys.executable, "-c", "from simcare.desk.bench.rehearsing import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
    )
    assert program.stdin is not None
    with suppress(BrokenPipeError), program.stdin:
        json.dump(task, program.stdin)
    return program


def main() -> None:
    """Be the program: read the task, play, and print each player's runs on a line as they are done."""
    task = json.load(sys.stdin)
    try:
        scenario = read_text(task["text"], Scenario, name="scenario").value
        for variant in task["variants"]:
            call = open_call(scenario, variant, SEED)
            for player in PLAYERS:
                print(json.dumps({"variant": variant, "player": player, "runs": _runs(call, player)}), flush=True)
    except SimcareError as error:
        print(json.dumps({"failed": str(error)}), flush=True)
    except BrokenPipeError:
        pass  # nobody waits for the rest


def _runs(call: Call, player: str) -> list[list[dict[str, Any]]]:
    seeds = [chance.derive(SEED, "rehearsal", player, nth) for nth in range(RUNS.get(player, 1))]
    return [[move_to_json(move) for move in PLAYERS[player](call, seed).moves] for seed in seeds]


def played_again(scenario: Scenario, runs: Runs) -> Iterator[tuple[str, str, Call]]:
    """Yield (variant, player, call) of every run, played in a scenario whose points or texts may have changed.

    Where a changed scenario does not allow a move any more, the run ends there; a variant that is gone is left out.
    """
    opened: dict[str, Call] = {}
    for (variant, player), moves in runs.items():
        if variant not in scenario.variants:
            continue
        if variant not in opened:
            opened[variant] = open_call(scenario, variant, SEED)
        for run in moves:
            call = opened[variant].copy()
            try:
                for move in run:
                    call.take(move)
            except MoveError:
                pass
            yield variant, player, call


def judged(scenario: Scenario, runs: Runs) -> Mapping[tuple[str, str], list[tuple[float, bool, str]]]:
    """Return (score, passed, action decided on) of every run by variant and player, by the scenario as it now is."""
    found: dict[tuple[str, str], list[tuple[float, bool, str]]] = {}
    for variant, player, call in played_again(scenario, runs):
        card = score(call)
        found.setdefault((variant, player), []).append((card.score, card.passed, card.decision.action or "none"))
    return found
