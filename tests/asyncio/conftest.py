"""Classes whose attributes are loaded by coroutines."""

import asyncio
from types import SimpleNamespace

import pytest

from ormolu.asyncio import for_many
from ormolu.attributes import instance_state, register_attribute
from ormolu.instrumentation import register_class


@pytest.fixture
def calls():
    """What the loaders were called with."""
    return []


@pytest.fixture
def point(calls):
    """A class with an expired attribute, one loaded alone, and one loaded for many."""

    async def load_expired(state, keys, passive):
        calls.append(("expired", sorted(keys)))
        await asyncio.sleep(0)
        return {key: f"{key} again" for key in keys}

    async def load_alone(state, passive):
        calls.append(("alone", state.obj().number))
        await asyncio.sleep(0)
        if state.obj().number < 0:
            raise ValueError("a negative number")
        return state.obj().number

    @for_many
    async def load_many(states, passive):
        calls.append(("many", len(states)))
        await asyncio.sleep(0)
        return {
            state: ValueError("a negative number") if state.obj().number < 0 else "one of many"
            for state in states
        }

    class Point:
        def __init__(self, number=0):
            self.number = number

    register_class(Point, expired_attribute_loader=load_expired)
    register_attribute(Point, "number")
    register_attribute(Point, "x")
    register_attribute(Point, "alone", callable_=load_alone)
    register_attribute(Point, "many", callable_=load_many)
    return Point


def expire(obj, *keys):
    """Have attributes expired, as after a commit."""
    state = instance_state(obj)
    state._commit_all(state.dict)
    state._expire_attributes(state.dict, keys)
    return state


@pytest.fixture
def lonely():
    """Makes a class with one attribute and a loader for it."""

    def make(loader, **options):
        class Lonely:
            pass

        register_class(Lonely)
        register_attribute(Lonely, "x", callable_=loader, **options)
        return SimpleNamespace(Lonely=Lonely, obj=Lonely())

    return make
