"""Views of objects of the layer itself."""

import pytest
from tests.inspection.frozen import frozen

from ormolu import errors
from ormolu.attributes import instance_state, register_attribute
from ormolu.events import listen
from ormolu.inspection import inspect
from ormolu.instrumentation import register_class

LOADED = []


def load(state, keys, passive):
    LOADED.append(set(keys))
    state.dict.update(dict.fromkeys(keys & {"x"}, 5))


@pytest.fixture
def make():
    """A class with a value, a lazy one, a reference and a collection."""
    LOADED.clear()

    class Node:
        pass

    register_class(Node, expired_attribute_loader=load)
    register_attribute(Node, "x")
    register_attribute(Node, "lazy", callable_=lambda state, passive: LOADED.append("lazy"))
    register_attribute(Node, "parent", useobject=True, trackparent=True, backref="children")
    register_attribute(
        Node, "children", uselist=True, useobject=True, trackparent=True, backref="parent"
    )
    return Node


def committed(node, **values):
    for key, value in values.items():
        setattr(node, key, value)
    state = instance_state(node)
    state.key = ("Node", 1)
    state._commit_all(state.dict)
    return node


def statuses(node):
    return {key: view.status for key, view in inspect(node).attributes.items()}


def test_where_each_value_is(make):
    node = committed(make(), x=1)
    assert statuses(node) == {
        "x": "loaded",
        "lazy": "never loaded",
        "parent": "unset",
        "children": "unset",
    }
    state = instance_state(node)
    state._expire_attributes(state.dict, ["x"])
    assert statuses(node)["x"] == "expired"


def test_what_has_no_identity_has_been_set_and_not_loaded(make):
    node = make()
    node.x = 1
    assert statuses(node)["x"] == "set"
    assert inspect(node).life == "transient"


def test_a_deleted_value_is_neither_there_nor_expired(make):
    node = committed(make(), x=1)
    del node.x
    view = inspect(node).attributes["x"]
    assert (view.status, view.old, view.changed) == ("deleted", 1, True)


def test_old_value_and_history(make):
    node = committed(make(), x=1)
    node.x = 2
    view = inspect(node).attributes["x"]
    assert view.history == ([2], (), [1])
    assert (view.old, view.value, view.change) == (1, 2, "was 1")
    assert inspect(node).changed == ("x",)


def test_what_has_come_into_a_collection_and_gone(make):
    node, child, other = committed(make(), x=1), make(), make()
    node.children = [child]
    instance_state(node)._commit_all(instance_state(node).dict)
    node.children = [other]
    view = inspect(node).attributes["children"]
    assert (view.history.added, view.history.deleted) == ([other], [child])
    assert view.change.count("+<Node") == view.change.count("-<Node") == 1


def test_who_holds_it(make):
    node, child = committed(make()), make()
    assert inspect(child).holders == ()
    node.children.append(child)
    assert inspect(child).holders == (f"{inspect(node).label}.children",)


def test_who_listens(make):
    def heard(*args):
        pass

    listen(make.x, "set", heard)
    listen(make, "load", heard)
    view = inspect(make())
    (attribute,) = view.attributes["x"].listeners
    assert attribute.startswith("set: ") and "heard, line " in attribute
    assert view.listeners[0].startswith("load: ")
    # those that keep the two sides of a relationship in step are the layer's own
    assert view.attributes["children"].listeners == ()


def test_to_look_loads_nothing_and_changes_nothing(make):
    node = committed(make(), x=1, children=[make()])
    state = instance_state(node)
    state._expire(state.dict, set())
    before = frozen(state)
    repr(inspect(node))
    inspect(node)._repr_html_()
    inspect(node).graph().svg()
    assert LOADED == []
    assert frozen(state) == before
    assert node.x == 5


def test_what_is_not_tracked_is_refused():
    with pytest.raises(errors.UntrackedInstanceError, match="object is not tracked"):
        inspect(object())


def test_a_class_is_no_instance(make):
    with pytest.raises(errors.UntrackedInstanceError):
        inspect(make)


def test_an_instance_made_without_its_init_is_not_tracked(make):
    with pytest.raises(errors.UntrackedInstanceError):
        inspect(object.__new__(make))
