"""What once went wrong, each in the smallest form that shows it."""

import contextvars
import gc
import threading
import weakref
from contextlib import suppress

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import (
    PASSIVE_NO_RESULT,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
    unregister_attribute,
)
from ormolu.collections import attribute_keyed_dict
from ormolu.events import listen, remove
from ormolu.instrumentation import (
    manager_of_class,
    opt_manager_of_class,
    register_class,
    unregister_class,
)


def previous(target, value, old, initiator):
    """Listen for the previous value."""


def also(target, value, old, initiator):
    """Listen for it as well."""


# -- members that are not tracked ----------------------------------------------------

PUT = {
    "append": lambda f, owner, value: owner.children.append(value),
    "insert": lambda f, owner, value: owner.children.insert(0, value),
    "assign": lambda f, owner, value: setattr(owner, "children", [value]),
    "slice": lambda f, owner, value: owner.children.__setitem__(slice(None), [value]),
    "reference": lambda f, owner, value: setattr(f.here, "parent", value),
}


@pytest.mark.parametrize("way", PUT)
@pytest.mark.parametrize("what", ["made by __new__", "a number"])
def test_a_member_without_a_state_is_refused_by_name(family, way, what):
    f = family()
    owner, f.here = f.Parent(), f.Child("here")
    owner.children.append(f.here)
    commit(owner, f.here)
    value = 5 if what == "a number" else f.Child.__new__(f.Child)
    where = "Child.parent" if way == "reference" else "Parent.children"
    with pytest.raises(errors.UntrackedInstanceError, match=rf"(?s){where}.*no state.*registered"):
        PUT[way](f, owner, value)
    assert list(owner.children) == [f.here]
    assert f.here.parent is owner
    assert not instance_state(owner).modified
    assert not instance_state(f.here).modified


def test_a_member_without_a_state_is_refused_with_parents_tracked_alone(point):
    register_attribute(point, "many", uselist=True, useobject=True, trackparent=True)
    register_attribute(point, "one", useobject=True, trackparent=True)
    p = point()
    with pytest.raises(errors.UntrackedInstanceError, match=r"Point\.many"):
        p.many.append(5)
    with pytest.raises(errors.UntrackedInstanceError, match=r"Point\.one"):
        p.one = 5
    assert (list(p.many), p.one) == ([], None)
    assert not instance_state(p).modified


# -- collections ------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, -1, False])
def test_a_list_multiplied_by_nothing_lets_all_go(family, count):
    f = family()
    parent, child = f.Parent(), f.Child()
    parent.children.append(child)
    commit(parent, child)
    heard = []
    listen(f.Parent.children, "remove", lambda target, value, token: heard.append(value))
    parent.children *= count
    assert (list(parent.children), child.parent, heard) == ([], None, [child])
    assert get_history(parent, "children") == ([], [], [child])


def test_a_list_multiplied_keeps_its_members_until_the_last_is_gone(family):
    f = family()
    parent, child = f.Parent(), f.Child()
    parent.children.append(child)
    kept = parent.children
    parent.children *= 2
    assert parent.children is kept
    assert list(kept) == [child, child]
    kept.pop()
    assert child.parent is parent
    kept.pop()
    assert child.parent is None


@pytest.mark.parametrize("count", ["2", 1.5, None])
def test_a_list_is_multiplied_by_whole_numbers_only(family, count):
    parent = family().Parent()
    with pytest.raises(TypeError):
        parent.children *= count


def test_setdefault_returns_what_a_listener_has_put_there(family):
    f = family(attribute_keyed_dict("name"))
    parent, given, other = f.Parent(), f.Child("given"), f.Child("other")
    listen(f.Parent.children, "append", lambda t, value, token: other, retval=True)
    assert parent.children.setdefault("key", given) is other
    assert parent.children == {"key": other}


def test_a_pending_removal_of_what_the_store_does_not_have(family):
    stored = []
    f = family(callable_=lambda state, passive: list(stored) if passive & 2 else PASSIVE_NO_RESULT)
    parent, gone, kept = f.Parent(), f.Child("gone"), f.Child("kept")
    set_committed_value(gone, "parent", parent)
    gone.parent = None
    stored.append(kept)
    assert list(parent.children) == [kept]
    assert instance_state(parent)._pending == {}


