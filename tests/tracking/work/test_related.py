"""Workspaces of objects that hold each other: both sides, together."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from ormolu import ChangeSet, Timeline, Workspace, related, tracked


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
