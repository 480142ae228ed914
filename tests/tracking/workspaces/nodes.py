"""The same class of nodes, made in every way that Python has for it."""

from dataclasses import dataclass, field
from typing import Any

import attrs
import pydantic

import ormolu

NODES = {}


def node(make):
    NODES[make.__name__] = make
    return make


@node
def a_dataclass():
    @dataclass
    class Node:
        id: int | None
        name: str
        tags: list[str] = field(default_factory=list)
        best: Any = None
        friends: list[Any] = field(default_factory=list)

    return Node


@node
def a_dataclass_with_slots():
    @dataclass(slots=True, eq=False)
    class Node:
        id: int | None
        name: str
        tags: list[str] = field(default_factory=list)
        best: Any = None
        friends: list[Any] = field(default_factory=list)

    return Node


@node
def an_attrs_class():
    @attrs.define(eq=False)
    class Node:
        id: int | None
        name: str = attrs.field(validator=attrs.validators.instance_of(str))
        tags: list[str] = attrs.field(factory=list)
        best: Any = None
        friends: list[Any] = attrs.field(factory=list)

    return Node


@node
def a_model():
    class Node(pydantic.BaseModel):
        id: int | None
        name: str
        tags: list[str] = []
        best: Any = None
        friends: list[Any] = []

    return Node


@node
def a_model_that_validates():
    class Node(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(validate_assignment=True)
        id: int | None
        name: str
        tags: list[str] = []
        best: Any = None
        friends: list[Any] = []

    return Node


@node
def a_plain_class():
    class Node:
        id: int | None
        name: str
        tags: list[str]
        best: Any
        friends: list[Any]

        def __init__(self, id, name, tags=None, best=None, friends=None):
            self.id = id
            self.name = name
            self.tags = tags or []
            self.best = best
            self.friends = friends or []

    return Node


def workspace_of(node_class):
    """A workspace with the nodes 1 and 2, which are friends."""
    ann = node_class(id=1, name="Ann", tags=["x"])
    bob = node_class(id=2, name="Bob", best=ann)
    ann.best = bob
    ann.friends.append(bob)
    work = ormolu.Workspace(key="id")
    work.attach(ann)
    return work
