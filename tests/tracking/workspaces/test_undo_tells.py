"""Who listens is told of what a timeline takes back, and does again."""

import pytest
from worlds import World, with_keys, with_lists

from ormolu import Timeline, errors, on_change


@pytest.fixture(params=[with_lists, with_keys])
def world(request):
    return World(request.param)


def test_values(world):
    heard = []
    timeline = Timeline(world.france)
    on_change(world.france, call=lambda event: heard.append((event.kind, event.old, event.new)))
    with timeline.record("rename"):
        world.france.name = "Gallia"
    timeline.undo()
    timeline.redo()
    assert heard == [
        ("set", "France", "Gallia"),
        ("undone", "Gallia", "France"),
        ("redone", "France", "Gallia"),
    ]


@pytest.mark.parametrize("of", ["objects", "workspace"])
def test_relationships_once_on_each_side(world, of):
    heard = []
    timeline = Timeline(*([world.france] if of == "objects" else [world.work]))
    for one in (world.france, world.lyon):
        on_change(one, call=lambda event: heard.append((event.key, event.kind)))
    with timeline.record("clear"):
        world.france.cities.clear()
    heard.clear()
    timeline.undo()
    assert sorted(heard) == [("cities", "undone"), ("country", "undone")]
    heard.clear()
    timeline.redo()
    assert sorted(heard) == [("cities", "redone"), ("country", "redone")]


def test_what_a_block_does_that_raises(world):
    heard = []
    timeline = Timeline(world.france)
    on_change(world.france, "name", call=lambda event: heard.append(event.new))
    with pytest.raises(ValueError, match="no"), timeline.record():
        world.france.name = "Gallia"
        raise ValueError("no")
    assert heard == ["Gallia", "France"]


def test_a_listener_that_raises_keeps_nothing_from_being_undone(world):
    def refuse(event):
        if event.kind == "undone":
            raise ZeroDivisionError

    timeline = Timeline(world.france)
    on_change(world.france, call=refuse)
    with timeline.record("rename"):
        world.france.name = "Gallia"
    with pytest.raises(errors.ListenerFailedError, match=r"Country\.name was undone"):
        timeline.undo()
    assert world.france.name == "France"
    assert timeline.can_redo and not timeline.can_undo
    timeline.redo()
    assert world.france.name == "Gallia"
