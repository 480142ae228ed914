"""Listeners that are refused, that go, that raise and that change things."""

import gc
import weakref

import pytest
from kinds import KINDS
from listening import Point

from ormolu import (
    batch,
    changes,
    errors,
    on_change,
    rollback,
    tracked,
)

# -- what is refused ---------------------------------------------------------------------


def test_a_field_that_there_is_not(doc):
    for target in (doc, type(doc)):
        with pytest.raises(errors.UnknownFieldError, match=r"Doc has no.*'nam'.*'name'"):
            on_change(target, "nam", call=print)


def test_a_listener_that_is_not_given_as_one(point):
    with pytest.raises(errors.ListenerSignatureError, match=r"call=.*print"):
        on_change(point, "x", print)


def test_what_is_not_tracked():
    with pytest.raises(errors.UntrackedInstanceError, match=r"int.*@ormolu\.tracked"):
        on_change(3, call=print)
    with pytest.raises(errors.UnregisteredClassError, match=r"dict.*@ormolu\.tracked"):
        on_change(dict, call=print)


@pytest.mark.parametrize("listener", ["hear", lambda: None, lambda event, more: None])
def test_what_cannot_be_called_with_an_event(point, listener):
    with pytest.raises(errors.ListenerSignatureError, match="ChangeEvent"):
        on_change(point, call=listener)
    with pytest.raises(TypeError):
        on_change(point)(listener)


# -- weak and strong ---------------------------------------------------------------------


class Owner:
    def __init__(self):
        self.seen = []

    def hear(self, event):
        self.seen.append(event)


def test_a_method_goes_with_its_object(point):
    owner = Owner()
    subscription = on_change(point, call=owner.hear)
    point.x = 1
    assert len(owner.seen) == 1
    gone = weakref.ref(owner)
    owner.seen.clear()
    del owner
    assert gone() is None
    assert not subscription.active
    point.x = 2


def test_a_method_can_be_kept(point):
    owner = Owner()
    seen = owner.seen
    on_change(point, call=owner.hear, weak=False)
    del owner
    gc.collect()
    point.x = 1
    assert len(seen) == 1


def test_a_function_is_kept_unless_it_is_to_be_held_weakly(point, seen):
    def hear(event):
        seen.append("weak")

    on_change(point, call=hear, weak=True)
    on_change(point, call=lambda event: seen.append("strong"))
    point.x = 1
    del hear
    gc.collect()
    point.x = 2
    assert seen == ["weak", "strong", "strong"]


def test_what_cannot_be_held_weakly(point):
    class Tight:
        __slots__ = ()

        def hear(self, event):
            pass

    with pytest.raises(errors.UnreferableListenerError, match=r"Tight.*weak=False"):
        on_change(point, call=Tight().hear)


@pytest.mark.parametrize("kind", KINDS)
def test_listeners_keep_no_instance_alive(kind):
    doc = tracked(KINDS[kind]())(name="a")
    subscription = on_change(doc, call=lambda event: doc.size)  # noqa: F821
    doc.name = "b"
    gone = weakref.ref(doc)
    del doc
    gc.collect()
    assert gone() is None
    assert not subscription.active


def test_a_method_of_the_instance_itself_does_not_keep_it(doc_class):
    class Listening(doc_class):
        def hear(self, event):
            pass

    doc = Listening(name="a")
    on_change(doc, call=doc.hear)
    doc.name = "b"
    gone = weakref.ref(doc)
    gc.collect()
    gc.disable()
    try:
        del doc
        assert gone() is None
    finally:
        gc.enable()


def test_listeners_keep_no_class_alive():
    @tracked
    class Local:
        x: int = 0

    on_change(Local, call=lambda event: Local)  # noqa: F821
    Local().x = 1
    gone = weakref.ref(Local)
    del Local
    for _ in range(3):
        gc.collect()
    assert gone() is None


def test_an_instance_that_is_told_of_is_collected_with_what_it_was_told(seen):
    @tracked
    class Node:
        other: list = None

    on_change(Node, call=seen.hear)
    node = Node()
    node.other = [object(), node]
    gone = weakref.ref(node)
    del node
    seen.clear()
    gc.collect()
    assert gone() is None


# -- listeners that raise, or change things ----------------------------------------------


