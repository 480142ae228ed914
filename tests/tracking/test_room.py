"""Classes with slots and no room for a weak reference: they are made anew."""

import inspect
import pickle
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import ClassVar, Generic, ParamSpec, TypeVar, get_type_hints

import attrs
import pytest

from ormolu import changes, commit, errors, track, tracked

T = TypeVar("T")
P = ParamSpec("P")


def test_a_class_without_room():
    @dataclass(slots=True)
    class Doc:
        name: str

    with pytest.raises(errors.LayoutError, match=r"Doc.*weakref_slot=True.*ormolu.tracked"):
        track(Doc)
    roomy = tracked(Doc)
    assert roomy is not Doc
    assert roomy.__bases__ == (object,)
    assert not hasattr(roomy("a"), "__dict__")
    assert roomy.__slots__ == ("name",)


def test_a_class_that_got_room_is_what_its_methods_take_it_for():
    class Base:
        __slots__ = ("_Base__hidden",)
        kinds: ClassVar = []

        def __init_subclass__(cls):
            Base.kinds.append(cls)

        def name(self):
            return "base"

    def wrap(function):
        @wraps(function)
        def wrapper(*args):
            return function(*args)

        return wrapper

    class Point(Base):
        __slots__ = ("__y", "x")

        def __init__(self, x=0):
            self.x, self.__y = x, 1

        def __eq__(self, other):
            if type(other) is not __class__:
                return NotImplemented
            return all(getattr(self, n) == getattr(other, n) for n in ("x", "_Point__y"))

        __hash__ = None

        def __repr__(self):
            return f"Point({', '.join(self.__slots__)})"

        @classmethod
        def at(cls, x):
            return __class__(x)

        @staticmethod
        def class_():
            return __class__

        @property
        def same(self):
            return __class__

        @wrap
        def name(self):
            return f"{super().name()} and point"

        other = 3

    roomy = tracked(Point)
    point = roomy(1)
    assert repr(point) == "Point(__y, x)"
    assert point == copy(point) == roomy.at(1)
    assert type(roomy.at(1)) is roomy.class_() is point.same is roomy
    assert point.name() == "base and point"
    assert roomy.__mro__ == (roomy, Base, object)
    # as dataclass(slots=True) has it: who keeps the last of a name, has the one that is used
    assert Base.kinds[-1] is roomy
    point.x = 2
    assert changes(point) == {"x": (1, 2)}


def test_a_class_that_got_room_has_the_dictionary_that_it_had():
    @tracked("x")
    class Point:
        __slots__ = ("__dict__", "x")

    point = Point()
    point.x = point.other = 1
    commit(point)
    point.x = 2
    assert vars(point)["other"] == 1
    assert changes(point) == {"x": (1, 2)}


def test_a_class_that_got_room_has_its_cell_within_a_decorator():
    def twice(function):
        return lambda self: function(self) * 2

    class Base:
        __slots__ = ()

        def size(self):
            return 1

    class Point(Base):
        __slots__ = ("x",)

        @twice
        def size(self):
            return super().size()

    assert tracked(Point)().size() == 2


def test_a_class_that_got_room_is_pickled_by_name():
    box = pickle.loads(pickle.dumps(Box(3)))
    assert (type(box), box.value) == (Box, 3)
    box.value = 4
    assert changes(copy(box)) == {}
    assert changes(box) == {"value": (3, 4)}


@tracked
class Box:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


@dataclass(slots=True)
class Boxed(Generic[T, P]):
    """A class with slots and parameters."""

    value: T
    call: Callable[P, None] | None = None


def test_a_class_that_got_room_says_of_itself_what_it_did():
    roomy = tracked(Boxed)
    assert roomy is not Boxed
    for name in ("__annotations__", "__doc__", "__match_args__", "__module__", "__name__"):
        assert getattr(roomy, name) == getattr(Boxed, name)
    assert roomy.__qualname__ == Boxed.__qualname__
    assert inspect.getsource(roomy) == inspect.getsource(Boxed)
    assert inspect.signature(roomy) == inspect.signature(Boxed)
    assert get_type_hints(roomy) == get_type_hints(Boxed)
    assert roomy.__orig_bases__ == Boxed.__orig_bases__
    assert roomy.__parameters__ == (T, P)
    boxed = roomy[int, [str]](1)
    boxed.value = 2
    assert changes(boxed) == {"value": (1, 2)}


def test_a_class_of_which_no_subclass_can_be_made_just_like_that():
    class Named:
        __slots__ = ()

        def __init_subclass__(cls, *, name):
            cls.name = name

    class Doc(Named, name="doc"):
        __slots__ = ("text",)

    with pytest.raises(errors.UntrackableClassError, match=r"Doc .*'name'.*__weakref__"):
        tracked(Doc)

    class Roomy(Named, name="roomy"):
        __slots__ = ("__weakref__", "text")

    assert tracked(Roomy) is Roomy


def test_what_a_class_was_made_of_by_keywords_stays():
    class Base:
        __slots__ = ()
        tag = "none"

        def __init_subclass__(cls, tag=None, **more):
            super().__init_subclass__(**more)
            cls.tag = tag

    class Meta(type):
        def __new__(mcs, name, bases, namespace, label=""):
            made = super().__new__(mcs, name, bases, namespace)
            made.label = label
            return made

        def __init__(cls, name, bases, namespace, label=""):
            super().__init__(name, bases, namespace)

    @tracked("x")
    class Point(Base, tag="t"):
        __slots__ = ("x",)

    @tracked("x")
    class Labelled(metaclass=Meta, label="l"):
        __slots__ = ("x",)

    assert Point.tag == "t" and Labelled.label == "l"


def test_a_keyword_that_is_needed_is_told():
    class Base:
        __slots__ = ()

        def __init_subclass__(cls, *, tag):
            cls.tag = tag

    with pytest.raises(errors.UntrackableClassError, match="give the class itself a slot"):

        @tracked("x")
        class Point(Base, tag="t"):
            __slots__ = ("x",)


class Lazy:
    """A descriptor of one's own, that has a function within."""

    def __init__(self, make):
        self._hidden = [make]

    def __get__(self, instance, owner=None):
        return self._hidden[0](instance)


def test_a_cell_is_found_that_no_method_has():
    class Named:
        __slots__ = ()
        name = "a name"

    @tracked("x")
    class Point(Named):
        __slots__ = ("x",)

        @Lazy
        def title(self):
            return super().name + __class__.__qualname__[-5:]

    assert Point().title == "a namePoint"


def test_a_cell_of_a_cached_property_of_attrs_is_found():
    @attrs.define(weakref_slot=False)
    class Named:
        x: int = 0

        @property
        def title(self):
            return "a name"

    @tracked
    @attrs.define(weakref_slot=False)
    class Point(Named):
        @cached_property
        def title(self):
            return super().title + "!"

    point = Point(1)
    assert point.title == "a name!"
    point.x = 2
    assert changes(point) == {"x": (1, 2)}


def test_a_variable_that_holds_the_old_class_is_left_alone():
    held = []

    def keep(class_):
        held.append(lambda: class_)
        return class_

    @tracked("x")
    @keep
    class Point:
        __slots__ = ("x",)
        lazy = Lazy(lambda self: 1)

    assert held[0]() is not Point
