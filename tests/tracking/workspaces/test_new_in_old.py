"""New objects that were made in a relationship with old ones, and are taken back."""

import pytest
from worlds import World, with_keys, with_lists, with_sets

from ormolu import Timeline


@pytest.fixture(params=[with_lists, with_keys, with_sets])
def world(request):
    return World(request.param)


def make_one(world):
    return [world.City("Nice", world.france)]


def make_one_and_look(world):
    made = make_one(world)
    assert set(made) <= set(world.work.new)
    return made


def make_one_that_leaves(world):
    (nice,) = made = make_one_and_look(world)
    nice.country = None
    return made


def make_one_that_is_renamed(world):
    (nice,) = made = make_one_and_look(world)
    nice.name = "Nizza"
    return made


def make_one_that_moves(world):
    (nice,) = make_one_and_look(world)
    italy = world.Country("Italy")
    nice.country = italy
    world.work.add(italy)
    return [nice]


def make_one_that_others_come_to(world):
    spain = world.Country("Spain")
    world.work.add(spain)
    world.lyon.country = spain
    return []


def make_one_and_delete_another(world):
    made = make_one_and_look(world)
    world.work.delete(world.lyon)
    return made


ACTS = [
    make_one,
    make_one_and_look,
    make_one_that_leaves,
    make_one_that_is_renamed,
    make_one_that_moves,
    make_one_that_others_come_to,
    make_one_and_delete_another,
]


@pytest.mark.parametrize("act", ACTS)
def test_a_rollback_leaves_none_of_them(world, act):
    made = act(world)
    world.work.rollback()
    world.check()
    assert all(one.country is not world.france for one in made)


@pytest.mark.parametrize("act", ACTS)
def test_an_exception_goes_back_to_the_checkpoint(world, act):
    with pytest.raises(ValueError, match="no"), world.work.checkpoint():
        made = act(world)
        raise ValueError("no")
    world.check()
    assert all(one.country is not world.france for one in made)


@pytest.mark.parametrize("act", ACTS)
def test_nested_checkpoints_go_back_one_by_one(world, act):
    with world.work.checkpoint() as outer:
        paris = world.City("Paris", world.france)
        assert paris in world.work.new
        with world.work.checkpoint() as inner:
            act(world)
            inner.rollback()
        assert world.cities() == ["Lyon", "Paris"] and paris.country is world.france
        outer.rollback()
    world.check()


@pytest.mark.parametrize("act", ACTS)
def test_undo_and_redo(world, act):
    timeline = Timeline(world.work)
    with timeline.record("act"):
        act(world)
    after = str(world.work.changes())
    timeline.undo()
    world.check()
    timeline.redo()
    assert str(world.work.changes()) == after


def test_new_ones_stay_with_each_other(world):
    italy = world.Country("Italy")
    rome = world.City("Rome", italy)
    world.work.add(italy)
    rome.name = "Roma"
    world.work.rollback()
    world.check()
    assert rome.name == "Rome" and rome.country is italy


def test_what_was_committed_is_undone_on_both_sides(world):
    timeline = Timeline(world.work)
    with timeline.record("add"):
        (nice,) = make_one(world)
    world.work.commit()
    timeline.undo()
    assert (world.cities(), nice.country, world.work.deleted) == (["Lyon"], None, (nice,))
    assert timeline.can_redo and not timeline.can_undo
    timeline.redo()
    assert world.cities() == ["Lyon", "Nice"] and nice.country is world.france
    assert not world.work.deleted and not world.work.changes()