# -- refusals that were swallowed -----------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyError, IndexError])
def test_a_validator_of_the_far_side_is_not_taken_for_a_missing_member(family, error):
    f = family()
    parent, child = f.Parent(), f.Child()
    parent.children.append(child)

    def refuse(target, value, initiator):
        raise error("stays")

    listen(f.Parent.children, "remove", refuse)
    with pytest.raises(error, match="stays"):
        child.parent = None
    assert (child.parent, list(parent.children)) == (parent, [child])


def test_a_far_side_that_does_not_have_the_member_is_no_reason_to_fail(family):
    f = family()
    parent, child = f.Parent(), f.Child()
    commit(parent)
    assert list(parent.children) == []
    set_committed_value(parent, "children", [])
    set_committed_value(child, "parent", parent)
    child.parent = None
    assert (child.parent, list(parent.children)) == (None, [])
    assert not instance_state(parent).modified


# -- listeners --------------------------------------------------------------------------


def test_a_listener_that_goes_takes_active_history_with_it(point):
    listen(point.x, "set", previous, active_history=True)
    listen(point.x, "set", also, active_history=True)
    remove(point.x, "set", previous)
    assert point.x.impl.active_history
    remove(point.x, "set", also)
    assert not point.x.impl.active_history


def test_active_history_of_the_attribute_itself_stays(point):
    register_attribute(point, "own", active_history=True)
    listen(point.own, "set", previous, active_history=True)
    remove(point.own, "set", previous)
    assert point.own.impl.active_history


# -- unregistering -----------------------------------------------------------------------


def test_a_base_class_waits_for_instances_of_its_subclasses_too(point):
    class Sub(point):
        pass

    register_class(Sub)
    alive = Sub(1)
    with pytest.raises(errors.InstancesAliveError, match="Point still has 1 tracked"):
        unregister_class(point)
    alive.x = 2
    assert instance_state(alive).modified
    del alive
    gc.collect()
    unregister_class(point)
    assert opt_manager_of_class(point) is None
    assert "x" not in opt_manager_of_class(Sub)


# -- registering attributes -----------------------------------------------------------------


def refuse(*args):
    """Listen, and refuse."""
    raise LookupError("refused")


def test_an_attribute_that_a_listener_refuses_is_not_there(point):
    class Sub(point):
        pass

    register_class(Sub)
    point.z = "original"
    listen(point, "attribute_instrument", refuse)
    before = dict(vars(point))
    with pytest.raises(LookupError, match="refused"):
        register_attribute(point, "z")
    assert dict(vars(point)) == before
    for class_ in (point, Sub):
        assert "z" not in opt_manager_of_class(class_)
    remove(point, "attribute_instrument", refuse)
    assert register_attribute(point, "z") is point.z is Sub.z


def test_an_attribute_whose_successor_is_refused_stays(point):
    before = point.x
    listen(point, "attribute_instrument", refuse)
    with pytest.raises(LookupError, match="refused"):
        register_attribute(point, "x")
    assert point.x is before is opt_manager_of_class(point)["x"]


@pytest.mark.parametrize(
    ("option", "kind"),
    [
        ("nonsense", {}),
        ("copy_function", {}),
        ("default_scalar_value", {"uselist": True, "useobject": True}),
    ],
)
def test_an_option_that_there_is_not(point, option, kind):
    before = dict(vars(point))
    with pytest.raises(errors.RegistrationError, match=rf"Point\.z cannot have {option}; .*track"):
        register_attribute(point, "z", **kind, **{option: None})
    assert dict(vars(point)) == before


def test_a_collection_class_that_is_none(point):
    with pytest.raises(errors.CollectionClassError, match="5 is a int and makes no collections"):
        register_attribute(point, "z", uselist=True, useobject=True, typecallable=5)
    assert not hasattr(point, "z")


@pytest.mark.parametrize("builtin", [int, tuple, bytes])
def test_a_class_of_variable_size(builtin):
    cls = type("Derived", (builtin,), {})
    before = dict(vars(cls))
    with pytest.raises(errors.LayoutError, match=f"Derived .*since {builtin.__name__} is of var"):
        register_class(cls)
    assert dict(vars(cls)) == before


