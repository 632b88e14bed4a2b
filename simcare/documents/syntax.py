"""The YAML parser's complaints in plain words."""

from __future__ import annotations

_IN_QUOTES = "put the whole text in quotes"
_BACKSLASH = "use single quotes, or double the backslash"

_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon and a space stand inside an unquoted text, or this line is indented too far",
        f"{_IN_QUOTES}, or line it up with the keys above",
    ),
    ("found unexpected document indicator", "'---' or '...' stands inside a quoted text", "close the quotes before it"),
    ("found unexpected end of stream", "the quotes are never closed", "add the closing quote"),
    ("found unknown escape character", "a backslash stands before a letter that has no meaning", _BACKSLASH),
    ("did not find expected hexdecimal", "a backslash code is not complete", _BACKSLASH),
    ("invalid Unicode character", "a backslash code stands for no character", _BACKSLASH),
    (
        "did not find expected '-' indicator",
        "this line stands in a list and does not begin with '- '",
        "begin it with '- ', or indent it differently",
    ),
    (
        "did not find expected ',' or '}'",
        "a { is not closed, or a text inside it needs quotes",
        f"close it with }}, or {_IN_QUOTES}",
    ),
    (
        "did not find expected ',' or ']'",
        "a [ is not closed, or a text inside it needs quotes",
        f"close it with ], or {_IN_QUOTES}",
    ),
    (
        "could not find expected ':'",
        "this line is neither 'key: value' nor part of a text",
        "write 'key: value', or indent it as the lines above",
    ),
    ("block sequence entries are not allowed", "a list cannot begin on this line", "begin it on a line of its own"),
    ("mapping keys are not allowed", "a text cannot begin with '? ' here", _IN_QUOTES),
    (
        "did not find expected comment or line break",
        "text stands behind | or > on the same line",
        "begin it on the next",
    ),
    ("alphabetic or numeric", "an unquoted text cannot begin with * or &", _IN_QUOTES),
    ("tag", "an unquoted text cannot begin with !", _IN_QUOTES),
    ("incompatible YAML document", "the file asks for a YAML version that is not read", "remove its first line"),
    ("directive", "a line begins with %", _IN_QUOTES),
    ("did not find expected key", "this line does not line up with the keys above", "line it up with its neighbors"),
    (
        "did not find expected <document start>",
        "this stands outside the one value that the file holds",
        f"indent it as the lines above, or {_IN_QUOTES}",
    ),
    ("found a tab character", "a tab is used to indent", "indent with spaces"),
)


_BEGUN = {"found unexpected end of stream", "could not find expected ':'", "alphabetic or numeric", "tag"}
"""Problems that are placed where the part began, not where the parser gave up."""


def in_plain_words(text: str, problem: str, context: str, at: int, begun: int) -> tuple[int, str, str, str]:
    """Return the place, code, fact and remedy for a parser's problem at `at`, in a part that began at `begun`."""
    sign = text[at : at + 1]
    before = text[:at].rstrip(" ")
    if "cannot start any token" in problem and sign == "\t":
        return at, "D103", "a tab is used to indent", "indent with spaces"
    if "cannot start any token" in problem and sign:
        return at, "D103", f"an unquoted text cannot begin with {sign}", _IN_QUOTES
    if "did not find expected key" in problem and before.endswith(("}", "]", '"', "'")) and sign not in {"", "\n"}:
        what = "quote" if before[-1] in "\"'" else "bracket"
        remedy = f"{_IN_QUOTES}, from its first character to its last"
        if before[-1] == "'":
            remedy = "put the whole text in double quotes, or write '' for each ' inside single quotes"
        return at, "D103", f"text follows a closing {what}", remedy
    if "mapping values are not allowed" in problem and (above := _line_without_colon(text, at)) is not None:
        return above, "D103", "this line has no colon, so the next one runs on from it", "write 'key: value'"
    if "block scalar" in context and "comment or line break" not in problem:
        return at, "D103", "the text after | or > is not indented", "indent each of its lines more than the key"
    for known, fact, remedy in _WORDS:
        if known in problem or known in context:
            if known in _BEGUN:
                at = begun
            elif "is not closed" in fact:
                fact += f" (it was opened in line {text.count(chr(10), 0, begun) + 1})"
            return at, "D103", fact, remedy
    return at, "D103", "this is not YAML that can be read", f"check the indentation, or {_IN_QUOTES}"


def _line_without_colon(text: str, at: int) -> int | None:
    """Return where the line above begins if it looks like a key and a value without the colon between them."""
    here = text[text.rfind("\n", 0, at) + 1 : at]
    above_end = len(text[: at - len(here)].rstrip())
    above_start = text.rfind("\n", 0, above_end) + 1
    above = text[above_start:above_end]
    indent = len(above) - len(above.lstrip())
    if not above.strip() or ":" in above or above.lstrip().startswith(("-", "#")) or ": " in here:
        return None
    return above_start + indent if indent == len(here) - len(here.lstrip()) else None
