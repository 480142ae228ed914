"""Loaders for many: what one instance misses is loaded for all that came in with it."""

import asyncio
import copy
import gc
import pickle
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from ormolu import errors
from ormolu.asyncio import load
from ormolu.attributes import (
    PASSIVE_NO_FETCH,
    PASSIVE_NO_RESULT,
    for_many,
    get_history,
    instance_state,
    register_attribute,
    set_committed_value,
)
from ormolu.instrumentation import register_class
from ormolu.state import make_peers


class Pickled:
    pass


@pytest.fixture
def trips():
    """What each call of a loader was asked for: names of objects."""
    return []


@pytest.fixture
def star(trips):
    """A class whose ``light`` is loaded for many: ten times its number."""

    class Star:
        def __init__(self, number):
            self.number = number

        planets = None

    @for_many
    def measure(states, passive):
        trips.append([state.obj().number for state in states])
        return {state: state.obj().number * 10 for state in states}

    register_class(Star)
    register_attribute(Star, "number")
    register_attribute(Star, "light", callable_=measure)
    return Star


@pytest.fixture
def stars(star):
    made = [star(number) for number in range(5)]
    make_peers(made)
    return made


def test_one_trip_for_all(stars, trips):
    assert [one.light for one in stars] == [0, 10, 20, 30, 40]
    assert trips == [[0, 1, 2, 3, 4]]
    assert not any(instance_state(one).committed_state.get("light") for one in stars)


def test_those_that_follow_come_first(stars, trips):
    assert stars[3].light == 30
    assert trips == [[3, 4, 0, 1, 2]]


def test_one_that_came_alone(star, trips):
    assert star(7).light == 70
    assert trips == [[7]]


def test_only_what_is_missing(stars, trips):
    stars[1].light = 5
    set_committed_value(stars[2], "light", 6)
    assert [one.light for one in stars] == [0, 5, 6, 30, 40]
    assert trips == [[0, 3, 4]]
    # 1 was written without being loaded first
    assert get_history(stars[1], "light", PASSIVE_NO_FETCH).added == [5]


def test_what_was_deleted_is_not_loaded(stars, trips):
    set_committed_value(stars[1], "light", 5)
    del stars[1].light
    assert stars[0].light == 0
    assert trips == [[0, 2, 3, 4]]
    assert "light" not in vars(stars[1])


def test_one_with_a_loader_of_its_own(stars, trips):
    instance_state(stars[1]).callables = {"light": lambda state, passive: -1}
    assert [one.light for one in stars] == [0, -1, 20, 30, 40]
    assert trips == [[0, 2, 3, 4]]


def test_a_read_that_may_not_load(stars, trips):
    assert get_history(stars[0], "light", PASSIVE_NO_FETCH) == ((), (), ())
    assert trips == []


def test_a_subclass_with_another_loader(star, stars, trips):
    class Sun(star):
        pass

    register_class(Sun)
    register_attribute(Sun, "light", callable_=lambda state, passive: 1)
    sun = Sun(9)
    make_peers([*stars, sun])
    assert (stars[0].light, sun.light) == (0, 1)
    assert trips == [[0, 1, 2, 3, 4]]


def test_members_of_a_collection_are_peers(star, trips):
    class Sky:
        pass

    register_class(Sky)
    register_attribute(
        Sky,
        "stars",
        uselist=True,
        useobject=True,
        callable_=lambda state, passive: [star(number) for number in range(3)],
    )
    assert [one.light for one in Sky().stars] == [0, 10, 20]
    assert trips == [[0, 1, 2]]


def test_who_came_again_with_others(stars, star, trips):
    others = [star(number) for number in (7, 8)]
    make_peers([stars[4], *others])
    assert stars[4].light == 40
    assert trips == [[4, 7, 8, 0, 1, 2, 3]]


def test_nobody_is_held(stars, trips):
    gone = [weakref.ref(one) for one in stars[1:]]
    peers = weakref.ref(instance_state(stars[0])._peers)
    del stars[1:]
    gc.collect()
    assert not any(one() for one in gone)
    assert stars[0].light == 0
    assert trips == [[0]]
    stars.clear()
    gc.collect()
    assert peers() is None


def test_copies_and_pickles_came_by_themselves(stars):
    register_class(Pickled)
    register_attribute(Pickled, "x")
    one, other = Pickled(), Pickled()
    make_peers([one, other])
    for twin in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert instance_state(twin)._peers is None


def test_untracked_ones_are_refused(stars):
    with pytest.raises(errors.UntrackedInstanceError):
        make_peers([stars[0], object()])


# -- the loader of expired attributes ----------------------------------------------------


@pytest.fixture
def rows(star, trips):
    """Values in a store, by number; the class loads all that is expired from there."""
    store = {number: {"light": number * 10, "name": f"star {number}"} for number in range(5)}

    @for_many
    def refresh(states, keys, passive):
        trips.append(sorted(keys))
        return {state: dict(store[state.obj().number]) for state in states}

    register_attribute(star, "name")
    register_class(star, expired_attribute_loader=refresh)
    return store


def expire_all(stars, keys=("light", "name")):
    for one in stars:
        state = instance_state(one)
        state._expire_attributes(state.dict, keys)


def test_expired_ones_are_loaded_together(stars, rows, trips):
    expire_all(stars)
    rows[2]["name"] = "renamed"
    assert [one.name for one in stars] == ["star 0", "star 1", "renamed", "star 3", "star 4"]
    assert [one.light for one in stars] == [0, 10, 20, 30, 40]
    assert trips == [["light", "name"]]


