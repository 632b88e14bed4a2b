"""Pictures as SVG text: boxes, words and curves in one set of colors for light and one for dark.

A picture is a file that stands alone: no font, script or style from elsewhere, and a title and description for those
who do not see it. What is drawn is decided in `graph_drawing` and in `simcare.calls.timeline`. Whatever an author wrote
goes in escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Literal

Theme = Literal["auto", "light", "dark"]
Anchor = Literal["start", "middle", "end"]

LETTER = 0.56
"""The mean width of a letter in widths of the letter m, for sans-serif type: for wrapping, on the safe side."""

LIGHT = {
    "ground": "#ffffff",
    "ink": "#18222d",
    "soft": "#4a5866",
    "edge": "#5d6b78",
    "ask": "#e2f0f4",
    "fact": "#eef1f4",
    "flag": "#fbe9e7",
    "flagink": "#a3251c",
    "row": "#e2f2e9",
    "decision": "#fbf0da",
    "never": "#fbe9e7",
    "rule": "#d5dce3",
    "one": "#0b5a73",
    "two": "#a3251c",
    "three": "#7d5200",
    "four": "#1f6b45",
}
DARK = {
    "ground": "#18212a",
    "ink": "#e9eef3",
    "soft": "#b0bdca",
    "edge": "#8a99a8",
    "ask": "#173642",
    "fact": "#212c37",
    "flag": "#43201d",
    "flagink": "#ffaaa2",
    "row": "#17332a",
    "decision": "#3a2e14",
    "never": "#43201d",
    "rule": "#33414e",
    "one": "#7cc7de",
    "two": "#ffaaa2",
    "three": "#eec471",
    "four": "#86d3a8",
}
_STYLE = """
.picture{%LIGHT%}
@media (prefers-color-scheme: dark){.picture.auto{%DARK%}}
.picture.dark{%DARK%}
.picture text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",Arial,sans-serif}
.picture text{fill:var(--ink)}
.picture .soft{fill:var(--soft)}.picture .strong{font-weight:650}.picture .flagged{fill:var(--flagink);font-weight:650}
.picture .ground{fill:var(--ground)}.picture .halo{fill:var(--ground)}
.picture .curve{fill:none;stroke:var(--edge);stroke-width:1.4}.picture .dashed{stroke-dasharray:5 4}
.picture .rule{stroke:var(--rule);stroke-width:1}
.picture .box{stroke:var(--edge);stroke-width:1}.picture .heavy{stroke-width:2.5}
"""


class Picture:
    """A picture being drawn: what is put down later lies on top. Mutable; `text` ends it."""

    def __init__(self, width: int) -> None:
        """Begin on an empty ground of a width in pixels; the height follows what is drawn."""
        self.width = width
        self.height = 0.0
        self._parts: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, color: str, *, heavy: bool = False) -> None:
        """Draw a rounded box filled with a color of the palette."""
        style = "box heavy" if heavy else "box"
        self._parts.append(
            f'<rect class="{style}" style="fill:var(--{color})" x="{x:g}" y="{y:g}" width="{width:g}" '
            f'height="{height:g}" rx="7"/>'
        )
        self.height = max(self.height, y + height)

    def words(
        self,
        x: float,
        y: float,
        lines: Iterable[str],
        *,
        size: float = 13,
        style: str = "",
        anchor: Anchor = "start",
        halo: bool = False,
    ) -> None:
        """Write lines below each other, the first with its base at y; a halo keeps curves from crossing the words."""
        for nth, line in enumerate(lines):
            base = y + nth * size * 1.3
            if halo:
                width = width_of(line, size) + 6
                left = x - 3 if anchor == "start" else x - width + 3 if anchor == "end" else x - width / 2
                self._parts.append(
                    f'<rect class="halo" x="{left:.1f}" y="{base - size:.1f}" width="{width:.1f}" '
                    f'height="{size * 1.3:.1f}"/>'
                )
            kind = f' class="{style}"' if style else ""
            self._parts.append(
                f'<text{kind} x="{x:g}" y="{base:.1f}" font-size="{size:g}" text-anchor="{anchor}">'
                f"{html.escape(line)}</text>"
            )
            self.height = max(self.height, base + size * 0.4)

    def curve(self, x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False) -> None:
        """Draw a curve from left to right that begins and ends level."""
        bend = (x1 + x2) / 2
        style = "curve dashed" if dashed else "curve"
        self._parts.append(f'<path class="{style}" d="M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2:g} {y2:g}"/>')

    def path(self, points: Iterable[tuple[float, float]], color: str, *, width: float = 2) -> None:
        """Draw straight lines from point to point."""
        spots = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(
            f'<polyline points="{spots}" style="fill:none;stroke:var(--{color});stroke-width:{width:g}"/>'
        )

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a thin line that only guides the eye."""
        self._parts.append(f'<line class="rule" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>')

    def dot(self, x: float, y: float, color: str, *, radius: float = 4) -> None:
        """Draw a dot."""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" style="fill:var(--{color})"/>')

    def text(self, title: str, description: str, *, theme: Theme = "auto") -> str:
        """Return the picture as an SVG document; `auto` follows the reader's system, light or dark."""
        height = round(self.height + 16)
        style = _STYLE.replace("%LIGHT%", _palette(LIGHT)).replace("%DARK%", _palette(DARK))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="picture {theme}" viewBox="0 0 {self.width} {height}" '
            f'width="{self.width}" height="{height}" role="img" aria-labelledby="picture-title picture-description">\n'
            f'<title id="picture-title">{html.escape(title)}</title>\n'
            f'<desc id="picture-description">{html.escape(description)}</desc>\n'
            f"<style>{style}</style>\n"
            f'<rect class="ground" width="{self.width}" height="{height}"/>\n' + "\n".join(self._parts) + "\n</svg>\n"
        )


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is, in pixels."""
    return len(text) * size * LETTER


def wrapped(text: str, width: float, *, size: float = 13, most: int = 4) -> list[str]:
    """Return a text as lines that fit a width in pixels; what does not fit the last line is cut with three dots."""
    room = max(4, int(width / (size * LETTER)))
    lines: list[str] = []
    line = ""
    for word in text.split():
        while len(word) > room:
            if line:
                lines.append(line)
                line = ""
            lines.append(word[: room - 1] + "-")
            word = word[room - 1 :]
        joined = f"{line} {word}" if line else word
        if len(joined) > room:
            lines.append(line)
            line = word
        else:
            line = joined
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: room - 3].rstrip() + "..."]
    return lines


def _palette(colors: dict[str, str]) -> str:
    return ";".join(f"--{name}:{color}" for name, color in colors.items())
