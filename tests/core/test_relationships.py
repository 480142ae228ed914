"""References and two-way relationships; loaders and passive flags."""

import pytest
from tests.core.conftest import commit

from ormolu.attributes import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    NO_VALUE,
    PASSIVE_NO_FETCH,
    PASSIVE_NO_INITIALIZE,
    PASSIVE_NO_RESULT,
    PASSIVE_OFF,
    PASSIVE_RETURN_NO_VALUE,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.events import listen
from ormolu.instrumentation import register_class


def related(near_list, far_list):
    class Near:
        pass

    class Far:
        pass

    register_class(Near)
    register_class(Far)
    register_attribute(Near, "far", uselist=near_list, useobject=True, backref="near")
    register_attribute(Far, "near", uselist=far_list, useobject=True, backref="far")
    return Near, Far


def count(*attributes):
    calls = []
    for attribute in attributes:
        for event in ("append", "remove", "set"):
            listen(attribute, event, lambda *args, e=event, a=attribute: calls.append((a.key, e)))
    return calls


def test_one_to_one():
    Near, Far = related(False, False)
    calls = count(Near.far, Far.near)
    a, b, x, y = Near(), Near(), Far(), Far()
    a.far = x
    assert (x.near, sorted(calls)) == (a, [("far", "set"), ("near", "set")])
    b.far = x
    assert (a.far, x.near) == (None, b)
    b.far = y
    assert (x.near, y.near) == (None, b)
    y.near = None
    assert b.far is None


def test_one_to_many():
    Near, Far = related(True, False)
    calls = count(Near.far, Far.near)
    a, b, x = Near(), Near(), Far()
    a.far.append(x)
    assert (x.near, sorted(calls)) == (a, [("far", "append"), ("near", "set")])
    calls.clear()
    x.near = b
    assert (list(a.far), list(b.far)) == ([], [x])
    assert sorted(calls) == [("far", "append"), ("far", "remove"), ("near", "set")]
    calls.clear()
    del x.near
    assert list(b.far) == []
    assert sorted(calls) == [("far", "remove"), ("near", "remove")]


def test_many_to_many():
    Near, Far = related(True, True)
    calls = count(Near.far, Far.near)
    a, b, x, y = Near(), Near(), Far(), Far()
    a.far.extend([x, y])
    y.near.append(b)
    assert (list(x.near), list(y.near), list(b.far)) == ([a], [a, b], [y])
    assert sorted(calls) == [("far", "append")] * 3 + [("near", "append")] * 3
    calls.clear()
    a.far = [y]
    assert (list(x.near), list(y.near)) == ([], [a, b])
    assert sorted(calls) == [("far", "remove"), ("near", "remove")]


def test_a_tree_of_one_class():
    class Node:
        pass

    register_class(Node)
    register_attribute(Node, "children", uselist=True, useobject=True, backref="parent")
    register_attribute(Node, "parent", useobject=True, backref="children")
    root, leaf = Node(), Node()
    leaf.parent = root
    root.parent = leaf  # a cycle is the user's business
    assert (list(root.children), list(leaf.children)) == ([leaf], [root])


def test_history_of_a_reference():
    Near, Far = related(False, False)
    near, first, second = Near(), Far(), Far()
    near.far = first
    commit(near)
    near.far = second
    assert get_history(near, "far") == ([second], (), [first])
    near.far = first
    assert get_history(near, "far") == ((), [first], ())
    near.far = None
    assert get_history(near, "far") == ([None], (), [first])
    del near.far
    assert get_history(near, "far") == ((), (), [first])


def test_history_of_a_value(point):
    p = point()
    assert get_history(p, "x") == ((), (), ())
    assert not get_history(p, "x")
    p.x = 1
    commit(p)
    p.x = 1
    assert get_history(p, "x") == ((), [1], ())
    p.x = 2
    history = get_history(p, "x")
    assert (history.sum(), history.non_added(), history.non_deleted()) == ([2, 1], [1], [2])
    assert history.has_changes()
    assert not history.empty()
    del p.x
    assert get_history(p, "x") == ((), (), [1])
    assert p.x is None


def test_a_comparison_of_ones_own(point):
    register_attribute(point, "loose", compare_function=lambda a, b: a.lower() == b.lower())
    p = point()
    p.loose = "A"
    commit(p)
    p.loose = "a"
    assert not get_history(p, "loose").has_changes()


def lazy(loader):
    class Page:
        pass

    register_class(Page)
    register_attribute(Page, "text", callable_=loader)
    return Page


@pytest.mark.parametrize(
    ("answer", "read"),
    [("value", "value"), (None, None), (ATTR_EMPTY, None), (NO_VALUE, NO_VALUE)],
)
def test_what_a_loader_may_answer(answer, read):
    page = lazy(lambda state, passive: answer)()
    assert page.text is read
    assert not instance_state(page).modified
    assert ("text" in instance_state(page).dict) == (answer in ("value", None))


def test_a_loader_that_sets_the_value_itself():
    def load(state, passive):
        set_committed_value(state.obj(), "text", "set")
        return ATTR_WAS_SET

    assert lazy(load)().text == "set"


def test_passive_flags():
    calls = []

    def load(state, passive):
        calls.append(passive)
        return "loaded" if passive & 2 else PASSIVE_NO_RESULT

    page = lazy(load)()
    state = instance_state(page)
    impl = state.get_impl("text")
    assert impl.get(state, state.dict, PASSIVE_NO_INITIALIZE) is PASSIVE_NO_RESULT
    assert calls == []
    assert impl.get(state, state.dict, PASSIVE_NO_FETCH) is PASSIVE_NO_RESULT
    assert len(calls) == 1
    assert impl.get(state, state.dict, PASSIVE_OFF) == "loaded"
    assert len(calls) == 2


def test_no_value_is_made_where_none_may_be(point):
    state = instance_state(p := point())
    impl = state.get_impl("x")
    assert impl.get(state, state.dict, PASSIVE_RETURN_NO_VALUE) is NO_VALUE
    assert p.x is None
    assert impl.get_committed_value(state, state.dict) is None


def test_what_is_pending_on_both_sides():
    Near, Far = related(True, False)
    near, kept, gone, new = Near(), Far(), Far(), Far()
    near.far = [kept, gone]
    commit(near)
    near.far.remove(gone)
    near.far.append(new)
    state = instance_state(near)
    pairs = state.get_impl("far").get_all_pending(state, state.dict)
    assert [obj for _, obj in pairs] == [new, kept, gone]
    assert all(instance_state(obj) is s for s, obj in pairs)


def test_history_of_a_collection_of_anything(point):
    register_attribute(point, "tags", uselist=True)
    p = point()
    p.tags = ["a", "b"]
    commit(p)
    p.tags.remove("a")
    p.tags.append("c")
    assert get_history(p, "tags") == (["c"], ["b"], ["a"])


def test_an_attribute_that_sends_no_modified_events(point):
    register_attribute(point, "quiet", send_modified_events=False)
    p = point()
    p.quiet = 1
    assert not instance_state(p).modified
    assert not get_history(p, "quiet").has_changes()


def test_the_last_known_value_outlives_expiry(point):
    register_class(point, expired_attribute_loader=lambda state, keys, passive: None)
    p = point(1)
    commit(p)
    state = instance_state(p)
    state._track_last_known_value("x")
    state._expire_attributes(state.dict, ["x"])
    assert state._last_known_values == {"x": 1}
