"""Both sides of relationships, where assigning one side changes the other."""

import pytest

import ormolu
from ormolu import Timeline, Workspace, errors


@ormolu.tracked
class Company:
    id: int
    staff: list

    def __init__(self, id):
        self.id = id
        self.staff = []

    def __setattr__(self, name, value):
        before = getattr(self, name, [])
        object.__setattr__(self, name, value)
        if name == "staff":
            for person in before:
                if person not in value:
                    person.company = None
            for person in value:
                person.company = self


@ormolu.tracked
class Person:
    id: int
    name: str
    company: Company | None

    def __init__(self, id, company=None):
        self.id = id
        self.name = f"p{id}"
        self.company = None
        self.company = company

    def __setattr__(self, name, value):
        if value == "refused":
            raise ValueError(value)
        before = getattr(self, name, None)
        object.__setattr__(self, name, value)
        if name == "company" and before is not value:
            if before is not None and self in before.staff:
                before.staff.remove(self)
            if value is not None and self not in value.staff:
                value.staff.append(self)


@pytest.fixture
def work():
    """Two companies, with two people in the first."""
    return known()


def known():
    work = Workspace(key="id")
    one, other = Company(1), Company(2)
    work.attach(one, other, Person(11, one), Person(12, one))
    return work


def staff(work):
    """The people of each company, once from each side."""
    companies = [obj for obj in work if isinstance(obj, Company)]
    people = [obj for obj in work if isinstance(obj, Person) and obj not in work.deleted]
    from_them = {company.id: [person.id for person in company.staff] for company in companies}
    for company in companies:
        assert {p.id for p in people if p.company is company} == set(from_them[company.id])
    return from_them


def move(work):
    """Have one change companies, one leave, and one come."""
    _one, other, first, second = work
    first.company = other
    third = Person(13)
    other.staff = [third, first]
    work.delete(second)
    second.company = None
    return {1: [], 2: [13, 11]}


def test_a_change_set_has_both_sides(work):
    after = move(work)
    assert staff(work) == after
    found = work.changes()
    copy = known()
    found.apply(copy)
    assert staff(copy) == after
    assert copy.changes() == found


def test_inverted(work):
    before = staff(work)
    move(work)
    found = work.commit()
    found.inverted().apply(work)
    assert staff(work) == before
    assert work.changes() == found.inverted()


def test_rollback_and_checkpoint(work):
    before = staff(work)
    with pytest.raises(ZeroDivisionError), work.checkpoint():
        move(work)
        raise ZeroDivisionError
    assert staff(work) == before
    assert not work.changes()
    move(work)
    work.rollback()
    assert staff(work) == before
    assert len(work) == 4


def test_undo_and_redo(work):
    before = staff(work)
    timeline = Timeline(work)
    after = move(work)
    timeline.undo()
    assert staff(work) == before
    assert not work.changes()
    timeline.redo()
    assert staff(work) == after


def test_undo_of_objects_without_a_workspace():
    one, other = Company(1), Company(2)
    person = Person(11, one)
    timeline = Timeline(one, other)
    person.company = other
    timeline.mark("move")
    person.company = None
    timeline.mark("leave")
    timeline.undo()
    assert (one.staff, other.staff, person.company) == ([], [person], other)
    timeline.undo()
    assert (one.staff, other.staff, person.company) == ([person], [], one)
    timeline.redo()
    timeline.redo()
    assert (one.staff, other.staff, person.company) == ([], [], None)


def test_what_is_refused_leaves_both_sides(work):
    source = known()
    _one, other, first, second = source
    first.company = other
    second.name = "named"
    found = source.changes()
    text = found.to_json()
    text["changes"][-1]["fields"]["name"]["new"] = "refused"
    with pytest.raises(ValueError, match="refused"):
        ormolu.ChangeSet.from_json(text).apply(work)
    assert staff(work) == {1: [11, 12], 2: []}
    assert not work.changes()


def test_both_sides_conflict(work):
    source = known()
    source.objects[2].company = source.objects[1]
    work.objects[2].company = None
    with pytest.raises(errors.ConflictError) as caught:
        source.changes().apply(work)
    assert [(conflict.ref.key, conflict.key) for conflict in caught.value.conflicts] == [
        (1, "staff"),
        (11, "company"),
    ] or [(conflict.ref.key, conflict.key) for conflict in caught.value.conflicts] == [
        (11, "company")
    ]
    source.changes().apply(work, "theirs")
    assert staff(work) == {1: [12], 2: [11]}
