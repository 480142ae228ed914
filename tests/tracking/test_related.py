"""Tracked objects that hold each other: both sides in step, without a database."""

import copy
import gc
import json
import pickle
import sys
import weakref
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Optional

import attrs
import pydantic
import pytest

import ormolu
from ormolu import (
    Workspace,
    changes,
    checkpoint,
    commit,
    errors,
    history,
    on_change,
    related,
    rollback,
    tracked,
)

FAMILIES = {}


def family(make):
    FAMILIES[make.__name__] = make
    return make


def as_dataclasses(**options):
    @tracked
    @dataclass(eq=False, **options)
    class Shelf:
        name: str
        books: list["Book"] = related(back_populates="shelf")

    @tracked
    @dataclass(eq=False, **options)
    class Book:
        title: str
        shelf: Shelf | None = related(back_populates="books")

    return Shelf, Book


@family
def dataclasses():
    return as_dataclasses()


@family
def dataclasses_with_slots():
    return as_dataclasses(slots=True)


@family
def attrs_classes():
    @tracked
    @attrs.define(eq=False)
    class Shelf:
        name: str
        books: list["Book"] = related(back_populates="shelf")

    @tracked
    @attrs.define(eq=False)
    class Book:
        title: str
        shelf: Optional["Shelf"] = related(back_populates="books")

    return Shelf, Book


@family
def plain_classes():
    @tracked
    class Shelf:
        name: str
        books = related(back_populates="shelf", collection=list)

        def __init__(self, name):
            self.name = name

    @tracked
    class Book:
        title: str
        shelf = related(back_populates="books")

        def __init__(self, title, shelf=None):
            self.title = title
            if shelf is not None:
                self.shelf = shelf

    return Shelf, Book


@pytest.fixture(params=FAMILIES)
def library(request):
    """Two shelves; the first has two books, and all of it is as committed."""
    shelf_class, book_class = FAMILIES[request.param]()
    shelf, other = shelf_class("a"), shelf_class("b")
    emma, ulysses = book_class("Emma", shelf), book_class("Ulysses")
    shelf.books.append(ulysses)
    for thing in (shelf, other, emma, ulysses):
        commit(thing)
    return SimpleNamespace(
        shelf=shelf, other=other, emma=emma, ulysses=ulysses, Shelf=shelf_class, Book=book_class
    )


def things(library):
    return library.shelf, library.other, library.emma, library.ulysses


def test_an_object_is_made_unchanged(library):
    made = library.Book("Ada", library.other)
    assert not changes(made)
    assert made.shelf is library.other
    assert library.other.books == [made]
    assert changes(library.other)["books"] == ([], [made])
    assert library.Shelf("c").books == []
    assert library.Book("d").shelf is None


def test_one_side_follows_the_other(library):
    library.emma.shelf = library.other
    assert library.shelf.books == [library.ulysses]
    assert library.other.books == [library.emma]
    assert dict(changes(library.emma)) == {"shelf": (library.shelf, library.other)}
    assert dict(changes(library.shelf)) == {
        "books": ([library.emma, library.ulysses], [library.ulysses])
    }
    assert dict(changes(library.other)) == {"books": ([], [library.emma])}
    library.other.books.remove(library.emma)
    assert library.emma.shelf is None


def test_there_and_back_is_no_change(library):
    library.shelf.books.remove(library.ulysses)
    library.shelf.books.append(library.ulysses)
    assert [list(changes(thing)) for thing in things(library)] == [[]] * 4


def test_rollback_of_one_side_is_one_of_both(library):
    library.other.books = [library.emma, library.ulysses]
    assert library.shelf.books == []
    rollback(library.other)
    assert library.emma.shelf is None
    for thing in things(library):
        rollback(thing)
    assert library.shelf.books == [library.emma, library.ulysses]
    assert library.emma.shelf is library.shelf
    assert not any(changes(thing) for thing in things(library))


def test_the_order_is_part_of_it(library):
    library.shelf.books.reverse()
    assert changes(library.shelf)
    rollback(library.shelf)
    assert library.shelf.books == [library.emma, library.ulysses]


def test_a_collection_stays_the_same_object(library):
    books = library.shelf.books
    books.clear()
    rollback(library.shelf)
    assert library.shelf.books is books
    assert len(books) == 2


def test_history_is_by_member(library):
    library.shelf.books.remove(library.emma)
    made = library.Book("Ada")
    library.shelf.books.append(made)
    assert history(library.shelf, "books") == ([made], [library.ulysses], [library.emma])
    assert history(library.emma, "shelf") == ([None], (), [library.shelf])


