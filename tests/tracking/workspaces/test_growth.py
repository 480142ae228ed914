"""Twice the objects are twice the work: counted in calls of functions, and not in time."""

import sys
from dataclasses import dataclass

import pytest

from ormolu import Workspace, tracked


@tracked
@dataclass(eq=False)
class Note:
    id: int
    text: str = ""
    next: "Note | None" = None


def workspace(count, *, known):
    work = Workspace(key="id")
    notes = [Note(number) for number in range(count)]
    (work.attach if known else work.add)(*notes)
    return work, notes


def add_one_by_one(count):
    work = Workspace(key="id")
    for number in range(count):
        work.add(Note(number))


def look_for_what_is_not_there(count):
    work, _ = workspace(count, known=False)
    for number in range(count):
        assert work.get(Note, -1 - number) is None


def apply_to_as_many(count):
    work, _ = workspace(count, known=False)
    other, notes = workspace(count, known=False)
    for note in notes:
        note.id += count
    other.changes().apply(work)
    assert len(work) == 2 * count


def settle_each(count):
    work, notes = workspace(count, known=False)

    @work.before_commit
    def save(changes):
        for note in notes:
            work.settle(note)

    work.commit()
    assert not work.new


def look_and_attach(count):
    work = Workspace(key="id")
    for number in range(count):
        if work.get(Note, number) is None:
            work.attach(Note(number))


def commit_each(count):
    work, notes = workspace(count, known=True)
    for note in notes:
        note.text = "x"
        assert len(work.commit()) == 1


def calls_of(act, count):
    """Count the calls of functions that a piece of work makes."""
    calls = 0

    def hear(frame, event, argument):
        nonlocal calls
        calls += event == "call"

    sys.setprofile(hear)
    try:
        act(count)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "act",
    [
        add_one_by_one,
        look_for_what_is_not_there,
        apply_to_as_many,
        settle_each,
        look_and_attach,
        commit_each,
    ],
)
def test_twice_the_objects_are_twice_the_work(act):
    calls_of(act, 5)  # what is made once
    few, many = calls_of(act, 60), calls_of(act, 120)
    assert many < 2.4 * few, f"{few} calls for 60 objects, {many} for 120"
