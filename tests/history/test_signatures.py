"""The ``__init__`` of a tracked class: its signature, its arguments, its failures."""

import dataclasses
import functools
import gc
import inspect
import threading
import weakref

import pytest

from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.events import listen
from ormolu.instrumentation import register_class, unregister_class


def tracked(class_, *keys):
    register_class(class_)
    for key in keys:
        register_attribute(class_, key)
    return class_


def test_arguments_that_must_be_named_stay_so():
    """SQLAlchemy 0.7.3 #2237: required keyword-only arguments of __init__ were not kept."""

    class Named:
        def __init__(self, first, *rest, must, may="may", **more):
            self.got = (first, rest, must, may, more)

    before = inspect.signature(Named)
    tracked(Named)
    assert inspect.signature(Named) == before
    assert Named(1, 2, must=3, other=4).got == (1, (2,), 3, "may", {"other": 4})
    with pytest.raises(TypeError, match="must"):
        Named(1)


@pytest.mark.parametrize("name", ["self", "state", "instance", "args", "kwargs", "cls", "manager"])
def test_any_name_of_an_argument_can_be_passed(name):
    """wrapt 1.15.0: an argument named ``self`` could not be passed by keyword, in pure Python."""

    class Open:
        def __init__(this, /, **values):
            this.values = values

    tracked(Open)
    assert Open(**{name: 1}).values == {name: 1}


def test_an_argument_may_have_the_name_of_any_helper():
    """attrs 23.1.0 #1117: a field that had the name of a parameter of a helper got lost."""
    source = "def __init__(self, class_manager, original_init, new_state, *, _initialize=4):\n"
    source += "    self.got = class_manager, original_init, new_state, _initialize"
    namespace = {}
    exec(source, namespace)
    class_ = tracked(type("Named", (), {"__init__": namespace["__init__"]}))
    assert class_(1, 2, new_state=3).got == (1, 2, 3, 4)
    assert instance_state(class_(1, 2, 3)).class_ is class_


def test_defaults_are_those_of_the_class_and_not_copies():
    """SQLAlchemy 0.7.3 #2237: what __init__ is called with is what it would be called with."""
    marker = object()

    class Marked:
        def __init__(self, a=marker, *, b=marker):
            self.pair = (a, b)

    tracked(Marked)
    assert Marked().pair == (marker, marker)
    assert inspect.signature(Marked).parameters["b"].default is marker


def test_an_init_that_is_called_again_keeps_the_state():
    """SQLAlchemy 0.4.2p3: several calls of __init__ for one instance gave it several states."""

    class Base:
        def __init__(self):
            self.count = getattr(self, "count", None) or 0
            self.count += 1

    class Sub(Base):
        def __init__(self):
            Base.__init__(self)
            super().__init__()

    tracked(Base, "count")
    tracked(Sub)
    made = []
    listen(Base, "init", lambda target, args, kwargs: made.append(target), propagate=True)
    sub = Sub()
    state = instance_state(sub)
    sub.__init__()
    assert instance_state(sub) is state
    assert sub.count == 4
    assert made == [sub] * len(made)
    assert len(made) <= 2


def test_a_base_that_is_no_tracked_class_gets_its_arguments():
    """SQLAlchemy 2.0.1 #9171: a class with its own __init__ could not call that of its base."""

    class Plain:
        def __init__(self, **values):
            for key, value in values.items():
                setattr(self, key, value)

    class Sub(Plain):
        def __init__(self, x, **values):
            super().__init__(x=x, **values)

    class Mixin:
        def __init__(self, *args, **values):
            super().__init__(*args, **values)
            self.mixed = True

    class Both(Mixin, Sub):
        pass

    tracked(Sub, "x")
    tracked(Both)
    both = Both(1, y=2)
    assert (both.x, both.y, both.mixed) == (1, 2, True)
    assert get_history(both, "x").added == [1]


def test_a_base_without_init_takes_the_next_one():
    """SQLAlchemy 2.0.2 #9249: the base's __init__ was put before that of a class above it."""

    class Top:
        def __init__(self, x):
            self.x = x

    class Middle(Top):
        pass

    class Bottom(Middle):
        pass

    tracked(Middle, "x")
    tracked(Bottom)
    assert Middle(1).x == Bottom(1).x == 1
    assert inspect.signature(Bottom) == inspect.signature(Top)
    unregister_class(Bottom)
    unregister_class(Middle)
    assert "__init__" not in vars(Middle)


def test_an_init_that_is_no_function():
    """SQLAlchemy 1.4.20 #6538: functions that were not plain functions were refused."""
    calls = []

    def init(note, self, x):
        calls.append(note)
        self.x = x

    class Partial:
        __init__ = functools.partialmethod(functools.partial(init, "partial"))

    class Wrapped:
        @functools.cache  # noqa: B019 - a callable written in C
        def __init__(self, x):
            calls.append("cached")

    for class_ in (Partial, Wrapped):
        tracked(class_, "x")
        assert instance_state(class_(1)).class_ is class_
    assert calls == ["partial", "cached"]


