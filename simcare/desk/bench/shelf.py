"""The shelf: which scenarios an author may open, and where what is written may be saved.

The files that come with simcare are for reading only: a changed one is saved in a folder of one's own, where it stands
beside the library or replaces the call of the same id. Folders of one's own are those of SIMCARE_LIBRARY and one in
the user's data folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simcare.desk.bench.drafts import text_hash, write_whole
from simcare.documents import SimcareError, read_plain
from simcare.scenarios.folders import program_folders, scenario_files
from simcare.scenarios.library import LIBRARY, library_files

MOST_BYTES = 4_000_000


class ChangedOnDisk(SimcareError):
    """Say that a file no longer holds what the author began with; `theirs` is what stands there now."""

    def __init__(self, file: Path, theirs: str) -> None:
        super().__init__(f"'{file.name}' was changed on the disk since you opened it; choose whose text is to stay")
        self.file = file
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Item:
    """A scenario that can be opened: its id (the file's stem), its title as far as it can be read, whose it is."""

    id: str
    title: str
    file: Path
    own: bool


def own_folders() -> list[Path]:
    """Return the folders that may be saved to: those of SIMCARE_LIBRARY, then the one in the user's data folder."""
    from simcare.desk.places import own_library

    return list(dict.fromkeys([*(folder for folder in program_folders() if not _is_ours(folder)), own_library()]))


def items() -> list[Item]:
    """Return what can be opened, one's own first, each in the order of its title."""
    files = dict(library_files())
    for folder in own_folders():
        files |= scenario_files(folder)
    found = [Item(name, title_of(file), file, not _is_ours(file)) for name, file in files.items()]
    return sorted(found, key=lambda item: (not item.own, item.title.lower()))


def title_of(file: Path) -> str:
    """Return the title that a file gives itself, else its name: a file that is not in order can be opened too."""
    try:
        head = "\n".join(line for line in read_file(file).splitlines()[:40] if line.startswith("title:"))
        data = read_plain(head, name=file.name).value
    except SimcareError:
        data = None
    title = data.get("title") if isinstance(data, dict) else None
    return title if isinstance(title, str) and title.strip() else file.stem


def read_file(file: Path) -> str:
    """Return a file's text with newlines as line breaks; SimcareError where it cannot be read."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise SimcareError(f"'{file.name}' is too large for a scenario; open another file")
        return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise SimcareError(f"'{file.name}' is not UTF-8 text; save it as UTF-8 in another editor first") from error
    except OSError as error:
        raise SimcareError(f"'{file.name}' cannot be read ({error.strerror}); check its name and rights") from error


def may_be_saved(file: Path | None) -> bool:
    """Tell whether a file is one's own, so that saving may write it."""
    return file is not None and not _is_ours(file)


def has_changed(file: Path, base: str | None) -> bool:
    """Tell whether a file no longer holds the text with this hash; a file that is gone has changed."""
    try:
        return text_hash(read_file(file)) != base
    except SimcareError:
        return True


def save(file: Path, text: str, base: str | None) -> None:
    """Write a text to a file of one's own if that still holds the text with the hash `base` (None: holds nothing).

    Raises ChangedOnDisk where it holds another, and SimcareError where it cannot be written.
    """
    if _is_ours(file):
        raise SimcareError(f"'{file.name}' comes with simcare and is not changed; save it in a folder of your own")
    if file.exists():
        theirs = read_file(file)
        if text_hash(theirs) not in (base, text_hash(text)):
            raise ChangedOnDisk(file, theirs)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text)
    except OSError as error:
        raise SimcareError(
            f"'{file}' cannot be written ({error.strerror}); your text is kept as a draft, choose another folder"
        ) from error


def _is_ours(path: Path) -> bool:
    return path.resolve().is_relative_to(LIBRARY.parent.resolve())
