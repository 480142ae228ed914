"""Loads of the layer itself: loaders that are coroutine functions."""

import asyncio
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.asyncio.conftest import expire

from ormolu import errors
from ormolu.asyncio import awaitable, for_many, load
from ormolu.attributes import (
    ATTR_EMPTY,
    ATTR_WAS_SET,
    get_history,
    instance_state,
    register_attribute,
)
from ormolu.instrumentation import manager_of_class, register_class


def gathered(*loads):
    async def together():
        return await asyncio.gather(*loads, return_exceptions=True)

    return asyncio.run(together())


def test_one_attribute_and_several(point):
    obj = point(3)
    assert gathered(load(obj, point.alone)) == [3]
    assert gathered(load(obj, "alone", point.many)) == [(3, "one of many")]


def test_what_is_there_is_not_loaded(point, calls):
    obj = point(3)
    assert gathered(load(obj, point.number), load(obj, "x")) == [3, None]
    assert calls == []


def test_what_is_asked_for_in_one_tick_is_one_trip(point, calls):
    objs = [point(number) for number in range(5)]
    assert gathered(*(load(obj, point.many) for obj in objs)) == ["one of many"] * 5
    assert calls == [("many", 5)]


def test_what_is_asked_for_twice_is_loaded_once(point, calls):
    obj = point(1)
    gathered(load(obj, "alone"), load(obj, "alone"), load(obj, "alone", "many"))
    assert sorted(calls) == [("alone", 1), ("many", 1)]


def test_the_loader_of_a_class_loads_all_that_is_expired_at_once(point, calls):
    obj = point(1)
    obj.x = 1
    state = expire(obj, "x", "number")
    assert gathered(load(obj, point.x)) == ["x again"]
    assert calls == [("expired", ["number", "x"])]
    assert obj.number == "number again"
    assert not state.modified and not state._expired_keys


def test_a_subclass_uses_the_loader_of_its_base(point):
    class Special(point):
        pass

    register_class(Special)
    obj = Special()
    obj.x = 1
    expire(obj, "x")
    assert gathered(load(obj, Special.x)) == ["x again"]


def test_what_is_loaded_is_no_change(point):
    obj = point(3)
    gathered(load(obj, "alone"))
    assert get_history(obj, "alone") == ((), [3], ())


def test_a_change_that_was_not_saved_is_not_loaded_over(point, calls):
    obj = point(1)
    expire(obj, "x")
    obj.x = "mine"
    assert gathered(load(obj, point.x)) == ["mine"]
    assert calls == []


def test_what_is_set_while_it_is_loaded_stays(point):
    async def both(obj):
        loading = asyncio.create_task(load(obj, point.alone))
        await asyncio.sleep(0)
        obj.alone = "mine"
        return await loading

    assert asyncio.run(both(point(3))) == "mine"


def test_a_read_says_to_await(point):
    obj = point(3)
    with pytest.raises(
        errors.UnawaitedLoadError, match=r"await ormolu\.asyncio\.load\(obj, "
    ) as it:
        _ = obj.alone
    assert it.value.key == "alone"
    expire(obj, "number")
    with pytest.raises(errors.UnawaitedLoadError, match=r"Point\.number of"):
        _ = obj.number
    assert "number" in instance_state(obj)._expired_keys


def test_a_plain_loader_is_called_as_by_a_read(lonely):
    made = lonely(lambda state, passive: 5)
    assert gathered(load(made.obj, "x")) == [5]


def test_references_and_collections(lonely):
    class Child:
        pass

    register_class(Child)
    child = Child()

    async def children(state, passive):
        return [child]

    made = lonely(children, uselist=True, useobject=True)
    (loaded,) = gathered(load(made.obj, "x"))
    assert loaded is made.obj.x
    assert list(loaded) == [child]


def test_what_was_appended_before_the_load_is_there_after_it(lonely):
    class Child:
        pass

    register_class(Child)
    first, second = Child(), Child()

    async def children(state, passive):
        return [first]

    made = lonely(children, uselist=True, useobject=True)
    impl = made.Lonely.x.impl
    state = instance_state(made.obj)
    impl.append(state, state.dict, second, None, passive=0)
    gathered(load(made.obj, "x"))
    assert list(made.obj.x) == [first, second]


