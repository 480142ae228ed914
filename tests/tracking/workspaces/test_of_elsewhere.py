"""Change sets of other workspaces: whose numbers are meant, and what both have added."""

import copy
import json
import pickle
from dataclasses import dataclass, field

import pytest

from ormolu import ChangeSet, Timeline, Workspace, errors, related, tracked
from ormolu.tracking.graph_changes.merging import lists_merged


@tracked
@dataclass(eq=False)
class Node:
    id: int | None
    name: str = ""
    items: list["Node"] = field(default_factory=list)
    best: "Node | None" = None


@tracked
@dataclass(eq=False)
class Author:
    id: int | None
    books: list["Book"] = related(back_populates="author")


@tracked
@dataclass(eq=False)
class Book:
    id: int | None
    author: Author | None = related(back_populates="books")


def with_node(key="id"):
    node = Node(1)
    work = Workspace(key=key)
    work.attach(node)
    return work, node


def with_books(*numbers):
    author = Author(1)
    for number in numbers:
        Book(number, author)
    work = Workspace(key="id", classes=[Book])
    work.attach(author)
    return work, author


FORMS = {
    "itself": lambda changes: changes,
    "pickled": lambda changes: pickle.loads(pickle.dumps(changes)),
    "JSON": lambda changes: ChangeSet.from_json(json.dumps(changes.to_json())),
}


def worker(name):
    work, node = with_node()
    new = Node(None, name)
    node.items.append(new)
    node.best = new
    return work.changes()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_new_objects_of_two_workers_are_two(form):
    owner, node = with_node()
    form(worker("one")).apply(owner)
    with pytest.raises(errors.ConflictError) as refused:
        form(worker("two")).apply(owner)
    assert [conflict.key for conflict in refused.value.conflicts] == ["items", "best"]
    assert [one.name for one in node.items] == ["one"] == [one.name for one in owner.new]

    form(worker("two")).apply(owner, on_conflict="theirs")
    assert [one.name for one in node.items] == ["two"] == [node.best.name]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("act", ["changed", "deleted"])
def test_a_number_of_elsewhere_is_no_object_of_here(form, act):
    def made():
        work, node = with_node()
        node.items.append(Node(None))
        work.commit()
        return work, node.items[0]

    owner, mine = made()
    work, theirs = made()
    if act == "changed":
        theirs.name = "worker"
    else:
        work.delete(theirs)
    with pytest.raises(errors.ConflictError, match=f"it is {act}, and is not there"):
        form(work.changes()).apply(owner)
    assert mine.name == "" and not owner.changes()


def test_numbers_are_all_there_is_where_objects_have_no_keys():
    (owner, mine), (work, theirs) = with_node(key=None), with_node(key=None)
    theirs.name = "worker"
    work.changes().apply(owner)
    assert mine.name == "worker"


def test_a_workspace_knows_its_own_numbers():
    work, node = with_node()
    node.items.append(Node(None, "first"))
    work.commit()
    node.items[0].name = "second"
    changes = work.changes()
    for form in FORMS.values():
        form(changes.inverted()).apply(work)
        assert node.items[0].name == "first"
        form(changes).apply(work)
        assert node.items[0].name == "second"


def test_what_two_workers_add_to_a_list_is_there_together():
    (owner, author), (one, one_author), (other, other_author) = (
        with_books(1, 2) for _ in range(3)
    )
    Book(10, one_author)
    Book(11, other_author)
    other_author.books.remove(other_author.books[0])
    assert one.changes().apply(owner) == other.changes().apply(owner) == ()
    assert [book.id for book in author.books] == [2, 10, 11]
    assert all(book.author is author for book in author.books)


@pytest.mark.parametrize(
    ("found", "wanted", "merged"),
    [
        ("abcx", "abcy", "abcxy"),
        ("bc", "abcy", "bcy"),
        ("xabc", "abyc", "xabyc"),
        ("cba", "abc", "cba"),
        ("cba", "abcx", "cxba"),
        ("abxc", "cab", "cabx"),
        ("cba", "bca", None),
        ("aabc", "abcx", None),
        ("abcx", "abcx", "abcx"),
        ("", "abcx", "x"),
    ],
)
def test_lists_are_merged_by_members(found, wanted, merged):
    result = lists_merged(list("abc"), list(found), list(wanted))
    assert result == (None if merged is None else list(merged))


def test_swapped_keys_are_swapped_back():
    work, node = with_node()
    node.items.append(Node(2))
    work.commit()
    other = node.items[0]
    node.id, other.id = 2, 1
    work.changes().inverted().apply(work)
    assert (node.id, other.id) == (1, 2)
    assert not work.changes()


def test_the_inverse_of_a_deletion_knows_keys_that_have_changed():
    work, node = with_node()
    node.best = Node(2)
    work.commit()
    best = node.best
    work.delete(node)
    best.id = 9
    work.changes().inverted().apply(work)
    assert node in work.objects and node.best is best and best.id == 2
    assert not work.changes()


def test_a_replaced_object_that_is_the_same_is_no_change():
    work, author = with_books(1)
    work.delete(author.books[0])
    Book(1, author)
    assert not work.changes()


def test_an_object_replaced_under_its_key_comes_back():
    work, author = with_books(1)
    (old,) = author.books
    timeline = Timeline(work)
    work.delete(old)
    new = Book(1, author)
    timeline.mark("replace")
    work.commit()
    timeline.undo()
    assert author.books == [old] and new in work.deleted
    timeline.redo()
    assert author.books == [new] and old not in work.objects and not work.deleted


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_neither_workspaces_nor_timelines_are_copied(copied):
    work, _ = with_node()
    with pytest.raises(errors.WorkspaceError, match=r"Workspace cannot be (copied|pickled); copy"):
        copied(work)
    with pytest.raises(errors.TimelineError, match=r"Timeline cannot be (copied|pickled); make"):
        copied(Timeline(work))
