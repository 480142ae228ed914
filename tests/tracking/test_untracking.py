"""Classes that are tracked no more, and what is left of their instances and workspaces."""

from dataclasses import dataclass, field

import attrs
import pytest

from ormolu import (
    ChangeSet,
    Timeline,
    Workspace,
    changes,
    checkpoint,
    commit,
    errors,
    has_changed,
    on_change,
    related,
    rollback,
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


# -- what goes on -----------------------------------------------------------------------------


@dataclass(eq=False)
class Base:
    name: str
    tags: list = field(default_factory=list)


@dataclass(eq=False)
class Leaf(Base):
    size: int = 0
    parent: "Leaf | None" = related(back_populates="children")
    children: list["Leaf"] = related(back_populates="parent")


@pytest.fixture
def leaf():
    track(Base)
    track(Leaf)
    root = Leaf("root")
    leaf = Leaf("a", [1], parent=root)
    for one in (root, leaf):
        commit(one)
    yield leaf
    untrack(Leaf)


def test_what_changed_in_a_subclass_that_is_tracked_by_itself_stays_known(leaf):
    root = leaf.parent
    told = []
    on_change(leaf, call=lambda event: told.append(event.key))
    leaf.name, leaf.size = "b", 3
    leaf.tags.append(2)
    with checkpoint(leaf) as point:
        leaf.parent = None
        before, of_root = changes(leaf), changes(root)
        untrack(Base)
        assert changes(leaf) == before and changes(root) == of_root
        leaf.size = 4
        assert told == ["name", "size", "parent", "size"]
        point.rollback()
        assert (leaf.size, leaf.parent, root.children) == (3, root, [leaf])
    rollback(leaf)
    rollback(root)
    assert (leaf.name, leaf.size, leaf.tags) == ("a", 0, [1])
    assert root.children == [leaf] and leaf.parent is root


def test_what_changed_stays_known_when_a_class_is_asked_for_that_was_tracked_with_its_base():
    @tracked
    class Animal:
        name: str = ""

    class Dog(Animal):
        toys: list

    dog = Dog()
    dog.name, dog.toys = "Rex", []
    track(Dog, notify=True)
    assert set(changes(dog)) == {"name", "toys"}
    rollback(dog)
    assert dog.name == ""


def test_containers_that_tell_are_plain_ones_again():
    @tracked(notify=True)
    @dataclass
    class Page:
        tags: list
        meta: dict

    page = Page([["x"], {"a": {1}}], {})
    page.meta["self"] = page.tags
    page.tags.append(page.tags)
    assert type(page.tags) is not list
    untrack(Page)
    assert type(page.tags) is type(page.tags[0]) is list and type(page.tags[1]["a"]) is set
    assert page.tags[2] is page.tags and page.tags[:2] == [["x"], {"a": {1}}]
    assert type(page.meta) is dict and page.meta["self"][0] == ["x"]
    assert type(vars(page)["tags"]) is list


def test_a_class_goes_on_with_its_base():
    @tracked
    @dataclass(eq=False)
    class Animal:
        name: str = ""

    @tracked
    @dataclass(eq=False)
    class Dog(Animal):
        size: int = 0

    dog = Dog("Rex", 1)
    told = []
    on_change(Dog, call=lambda event: told.append(event.key))
    dog.name, dog.size = "Max", 2
    with checkpoint(dog) as point:
        dog.size = 3
        untrack(Dog)
        assert str(changes(dog)) == "name: 'Rex' -> 'Max'\nsize: 1 -> 3"
        point.rollback()
        assert dog.size == 2
    dog.name = "Pat"
    rollback(dog)
    assert (dog.name, dog.size) == ("Rex", 1)
    assert told == ["name", "size", "size", "size", "name", "name", "size"]


def test_who_holds_what_is_tracked_no_more_can_let_it_go():
    @tracked
    @dataclass(eq=False)
    class Author:
        books: list["Book"] = related(back_populates="author")
        prize: "Book | None" = related(back_populates="winner")

    @tracked
    @dataclass(eq=False)
    class Book:
        author: Author | None = related(back_populates="books")
        winner: Author | None = related(back_populates="prize")
        readers: list[Author] = related()

    book, other = Book(), Author()
    author = Author([book], book)
    book.readers.append(author)
    untrack(Author)
    book.author = None
    book.winner = None
    del book.readers[:]
    assert (book.author, book.winner, book.readers) == (None, None, [])
    with pytest.raises(errors.OrmoluError, match="not tracked"):
        book.author = other
    assert book.author is None
