"""Every event, and every way to listen to it."""

import gc
import weakref

import pytest

from ormolu.attributes import (
    NO_KEY,
    flag_modified,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.events import contains, listen, listens_for, remove
from ormolu.instrumentation import manager_of_class, register_class, unregister_class


def test_instrumentation_events_reach_subclasses():
    heard = []

    class Base:
        pass

    listen(Base, "class_instrument", lambda cls: heard.append(("in", cls)))
    listen(Base, "class_uninstrument", lambda cls: heard.append(("out", cls)))
    listen(Base, "attribute_instrument", lambda cls, key, inst: heard.append((key, inst)))

    class Sub(Base):
        pass

    class Other:
        pass

    register_class(Other)
    register_class(Sub)
    attribute = register_attribute(Sub, "x")
    unregister_class(Sub)
    assert heard == [("in", Sub), ("x", attribute), ("out", Sub)]


def test_instrumentation_events_of_one_class_alone():
    heard = []

    class Base:
        pass

    class Sub(Base):
        pass

    listen(Base, "class_instrument", heard.append, propagate=False)
    register_class(Sub)
    register_class(Base)
    assert heard == [Base]


def test_first_init_init_and_failure(point):
    heard = []
    listen(point, "first_init", lambda manager, cls: heard.append((manager, cls)))
    listen(point, "init", lambda target, args, kwargs: heard.append((target, args, kwargs)))
    listen(point, "init_failure", lambda target, args, kwargs: heard.append("failed"))
    p = point(1, y=2)
    assert heard[0] == (manager_of_class(point), point)
    assert heard[1] == (p, (1, 2), {})
    q = point()
    assert heard[2:] == [(q, (None, None), {})]


def test_an_init_that_fails_is_heard_of():
    heard = []

    class Failing:
        def __init__(self):
            raise LookupError

    register_class(Failing)
    listen(Failing, "init_failure", lambda target, args, kwargs: heard.append(type(target)))
    with pytest.raises(LookupError):
        Failing()
    assert heard == [Failing]


@pytest.mark.parametrize("event", ["load", "refresh", "expire"])
def test_loading_events_are_there_for_those_who_load(point, event):
    heard = []
    listen(point, event, lambda target, *rest: heard.append(target))
    p = point(1)
    state = instance_state(p)
    if event == "expire":
        state._expire(state.dict, set())
    else:
        getattr(state.manager.dispatch, event)(
            state, *(["context", None][: 1 + (event != "load")])
        )
    assert heard == [p]


def test_attribute_events_with_their_arguments(family):
    f = family()
    heard = []

    def hear(event):
        def listener(target, *args):
            heard.append((event, *args[:-1]))

        return listener

    for event in ("append", "remove", "append_wo_mutation", "bulk_replace"):
        listen(f.Parent.children, event, hear(event))
    parent, one, two = f.Parent(), f.Child(), f.Child()
    parent.children.append(one)
    parent.children.remove(one)
    parent.children = [one, two]
    assert heard == [
        ("append", one),
        ("remove", one),
        ("bulk_replace", [one, two]),
        ("append", one),
        ("append", two),
    ]


def test_collections_that_come_and_go_are_heard_of(family):
    f = family()
    heard = []
    listen(f.Parent.children, "init_collection", lambda t, c, a: heard.append(("init", c)))
    listen(f.Parent.children, "dispose_collection", lambda t, c, a: heard.append(("gone", c)))
    parent = f.Parent()
    first = parent.children
    parent.children = [f.Child()]
    assert heard == [("init", first), ("init", parent.children), ("gone", first)]


def test_a_default_made_on_first_access(point):
    listen(point.x, "init_scalar", lambda target, value, dict_: 7, retval=True)
    p = point()
    assert p.x == 7
    assert not instance_state(p).modified

    def keep(target, value, dict_):
        dict_["y"] = 9
        return 9

    listen(point.y, "init_scalar", keep, retval=True)
    assert p.y == 9
    assert instance_state(p).dict["y"] == 9


def test_flagging_is_heard_of(point):
    heard = []
    listen(point.x, "modified", lambda target, initiator: heard.append(initiator.key))
    p = point(1)
    flag_modified(p, "x")
    assert heard == ["x"]


def test_retval_replaces_the_value(point, family):
    listen(point.x, "set", lambda target, value, old, token: value * 2, retval=True)
    listen(point.x, "set", lambda target, value, old, token: "ignored")
    p = point(2)
    assert p.x == 4
    f = family()
    substitute = f.Child()
    listen(f.Parent.children, "append", lambda t, value, token: substitute, retval=True)
    parent = f.Parent()
    parent.children.append(f.Child())
    assert list(parent.children) == [substitute]


def test_raw_named_insert_once_and_key(point, family):
    heard = []
    listen(point.x, "set", lambda state, *rest: heard.append(state), raw=True)
    listen(
        point.x,
        "set",
        lambda target, value, oldvalue, initiator: heard.append((value, oldvalue)),
        named=True,
        insert=True,
        once=True,
    )
    p = point(1)
    p.x = 2
    state = instance_state(p)
    assert heard[0][0] == 1
    assert heard[1:] == [state, state]
    f = family()
    keys = []
    listen(
        f.Parent.children,
        "append",
        lambda target, value, initiator, key: keys.append(key),
        include_key=True,
    )
    parent = f.Parent()
    parent.children.append(f.Child())
    parent.children.insert(0, f.Child())
    assert keys == [NO_KEY, 0]


def test_active_history_loads_the_previous_value():
    class Page:
        pass

    loads = []

    def load(state, passive):
        loads.append(passive)
        return "stored"

    register_class(Page)
    register_attribute(Page, "text", callable_=load)
    seen = []

    def see(page, new, old, token):
        seen.append(old)

    listen(Page.text, "set", see, active_history=True)
    Page().text = "new"
    assert seen == ["stored"]
    assert len(loads) == 1


@pytest.mark.parametrize("propagate", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
def test_propagation_to_subclasses(point, propagate, when):
    heard = []

    def hear(target, *rest):
        heard.append(type(target))

    def start():
        listen(point, "init", hear, propagate=propagate)
        listen(point.x, "set", hear, propagate=propagate)

    if when == "before":
        start()

    class Sub(point):
        pass

    register_class(Sub)
    register_attribute(Sub, "x")
    if when == "after":
        start()
    Sub(1)
    assert heard == ([Sub, Sub] if propagate else [])


def test_listening_to_a_class_before_it_is_registered():
    heard = []

    class Later:
        pass

    def hear(target, args, kwargs):
        heard.append(target)

    listen(Later, "init", hear, propagate=True)

    class Sub(Later):
        pass

    assert contains(Later, "init", hear)
    register_class(Later)
    register_class(Sub)
    made = [Later(), Sub()]
    assert heard == made
    remove(Later, "init", hear)
    Later()
    Sub()
    assert heard == made


def test_remove_contains_and_the_decorator(point):
    heard = []

    @listens_for(point.x, "set")
    def hear(target, value, old, token):
        heard.append(value)

    assert contains(point.x, "set", hear)
    p = point(1)
    remove(point.x, "set", hear)
    assert not contains(point.x, "set", hear)
    p.x = 2
    assert heard == [1]


def test_bound_methods_listen_and_are_found_again(point):
    class Ear:
        def __init__(self):
            self.heard = []

        def hear(self, target, value, old, token):
            self.heard.append(value)

    one, two = Ear(), Ear()
    listen(point.x, "set", one.hear)
    listen(point.x, "set", two.hear)
    listen(point.x, "set", two.hear)
    p = point(1)
    remove(point.x, "set", one.hear)
    p.x = 2
    assert (one.heard, two.heard) == ([1], [1, 2])


def test_a_listener_may_stop_listening_while_it_is_called(point):
    calls = []

    def once(target, value, old, token):
        calls.append("once")
        remove(point.x, "set", once)

    listen(point.x, "set", once)
    listen(point.x, "set", lambda *args: calls.append("always"))
    p = point(1)
    p.x = 2
    assert calls == ["once", "always", "always"]


def test_loading_makes_no_events(point):
    heard = []
    listen(point.x, "set", lambda *args: heard.append(args))
    p = point()
    set_committed_value(p, "x", 1)
    assert (p.x, heard) == (1, [])


def listened_to(event, is_late):
    """A weak reference to a class that a listener of it holds, with an instance."""

    class Held:
        pass

    kept = [Held]

    def listener(*args, **kwargs):
        kept.append(args)

    if not is_late and event != "set":
        listen(Held, event, listener)
    register_class(Held)
    register_attribute(Held, "x")
    if is_late or event == "set":
        listen(Held.x if event == "set" else Held, event, listener)
    register_attribute(Held, "y")
    kept.append(Held())
    kept[-1].x = 1
    return weakref.ref(Held)


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize(
    "event", ["class_instrument", "attribute_instrument", "init", "set", "load"]
)
def test_a_listener_that_holds_its_class_goes_with_it(event, is_late):
    gone = listened_to(event, is_late)
    gc.collect()
    assert gone() is None


def test_a_class_keeps_nothing_of_listeners_that_are_gone():
    class Heard:
        pass

    def listener(*args):
        raise AssertionError(args)

    before = dict(vars(Heard))
    for event in ("class_instrument", "init"):
        listen(Heard, event, listener)
    for event in ("class_instrument", "init"):
        remove(Heard, event, listener)
    assert dict(vars(Heard)) == before


def test_a_built_in_class_can_be_listened_to():
    heard = []
    listen(object, "class_instrument", heard.append)

    class New:
        pass

    register_class(New)
    remove(object, "class_instrument", heard.append)
    assert heard == [New]
