"""Arguments of which nothing can be made: what is said of them, and that nothing happens."""

from dataclasses import dataclass

import pytest

from ormolu import (
    ChangeSet,
    Codec,
    Ref,
    Timeline,
    Workspace,
    changes,
    errors,
    has_changed,
    history,
    is_tracked,
    on_change,
    original,
    related,
    rollback,
    track,
    tracked,
    untrack,
)


@tracked
@dataclass
class Doc:
    name: str = "a"


@tracked
@dataclass
class Keyed:
    id: object
    name: str = ""


@pytest.fixture
def doc():
    doc = Doc()
    doc.name = "b"
    return doc


@pytest.fixture
def work(doc):
    work = Workspace()
    work.attach(doc)
    return work


@pytest.mark.parametrize("ask", [has_changed, original, history, rollback])
@pytest.mark.parametrize("key", [None, 3, ["name"], {}, b"name"])
def test_names_that_are_none(doc, ask, key):
    with pytest.raises(errors.UnknownFieldError, match="Doc has no tracked field"):
        ask(doc, key)
    assert changes(doc) == {"name": ("a", "b")}


@pytest.mark.parametrize("option", ["exclude", "notify"])
@pytest.mark.parametrize("names", [None, 3, "name", [3], [None]])
def test_options_that_are_no_names(option, names):
    class Plain:
        name: str

    with pytest.raises((errors.RegistrationError, errors.ArgumentError, errors.InvalidKeyError)):
        track(Plain, **{option: names})
    assert not is_tracked(Plain)


NO_WORKSPACE = [None, 3, Workspace, Doc, {}]


@pytest.mark.parametrize("thing", NO_WORKSPACE)
def test_what_is_no_workspace(work, thing):
    for act in (
        work.changes().apply,
        lambda it: ChangeSet.from_json_patch([], it),
        lambda it: ChangeSet.from_merge_patch({}, it),
    ):
        with pytest.raises(errors.ArgumentError, match="workspace has to be a Workspace"):
            act(thing)


def test_what_else_has_to_be_of_a_kind(work, doc):
    sold = work.changes()
    for act, said in (
        (lambda: work.get(doc, 1), "class_ has to be the class of the object"),
        (lambda: sold.merged({}), "later has to be a ChangeSet"),
        (lambda: sold.to_json("utf-8"), "codec has to be a Codec"),
        (lambda: ChangeSet.from_json({}, codec=3), "codec has to be a Codec"),
        (lambda: Workspace(classes=None), "classes has to be a tuple or another collection"),
        (lambda: Workspace(classes=["Doc"]), "each of classes has to be one of classes"),
        (lambda: Timeline(work, limit=None), "limit has to be a number of steps"),
        (lambda: Timeline(work, coalesce="2"), "coalesce has to be a number of seconds"),
        (lambda: Workspace(key=3), "key has to be the name of a field"),
        (lambda: Codec(types="Doc"), "types has to be a tuple"),
        (lambda: Codec(hooks=[1]), "hooks has to be a dictionary"),
        (lambda: Codec(hooks={"Doc": (str, Doc)}), "each key of hooks has to be a class"),
        (lambda: Codec(hooks={Doc: str}), "the hook of Doc has to be a pair of functions"),
    ):
        with pytest.raises(errors.ArgumentError, match=said):
            act()
    assert work.changes() == sold


def test_it_is_a_type_error_as_well():
    with pytest.raises(TypeError) as caught:
        Timeline(Doc(), limit="ten")
    assert caught.value.key == "limit"


@pytest.mark.parametrize("key", [None, 3, ["name"]])
def test_names_to_listen_to_that_are_none(doc, key):
    with pytest.raises(errors.ArgumentError, match="each of keys has to be the name of a field"):
        on_change(doc, key, call=print)


def test_keys_that_read_the_same_have_no_patch():
    first, second = Keyed(1), Keyed("1")
    work = Workspace("id")
    work.attach(first, second)
    first.name, second.name = "one", "text"
    for write in (work.changes().to_merge_patch, work.changes().to_json_patch):
        with pytest.raises(errors.PatchError, match="one path in a patch"):
            write()
    assert ChangeSet.from_json(work.changes().to_json()) == work.changes()


def test_a_timeline_of_nothing():
    with pytest.raises(errors.TimelineError, match="a timeline of nothing"):
        Timeline()


class Unprintable:
    def __repr__(self):
        raise ValueError


def test_what_has_no_repr_is_told_nevertheless():
    @tracked
    @dataclass(eq=False)
    class Doc:
        id: int
        value: object = None

    doc, work = Doc(1), Workspace(key="id")
    work.attach(doc)
    doc.value = Unprintable()
    work.add(Doc(2, Unprintable()))
    for told in (str(changes(doc)), repr(changes(doc)), str(work.changes())):
        assert "<Unprintable without a repr>" in told


def test_names_in_a_list_are_to_be_unpacked():
    class Doc:
        pass

    with pytest.raises(errors.InvalidKeyError, match=r"class .*Doc are.*\['a'\]; put an asterisk"):
        track(Doc, ["a"])
    assert not is_tracked(Doc)


def test_keys_that_none_can_be():
    work = Workspace(key="id")
    for ask in (lambda: work.get(Unprintable, []), lambda: work.find(Ref("Doc", []))):
        with pytest.raises(errors.ArgumentError, match=r"^key has to be hashable, not \[\]"):
            ask()
    with pytest.raises(errors.ArgumentError, match=r"^ref has to be a Ref"):
        work.find(("Doc", 1))


def test_a_callback_that_was_never_given():
    work = Workspace()
    work.before_commit(print)
    with pytest.raises(errors.ArgumentError, match=r"is not called by this workspace.*before_com"):
        work.remove_callback(repr)
    work.remove_callback(print)


def test_the_field_that_is_listened_to_may_be_named():
    @tracked
    @dataclass(eq=False)
    class Doc:
        id: int
        size: int = 0

    doc, told = Doc(1), []
    on_change(doc, key="size", call=lambda event: told.append(str(event)))
    doc.id, doc.size = 2, 1
    assert told == ["size: 0 -> 1"]
    with pytest.raises(errors.UnknownFieldError, match="siz"):
        on_change(doc, key="siz", call=print)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"back_populates": 3}, "back_populates"),
        ({"collection": "list"}, "collection"),
        ({"key": 3}, "key"),
    ],
)
def test_related_fields_are_refused_where_they_are_declared(wrong, name):
    with pytest.raises(errors.ArgumentError, match=f"{name} has to be"):
        related(**wrong)


def test_what_is_not_tracked_is_no_more_untracked():
    class Plain:
        x: int

    with pytest.raises(errors.UnregisteredClassError, match=r"Plain is not tracked, so"):
        untrack(Plain)
    with pytest.raises(errors.UnregisteredClassError, match="3 is no class; give the class"):
        untrack(3)
