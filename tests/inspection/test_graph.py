"""The graph of an object, and its picture."""

from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ormolu import related, tracked
from ormolu.inspection import graph, inspect
from ormolu.inspection.layout import lay_out


@tracked
@dataclass(eq=False)
class Node:
    name: str
    children: list["Node"] = related(back_populates="parent")
    parent: "Node | None" = related(back_populates="children")


def family(*counts):
    """A node with so many children, each of which has so many, and so on."""
    root = Node("root")
    if counts:
        root.children = [family(*counts[1:]) for _ in range(counts[0])]
    return root


def test_two_that_hold_each_other_have_one_line():
    found = graph(family(2))
    assert [(edge.source, edge.target, edge.keys) for edge in found.edges] == [
        (0, 1, ("children", "parent")),
        (0, 2, ("children", "parent")),
    ]
    assert found.nodes[0].conditions == ("dirty",)
    assert found.nodes[0].changed == ("children",)


def test_one_that_holds_itself():
    node = Node("a")
    node.parent = node
    found = graph(node)
    assert [edge.keys for edge in found.edges] == [("children", "parent")]
    assert "children / parent: itself" in found.svg()


@pytest.mark.parametrize(
    ("counts", "limits", "nodes", "left_out"),
    [
        ((2, 2, 2), {"depth": 1}, 3, 4),
        ((2, 2), {"depth": 0}, 1, 2),
        ((30,), {}, 13, 18),
        ((5, 5), {"most": 4}, 4, 17),
        ((2, 2), {}, 7, 0),
    ],
)
def test_limits_are_kept_and_said_in_the_picture(counts, limits, nodes, left_out):
    found = graph(family(*counts), **limits)
    assert len(found.nodes) == nodes
    assert sum(node.left_out for node in found.nodes) == left_out
    assert ("left out: " in found.svg()) is bool(left_out)


@pytest.mark.parametrize("limits", [{"depth": -1}, {"most": 0}])
def test_limits_that_leave_nothing_are_refused(limits):
    with pytest.raises(ValueError, match="a graph has one object at least"):
        graph(Node("a"), **limits)


def test_the_picture_says_in_words_what_it_shows_in_colours():
    node = family(1)
    svg = graph(node).svg()
    words = "".join(ElementTree.fromstring(svg).itertext())
    assert "dirty: children" in words
    assert "prefers-color-scheme:dark" in svg
    assert svg in graph(node)._repr_html_()
    assert graph(node)._repr_svg_() == svg


def test_the_picture_is_escaped():
    @tracked("x")
    class Odd:
        x = 1

    Odd.__name__ = "<b>&\x01"
    root = ElementTree.fromstring(graph(Odd()).svg())
    assert "<b>&" in "".join(root.itertext())


def test_a_view_leads_to_the_graph():
    assert len(inspect(family(1)).graph(depth=1).nodes) == 2


pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


@given(pairs)
def test_every_vertex_has_one_place_and_lines_go_from_layer_to_layer(asked):
    layout = lay_out(10, asked)
    placed = [vertex for layer in layout.layers for vertex in layer]
    assert sorted(placed) == list(range(len(placed)))
    row = {vertex: at for at, layer in enumerate(layout.layers) for vertex in layer}
    for (source, target), route in layout.routes.items():
        assert (route[0], route[-1]) == (source, target)
        steps = {row[b] - row[a] for a, b in pairwise(route)}
        assert steps in ({1}, {-1})


@given(pairs)
def test_what_is_no_circle_is_drawn_downwards(asked):
    downwards = [(source, target) for source, target in asked if source < target]
    layout = lay_out(10, downwards)
    row = {vertex: at for at, layer in enumerate(layout.layers) for vertex in layer}
    assert all(row[source] < row[target] for source, target in downwards)


def test_lines_that_need_not_cross_do_not():
    layout = lay_out(6, [(0, 1), (0, 2), (1, 5), (2, 4), (2, 3)])
    assert layout.layers == [[0], [1, 2], [5, 3, 4]]
