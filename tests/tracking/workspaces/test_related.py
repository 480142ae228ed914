"""Workspaces of objects that hold each other: both sides, together."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from ormolu import ChangeSet, Ref, Timeline, Workspace, errors, on_change, related, tracked
from ormolu.tracking.instances import held


@pytest.fixture(params=[False, True], ids=["dictionaries", "slots"])
def library(request):
    """A workspace of two authors and a book by the first of them."""

    @tracked
    @dataclass(eq=False, slots=request.param)
    class Author:
        id: int
        name: str
        books: list["Book"] = related(back_populates="author")

    @tracked
    @dataclass(eq=False, slots=request.param)
    class Book:
        id: int
        title: str
        author: Author | None = related(back_populates="books")

    jane, other = Author(1, "Jane"), Author(2, "Other")
    emma = Book(1, "Emma", jane)
    work = Workspace(key="id")
    work.attach(jane, other, emma)
    return SimpleNamespace(work=work, jane=jane, other=other, emma=emma, Author=Author, Book=Book)


def where(library):
    return library.emma.author, list(library.jane.books), list(library.other.books)


def test_what_is_made_with_a_relationship_is_committed_when_it_is_attached(library):
    assert library.work.dirty == library.work.new == ()
    assert where(library) == (library.jane, [library.emma], [])


def test_rollback_is_one_of_both_sides(library):
    library.emma.author = library.other
    assert set(library.work.dirty) == {library.jane, library.other, library.emma}
    library.work.rollback()
    assert where(library) == (library.jane, [library.emma], [])
    assert library.work.dirty == ()


def test_a_change_set_is_applied_and_inverted(library):
    library.emma.author = library.other
    done = ChangeSet.from_json(library.work.changes().to_json())
    library.work.rollback()
    done.apply(library.work)
    assert where(library) == (library.other, [], [library.emma])
    done.inverted().apply(library.work)
    assert where(library) == (library.jane, [library.emma], [])
    assert library.work.dirty == ()


def test_undo_and_redo(library):
    timeline = Timeline(library.work)
    with timeline.record("move"):
        library.other.books.append(library.emma)
    assert where(library) == (library.other, [], [library.emma])
    timeline.undo()
    assert where(library) == (library.jane, [library.emma], [])
    timeline.redo()
    assert where(library) == (library.other, [], [library.emma])


def test_a_checkpoint_over_the_graph(library):
    with pytest.raises(RuntimeError), library.work.checkpoint():
        library.jane.books.clear()
        library.other.books = [library.emma]
        raise RuntimeError
    assert where(library) == (library.jane, [library.emma], [])


def test_what_is_held_comes_along(library):
    made = library.Book(2, "Ada", library.jane)
    assert made in library.work
    assert library.work.new == (made,)
    assert [change.kind for change in library.work.commit().values()].count("new") == 1
    assert library.work.new == ()


# -- deleting ---------------------------------------------------------------------------------


def test_what_is_deleted_is_let_go_of_on_both_sides(library):
    library.work.delete(library.jane)
    assert where(library) == (None, [], [])
    assert [(one.kind, str(one.ref)) for one in library.work.changes().values()] == [
        ("deleted", "Author 1"),
        ("changed", "Book 1"),
    ]
    library.work.rollback()
    assert where(library) == (library.jane, [library.emma], [])
    assert not library.work.changes()


def test_a_member_that_is_deleted_leaves_the_collection(library):
    library.work.delete(library.emma)
    changes = library.work.changes()
    assert changes["Author", 1].fields["books"] == ([Ref("Book", 1)], [])
    assert changes["Book", 1].old_values["author"] == Ref("Author", 1)
    library.work.commit()
    assert where(library) == (None, [], [])


def test_a_new_object_that_is_deleted_does_not_come_back(library):
    ada = library.Book(2, "Ada", library.jane)
    assert library.work.new == (ada,)
    library.work.delete(ada)
    assert library.work.new == library.work.dirty == ()


def test_a_deletion_is_applied_and_inverted_undone_and_redone(library):
    timeline = Timeline(library.work)
    with timeline.record("delete"):
        library.work.delete(library.jane)
    done = library.work.changes()
    for _ in range(2):
        timeline.undo()
        assert where(library) == (library.jane, [library.emma], [])
        assert not library.work.changes()
        timeline.redo()
        assert where(library) == (None, [], [])
        assert library.work.changes() == done
    timeline.undo()
    done.apply(library.work)
    assert library.work.changes() == done
    library.work.commit()
    done.inverted().apply(library.work)
    assert [book.title for book in library.work.get(library.Author, 1).books] == ["Emma"]


@pytest.fixture(params=["one", "list", "set", "dict"])
def team(request):
    """A workspace of a team that holds two players, who do not know of it."""

    @tracked
    @dataclass(eq=False)
    class Player:
        id: int

    @tracked
    @dataclass(eq=False)
    class Team:
        id: int
        one: Player | None = related()
        list: "list[Player]" = related(collection=list)
        set: "set[Player]" = related(collection=set)
        dict: "dict[int, Player]" = related(collection=dict, key="id")

    first, second, holder = Player(1), Player(2), Team(1)
    held = {
        "one": lambda: first,
        "list": lambda: [first, second, first],
        "set": lambda: {first, second},
        "dict": lambda: {1: first, 2: second},
    }[request.param]
    setattr(holder, request.param, held())
    work = Workspace(key="id")
    work.attach(holder, first, second)
    return SimpleNamespace(
        work=work, field=request.param, holder=holder, first=first, second=second, held=held
    )


def test_what_is_held_from_one_side_is_let_go_of(team):
    team.work.delete(team.first)
    left = {"one": None, "list": [team.second], "set": {team.second}, "dict": {2: team.second}}
    assert getattr(team.holder, team.field) == left[team.field]
    assert team.work.dirty == (team.holder,)
    team.work.rollback()
    assert getattr(team.holder, team.field) == team.held()


def test_who_is_to_be_deleted_too_need_not_let_go(team):
    team.work.delete(team.holder, team.first)
    assert getattr(team.holder, team.field) == team.held()
    assert team.work.dirty == ()


def test_what_listeners_are_told_of_a_deletion_stays(library):
    told = []

    def complain(event):
        told.append(event.obj)
        raise ValueError("not this one")

    ada = library.Book(2, "Ada", library.jane)
    library.work.commit()
    on_change(ada, call=complain)
    on_change(library.jane, call=lambda event: told.append(event.obj))
    with pytest.raises(errors.ListenerFailedError):
        library.work.delete(library.emma, ada)
    assert library.work.deleted == (library.emma, ada)
    assert list(library.jane.books) == []
    assert ada.author is None and sorted(map(type, told), key=str) == [
        library.Author,
        library.Book,
    ]


def test_to_attach_an_object_makes_no_collection_that_nobody_has_asked_for(library):
    ann = library.Author(3, "Ann")
    library.work.attach(ann)
    library.work.checkpoint().release()
    library.work.commit()
    assert held.find(ann) is None
    assert ann.books == []
