"""How long it takes to lint the whole library, a file and a part of the work at a time.

Prints processor milliseconds of reading (YAML and model) and of the rules; exits with 1 where all of it takes a second
or more. Nothing is kept between the files but what a command keeps too: the policy, the intents and the tables.
"""

from __future__ import annotations

import gc
import sys
import time

from simcare.documents import read
from simcare.scenarios import intents
from simcare.scenarios.library import library_files, load_policy
from simcare.scenarios.lint import lint_files
from simcare.scenarios.model import Scenario

LIMIT_CPU_SECONDS = 1.0


def main() -> int:
    """Print the figures; return 1 where they are too large."""
    load_policy()
    intents.load()
    files = list(library_files().values())
    began = time.process_time()
    findings = len(lint_files(files))
    whole = time.process_time() - began
    gc.disable()  # as lint does
    began = time.process_time()
    for file in files:
        read(file, Scenario)
    reading = time.process_time() - began
    print(f"{len(files)} files, {findings} findings: {1000 * whole:.0f} ms of processor time")
    print(f"reading {1000 * reading / len(files):.1f} ms a file, rules {1000 * (whole - reading) / len(files):.1f} ms")
    return 1 if whole >= LIMIT_CPU_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
