"""Bad input gets an error that says what, where, why and what to do; nothing is changed."""

import re
import warnings

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import (
    del_attribute,
    flag_modified,
    get_attribute,
    init_collection,
    instance_state,
    register_attribute,
    set_attribute,
)
from ormolu.collections import collection
from ormolu.events import contains, listen, remove
from ormolu.instrumentation import (
    manager_of_class,
    opt_manager_of_class,
    register_class,
    unregister_class,
)


def refused(error, *parts):
    """Expect an error of ormolu's whose message has all of ``parts``."""
    pattern = "".join(f"(?=.*{re.escape(part)})" for part in parts)
    assert issubclass(error, errors.OrmoluError)
    return pytest.raises(error, match=f"(?s){pattern}")


@pytest.mark.parametrize("thing", [5, "Point", None, lambda: None, object()])
def test_registering_what_is_not_a_class(thing):
    with refused(errors.NotAClassError, repr(thing), "not a class", "give the class itself"):
        register_class(thing)


@pytest.mark.parametrize("builtin", [int, dict, object])
def test_registering_a_built_in_class(builtin):
    with refused(errors.NotAClassError, builtin.__name__, "built in", "register a subclass"):
        register_class(builtin)
    assert not hasattr(builtin, "_ormolu_manager")


def test_a_layout_without_weak_references():
    class Tight:
        __slots__ = ("__dict__",)

    before = dict(vars(Tight))
    with refused(errors.LayoutError, "Tight", "__weakref__", "add", "InstrumentationManager"):
        register_class(Tight)
    assert dict(vars(Tight)) == before


def test_a_layout_without_room_for_state():
    class Tight:
        __slots__ = ("__weakref__", "x")

    before = dict(vars(Tight))
    with refused(errors.LayoutError, "Tight", "__dict__"):
        register_class(Tight)
    assert dict(vars(Tight)) == before


@pytest.mark.parametrize("key", ["_ormolu_state", "_ormolu_manager"])
def test_a_reserved_key(point, key):
    before = dict(vars(point))
    with refused(errors.ReservedNameError, "Point", key, "conflicts", "choose another name"):
        register_attribute(point, key)
    assert dict(vars(point)) == before
    assert key not in manager_of_class(point)
    for install in (
        manager_of_class(point).install_member,
        manager_of_class(point).install_descriptor,
    ):
        with refused(errors.ReservedNameError, key):
            install(key, property())


@pytest.mark.parametrize("key", ["two words", "1st", "", "class", 5, None])
def test_a_key_that_is_no_identifier(point, key):
    with refused(errors.InvalidKeyError, repr(key), "Point", "identifier"):
        register_attribute(point, key)
    assert key not in manager_of_class(point)


def test_an_attribute_of_an_unregistered_class():
    class Stranger:
        pass

    with refused(errors.UnregisteredClassError, "Stranger", "not registered", "register_class()"):
        register_attribute(Stranger, "x")
    assert not hasattr(Stranger, "x")


def test_a_manager_of_an_unregistered_class():
    with refused(errors.UnregisteredClassError, "int"):
        manager_of_class(int)
    assert opt_manager_of_class(int) is None
    assert opt_manager_of_class(5) is None


def test_an_unknown_attribute(point):
    with refused(errors.NoSuchAttributeError, "Point", "'z'", "register_attribute()"):
        get_attribute(point(), "z")


def test_an_instance_made_by_new(point):
    bare = point.__new__(point)
    for use in (
        lambda: bare.x,
        lambda: setattr(bare, "x", 1),
        lambda: delattr(bare, "x"),
        lambda: instance_state(bare),
        lambda: set_attribute(bare, "x", 1),
    ):
        with refused(errors.UntrackedInstanceError, "Point", "no state", "setup_instance()"):
            use()
    assert vars(bare) == {}
    manager_of_class(point).setup_instance(bare)
    bare.x = 1
    assert bare.x == 1


def test_an_instance_that_is_older_than_the_registration():
    class Early:
        pass

    early = Early()
    register_class(Early)
    register_attribute(Early, "x")
    with refused(errors.UntrackedInstanceError, "Early.x", "before the class was registered"):
        early.x = 1
    assert vars(early) == {}


def test_a_change_of_a_dead_instance(point):
    state = instance_state(point(1))
    impl = state.get_impl("x")
    assert state.obj() is None
    assert state.dict == {}
    committed = dict(state.committed_state)
    state.modified = False
    with refused(errors.DereferencedError, "Point.x", "garbage collected", "keep a reference"):
        impl.set(state, {}, 5)
    assert not state.modified
    assert state.committed_state == committed


def page(**loaders):
    class Page:
        pass

    expired = loaders.pop("expired", None)
    register_class(Page, expired_attribute_loader=expired)
    register_attribute(Page, "text", **loaders)
    register_attribute(Page, "title")
    made = Page()
    if expired is not None:
        state = instance_state(made)
        state._expire(state.dict, set())
    return made


