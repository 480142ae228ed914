"""Sets and dictionaries of members: operators, keys, defaults."""

import operator

import pytest
from tests.core.conftest import commit

from ormolu import errors
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.collections import (
    InstrumentedDict,
    KeyFuncDict,
    attribute_keyed_dict,
    collection,
    collection_adapter,
)
from ormolu.events import listen
from ormolu.instrumentation import register_class


@pytest.fixture
def shelf(family):
    """A parent whose children are kept by name, with two of them, committed."""
    f = family(attribute_keyed_dict("name"))
    f.parent, f.a, f.b = f.Parent(), f.Child("a"), f.Child("b")
    f.parent.children = {"a": f.a, "b": f.b}
    commit(f.parent, f.a, f.b)
    return f


@pytest.fixture
def group(family):
    """A parent whose children are a set, with two of them, committed."""
    f = family(set)
    f.parent, f.a, f.b, f.c = f.Parent(), f.Child("a"), f.Child("b"), f.Child("c")
    f.parent.children = {f.a, f.b}
    commit(f.parent, f.a, f.b, f.c)
    return f


# -- sets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "left"),
    [
        (operator.ior, "abc"),
        (operator.isub, "a"),
        (operator.iand, "b"),
        (operator.ixor, "ac"),
    ],
)
def test_operators_in_place_reach_both_sides(group, operation, left):
    """SQLAlchemy 0.4.2p3 #920: the operators in place of sets did not work."""
    members = group.parent.children
    assert operation(members, {group.b, group.c}) is members
    assert {child.name for child in members} == set(left)
    for child in (group.a, group.b, group.c):
        assert (child.parent is group.parent) == (child.name in left)


@pytest.mark.parametrize("operation", [operator.ior, operator.isub, operator.iand, operator.ixor])
def test_operators_in_place_take_sets_only(group, operation, heard):
    """SQLAlchemy 0.4.6: anything that looked like a set was taken for one."""
    heard.to(group.Parent.children, "append", "remove")
    with pytest.raises(TypeError):
        operation(group.parent.children, [group.c])
    assert heard == []
    assert set(group.parent.children) == {group.a, group.b}


@pytest.mark.parametrize("operation", [operator.ior, operator.isub, operator.iand, operator.ixor])
def test_a_set_and_itself(group, operation):
    """SQLAlchemy 1.3.12 #4990, of a set here: the target emptied while it was the source."""
    members = group.parent.children
    stays = operation in (operator.ior, operator.iand)
    operation(members, members)
    assert set(members) == ({group.a, group.b} if stays else set())
    for child in (group.a, group.b):
        assert child.parent is (group.parent if stays else None)


def test_a_set_that_gets_what_it_has_tells_without_a_change(group, heard):
    """SQLAlchemy 1.4.16 #6471: adding what a set has made no event at all."""
    heard.to(group.Parent.children, "append", "append_wo_mutation")
    group.parent.children.add(group.a)
    group.parent.children.update({group.b, group.c})
    assert heard[0] == ("append_wo_mutation", group.a)
    assert set(heard[1:]) == {("append_wo_mutation", group.b), ("append", group.c)}
    assert get_history(group.parent, "children").added == [group.c]


def test_replacing_a_set_tells_of_those_that_stay(group, heard):
    """SQLAlchemy 2.0.19 #10089: a collection assigned said nothing of members it had already."""
    heard.to(group.Parent.children, "append", "append_wo_mutation", "remove")
    group.parent.children = {group.b, group.c}
    assert sorted((event, child.name) for event, child in heard) == [
        ("append", "c"),
        ("append_wo_mutation", "b"),
        ("remove", "a"),
    ]


def test_a_discard_of_a_stranger_is_no_event(group, heard):
    """SQLAlchemy 0.3.11 #813: removing what the far side does not have was an error."""
    heard.to(group.Parent.children, "remove")
    group.parent.children.discard(group.c)
    with pytest.raises(KeyError):
        group.parent.children.remove(group.c)
    assert heard == []
    assert not instance_state(group.parent).modified


# -- dictionaries ---------------------------------------------------------------------


def test_setdefault_is_seen_and_answers(shelf):
    """SQLAlchemy 0.8.7 #3051 and #3093: setdefault() made no event, then returned nothing."""
    new = shelf.Child("c")
    assert shelf.parent.children.setdefault("c", new) is new
    assert shelf.parent.children.setdefault("c", shelf.a) is new
    assert new.parent is shelf.parent
    assert get_history(shelf.parent, "children").added == [new]


