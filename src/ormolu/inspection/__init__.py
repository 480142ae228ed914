"""Views of the state, the history and the listeners of an object; to look changes nothing."""

from .attribute import AttributeView
from .graph import Edge, Graph, Node, graph
from .view import InstanceView, inspect

__all__ = ["AttributeView", "Edge", "Graph", "InstanceView", "Node", "graph", "inspect"]
