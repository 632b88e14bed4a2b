"""Time a move of a call: `python benchmarks/bench_calls.py`.

Prints processor time in microseconds a move (the smallest of some rounds, so that a busy machine tells less) for the
passing plays of each call, for a move that is also judged, and for a copy of the call; beside it the ratio to a bare
update of a dict, a measure that other machines share. Exits with 1 where a move takes 200 microseconds or more.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from simcare.calls.call import Call
from simcare.calls.listener import default_listener
from simcare.calls.moves import Move
from simcare.calls.opening import open_call
from simcare.calls.scoring import Judge
from simcare.calls.transcripts import play_moves
from simcare.scenarios.library import load_library

ROUNDS = 30
LIMIT_US = 200.0


def microseconds(work: Callable[[], int]) -> float:
    """Return the processor time of one unit of work, which says how many units it did: the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time_ns()
        units = work()
        best = min(best, (time.process_time_ns() - started) / 1e3 / units)
    return best


def update_dicts() -> int:
    """Update a small dict many times; return how often."""
    gauges = {"trust": 50.0, "distress": 20.0, "clarity": 80.0, "patience": 60.0}
    for nth in range(20_000):
        gauges["trust"] = float(nth)
    return 20_000


def main() -> int:
    """Print the figures; return 1 where a move is too slow."""
    bare = microseconds(update_dicts)
    print(f"{'call':<18}{'a move':>10}{'judged':>10}{'a copy':>10}{'move / dict update':>21}   (microseconds)")
    slow = False
    for name, document in load_library().items():
        scenario = document.value
        played: list[tuple[Call, tuple[Move, ...]]] = []
        for play in scenario.plays.values():
            opened = open_call(scenario, play.variant, play.seed)
            played.append((opened, tuple(play_moves(opened.copy(), play, default_listener()).moves)))

        def take(played: list[tuple[Call, tuple[Move, ...]]] = played) -> int:
            for opened, moves in played:
                call = opened.copy()
                for move in moves:
                    call.take(move)
            return sum(len(moves) for _, moves in played)

        def judge(played: list[tuple[Call, tuple[Move, ...]]] = played) -> int:
            for opened, moves in played:
                call, judge = opened.copy(), Judge(opened.script)
                for move in moves:
                    judge.watch(call, move)
            return sum(len(moves) for _, moves in played)

        def copy(opened: Call = played[0][0]) -> int:
            for _ in range(200):
                opened.copy()
            return 200

        a_move = microseconds(take)
        print(f"{name:<18}{a_move:>10.1f}{microseconds(judge):>10.1f}{microseconds(copy):>10.1f}{a_move / bare:>21.0f}")
        slow |= a_move >= LIMIT_US
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
