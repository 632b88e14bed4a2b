"""Write the vectors of all exemplars that ship with the program, and the head over them; run when intents change.

`python tools/embed_exemplars.py` reads only texts that are new. Without it the listener reads and learns whenever it is
made, which takes seconds and 70 MB more.
"""

from __future__ import annotations

from simcare.calls.embedding import sentences
from simcare.calls.exemplars import HEAD, STORE, exemplars_of, missing, vectors_of, write_head, write_store
from simcare.calls.matching import PENALTY, SHARPNESS, learn_head
from simcare.scenarios import intents as intent_files


def main() -> None:
    """Write the store and say what was new."""
    exemplars = exemplars_of(intent_files.load())
    plains = exemplars.plains
    new = missing(plains)
    write_store(plains, sentences().vector)
    write_head(exemplars, (SHARPNESS, PENALTY), learn_head(exemplars, vectors_of(plains, sentences().vector)))
    print(f"{HEAD.name}: {exemplars.none} intents and none")
    print(f"{STORE.name}: {len(set(plains))} texts, {len(new)} of them new")


if __name__ == "__main__":
    main()
