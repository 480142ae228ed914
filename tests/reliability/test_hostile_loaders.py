"""Loaders that load nonsense fail in words that say so, and leave nothing half-changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability.hostile.inits import Hostile
from reliability.hostile.loaders import KINDS, Mate, Stranger, attack
from tests.naming import named

from ormolu import errors
from ormolu.attributes import (
    ATTR_WAS_SET,
    DONT_SET,
    NO_VALUE,
    PASSIVE_CLASS_MISMATCH,
    PASSIVE_NO_RESULT,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.instrumentation import register_class, unregister_class

COLLECTIONS = ("list", "set", "dict")


@given(st.integers(0, 2**64))
@settings(max_examples=400, deadline=None, database=None, derandomize=True)
def test_any_loader(seed):
    attack(seed)


def loading(kind, load, **options):
    """An instance with an attribute ``x`` that is still to be loaded, and one ``y``."""

    class Loading:
        pass

    expired = options.pop("expired", None)
    register_class(Loading, expired_attribute_loader=expired)
    if expired is None:
        options["callable_"] = load
    else:
        options["accepts_scalar_loader"] = True
    register_attribute(Loading, "x", **KINDS[kind], **options)
    register_attribute(Loading, "y")
    made = Loading()
    if expired is not None:
        instance_state(made)._expire(vars(made), set())
    return made


def unchanged(made):
    state = instance_state(made)
    return "x" not in vars(made) and not state.modified and not state.committed_state


NO_MEMBERS = [5, 0, False, 2.5, object(), Stranger(), Mate]


@pytest.mark.parametrize("kind", COLLECTIONS)
@pytest.mark.parametrize("value", NO_MEMBERS, ids=named)
def test_no_members_for_a_collection(kind, value):
    """``0`` and ``False`` were taken for no members at all."""
    made = loading(kind, lambda state, passive: value)
    with pytest.raises(
        errors.IncompatibleCollectionError, match=r"Loading\.x.*iterable"
    ) as caught:
        made.x  # noqa: B018 - the read raises
    assert (caught.value.key, caught.value.class_) == ("x", type(made))
    assert unchanged(made)


UNTRACKED = ["text", b"x", [5], ["a"], {1}, [Stranger()], {"a": Mate()}, [Mate(), 5], range(2)]


@pytest.mark.parametrize("kind", COLLECTIONS)
@pytest.mark.parametrize("value", UNTRACKED, ids=named)
def test_members_that_are_not_tracked(kind, value):
    """They were members, until somebody asked for their state."""
    made = loading(kind, lambda state, passive: value)
    with pytest.raises(errors.UntrackedInstanceError, match=r"Loading\.x.*has no state"):
        made.x  # noqa: B018 - the read raises
    assert unchanged(made)


@pytest.mark.parametrize("value", [5, "text", [], Stranger(), Mate, Hostile()])
def test_an_object_that_is_not_tracked(value):
    made = loading("object", lambda state, passive: value)
    with pytest.raises(errors.UntrackedInstanceError, match=r"Loading\.x.*has no state"):
        made.x  # noqa: B018 - the read raises
    assert unchanged(made)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("symbol", [PASSIVE_CLASS_MISMATCH, DONT_SET])
def test_a_symbol_that_answers_nothing(kind, symbol):
    """It became the value."""
    made = loading(kind, lambda state, passive: symbol)
    with pytest.raises(errors.LoaderError, match=rf"{symbol.name}.*Loading\.x.*ATTR_WAS_SET"):
        made.x  # noqa: B018 - the read raises
    assert unchanged(made)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("symbol", [NO_VALUE, PASSIVE_NO_RESULT])
def test_a_symbol_that_says_that_nothing_is_known(kind, symbol):
    made = loading(kind, lambda state, passive: symbol)
    assert made.x is symbol
    assert unchanged(made)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("symbol", [NO_VALUE, ATTR_WAS_SET, DONT_SET])
def test_a_symbol_that_is_put_or_set(kind, symbol):
    def put(state, keys, passive):
        state.dict.update(dict.fromkeys(keys, symbol))

    def set_all(state, keys, passive):
        for key in keys:
            set_committed_value(state.obj(), key, symbol)

    for load in (put, set_all):
        made = loading(kind, None, expired=load)
        with pytest.raises(errors.LoaderError, match=symbol.name):
            made.x  # noqa: B018 - the read raises
        assert unchanged(made)
        assert instance_state(made).expired_attributes == {"x", "y"}


@pytest.mark.parametrize("failing", [1, 2])
def test_a_value_that_can_be_looked_at_only_once(failing):
    """What was loaded was looked at twice, and lost for good if the second look failed."""
    looked = []

    class Sly:
        @property
        def __class__(self):
            looked.append(self)
            if len(looked) == failing:
                raise MemoryError
            return Sly

    def load(state, keys, passive):
        state.dict["x"] = value

    value = Sly()
    made = loading("scalar", None, expired=load)
    if failing == 1:
        with pytest.raises(MemoryError):
            made.x  # noqa: B018 - the read raises
        assert unchanged(made)
    assert made.x is value


@pytest.mark.parametrize("kind", COLLECTIONS)
@pytest.mark.parametrize("value", [5, None, [], [Mate()], "text", Hostile()])
def test_what_is_put_where_a_collection_has_to_be(kind, value):
    """It was the value, with no adapter: the next change failed."""

    def put(state, keys, passive):
        state.dict.update(x=value, y="loaded")

    made = loading(kind, None, expired=put)
    with pytest.raises(errors.IncompatibleCollectionError, match="set_committed_value"):
        made.x  # noqa: B018 - the read raises
    assert unchanged(made)
    # what came as it should has come
    assert made.y == "loaded"
    assert instance_state(made).expired_attributes == {"x"}


def test_the_collection_of_another():
    other = loading("list", lambda state, passive: [])

    def put(state, keys, passive):
        state.dict.update(x=other.x)

    made = loading("list", None, expired=put)
    with pytest.raises(errors.IncompatibleCollectionError, match="of its own"):
        made.x  # noqa: B018 - the read raises


def test_foreign_keys_are_no_harm():
    def put(state, keys, passive):
        state.dict.update({"foreign": 1, "x": 2, "y": 3, "": 4})

    made = loading("scalar", None, expired=put)
    assert (made.x, made.y, made.foreign) == (2, 3, 1)
    state = instance_state(made)
    state._expire(vars(made), set())
    assert made.foreign == 1
    assert not state.modified


@pytest.mark.parametrize("kind", KINDS)
def test_a_loader_that_unregisters_the_class(kind):
    def load(state, passive):
        unregister_class(type(state.obj()), force=True)
        return [] if kind in COLLECTIONS else None

    made = loading(kind, load)
    class_ = type(made)
    if kind in COLLECTIONS:
        with pytest.raises(errors.NoSuchAttributeError, match="no instrumented attribute 'x'"):
            made.x  # noqa: B018 - the read raises
    else:
        assert made.x is None
    assert "x" not in vars(class_)
    assert ("x" in vars(made)) == (kind not in COLLECTIONS)


def test_a_loader_whose_instance_goes():
    def load(state, passive):
        held.clear()
        return "loaded"

    held = [loading("scalar", load)]
    state = instance_state(held[0])
    impl = state.get_impl("x")
    assert impl.get(state, {}) == "loaded"
    assert state.obj() is None