def test_changes_of_expired_ones_are_kept(stars, rows, trips):
    expire_all(stars)
    stars[1].name = "mine"
    assert [one.name for one in stars][:2] == ["star 0", "mine"]
    assert stars[1].light == 10


def test_an_expired_one_without_an_answer(stars, rows, trips):
    expire_all(stars)
    lost = rows.pop(2)

    @for_many
    def refresh(states, keys, passive):
        return {state: rows[number] for state in states if (number := state.obj().number) in rows}

    register_class(type(stars[0]), expired_attribute_loader=refresh)
    assert [one.name for one in stars if one.number != 2] == [
        "star 0", "star 1", "star 3", "star 4",
    ]  # fmt: skip
    with pytest.raises(errors.LoaderError, match="without the state of this object"):
        stars[2].name  # noqa: B018
    rows[2] = lost
    assert stars[2].name == "star 2"


# -- what fails ---------------------------------------------------------------------------


def lights(stars):
    """What each is, or why it is not."""
    found = []
    for one in stars:
        try:
            found.append(one.light)
        except Exception as error:
            found.append(type(error))
    return found


def loading(star, function):
    register_attribute(star, "light", callable_=for_many(function))


def test_too_few(star, stars):
    loading(star, lambda states, passive: {s: 1 for s in states if s.obj().number != 3})
    assert lights(stars) == [1, 1, 1, errors.LoaderError, 1]


def test_too_many_and_foreign_ones(star, stars):
    other = star(9)

    def function(states, passive):
        return {**dict.fromkeys(states, 1), instance_state(other): 2, "foreign": 3}

    loading(star, function)
    assert lights(stars) == [1] * 5
    assert "light" not in vars(other)


def test_nothing_but_foreign_ones(star, stars):
    loading(star, lambda states, passive: {state.obj().number: 1 for state in states})
    with pytest.raises(errors.LoaderError, match="answers for others without the state") as caught:
        stars[0].light  # noqa: B018
    assert (caught.value.class_, caught.value.key) == (star, "light")


def test_two_answers_for_one(star, stars):
    def function(states, passive):
        return [(state, 1) for state in states] + [
            (state, 2) for state in states if state.obj().number == 2
        ]

    loading(star, function)
    assert lights(stars) == [1, 1, errors.LoaderError, 1, 1]


@pytest.mark.parametrize("given", [None, 5, [1, 2], ["abc"], "no"])
def test_no_answers_at_all(star, stars, given):
    loading(star, lambda states, passive: given)
    with pytest.raises(errors.LoaderError, match="no mapping of the states"):
        stars[0].light  # noqa: B018


def test_an_exception_for_one(star, stars):
    angry = True

    def function(states, passive):
        return {
            state: LookupError("2") if state.obj().number == 2 and angry else 1 for state in states
        }

    loading(star, function)
    assert lights(stars) == [1, 1, LookupError, 1, 1]
    angry = False
    assert lights(stars) == [1] * 5


def test_a_loader_that_raises_because_of_one(star, stars):
    asked = []

    def function(states, passive):
        asked.append(len(states))
        return {state: 100 // (state.obj().number - 2) for state in states}

    loading(star, function)
    assert lights(stars) == [-50, -100, ZeroDivisionError, 100, 50]
    # all, then each by itself
    assert asked == [5, 1, 1, 1, 1, 1]


def test_a_value_that_cannot_be_one(star, stars):
    def function(states, passive):
        return {s: PASSIVE_NO_FETCH if s.obj().number else PASSIVE_NO_RESULT for s in states}

    loading(star, function)
    assert stars[1].light == PASSIVE_NO_FETCH  # a number


def test_what_cancels_everything_leaves_everything(star, stars):
    def function(states, passive):
        raise KeyboardInterrupt

    loading(star, function)
    with pytest.raises(KeyboardInterrupt):
        stars[0].light  # noqa: B018
    assert not any("light" in vars(one) for one in stars)
    loading(star, lambda states, passive: dict.fromkeys(states, 1))
    assert lights(stars) == [1] * 5


def test_a_peer_that_goes_while_it_is_loaded(star, stars):
    gone = weakref.ref(stars[3])

    def function(states, passive):
        del stars[3]
        gc.collect()
        return {state: state.obj().number for state in states}

    loading(star, function)
    assert stars[0].light == 0
    gc.collect()
    assert gone() is None


def test_one_that_gets_a_value_meanwhile_keeps_it(star, stars):
    def function(states, passive):
        stars[1].light = "mine"
        return dict.fromkeys(states, 1)

    loading(star, function)
    assert lights(stars) == [1, "mine", 1, 1, 1]


# -- awaited ------------------------------------------------------------------------------


def test_what_is_awaited_in_one_tick_is_one_trip(star, trips):
    alone = [star(number) for number in range(3)]

    async def all_of_them():
        return await asyncio.gather(*(load(one, "light") for one in alone))

    assert asyncio.run(all_of_them()) == [0, 10, 20]
    assert trips == [[0, 1, 2]]


# -- threads --------------------------------------------------------------------------------


def test_threads_that_share_what_came_in_together(star, trips):
    made = [star(number) for number in range(300)]
    make_peers(made)
    begin = threading.Barrier(4)

    def read(part):
        begin.wait(60)
        return [one.light for one in made[part::4]]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(read, range(4)))
    assert found == [[number * 10 for number in range(part, 300, 4)] for part in range(4)]
    # each may have begun before another had it
    assert len(trips) <= 4
