"""Graphs of tracked objects, of classes made in every way that Python has for it."""

import pytest
from tests.tracking.workspaces.nodes import NODES, workspace_of

import ormolu


@pytest.fixture(params=NODES)
def node_class(request):
    """A tracked class whose instances have an id, a name, tags and friends."""
    return ormolu.tracked(NODES[request.param]())


@pytest.fixture
def graph(node_class):
    """Two nodes that are friends of each other, in a workspace that knows them."""
    return workspace_of(node_class)
