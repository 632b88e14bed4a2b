"""Curves and dots as inline SVG, each with a title and a description; colors are the page's.

Nothing is counted here. A picture is drawn for a width in pixels, so that its words keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDE, NARROW = 640, 318
HIGH = 230
LEFT, RIGHT, TOP, FOOT = 40, 12, 14, 46
GRID = (0, 25, 50, 75, 100)


def curve(
    marks: Sequence[float],
    dots: Sequence[tuple[float, bool]],
    below: Sequence[str],
    *,
    width: int,
    name: str,
    told: str,
) -> str:
    """Draw calls in their order from left to right: a line of means, dots of scores (filled: passed), words below."""
    places = _places(len(marks), width)
    parts = [*_axis(width)]
    line = " ".join(f"{x:.1f},{_height(mark):.1f}" for x, mark in zip(places, marks, strict=True))
    parts.append(f'<polyline class="trend" points="{line}"/>')
    for x, (score, passed) in zip(places, dots, strict=bool(dots)):
        parts.append(_dot(x, _height(score), "passed" if passed else "missed"))
    every = max(1, -(-len(marks) * 30 // (width - LEFT - RIGHT)))
    for nth, (x, words) in enumerate(zip(places, below, strict=True)):
        if nth % every == 0:
            parts.append(_text(x, HIGH - FOOT + 20, words, "middle soft"))
    parts.append(_text((LEFT + width - RIGHT) / 2, HIGH - 6, "Calls in their order", "middle soft"))
    return _picture(name, "Scores call by call", told, width, parts)


def ratings(
    points: Sequence[tuple[float, float]], line: tuple[float, float] | None, *, width: int, name: str, told: str
) -> str:
    """Draw scores over global ratings from 1 to 5, with the regression line as its heights at 1 and at 5."""
    step = (width - LEFT - RIGHT) / 5
    parts = [*_axis(width)]
    seen: dict[tuple[float, int], int] = {}
    for rating, score in points:
        near = rating, round(score / 3)
        seen[near] = seen.get(near, -1) + 1  # dots that would lie on each other stand side by side
        aside = (seen[near] + 1) // 2 * 7 * (1 if seen[near] % 2 else -1)
        parts.append(
            _dot(LEFT + (rating - 0.5) * step + max(-step / 2, min(step / 2, aside)), _height(score), "passed")
        )
    if line is not None:
        (first, last), x = line, LEFT + step / 2
        parts.append(
            f'<polyline class="trend" points="{x:.1f},{_height(first):.1f} {x + 4 * step:.1f},{_height(last):.1f}"/>'
        )
    for rating in range(1, 6):
        parts.append(_text(LEFT + (rating - 0.5) * step, HIGH - FOOT + 20, str(rating), "middle soft"))
    parts.append(_text((LEFT + width - RIGHT) / 2, HIGH - 6, "Global rating", "middle soft"))
    return _picture(name, "Scores by global rating", told, width, parts)


def _places(number: int, width: int) -> list[float]:
    room = width - LEFT - RIGHT - 24
    return [LEFT + 12 + (room * nth / (number - 1) if number > 1 else room / 2) for nth in range(number)]


def _height(score: float) -> float:
    return TOP + (HIGH - TOP - FOOT) * (1 - max(0.0, min(100.0, score)) / 100)


def _axis(width: int) -> list[str]:
    parts = []
    for mark in GRID:
        y = _height(mark)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{width - RIGHT}" y2="{y:.1f}"/>')
        parts.append(_text(LEFT - 8, y + 5, str(mark), "end soft"))
    return parts


def _dot(x: float, y: float, kind: str) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _picture(name: str, title: str, told: str, width: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'width="{width}" height="{HIGH}" viewBox="0 0 {width} {HIGH}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )
