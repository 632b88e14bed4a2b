"""YAML text to a tree of nodes that know their place.

PyYAML's C parser gives the events; the meaning of words comes from `scalars`. What YAML allows and authors never mean
(anchors, tags, two documents, the same key twice) is refused here, in plain words. No model is known here.
"""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, NoReturn

import yaml

from simcare.documents.scalars import Scalar, UnusableNumberError, resolve
from simcare.documents.syntax import in_plain_words

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class Finding(NamedTuple):
    """A problem whose place is still an offset into the text."""

    at: int
    code: str
    fact: str
    remedy: str


@dataclass(slots=True, eq=False)
class Node:
    """One value of the file with its place: a mapping with `keys`, a list with `items`, or a scalar with `value`."""

    kind: Literal["map", "list", "scalar"]
    start: int
    end: int
    value: Scalar = None
    word: str = ""
    plain: bool = False
    broken: bool = False
    """True when a problem was already reported here, so that what follows from it is not reported again."""
    keys: dict[str, tuple[int, Node]] = field(default_factory=dict)
    """Key text -> (offset of the key, value)."""
    items: list[Node] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Tell whether nothing at all was written where this value should stand."""
        return self.kind == "scalar" and self.plain and self.start >= self.end

    def data(self) -> Any:
        """Return the value as dicts, lists and scalars."""
        if self.kind == "map":
            return {key: node.data() for key, (_, node) in self.keys.items()}
        return [node.data() for node in self.items] if self.kind == "list" else self.value


_NO_KEYS: dict[str, tuple[int, Node]] = {}
_NO_ITEMS: list[Node] = []
"""What every scalar has in the place of keys and items: making two empty ones for each takes longer than reading it."""


class Lines:
    """Turn an offset into a line and a column as an editor counts them, from 1."""

    __slots__ = ("_length", "_starts")

    def __init__(self, text: str) -> None:
        """Index the line starts of `text`, whose line breaks are newlines only."""
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._length = len(text)

    def position(self, offset: int) -> tuple[int, int]:
        """Return (line, column) of an offset; one past the end is the end."""
        offset = max(0, min(offset, self._length))
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


class _StopReadingError(Exception):
    """Nothing after this point can be understood; the finding is already recorded."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    node: Node
    flow: bool
    key: tuple[str, int, Node] | None = None
    entries: list[tuple[str, int, Node, Node]] = field(default_factory=list)
    """Key text, key offset, key node, value; only for mappings."""


def parse(text: str) -> tuple[Node | None, list[Finding]]:
    """Return the tree of a YAML text (None when there is none) and all that is wrong with it."""
    if len(text) > MAX_CHARACTERS:
        fact = f"the file has {len(text):,} characters, more than the {MAX_CHARACTERS:,} that are read"
        return None, [Finding(0, "D111", fact, "split it into smaller files")]
    unseen = [
        Finding(
            match.start(), "D103", f"the invisible character U+{ord(match.group()):04X} is not allowed", "delete it"
        )
        for match in itertools.islice(_UNPRINTABLE.finditer(text), 20)
    ]
    if unseen:
        return None, unseen
    reader = _Reader(text)
    try:
        root = reader.read()
    except _StopReadingError:
        root = None
    return root, reader.findings


