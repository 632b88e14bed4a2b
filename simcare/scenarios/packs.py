"""Packs: scenarios with a program's policies, intents and signatures in one zip, with a manifest and hashes.

The same content always gives the same bytes. What is unpacked is what was packed, or nothing is written: every file is
held against the manifest first. A pack is content from elsewhere, so its names and sizes are not trusted.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from simcare.documents import DocumentError, SimcareError
from simcare.scenarios.folders import INTENTS, POLICIES, SIGNATURES
from simcare.scenarios.library import load_scenario
from simcare.scenarios.lint import lint_files
from simcare.scenarios.signatures import reviewed_by
from simcare.scenarios.translations import FOLDER as TRANSLATIONS

MANIFEST = "manifest.json"
LARGEST_FILE = 4_000_000
MOST_FILES = 2_000
_NAME = re.compile(
    rf"(?:{POLICIES}/)?[a-z][a-z0-9_-]{{0,80}}\.yaml|{TRANSLATIONS}/[a-z][a-z0-9_-]{{0,80}}\.[a-z]{{2}}\.yaml"
)
_DAY_ZERO = (2026, 1, 1, 0, 0, 0)


class PackError(SimcareError):
    """Say why a pack cannot be made or opened."""


def pack(folder: Path, out: Path) -> dict[str, Any]:
    """Write the content of a folder as a zip and return its manifest.

    Raises DocumentError where lint has errors in one of the scenarios, PackError where there is nothing to pack.
    """
    files = _content(folder)
    scenarios = [name for name in files if "/" not in name and name not in (INTENTS, SIGNATURES)]
    if not scenarios:
        raise PackError(f"{folder.as_posix()} holds no scenario; name a folder with scenario files")
    wrong = [p for p in lint_files(folder / name for name in scenarios) if p.severity == "error"]
    if wrong:
        raise DocumentError(wrong)
    documents = [load_scenario(folder / name) for name in scenarios]
    manifest: dict[str, Any] = {
        "simcare": 1,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "scenarios": {
            d.value.id: {"version": d.value.version, "title": d.value.title, "reviewed_by": reviewed_by(d)}
            for d in documents
        },
    }
    half = out.with_name(f"{out.name}.part")
    try:
        with zipfile.ZipFile(half, "w") as archive:
            for name, data in ((MANIFEST, _json(manifest)), *files.items()):
                entry = zipfile.ZipInfo(name, date_time=_DAY_ZERO)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data)
        half.replace(out)
    except OSError as error:
        raise PackError(f"{out.as_posix()} cannot be written ({error.strerror}); name another file") from error
    return manifest


def unpack(archive: Path, into: Path) -> list[Path]:
    """Write a pack's files into a folder and return them; nothing is written where anything is wrong with the pack.

    Raises PackError where the file is no pack, was changed after it was made, or would replace another text.
    """
    content = _opened(archive)
    there = [name for name, data in content.items() if (into / name).exists() and (into / name).read_bytes() != data]
    if there:
        raise PackError(
            f"{(into / there[0]).as_posix()} is already there and differs; unpack into a folder of its own, "
            "and name that last in SIMCARE_LIBRARY to let it replace yours"
        )
    written = []
    try:
        for name, data in content.items():
            file = into / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            written.append(file)
    except OSError as error:
        raise PackError(f"{into.as_posix()} cannot be written ({error.strerror}); name another folder") from error
    return written


def _content(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise PackError(f"'{folder.as_posix()}' is not a folder; name the folder that holds the scenarios")
    found = sorted(
        file for pattern in ("*.yaml", f"{POLICIES}/*.yaml", f"{TRANSLATIONS}/*.yaml") for file in folder.glob(pattern)
    )
    names = {file.relative_to(folder).as_posix(): file for file in found}
    odd = next((name for name in names if not _NAME.fullmatch(name)), None)
    if odd is not None:
        raise PackError(f"the name '{odd}' cannot be packed; use small letters, digits, - and _")
    return {name: file.read_bytes() for name, file in names.items()}


def _opened(path: Path) -> dict[str, bytes]:
    """Return the files of a pack, each held against the manifest."""
    where = path.as_posix()
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            if len(entries) > MOST_FILES or any(entry.file_size > LARGEST_FILE for entry in entries.values()):
                raise PackError(f"{where} is larger than any pack; ask for it again from those who made it")
            if MANIFEST not in entries:
                raise PackError(f"{where} has no {MANIFEST}; packs are made by 'simcare scenarios pack'")
            listed = _listed(archive.read(MANIFEST), where)
            _same_names(set(entries) - {MANIFEST}, set(listed), where)
            content = {name: archive.read(name) for name in listed}
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise PackError(f"{where} cannot be opened as a zip ({error}); ask for it again") from error
    changed = next((n for n, data in content.items() if hashlib.sha256(data).hexdigest() != listed[n]), None)
    if changed is not None:
        raise PackError(f"'{changed}' in {where} is not what was packed; ask for it again from those who made it")
    return content


def _listed(manifest: bytes, where: str) -> dict[str, str]:
    try:
        data = json.loads(manifest)
        files = data["files"]
        if data["simcare"] != 1 or not all(isinstance(value, str) for value in files.values()):
            raise ValueError("another format")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackError(f"the manifest of {where} cannot be read ({error}); ask for the pack again") from error
    odd = next((name for name in files if not _NAME.fullmatch(name)), None)
    if odd is not None:
        raise PackError(f"{where} holds the file '{odd[:80]}', which is no scenario content; do not use this pack")
    return dict(files)


def _same_names(there: Iterable[str], listed: Iterable[str], where: str) -> None:
    difference = sorted(set(there) ^ set(listed))
    if difference:
        raise PackError(
            f"'{difference[0][:80]}' of {where} is in its manifest or among its files, and not in both; ask again"
        )


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
