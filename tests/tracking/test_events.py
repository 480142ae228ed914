"""Telling application code of changes: at once, in batches, and in tasks."""

import asyncio
import gc
import threading
import weakref
from dataclasses import dataclass, field

import pytest
from kinds import KINDS

import ormolu
from ormolu import (
    batch,
    changes,
    checkpoint,
    commit,
    errors,
    on_change,
    rollback,
    track,
    tracked,
    untrack,
    watch,
)


@tracked
@dataclass
class Point:
    x: int = 0
    y: int = 0
    marks: list = field(default_factory=list)


class Seen(list):
    """What was told, as texts; an object that has a method that listens."""

    def hear(self, event):
        self.append(f"{event.kind} {event}")


@pytest.fixture
def seen():
    return Seen()


@pytest.fixture
def told(doc, seen):
    """What is told of ``doc``."""
    on_change(doc, call=seen.hear)
    return seen


@pytest.fixture
def point():
    return Point()


# -- what is told ------------------------------------------------------------------------


def test_an_assignment_is_told_after_it_has_happened(doc):
    found = []
    on_change(doc, call=lambda event: found.append((event, doc.name)))
    doc.name = "b"
    (event, name), *more = found
    assert (event.obj, event.key, event.old, event.new) == (doc, "name", "a", "b")
    assert (event.kind, event.path, name) == ("set", "name", "b")
    assert not more


def test_what_is_the_same_afterwards_is_not_told(doc, told):
    doc.name = "a"
    doc.tags = ["x"]
    assert told == []


def test_only_the_fields_asked_for_are_told(doc, seen):
    on_change(doc, "size", "tags", call=seen.hear)
    doc.name, doc.size = "b", 1
    doc.tags = []
    assert seen == ["set size: 0 -> 1", "set tags[0]: 'x' -> (nothing)"]


def test_a_field_that_is_deleted_is_told(doc, told):
    if hasattr(type(doc), "__pydantic_fields__"):
        pytest.skip("models do not let go of fields in a way that lasts")
    if hasattr(type(doc), "size"):
        pytest.skip("the class has a value for it")
    del doc.size
    doc.size = 3
    assert told == ["deleted size: 0 -> (nothing)", "set size: (nothing) -> 3"]


def test_a_refused_value_is_not_told(seen):
    @tracked
    class Doc:
        size: int

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if value < 0:
                raise ValueError(value)

    doc = Doc()
    on_change(doc, call=seen.hear)
    with pytest.raises(ValueError, match="-1"):
        doc.size = -1
    doc.size = 1
    assert seen == ["set size: (nothing) -> 1"]


def test_what_a_class_assigns_besides_is_told_once(seen):
    @tracked
    class Base:
        first: str
        last: str

    class Doc(Base):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            super().__setattr__("last", value)

    doc = Doc()
    on_change(doc, call=seen.hear)
    doc.first = "a"
    assert seen == ["set first: (nothing) -> 'a'", "set last: (nothing) -> 'a'"]


def test_a_rollback_is_told(doc, told):
    doc.name = "b"
    doc.tags.append("y")
    del told[:]
    rollback(doc)
    assert sorted(told) == [
        "rolled back name: 'b' -> 'a'",
        "rolled back tags[1]: 'y' -> (nothing)",
    ]


def test_a_rollback_of_one_field_is_told(doc, told):
    doc.name, doc.size = "b", 1
    del told[:]
    rollback(doc, "size")
    assert told == ["rolled back size: 1 -> 0"]


def test_a_rollback_to_a_checkpoint_is_told(doc, told):
    with pytest.raises(RuntimeError), checkpoint(doc):
        doc.name = "b"
        raise RuntimeError
    assert told == ["set name: 'a' -> 'b'", "rolled back name: 'b' -> 'a'"]
    point = checkpoint(doc)
    doc.size = 1
    point.rollback()
    assert told[2:] == ["set size: 0 -> 1", "rolled back size: 1 -> 0"]


def test_listeners_hear_of_a_rollback_when_all_of_it_is_done(doc):
    doc.name, doc.size = "b", 1
    found = []
    on_change(doc, call=lambda event: found.append((doc.name, doc.size, bool(changes(doc)))))
    rollback(doc)
    assert found == [("a", 0, False)] * 2


def test_a_commit_tells_what_was_changed_in_place(doc, told):
    doc.tags.append("y")
    doc.meta["k"]["n"] = 2
    assert told == []
    commit(doc)
    assert sorted(told) == ["in place meta.k.n: 1 -> 2", "in place tags[1]: (nothing) -> 'y'"]
    commit(doc)
    assert len(told) == 2


