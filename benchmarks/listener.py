"""Print how well, how fast and in how much memory both listeners hear lines that they never learned from.

Run with `python benchmarks/listener.py`. The lines are `tests/data/acceptance.csv`: they were written before anything
was tuned, and neither an exemplar nor a threshold was ever chosen by them; `--wrong` lists what was misheard, for a
reader, not for tuning. `--lines acceptance_2` and `acceptance_3` take those of two authors who saw the list of intents
and no exemplar, `--lines utterances` those that may be tuned to. Each engine is measured in a process of its own, on
one thread; wall-clock times mean something only on a quiet machine, so processor times stand beside.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from simcare.calls.listener import LibraryListener, meaning_listener, ngram_listener
from simcare.scenarios import intents as intent_files

DATA = Path(__file__).parent.parent / "tests" / "data"
ENGINES = {"meaning": meaning_listener, "ngram": ngram_listener}
CRITICAL = ("act_call_911", "act_warm_transfer_rn", "act_end_call")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Rows = Sequence[dict[str, str]]


def lines(name: str) -> list[dict[str, str]]:
    """Return the labelled lines of a file, with the kinds of the acceptance file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if name.startswith("acceptance"):
        return rows
    kinds = {"in_scope": "in_scope", "typo": "in_scope", "neg": "polar_neg", "pos": "polar_pos"}
    held = [row for row in rows if row["split"] in ("test", "contrast")]
    return [{**row, "kind": kinds.get(row["kind"], row["kind"])} for row in held]


def meant(row: dict[str, str]) -> set[str]:
    """Return the intents of which each is a right answer to a line."""
    return set(row["intent"].split("|"))


def heard(listener: LibraryListener, text: str, candidates: Sequence[str] | None = None) -> set[str]:
    """Return the intents that a line was taken for, without asking."""
    return {clause.intent for clause in listener.hear(text, candidates).clauses if clause.intent is not None}


def of_kind(rows: Rows, kind: str) -> list[dict[str, str]]:
    """Return the lines of one kind."""
    return [row for row in rows if row["kind"] == kind]


def print_accuracy(listener: LibraryListener, rows: Rows, wrong: bool) -> None:
    """Print first choice, first three, what is taken, and the pairs that are confused."""
    held = of_kind(rows, "in_scope")
    ranked = [(row, listener.rank(row["text"])) for row in held]
    pairs = Counter((row["intent"], names[0]) for row, names in ranked if names[0] not in meant(row))
    taken = [(row, heard(listener, row["text"])) for row in held]
    shown = {
        "top-1": statistics.mean(names[0] in meant(row) for row, names in ranked),
        "top-3": statistics.mean(not meant(row).isdisjoint(names) for row, names in ranked),
        "taken rightly": statistics.mean(not meant(row).isdisjoint(found) for row, found in taken),
        "taken wrongly": statistics.mean(bool(found) and meant(row).isdisjoint(found) for row, found in taken),
    }
    print(f"  among all {len(intent_files.load().intents)} intents, {len(held)} lines: {_shares(shown)}")
    in_calls = [
        (row, listener.rank(row["text"], candidates))
        for row in held
        for candidates in _calls_with(row["intent"].split("|")[0])
    ]  # fmt: skip
    if in_calls:
        shown = {
            "top-1": statistics.mean(names[0] in meant(row) for row, names in in_calls),
            "top-3": statistics.mean(not meant(row).isdisjoint(names) for row, names in in_calls),
        }
        print(f"  with the intents of a call that uses it, {len(in_calls)} hearings: {_shares(shown)}")
    print("  confused: " + ("; ".join(f"{a} for {b}" for (b, a), _ in pairs.most_common(12)) or "none"))
    if wrong:
        for row, names in ranked:
            if names[0] not in meant(row):
                print(f"    {'LOST ' if meant(row).isdisjoint(names) else ''}{row['intent']}: {row['text']} -> {names}")


