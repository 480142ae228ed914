"""Flags of listening, each with the kinds of events it is for."""

import pytest
from tests.core.conftest import commit

from ormolu.attributes import NO_VALUE, flag_modified, instance_state, register_attribute
from ormolu.collections import attribute_keyed_dict
from ormolu.events import contains, listen, listens_for, remove
from ormolu.instrumentation import manager_of_class, register_class


def keys_heard(attribute, event):
    """The keys that a listener of ``event`` is told, as they come."""
    found = []

    def hear(*args, **kwargs):
        found.append(kwargs)

    listen(attribute, event, hear, include_key=True)
    return found


def test_keys_of_a_dictionary(family):
    f = family(attribute_keyed_dict("name"))
    appended = keys_heard(f.Parent.children, "append")
    removed = keys_heard(f.Parent.children, "remove")
    replaced = keys_heard(f.Parent.children, "bulk_replace")
    parent, a = f.Parent(), f.Child("a")
    parent.children["k"] = a
    del parent.children["k"]
    parent.children = {"other": a}
    assert appended[0] == {"key": "k"}
    assert removed == [{"key": "k"}]
    assert replaced == [{"keys": ["other"]}]


def test_indexes_of_a_list(family):
    f = family()
    appended = keys_heard(f.Parent.children, "append")
    removed = keys_heard(f.Parent.children, "remove")
    parent = f.Parent()
    parent.children.insert(0, f.Child())
    parent.children[0] = f.Child()
    del parent.children[0]
    assert appended == [{"key": 0}, {"key": 0}]
    assert removed == [{"key": 0}, {"key": 0}]


def test_keys_are_not_passed_where_nobody_asks(family):
    f = family()
    heard = []
    listen(f.Parent.children, "append", lambda *args, **kwargs: heard.append(kwargs))
    parent = f.Parent()
    parent.children.append(f.Child())
    assert heard == [{}]


def test_a_member_put_where_it_is_already(family):
    f = family(set)
    parent, child = f.Parent(), f.Child()
    parent.children.add(child)
    heard = []
    listen(f.Parent.children, "append", lambda *args: heard.append("append"))
    listen(
        f.Parent.children,
        "append_wo_mutation",
        lambda target, value, initiator: heard.append((target, value)),
    )
    commit(parent, child)
    parent.children.add(child)
    assert heard == [(parent, child)]
    assert not instance_state(parent).modified


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("event", ["init", "init_failure", "expire", "pickle"])
def test_raw_instance_events(event, raw):
    class Thing:
        def __init__(self, fail=False):
            if fail:
                raise LookupError

    register_class(Thing)
    heard = []
    listen(Thing, event, lambda target, *rest: heard.append(target), raw=raw)
    thing = Thing()
    if event == "init_failure":
        with pytest.raises(LookupError):
            Thing(fail=True)
    elif event == "expire":
        state = instance_state(thing)
        state._expire(state.dict, set())
    elif event == "pickle":
        instance_state(thing).__getstate__()
    (target,) = heard
    assert isinstance(target, Thing) is not raw


def test_named_arguments_of_an_instance_event(point):
    heard = []
    listen(point, "init", lambda **named: heard.append(sorted(named)), named=True)
    point(1)
    assert heard == [["args", "kwargs", "target"]]


def test_init_listeners_may_change_what_init_gets(point):
    def fill(target, args, kwargs):
        kwargs["y"] = 9

    listen(point, "init", fill, propagate=True)

    class Open(point):
        def __init__(self, **values):
            for key, value in values.items():
                setattr(self, key, value)

    register_class(Open)
    assert Open(x=1).y == 9


def test_once_is_once_for_all_instances(point):
    heard = []
    listen(point.x, "set", lambda t, value, old, token: heard.append(value), once=True)
    point(1)
    point(2)
    assert heard == [1]


def test_a_spent_listener_lets_values_pass(point):
    listen(point.x, "set", lambda t, value, old, token: value * 10, once=True, retval=True)
    p = point(1)
    assert p.x == 10
    p.x = 2
    assert p.x == 2


def test_insert_comes_first_and_the_order_is_that_of_listening(point):
    heard = []
    for name, first in (("a", False), ("b", False), ("c", True)):
        listen(point.x, "set", lambda *args, name=name: heard.append(name), insert=first)
    point(1)
    assert heard == ["c", "a", "b"]


def test_values_pass_from_listener_to_listener(point):
    for change in (lambda v: v + 1, lambda v: v * 10):
        listen(
            point.x,
            "set",
            lambda t, value, old, token, change=change: change(value),
            retval=True,
        )
    assert point(1).x == 20


def test_the_previous_value_is_not_loaded_unasked():
    loads, seen = [], []

    class Page:
        pass

    register_class(Page)
    register_attribute(Page, "text", callable_=lambda state, passive: loads.append(1))
    listen(Page.text, "set", lambda page, new, old, token: seen.append(old))
    Page().text = "new"
    assert (seen, loads) == ([NO_VALUE], [])


def test_a_default_is_made_at_each_read_and_kept_only_by_the_listener(point):
    made = []

    def default(target, value, dict_):
        made.append(value)
        return "default"

    listen(point.x, "init_scalar", default, retval=True)
    p = point()
    assert (p.x, p.x, made) == ("default", "default", [None, None])
    assert "x" not in instance_state(p).dict
    p.x = "mine"
    assert (p.x, len(made)) == ("mine", 2)


@pytest.mark.parametrize("target", ["class", "manager"])
def test_a_manager_stands_for_its_class(point, target):
    heard = []

    def hear(target, args, kwargs):
        heard.append(target)

    subject = point if target == "class" else manager_of_class(point)
    other = manager_of_class(point) if target == "class" else point
    listen(subject, "init", hear)
    assert contains(other, "init", hear)
    p = point()
    remove(other, "init", hear)
    point()
    assert heard == [p]


def test_removal_reaches_the_subclasses_that_were_propagated_to(point):
    class Early(point):
        pass

    register_class(Early)
    register_attribute(Early, "x")
    heard = []

    @listens_for(point.x, "set", propagate=True)
    def hear(target, value, old, token):
        heard.append(type(target))

    class Late(point):
        pass

    register_class(Late)
    register_attribute(Late, "x")
    for class_ in (point, Early, Late):
        class_(1)
    assert heard == [point, Early, Late]
    remove(point.x, "set", hear)
    for class_ in (point, Early, Late):
        class_(1)
    assert len(heard) == 3


def test_a_flag_that_is_refused_flags_nothing(point):
    p = point(1)
    commit(p)

    def refuse(target, initiator):
        raise LookupError

    listen(point.x, "modified", refuse)
    with pytest.raises(LookupError):
        flag_modified(p, "x")
    assert not instance_state(p).modified
