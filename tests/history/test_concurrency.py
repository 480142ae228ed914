"""Threads, greenlets and the collector, in the middle of what others do."""

import gc
import threading

import pytest
from tests.core.conftest import commit
from tests.core.threads import at_once

from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.events import listen, remove
from ormolu.instrumentation import (
    manager_of_class,
    opt_manager_of_class,
    register_class,
    unregister_class,
)
from ormolu.state import IdentityMap

threads_here = pytest.mark.starts_threads


@threads_here
def test_classes_that_go_while_others_come(hurried):
    """SQLAlchemy 1.4.51 #10782: new classes were made while old ones went, and a list changed."""

    class Base:
        pass

    register_class(Base)
    register_attribute(Base, "x")

    def make():
        for n in range(60):
            class_ = type(f"Sub{n}", (Base,), {})
            register_class(class_)
            assert class_().x is None
            del class_
            if n % 20 == 0:
                gc.collect()

    def look():
        for _ in range(60):
            for manager in manager_of_class(Base).subclass_managers(True):
                assert issubclass(manager.class_, Base)

    at_once(make, make, look)
    gc.collect()
    assert list(manager_of_class(Base).subclass_managers(True)) == []


@threads_here
def test_one_class_registered_by_many(hurried):
    """SQLAlchemy 0.3.9 #613 and 1.3.4 #4686: one class, prepared by several threads at a time."""

    class Shared:
        def __init__(self):
            self.x = 1

    original, managers = Shared.__init__, []

    def register():
        managers.append(register_class(Shared))
        register_attribute(Shared, "x")

    at_once(*[register] * 4)
    assert len(set(map(id, managers))) == 1
    assert managers[0].original_init is original
    assert get_history(Shared(), "x").added == [1]
    unregister_class(Shared)
    assert Shared.__init__ is original


@threads_here
def test_listeners_that_come_and_go_while_others_are_called(point, hurried):
    """traits 6.3.0 #1495: a race between a handler that was called and one that was removed."""
    calls = []

    def steady(*args):
        calls.append(1)

    listen(point.x, "set", steady)

    def change():
        for n in range(200):
            point(n)

    def fidget():
        for _ in range(100):

            def brief(*args):
                """Come and go."""

            listen(point.x, "set", brief)
            remove(point.x, "set", brief)

    at_once(change, change, fidget)
    assert len(calls) == 400


@threads_here
def test_instances_of_many_threads_in_one_map(point, hurried):
    """SQLAlchemy 1.1.14 #4069: the instance went between a look into the map and its use."""
    held = IdentityMap()

    def come(start):
        def run():
            for n in range(start, start + 100):
                p = point(n)
                commit(p)
                held.make_persistent(p, n)

        return run

    def ask():
        for n in range(200):
            found = held.get(n)
            assert found is None or found.x == n
            assert all(isinstance(p, point) for p in held.values())

    at_once(come(0), come(100), ask)
    gc.collect()
    assert held.values() == []


@threads_here
def test_an_error_in_one_thread_undoes_nothing_of_another(family):
    """SQLAlchemy 2.0.14 #9777: a structure that was worked on was shared between threads."""
    f = family()
    inside, go_on = threading.Event(), threading.Event()

    def wait(target, value, initiator):
        if value.name == "fails":
            inside.set()
            assert go_on.wait(60)
            raise LookupError("now")

    listen(f.Parent.children, "append", wait)
    failing, working = f.Parent(), f.Parent()
    bad, good = f.Child("fails"), f.Child("works")

    def fail():
        with pytest.raises(LookupError, match="now"):
            bad.parent = failing

    def work():
        assert inside.wait(60)
        working.children.append(good)
        go_on.set()

    at_once(fail, work)
    assert (bad.parent, list(failing.children)) == (None, [])
    assert (good.parent, list(working.children)) == (working, [good])
    assert get_history(working, "children").added == [good]