class _Reader:
    """Build the tree from parser events without recursion, so that no text can exhaust the stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.findings: list[Finding] = []
        self._stack: list[_Open] = []
        self._lines = Lines(text)

    def read(self) -> Node | None:
        try:
            return self._tree()
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.index if error.problem_mark else 0
            begun = error.context_mark.index if error.context_mark else at
            self._stop(*in_plain_words(self.text, str(error.problem), str(error.context or ""), at, begun))
        except yaml.YAMLError:
            self._stop(0, "D103", "this is not YAML", "save the file as plain UTF-8 text")

    def _tree(self) -> Node | None:
        """Read event by event; nine in ten are scalars without an anchor or a tag, so these go first."""
        root: Node | None = None
        for event in iter(yaml.CSafeLoader(self.text).get_event, None):
            if type(event) is yaml.ScalarEvent and event.anchor is None and event.tag is None:
                root = self._place(self._scalar(event, _start(event), _end(event)), root)
            elif isinstance(event, yaml.NodeEvent):
                root = self._begin(event, root)
            elif isinstance(event, yaml.CollectionEndEvent):
                opened = self._stack.pop()
                opened.node.end = _end(event)
                self._close(opened)
                root = self._place(opened.node, root)
            elif isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self._stop(_start(event), "D103", "a second document starts here", "remove the line '---'")
        return root

    def _begin(self, event: yaml.NodeEvent, root: Node | None) -> Node | None:
        start, end = _start(event), _end(event)
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            fact = f"'{sign}{event.anchor}' is YAML's way of repeating a value, which simcare does not read"
            remedy = "write the value out"
            if isinstance(event, yaml.AliasEvent):
                remedy += "; if a text should begin with *, put it in quotes"
            self._find(start, "D110", fact, remedy)
        if isinstance(event, yaml.AliasEvent):
            return self._place(Node("scalar", start, end, broken=True), root)
        assert isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent))
        if event.tag is not None:
            tag = (self.text[start:].split(maxsplit=1) or ["!"])[0][:40]
            self._find(
                start,
                "D110",
                f"'{tag}' is a YAML tag, which simcare does not read",
                "remove it; if a text should begin with !, put it in quotes",
            )
        if isinstance(event, yaml.ScalarEvent):
            return self._place(self._scalar(event, start, end), root)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(start, "D111", f"values are nested more than {MAX_DEPTH} deep", "flatten this part")
        kind: Literal["map", "list"] = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        self._stack.append(_Open(Node(kind, start, end), bool(event.flow_style)))
        return root

    def _scalar(self, event: yaml.ScalarEvent, start: int, end: int) -> Node:
        word: str = event.value
        node = Node("scalar", start, end, word, word, not event.style, False, _NO_KEYS, _NO_ITEMS)
        is_key = bool(self._stack) and self._stack[-1].node.kind == "map" and self._stack[-1].key is None
        if not is_key and node.plain and event.tag is None:
            try:
                node.value = resolve(word)
            except UnusableNumberError:
                shown = word if len(word) <= 30 else word[:27] + "..."
                remedy = "write another number, or put a text in quotes"
                self._find(start, "D109", f"{shown} is no number that can be kept", remedy)
                node.broken = True
        return node

    def _place(self, node: Node, root: Node | None) -> Node | None:
        """Put a finished value where it belongs; returns the root."""
        if not self._stack:
            return node
        opened = self._stack[-1]
        if opened.node.kind == "list":
            opened.node.items.append(node)
        elif opened.key is None:
            if node.kind != "scalar" or node.broken:
                self._find(node.start, "D103", "a key is a list, a mapping or a reference", "write the key as one word")
                node.broken = True
            opened.key = (node.word, node.start, node)
        else:
            text, at, key_node = opened.key
            opened.key = None
            opened.entries.append((text, at, key_node, node))
        return root

    def _close(self, opened: _Open) -> None:
        """Finish a mapping or list: find cut texts and double keys."""
        if opened.node.kind == "list":
            if opened.flow:
                opened.node.items = self._whole_items(opened.node.items)
            return
        entries = self._whole_entries(opened.entries) if opened.flow else opened.entries
        keys = opened.node.keys
        for text, at, key_node, node in entries:
            if key_node.broken:
                opened.node.broken = True
            elif key_node.empty:
                self._find(at, "D103", "a key is missing before the colon", "write a key, or put the text in quotes")
            elif text in keys:
                line, _ = self._lines.position(keys[text][0])
                self._find(at, "D105", f"the key {text!r} is already written in line {line}", "keep one of the two")
            else:
                keys[text] = (at, node)

    def _whole_entries(self, entries: list[tuple[str, int, Node, Node]]) -> list[tuple[str, int, Node, Node]]:
        """Drop what a comma cut off an unquoted text inside { }, and say so once for each text."""
        kept: list[tuple[str, int, Node, Node]] = []
        cut: Node | None = None
        for entry in entries:
            _, _, key, node = entry
            bare = node.empty and ":" not in self.text[key.end : node.start]
            before = kept[-1][3] if kept else None
            if bare and before is not None and before.plain and isinstance(before.value, str):
                if cut is not before:
                    self._cut(before, key)
                cut = before
            else:
                kept.append(entry)
        return kept

    def _whole_items(self, items: list[Node]) -> list[Node]:
        """Join what a comma cut inside parentheses of an unquoted text in [ ], and say so once for each text."""
        surplus = [node.word.count("(") - node.word.count(")") if node.plain else 0 for node in items]
        last_close = max((at for at, more in enumerate(surplus) if more < 0), default=-1)
        kept: list[Node] = []
        depth = 0
        for at, node in enumerate(items):
            if depth > 0 and node.plain:
                depth += surplus[at]
                continue
            depth = max(surplus[at], 0) if at < last_close else 0
            if depth > 0:
                self._cut(node, items[at + 1])
            kept.append(node)
        return kept

    def _cut(self, node: Node, rest: Node) -> None:
        node.broken = True
        fact = f"the comma ends this unquoted text after {node.word!r} and cuts off {rest.word!r}"
        self._find(node.start, "D104", fact, "put the whole text or condition in quotes")

    def _find(self, at: int, code: str, fact: str, remedy: str) -> None:
        self.findings.append(Finding(at, code, fact, remedy))

    def _stop(self, at: int, code: str, fact: str, remedy: str) -> NoReturn:
        self._find(at, code, fact, remedy)
        raise _StopReadingError
