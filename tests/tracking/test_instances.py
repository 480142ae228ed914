"""Lives of instances that are not the usual: made in one another, by many threads, exchanged."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from ormolu import changes, commit, has_changed, on_change, related, rollback, tracked, untrack
from ormolu.tracking.instances import held
from ormolu.tracking.instances.adoption import manager_of, state_of
from ormolu.tracking.instances.state import TrackedState


@tracked
@dataclass(eq=False)
class Doc:
    name: str = "a"
    tags: list = field(default_factory=list)


def test_a_state_that_another_thread_has_made_first_and_anchored_is_found():
    doc = Doc()
    state = state_of(doc)
    held.anchor(doc, state, state.manager.anchorage)
    assert held.hold(doc, TrackedState(doc, manager_of(doc))) is state


def test_the_first_instances_of_a_subclass_that_make_one_another():
    class Node(Doc):
        def __init__(self, depth):
            self.child = Node(depth - 1) if depth else None
            self.name = "b"
            self.name = "c"

    node = Node(2)
    while node is not None:
        assert not changes(node)
        node.name = "d"
        assert dict(changes(node)) == {"name": ("c", "d")}
        node = node.child


@pytest.mark.starts_threads
def test_the_first_instances_of_a_subclass_in_many_threads():
    everyone_is_in = threading.Barrier(4)

    class Sub(Doc):
        def __init__(self):
            everyone_is_in.wait(60)
            super().__init__()
            everyone_is_in.wait(60)
            self.name = "b"

    with ThreadPoolExecutor(4) as pool:
        made = [task.result() for task in [pool.submit(Sub) for _ in range(4)]]
    assert not any(map(changes, made))
    for one in made:
        one.name = "c"
    assert all(map(changes, made))


def test_a_first_instance_that_listens_to_itself_and_that_nobody_touches_is_collected():
    class Heard(Doc):
        def __init__(self):
            super().__init__()
            on_change(self, call=print)

    gone = weakref.ref(Heard())
    gc.collect()
    assert gone() is None
    assert not held._awaiting


def test_an_object_that_is_given_another_class_has_the_fields_of_that():
    @tracked
    @dataclass(eq=False)
    class Sheet:
        name: str = "s"
        pages: list = field(default_factory=list)

    doc = Doc()
    doc.name, doc.tags = "b", ["x"]
    doc.__class__ = Sheet
    doc.pages = ["y"]
    assert has_changed(doc, "pages")
    assert list(changes(doc)) == ["name", "pages"]
    commit(doc)
    doc.pages.append("z")
    rollback(doc)
    assert (doc.name, doc.pages) == ("b", ["y"])


@pytest.mark.parametrize("slots", [False, True])
def test_what_was_committed_last_keeps_nothing_alive_that_leads_back(slots):
    @tracked
    @dataclass(eq=False, slots=slots)
    class Node:
        other: object = None
        tags: list = field(default_factory=list)

    node = Node()
    node.other = Node(node)
    commit(node)
    later = Node()
    later.tags.append("x")
    commit(later)
    later.tags.append(later)
    gone = [weakref.ref(node), weakref.ref(later)]
    del node, later
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


@pytest.mark.parametrize("slots", [False, True])
def test_who_is_in_the_middle_of_it_when_a_class_is_untracked_leaves_no_trace(slots):
    @tracked
    @dataclass(eq=False, slots=slots, weakref_slot=slots)
    class Page:
        lines: list = field(default_factory=list)

    page = Page()
    manager, reading = manager_of(page), vars(Page)["lines"]
    untrack(Page)
    page.lines = [page]
    assert reading.__get__(page, Page) == [page]
    held.anchor(page, held.hold(page, TrackedState(page, manager)), manager.anchorage)
    assert held.find(page) is None
    assert page.lines == [page]
    assert slots or type(vars(page)) is dict


@pytest.mark.parametrize("own_writer", [False, True])
def test_what_is_assigned_in_new_is_no_change_nor_what_init_makes_of_it(own_writer):
    class Row:
        cells: list
        size: int

        def __new__(cls, *args):
            self = super().__new__(cls)
            self.size, self.cells = 0, []
            self.cells.append("x")
            return self

        def __init__(self, size):
            self.size = size
            self.cells = [*self.cells, "y"]

        if own_writer:

            def __setattr__(self, name, value):
                object.__setattr__(self, name, value)

    class Sub(tracked(Row)):
        pass

    for class_ in (Row, Sub, Sub):
        row = class_(5)
        assert not changes(row)
        row.size = 6
        row.cells.append("z")
        assert set(changes(row)) == {"size", "cells"}
        rollback(row)
        assert (row.size, row.cells) == (5, ["x", "y"])


def test_objects_with_slots_that_hold_each_other_are_collected_however_often_committed():
    @tracked
    @dataclass(eq=False)
    class Shelf:
        books: list["Book"] = related(back_populates="shelf")

    @tracked
    @dataclass(eq=False, slots=True)
    class Book:
        shelf: Shelf | None = related(back_populates="books")

    shelf, book = Shelf(), Book()
    shelf.books.append(book)
    for _ in range(2):
        commit(book)
    gone = weakref.ref(shelf)
    del shelf, book
    gc.collect()
    assert gone() is None