def test_an_error_in_one_greenlet_undoes_nothing_of_another(family):
    """SQLAlchemy 1.4.0b1 #3414: with greenlets, others run in the middle of what one does."""
    greenlet = pytest.importorskip("greenlet")
    f = family()
    failing, working = f.Parent(), f.Parent()
    bad, good, late = f.Child("fails"), f.Child("works"), f.Child("late")
    main = greenlet.getcurrent()

    def pause(target, value, initiator):
        if value in (bad, late):
            main.switch("paused")
        if value is bad:
            raise LookupError("now")

    listen(f.Parent.children, "append", pause)

    def fail():
        with pytest.raises(LookupError, match="now"):
            bad.parent = failing
        return "failed"

    def work():
        late.parent = working
        return "worked"

    first, second = greenlet.greenlet(fail), greenlet.greenlet(work)
    assert first.switch() == "paused"
    assert second.switch() == "paused"
    good.parent = working
    assert first.switch() == "failed"
    assert second.switch() == "worked"
    assert (bad.parent, list(failing.children)) == (None, [])
    assert (good.parent, late.parent) == (working, working)
    assert set(working.children) == {good, late}
    assert set(get_history(working, "children").added) == {good, late}


def test_a_loader_that_lets_another_greenlet_run():
    """SQLAlchemy 1.4.0b1 #3414: a load gives way, and another asks for the same meanwhile."""
    greenlet = pytest.importorskip("greenlet")
    main = greenlet.getcurrent()
    loads = []

    class Page:
        pass

    def load(state, passive):
        loads.append(state)
        main.switch("loading")
        return f"text {len(loads)}"

    register_class(Page)
    register_attribute(Page, "text", callable_=load)
    page, other = Page(), Page()
    first = greenlet.greenlet(lambda: page.text)
    second = greenlet.greenlet(lambda: other.text)
    assert first.switch() == "loading"
    assert second.switch() == "loading"
    page.text = "set meanwhile"
    assert second.switch() == "text 2"
    first.switch()
    assert loads == [instance_state(page), instance_state(other)]
    assert other.text == "text 2"
    assert get_history(page, "text").added in (["set meanwhile"], (), [])


def test_the_collector_may_run_anywhere(family):
    """SQLAlchemy 0.7.0b3 #2087: a collection in the middle of iteration locked up the map."""
    f = family()
    held = IdentityMap()
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for n in range(30):
            parent, child = f.Parent(), f.Child(str(n))
            child.parent = parent
            commit(parent, child)
            held.make_persistent(parent, ("parent", n))
            held.make_persistent(child, ("child", n))
            assert parent in held.values()
            child.name = f"{n} changed"
        names = sorted(int(child.name.split()[0]) for child in held.dirty)
    finally:
        gc.set_threshold(*before)
    assert names == list(range(30))
    held.commit()
    del parent, child
    gc.collect()
    assert held.values() == []


def test_a_finaliser_that_uses_the_layer_in_the_middle_of_its_work(family):
    """multidict 7.1.0: finalisers that changed a container in the middle of an operation."""
    f = family()
    parent, keeper = f.Parent(), f.Parent()

    class Mine:
        def __del__(self):
            keeper.children.append(f.Child("from the finaliser"))

    children = [f.Child(str(n)) for n in range(5)]
    parent.children = children
    for child in children:
        vars(child)["mine"] = Mine()
    children.clear()
    del child
    commit(parent)
    parent.children[:] = [f.Child("new")]
    commit(parent)
    gc.collect()
    assert [child.name for child in parent.children] == ["new"]
    assert len(keeper.children) == 5
    assert all(child.parent is keeper for child in keeper.children)
    assert len(get_history(keeper, "children").added) == 5


def test_a_class_is_not_half_registered_to_its_own_listener():
    """SQLAlchemy 1.0.3 #3388: an event came before, or after, what it was documented to."""
    seen = []

    class Base:
        pass

    def look(class_):
        seen.append(opt_manager_of_class(class_).class_)
        register_attribute(class_, "early")

    listen(Base, "class_instrument", look)
    register_class(Base)
    assert seen == [Base]
    base = Base()
    base.early = 1
    assert get_history(base, "early").added == [1]