def test_a_loader_that_sets_the_value_itself(lonely):
    async def sets(state, passive):
        made.Lonely.x.impl.set_committed_value(state, state.dict, 5)
        return ATTR_WAS_SET

    made = lonely(sets)
    assert gathered(load(made.obj, "x")) == [5]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ATTR_WAS_SET, errors.LoaderLeftUnsetError),
        (ATTR_EMPTY, errors.LoaderLeftUnsetError),
    ],
)
def test_a_loader_without_a_value(lonely, answer, error):
    async def nothing(state, passive):
        return answer

    made = lonely(nothing)
    (failure,) = gathered(load(made.obj, "x"))
    assert isinstance(failure, error)


async def late(state, passive):
    return 5


def test_what_a_plain_loader_returns_is_not_a_coroutine_for_a_value(lonely):
    def hides_it(state, passive):
        return late(state, passive)

    made = lonely(hides_it)
    with pytest.raises(errors.UnawaitedLoadError, match=r"Lonely\.x of"):
        _ = made.obj.x
    assert "x" not in vars(made.obj)


def test_a_loader_of_one_instance(lonely):
    made = lonely(None)
    instance_state(made.obj).callables = {"x": late}
    with pytest.raises(errors.UnawaitedLoadError):
        _ = made.obj.x
    assert gathered(load(made.obj, "x")) == [5]


def test_each_thread_has_its_own_loop(point, calls):
    objs = [point(number) for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        loaded = list(threads.map(lambda obj: asyncio.run(load(obj, "alone")), objs))
    assert loaded == list(range(8))
    assert len(calls) == 8


# -- what fails ------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["alone", "many"])
def test_one_that_fails_is_alone_and_can_be_tried_again(point, key):
    objs = [point(1), point(-1), point(2)]
    first, failed, second = gathered(*(load(obj, key) for obj in objs))
    assert isinstance(failed, ValueError)
    assert first == getattr(objs[0], key) and second == getattr(objs[2], key)
    objs[1].number = 5
    assert gathered(load(objs[1], key)) == [getattr(objs[1], key)]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (lambda states: {}, "without the state of this object"),
        (lambda states: [1], "list and no mapping"),
        (lambda states: None, "NoneType and no mapping"),
        (lambda states: {"foreign": 1, 5: 2}, "without the state of this object"),
    ],
)
def test_what_a_loader_for_many_has_returned_instead(lonely, given, why):
    @for_many
    async def loads(states, passive):
        return given(states)

    (failure,) = gathered(load(lonely(loads).obj, "x"))
    assert isinstance(failure, errors.LoaderError)
    assert why in str(failure) and failure.key == "x"


def test_too_many_do_no_harm(lonely):
    made = None

    @for_many
    async def loads(states, passive):
        return {**dict.fromkeys(states, 1), instance_state(other): 2}

    made = lonely(loads)
    other = made.Lonely()
    assert gathered(load(made.obj, "x")) == [1]
    assert "x" not in vars(other)


def test_an_expired_loader_that_returns_no_mapping(point):
    async def wrong(state, keys, passive):
        return 5

    register_class(point, expired_attribute_loader=wrong)
    obj = point(1)
    expire(obj, "number")
    (failure,) = gathered(load(obj, "number"))
    assert "returned int" in str(failure)
    assert "number" in instance_state(obj)._expired_keys


def test_an_expired_loader_that_lacks_one(point):
    async def some(state, keys, passive):
        return {}

    manager_of_class(point).expired_attribute_loader = some
    obj = point(1)
    expire(obj, "number")
    (failure,) = gathered(load(obj, "number"))
    assert isinstance(failure, errors.LoaderLeftUnsetError)
    assert "number" in instance_state(obj)._expired_keys


