"""Write the vectors of all exemplars that ship with the program; run after a change of the intents.

`python tools/embed_exemplars.py` reads only texts that are new. Without it the listener reads them whenever it is made.
"""

from __future__ import annotations

from simcare.calls.embedding import sentences
from simcare.calls.exemplars import STORE, exemplars_of, missing, write_store
from simcare.scenarios import intents as intent_files


def main() -> None:
    """Write the store and say what was new."""
    plains = exemplars_of(intent_files.load()).plains
    new = missing(plains)
    write_store(plains, sentences().vector)
    print(f"{STORE.name}: {len(set(plains))} texts, {len(new)} of them new")


if __name__ == "__main__":
    main()
