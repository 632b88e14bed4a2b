"""The library on disk: scenarios and policies by id, read once and kept.

A program's own scenarios and policies stand beside ours, or replace them by their id; where they lie is in `folders`.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import cache
from pathlib import Path

from simcare.documents import Document, DocumentError, Problem, read
from simcare.scenarios.folders import SIGNATURES, policy_file, program_folders, scenario_files
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy
from simcare.scenarios.signatures import reviewed_by
from simcare.scenarios.translations import Translation, translated, translation_files

LIBRARY = Path(__file__).parent / "library"


def library_files() -> dict[str, Path]:
    """Return the scenario files by file stem: ours, and the program's, a later one in place of an earlier."""
    found: dict[str, Path] = {}
    for folder in (LIBRARY, *program_folders()):
        found |= scenario_files(folder)
    return found


def translated_files() -> dict[str, Path]:
    """Return the translations by the id of the call they make; their facts and points are those of another call."""
    found: dict[str, Path] = {}
    for folder in (LIBRARY, *program_folders()):
        found |= translation_files(folder)
    return found


def scenario_ids() -> tuple[str, ...]:
    """Return the ids of the library's scenarios; a file's stem is its scenario's id."""
    return (*library_files(), *translated_files())


def load_scenario(name: str | Path) -> Document[Scenario]:
    """Return a scenario by its id or by the path of a file; DocumentError where it is neither or not in order."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return _scenario(path, _stamp(path), _stamp(path.parent / SIGNATURES))
    files = library_files()
    if str(name) not in files and str(name) in translated_files():
        return _translated(str(name), translated_files()[str(name)])
    if str(name) not in files:
        near = difflib.get_close_matches(str(name), files, n=1)
        hint = f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(files)
        raise DocumentError([Problem(str(name), 1, 1, "E104", f"scenario '{name}' is not in the library", hint)])
    return load_scenario(files[str(name)])


def load_library() -> dict[str, Document[Scenario]]:
    """Return every scenario of the library by id, guided ones first."""
    documents = {name: load_scenario(name) for name in scenario_ids()}
    return dict(sorted(documents.items(), key=lambda item: (not item[1].value.guided, item[1].value.title)))


def load_policy(name: str | Path = "default") -> Document[Policy]:
    """Return a policy by its name or by the path of a file; DocumentError where it is not in order."""
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        path = policy_file(str(name))
    return _policy(path, _stamp(path))


def _stamp(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0


@cache
def _scenario(path: Path, stamp: float, signed: float) -> Document[Scenario]:
    """Read a scenario; who reviewed it is what the signatures say of this text, not what the text says of itself."""
    document = read(path, Scenario)
    return replace(document, value=document.value.model_copy(update={"reviewed_by": reviewed_by(document)}))


def _translated(name: str, file: Path) -> Document[Scenario]:
    original = load_scenario(_translation(file, _stamp(file)).value.of)
    return _joined(name, file, _stamp(file), original.sha256)


@cache
def _translation(file: Path, stamp: float) -> Document[Translation]:
    return read(file, Translation)


@cache
def _joined(name: str, file: Path, stamp: float, original_sha: str) -> Document[Scenario]:
    """Join a translation with its original once; the hash makes it anew where the original was changed."""
    translation = _translation(file, stamp)
    return translated(load_scenario(translation.value.of), translation, name)


@cache
def _policy(path: Path, stamp: float) -> Document[Policy]:
    return read(path, Policy)