def test_setdefault_answers_what_is_stored(shelf):
    """atom 0.9.1 #197: setdefault() returned what was given, not what was put."""
    stored = shelf.Child("c")
    listen(shelf.Parent.children, "append", lambda t, v, i: stored, retval=True)
    assert shelf.parent.children.setdefault("c", shelf.Child("given")) is stored
    assert shelf.parent.children["c"] is stored


def test_pop_and_popitem_are_seen(shelf):
    """SQLAlchemy 1.0.10 #3605: pop() and popitem() were not tracked."""
    assert shelf.parent.children.pop("a") is shelf.a
    assert shelf.parent.children.popitem() == ("b", shelf.b)
    assert (shelf.a.parent, shelf.b.parent) == (None, None)
    assert set(get_history(shelf.parent, "children").deleted) == {shelf.a, shelf.b}


def test_a_default_that_is_popped_is_no_member(shelf, heard):
    """multidict 4.7.3 #450: popping with a default crashed when the default was returned."""
    heard.to(shelf.Parent.children, "remove")
    assert shelf.parent.children.pop("none", None) is None
    assert shelf.parent.children.pop("none", "default") == "default"
    with pytest.raises(KeyError):
        shelf.parent.children.pop("none")
    assert heard == []
    assert not instance_state(shelf.parent).modified


def test_update_is_seen_in_every_form(shelf):
    """SQLAlchemy 0.9.8: update() of a dictionary was missed; persistent 4.6.0: and keywords."""
    c, d, e = (shelf.Child(name) for name in "cde")
    shelf.parent.children.update({"c": c}, d=d)
    shelf.parent.children.update([("e", e)])
    shelf.parent.children.update()
    assert sorted(shelf.parent.children) == list("abcde")
    assert [child.parent for child in (c, d, e)] == [shelf.parent] * 3


def test_a_dictionary_joined_in_place_is_seen(shelf):
    """SQLAlchemy 2.0.55 #13643: ``|=`` of a dictionary was not noticed."""
    members, new = shelf.parent.children, shelf.Child("b")
    members |= {"b": new}
    assert shelf.parent.children is members
    assert (shelf.b.parent, new.parent) == (None, shelf.parent)
    assert get_history(shelf.parent, "children") == ([new], [shelf.a], [shelf.b])


def test_an_empty_update_says_nothing(shelf, heard):
    """traits 6.2.0 #1308: an update with nothing in it was announced."""
    heard.to(shelf.Parent.children, "append", "remove", "append_wo_mutation")
    shelf.parent.children.update({})
    shelf.parent.children |= {}
    assert heard == []
    assert not instance_state(shelf.parent).modified


def test_an_empty_dictionary_that_is_cleared_is_unchanged(shelf):
    """persistent 4.6.0: clear() and popitem() of what is empty marked it as changed."""
    parent = shelf.Parent()
    parent.children = {}
    commit(parent)
    parent.children.clear()
    with pytest.raises(KeyError):
        parent.children.popitem()
    assert not instance_state(parent).modified


def test_what_a_key_replaces_lets_go(shelf):
    """SQLAlchemy 0.4.0beta1 #213: a dictionary of members keeps both sides in step."""
    new = shelf.Child("a")
    shelf.parent.children["a"] = new
    assert (shelf.a.parent, new.parent) == (None, shelf.parent)
    del shelf.parent.children["a"]
    assert new.parent is None


def test_the_keys_of_a_dictionary_assigned_are_those_of_the_members(shelf):
    """SQLAlchemy 1.3.0b1 #3604: keys that did not fit were an error before any listener ran."""
    new = shelf.Child("real")
    shelf.parent.children = {"given": new}
    assert shelf.parent.children == {"real": new}
    assert shelf.a.parent is None


def test_listeners_may_convert_what_is_assigned(shelf):
    """SQLAlchemy 1.2.0b1 #3896: what was assigned could not be converted first."""

    def convert(target, values, initiator):
        values[:] = [shelf.Child(v) if isinstance(v, str) else v for v in values]

    listen(shelf.Parent.children, "bulk_replace", convert)
    shelf.parent.children = {"x": "x", "a": shelf.a}
    assert sorted(shelf.parent.children) == ["a", "x"]
    assert shelf.parent.children["x"].parent is shelf.parent
    assert get_history(shelf.parent, "children").unchanged == [shelf.a]


