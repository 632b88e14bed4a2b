"""Count how sure we are of each number: fill the confidence table of README.md from the data, or check it.

`python tools/count_confidence.py` writes the table between its two marks in README.md; `--check` writes nothing and
exits 1 where the table is stale. Counted is every stated confidence: a cell of a column named `confidence` or
`..._confidence` in the CSV files under `simcare`, and a key so named in its YAML files. A mixed statement ("code
verified; name recalled") counts as its weakest word.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from simcare.documents import read_plain

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- confidence table: begin -->", "<!-- confidence table: end -->"
WORDS = ("verified", "derived", "recalled", "assumption")  # from the strongest to the weakest
SILENT = ("", "n/a")


def weakest(statement: str) -> str | None:
    """Return the weakest confidence word in a statement, None for a silent one; raise ValueError if it has none."""
    if statement.strip().lower() in SILENT:
        return None
    found = [word for word in WORDS if re.search(rf"\b{word}\b", statement, re.IGNORECASE)]
    if not found:
        raise ValueError(f"the confidence {statement!r} has none of the words {', '.join(WORDS)}")
    return found[-1]


def count(path: Path) -> Counter[str]:
    """Return how often each confidence word is stated in one CSV or YAML file."""
    stated = _csv_statements(path) if path.suffix == ".csv" else _yaml_statements(path)
    counts: Counter[str] = Counter()
    for place, statement in stated:
        try:
            word = weakest(statement)
        except ValueError as error:
            raise ValueError(f"{path}:{place}: {error}") from None
        if word is not None:
            counts[word] += 1
    return counts


def table(folder: Path) -> str:
    """Return the Markdown table of all files under `folder` that state a confidence, with a last line of sums."""
    rows = [(path.relative_to(folder.parent).as_posix(), count(path)) for path in _data_files(folder)]
    rows = [(name, counts) for name, counts in rows if counts]
    total = sum((counts for _, counts in rows), Counter[str]())
    lines = [f"| data | {' | '.join(WORDS)} |", f"|---|{'---:|' * len(WORDS)}"]
    lines += [f"| `{name}` | {' | '.join(str(counts[word]) for word in WORDS)} |" for name, counts in rows]
    lines.append(f"| **all** | {' | '.join(f'**{total[word]}**' for word in WORDS)} |")
    return "\n".join(lines)


def filled(readme: str, new_table: str) -> str:
    """Return the README with the table between its marks; raise ValueError if a mark is missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md has lost its marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{new_table}\n\n{END}{after}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 fine, 1 the table is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where the table is stale")
    options = parser.parse_args(arguments)
    readme = ROOT / "README.md"
    old = readme.read_text(encoding="utf-8")
    new = filled(old, table(ROOT / "simcare"))
    if options.check and new != old:
        print("README.md: the confidence table is stale; run `python tools/count_confidence.py`")
        return 1
    if not options.check:
        readme.write_text(new, encoding="utf-8", newline="\n")
    return 0


def _data_files(folder: Path) -> list[Path]:
    return sorted(path for pattern in ("*.csv", "*.yaml") for path in folder.rglob(pattern))


def _csv_statements(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            for column, cell in row.items():
                if _is_confidence(column):
                    yield str(reader.line_num), cell or ""


def _yaml_statements(path: Path) -> Iterator[tuple[str, str]]:
    document = read_plain(path.read_text(encoding="utf-8"), name=str(path))
    yield from _nested(document.value, ())


def _nested(value: object, at: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    # A play's move also has a confidence: how sure the care manager was, a number and not a statement.
    if isinstance(value, dict):
        for key, child in value.items():
            if _is_confidence(str(key)) and isinstance(child, str):
                yield ".".join((*at, str(key))), child
            else:
                yield from _nested(child, (*at, str(key)))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _nested(child, (*at, str(place)))


def _is_confidence(name: str | None) -> bool:
    return name is not None and (name == "confidence" or name.endswith("_confidence"))


if __name__ == "__main__":
    sys.exit(main())
