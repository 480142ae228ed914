"""Bases, mixins, metaclasses and subclasses made late."""

import abc
import enum
import typing

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import (
    get_history,
    instance_state,
    register_attribute,
)
from ormolu.ext.instrumentation import InstrumentationManager
from ormolu.instrumentation import (
    manager_of_class,
    opt_manager_of_class,
    register_class,
)


def tracked(class_, *keys, **options):
    register_class(class_)
    for key in keys:
        register_attribute(class_, key, **options)
    return class_


def test_attributes_of_a_diamond_follow_its_order():
    """atom 0.9.0 #165 and #168: members of a diamond were taken from the wrong base."""

    class Top:
        pass

    class Left(Top):
        pass

    class Right(Top):
        pass

    class Bottom(Left, Right):
        pass

    for class_ in (Top, Left, Right, Bottom):
        register_class(class_)
    register_attribute(Top, "x")
    right = register_attribute(Right, "x")
    manager = manager_of_class(Bottom)
    assert manager["x"] is Bottom.x is right
    assert manager_of_class(Left)["x"] is Top.x
    bottom = Bottom()
    bottom.x = 1
    assert get_history(bottom, "x").added == [1]


def test_a_subclass_made_after_its_base_was_complete(point):
    """SQLAlchemy 0.5.2 #1292: subclasses registered late were instrumented only in part."""
    before = point(1)

    class Late(point):
        pass

    register_class(Late)
    late = Late(2)
    late.x = 3
    assert instance_state(late).manager is manager_of_class(Late)
    assert set(manager_of_class(Late)) == {"x", "y"}
    assert before.x == 1
    assert list(manager_of_class(point).subclass_managers(True)) == [manager_of_class(Late)]


def test_an_unregistered_subclass_is_tracked_as_its_base(point):
    """SQLAlchemy 0.8.0b1 #2526: temporary subclasses of tracked classes were not provided for."""

    class Plain(point):
        extra = None

    plain = Plain(1)
    plain.extra = 2
    assert instance_state(plain).manager.class_ in (point, Plain)
    assert get_history(plain, "x").added == [1]
    assert instance_state(plain).committed_state.keys() == {"x"}


def test_generic_and_abstract_classes_are_classes():
    """SQLAlchemy 2.0.56 #13680: classes that shared nothing but Generic were in conflict."""
    T = typing.TypeVar("T")

    class Elsewhere(InstrumentationManager):
        pass

    class First(typing.Generic[T]):
        __ormolu_manager__ = Elsewhere

        def __init__(self, x: T):
            self.x = x

    class Second(typing.Generic[T]):
        def __init__(self, x: T):
            self.x = x

    class Third(abc.ABC, Second[int]):
        @abc.abstractmethod
        def needed(self): ...

    class Fourth(Third):
        def needed(self):
            return self.x

    for class_ in (First, Second, Third, Fourth):
        tracked(class_, "x")
    assert (First[int](1).x, Second[str]("a").x, Fourth(3).needed()) == (1, "a", 3)
    with pytest.raises(TypeError, match="abstract"):
        Third(1)


def test_init_subclass_and_metaclasses_go_on_as_they_were():
    """atom 0.10.0 #510: __init_subclass__ ran before the class knew what it had."""
    seen = []

    class Meta(type):
        def __call__(cls, *args):
            seen.append(("made", cls.__name__))
            return super().__call__(*args)

    class Base(metaclass=Meta):
        def __init_subclass__(cls, **options):
            seen.append((cls.__name__, opt_manager_of_class(cls) is None))
            super().__init_subclass__(**options)

    tracked(Base, "x")

    class Sub(Base):
        pass

    tracked(Sub)
    Sub().x = 1
    assert seen == [("Sub", True), ("made", "Sub")]
    assert "x" in manager_of_class(Sub)


def test_what_is_no_class_is_refused_by_name():
    """SQLAlchemy 0.9.10 #3408: an integer, asked whether it is mapped, raised something else."""
    for wrong in (5, None, "Point", object()):
        assert opt_manager_of_class(wrong) is None
        with pytest.raises(errors.NotAClassError):
            register_class(wrong)
    with pytest.raises(errors.UnregisteredClassError):
        manager_of_class(int)
    with pytest.raises(errors.UntrackedInstanceError):
        instance_state(5)


def test_values_of_any_kind_are_values(point):
    """SQLAlchemy 1.4.0b1 #4696: two markers for no value at all, told apart here and there."""

    class Colour(enum.Enum):
        RED = 0

    p = point()
    for value in (Colour.RED, point, len, NotImplemented, ..., float("nan"), p):
        p.x = value
        assert p.x is value
        commit(p)
        p.x = value
        assert get_history(p, "x").added in ((), [value])
    assert p.y is None