def test_a_key_that_was_never_set_is_refused_and_not_none(shelf):
    """SQLAlchemy 2.0.0b1 #8372: a member without its key yet went in under None."""
    blank = shelf.Child.__new__(shelf.Child)
    register_class(shelf.Child).setup_instance(blank)
    with pytest.raises(errors.CollectionError):
        blank.parent = shelf.parent
    assert None not in shelf.parent.children
    assert sorted(shelf.parent.children) == ["a", "b"]
    assert blank.parent is None


def test_a_key_may_come_from_an_ordinary_property(family):
    """SQLAlchemy 2.0.5.post1 #9424: keys by anything but a mapped attribute stopped working."""
    f = family(attribute_keyed_dict("loud"))
    f.Child.loud = property(lambda self: self.name.upper())
    parent, child = f.Parent(), f.Child("quiet")
    child.parent = parent
    assert parent.children == {"QUIET": child}


def test_a_key_that_is_expired_is_loaded():
    """SQLAlchemy 2.0.5.post1 #9424: a key not loaded yet was an error and not loaded."""

    class Shelf:
        pass

    class Note:
        pass

    def load(state, keys, passive):
        state.dict.update(dict.fromkeys(keys, "loaded"))

    register_class(Shelf)
    register_class(Note, expired_attribute_loader=load)
    register_attribute(Note, "word")
    kind = attribute_keyed_dict("word")
    register_attribute(Shelf, "notes", uselist=True, useobject=True, typecallable=kind)
    shelf, note = Shelf(), Note()
    note.word = "old"
    commit(note)
    instance_state(note)._expire(instance_state(note).dict, set())
    shelf.notes.set(note)
    assert shelf.notes == {"loaded": note}


def test_a_keyed_dictionary_is_made_with_contents_by_itself():
    """SQLAlchemy 2.0.5.post1 #9418: such a dictionary could not be made from one, as copies do."""
    plain = KeyFuncDict(lambda word: word, {"a": "b"})
    assert plain == {"a": "b"}
    made = attribute_keyed_dict("name")()
    made.update(x=1)
    assert type(made)(made.keyfunc, made) == {"x": 1}
    assert collection_adapter(plain) is None


def test_a_subclass_of_a_keyed_dictionary_is_tracked(family):
    """SQLAlchemy 0.7.6 #2406: one used only through a subclass of its own went uninstrumented."""

    class Upper(KeyFuncDict):
        def __init__(self, *contents):
            super().__init__(lambda child: child.name.upper(), *contents)

        @collection.internally_instrumented
        def __setitem__(self, key, value, _sa_initiator=None):
            super().__setitem__(key.upper(), value, _sa_initiator)

        @collection.internally_instrumented
        def __delitem__(self, key, _sa_initiator=None):
            super().__delitem__(key.upper(), _sa_initiator)

    f = family(Upper)
    parent, child = f.Parent(), f.Child("a")
    parent.children["a"] = child
    assert parent.children == {"A": child}
    assert child.parent is parent
    del parent.children["a"]
    assert child.parent is None


def test_an_override_in_a_subclass_is_what_is_called(family):
    """SQLAlchemy 0.8.0 #2654: the decorated method of a base was taken over that of a subclass."""

    class Kept(InstrumentedDict):
        @collection.appender
        def put(self, item):
            self[f"base {item.name}"] = item

        @collection.remover
        def take(self, item):
            del self[f"base {item.name}"]

        @collection.iterator
        def each(self):
            return iter(self.values())

    class Own(Kept):
        @collection.appender
        def put(self, item):
            self[f"own {item.name}"] = item

        @collection.remover
        def take(self, item):
            del self[f"own {item.name}"]

    f = family(Own)
    parent, child = f.Parent(), f.Child("a")
    child.parent = parent
    assert list(parent.children) == ["own a"]
    child.parent = None
    assert parent.children == {}


def test_the_key_is_told_to_who_asks_for_it(shelf):
    """SQLAlchemy 2.0.0b1 #8375: a listener could not know under which key a member came."""
    keys = []
    for event in ("append", "remove"):
        listen(
            shelf.Parent.children,
            event,
            lambda target, value, initiator, key: keys.append(key),
            include_key=True,
        )
    shelf.parent.children["under"] = shelf.Child("c")
    del shelf.parent.children["a"]
    assert keys == ["under", "a"]
