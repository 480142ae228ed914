"""Most objects have the answer of what changed at once; all have the same one."""

import copy
import gc
import inspect
import pickle
import sys
import weakref
from dataclasses import dataclass, field

import pytest

import ormolu
from ormolu import MISSING, changes, checkpoint, commit, has_changed, rollback, tracked, untrack
from ormolu.errors import UntrackedInstanceError
from ormolu.tracking.instances import held


@tracked
@dataclass
class Page:
    title: str
    size: int = 0
    tags: list[str] = field(default_factory=list)


@tracked
@dataclass
class Sheet:
    title: str
    size: int = 0


def changed():
    page = Page("a", 1)
    page.size = 2
    page.title = "b"
    return page


def test_the_function_is_what_it_says():
    assert (changes.__module__, changes.__qualname__) == ("ormolu.tracking.verbs", "changes")
    assert str(inspect.signature(changes)) == "(obj: 'Any') -> 'Changes'"
    assert "UntrackedInstanceError" in changes.__doc__
    assert pickle.loads(pickle.dumps(changes)) is changes
    assert changes(obj=changed()) == changes(changed())
    with pytest.raises(TypeError):
        changes()


def test_what_is_returned_is_as_if_it_had_been_looked_at_more_closely():
    page = changed()
    at_once = changes(page)
    with checkpoint(page):
        closely = changes(page)
    assert at_once == closely == {"title": ("a", "b"), "size": (1, 2)}
    assert type(at_once) is type(closely) is ormolu.Changes
    assert list(at_once) == list(closely) == ["title", "size"]
    assert hash(at_once["title"]) == hash(("a", "b"))
    assert {at_once["title"]: 1}[("a", "b")] == 1
    assert pickle.loads(pickle.dumps(at_once)) == copy.deepcopy(at_once) == at_once
    assert at_once["title"].old == "a"


def test_what_it_returns_stays_as_it_is():
    page = changed()
    before = changes(page)
    page.title = "c"
    commit(page)
    assert before == {"title": ("a", "b"), "size": (1, 2)}
    assert not changes(page)
    assert changes(Page("new")) == {}


def test_what_came_back_has_not_changed():
    page = changed()
    page.title, page.size = "a", 1
    assert not changes(page)
    assert not has_changed(page)
    page.size = True  # equal
    assert not has_changed(page)
    page.size = 5
    assert has_changed(page)
    assert has_changed(page, "size")
    assert not has_changed(page, "title", "tags")


def test_values_that_change_in_place_are_looked_at():
    page = Page("a", tags=["x"])
    page.title = "b"
    page.tags.append("y")
    assert changes(page).paths() == {"title": ("a", "b"), "tags[1]": (MISSING, "y")}
    rollback(page, "title")
    assert changes(page).keys() == {"tags"}
    assert has_changed(page)
    page.tags.remove("y")
    assert not has_changed(page)


def test_an_object_of_another_class():
    page = Page("a", 1)
    page.title = "b"
    page.__class__ = Sheet
    assert changes(page) == {"title": ("a", "b")}
    page.__class__ = Page
    page.tags = []
    page.__class__ = Sheet
    assert changes(page) == {"title": ("a", "b")}
    assert has_changed(page)


def test_a_subclass_that_nobody_has_met():
    class Other(Page):
        pass

    assert not changes(Other("a"))
    other = Other("a")
    other.title = "b"
    assert changes(other) == {"title": ("a", "b")}


def test_classes_and_strangers_are_refused():
    @tracked
    @dataclass
    class Once:
        name: str

    one = Once("a")
    one.name = "b"
    assert changes(one)
    untrack(Once)
    for stranger in (one, 5, Page, object()):
        for ask in (changes, has_changed):
            with pytest.raises(UntrackedInstanceError):
                ask(stranger)


def test_what_takes_the_place_of_a_manager_is_none():
    class Forged:
        pass

    setattr(Forged, ormolu.tracking.layer.TRACKED.manager_attr, 5)
    for ask in (changes, has_changed):
        with pytest.raises((UntrackedInstanceError, AttributeError)):
            ask(Forged())


def counts(*objects):
    gc.collect()
    return list(map(sys.getrefcount, objects))


def test_nothing_is_kept_by_asking():
    old, new = "an old " + "title".title(), "a new " + "title".title()
    page = Page(old)
    page.title = new
    before = counts(page, old, new, ormolu.Changes)
    for _ in range(100):
        changes(page)
        has_changed(page)
    after = counts(page, old, new, ormolu.Changes)
    # what other tests have left may go meanwhile
    assert all(now <= then for now, then in zip(after, before, strict=True))


def test_values_that_were_only_read_are_as_they_were():
    page = Page("a", tags=["x"])
    assert page.tags == ["x"]
    assert not changes(page)
    assert not has_changed(page)
    page.title = "b"
    assert changes(page) == {"title": ("a", "b")}
    assert has_changed(page)
    tags = page.tags
    tags.append("y")
    assert changes(page) == {"title": ("a", "b"), "tags": (["x"], ["x", "y"])}
    tags.remove("y")
    page.tags = tags[:]
    assert changes(page) == {"title": ("a", "b")}
    tags.append("z")
    page.tags = tags
    assert changes(page) == {"title": ("a", "b"), "tags": (["x"], ["x", "z"])}


def test_a_state_that_was_let_go_is_nobodys():
    page = changed()
    kept = held.find(page)
    rollback(page)
    assert held.find(page) is None
    page.title = "c"
    page.title = "d"
    assert changes(page) == {"title": ("a", "d")}
    assert held.find(page) is not kept


def test_a_state_that_the_instance_has_lost_is_nobodys():
    page = Page("a", tags=["x"])
    page.tags = Page("other")  # which could lead back
    kept, values = held.find(page), vars(page)
    assert changes(page).keys() == {"tags"}
    object.__setattr__(page, "__dict__", dict(values))
    assert not changes(page)
    page.title = "b"
    assert changes(page) == {"title": ("a", "b")}
    assert held.find(page) is not kept


def test_references_to_an_instance_do_not_hide_its_state():
    page = changed()
    references = [weakref.ref(page, lambda ref: None) for _ in range(10)]
    assert changes(page) == {"title": ("a", "b"), "size": (1, 2)}
    other = Page("a")
    references += [weakref.ref(other, lambda ref: None) for _ in range(10)]
    other.title = "b"
    references += [weakref.ref(other, lambda ref: None) for _ in range(10)]
    other.title = "c"
    assert changes(other) == {"title": ("a", "c")}
