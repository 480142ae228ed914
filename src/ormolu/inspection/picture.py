"""The picture of a graph of objects, as SVG: light and dark, and never by colour alone."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from .layout import Layout, lay_out

__all__ = ["draw"]

WIDTH, HEIGHT = 176, 52
GAP, DROP = 28, 72
PASSING = 24
"""The room that a line takes which passes a layer."""

MARGIN, FOOT = 16, 22
_LONGEST = 26

_STYLE = """
.ormolu-graph{color-scheme:light dark;font:12px system-ui,sans-serif}
.ormolu-graph .ground{fill:#fff}
.ormolu-graph text{fill:#1f2328}
.ormolu-graph .small{font-size:10.5px;fill:#59636e}
.ormolu-graph rect.box{fill:#f6f8fa;stroke:#818b98;stroke-width:1.2}
.ormolu-graph .first rect.box{stroke-width:2.6}
.ormolu-graph .new rect.box{fill:#dafbe1;stroke:#1a7f37}
.ormolu-graph .dirty rect.box{fill:#fff1e5;stroke:#bc4c00}
.ormolu-graph .expired rect.box{fill:#fff8c5;stroke:#9a6700;stroke-dasharray:6 3}
.ormolu-graph .detached rect.box{stroke-dasharray:2 3}
.ormolu-graph .deleted rect.box{fill:#ffebe9;stroke:#cf222e;stroke-dasharray:1 3}
.ormolu-graph path.line{fill:none;stroke:#818b98;stroke-width:1.2}
.ormolu-graph .head{fill:#818b98}
.ormolu-graph .halo{stroke:#fff;stroke-width:4px;stroke-linejoin:round}
@media (prefers-color-scheme:dark){
.ormolu-graph .ground{fill:#0d1117}
.ormolu-graph text{fill:#e6edf3}
.ormolu-graph .small{fill:#9198a1}
.ormolu-graph rect.box{fill:#151b23;stroke:#656c76}
.ormolu-graph .new rect.box{fill:#12261e;stroke:#3fb950}
.ormolu-graph .dirty rect.box{fill:#2b1c10;stroke:#f0883e}
.ormolu-graph .expired rect.box{fill:#272115;stroke:#d29922}
.ormolu-graph .deleted rect.box{fill:#25171c;stroke:#f85149}
.ormolu-graph .halo{stroke:#0d1117}
}
"""
# an arrow that says where it points without a marker, whose name would be the page's too
_ARROW = 6

Point = tuple[float, float]


def draw(graph: Any) -> str:
    """Return the picture of a graph."""
    layout = lay_out(len(graph.nodes), [(edge.source, edge.target) for edge in graph.edges])
    centres, width, height = _places(layout, len(graph.nodes))
    labels, lines = [], []
    for edge in graph.edges:
        if edge.source != edge.target:
            route = [centres[at] for at in layout.routes[edge.source, edge.target]]
            lines.append(_line(route))
            labels.append(_line_label(route, " / ".join(edge.keys)))
    own = {edge.source: edge.keys for edge in graph.edges if edge.source == edge.target}
    boxes = [
        _box(node, centres[number], number == 0, own.get(number, ()))
        for number, node in enumerate(graph.nodes)
    ]
    height += FOOT * len(graph.limits)
    notes = [
        f'<text class="small" x="{MARGIN}" y="{height - FOOT * (len(graph.limits) - at) + 6}">'
        f"{_text(limit)}</text>"
        for at, limit in enumerate(graph.limits)
    ]
    width = max(width, *(2 * MARGIN + 5.4 * len(limit) for limit in graph.limits), 0)
    return _document(graph, width, height, [*lines, *boxes, *labels, *notes])


def _document(graph: Any, width: float, height: float, parts: list[str]) -> str:
    first = graph.nodes[0].label
    described = "; ".join(graph.lines())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ormolu-graph" role="img" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">'
        f"<title>{_text(f'Objects from {first}')}</title><desc>{_text(described)}</desc>"
        f"<style>{_STYLE}</style>"
        f'<rect class="ground" width="100%" height="100%"/>{"".join(parts)}</svg>'
    )


def _places(layout: Layout, count: int) -> tuple[dict[int, Point], float, float]:
    """The centre of each vertex, and the size of it all."""
    widths = [_width_of(layer, count) for layer in layout.layers]
    widest = max(widths)
    centres: dict[int, Point] = {}
    for row, layer in enumerate(layout.layers):
        left = MARGIN + (widest - widths[row]) / 2
        y = MARGIN + HEIGHT / 2 + row * (HEIGHT + DROP)
        for vertex in layer:
            room = _room(vertex, count)
            centres[vertex] = (left + room / 2, y)
            left += room + GAP
    height = 2 * MARGIN + len(layout.layers) * (HEIGHT + DROP) - DROP
    return centres, widest + 2 * MARGIN, height


def _room(vertex: int, count: int) -> float:
    return WIDTH if vertex < count else PASSING


def _width_of(layer: list[int], count: int) -> float:
    return sum(_room(vertex, count) for vertex in layer) + GAP * (len(layer) - 1)


def _box(node: Any, centre: Point, first: bool, own: tuple[str, ...]) -> str:
    x, y = centre[0] - WIDTH / 2, centre[1] - HEIGHT / 2
    classes = " ".join([*(["first"] if first else []), *node.conditions])
    words = "".join(
        f'<text class="{style}" x="{centre[0]:.1f}" y="{y + down:.1f}" text-anchor="middle">'
        f"{_text(_cut(text))}</text>"
        for text, down, style in zip(_words(node, own), (18, 33, 46), _STYLES, strict=False)
    )
    return (
        f'<g class="{classes}"><title>{_text(_told(node))}</title>'
        f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{WIDTH}" height="{HEIGHT}" rx="7"/>'
        f"{words}</g>"
    )


_STYLES = ("name", "small", "small")


def _words(node: Any, own: tuple[str, ...]) -> Iterator[str]:
    yield node.label
    changed = f": {', '.join(node.changed)}" if node.changed else ""
    yield f"{' + '.join(node.conditions) or 'unchanged'}{changed}"
    if own:
        yield f"{' / '.join(own)}: itself"
    elif node.left_out:
        yield f"holds {node.left_out} more"


def _told(node: Any) -> str:
    changed = f", changed: {', '.join(node.changed)}" if node.changed else ""
    return f"{node.label}: {', '.join(node.conditions) or 'unchanged'}{changed}"


def _line(route: list[Point]) -> str:
    """A line from box to box, with a head at its end."""
    down = 1 if route[-1][1] > route[0][1] else -1
    start = (route[0][0], route[0][1] + down * HEIGHT / 2)
    end = (route[-1][0], route[-1][1] - down * (HEIGHT / 2 + _ARROW))
    path = [f"M{start[0]:.1f} {start[1]:.1f}"]
    before = start
    for point in [*route[1:-1], end]:
        middle = (before[1] + point[1]) / 2
        path.append(
            f"C{before[0]:.1f} {middle:.1f} {point[0]:.1f} {middle:.1f} "
            f"{point[0]:.1f} {point[1]:.1f}"
        )
        before = point
    tip = end[1] + down * _ARROW
    head = f"M{end[0]:.1f} {tip:.1f}L{end[0] - 4:.1f} {end[1]:.1f}L{end[0] + 4:.1f} {end[1]:.1f}Z"
    return f'<path class="line" d="{"".join(path)}"/><path class="head" d="{head}"/>'


def _line_label(route: list[Point], text: str) -> str:
    """What a line is called, near its end, where lines have parted."""
    (x1, y1), (x2, y2) = route[-2:]
    x, y = x1 + (x2 - x1) * 0.81, y1 + (y2 - y1) * 0.675 + 3
    # twice: not everything that shows pictures can put the edge of letters behind them
    return "".join(
        f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">'
        f"{_text(_cut(text))}</text>"
        for style in ("small halo", "small")
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(text: str) -> str:
    # characters that no XML document may have are shown by their numbers
    sent = text.encode("utf-8", "backslashreplace").decode()
    return escape("".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in sent))