def test_checkpoints(library):
    library.emma.shelf = library.other
    with pytest.raises(RuntimeError), checkpoint(library.emma):
        library.emma.shelf = None
        raise RuntimeError
    assert library.emma.shelf is library.other
    assert library.other.books == [library.emma]


def test_commit(library):
    library.emma.shelf = library.other
    for thing in things(library):
        commit(thing)
    assert not any(changes(thing) for thing in things(library))
    assert ormolu.previous_changes(library.emma)["shelf"].new is library.other
    library.emma.title = "E"
    rollback(library.emma)
    assert library.emma.shelf is library.other


def test_what_is_not_tracked_is_no_member(library):
    with pytest.raises(errors.UntrackedInstanceError, match=r"Shelf\.books"):
        library.shelf.books.append(3)
    assert library.shelf.books == [library.emma, library.ulysses]
    assert not changes(library.shelf)
    with pytest.raises(errors.OrmoluError):
        library.emma.shelf = "b"
    assert library.emma.shelf is library.shelf


def test_nobody_keeps_them_alive(library):
    library.emma.shelf = library.other
    library.shelf.books = []
    gone = [weakref.ref(thing) for thing in things(library)]
    library.__dict__.clear()
    gc.collect()
    assert [reference() for reference in gone] == [None] * 4


def test_what_nobody_holds_any_more_goes(library):
    made = library.Book("Ada", library.other)
    library.other.books.clear()
    gone = weakref.ref(made)
    del made
    rollback(library.other)
    commit(library.other)
    gc.collect()
    assert gone() is None


def test_copies_have_their_own(library):
    twin = copy.copy(library.shelf)
    assert twin.books == library.shelf.books
    twin.books.clear()
    assert len(library.shelf.books) == 2


def test_deep_copies(library):
    twin = copy.deepcopy(library.shelf)
    assert [book.title for book in twin.books] == ["Emma", "Ulysses"]
    assert twin.books[0].shelf is twin
    assert not changes(twin)
    twin.books[0].shelf = None
    assert [book.title for book in twin.books] == ["Ulysses"]
    assert len(library.shelf.books) == 2


def test_pickles(library, monkeypatch):
    module = sys.modules[__name__]
    for class_ in (library.Shelf, library.Book):
        monkeypatch.setattr(module, class_.__name__, class_, raising=False)
        class_.__module__, class_.__qualname__ = __name__, class_.__name__
    library.emma.title = "E"
    twin = pickle.loads(pickle.dumps(library.shelf))
    assert [book.title for book in twin.books] == ["E", "Ulysses"]
    twin.books[0].shelf = None
    assert [book.title for book in twin.books] == ["Ulysses"]
    assert not changes(library.shelf)


def test_values_are_what_they_look_like(library):
    assert isinstance(library.shelf.books, list)
    assert json.dumps([book.title for book in library.shelf.books]) == '["Emma", "Ulysses"]'
    if hasattr(library.shelf, "__dict__"):
        assert set(vars(library.shelf)) <= {"name", "books"}


def test_many_to_many():
    @tracked
    @dataclass(eq=False)
    class Tag:
        posts: set["Post"] = related(back_populates="tags")

    @tracked
    @dataclass(eq=False)
    class Post:
        tags: set[Tag] = related(back_populates="posts")

    one, other = Tag(), Tag()
    post = Post({one})
    assert one.posts == {post}
    post.tags |= {other}
    assert other.posts == {post}
    one.posts.clear()
    assert post.tags == {other}
    rollback(post)
    assert post.tags == {one}
    assert (one.posts, other.posts) == ({post}, set())


def test_one_to_one():
    @tracked
    @dataclass(eq=False)
    class Person:
        desk: Optional["Desk"] = related(back_populates="person")

    @tracked
    @dataclass(eq=False)
    class Desk:
        person: Person | None = related(back_populates="desk")

    ann, bob, desk = Person(), Person(), Desk()
    ann.desk = desk
    assert desk.person is ann
    desk.person = bob
    assert bob.desk is desk
    assert ann.desk is None


def test_keyed():
    @tracked
    @dataclass(eq=False)
    class Country:
        cities: dict[str, "City"] = related(back_populates="country", key="name")

    @tracked
    @dataclass(eq=False)
    class City:
        name: str
        country: Country | None = related(back_populates="cities")

    italy = Country()
    rome = City("Rome", italy)
    assert italy.cities == {"Rome": rome}
    commit(italy)
    del italy.cities["Rome"]
    assert rome.country is None
    assert changes(italy)["cities"] == ({"Rome": rome}, {})
    rollback(italy)
    assert italy.cities == {"Rome": rome}
    assert rome.country is italy


