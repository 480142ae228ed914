"""Listeners and loaders that raise: nothing has happened then, and the error arrives."""

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import (
    PASSIVE_NO_RESULT,
    get_history,
    instance_state,
    register_attribute,
)
from ormolu.events import listen
from ormolu.instrumentation import register_class


def test_a_listener_that_raises_leaves_nothing_behind(point):
    """SQLAlchemy 0.5.0rc1: events came after the change, so a validator came too late."""

    def refuse(target, value, old, initiator):
        if value == "bad":
            raise ValueError(value)

    listen(point.x, "set", refuse)
    p = point("good")
    commit(p)
    with pytest.raises(ValueError, match="bad"):
        p.x = "bad"
    assert p.x == "good"
    assert not instance_state(p).modified
    assert instance_state(p).committed_state == {}


def test_a_refusal_of_the_far_side_leaves_both_as_they_were(family):
    """SQLAlchemy 0.5.0rc1: a validator could not stop a change before it was made."""
    f = family()
    parent, child = f.Parent(), f.Child()

    def refuse(target, value, old, initiator):
        assert list(parent.children) == []
        raise LookupError("not this one")

    listen(f.Child.parent, "set", refuse)
    with pytest.raises(LookupError, match="not this one"):
        parent.children.append(child)
    assert list(parent.children) == []
    assert child.parent is None


def test_a_validator_that_loads_what_it_validates_for_is_refused(family):
    """SQLAlchemy 0.5.6 #1526: a validator that read the unloaded collection corrupted it."""
    stored = []
    f = family(callable_=lambda state, passive: list(stored) if passive & 2 else PASSIVE_NO_RESULT)
    parent, old, new = f.Parent(), f.Child("old"), f.Child("new")
    stored.append(old)

    def look(target, value, initiator):
        assert value not in list(target.children)

    listen(f.Parent.children, "append", look)
    with pytest.raises(errors.CollectionError, match=r"Parent\.children .*loaded by a listener"):
        new.parent = parent
    assert new.parent is None
    assert list(parent.children) == [old]
    assert not get_history(parent, "children").has_changes()


def test_a_loader_that_raises_is_not_taken_for_a_missing_attribute():
    """wrapt 1.15.0: what a property raised was swallowed by the native half alone."""

    class Page:
        def __getattr__(self, name):
            if name == "text":
                raise LookupError("asked for after all")
            raise AttributeError(name)

    def load(state, passive):
        raise ZeroDivisionError("loader")

    register_class(Page)
    register_attribute(Page, "text", callable_=load)
    with pytest.raises(ZeroDivisionError, match="loader"):
        Page().text  # noqa: B018 - the read raises
    with pytest.raises(ZeroDivisionError, match="loader"):
        getattr(Page(), "text", "default")


@pytest.mark.parametrize("error", [KeyError, AttributeError, StopIteration, GeneratorExit])
def test_whatever_a_listener_raises_arrives(point, error):
    """traits 6.1.0 #959: errors of any kind on the way to an attribute were swallowed."""

    def refuse(*args):
        raise error("mine")

    listen(point.x, "set", refuse)
    p = point()
    with pytest.raises(error, match="mine"):
        p.x = 1
    assert "x" not in instance_state(p).dict


def test_a_validator_that_changes_other_values(point):
    """pydantic 1.7.3 #2116: of what a validator changed, one value alone was kept."""

    def ordered(target, value, old, initiator):
        if target.y is None or target.y < value:
            target.y = value

    p = point(1, 1)
    commit(p)
    listen(point.x, "set", ordered)
    p.x = 5
    assert (p.x, p.y) == (5, 5)
    assert get_history(p, "x") == get_history(p, "y") == ([5], (), [1])


def test_what_a_validator_changed_besides_is_undone_with_it(point):
    """pydantic 1.7.1 #2044: an error of a validator at assignment was not treated as one."""

    def greedy(target, value, old, initiator):
        target.y = value
        raise ValueError("after all")

    p = point(1, 1)
    commit(p)
    listen(point.x, "set", greedy)
    with pytest.raises(ValueError, match="after all"):
        p.x = 5
    assert (p.x, p.y) == (1, 1)
    assert not instance_state(p).modified
