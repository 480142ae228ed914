"""Telling application code of changes in batches, and in tasks."""

import asyncio
import threading
import weakref

import pytest
from listening import Point

from ormolu import (
    batch,
    checkpoint,
    commit,
    errors,
    on_change,
    rollback,
    tracked,
    untrack,
    watch,
)

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


def test_a_batch_that_ends_in_another_context(point, seen):
    from contextvars import copy_context

    on_change(point, call=seen.hear)
    one = batch()
    copy_context().run(one.__enter__)
    point.x = 1
    one.__exit__(None, None, None)
    assert seen == ["set x: 0 -> 1"]


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


@pytest.mark.starts_threads
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


@pytest.mark.starts_threads
def test_changes_of_another_thread_can_be_waited_for(point, seen):
    async def main():
        changes = watch(point)
        thread = threading.Thread(target=setattr, args=(point, "x", 1))
        thread.start()
        async for event in changes:
            seen.hear(event)
            break
        thread.join()
        return changes

    left = asyncio.run(main())
    assert seen == ["set x: 0 -> 1"]
    point.x = 2
    assert left


def test_what_waits_for_changes_is_gone_when_nobody_waits(point):
    async def main():
        waiting = watch(point)
        gone = weakref.ref(waiting)
        del waiting
        assert gone() is None

    asyncio.run(main())
    with pytest.raises(errors.NoRunningLoopError, match="no event loop"):
        watch(point)


def test_what_ends_a_batch_comes_before_what_listeners_raise():
    def refuse(event):
        raise LookupError("no")

    point = Point()
    on_change(point, call=refuse)
    with pytest.raises(KeyError) as raised, batch():
        point.x = 1
        raise KeyError("x")
    (note,) = raised.value.__notes__
    assert note.startswith("at the end of the batch, Point.x was set") and "LookupError" in note