@pytest.mark.parametrize("loaded", [(), ("title",)], ids=["nothing", "the wrong key"])
def test_an_expired_loader_that_loads(loaded):
    def load(state, keys, passive):
        for key in loaded:
            state.get_impl(key).set_committed_value(state, state.dict, "here")

    made = page(expired=load)
    with refused(errors.LoaderLeftUnsetError, "Page.text", "without a value", "state.dict"):
        made.text  # noqa: B018 - the read raises
    state = instance_state(made)
    assert "text" in state.expired_attributes
    assert ("title" in state.expired_attributes) == (not loaded)


def test_a_loader_that_says_it_has_set_the_value_and_has_not():
    from ormolu.attributes import ATTR_WAS_SET

    made = page(callable_=lambda state, passive: ATTR_WAS_SET)
    with refused(errors.LoaderLeftUnsetError, "Page.text"):
        made.text  # noqa: B018 - the read raises


def test_a_collection_loader_that_returns_no_collection(family):
    f = family(callable_=lambda state, passive: 5)
    parent = f.Parent()
    with refused(errors.IncompatibleCollectionError, "Parent.children", "5", "iterable"):
        parent.children  # noqa: B018 - the read raises
    assert "children" not in instance_state(parent).dict
    assert not instance_state(parent).modified


def test_an_expired_attribute_without_a_loader(point):
    p = point(1)
    state = instance_state(p)
    state._expire(state.dict, set())
    with refused(errors.LoaderError, "Point", "expired", "expired_attribute_loader"):
        p.x  # noqa: B018 - the read raises
    assert "x" in state.expired_attributes


@pytest.mark.parametrize("kind", ["callable_", "expired"])
def test_a_loader_that_reads_what_it_loads(kind):
    def load(state, *rest):
        return state.obj().text

    made = page(**{kind: load})
    with refused(errors.LoaderReentryError, "Page.text", "reads", "state.dict"):
        made.text  # noqa: B018 - the read raises
    assert "text" not in instance_state(made).dict
    assert not instance_state(made)._loading


@pytest.mark.parametrize(
    ("event", "fn"),
    [
        ("set", lambda target: None),
        ("set", lambda a, b, c, d, e: None),
        ("remove", lambda target, *, wanted: None),
        ("modified", lambda: None),
    ],
)
def test_a_listener_with_the_wrong_signature(point, event, fn):
    with refused(errors.ListenerSignatureError, repr(event), "cannot listen", "called with ("):
        listen(point.x, event, fn)
    assert not contains(point.x, event, fn)
    p = point()
    p.x = 1
    assert p.x == 1


def test_an_event_that_there_is_not(point):
    for target, name in (
        (point.x, "load"),
        (point, "set"),
        (5, "set"),
        (point, "nonsense"),
        (point.x, ["set"]),
    ):
        with refused(errors.NoSuchEventError, repr(name), repr(target), "init", "append"):
            listen(target, name, print)


def test_a_listener_that_is_not_there(point):
    with refused(errors.NoSuchListenerError, "print", "'set'", "same"):
        remove(point.x, "set", print)


@pytest.mark.parametrize("value", [None, 5, "text", {"a": 1}, {1}, object()])
def test_a_wrong_type_assigned_to_a_collection(family, value):
    f = family()
    parent, child = f.Parent(), f.Child()
    parent.children.append(child)
    commit(parent, child)
    with refused(errors.IncompatibleCollectionError, "Parent.children", "list-like", "assign a"):
        parent.children = value
    assert list(parent.children) == [child]
    assert not instance_state(parent).modified
    assert child.parent is parent


def test_an_item_removed_that_is_not_in_a_set(family):
    f = family(set)
    parent, child, stranger = f.Parent(), f.Child(), f.Child()
    parent.children.add(child)
    commit(parent, child, stranger)
    with refused(errors.NotAMemberError, "Parent.children", "discard()") as caught:
        parent.children.remove(stranger)
    assert isinstance(caught.value, KeyError)
    parent.children.discard(stranger)
    assert not instance_state(parent).modified


def test_an_item_removed_that_is_not_there(family):
    f = family()
    parent, child, stranger = f.Parent(), f.Child(), f.Child()
    parent.children.append(child)
    commit(parent, child, stranger)
    with refused(errors.NotAMemberError, "Parent.children", "is not in", "check with `in`"):
        parent.children.remove(stranger)
    assert not instance_state(parent).modified
    assert not instance_state(stranger).modified
    state = instance_state(child)
    with refused(errors.NotAMemberError, "Child.parent", "not the value"):
        state.get_impl("parent").remove(state, state.dict, stranger, None)
    assert child.parent is parent


class NoAppender:
    """Is like nothing."""


class OnlyAppender:
    @collection.appender
    def put(self, item): ...


