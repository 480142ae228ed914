"""Listeners: those that go, change things, are inherited, or come twice."""

import functools
import gc

import pytest
from tests.core.conftest import commit

from ormolu.attributes import (
    flag_modified,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.events import contains, listen, remove
from ormolu.instrumentation import register_class


class Callable:
    """Something that is called, and no function."""

    def __init__(self):
        self.calls = []

    def __call__(self, target, value, old, initiator):
        self.calls.append(value)


def test_a_listener_that_goes_in_the_middle_does_not_hide_the_next(point):
    """SQLAlchemy 1.0.0b1 #3163: one that removed itself made the list skip another, silently."""
    calls = []

    def first(*args):
        calls.append("first")
        remove(point.x, "set", first)
        remove(point.x, "set", second)

    def second(*args):
        calls.append("second")

    listen(point.x, "set", first)
    listen(point.x, "set", second)
    listen(point.x, "set", lambda *args: calls.append("third"))
    p = point(1)
    assert calls[0] == "first"
    assert calls[-1] == "third"
    calls.clear()
    p.x = 2
    assert calls == ["third"]


def test_a_listener_that_brings_another_in_the_middle(point):
    """SQLAlchemy 1.0.0b1 #3163: a list of listeners changed while it was gone through."""
    calls = []

    def late(*args):
        calls.append("late")

    def early(*args):
        calls.append("early")
        listen(point.x, "set", late)

    listen(point.x, "set", early)
    p = point(1)
    p.x = 2
    assert calls.count("early") == 2
    assert 1 <= calls.count("late") <= 2


def test_a_listener_that_is_removed_is_gone_everywhere(point):
    """SQLAlchemy 0.9.3 #2949: removing a propagated listener failed, or left it somewhere."""

    class Sub(point):
        pass

    class Further(Sub):
        pass

    register_class(Sub)
    calls = []

    def hear(*args):
        calls.append(args)

    listen(point, "init", hear, propagate=True)
    listen(point.x, "set", hear, propagate=True)
    register_class(Further)
    for class_ in (point, Sub, Further):
        class_(1)
    assert len(calls) == 6
    remove(point, "init", hear)
    remove(point.x, "set", hear)
    for class_ in (point, Sub, Further):
        class_(1)
    assert len(calls) == 6
    assert not contains(point, "init", hear)


def test_a_listener_comes_and_goes_any_number_of_times(point):
    """SQLAlchemy 2.0.37 #12216: one attached and detached could not be attached again."""
    listener = Callable()
    for n in range(3):
        listen(point.x, "set", listener)
        point(n)
        remove(point.x, "set", listener)
        point("unheard")
    assert listener.calls == [0, 1, 2]


def test_listeners_of_a_base_stay_when_a_subclass_gets_its_own(point):
    """SQLAlchemy 1.4.41 #8467: a subclass with listeners lost those of its base."""
    calls = []
    listen(point, "init", lambda *args: calls.append("base"), propagate=True)
    listen(point.x, "set", lambda *args: calls.append("base set"), propagate=True)

    class Sub(point):
        pass

    register_class(Sub)
    listen(Sub, "init", lambda *args: calls.append("sub"))
    listen(Sub.x, "set", lambda *args: calls.append("sub set"))
    Sub(1)
    assert sorted(calls) == ["base", "base set", "sub", "sub set"]


def test_active_history_reaches_a_subclass_with_its_listener():
    """SQLAlchemy 1.3.4 #4695: active_history was forgotten for the attribute of a subclass."""

    class Page:
        pass

    class Cover(Page):
        pass

    for class_ in (Page, Cover):
        register_class(class_)
        register_attribute(class_, "text", callable_=lambda state, passive: "stored")
    seen = []
    listen(
        Page.text,
        "set",
        lambda target, new, old, token: seen.append(old),
        active_history=True,
        propagate=True,
    )
    Cover().text = "new"
    assert seen == ["stored"]


@pytest.mark.parametrize("depth", [1, 4])
def test_the_far_side_is_told_once_however_deep_the_class(depth, heard):
    """SQLAlchemy 1.0.13 #3710: a deep hierarchy got the listeners of a backref many times."""
    base = type("Base", (), {})
    far = type("Far", (), {})
    register_class(base)
    register_class(far)
    class_ = base
    for n in range(depth):
        class_ = type(f"Level{n}", (class_,), {})
        register_class(class_)
    register_attribute(base, "far", useobject=True, backref="near")
    register_attribute(far, "near", uselist=True, useobject=True, backref="far")
    for n in range(depth):
        bottom = type(f"Late{n}", (class_,), {})
        register_class(bottom)
    heard.to(far.near, "append", "append_wo_mutation")
    there, here = far(), bottom()
    here.far = there
    assert heard == [("append", here)]
    assert list(there.near) == [here]


def test_an_attribute_of_a_whole_hierarchy_is_heard_once(point):
    """SQLAlchemy 2.0.13 #9676: in a hierarchy one change was announced several times."""

    class Sub(point):
        pass

    class Further(Sub):
        pass

    register_class(Sub)
    register_class(Further)
    listener = Callable()
    for class_ in (point, Sub, Further):
        listen(class_.x, "set", listener, propagate=True)
    Further(1)
    assert listener.calls == [1]


def test_the_same_listener_twice_is_called_once(point):
    """traits 6.3.2 #1587: what was observed twice over a subclass was told of twice."""
    listener = Callable()
    listen(point.x, "set", listener)
    listen(point.x, "set", listener)
    point(1)
    assert listener.calls == [1]
    remove(point.x, "set", listener)
    point(2)
    assert listener.calls == [1]


@pytest.mark.parametrize("once", [False, True])
def test_listeners_that_are_no_functions(point, once):
    """SQLAlchemy 0.9.1 #2905: a partial as a listener overflowed the stack."""
    calls = []

    def hear(note, target, value, old, initiator):
        calls.append((note, value))

    for listener in (functools.partial(hear, "partial"), Callable()):
        listen(point.x, "set", listener, once=once)
    p = point(1)
    p.x = 2
    assert calls == ([("partial", 1)] if once else [("partial", 1), ("partial", 2)])
    assert listener.calls == ([1] if once else [1, 2])


def test_listeners_made_on_the_spot_are_held(point):
    """SQLAlchemy 1.3.7 #4794: a once-only function that was collected broke those after it."""
    calls = []
    for n in range(20):
        listen(point.x, "set", lambda *args, n=n: calls.append(n), once=True)
        gc.collect(0)
    p = point(1)
    assert calls == list(range(20))
    for n in range(20, 40):
        listen(point.x, "set", lambda *args, n=n: calls.append(n), once=True)
        gc.collect(0)
    p.x = 2
    p.x = 3
    assert calls == list(range(40))


def test_a_listener_may_send_another_member_elsewhere(family):
    """SQLAlchemy 0.9.0b1 #2789: changes that listeners made were taken for echoes and stopped."""
    f = family()
    here, there, child = f.Parent(), f.Parent(), f.Child()

    def echo(target, value, initiator):
        if target is here:
            there.children.append(f.Child("echo"))

    listen(f.Parent.children, "append", echo)
    here.children.append(child)
    assert list(here.children) == [child]
    assert [member.name for member in there.children] == ["echo"]
    assert there.children[0].parent is there


def test_one_name_for_both_ends_of_two_relations_ends():
    """SQLAlchemy 0.7.9 and 0.8.0 #2674: a class with both names, and backrefs without end."""
    Top, Middle, Low = (type(name, (), {}) for name in ("Top", "Middle", "Low"))
    for class_ in (Top, Middle, Low):
        register_class(class_)
    for above, below in ((Top, Middle), (Middle, Low)):
        register_attribute(above, "below", uselist=True, useobject=True, backref="above")
        register_attribute(below, "above", useobject=True, backref="below")
    top, low = Top(), Low()
    first, second = Middle(), Middle()
    first.above = second  # of the wrong class, and with the right names
    top.below.append(low)
    assert (first.above, list(second.below)) == (second, [first])
    assert (low.above, list(top.below)) == (top, [low])
    second.below.remove(first)
    low.above = None
    assert (first.above, list(second.below), list(top.below)) == (None, [], [])


def test_a_flag_is_heard_even_of_what_was_assigned_to_itself(point):
    """SQLAlchemy 0.8.6 #2997: a value assigned to itself hid the change flagged afterwards."""
    value = {"a": 1}
    p = point(value)
    commit(p)
    flags = []
    listen(point.x, "modified", lambda target, initiator: flags.append(target))
    p.x = p.x
    value["b"] = 2
    flag_modified(p, "x")
    assert flags == [p]
    assert get_history(p, "x").added == [value]
    assert instance_state(p).modified


def test_events_of_classes_reach_only_descendants():
    """SQLAlchemy 0.8.0b1 #2590: who listened to one class heard of every other."""
    base, other = type("Base", (), {}), type("Other", (), {})
    sub = type("Sub", (base,), {})
    seen = []
    listen(base, "class_instrument", seen.append)
    listen(base, "attribute_instrument", lambda class_, key, attribute: seen.append(key))
    register_class(other)
    register_attribute(other, "theirs")
    register_class(sub)
    register_attribute(sub, "ours")
    assert seen == [sub, "ours"]


def test_a_value_that_is_loaded_is_no_event(point, heard):
    """SQLAlchemy 1.0.0b1 #3167: values that the store had made were announced as set by a user."""
    heard.to(point.x, "set")
    p = point()
    set_committed_value(p, "x", 1)
    instance_state(p).dict["y"] = 2
    commit(p)
    assert (p.x, p.y) == (1, 2)
    assert heard == []
    assert not instance_state(p).modified


def test_deleting_a_reference_tells_the_far_side(family, heard):
    """SQLAlchemy 1.3.0b1 #4354: deleting a reference did nothing that worked."""
    f = family()
    parent, child = f.Parent(), f.Child()
    child.parent = parent
    commit(parent, child)
    heard.to(f.Parent.children, "remove")
    del child.parent
    assert heard == [("remove", child)]
    assert (child.parent, list(parent.children)) == (None, [])
    assert get_history(child, "parent").deleted == [parent]


def test_a_stale_collection_does_not_take_a_reference_back(family):
    """SQLAlchemy 0.7.4 #2315: leaving a collection that was stale cleared the newer reference."""
    f = family()
    old, new, child = f.Parent(), f.Parent(), f.Child()
    set_committed_value(old, "children", [child])
    set_committed_value(child, "parent", old)
    set_committed_value(child, "parent", new)
    old.children.remove(child)
    assert child.parent is new


def test_a_default_made_on_reading_is_not_a_change(point):
    """SQLAlchemy 1.1.0b1 #1311: a default had to be set, and so was a change."""
    sets = []
    listen(point.x, "set", lambda *args: sets.append(args))
    listen(point.x, "init_scalar", lambda target, value, values: "made", retval=True)
    p = point()
    assert (p.x, sets) == ("made", [])
    assert not instance_state(p).modified
    p.x = "set"
    assert len(sets) == 1
