"""Work out the constants that make a hazard's rate the mean over its people: `python tools/scale_hazards.py`.

A rate of `hazards.csv` is what a source counted over people as they are; the factors of `hazard_modifiers.csv` would
move that mean. So the rate of everybody is multiplied by one constant, found such that the default population has,
over a first year and with all that holds on its first day, the source's rate. Writes `hazard_scales.csv`; `--check`
writes nothing and exits 1 where the file is stale.
"""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import date
from io import StringIO
from pathlib import Path

from simcare.patients.life.calibration import find_scales
from simcare.patients.population.drawing import populate

TABLE = Path(__file__).resolve().parent.parent / "simcare" / "patients" / "data" / "hazard_scales.csv"
COUNT, SEED, MIX, ON = 200_000, 1, "default", date(2026, 1, 1)
TABLES = ("patients", "conditions", "medications", "social_needs", "screens")
SOURCE = f"tools/scale_hazards.py over {COUNT:,} people of the mix '{MIX}', seed {SEED}, seen on {ON}"


def table() -> str:
    """Return the text of the table, constants with four figures."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["hazard", "scale", "source", "confidence"])
    people = populate(COUNT, seed=SEED, on=ON, mix=MIX, tables=TABLES)
    for hazard, scale in find_scales(people).items():
        writer.writerow([hazard, f"{scale:.4g}", SOURCE, "derived"])
    return text.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 fine, 1 the table is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where the table is stale")
    options = parser.parse_args(arguments)
    new = table()
    if options.check and new != TABLE.read_text(encoding="utf-8"):
        print(f"{TABLE.name} is stale; run `python tools/scale_hazards.py`")
        return 1
    if not options.check:
        TABLE.write_text(new, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
