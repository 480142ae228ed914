"""Classes: slots, properties, descriptors."""

import gc

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import (
    get_history,
    instance_state,
    register_attribute,
    unregister_attribute,
)
from ormolu.instrumentation import (
    manager_of_class,
    opt_manager_of_class,
    register_class,
    unregister_class,
)


def tracked(class_, *keys, **options):
    register_class(class_)
    for key in keys:
        register_attribute(class_, key, **options)
    return class_


# -- slots --------------------------------------------------------------------------------


def test_slots_of_a_base_stay_slots():
    """persistent 4.2.2: attributes in slots were forgotten where those of __dict__ were not."""

    class Base:
        __slots__ = ("cache",)

    class Slotted(Base):
        pass

    tracked(Slotted, "x")
    slotted = Slotted()
    slotted.cache, slotted.x = 1, 2
    assert vars(slotted).keys() == {"x", "_ormolu_state"}
    assert slotted.cache == 1
    assert get_history(slotted, "x").added == [2]


def test_a_class_with_nothing_but_slots_is_refused_before_it_is_touched():
    """SQLAlchemy 1.0.5 #3420: slots that were not what they seemed."""

    class Bare:
        __slots__ = ("x",)

    before = dict(vars(Bare))
    with pytest.raises(errors.LayoutError):
        register_class(Bare)
    assert dict(vars(Bare)) == before
    assert opt_manager_of_class(Bare) is None


def test_a_setattr_of_the_class_is_not_called_for_the_state():
    """persistent 4.0.8: the __setattr__ of a subclass was called while it was being made."""
    seen = []

    class Watching:
        def __setattr__(self, name, value):
            seen.append(name)
            super().__setattr__(name, value)

        def __delattr__(self, name):
            seen.append(f"del {name}")
            super().__delattr__(name)

    tracked(Watching, "x")
    watching = Watching()
    assert seen == []
    watching.x = 1
    del watching.x
    assert seen == ["x", "del x"]
    assert instance_state(watching).modified


def test_a_getattr_that_forwards_to_a_tracked_attribute():
    """wrapt 1.10.2: __getattr__ before __init__ recursed until the stack was full."""

    class Wrapper:
        def __init__(self, inner):
            self.inner = inner

        def __getattr__(self, name):
            return getattr(self.inner, name)

    tracked(Wrapper, "inner")
    wrapper = Wrapper([1, 2])
    assert wrapper.count(1) == 1
    assert get_history(wrapper, "inner").added == [[1, 2]]


def test_a_getattribute_of_the_class_sees_what_it_saw_before():
    """SQLAlchemy 0.5.1 #1269: attribute access had been intercepted for the whole class."""
    seen = []

    class Watching:
        def __getattribute__(self, name):
            seen.append(name)
            return super().__getattribute__(name)

    tracked(Watching, "x")
    watching = Watching()
    watching.x = 1
    seen.clear()
    assert watching.x == 1
    assert seen.count("x") == 1


# -- properties and descriptors -------------------------------------------------------------


def test_a_property_that_was_there_comes_back():
    """SQLAlchemy 1.4.16 #6390: taking the instrumentation away did not take all of it away."""

    class Own:
        @property
        def x(self):
            return "property"

        y = "constant"

    before = dict(vars(Own))
    tracked(Own, "x", "y", "z")
    own = Own()
    own.x = 1
    assert own.x == 1
    del own
    unregister_class(Own)
    assert dict(vars(Own)) == before
    assert (Own().x, Own().y) == ("property", "constant")


def test_a_property_beside_a_tracked_attribute_works_on_it():
    """SQLAlchemy 0.5.0beta3: a property of the class was overridden by an attribute."""

    class Temperature:
        @property
        def fahrenheit(self):
            return self.celsius * 9 / 5 + 32

        @fahrenheit.setter
        def fahrenheit(self, value):
            self.celsius = (value - 32) * 5 / 9

    tracked(Temperature, "celsius")
    temperature = Temperature()
    temperature.fahrenheit = 212
    assert temperature.celsius == 100
    assert get_history(temperature, "celsius").added == [100]


def test_a_property_of_a_subclass_covers_the_attribute_of_its_base(point):
    """SQLAlchemy 0.5.0beta3: an inherited attribute was put over the property of a subclass."""

    class Shadow(point):
        @property
        def x(self):
            return "covered"

    register_class(Shadow)
    register_attribute(point, "later")
    shadow = Shadow(y=1)
    assert (shadow.x, shadow.y) == ("covered", 1)
    with pytest.raises(AttributeError):
        shadow.x = 2
    assert get_history(shadow, "y").added == [1]


def test_a_descriptor_that_raises_is_heard():
    """wrapt 1.15.0: the error of a property gave way to a value found elsewhere."""

    class Own:
        @property
        def derived(self):
            return self.x / 0

    tracked(Own, "x")
    own = Own()
    own.x = 1
    with pytest.raises(ZeroDivisionError):
        own.derived  # noqa: B018 - the read raises


def test_an_attribute_can_be_made_anew(point):
    """atom 0.10.3 #204: a member put over an existing one did not take its place."""

    class Sub(point):
        pass

    register_class(Sub)
    p, sub = point(1), Sub(1)
    commit(p, sub)
    new = register_attribute(point, "x", active_history=True)
    assert point.x is new is Sub.x is manager_of_class(Sub)["x"]
    p.x = sub.x = 2
    assert get_history(p, "x") == get_history(sub, "x") == ([2], (), [1])


def test_an_attribute_that_comes_late_reaches_all_subclasses(point):
    """traits 6.3.0 #1461: adding a list to a class broke where there were subclasses."""

    class Sub(point):
        pass

    register_class(Sub)
    early, child = Sub(1), point(2)
    register_attribute(point, "many", uselist=True, useobject=True)
    early.many.append(child)
    assert get_history(early, "many").added == [child]
    assert Sub(3).many == []
    assert point(4).many is not early.many
    unregister_attribute(point, "many")
    assert not hasattr(Sub, "many")


# -- the way back ------------------------------------------------------------------------------


def test_a_class_can_be_registered_again_after_it_was_given_back():
    """SQLAlchemy 1.4.16 #6390: a class whose instrumentation was disposed of stayed marked."""

    class Again:
        def __init__(self, x):
            self.x = x

    before = dict(vars(Again))
    for n in range(3):
        tracked(Again, "x")
        again = Again(n)
        assert get_history(again, "x").added == [n]
        del again
        gc.collect()
        unregister_class(Again)
        assert dict(vars(Again)) == before
    assert Again(4).x == 4
    assert opt_manager_of_class(Again) is None


def test_a_deleted_attribute_is_gone_and_comes_back_as_before(point):
    """SQLAlchemy 1.3.0b1 #4133: attributes that came or went later did not show."""
    manager = manager_of_class(point)
    p = point(1)
    assert instance_state(p).unloaded == {"y"}
    register_attribute(point, "z")
    assert instance_state(p).unloaded == {"y", "z"}
    assert list(instance_state(p).attrs) == ["x", "y", "z"]
    unregister_attribute(point, "y")
    assert set(manager) == {"x", "z"}
    assert instance_state(p).unloaded == {"z"}
    p.y = "plain"
    assert (p.y, "y" in instance_state(p).committed_state) == ("plain", False)