def test_a_key_may_be_of_a_subclass_of_str():
    class Quoted(str):
        pass

    class Page:
        pass

    register_class(Page)
    register_attribute(Page, Quoted("title"), active_history=True)
    register_attribute(Page, Quoted("lines"), uselist=True, useobject=True)
    page, line = Page(), Page()
    page.title = "old"
    page.title = "new"
    page.lines.append(line)
    assert get_history(page, "title").added == ["new"]
    assert get_history(page, "lines").added == [line]
    state = instance_state(page)
    state._expire_attributes(state.dict, [Quoted("lines")])
    del page.title
    assert "title" not in state.dict


# -- what goes on in a context that was copied in the middle of an operation -----------------


def in_a_listener(f, do):
    """Return what a function returns that is called while a parent gets a child."""
    parent, returned = f.Parent(), []

    def hear(target, value, initiator):
        returned.append(do())

    listen(f.Parent.children, "append", hear, once=True)
    parent.children.append(f.Child())
    return returned[0]


def test_what_a_task_does_that_a_listener_has_started_goes_with_it(family):
    f = family()
    context = in_a_listener(f, contextvars.copy_context)

    def work():
        parent = f.Parent()
        parent.children = [f.Child(), f.Child()]
        parent.children.pop()
        return weakref.ref(parent), weakref.ref(parent.children[0])

    gone = [reference for _ in range(3) for reference in context.run(work)]
    gc.collect()
    assert [reference() for reference in gone] == [None] * 6


@pytest.mark.starts_threads
def test_what_failed_undoes_nothing_that_another_thread_did_in_its_context(family):
    f = family()
    other, child = f.Parent(), f.Child("other")

    def start_and_fail():
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(other.children.append, child))
        thread.start()
        thread.join()
        raise LookupError("now")

    with pytest.raises(LookupError, match="now"):
        in_a_listener(f, start_and_fail)
    assert list(other.children) == [child]
    assert child.parent is other


def test_an_attribute_that_is_unregistered_while_it_is_expired(point):
    """Nobody is asked for it, and the others are read."""
    register_attribute(point, "z")
    p = point(1, 2)
    p.z = 3
    commit(p)
    loaded = []

    def load(state, keys, passive):
        loaded.append(set(keys))
        for key in keys:
            set_committed_value(state.obj(), key, key)

    manager_of_class(point).expired_attribute_loader = load
    for expire in ("_expire", "_expire_attributes"):
        state = instance_state(p)
        given = set() if expire == "_expire" else ["x", "y", "z"]
        getattr(state, expire)(state.dict, given)
        unregister_attribute(point, "z")
        assert p.x == "x"
        register_attribute(point, "z")
    assert loaded == [{"x", "y"}] * 2


# -- errors that hold what they are about ---------------------------------------------


def take_out_what_is_not_there(f):
    f.Parent().children.remove(f.Child())


def load_no_members(f):
    set_committed_value(f.Parent(), "children", 3)


def load_a_symbol(f):
    def load(state, keys, passive):
        state.dict.update(dict.fromkeys(keys, PASSIVE_NO_RESULT))

    manager_of_class(f.Child).expired_attribute_loader = load
    child = f.Child("n")
    instance_state(child)._expire(vars(child), set())
    child.name  # noqa: B018 - the read raises


def leave_a_parent_that_has_no_such_child(f):
    parent, child = f.Parent(), f.Child()
    child.parent = parent
    set_committed_value(parent, "children", [])
    child.parent = None


@pytest.mark.parametrize(
    "refused",
    [
        take_out_what_is_not_there,
        load_no_members,
        load_a_symbol,
        leave_a_parent_that_has_no_such_child,
    ],
)
def test_an_error_and_what_it_is_about_go_without_the_collector(family, refused):
    """A frame had an error in a variable, and the error has the frame in its traceback."""
    f = family()
    gone = []
    for class_ in (f.Parent, f.Child):
        listen(class_, "init", lambda made, args, kwargs: gone.append(weakref.ref(made)))
    gc.collect()
    gc.disable()
    try:
        with suppress(errors.OrmoluError):
            refused(f)
        assert gone
        assert [reference() for reference in gone] == [None] * len(gone)
    finally:
        gc.enable()