def test_a_loader_that_awaits_itself_is_stopped(lonely):
    async def circles(state, passive):
        return await load(state.obj(), "x")

    (failure,) = gathered(load(lonely(circles).obj, "x"))
    assert isinstance(failure, errors.LoaderReentryError)


def test_a_loader_may_await_what_another_one_loads(point, lonely):
    other = point(4)

    async def by_another(state, passive):
        return await load(other, "alone") + 1

    # what is loaded for others in the same trip is none of its affair
    assert gathered(load(lonely(by_another).obj, "x"), load(other, "alone")) == [5, 4]


def test_what_is_no_attribute_and_what_is_not_tracked(point):
    wrong, unknown = gathered(load(point(), "nothing"), load(object(), "x"))
    assert isinstance(wrong, errors.NoSuchAttributeError)
    assert isinstance(unknown, errors.UntrackedInstanceError)


# -- tasks and loops -------------------------------------------------------------------


def test_one_that_is_cancelled_leaves_the_others(point, calls):
    async def cancelled():
        objs = [point(1), point(2)]
        tasks = [asyncio.create_task(load(obj, "many")) for obj in objs]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.wait(tasks)
        assert tasks[0].cancelled()
        # and can be asked for again
        return tasks[1].result(), await load(objs[0], "many")

    assert asyncio.run(cancelled()) == ("one of many", "one of many")


def test_where_nobody_waits_any_more_the_loader_is_cancelled(lonely):
    ended = []

    async def slow(state, passive):
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended.append(state)

    async def given_up(obj):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(load(obj, "x"), 0.01)
        return list(ended)

    made = lonely(slow)
    assert asyncio.run(given_up(made.obj)) == [instance_state(made.obj)]


def test_a_loader_that_is_cancelled_from_within_says_so(lonely):
    async def cancelled(state, passive):
        raise asyncio.CancelledError

    (failure,) = gathered(load(lonely(cancelled).obj, "x"))
    assert isinstance(failure, errors.LoaderError)
    assert "was cancelled before" in str(failure)


def test_a_loop_that_was_closed_in_the_middle_leaves_nothing(point):
    obj = point(3)

    async def never_waits():
        task = asyncio.create_task(load(obj, "alone"))
        await asyncio.sleep(0)
        return task

    assert asyncio.run(never_waits()).cancelled()
    assert asyncio.run(load(obj, "alone")) == 3


def test_a_loop_is_not_kept(point):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(load(point(1), "alone"))
    loop.close()
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None


def test_the_object_is_kept_while_it_is_loaded_and_no_longer(point):
    async def alone():
        waiting = load(point(1), "alone")
        gc.collect()
        return await waiting

    assert asyncio.run(alone()) == 1
    obj = point(1)
    gone = weakref.ref(obj)
    asyncio.run(load(obj, "alone"))
    del obj
    gc.collect()
    assert gone() is None


def test_outside_of_a_loop_there_is_nobody_to_wait(point):
    coroutine = load(point(1), "alone")
    with pytest.raises(RuntimeError, match="no running event loop"):
        coroutine.send(None)


# -- the accessor ----------------------------------------------------------------------


def test_an_attribute_by_another_name(calls):
    async def loads(state, passive):
        return 5

    class Point:
        x_soon = awaitable("x")

    register_class(Point)
    register_attribute(Point, "x", callable_=loads)

    async def read():
        return await Point().x_soon

    assert asyncio.run(read()) == 5
    assert isinstance(Point.x_soon, awaitable)


def test_an_accessor_of_nothing_in_its_class():
    class Point:
        x_soon = awaitable(object())

    with pytest.raises(errors.NoSuchAttributeError, match="give its name"):
        _ = Point().x_soon


def test_what_is_expired_again_before_it_is_returned_is_what_was_loaded(point):
    async def expired_again():
        obj = point(1)
        obj.x = 1
        expire(obj, "x")
        task = asyncio.create_task(load(obj, "x"))
        while "x" not in vars(obj):
            await asyncio.sleep(0)
        expire(obj, "x")
        return await task

    assert asyncio.run(expired_again()) == "x again"
