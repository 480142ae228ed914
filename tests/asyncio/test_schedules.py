"""Loads, writes, expirations and cancellations in any order come to what they should."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.asyncio.conftest import expire

from ormolu.asyncio import for_many, load
from ormolu.attributes import instance_state, register_attribute
from ormolu.instrumentation import register_class

COUNT = 3
which = st.integers(0, COUNT - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("load"), which, st.sampled_from(["alone", "many", "x"])),
        st.tuples(st.just("set"), which, st.sampled_from(["alone", "many", "x"])),
        st.tuples(st.just("expire"), which),
        st.tuples(st.just("cancel"), st.integers(0, 20)),
        st.tuples(st.just("tick"), st.integers(1, 3)),
    ),
    max_size=30,
)


def made():
    """A class of which each loader takes some ticks, and fails for the last object."""

    async def alone(state, passive):
        await asyncio.sleep(0)
        return loaded(state)

    @for_many
    async def many(states, passive):
        for _ in range(3):
            await asyncio.sleep(0)
        return {state: attempt(state) for state in states}

    async def expired(state, keys, passive):
        await asyncio.sleep(0)
        return dict.fromkeys(keys, loaded(state))

    def loaded(state):
        if state.obj().fails:
            raise ValueError("it fails")
        return "loaded"

    def attempt(state):
        try:
            return loaded(state)
        except ValueError as error:
            return error

    class Thing:
        fails = False

    register_class(Thing, expired_attribute_loader=expired)
    register_attribute(Thing, "x")
    register_attribute(Thing, "alone", callable_=alone)
    register_attribute(Thing, "many", callable_=many)
    return [Thing() for _ in range(COUNT)]


async def act(things, schedule):
    tasks = []
    for step, *about in schedule:
        if step == "load":
            number, key = about
            tasks.append(asyncio.create_task(load(things[number], key)))
        elif step == "set":
            number, key = about
            setattr(things[number], key, "mine")
        elif step == "expire":
            things[about[0]].x = "before"
            expire(things[about[0]], "x")
        elif step == "cancel" and tasks:
            tasks[about[0] % len(tasks)].cancel()
        elif step == "tick":
            for _ in range(about[0]):
                await asyncio.sleep(0)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for _ in range(3):  # what carried the last of them comes home
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return results


@settings(deadline=None)
@given(steps)
def test_whatever_the_order(schedule):
    things = made()
    things[-1].fails = True
    for result in asyncio.run(act(things, schedule)):
        cancelled = isinstance(result, asyncio.CancelledError)
        assert cancelled or isinstance(result, ValueError) or result in ("loaded", "mine", None)
    things[-1].fails = False
    for thing in things:
        # nothing that happened keeps it from being loaded now
        mine = {key for key in ("alone", "many") if vars(thing).get(key) == "mine"}
        values = asyncio.run(together(thing))
        assert values == ["mine" if key in mine else "loaded" for key in ("alone", "many")]
        assert not {key for key in instance_state(thing).committed_state if key not in vars(thing)}


async def together(thing):
    return await asyncio.gather(load(thing, "alone"), load(thing, "many"))
