"""Drafts: what is being written, kept on the disk while it is typed, apart from the file it will be saved to.

A draft outlives the kernel, the page and the machine's power. Nothing is ever thrown away silently: a file's text that
is written over is put by first. What a draft holds is text; whether it is a good scenario is not asked here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from simcare.documents import SimcareError

MOST_PUT_BY = 200
"""How many texts that were written over are kept."""


class DraftError(SimcareError):
    """Say why a draft cannot be kept or found."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text being written: `file` is where it came from (None: nowhere yet), `base` the hash of what stood there."""

    key: str
    name: str
    text: str
    file: str | None = None
    base: str | None = None
    at: str = ""


def text_hash(text: str) -> str:
    """Return the hash of a text as a file would hold it."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class Drafts:
    """The drafts of one person in a folder; several pages may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, made where it is missing."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DraftError(f"drafts cannot be kept in '{folder}' ({error.strerror}); make room or rights") from error

    def begin(self, name: str, text: str, file: Path | None = None) -> Draft:
        """Return a draft of a text, not kept yet: the one of the file if there is one, else a new one."""
        if file is None:
            return Draft(f"{_plain(name)}-{secrets.token_hex(3)}", name, text)
        mark = hashlib.sha256(str(file.resolve()).encode("utf-8")).hexdigest()[:10]
        return Draft(f"{_plain(file.stem)}-{mark}", name, text, str(file), text_hash(text))

    def keep(self, draft: Draft) -> Draft:
        """Write a draft to the disk and return it with its time; DraftError where that fails."""
        kept = replace(draft, at=datetime.now().astimezone().isoformat(timespec="seconds"))
        try:
            write_whole(self.text_file(kept), kept.text)
            write_whole(self.folder / f"{kept.key}.json", json.dumps({**asdict(kept), "text": None}))
        except OSError as error:
            raise DraftError(
                f"what you typed could not be kept on the disk ({error.strerror}); make room, then type on"
            ) from error
        return kept

    def text_file(self, draft: Draft) -> Path:
        """Return the file that holds the draft's text, under a name that a scenario may have."""
        return self.folder / f"{draft.key}.yaml"

    def get(self, key: str) -> Draft | None:
        """Return a kept draft, None where there is none of that key or it cannot be read."""
        if not re.fullmatch(r"[a-z0-9_-]{1,90}", key):
            return None
        try:
            data = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            text = (self.folder / f"{key}.yaml").read_text(encoding="utf-8")
            return Draft(**{**data, "text": text})
        except (OSError, ValueError, TypeError):
            return None

    def all(self) -> list[Draft]:
        """Return every kept draft, the latest first."""
        found = [self.get(file.stem) for file in self.folder.glob("*.json")]
        return sorted((draft for draft in found if draft is not None), key=lambda draft: draft.at, reverse=True)

    def forget(self, draft: Draft) -> None:
        """Forget a draft whose text is safe in its file."""
        for file in (self.folder / f"{draft.key}.json", self.text_file(draft)):
            file.unlink(missing_ok=True)

    def drop(self, draft: Draft) -> None:
        """Forget a draft that is not wanted any more; its text is put by."""
        self.put_by(draft.name, draft.text)
        self.forget(draft)

    def put_by(self, name: str, text: str) -> Path:
        """Keep a text that is about to be written over or thrown away, and return where."""
        folder = self.folder / "put-by"
        folder.mkdir(exist_ok=True)
        stamp = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        file = folder / f"{_plain(name)}-{stamp}.yaml"
        write_whole(file, text)
        for old in sorted(folder.glob("*.yaml"), key=lambda path: path.stat().st_mtime)[:-MOST_PUT_BY]:
            old.unlink(missing_ok=True)
        return file


def write_whole(file: Path, text: str) -> None:
    """Write a text so that a power cut leaves the old one or the new one, never half of either."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:40]}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as half:
            half.write(text)
            half.flush()
            os.fsync(half.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")[:60] or "call"