def test_a_dictionary_needs_a_key():
    with pytest.raises(errors.RelationshipError, match=r'Country\.cities.*key="name"'):

        @tracked
        @dataclass
        class Country:
            cities: dict[str, object] = related()


@pytest.mark.parametrize(
    "annotation", ["Sequence[object]", "tuple[object, ...]", "frozenset[object]"]
)
def test_an_annotation_that_does_not_say_what_to_make(annotation):
    class Shelf:
        books = related()

    Shelf.__annotations__ = {"books": annotation}
    with pytest.raises(errors.RelationshipError, match=r"Shelf\.books.*related\(collection="):
        tracked(Shelf)
    assert not ormolu.is_tracked(Shelf)


def test_a_model_cannot_relate():
    class Node(pydantic.BaseModel):
        kids: list["Node"] = related(back_populates="up")

    with pytest.raises(errors.RelationshipError, match=r"Node\.kids: a Pydantic model"):
        tracked(Node)
    assert not ormolu.is_tracked(Node)


def test_the_other_side_is_not_what_it_was_said_to_be():
    @tracked
    @dataclass(eq=False)
    class Shelf:
        books: list["Book"] = related(back_populates="shelves")

    @tracked
    @dataclass(eq=False)
    class Book:
        shelf: Shelf | None = related(back_populates="books")

    shelf = Shelf()
    with pytest.raises(errors.OrmoluError, match=r"shelves"):
        shelf.books.append(Book())
    assert shelf.books == []
    assert not changes(shelf)


def test_a_tree():
    @tracked
    @dataclass(eq=False)
    class Node:
        name: str
        parent: Optional["Node"] = related(back_populates="children")
        children: list["Node"] = related(back_populates="parent")

    root = Node("root")
    leaf = Node("leaf", Node("branch", root))
    assert [child.name for child in root.children] == ["branch"]
    leaf.parent = root
    assert [child.name for child in root.children] == ["branch", "leaf"]
    assert root.children[0].children == []
    gone = weakref.ref(root)
    del root, leaf
    gc.collect()
    assert gone() is None


def test_subclasses():
    @tracked
    @dataclass(eq=False)
    class Shelf:
        books: list["Book"] = related(back_populates="shelf")

    @tracked
    @dataclass(eq=False)
    class Book:
        shelf: Shelf | None = related(back_populates="books")

    @dataclass(eq=False)
    class Novel(Book):
        pages: int = 0

    shelf = Shelf()
    novel = Novel(shelf, 300)
    assert shelf.books == [novel]
    assert not changes(novel)
    second = Novel(shelf, 200)
    assert not changes(second)
    novel.pages = 301
    novel.shelf = None
    assert list(changes(novel)) == ["shelf", "pages"]
    rollback(novel)
    assert shelf.books == [second, novel]


# -- who listens --------------------------------------------------------------------------


@pytest.fixture
def told(library):
    """What listeners were told, in their order."""
    events = []
    for class_ in (library.Shelf, library.Book):
        ormolu.on_change(class_, call=events.append)
    yield events


def what(events):
    return [(event.obj, event.key, event.old, event.new) for event in events]


def test_both_sides_are_told_when_all_is_done(library, told):
    library.emma.shelf = library.other
    assert sorted(what(told), key=repr) == sorted(
        [
            (library.emma, "shelf", library.shelf, library.other),
            (library.shelf, "books", [library.emma, library.ulysses], [library.ulysses]),
            (library.other, "books", [], [library.emma]),
        ],
        key=repr,
    )


def test_one_operation_tells_once_for_each(library, told):
    library.shelf.books.clear()
    assert [(event.obj, event.key) for event in told].count((library.shelf, "books")) == 1
    assert len(told) == 3


def test_a_listener_finds_both_sides_in_step(library):
    seen = []

    def look(event):
        seen.append((library.emma.shelf, list(library.other.books)))

    ormolu.on_change(library.emma, "shelf", call=look)
    library.other.books.append(library.emma)
    assert seen == [(library.other, [library.emma])]


def test_another_order_is_told(library, told):
    library.shelf.books.reverse()
    both = [library.emma, library.ulysses]
    assert what(told) == [(library.shelf, "books", both, both[::-1])]


def test_what_is_refused_is_not_told(library, told):
    with pytest.raises(errors.OrmoluError):
        library.shelf.books.append(3)
    assert told == []