def test_a_commit_tells_what_was_changed_in_place_after_it_was_told(doc, told):
    doc.tags = ["a"]
    doc.tags.append("b")
    commit(doc)
    assert told == ["set tags[0]: 'x' -> 'a'", "in place tags[1]: (nothing) -> 'b'"]


def test_a_commit_tells_nothing_that_was_told(doc, told):
    doc.name, doc.tags = "b", ["a"]
    del told[:]
    commit(doc)
    assert told == []


def test_what_is_assigned_while_an_instance_is_made_is_not_told(doc_class, seen):
    on_change(doc_class, call=seen.hear)
    doc = doc_class(name="a", size=3)
    assert seen == []
    doc.name = "b"
    assert seen == ["set name: 'a' -> 'b'"]


def test_an_instance_can_listen_to_itself_from_the_start(seen):
    @tracked
    class Doc:
        name: str
        size: int

        def __init__(self):
            on_change(self, "name", call=self.measure)
            self.name = "a"
            self.size = 1

        def measure(self, event):
            seen.hear(event)
            self.size = len(event.new)

    class Adopted(Doc):
        def __init__(self):
            super().__init__()
            on_change(self, "size", call=seen.hear)
            self.name = "again"

    for class_ in (Doc, Adopted, Adopted):
        doc = class_()
        assert seen == []
        doc.name = "long"
        assert doc.size == 4
        assert seen.pop(0).startswith("set name")
        assert seen == ([] if class_ is Doc else ["set size: 1 -> 4"])
        del seen[:]


def test_an_instance_of_a_subclass_is_being_made_until_its_own_init_is_over(seen):
    @tracked
    class Base:
        name: str

        def __init__(self):
            self.name = "a"

    class Sub(Base):
        def __init__(self):
            super().__init__()
            self.name = "b"

    on_change(Base, call=seen.hear)
    for _ in range(2):
        assert not changes(Sub())
    assert seen == []


# -- who is told -------------------------------------------------------------------------


def test_a_decorated_function_is_told_and_stays_itself(point):
    @on_change(point, "x")
    def hear(event):
        return found.append(event.new)

    found = []
    point.x = 1
    hear(ormolu.ChangeEvent(point, "x", 1, 2))
    assert found == [1, 2]


def test_a_class_is_listened_to_with_its_subclasses(seen):
    @tracked
    class Base:
        x: int = 0

    class Early(Base):
        pass

    on_change(Base, call=seen.hear)
    on_change(Early, call=seen.hear)

    class Late(Base):
        y: int = 0

    class Apart(Late):
        pass

    for class_, times in ((Base, 1), (Early, 2), (Late, 1), (Apart, 1)):
        del seen[:]
        class_().x = 1
        assert seen == ["set x: 0 -> 1"] * times
    late = Late()
    late.y = 1
    assert seen[1:] == ["set y: 0 -> 1"]


def test_another_instance_is_not_told_of(doc_class, told):
    doc_class(name="b").name = "c"
    assert told == []


def test_a_copy_is_not_listened_to(doc, told):
    import copy

    copy.copy(doc).name = "b"
    copy.deepcopy(doc).name = "b"
    assert told == []


def test_listeners_are_told_in_the_order_in_which_they_came(point):
    order = []
    on_change(Point, call=lambda event: order.append("class")).cancel()
    listening = on_change(Point, call=lambda event: order.append("class"))
    on_change(point, call=lambda event: order.append("first"))
    on_change(point, call=lambda event: order.append("second"))
    with listening:
        point.x = 1
    assert order == ["first", "second", "class"]


def test_a_cancelled_listener_is_told_no_more(point, seen):
    subscription = on_change(point, call=seen.append)
    assert subscription.active
    subscription.cancel()
    assert not subscription.active
    subscription.cancel()
    with on_change(point, call=seen.append):
        pass
    point.x = 1
    assert seen == []


def test_a_listener_can_cancel_itself_and_others_and_subscribe_more(point):
    order = []

    @on_change(point)
    def first(event):
        order.append("first")
        own.cancel()
        second.cancel()
        on_change(point, call=lambda event: order.append("late"))

    own = on_change(point, call=lambda event: order.append("own"))
    second = on_change(point, call=lambda event: order.append("second"))
    point.x = 1
    assert order == ["first"]
    point.x = 2
    assert order == ["first", "first", "late"]


