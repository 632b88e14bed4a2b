"""Finished replications on disk, each in a file of its own, kept by what it follows from: plan, seed and number.

A file is written under another name and then renamed, so an interruption leaves whole replications or none. Asking for
one again reads it: that is all that resuming is. A changed plan has another stamp and so another folder.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from simcare.documents import SimcareError
from simcare.planning.counted import COUNTED, Tally

LAYOUT = 1
"""Raised when the files of an older simcare no longer mean the same."""


class PlanError(SimcareError):
    """A plan, or something that was asked of one, cannot be; the text says what and what to do."""


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of finished replications."""

    folder: Path

    def read(self, stamp: str, seed: int, replication: int) -> Tally | None:
        """Return a replication if it is here and whole."""
        path = self._path(stamp, seed, replication)
        try:
            with np.load(path, allow_pickle=False) as file:
                if tuple(file["counted"]) != COUNTED or int(file["layout"]) != LAYOUT:
                    return None
                own = dict(zip(file["own_names"].tolist(), file["own_values"].tolist(), strict=True))
                return Tally(replication, file["week"], file["days"], file["codes"], own)
        except (FileNotFoundError, BadZipFile, KeyError, ValueError, OSError):
            return None

    def write(self, stamp: str, seed: int, tally: Tally) -> None:
        """Keep a replication; raises PlanError where the folder cannot be written."""
        path = self._path(stamp, seed, tally.replication)
        unfinished = path.with_name(f".{path.stem}-{os.getpid()}-{threading.get_ident()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                np.savez_compressed(
                    file,
                    layout=LAYOUT,
                    counted=np.array(COUNTED),
                    week=tally.week,
                    days=tally.days,
                    codes=tally.codes,
                    own_names=np.array(list(tally.own)),
                    own_values=np.array(list(tally.own.values()), np.float64),
                )
            unfinished.replace(path)
        except OSError as error:
            raise PlanError(f"{path.parent} cannot be written: {error.strerror}; choose another --out") from error

    def _path(self, stamp: str, seed: int, replication: int) -> Path:
        return self.folder / "replications" / f"{stamp[:16]}-{seed}" / f"{replication:06d}.npz"
