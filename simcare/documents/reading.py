"""Files and texts to documents: the value, and the way back from any part of it to a line and a column."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from simcare.documents.checking import check
from simcare.documents.problems import DocumentError, Problem, Severity
from simcare.documents.tree import MAX_CHARACTERS, Finding, Lines, Node, parse

M = TypeVar("M", covariant=True)
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """A text that was read without a problem, with its value and the places of its parts."""

    file: str
    value: M
    text: str
    """The text with newlines as line breaks and without a byte order mark, on every system."""
    sha256: str
    """Of the text above in UTF-8, in hexadecimal."""
    _root: Node = field(repr=False, compare=False)
    _lines: Lines = field(repr=False, compare=False)

    def position(self, *path: str | int) -> tuple[int, int]:
        """Return (line, column), from 1, of the deepest part on the path of keys and list indices that exists.

        A key's value is placed at its key, a list's item at its first character, the empty path at the top value.
        """
        at = self._root.start
        node = self._root
        for step in path:
            if node.kind == "map" and str(step) in node.keys:
                at, node = node.keys[str(step)]
            elif node.kind == "list" and isinstance(step, int) and -len(node.items) <= step < len(node.items):
                node = node.items[step]
                at = node.start
            else:
                break
        return self._lines.position(at)

    def problem(
        self, path: tuple[str | int, ...], code: str, fact: str, remedy: str, severity: Severity = "error"
    ) -> Problem:
        """Return a problem placed at the deepest part on the path that exists."""
        line, column = self.position(*path)
        return Problem(self.file, line, column, code, fact, remedy, severity)


def read(path: Path, model: type[Model]) -> Document[Model]:
    """Read a UTF-8 YAML file as a model; raises DocumentError with all problems of the file."""
    name = path.as_posix()
    return read_text(_decode(_load(path, name), name), model, name=name)


def read_text(text: str, model: type[Model], *, name: str) -> Document[Model]:
    """Read a YAML text as a model; `name` stands for the file in problems. Raises DocumentError with all problems."""
    text = _normal(text)
    root, findings = parse(text)
    if root is not None:
        value, more = check(model, root)
        findings += more
        if value is not None and not findings:
            return Document(name, value, text, _hash(text), root, Lines(text))
    elif not findings:
        findings = [Finding(0, "D103", "the file is empty", "write it, starting from an example")]
    raise DocumentError(_problems(name, text, findings))


def read_plain(text: str, *, name: str) -> Document[object]:
    """Read a YAML text without a model, as dicts with text keys, lists and scalars; an empty text is None.

    Raises DocumentError with all problems.
    """
    text = _normal(text)
    root, findings = parse(text)
    if findings:
        raise DocumentError(_problems(name, text, findings))
    root = root or Node("scalar", 0, 0, plain=True)
    return Document(name, root.data(), text, _hash(text), root, Lines(text))


def _problems(name: str, text: str, findings: list[Finding]) -> list[Problem]:
    lines = Lines(text)
    return [Problem(name, *lines.position(at), code, fact, remedy) for at, code, fact, remedy in findings]


def _normal(text: str) -> str:
    """Return the text as it is hashed and counted: the same on every system, whatever an editor put at line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _load(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise _unreadable(name, f"'{name}' is a folder", "name a file in it")
        if not path.exists():
            raise _unreadable(name, f"there is no file '{name}'", _nearby(path))
        if not path.is_file():
            raise _unreadable(name, f"'{name}' is not a file", "name a YAML file")
        size = path.stat().st_size
        if size > 4 * MAX_CHARACTERS:
            problem = Problem(name, 1, 1, "D111", f"the file has {size:,} bytes", "split it into smaller files")
            raise DocumentError([problem])
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _unreadable(name, f"the file cannot be read: {why}", "check its name and who may read it") from error


def _unreadable(name: str, fact: str, remedy: str) -> DocumentError:
    return DocumentError([Problem(name, 1, 1, "D101", fact, remedy)])


def _nearby(path: Path) -> str:
    if not path.parent.is_dir():
        return f"check the name of the folder '{path.parent.as_posix()}'"
    names = [entry.name for entry in path.parent.iterdir()]
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean '{close[0]}'?" if close else "check the name and the folder"


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _normal(raw[: error.start].decode("utf-8"))
        line, column = Lines(before).position(len(before))
        fact = f"the byte {raw[error.start]:#04x} is not UTF-8 text"
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            fact = "the file is UTF-16, not UTF-8"
        raise DocumentError([Problem(name, line, column, "D102", fact, "save the file as UTF-8")]) from error
