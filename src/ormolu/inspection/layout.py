"""Where the boxes of a picture go: in layers, with few lines that cross.

The method is that of Sugiyama, Tagawa and Toda (1981), in its plainest form: circles are
broken, each vertex is put below all that lead to it (longest path), lines that pass a layer
get a place in it, and the vertices of each layer are sorted by the mean place of their
neighbours in the layer before (barycentre), downwards and upwards a few times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Layout", "lay_out"]

_SWEEPS = 4

Pair = tuple[int, int]


class Layout(NamedTuple):
    """Where each vertex is, and by which places each line goes.

    Attributes:
        layers: the vertices of each layer from left to right; those that are not of the
            graph are places of lines that pass.
        routes: for each line that was asked for, the vertices it goes by, its own included.
    """

    layers: list[list[int]]
    routes: dict[Pair, list[int]]


def lay_out(count: int, pairs: Iterable[Pair]) -> Layout:
    """Return where vertices and lines go.

    Args:
        count: how many vertices there are; they are numbers from 0.
        pairs: who leads to whom.

    Example:
        >>> lay_out(3, [(0, 1), (1, 2), (0, 2)]).layers
        [[0], [1, 3], [2]]
    """
    asked = [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]
    turned = _without_circles(count, asked)
    depth = _longest_paths(count, list(turned.values()))
    layers: list[list[int]] = [[] for _ in range(max(depth, default=-1) + 1)]
    for vertex in range(count):
        layers[depth[vertex]].append(vertex)
    routes = _route(count, turned, depth, layers)
    _order(layers, list(routes.values()))
    return Layout(layers, {pair: _as_asked(pair, routes[pair]) for pair in asked})


def _as_asked(pair: Pair, route: list[int]) -> list[int]:
    return route if route[0] == pair[0] else route[::-1]


def _without_circles(count: int, pairs: Sequence[Pair]) -> dict[Pair, Pair]:
    """Each line as it is to be drawn: those that lead back are turned round."""
    leads: list[list[int]] = [[] for _ in range(count)]
    for source, target in pairs:
        leads[source].append(target)
    left = _order_of_leaving(count, leads)
    return {
        (source, target): (source, target) if left[source] > left[target] else (target, source)
        for source, target in pairs
    }


def _order_of_leaving(count: int, leads: list[list[int]]) -> dict[int, int]:
    """When each vertex is left for good by one who goes deep first."""
    left: dict[int, int] = {}
    entered: set[int] = set()
    for start in range(count):
        if start in entered:
            continue
        entered.add(start)
        path = [(start, iter(leads[start]))]
        while path:
            vertex, rest = path[-1]
            following = next((one for one in rest if one not in entered), None)
            if following is None:
                left[vertex] = len(left)
                path.pop()
            else:
                entered.add(following)
                path.append((following, iter(leads[following])))
    return left


def _longest_paths(count: int, pairs: Sequence[Pair]) -> list[int]:
    """How many vertices are above each on the longest way to it."""
    depth = [0] * count
    waiting = [0] * count
    leads: list[list[int]] = [[] for _ in range(count)]
    for source, target in pairs:
        leads[source].append(target)
        waiting[target] += 1
    ready = [vertex for vertex in range(count) if not waiting[vertex]]
    for vertex in ready:  # which grows on the way
        for target in leads[vertex]:
            depth[target] = max(depth[target], depth[vertex] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return depth


def _route(
    count: int, turned: dict[Pair, Pair], depth: list[int], layers: list[list[int]]
) -> dict[Pair, list[int]]:
    """Give each line a place in every layer that it passes."""
    routes: dict[Pair, list[int]] = {}
    following = count
    for pair, (source, target) in turned.items():
        route = [source]
        for layer in range(depth[source] + 1, depth[target]):
            layers[layer].append(following)
            route.append(following)
            following += 1
        routes[pair] = [*route, target]
    return routes


def _order(layers: list[list[int]], routes: list[list[int]]) -> None:
    """Sort the layers, each by the one above, then each by the one below, and again."""
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for route in routes:
        for upper, lower in pairwise(route):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers[1:] if down else layers[-2::-1]:
            beside = layers[layers.index(layer) - 1 if down else layers.index(layer) + 1]
            _sort_by_neighbours(layer, beside, above if down else below)


def _sort_by_neighbours(
    layer: list[int], beside: list[int], neighbours: dict[int, list[int]]
) -> None:
    place = {vertex: at for at, vertex in enumerate(beside)}
    here = {vertex: at for at, vertex in enumerate(layer)}

    def barycentre(vertex: int) -> float:
        found = [place[other] for other in neighbours.get(vertex, ()) if other in place]
        return sum(found) / len(found) if found else here[vertex]

    layer.sort(key=barycentre)
