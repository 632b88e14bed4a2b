"""The JavaScript and the styles of a widget: its parts, one after another, as one plain module.

A widget's module can import nothing by a relative address, and nothing may come from elsewhere; so what screens share
(the drawing of `drawing.js`, the call console in the author's bench) is put in front of what is their own.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def module(*parts: str, show: str) -> str:
    """Return the parts as one ES module whose `render` is the function named `show`."""
    return "\n".join([*map(_read, parts), f"export default {{ render: {show} }};\n"])


def styles(*parts: str) -> str:
    """Return style sheets as one."""
    return "\n".join(map(_read, parts))


def _read(part: str) -> str:
    return (HERE / part).read_text(encoding="utf-8")