class NoIterator(OnlyAppender):
    @collection.remover
    def take(self, item): ...


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (NoAppender, "appender"),
        (OnlyAppender, "remover"),
        (NoIterator, "iterator"),
        (dict, "appender"),
    ],
)
def test_a_collection_class_that_lacks_a_method(point, kind, role):
    before = dict(vars(point))
    attributes_of_kind = set(vars(kind))
    with refused(errors.CollectionClassError, role, f"@collection.{role}"):
        register_attribute(point, "things", uselist=True, useobject=True, typecallable=kind)
    assert dict(vars(point)) == before
    assert "things" not in manager_of_class(point)
    assert set(vars(kind)) == attributes_of_kind


def test_a_decorated_method_called_without_the_member(point):
    class Bag(list):
        @collection.adds("item")
        def put(self, item=None):
            list.append(self, item)

    register_attribute(point, "bag", uselist=True, useobject=True, typecallable=Bag)
    bag = point().bag
    with refused(errors.CollectionError, "put()", "'item'"):
        bag.put()
    assert list(bag) == []


def test_unregistering_while_instances_live(point):
    alive = point(1)
    with refused(errors.InstancesAliveError, "Point", "1 tracked instance", "force=True"):
        unregister_class(point)
    assert opt_manager_of_class(point) is not None
    alive.x = 2
    assert instance_state(alive).modified
    unregister_class(point, force=True)
    assert opt_manager_of_class(point) is None
    assert alive.x == 2


def test_deleting_a_value_that_is_not_there(point):
    p = point()
    with refused(errors.NoValueError, "Point.x", "no value to delete"):
        del p.x
    with refused(errors.NoValueError, "Point.x"):
        del_attribute(p, "x")
    assert not instance_state(p).modified


def test_flagging_a_value_that_is_not_there(point):
    p = point()
    with refused(errors.NoValueError, "Point.x", "no value here", "assign it first"):
        flag_modified(p, "x")
    assert not instance_state(p).modified


def test_initialising_a_collection_that_is_none(point):
    with refused(errors.CollectionError, "Point.x", "does not hold a collection"):
        init_collection(point(), "x")


def test_asking_for_a_holder_where_none_is_kept(point):
    register_attribute(point, "other", useobject=True)
    with refused(errors.ParentsNotTrackedError, "Point.other", "trackparent=True"):
        manager_of_class(point).has_parent(instance_state(point()), "other")


def test_two_relationships_tied_to_one_far_side():
    class Mother:
        pass

    class Son:
        pass

    register_class(Mother)
    register_class(Son)
    register_attribute(Mother, "sons", uselist=True, useobject=True, backref="mother")
    register_attribute(Mother, "others", uselist=True, useobject=True, backref="mother")
    register_attribute(Son, "mother", useobject=True, backref="sons")
    mother, son = Mother(), Son()
    with refused(errors.BackrefConflictError, "Mother.others", "Son.mother", "check the backref"):
        mother.others.append(son)
    assert list(mother.others) == []
    assert list(mother.sons) == []
    assert son.mother is None


def test_an_init_method_after_the_class_is_finalised(point):
    with refused(errors.RegistrationError, "Point", "instrumented already", "first registration"):
        register_class(point, init_method=lambda self: None)


def test_a_change_of_a_replaced_collection_is_warned_about(family):
    f = family()
    parent = f.Parent()
    old = parent.children
    old.append(f.Child())
    state = instance_state(parent)
    state._expire_attributes(state.dict, ["children"])
    with pytest.warns(errors.InvalidatedCollectionWarning, match="Parent.children"):
        old.append(f.Child())


def test_a_class_with_del_is_warned_about():
    class Mortal:
        def __del__(self): ...

    with pytest.warns(errors.FinalizerWarning, match=r"Mortal defines __del__.*finalize"):
        register_class(Mortal)


def test_every_error_of_ormolu_pickles():
    import pickle

    for name in errors.__all__:
        kind = getattr(errors, name)
        if issubclass(kind, errors.OrmoluError):
            args = ("what", [ValueError()]) if issubclass(kind, ExceptionGroup) else ("what",)
            error = pickle.loads(pickle.dumps(kind(*args, key="x")))
            assert (str(error), error.key) == ("what", "x")


def test_no_warning_without_a_reason(point):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        register_class(point)
        point(1).x = 2


def test_a_state_in_the_place_of_a_manager(point):
    """Nobody should do that; it ends no process."""
    instance = point()
    state = instance_state(instance)
    state.manager = state
    state.__init__(instance, state)
    state.class_ = int
    assert state.class_ is int


def test_the_new_of_a_state_makes_nothing_else(point):
    """A changed pickle can call it of a state, and with any class."""

    class Other:
        pass

    state = instance_state(point())
    for new in (state.__new__, type(state).__new__):
        for given in (Other, int, 5, state):
            with pytest.raises(TypeError):
                new(given, None)
            with pytest.raises(TypeError):
                new(given, point())
