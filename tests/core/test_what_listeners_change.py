"""What a listener changes of its own accord is part of the operation that it listens to."""

import asyncio

import pytest
from tests.core.conftest import commit

from ormolu.attributes import (
    flag_dirty,
    flag_modified,
    get_history,
    instance_state,
    register_attribute,
)
from ormolu.events import listen
from ormolu.instrumentation import register_class


class Refused(Exception):
    """What a listener raises, with something of its own."""

    def __init__(self, note=None):
        super().__init__(note)
        self.note = note


@pytest.fixture
def note_class():
    """A class with an ordinary constructor."""

    class Note:
        def __init__(self, text, about=None):
            self.text = text
            self.about = about

    register_class(Note)
    for key in ("text", "about"):
        register_attribute(Note, key)
    return Note


def refusing(class_, act):
    """Have a listener of ``x`` act, and refuse."""

    def listener(target, value, old, initiator):
        raise Refused(act(target))

    listen(class_.x, "set", listener)


ACTS = {
    "set": lambda p: setattr(p, "y", 7),
    "set twice": lambda p: [setattr(p, "y", value) for value in (7, 8)],
    "delete": lambda p: delattr(p, "y"),
    "set and delete": lambda p: (setattr(p, "y", 7), delattr(p, "y")),
    "flag": lambda p: flag_modified(p, "y"),
    "flag as a whole": flag_dirty,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("changed_before", [False, True])
def test_it_is_taken_back_when_the_operation_fails(point, act, changed_before):
    p, q = point(1, 2), point(3, 4)
    commit(p, q)
    if changed_before:
        p.y = q.y = 5
    before = (dict(vars(p)), get_history(p, "y"), instance_state(p).modified)
    others = (dict(vars(q)), get_history(q, "y"), instance_state(q).modified)
    refusing(point, lambda target: (ACTS[act](target), ACTS[act](q)))
    with pytest.raises(Refused):
        p.x = 9
    assert (dict(vars(p)), get_history(p, "y"), instance_state(p).modified) == before
    assert (dict(vars(q)), get_history(q, "y"), instance_state(q).modified) == others
    p.y = 6
    assert get_history(p, "y") == ([6], (), [2])


@pytest.mark.parametrize("heard", [False, True])
def test_an_instance_that_it_makes_keeps_its_values(point, note_class, heard):
    if heard:
        listen(note_class.text, "set", lambda target, value, old, initiator: None)
    p = point(1, 2)
    commit(p)
    refusing(point, lambda target: note_class("no", about="x"))
    with pytest.raises(Refused) as caught:
        p.x = 9
    note = caught.value.note
    assert (note.text, note.about) == ("no", "x")
    assert get_history(note, "text").added == ["no"]
    assert not instance_state(p).modified


def test_an_assignment_to_what_it_made_that_fails_is_taken_back(point, note_class):
    def shouting(target, value, old, initiator):
        target.about = "changed"
        if value == "no":
            raise Refused

    def act(target):
        note = note_class("yes")
        with pytest.raises(Refused):
            note.text = "no"
        return note

    listen(note_class.text, "set", shouting)
    p = point(1, 2)
    refusing(point, act)
    with pytest.raises(Refused) as caught:
        p.x = 9
    assert caught.value.note.text == "yes"


def test_a_task_started_by_a_listener_is_on_its_own(point):
    tasks = []

    async def later(target):
        await asyncio.sleep(0)
        for value in range(50):
            target.y = value

    def start(target, value, old, initiator):
        tasks.append(asyncio.create_task(later(target)))

    def note(target, value, old, initiator):
        # one that is published, so that the task has something to look for
        assert target.x == 9 or value == 9

    async def main():
        p, q = point(1, 2), point(3, 4)
        commit(p, q)
        listen(point.x, "set", start)
        p.x = 9
        listen(point.x, "set", note)
        await asyncio.gather(*tasks)
        return p

    p = asyncio.run(main())
    assert p.y == 49
    assert get_history(p, "y") == ([49], (), [2])
