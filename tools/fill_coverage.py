"""Fill the coverage matrix of README.md from the library, or check it.

`python tools/fill_coverage.py` writes the tables between their two marks in README.md; `--check` writes nothing and
exits 1 where they are stale. The tables are those of `simcare scenarios coverage --markdown`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simcare.documents import read
from simcare.scenarios.coverage import cover, coverage_as_markdown
from simcare.scenarios.library import LIBRARY, load_policy
from simcare.scenarios.model import Scenario

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"


def filled(readme: str, tables: str) -> str:
    """Return the README with the tables between their marks; raise ValueError if a mark is missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md has lost its marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 fine, 1 the tables are stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where the tables are stale")
    options = parser.parse_args(arguments)
    # Only ours: what a program keeps in SIMCARE_LIBRARY is not in our README.
    scenarios = [read(file, Scenario).value for file in sorted(LIBRARY.glob("*.yaml"))]
    old = README.read_text(encoding="utf-8")
    new = filled(old, coverage_as_markdown(cover(scenarios, load_policy().value)))
    if options.check and new != old:
        print("README.md: the coverage matrix is stale; run `python tools/fill_coverage.py`")
        return 1
    if not options.check:
        README.write_text(new, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
