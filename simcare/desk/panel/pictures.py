"""Pictures as inline SVG, each with a title and a description; colors are the page's, so that they follow its theme.

Nothing is counted here. A picture is drawn for a width in pixels: text keeps its size, so that a phone can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDE, NARROW = 640, 342
ROW, GAP = 26, 5
STATES = ("done", "booked", "due", "overdue", "declined")


def pyramid(bands: Sequence[str], women: Sequence[int], men: Sequence[int], *, width: int, name: str) -> str:
    """Draw an age pyramid: women to the left, men to the right, the oldest on top."""
    middle, side = 58, (width - 58) / 2
    most = max([*women, *men, 1])
    room = side - 46  # the number stands beside its bar
    parts = []
    for place, (band, left, right) in enumerate(zip(reversed(bands), reversed(women), reversed(men), strict=True)):
        y = 26 + place * (ROW + GAP)
        base = y + ROW / 2 + 5
        parts.append(_text(width / 2, base, band, "middle strong"))
        for count, sign, kind, anchor in ((left, -1, "women", "end"), (right, 1, "men", "start")):
            long = room * count / most
            edge = width / 2 + sign * middle / 2
            parts.append(_bar(edge - long if sign < 0 else edge, y, long, kind))
            parts.append(_text(edge + sign * (long + 6), base, f"{count:,}", anchor))
    parts.append(_text(width / 2 - middle / 2, 16, "Women", "end soft"))
    parts.append(_text(width / 2 + middle / 2, 16, "Men", "start soft"))
    told = f"{sum(women):,} women to the left and {sum(men):,} men to the right, the oldest on top."
    return _picture(name, "People by age and sex", told, width, 26 + len(bands) * (ROW + GAP), parts)


def gaps(rows: Sequence[tuple[str, Sequence[int]]], *, width: int, name: str) -> str:
    """Draw a bar for each care gap, cut into its states: done, booked, due, overdue, declined."""
    narrow = width < WIDE
    start = 0 if narrow else 236
    step = ROW + GAP + (20 if narrow else 0)
    parts = []
    for place, (label, counts) in enumerate(rows):
        y = place * step
        total = sum(counts) or 1
        if narrow:
            parts.append(_text(0, y + 15, label, "start"))
            y += 20
        else:
            parts.append(_text(start - 10, y + ROW / 2 + 5, label, "end"))
        x = float(start)
        for state, count in zip(STATES, counts, strict=True):
            long = (width - start - 44) * count / total
            parts.append(_bar(x, y, long, state))
            x += long
        waiting = 100 * (counts[2] + counts[3]) / total
        parts.append(_text(width, y + ROW / 2 + 5, f"{waiting:.0f}%", "end strong"))
    told = "One bar a care gap: done, booked, due, overdue, declined. At its end the percent that is due or overdue."
    return _picture(name, "Care gaps by state", told, width, max(len(rows) * step, ROW), parts)


def _bar(x: float, y: float, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{ROW}"/>'


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _picture(name: str, title: str, told: str, width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )
