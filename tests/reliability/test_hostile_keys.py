"""Names of attributes of any shape get an error of ormolu's, or work."""

import enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability.hostile.inits import Coded, Hostile

from ormolu import attributes, errors
from ormolu.attributes import instance_state, register_attribute, unregister_attribute
from ormolu.instrumentation import manager_of_class, register_class


class Lying(str):
    """A string that says of itself that it is another."""

    __slots__ = ()

    def __eq__(self, other):
        raise ZeroDivisionError

    def __hash__(self):
        raise ZeroDivisionError

    def __repr__(self):
        raise ZeroDivisionError

    def isidentifier(self):
        return True


class Name(enum.StrEnum):
    X = "x"


def tracked():
    class Tracked:
        pass

    register_class(Tracked)
    register_attribute(Tracked, "x")
    return Tracked


NO_NAMES = [
    *(None, 5, 2.5, b"x", ("x",), [], {}, object(), Hostile(), Coded(), str, Ellipsis),
    *("", " ", "x y", "1", "x.y", "x\n", "x\0", "class", "None", "\udc00", "x\udc00", "-" * 10**6),
    # not what Python reads in a source
    *("\ufb01", "\u00aa", "x\u0323\u0307"[::1] + "\u00aa", Lying("x y"), Lying("")),
]


@pytest.mark.parametrize("key", NO_NAMES, ids=lambda key: type(key).__name__)
def test_what_cannot_follow_a_dot(key):
    class_ = tracked()
    before = dict(vars(class_))
    with pytest.raises(errors.InvalidKeyError, match="cannot be an attribute") as caught:
        register_attribute(class_, key)
    assert dict(vars(class_)) == before
    assert list(manager_of_class(class_)) == ["x"]
    assert len(str(caught.value)) < 1000


RESERVED = [
    *("_ormolu_state", "_ormolu_manager", "__init__", "__class__", "__dict__", "__weakref__"),
    *("__eq__", "__hash__", "__setattr__", "__getattribute__", "__del__", "__made_up__", "__"),
    Lying("__dict__"),
]


@pytest.mark.parametrize("key", RESERVED, ids=str.__str__)
def test_names_that_are_somebody_elses(key):
    """An attribute ``__dict__`` took the values of all others away."""
    class_ = tracked()
    before = dict(vars(class_))
    with pytest.raises(errors.ReservedNameError, match="conflicts"):
        register_attribute(class_, key)
    assert dict(vars(class_)) == before


@pytest.mark.parametrize("key", [Name.X, Lying("x"), "é", "x" * 10**6, "_x", "__x", "变量", "x__"])
def test_names_that_are_unusual(key):
    class_ = tracked()
    register_attribute(class_, key)
    name = str.__str__(key)
    assert type(next(k for k in manager_of_class(class_) if k == name)) is str
    made = class_()
    setattr(made, name, 1)
    assert getattr(made, name) == attributes.get_attribute(made, key) == 1
    assert attributes.get_history(made, key).added == [1]
    attributes.del_attribute(made, key)
    unregister_attribute(class_, key)
    assert name not in manager_of_class(class_)


USES = {
    "get_attribute": attributes.get_attribute,
    "set_attribute": lambda made, key: attributes.set_attribute(made, key, 1),
    "del_attribute": attributes.del_attribute,
    "set_committed_value": lambda made, key: attributes.set_committed_value(made, key, 1),
    "init_collection": attributes.init_collection,
    "flag_modified": attributes.flag_modified,
    "get_history": attributes.get_history,
    "get_state_history": lambda made, key: attributes.get_state_history(instance_state(made), key),
    "has_parent": lambda made, key: attributes.has_parent(type(made), made, key),
}
NOBODYS = [None, 5, [], {}, Hostile(), Coded(), "", "y", "\udc00", "y" * 10**6, Lying("y")]


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("key", NOBODYS, ids=lambda key: type(key).__name__)
def test_asking_for_an_attribute_that_there_is_not(use, key):
    """Names that cannot be hashed raised ``TypeError``, hostile ones their own errors."""
    made = tracked()()
    with pytest.raises(errors.NoSuchAttributeError, match="Tracked") as caught:
        use(made, key)
    assert len(str(caught.value)) < 1000
    assert list(vars(made)) == ["_ormolu_state"]
    assert not instance_state(made).modified


@pytest.mark.parametrize("key", [None, 5, [], Hostile()])
def test_unregistering_what_is_no_name(key):
    with pytest.raises(errors.NoSuchAttributeError):
        unregister_attribute(tracked(), key)


ANYTHING = st.one_of(
    st.text(st.characters(), max_size=8),
    st.from_regex(r"\w{1,6}", fullmatch=True),
    st.integers(),
    st.binary(max_size=4),
    st.lists(st.integers(), max_size=2),
    st.builds(Hostile),
)


@given(key=ANYTHING)
@settings(max_examples=300, deadline=None, database=None, derandomize=True)
def test_any_name(key):
    class_ = tracked()
    try:
        register_attribute(class_, key)
    except (errors.InvalidKeyError, errors.ReservedNameError):
        assert list(manager_of_class(class_)) == ["x"]
        with pytest.raises(errors.NoSuchAttributeError):
            attributes.get_attribute(class_(), key)
        return
    space = {"made": class_()}
    exec(f"made.{key} = 1\nread = made.{key}", space)
    assert space["read"] == 1
    assert attributes.get_history(space["made"], key).added == [1]
