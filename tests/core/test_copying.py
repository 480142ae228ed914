"""A copy has a state of its own; nobody is told of it."""

import copy

import pytest
from tests.core.bags import Bag
from tests.core.conftest import commit

from ormolu.attributes import (
    PASSIVE_NO_RESULT,
    get_history,
    instance_state,
    register_attribute,
)
from ormolu.collections import attribute_keyed_dict, collection_adapter
from ormolu.events import listen
from ormolu.instrumentation import register_class, unregister_class
from ormolu.state import IdentityMap


def test_a_change_of_the_copy_is_not_one_of_the_original(point):
    p = point(1, 2)
    commit(p)
    twin = copy.copy(p)
    assert instance_state(twin) is not instance_state(p)
    assert instance_state(twin).obj() is twin
    twin.x = 5
    assert (p.x, twin.x, twin.y) == (1, 5, 2)
    assert get_history(twin, "x") == ([5], (), [1])
    assert not instance_state(p).modified
    p.y = 7
    assert (twin.y, get_history(twin, "y").has_changes()) == (2, False)


def test_history_and_identity_come_along_and_the_map_does_not(point):
    p, identities = point(1), IdentityMap()
    commit(p)
    identities.make_persistent(p, "one")
    p.x = 2
    twin = copy.copy(p)
    state = instance_state(twin)
    assert get_history(twin, "x") == ([2], (), [1])
    assert (state.key, state.life_cycle, state.modified) == ("one", "detached", True)
    assert identities["one"] is p
    assert identities.dirty == [p]
    commit(twin)
    assert instance_state(p).modified


@pytest.mark.parametrize("kind", [list, set, attribute_keyed_dict("name"), Bag])
def test_a_copy_has_its_own_collection_of_the_same_members(family, kind):
    f = family(kind)
    parent, child, new = f.Parent(), f.Child("a"), f.Child("b")
    parent.children._sa_appender(child)
    commit(parent, child, new)
    heard = []
    for attribute, event in ((f.Parent.children, "append"), (f.Child.parent, "set")):
        listen(attribute, event, lambda *args: heard.append(args))
    twin = copy.copy(parent)
    assert twin.children is not parent.children
    assert type(twin.children) is type(parent.children)
    assert list(collection_adapter(twin.children)) == [child]
    assert collection_adapter(twin.children).owner_state is instance_state(twin)
    assert (child.parent, heard) == (parent, [])
    twin.children._sa_appender(new)
    assert new.parent is twin
    assert list(collection_adapter(parent.children)) == [child]
    assert not instance_state(parent).modified
    assert get_history(twin, "children") == ([new], [child], [])


def test_keys_of_the_users_own_stay(family):
    f = family(attribute_keyed_dict("name"))
    parent, child = f.Parent(), f.Child("a")
    parent.children["elsewhere"] = child
    assert copy.copy(parent).children == {"elsewhere": child}


def test_what_is_pending_is_pending_for_both(family):
    f = family(callable_=lambda state, passive: [] if passive & 2 else PASSIVE_NO_RESULT)
    parent, first, second = f.Parent(), f.Child("1"), f.Child("2")
    first.parent = parent
    twin = copy.copy(parent)
    second.parent = parent
    assert (list(twin.children), list(parent.children)) == ([first], [first, second])


def test_what_is_expired_is_loaded_for_the_copy():
    def load(state, keys, passive):
        for key in keys:
            state.dict[key] = "loaded"

    class Page:
        pass

    register_class(Page, expired_attribute_loader=load)
    register_attribute(Page, "text")
    page = Page()
    state = instance_state(page)
    state._expire(state.dict, set())
    assert copy.copy(page).text == "loaded"
    assert "text" in state.expired_attributes


def test_a_class_that_copies_itself_is_left_alone():
    class Own:
        def __copy__(self):
            return "mine"

    original = Own.__copy__
    register_class(Own)
    assert Own.__copy__ is original
    assert copy.copy(Own()) == "mine"


@pytest.mark.parametrize(
    ("base", "args"), [(dict, ({"a": 1},)), (list, ([1, 2],)), (ValueError, ("why",))]
)
def test_what_the_base_class_holds_is_copied(base, args):
    cls = type("Derived", (base,), {})
    register_class(cls)
    register_attribute(cls, "x")
    made = cls(*args)
    made.x = 1
    twin = copy.copy(made)
    assert (twin.args == args) if base is ValueError else (twin == made)
    twin.x = 2
    assert (made.x, twin.x) == (1, 2)
    assert instance_state(twin) is not instance_state(made)


def test_slots_and_subclasses_that_are_not_registered(point):
    class Sub(point):
        __slots__ = ("extra",)

    made = Sub(1)
    made.extra = "kept"
    twin = copy.copy(made)
    assert (type(twin), twin.x, twin.extra) == (Sub, 1, "kept")
    assert instance_state(twin) is not instance_state(made)


def test_a_class_with_getstate_and_setstate():
    class Sparing:
        def __getstate__(self):
            return {k: v for k, v in vars(self).items() if k != "cache"}

        def __setstate__(self, values):
            vars(self).update(values, cache="new")

    register_class(Sparing)
    register_attribute(Sparing, "x")
    made = Sparing()
    made.x, made.cache = 1, "old"
    twin = copy.copy(made)
    assert (twin.x, twin.cache) == (1, "new")
    assert instance_state(twin) is not instance_state(made)


def test_an_instance_without_a_state_is_copied_plainly(point):
    bare = point.__new__(point)
    vars(bare)["other"] = 1
    assert vars(copy.copy(bare)) == {"other": 1}


def test_unregistering_takes_it_away_again(point):
    assert "__copy__" in vars(point)
    unregister_class(point)
    assert "__copy__" not in vars(point)