def test_all_are_told_when_one_raises_and_the_change_stays(doc, seen):
    def refuse(event):
        raise ValueError("too late")

    def lose(event):
        raise KeyError(event.key)

    for call in (refuse, lose, seen.hear):
        on_change(doc, call=call)
    with pytest.raises(errors.ListenerFailedError, match=r"Doc\.name was set.*stays") as caught:
        doc.name = "b"
    assert [type(error) for error in caught.value.exceptions] == [ValueError, KeyError]
    assert (caught.value.class_, caught.value.key) == (type(doc), "name")
    assert isinstance(caught.value, (errors.OrmoluError, ExceptionGroup))
    assert doc.name == "b"
    assert dict(changes(doc)) == {"name": ("a", "b")}
    assert seen == ["set name: 'a' -> 'b'"]


def test_what_listeners_raise_can_be_sorted_out(point):
    on_change(point, call=[].__getitem__)
    caught = []
    try:
        point.x = 1
    except* TypeError as group:
        caught.append(group)
    (error,) = caught
    assert isinstance(error, errors.ListenerFailedError)
    assert error.key == "x"


def test_a_rollback_is_complete_when_a_listener_raises(doc):
    doc.name, doc.size = "b", 1
    on_change(doc, call=[].__getitem__)
    with pytest.raises(errors.ListenerFailedError, match=r"rolled back.*rolled back") as caught:
        rollback(doc)
    assert len(caught.value.exceptions) == 2
    assert not changes(doc)
    assert (doc.name, doc.size) == ("a", 0)


def test_a_listener_may_change_the_object(point, seen):
    @on_change(point, "x")
    def follow(event):
        point.y = event.new * 2

    on_change(point, call=seen.hear)
    point.x = 1
    assert seen == ["set x: 0 -> 1", "set y: 0 -> 2"]


def test_whoever_listens_hears_of_all_changes_in_their_order(point, seen):
    @on_change(point, "x")
    def clamp(event):
        point.x = min(event.new, 10)

    on_change(point, call=seen.hear)
    point.x = 50
    assert seen == ["set x: 0 -> 50", "set x: 50 -> 10"]


def test_after_a_batch_too(point, seen):
    @on_change(point, "x")
    def follow(event):
        point.y = event.new * 2

    on_change(point, call=seen.hear)
    with batch():
        point.x, point.y = 1, 7
    assert seen == ["set x: 0 -> 1", "set y: 0 -> 7", "set y: 7 -> 2"]


def test_who_begins_to_listen_is_not_told_of_what_was_before(point, seen):
    @on_change(point, "x")
    def follow(event):
        point.y = 1
        on_change(point, call=seen.hear)
        point.y = 2

    point.x = 1
    assert seen == ["set y: 1 -> 2"]


def test_what_a_listener_changes_is_told_when_another_raises(point, seen):
    @on_change(point, "x")
    def follow(event):
        point.y = 3

    on_change(point, "x", call=[].__getitem__)
    on_change(point, call=seen.hear)
    with pytest.raises(errors.ListenerFailedError, match=r"^Point.x was set"):
        point.x = 1
    assert seen == ["set x: 0 -> 1", "set y: 0 -> 3"]


def test_what_cannot_be_handled_leaves_nothing_behind(point, seen):
    class Stop(BaseException):
        pass

    def stop(event):
        point.y = 3
        raise Stop

    subscription = on_change(point, "x", call=stop)
    on_change(point, call=seen.hear)
    with pytest.raises(Stop):
        point.x = 1
    subscription.cancel()
    point.x = 2
    assert seen == ["set x: 1 -> 2"]


def test_listeners_that_change_each_others_fields_for_ever(point):
    @on_change(point, "x")
    def up(event):
        point.y += 1

    @on_change(point, "y")
    def down(event):
        point.x -= 1

    on_change(point, call=lambda event: None)
    with pytest.raises(errors.ListenerLoopError, match=r"Point\.\w -> Point\.\w -> Point\.\w"):
        point.x = 1
    assert issubclass(errors.ListenerLoopError, RecursionError)
    with on_change(Point, call=lambda event: None), pytest.raises(errors.ListenerLoopError):
        point.x = 1


def test_a_function_is_no_object_to_listen_to():
    with pytest.raises(errors.ListenerSignatureError, match=r"give an object or a class, as in"):

        @on_change
        def hear(event):
            """Nobody has said of whose changes."""