def test_listening_to_a_class_goes_on_when_it_is_tracked_anew(seen):
    @tracked
    class Base:
        x: int = 0

    class Sub(Base):
        y: int = 0

    on_change(Sub, call=seen.hear)
    track(Sub)
    sub = Sub()
    sub.x = 1
    untrack(Base)
    sub.x, sub.y = 2, 1
    assert seen == ["set x: 0 -> 1", "set x: 1 -> 2", "set y: 0 -> 1"]
    untrack(Sub)
    sub.x = 3
    assert len(seen) == 3


# -- what is refused ---------------------------------------------------------------------


def test_a_field_that_there_is_not(doc):
    for target in (doc, type(doc)):
        with pytest.raises(errors.UnknownFieldError, match=r"Doc has no.*'nam'.*'name'"):
            on_change(target, "nam", call=print)


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
    assert seen == ["set y: 0 -> 2", "set x: 0 -> 1"]


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


# -- batches -----------------------------------------------------------------------------


def test_in_a_batch_each_attribute_is_told_once(doc, told):
    with batch():
        doc.name, doc.size = "b", 1
        doc.name = "c"
        doc.size = 0
        doc.tags = ["y"]
        doc.tags.append("z")
        assert told == []
    assert told == ["set name: 'a' -> 'c'", "set tags[0]: 'x' -> 'y'\ntags[1]: (nothing) -> 'z'"]


def test_batches_within_others_are_part_of_them(point, seen):
    on_change(point, call=seen.hear)
    with batch():
        with batch():
            point.x = 1
        assert seen == []
        point.x = 2
    assert seen == ["set x: 0 -> 2"]


def test_a_batch_that_ends_with_an_exception_tells_what_has_happened(point, seen):
    on_change(point, call=seen.hear)
    with pytest.raises(RuntimeError), batch():
        point.x = 1
        raise RuntimeError
    assert seen == ["set x: 0 -> 1"]


def test_in_a_batch_what_is_rolled_back_is_not_told(doc, told):
    with batch(), pytest.raises(RuntimeError), checkpoint(doc):
        doc.name = "b"
        doc.tags = ["z"]
        raise RuntimeError
    assert told == []


def test_a_batch_tells_the_kind_of_what_has_happened(doc, told):
    doc.name = "b"
    commit(doc)
    doc.name = "c"
    doc.tags.append("y")
    del told[:]
    with batch():
        rollback(doc)
        doc.tags.append("z")
        commit(doc)
        doc.meta = {}
        if not hasattr(type(doc), "__pydantic_fields__") and not hasattr(type(doc), "size"):
            del doc.size
    assert told[:3] == [
        "rolled back name: 'c' -> 'b'",
        "in place tags[1]: 'y' -> 'z'",
        "set meta.k: {'n': 1} -> (nothing)",
    ]
    assert told[3:] in ([], ["deleted size: 0 -> (nothing)"])


def test_all_that_listeners_of_a_batch_raise_is_raised_at_the_end(point):
    other = Point()
    for target in (point, other):
        on_change(target, call=[].__getitem__)
    with pytest.raises(errors.ListenerFailedError, match=r"x was set, Point\.y") as caught:  # noqa: SIM117
        with batch():
            point.x = other.y = 1
    assert len(caught.value.exceptions) == 2


def test_a_batch_decorates_a_function(point, seen):
    @batch()
    def move():
        point.x, point.y = 1, 2
        point.x = 3

    on_change(point, call=seen.hear)
    move()
    move()
    assert seen == ["set x: 0 -> 3", "set y: 0 -> 2"]


def test_a_class_that_is_untracked_in_a_batch(seen):
    @tracked
    class Local:
        x: int = 0

    local = Local()
    on_change(local, call=seen.hear)
    with batch():
        local.x = 1
        untrack(Local)
    assert seen == []


def test_another_thread_is_no_part_of_a_batch(point, seen):
    on_change(point, call=seen.hear)
    with batch():
        point.x = 1
        thread = threading.Thread(target=setattr, args=(point, "y", 2))
        thread.start()
        thread.join()
        assert seen == ["set y: 0 -> 2"]
    assert seen[1:] == ["set x: 0 -> 1"]


def test_another_task_is_no_part_of_a_batch(point, seen):
    async def other():
        point.y = 2
        with batch():
            point.y = 3
            await asyncio.sleep(0)

    async def main():
        with batch():
            point.x = 1
            task = asyncio.create_task(other())
            await asyncio.sleep(0)
            assert seen == ["set y: 0 -> 2"]
        assert seen[1:] == ["set x: 0 -> 1"]
        await task

    on_change(point, call=seen.hear)
    asyncio.run(main())
    assert seen[2:] == ["set y: 2 -> 3"]


