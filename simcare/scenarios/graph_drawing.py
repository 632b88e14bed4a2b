"""The fact graph as a picture for a nurse educator: what to ask, what there is to find out, what it counts for.

Three columns from left to right. Each way of telling a fact has its own entrance, and the condition stands there once,
however many questions lead to it; a dashed line is an answer that reveals nothing. What is connected is told in
`graph`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from simcare.scenarios.graph import Graph, Link, Spot
from simcare.scenarios.svg import Picture, Theme, wrapped

WIDTH = 1240
ASK, FACT, ROW = 16, 510, 960
ASK_WIDTH, FACT_WIDTH, ROW_WIDTH = 292, 236, 264
BOLD = 1.09
"""How much wider strong words are."""
TOP = 66
GAP = 10
ASK_HEIGHT = 28
WAY_HEIGHT = 26
PAD = 10


@dataclass(slots=True)
class _Placed:
    """A spot on the picture: where it begins, how high it is, and where its curves come in."""

    spot: Spot
    x: float
    width: float
    y: float
    height: float

    @property
    def left(self) -> tuple[float, float]:
        return self.x, self.y + self.height / 2

    @property
    def right(self) -> tuple[float, float]:
        return self.x + self.width, self.y + self.height / 2


def draw_graph(graph: Graph, *, theme: Theme = "auto") -> str:
    """Return the graph as an SVG document."""
    picture = Picture(WIDTH)
    placed = _place(graph)
    ways = _entrances(graph, placed)
    _draw_links(picture, graph, placed, ways)
    for item in placed.values():
        _draw_spot(picture, item)
    for x, heading in ((ASK, "Say or do"), (FACT, "Find out"), (ROW, "What it counts for")):
        picture.words(x, 26, [heading], size=16, style="strong")
    picture.words(
        ASK,
        46,
        ["A dashed line answers without telling. Words on a line are its condition."],
        size=12,
        style="soft",
    )
    return picture.text(f"Fact graph of {graph.title}, variant {graph.variant}", describe(graph), theme=theme)


def describe(graph: Graph) -> str:
    """Return the graph in sentences: for those who do not see the picture."""
    facts, rows = graph.of_kind("fact"), graph.of_kind("row")
    (decision,) = graph.of_kind("decision")
    sources: dict[str, list[str]] = defaultdict(list)
    for link in graph.links:
        if not link.deflects and link.source in graph.spots:
            sources[link.target].append(graph.spots[link.source].label)

    def named(spot: Spot) -> str:
        of = list(dict.fromkeys(sources[f"{spot.kind}:{spot.id}"]))
        return f"{spot.label}: {', '.join(of) if of else 'nothing leads here'}."

    return " ".join(
        [
            f"{len(facts)} facts, {len(rows)} rows.",
            f"The right decision is {decision.label}; it rests on {named(decision).partition(': ')[2]}",
            "Facts and what brings them out:",
            *map(named, facts),
            "Rows and what they count:",
            *map(named, rows),
        ]
    )


def _place(graph: Graph) -> dict[str, _Placed]:
    """Give every spot its place: questions beside the fact they bring out, rows beside the facts they count."""
    placed: dict[str, _Placed] = {}
    leads = defaultdict(list)
    for link in graph.links:
        leads[link.target].append(link)
    y = float(TOP)
    for fact in graph.of_kind("fact"):
        name = f"fact:{fact.id}"
        new = [link.source for link in leads[name] if link.source not in placed]
        asks = list(dict.fromkeys(new))
        ways = len({link.way for link in leads[name]})
        height = max(_height(fact, FACT_WIDTH), ways * WAY_HEIGHT)
        block = max(height, len(asks) * (ASK_HEIGHT + 4) - 4)
        for nth, ask in enumerate(asks):
            top = y + (block - len(asks) * (ASK_HEIGHT + 4) + 4) / 2 + nth * (ASK_HEIGHT + 4)
            placed[ask] = _Placed(graph.spots[ask], ASK, ASK_WIDTH, top, ASK_HEIGHT)
        placed[name] = _Placed(fact, FACT, FACT_WIDTH, y + (block - height) / 2, height)
        y += block + GAP + 6
    for name, spot in graph.spots.items():
        if spot.kind in ("ask", "do") and name not in placed:
            placed[name] = _Placed(spot, ASK, ASK_WIDTH, y, ASK_HEIGHT)
            y += ASK_HEIGHT + 6
    _place_rows(graph, placed)
    return placed


def _place_rows(graph: Graph, placed: dict[str, _Placed]) -> None:
    def middle(spot: Spot) -> float:
        sources = [placed[link.source] for link in graph.links if link.target == f"{spot.kind}:{spot.id}"]
        return sum(item.y + item.height / 2 for item in sources) / len(sources) if sources else TOP

    rows = sorted(graph.of_kind("decision", "row"), key=middle)
    heights = {f"{row.kind}:{row.id}": _height(row, ROW_WIDTH) for row in rows}
    y = float(TOP)
    tops: list[float] = []
    for row in rows:
        height = heights[f"{row.kind}:{row.id}"]
        y = max(y, middle(row) - height / 2)
        tops.append(y)
        y += height + GAP
    floor = max([item.y + item.height for item in placed.values()] + [y - GAP])
    for nth in reversed(range(len(rows))):
        # What was pushed below the rest is drawn up again as far as there is room.
        height = heights[f"{rows[nth].kind}:{rows[nth].id}"]
        tops[nth] = max(min(tops[nth], floor - height), TOP)
        floor = tops[nth] - GAP
    for row, top in zip(rows, tops, strict=True):
        name = f"{row.kind}:{row.id}"
        placed[name] = _Placed(row, ROW, ROW_WIDTH, top, heights[name])


def _height(spot: Spot, width: float) -> float:
    lines = len(wrapped(spot.label, (width - 2 * PAD) / BOLD))
    more = len(wrapped(" · ".join(spot.more), width - 2 * PAD, size=11.5)) if spot.more else 0
    return 2 * PAD + lines * 17 + more * 15 - 2


def _entrances(graph: Graph, placed: dict[str, _Placed]) -> dict[tuple[str, int], tuple[float, float]]:
    """Return where the curves of each way of telling a fact come in, by (spot, way)."""
    found: dict[tuple[str, int], tuple[float, float]] = {}
    ways: dict[str, set[int]] = defaultdict(set)
    for link in graph.links:
        ways[link.target].add(link.way)
    for target, numbers in ways.items():
        item = placed[target]
        for nth, way in enumerate(sorted(numbers)):
            found[target, way] = item.x, item.y + item.height * (nth + 0.5) / len(numbers)
    return found


def _draw_links(
    picture: Picture,
    graph: Graph,
    placed: dict[str, _Placed],
    ways: dict[tuple[str, int], tuple[float, float]],
) -> None:
    words: dict[tuple[str, int], list[Link]] = defaultdict(list)
    for link in graph.links:
        picture.curve(*placed[link.source].right, *ways[link.target, link.way], dashed=link.deflects or link.against)
        words[link.target, link.way].append(link)
    for (target, way), links in words.items():
        x, y = ways[target, way]
        said = "; ".join(dict.fromkeys(_words(link) for link in links if _words(link)))
        if said:
            lines = wrapped(said, FACT - ASK - ASK_WIDTH - 60, size=11, most=2)
            picture.words(x - 8, y - 3 - (len(lines) - 1) * 7, lines, size=11, style="soft", anchor="end", halo=True)


def _words(link: Link) -> str:
    if link.deflects:
        return f"only a deflection if {link.words}" if link.words else "only a deflection"
    return f"if {link.words}" if link.words and link.target.startswith("fact:") else link.words


def _draw_spot(picture: Picture, item: _Placed) -> None:
    spot = item.spot
    color = {"ask": "ask", "do": "ask", "fact": "fact", "row": "row", "decision": "decision"}[spot.kind]
    color = "flag" if spot.red_flag else "never" if spot.never else color
    heavy = spot.kind == "decision" or "critical" in spot.more
    picture.box(item.x, item.y, item.width, item.height, color, heavy=heavy)
    if spot.kind in ("ask", "do"):
        (line,) = wrapped(spot.label, item.width - 2 * PAD, size=12.5, most=1)
        picture.words(item.x + PAD, item.y + 18, [line], size=12.5)
        return
    label = wrapped(spot.label, (item.width - 2 * PAD) / BOLD)
    y = item.y + PAD + 12
    picture.words(item.x + PAD, y, label, style="strong")
    if spot.more:
        style = "flagged" if spot.red_flag else "soft"
        more = wrapped(" · ".join(spot.more), item.width - 2 * PAD, size=11.5)
        picture.words(item.x + PAD, y + len(label) * 17, more, size=11.5, style=style)