def print_guard(listener: LibraryListener, rows: Rows, wrong: bool) -> None:
    """Print what is taken though it means nothing here, or means the opposite."""
    for kind in ("oos_far", "oos_near"):
        strays = [(row["text"], heard(listener, row["text"])) for row in of_kind(rows, kind)]
        bad = [(text, found) for text, found in strays if found]
        print(f"  {kind}: {len(bad)} of {len(strays)} taken for something ({len(bad) / len(strays):.3f})")
        if wrong:
            print(*(f"    {text} -> {', '.join(sorted(found))}" for text, found in bad), sep="\n")
    for title, critical in (("911, nurse now, hanging up", True), ("elsewhere", False)):
        denied = [row for row in of_kind(rows, "polar_neg") if (row["intent"] in CRITICAL) is critical]
        meant = [row for row in of_kind(rows, "polar_pos") if (row["intent"] in CRITICAL) is critical]
        flipped = [row["text"] for row in denied if row["intent"] in heard(listener, row["text"])]
        offered = [row["text"] for row in meant if not _offered(listener, row)]
        taken = sum(row["intent"] in heard(listener, row["text"]) for row in meant)
        print(
            f"  {title}: {len(flipped)} of {len(denied)} denials taken ({len(flipped) / len(denied):.3f}); "
            f"of {len(meant)} that mean it {taken} taken, {len(meant) - taken - len(offered)} asked about"
        )
        if wrong:
            print(*(f"    flipped: {text}" for text in flipped), *(f"    lost: {text}" for text in offered), sep="\n")


def print_cost(listener: LibraryListener, rows: Rows) -> None:
    """Print latency a line, wall clock and processor."""
    wall, cpu = [], []
    for row in rows:
        began, worked = time.perf_counter(), time.process_time()
        listener.hear(row["text"])
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
    for title, times in (("wall clock", wall), ("processor", cpu)):
        ordered = sorted(times)
        high = ordered[int(0.95 * len(ordered))]
        print(f"  a line, {title}: median {statistics.median(ordered) * 1e3:.1f} ms, 95 % under {high * 1e3:.1f} ms")


def measure(engine: str, name: str, wrong: bool) -> None:
    """Measure one engine in this process and print."""
    began = time.perf_counter()
    listener = ENGINES[engine](intent_files.load())
    listener.hear("How are you today?")
    print(f"{listener.name}: first line heard {time.perf_counter() - began:.2f} s after a cold start")
    settled, peak = _memory()
    print(f"  memory of the whole process, listener made: {settled:.0f} MB, {peak:.0f} MB at the highest")
    rows = lines(name)
    print_accuracy(listener, rows, wrong)
    print_guard(listener, rows, wrong)
    print_cost(listener, rows)


def main() -> None:
    """Measure both engines, one process each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--wrong", action="store_true", help="list the lines that were misheard")
    options.add_argument(
        "--lines", choices=("acceptance", "acceptance_2", "acceptance_3", "utterances"), default="acceptance"
    )
    options.add_argument("--engine", choices=tuple(ENGINES), help="measure this one, in this process")
    given = options.parse_args()
    if given.engine is not None:
        measure(given.engine, given.lines, given.wrong)
        return
    for engine in ENGINES:
        command = [sys.executable, __file__, "--engine", engine, "--lines", given.lines]
        subprocess.run([*command, *(["--wrong"] if given.wrong else [])], env={**os.environ, **ONE_THREAD}, check=True)


def _offered(listener: LibraryListener, row: dict[str, str]) -> bool:
    return any(row["intent"] in (clause.intent, *clause.chips) for clause in listener.hear(row["text"]).clauses)


_CALLS: dict[str, tuple[str, ...]] = {}


def _calls_with(intent: str) -> list[tuple[str, ...]]:
    """Return the candidates of the first call in the library that uses an intent, if there is one."""
    if not _CALLS:
        # Only now: opening calls brings in packages whose memory is not the listener's.
        from simcare.calls.opening import open_call
        from simcare.scenarios.library import load_library

        for name, document in load_library().items():
            _CALLS[name] = open_call(document.value, None, 0).script.candidates()
    return [candidates for candidates in _CALLS.values() if intent in candidates][:1]


def _shares(shares: dict[str, float]) -> str:
    return ", ".join(f"{title} {share:.3f}" for title, share in shares.items())


def _memory() -> tuple[float, float]:
    """Return megabytes held now and at the highest, where the system tells (Linux)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan"), float("nan")
    found = dict(line.split(":", 1) for line in status.read_text().splitlines() if line.startswith(("VmRSS", "VmHWM")))
    return int(found["VmRSS"].split()[0]) / 1024, int(found["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main()
