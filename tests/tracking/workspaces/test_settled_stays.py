"""What was committed by itself stays so when the rest goes back."""

from dataclasses import dataclass

import pytest

from ormolu import Workspace, related, tracked


@tracked
@dataclass(eq=False)
class Owner:
    id: int
    things: list["Thing"] = related(back_populates="owner")
    tags: list["Tag"] = related(back_populates="owners")


@tracked
@dataclass(eq=False)
class Thing:
    id: int
    owner: Owner | None = related(back_populates="things")


@tracked
@dataclass(eq=False)
class Tag:
    id: int
    owners: list[Owner] = related(back_populates="tags")


@pytest.fixture
def work():
    first, second = Owner(1), Owner(2)
    first.things = [Thing(1), Thing(2)]
    work = Workspace(key="id")
    work.attach(first, second, Tag(1))
    return work


def everything(work):
    return [work.get(Owner, 1), work.get(Owner, 2), *(work.get(Thing, n) for n in (1, 2))]


def roll_back(work, point):
    work.rollback()


def roll_back_to(work, point):
    point.rollback()


@pytest.mark.parametrize("back", [roll_back, roll_back_to])
class TestGoingBack:
    def test_the_side_that_holds_one(self, work, back):
        first, second, thing, other = everything(work)
        point = work.checkpoint()
        thing.owner = second
        other.owner = None
        work.settle(thing)
        back(work, point)
        assert thing.owner is second and second.things == [thing]
        assert other.owner is first and first.things == [other]
        assert {ref.class_name for ref in work.changes()} == {"Owner"}
        back(work, point) if back is roll_back_to else work.rollback()
        assert thing.owner is second

    def test_the_side_that_holds_many(self, work, back):
        first, second, thing, other = everything(work)
        point = work.checkpoint()
        thing.owner = second
        work.settle(first)
        back(work, point)
        assert first.things == [other] and thing.owner is None and second.things == []
        assert [*work.changes()] == [work.ref(thing)]

    def test_many_on_both_sides(self, work, back):
        first, tag = work.get(Owner, 1), work.get(Tag, 1)
        point = work.checkpoint()
        first.tags.append(tag)
        work.settle(first)
        back(work, point)
        assert first.tags == [tag] and tag.owners == [first]
        assert [*work.changes()] == [work.ref(tag)]

    def test_what_is_gone_is_held_by_nobody(self, work, back):
        first, _, thing, other = everything(work)
        point = work.checkpoint()
        work.delete(thing)
        work.settle(thing)
        first.id = 9
        back(work, point)
        assert first.things == [other] and thing.owner is None and thing not in work
        assert first.id == 1 and [*work.changes()] == [work.ref(first)]
        work.commit()
        assert thing not in work and not work.changes()


def test_a_commit_makes_both_sides_right(work):
    first, second, thing, _ = everything(work)
    thing.owner = second
    work.settle(thing)
    work.rollback()
    work.commit()
    second.things.clear()
    work.rollback()
    assert thing.owner is second and second.things == [thing] and first.things != [thing]


def test_what_was_deleted_does_not_come_back_unasked(work):
    @tracked
    @dataclass(eq=False)
    class Note:
        id: int
        about: list[Thing]

    thing = work.get(Thing, 1)
    note = Note(1, [thing])
    work.attach(note)
    work.delete(thing)
    work.commit()
    note.about.append(work.get(Thing, 2))
    assert [change.kind for change in work.changes().values()] == ["changed"]
    work.commit()
    assert thing not in work
    work.add(thing)
    assert thing in work.new