# -- tasks -------------------------------------------------------------------------------


def test_a_coroutine_function_is_told_of_all_that_changed_before_it_ran(point, seen):
    async def hear(event):
        seen.hear(event)

    async def main():
        on_change(point, call=hear)
        point.x, point.y = 1, 1
        point.x, point.y = 2, 0
        point.marks = [1]
        point.marks.append(2)
        assert seen == []
        await asyncio.sleep(0)
        assert seen == ["set x: 0 -> 2", "set marks[0]: (nothing) -> 1\nmarks[1]: (nothing) -> 2"]
        point.x = 3
        await asyncio.sleep(0)
        assert seen[2:] == ["set x: 2 -> 3"]

    asyncio.run(main())


def test_a_coroutine_function_is_told_of_one_event_after_the_other(point, seen):
    async def hear(event):
        seen.append("begin")
        await asyncio.sleep(0)
        seen.hear(event)

    async def main():
        on_change(point, call=hear)
        point.x = 1
        await asyncio.sleep(0)
        point.x, point.y = 2, 1
        for _ in range(8):
            await asyncio.sleep(0)

    asyncio.run(main())
    assert seen[::2] == ["begin"] * 3
    assert seen[1::2] == ["set x: 0 -> 1", "set x: 1 -> 2", "set y: 0 -> 1"]


def test_a_coroutine_function_hears_first_what_listeners_make_of_it(point, seen):
    @on_change(point, "x")
    def double(event):
        if event.new < 4:
            point.x = event.new * 2

    async def hear(event):
        seen.hear(event)

    async def main():
        on_change(point, call=hear)
        point.x = 1
        await asyncio.sleep(0)

    asyncio.run(main())
    assert seen == ["set x: 0 -> 4"]


def test_a_method_that_is_a_coroutine_function_is_held_weakly(point, seen):
    class Owner:
        async def hear(self, event):
            seen.hear(event)

    async def main():
        owner = Owner()
        on_change(point, call=owner.hear)
        point.x = 1
        await asyncio.sleep(0)
        point.x = 2
        del owner
        await asyncio.sleep(0)
        point.x = 3
        await asyncio.sleep(0)

    asyncio.run(main())
    assert seen == ["set x: 0 -> 1"]


def test_what_a_coroutine_function_raises_goes_to_the_loop(point, seen):
    async def refuse(event):
        raise ValueError(event.new)

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda loop, about: heard.append(about))
        on_change(point, call=refuse)
        point.x = point.y = 1
        await asyncio.sleep(0)

    heard = []
    asyncio.run(main())
    assert [repr(about["exception"]) for about in heard] == ["ValueError(1)"] * 2
    assert "refuse was told that Point.x has changed" in heard[0]["message"]


def test_a_coroutine_function_needs_a_loop(point, seen):
    async def hear(event):
        pass

    on_change(point, call=hear)
    on_change(point, call=seen.hear)
    with pytest.raises(errors.ListenerFailedError) as caught:
        point.x = 1
    (error,) = caught.value.exceptions
    assert isinstance(error, errors.NoRunningLoopError)
    assert "Point.x" in str(error)
    assert "no event loop runs" in str(error)
    assert seen == ["set x: 0 -> 1"]


def test_a_task_that_is_cancelled_before_it_ran_leaves_nothing(point, seen):
    async def hear(event):
        seen.hear(event)

    async def cut_short():
        point.x = 1
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def main():
        point.x = 2
        await asyncio.sleep(0)

    on_change(point, call=hear)
    asyncio.run(cut_short())
    assert seen == []
    asyncio.run(main())
    assert seen == ["set x: 1 -> 2"]


def test_changes_can_be_waited_for(point, seen):
    async def main():
        async def change():
            for x in range(1, 4):
                point.x = x
                await asyncio.sleep(0)

        task = asyncio.create_task(change())
        async for event in watch(point, "x"):
            seen.hear(event)
            if event.new == 3:
                break
        await task

    asyncio.run(main())
    assert seen[0].startswith("set x: 0 -> ")
    assert seen[-1].endswith("-> 3")
    point.x = 4


def test_what_waits_for_changes_is_gone_when_nobody_waits(point):
    async def main():
        waiting = watch(point)
        gone = weakref.ref(waiting)
        del waiting
        assert gone() is None

    asyncio.run(main())
    with pytest.raises(errors.NoRunningLoopError, match="no event loop"):
        watch(point)