def test_what_is_made_is_told_at_the_other_side(library, told):
    made = library.Book("Ada", library.other)
    assert what(told) == [(library.other, "books", [], [made])]


def test_a_rollback_is_told(library, told):
    library.emma.shelf = library.other
    told.clear()
    rollback(library.emma)
    assert (library.emma, "shelf", library.other, library.shelf) in what(told)
    assert len(told) == len(set(map(str, what(told))))


@pytest.mark.parametrize("value", [None, 3, "text"])
@pytest.mark.parametrize("named_back", [True, False])
def test_a_collection_holds_objects_only(value, named_back):
    @tracked
    @dataclass(eq=False)
    class Node:
        nodes: list["Node"] = related(back_populates="nodes" if named_back else None)
        some: set["Node"] = related()
        keyed: dict[str, "Node"] = related(key="name")
        name: str = "x"

    node = Node()
    for put in (
        lambda: node.nodes.append(value),
        lambda: setattr(node, "nodes", [Node(), value]),
        lambda: node.nodes.extend([Node(), value]),
        lambda: node.some.add(value),
        lambda: Node(nodes=[value]),
    ):
        with pytest.raises(errors.UntrackedInstanceError, match=r"related\(\) fields hold"):
            put()
    with pytest.raises(errors.CollectionError):
        node.keyed["x"] = value
    assert not changes(node) and node.nodes == []


class Stack(list):
    """A collection of one's own."""


class Bag(set):
    pass


@tracked
@dataclass(eq=False)
class Tray:
    plates: list["Plate"] = related(back_populates="tray", collection=Stack)
    spoons: set["Plate"] = related(collection=Bag)


@tracked
@dataclass(eq=False)
class Plate:
    tray: Tray | None = related(back_populates="plates")


@pytest.mark.parametrize(
    "twin", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_collections_of_ones_own_are_copied(twin):
    tray = Tray()
    tray.plates.append(Plate())
    tray.spoons.add(Plate())
    again = twin(tray)
    assert isinstance(again.plates, Stack) and isinstance(again.spoons, Bag)
    assert len(again.plates) == len(again.spoons) == 1
    assert again.plates is not tray.plates and not changes(again)
    assert type(twin(tray.plates)) is list and type(twin(tray.spoons)) is set
    assert "append" not in vars(Stack) and "add" not in vars(Bag)


@pytest.mark.parametrize("back", ["spouse", "other"])
def test_listeners_of_both_sides_hear_of_a_rollback(back):
    @tracked
    @dataclass(eq=False)
    class Person:
        name: str
        spouse: "Person | None" = related(back_populates=back)
        other: "Person | None" = related(back_populates="spouse" if back == "other" else None)

    ann, bob, cy = map(Person, "abc")
    ann.spouse = bob
    work = Workspace()
    work.attach(ann, bob, cy)
    told = []
    on_change(
        Person,
        call=lambda event: told.append(
            (event.obj.name, event.key, event.new and event.new.name, event.kind)
        ),
    )
    wanted = {
        ("a", "spouse", "b", "rolled back"),
        ("b", back, "a", "rolled back"),
        ("c", back, None, "rolled back"),
    }
    for go_back in (work.rollback, lambda: rollback(ann)):
        ann.spouse = cy
        told.clear()
        go_back()
        assert set(told) == wanted and len(told) == 3


def with_a_pile():
    class Pile(list):
        pass

    def pile():
        return Pile()

    @tracked
    @dataclass(eq=False)
    class Desk:
        papers: list["Desk"] = related(collection=pile)

    desk = Desk()
    desk.papers.append(Desk())
    return desk, weakref.ref(Pile)


def test_a_collection_that_a_function_makes_is_copied():
    desk, pile = with_a_pile()
    again = copy.deepcopy(desk)
    assert isinstance(again.papers, pile()) and len(again.papers) == 1
    del desk, again
    gc.collect()
    assert pile() is None


def test_collections_print_as_what_they_look_like():
    @tracked
    @dataclass(eq=False)
    class Node:
        name: str
        some: set["Node"] = related(back_populates="some")
        many: list["Node"] = related(back_populates="many")
        keyed: dict[str, "Node"] = related(key="name")

    node, other = Node("a"), Node("b")
    assert repr(node.some) == "set()" and repr(node.many) == "[]" and repr(node.keyed) == "{}"
    node.some.add(other)
    assert repr(node.some).startswith("{") and "name='b', some={" in repr(node.some)
    assert "RelatedSet" not in repr(node)