def test_an_init_that_is_a_descriptor():
    """SQLAlchemy 1.4.20 #6538: functions that were not plain functions were refused."""

    class Bound:
        def __get__(self, instance, owner):
            def init(x):
                instance.x = x

            return init

    class Described:
        __init__ = Bound()

    assert Described(1).x == 1
    tracked(Described, "x")
    assert Described(2).x == 2


def test_an_init_that_fails_leaves_no_instance_half_known(point):
    """SQLAlchemy 0.5.0beta1: of several who wanted to know of a failed __init__, one was told."""
    failures = []

    class Failing(point):
        def __init__(self, x):
            super().__init__(x)
            raise LookupError(x)

    register_class(Failing)
    for n in range(2):
        listen(
            Failing,
            "init_failure",
            lambda target, args, kwargs, n=n: failures.append((n, target.x, args)),
        )
    with pytest.raises(LookupError):
        Failing(5)
    assert failures == [(0, 5, (5,)), (1, 5, (5,))]


def test_a_dataclass_is_tracked_with_its_fields():
    """SQLAlchemy 2.0.0b3 #8718: fields of a base leaked into the __init__ of a dataclass."""

    @dataclasses.dataclass
    class Base:
        x: int = 1

    @dataclasses.dataclass
    class Sub(Base):
        y: list = dataclasses.field(default_factory=list)
        z: int = dataclasses.field(default=3, kw_only=True)

    tracked(Base, "x")
    tracked(Sub, "y", "z")
    sub = Sub(5, z=7)
    assert (sub.x, sub.y, sub.z) == (5, [], 7)
    assert list(inspect.signature(Sub).parameters) == ["x", "y", "z"]
    assert dataclasses.asdict(sub) == {"x": 5, "y": [], "z": 7}
    assert dataclasses.replace(sub, x=6).x == 6
    assert Sub(5, z=7) == sub
    assert instance_state(sub).unloaded == set()


def test_a_slotted_dataclass_is_tracked_as_the_class_it_became():
    """attrs #407: the class that a slotted one replaced stayed alive beside it."""

    class Base:
        pass

    @dataclasses.dataclass
    class Point(Base):
        x: int
        y: int = 0

    original = weakref.ref(Point)
    Point = dataclasses.dataclass(slots=True)(Point)  # which makes another one
    tracked(Point, "x")
    p = Point(1)
    p.x = p.y = 2
    assert get_history(p, "x").added == [2]
    assert vars(p).keys() == {"x", "_ormolu_state"}
    del p
    gc.collect()
    assert original() is not Point
    assert Base.__subclasses__() == [Point]


def test_super_without_arguments_still_works():
    """attrs 19.2.0 #522: super() lost its class where a class was made anew."""

    class Base:
        def __init__(self):
            self.base = True

    class Sub(Base):
        def __init__(self):
            super().__init__()
            self.cls = __class__

    tracked(Sub, "base")
    sub = Sub()
    assert sub.base
    assert sub.cls is Sub


def test_the_source_of_what_is_generated_is_to_be_had():
    """SQLAlchemy 2.1.0rc1 #13505: generated functions were opaque in a traceback."""

    class Failing:
        def __init__(self, x):
            raise ZeroDivisionError(x)

    tracked(Failing)
    assert "def __init__(self, x)" in inspect.getsource(Failing.__init__)
    assert inspect.unwrap(Failing.__init__).__qualname__.endswith("Failing.__init__")


def test_what_hooks_set_before_and_in_init_is_kept(point):
    """pydantic #7775: values that a hook of a subclass had set were thrown away."""

    class Sub(point):
        def __init__(self, x):
            self.before = self.y
            super().__init__(x)
            self.after = self.y

    register_class(Sub)
    listen(point, "init", lambda target, *rest: setattr(target, "y", "hook"), propagate=True)
    sub = Sub(1)
    assert (sub.before, sub.x, sub.y, sub.after) == ("hook", 1, "hook", "hook")
    assert instance_state(sub).committed_state.keys() == {"x", "y"}


@pytest.mark.starts_threads
def test_instances_made_by_many_threads_at_first():
    """SQLAlchemy 0.3.9 #613: classes that were prepared on first use by two threads at once."""

    class Shared:
        def __init__(self, x):
            self.x = x

    tracked(Shared, "x")
    seen, barrier = [], threading.Barrier(4)

    def make():
        barrier.wait()
        seen.extend(Shared(n) for n in range(50))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({instance_state(one) for one in seen}) == 200
    assert sorted(one.x for one in seen) == sorted(list(range(50)) * 4)
