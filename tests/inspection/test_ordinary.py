"""Views of objects of tracked classes."""

import copy
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ormolu
from ormolu import inspect, on_change, related, tracked
from ormolu.tracking.instances import held


@pytest.fixture(params=[False, True], ids=["dict", "slots"])
def post_class(request):
    @tracked
    @dataclass(eq=False, slots=request.param, weakref_slot=request.param)
    class Post:
        title: str
        tags: list[str] = field(default_factory=list)

    return Post


@tracked
@dataclass(eq=False)
class Shelf:
    books: list["Book"] = related(back_populates="shelf")


@tracked
@dataclass(eq=False)
class Book:
    title: str
    shelf: Shelf | None = related(back_populates="books")


def test_old_and_new(post_class):
    post = post_class("a")
    assert inspect(post).life == "unchanged"
    post.title = "b"
    post.tags.append("x")
    view = inspect(post)
    assert view.life == "changed"
    assert view.changed == ("title", "tags")
    assert view.attributes["title"].old == "a"
    assert view.attributes["tags"].history == ([["x"]], (), [[]])


def test_to_look_takes_no_snapshot(post_class):
    post = post_class("a", ["x"])
    for _ in range(2):
        inspect(post)
        assert held.peek(post) is None
    assert not ormolu.has_changed(post)


def test_to_look_does_not_adopt_a_subclass(post_class):
    class Note(post_class):
        pass

    note = object.__new__(Note)
    inspect(note)
    assert "_ormolu_tracked" not in vars(Note)


def test_an_object_in_the_making_says_so():
    seen = []

    @tracked("x")
    class Point:
        def __init__(self):
            self.x = 1
            seen.append(inspect(self).life)

    assert inspect(Point()).life == "unchanged"
    assert seen == ["being made"]


def test_no_collection_is_made_to_look():
    shelf = Shelf()
    assert inspect(shelf).attributes["books"].value == []
    book = Book("a")
    shelf.books.append(book)
    assert inspect(shelf).attributes["books"].change.startswith("+<Book")
    ormolu.rollback(shelf)
    assert inspect(book).changed == ()


def test_a_reference_that_was_another(post_class):
    first, second = Shelf(), Shelf()
    book = Book("a", first)
    ormolu.commit(book)
    book.shelf = second
    view = inspect(book).attributes["shelf"]
    assert (view.old, view.value) == (first, second)
    assert view.history == ([second], [], [first])


def test_checkpoints_last_commit_and_workspace(post_class):
    post = post_class("a")
    post.title = "b"
    ormolu.commit(post)
    workspace = ormolu.Workspace()
    workspace.add(post)
    with ormolu.checkpoint(post):
        facts = inspect(post).facts
    assert facts == {
        "belongs to": "a workspace",
        "checkpoints": "1",
        "committed last": "title",
    }


def test_who_listens(post_class):
    post = post_class("a")

    def to_all(event):
        pass

    def to_title(event):
        pass

    on_change(post, call=to_all)
    on_change(post_class, "title", call=to_title)
    view = inspect(post)
    assert "to_all" in view.listeners[0]
    assert "to_title" in view.attributes["title"].listeners[0]
    assert view.attributes["tags"].listeners == ()


def test_a_property_is_not_called():
    called = []

    @tracked("celsius")
    class Weather:
        @property
        def celsius(self):
            called.append(self)
            return 1

        @celsius.setter
        def celsius(self, value):
            pass

    weather = Weather()
    called.clear()
    assert inspect(weather).attributes["celsius"].status == "not read"
    assert called == []


def test_a_copy_is_unchanged(post_class):
    post = post_class("a")
    post.title = "b"
    assert inspect(copy.copy(post)).life == "unchanged"


STEPS = {
    "assign": lambda post: setattr(post, "title", post.title + "x"),
    "append": lambda post: post.tags.append("x"),
    "nest": lambda post: post.tags.append(["x"]),
    "read": lambda post: post.tags,
    "replace": lambda post: setattr(post, "tags", ["new"]),
    "commit": ormolu.commit,
    "rollback": ormolu.rollback,
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_an_object_that_is_looked_at_goes_on_as_one_that_is_not(steps):
    @tracked
    @dataclass
    class Post:
        title: str
        tags: list = field(default_factory=list)

    looked_at, other = Post("a"), Post("a")
    for step in steps:
        for post in (looked_at, other):
            STEPS[step](post)
        seen = inspect(looked_at)
        assert (held.peek(looked_at) is None) is (held.peek(other) is None)
        assert set(seen.changed) == set(ormolu.changes(other))
    assert ormolu.changes(looked_at) == ormolu.changes(other)
    assert looked_at == other
