"""Managers of another kind."""

import gc
import weakref

import pytest

from ormolu import errors
from ormolu.attributes import (
    get_attribute,
    get_history,
    instance_dict,
    instance_state,
    register_attribute,
    set_attribute,
)
from ormolu.core.layer import CORE
from ormolu.ext import instrumentation as ext
from ormolu.ext.instrumentation import InstrumentationManager, instrumentation_finders
from ormolu.instrumentation import (
    ClassManager,
    manager_of_class,
    opt_manager_of_class,
    register_class,
    unregister_class,
)


@pytest.fixture(autouse=True)
def _usual_lookups_afterwards():
    yield
    del instrumentation_finders[1:]
    CORE.registry.alternates.uninstall()


class Registry(InstrumentationManager):
    """Keeps everything apart from the instance, which may have no dictionary."""

    def __init__(self, class_):
        self.kept = {}

    def install_state(self, class_, instance, state):
        self.kept[id(instance)] = (state, {})

    def remove_state(self, class_, instance):
        del self.kept[id(instance)]

    def state_getter(self, class_):
        return lambda instance: self.kept[id(instance)][0]

    def get_instance_dict(self, class_, instance):
        return self.kept[id(instance)][1]


@pytest.fixture
def slotted():
    class Slotted:
        __slots__ = ("__weakref__",)
        __ormolu_manager__ = Registry

    register_class(Slotted)
    register_attribute(Slotted, "x")
    return Slotted


def test_an_instance_without_a_dictionary_is_tracked(slotted):
    made = slotted()
    made.x = 1
    state = instance_state(made)
    state._commit_all(state.dict)
    made.x = 2
    assert get_history(made, "x") == ([2], (), [1])
    assert instance_dict(made) == {"x": 2}
    assert not hasattr(made, "__dict__")


def test_the_usual_classes_go_on_beside_it(slotted, point):
    p = point(1)
    assert get_history(p, "x") == ([1], (), ())
    slotted().x = 2
    assert type(manager_of_class(point)) is ClassManager


def test_lookups_are_the_usual_ones_until_somebody_asks(point):
    assert CORE.state_of is CORE.default_state_of
    assert CORE.plain

    class Asking:
        __ormolu_manager__ = InstrumentationManager

    register_class(Asking)
    assert CORE.state_of is not CORE.default_state_of
    assert not CORE.plain
    assert point(1).x == 1


def test_state_under_another_name():
    class Named(InstrumentationManager):
        def install_state(self, class_, instance, state):
            instance.__dict__["_mine"] = state

        def state_getter(self, class_):
            return lambda instance: instance.__dict__["_mine"]

    class Thing:
        __ormolu_manager__ = Named

    register_class(Thing)
    register_attribute(Thing, "x")
    thing = Thing()
    thing.x = 1
    assert thing._mine is instance_state(thing)
    assert not hasattr(thing, "_ormolu_state")


def test_without_descriptors_the_functions_still_work():
    class Bare(InstrumentationManager):
        def install_descriptor(self, class_, key, inst):
            """Leave the class as it is."""

        def uninstall_descriptor(self, class_, key):
            """There is nothing to take away."""

    class Thing:
        __ormolu_manager__ = Bare

    register_class(Thing)
    register_attribute(Thing, "x")
    thing = Thing()
    set_attribute(thing, "x", 1)
    assert get_attribute(thing, "x") == 1
    assert "x" not in vars(Thing)
    assert instance_state(thing).modified


def test_a_finder_chooses_for_any_class():
    class Mine(ClassManager):
        pass

    def find(cls):
        return Mine if getattr(cls, "wanted", False) else None

    instrumentation_finders.append(find)

    class Wanted:
        wanted = True

    class Unwanted:
        pass

    assert type(register_class(Wanted)) is Mine
    assert type(register_class(Unwanted)) is ClassManager


@pytest.mark.parametrize("first", ["base", "derived"])
def test_two_kinds_in_one_hierarchy_are_refused(first):
    class Base:
        pass

    class Derived(Base):
        __ormolu_manager__ = InstrumentationManager

    if first == "derived":
        register_class(Derived)
    # a registered base would pass its manager on to what wants another one
    with pytest.raises(errors.ConflictingManagersError, match=r"Base: .*use one"):
        register_class(Base)
    assert opt_manager_of_class(Base) is None


def test_unregistering_leaves_nothing_behind():
    class Thing:
        __ormolu_manager__ = InstrumentationManager

        def __init__(self, x):
            self.x = x

    before = dict(vars(Thing))
    register_class(Thing)
    register_attribute(Thing, "x")
    unregister_class(Thing)
    assert dict(vars(Thing)) == before
    assert opt_manager_of_class(Thing) is None


def test_classes_with_alternate_managers_are_collected():
    def make():
        class Thing:
            __ormolu_manager__ = InstrumentationManager

        register_class(Thing)
        register_attribute(Thing, "x")
        Thing().x = 1
        return weakref.ref(Thing)

    reference = make()
    gc.collect()
    assert reference() is None


def test_the_names_are_there():
    assert ext.INSTRUMENTATION_MANAGER == "__ormolu_manager__"
    assert instrumentation_finders[0] is ext.find_native_user_instrumentation_hook
