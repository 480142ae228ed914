"""Classes that are tracked no more, and what is left of their instances and workspaces."""

from dataclasses import dataclass

import attrs
import pytest

from ormolu import (
    ChangeSet,
    Timeline,
    Workspace,
    changes,
    errors,
    has_changed,
    related,
    track,
    tracked,
    untrack,
)

MAKERS = {
    "a dataclass": dataclass(eq=False),
    "a dataclass with slots": dataclass(eq=False, slots=True, weakref_slot=True),
    "attrs": attrs.define(eq=False, slots=False),
    "attrs with slots": attrs.define(eq=False),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_instances_keep_what_they_held(make):
    @tracked
    @make
    class Shelf:
        books: list["object"] = related(back_populates="shelf")
        by_name: dict[str, "object"] = related(key="name")
        read: set["object"] = related()

    @tracked
    @make
    class Book:
        name: str
        shelf: Shelf | None = related(back_populates="books")

    class Sub(Shelf):
        pass

    shelf, unread, sub = Shelf(), Shelf(), Sub()
    book, other = Book("a", shelf), Book("b", sub)
    shelf.by_name["a"] = book
    shelf.read.add(book)
    untrack(Shelf)
    untrack(Book)
    for found, wanted in [
        (shelf.books, [book]),
        (shelf.by_name, {"a": book}),
        (shelf.read, {book}),
        (unread.books, []),
        (unread.by_name, {}),
        (sub.books, [other]),
        (sub.read, set()),
    ]:
        assert type(found) is type(wanted) and found == wanted
    assert book.shelf is shelf and other.shelf is sub


def test_what_is_tracked_once_more_holds_what_it_held():
    @tracked
    @dataclass(eq=False)
    class Shelf:
        books: list["object"] = related(back_populates="shelf")

    @tracked
    @dataclass(eq=False)
    class Book:
        shelf: Shelf | None = related(back_populates="books")

    shelf = Shelf()
    book = Book(shelf)
    untrack(Shelf)
    untrack(Book)
    track(Book)
    track(Shelf)
    shelf.books.clear()
    assert book.shelf is None and has_changed(shelf)


@pytest.fixture
def work():
    @tracked
    @dataclass(eq=False)
    class Doc:
        id: int
        size: int = 0

    work = Workspace(key="id")
    doc = Doc(1)
    work.attach(doc)
    timeline = Timeline(work)
    doc.size = 3
    found = work.changes()
    timeline.mark()
    untrack(Doc)
    return work, doc, timeline, found


ACTS = {
    "changes": lambda work, doc, timeline, found: work.changes(),
    "commit": lambda work, doc, timeline, found: work.commit(),
    "rollback": lambda work, doc, timeline, found: work.rollback(),
    "dirty": lambda work, doc, timeline, found: work.dirty,
    "checkpoint": lambda work, doc, timeline, found: work.checkpoint().__enter__(),
    "undo": lambda work, doc, timeline, found: timeline.undo(),
    "apply": lambda work, doc, timeline, found: found.inverted().apply(work),
    "patch": lambda work, doc, timeline, found: ChangeSet.from_merge_patch({}, work),
    "changes of one": lambda work, doc, timeline, found: changes(doc),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_workspace_says_that_one_of_its_classes_is_tracked_no_more(work, act):
    why = r"Doc is not tracked, .*@ormolu.tracked"
    with pytest.raises(errors.UntrackedClassError, match=why):
        act(*work)
    assert repr(work[0]) == "<Workspace of 1 object(s)>"
    assert issubclass(errors.UntrackedClassError, errors.UntrackedInstanceError)
    work[0].discard(work[1])
    assert not work[0].changes()
