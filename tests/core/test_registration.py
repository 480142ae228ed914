"""Classes are registered, inherit, and are given back as they were."""

import gc
import weakref

import pytest

from ormolu import errors
from ormolu.attributes import (
    has_parent,
    instance_state,
    register_attribute,
    unregister_attribute,
)
from ormolu.events import listen, remove
from ormolu.instrumentation import (
    is_instrumented,
    manager_of_class,
    opt_manager_of_class,
    register_class,
    unregister_class,
)


def test_a_second_registration_returns_the_same_manager(point):
    manager = manager_of_class(point)
    assert register_class(point) is manager
    assert register_class(point, finalize=False) is manager


def test_unregistering_puts_everything_back():
    class Plain:
        x = 5

        def __init__(self, a):
            self.a = a

    before = dict(vars(Plain))
    manager = register_class(Plain)
    register_attribute(Plain, "x")
    register_attribute(Plain, "y")
    manager.install_member("extra", 7)
    assert Plain.extra == 7
    unregister_class(Plain)
    assert {k: v for k, v in vars(Plain).items() if k != "__doc__"} == {
        k: v for k, v in before.items() if k != "__doc__"
    }


def test_unregistering_one_attribute_puts_its_original_back(point):
    register_attribute(point, "z")
    unregister_attribute(point, "z")
    assert not hasattr(point, "z")
    assert "z" not in manager_of_class(point)


def test_attributes_reach_subclasses_that_exist_and_that_come_later(point):
    class Early(point):
        pass

    register_attribute(point, "z")

    class Late(point):
        pass

    register_class(Late)
    for subclass in (Early, Late):
        manager = manager_of_class(subclass)
        assert manager["z"] is point.z
        assert "z" not in manager.local_attrs
        assert manager.is_instrumented("z", search=True)
        assert not manager.is_instrumented("z")
    unregister_attribute(point, "z")
    assert "z" not in manager_of_class(Early)
    assert "z" not in manager_of_class(Late)


def test_a_local_attribute_is_not_overridden_by_an_inherited_one(point):
    class Sub(point):
        pass

    register_class(Sub)
    own = register_attribute(Sub, "x")
    register_attribute(point, "x")
    assert manager_of_class(Sub)["x"] is own
    unregister_attribute(point, "x")
    assert manager_of_class(Sub)["x"] is own
    register_attribute(point, "x")
    unregister_attribute(Sub, "x")
    assert manager_of_class(Sub)["x"] is point.x is Sub.x


def test_multiple_inheritance_follows_pythons_own_order():
    class Left:
        pass

    class Right:
        pass

    class Both(Left, Right):
        pass

    for class_ in (Left, Right, Both):
        register_class(class_)
    right = register_attribute(Right, "x")
    assert manager_of_class(Both)["x"] is right
    left = register_attribute(Left, "x")
    assert manager_of_class(Both)["x"] is left is Both.x
    register_attribute(Right, "x")
    assert manager_of_class(Both)["x"] is left is Both.x
    unregister_attribute(Left, "x")
    assert manager_of_class(Both)["x"] is Right.x is Both.x


def test_a_mixin_that_is_not_registered_passes_attributes_on(point):
    class Mixin:
        def hello(self):
            return "hello"

    class Middle(point):
        pass

    class Sub(Mixin, Middle):
        pass

    register_class(Sub)
    sub = Sub(1)
    assert sub.hello() == "hello"
    assert sub.x == 1
    assert instance_state(sub).manager is manager_of_class(Sub)


def test_subclass_managers(point):
    class A(point):
        pass

    class B(A):
        pass

    register_class(B)
    managers = [register_class(A), register_class(B)]
    assert list(manager_of_class(point).subclass_managers(False)) == managers[:1]
    assert list(manager_of_class(point).subclass_managers(True)) == managers


def test_key_sets_are_kept_until_attributes_change(point):
    manager = manager_of_class(point)
    first = manager._all_key_set
    assert manager._all_key_set is first == {"x", "y"}
    register_attribute(point, "z", uselist=True, useobject=True)
    assert manager._all_key_set == {"x", "y", "z"}
    assert manager._collection_impl_keys == {"z"}


def test_instances_with_and_without_init(point):
    manager = manager_of_class(point)
    made = manager.new_instance()
    assert manager.has_state(made)
    assert vars(made).keys() == {"_ormolu_state"}
    manager.teardown_instance(made)
    assert not manager.has_state(made)
    state = manager.setup_instance(made)
    assert instance_state(made) is state
    assert is_instrumented(made, "x")
    assert not is_instrumented(made, "other")


def test_a_state_is_set_past_a_setattr_of_the_class():
    class Strict:
        def __setattr__(self, name, value):
            if name != "x":
                raise AttributeError(name)
            super().__setattr__(name, value)

    register_class(Strict)
    register_attribute(Strict, "x")
    strict = Strict()
    strict.x = 1
    assert instance_state(strict).modified


def test_info_is_for_the_user(point):
    manager_of_class(point).info["table"] = "points"
    assert manager_of_class(point).info == {"table": "points"}


def test_has_parent(family):
    f = family()
    parent, child = f.Parent(), f.Child()
    assert not has_parent(f.Parent, child, "children")
    assert has_parent(f.Parent, child, "children", optimistic=True)
    parent.children.append(child)
    assert has_parent(f.Parent, child, "children")
    parent.children.remove(child)
    assert not has_parent(f.Parent, child, "children", optimistic=True)


def test_finalised_once_and_heard_of_once():
    heard = []

    class Base:
        pass

    def hear(cls):
        heard.append(cls)

    listen(Base, "class_instrument", hear)
    register_class(Base, finalize=False)
    assert heard == []
    register_class(Base)
    register_class(Base)
    assert heard == [Base]


def test_a_listener_that_refuses_a_class_leaves_it_unregistered():
    class Base:
        def __init__(self):
            pass

    def refuse(cls):
        raise ValueError("no")

    listen(Base, "class_instrument", refuse)
    before = dict(vars(Base))
    with pytest.raises(ValueError, match="no"):
        register_class(Base)
    assert opt_manager_of_class(Base) is None
    assert dict(vars(Base)) == before
    remove(Base, "class_instrument", refuse)
    assert register_class(Base).class_ is Base


def test_the_old_name_of_the_loader_warns_and_works(point):
    manager = manager_of_class(point)

    def load(state, keys, passive):
        for key in keys:
            state.dict[key] = "loaded"

    with pytest.warns(errors.DeprecatedNameWarning, match="expired_attribute_loader"):
        manager.deferred_scalar_loader = load
    with pytest.warns(DeprecationWarning):
        assert manager.deferred_scalar_loader is load
    p = point(1)
    state = instance_state(p)
    state._expire(state.dict, set())
    assert p.x == "loaded"


def test_classes_and_managers_that_nobody_uses_are_collected():
    def make():
        class Short:
            pass

        manager = register_class(Short)
        register_attribute(Short, "items", uselist=True, useobject=True)
        listen(Short, "init", lambda target, args, kwargs: None)
        listen(Short.items, "append", lambda target, value, initiator: None)
        listen(Short, "class_uninstrument", lambda cls: None)
        owner = Short()
        owner.items.append(Short())
        return weakref.ref(Short), weakref.ref(manager)

    references = make()
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def test_instances_and_states_that_nobody_uses_go_at_once(point):
    gc.disable()
    try:
        p = point(1)
        p.x = 2
        references = weakref.ref(p), weakref.ref(instance_state(p))
        del p
        gc.collect(0)
        assert [reference() for reference in references] == [None, None]
    finally:
        gc.enable()
