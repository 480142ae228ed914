"""A tracked class is to everyone else what it was."""

import copy
import dataclasses
import gc
import inspect
import json
import pickle
import sys
import weakref

import attrs
import pytest
from kinds import KINDS

import ormolu
from ormolu import changes, track, tracked, untrack


def busy(doc):
    """Change an instance in every way, so that it has a state, anchored if need be."""
    doc.name = "b"
    doc.tags.append("y")
    doc.tags = ["z", "y"]
    doc.tags = ["z"]
    doc.meta = {"other": object()}
    doc.meta = {"self": "doc"}
    return doc


@pytest.fixture
def twins(make):
    """An instance of a class that is not tracked, and a changed one of the same, tracked."""
    plain = make()(name="b", tags=["z"], meta={"self": "doc"})
    doc = busy(tracked(make())(name="a", tags=["x"]))
    return plain, doc


def test_repr(twins):
    plain, doc = twins
    if type(plain).__repr__ is object.__repr__:
        assert repr(doc).split(" at ")[0] == repr(plain).split(" at ")[0]
    else:
        assert repr(doc) == repr(plain)


def test_vars(twins):
    plain, doc = twins
    if not hasattr(plain, "__dict__"):
        assert not hasattr(doc, "__dict__")
        return
    assert vars(doc) == vars(plain)
    assert list(vars(doc)) == list(vars(plain))
    assert json.dumps(vars(doc)) == json.dumps(vars(plain))
    assert repr(vars(doc)) == repr(vars(plain))
    assert pickle.loads(pickle.dumps(vars(doc))) == vars(plain)
    assert type(copy.copy(vars(doc))) is dict
    assert type(copy.deepcopy(vars(doc))) is dict


def test_equality_and_hash(make):
    class_ = make()
    plain, same = class_(name="b", tags=["z"]), class_(name="b", tags=["z"])
    equal, hashable = plain == same, class_.__hash__ is not None
    track_or_decorate = tracked(class_)
    one = busy(track_or_decorate(name="a", tags=["x"]))
    other = track_or_decorate(name="b", tags=["z"], meta={"self": "doc"})
    assert (one == other) is equal
    assert (type(one).__hash__ is not None) is hashable


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_are_unchanged_and_apart(doc, copied):
    busy(doc)
    twin = copied(doc)
    assert type(twin) is type(doc)
    assert (twin.name, twin.tags, twin.meta) == (doc.name, doc.tags, doc.meta)
    assert not changes(twin)
    twin.name = "c"
    assert dict(changes(twin)) == {"name": ("b", "c")}
    assert doc.name == "b"
    assert changes(doc)["name"].old == "a"


def test_a_class_that_is_pickled_with_all_that_is_on_it_is_refused(doc_class):
    with pytest.raises(ormolu.errors.ClassByValueError, match="can import") as refused:
        pickle.dumps(vars(doc_class)["_ormolu_tracked"])
    assert refused.value.class_ is doc_class


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(doc_class, protocol, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "Doc", doc_class, raising=False)
    doc_class.__module__, doc_class.__qualname__ = __name__, "Doc"
    doc = busy(doc_class(name="a", tags=["x"]))
    twin = pickle.loads(pickle.dumps(doc, protocol))
    assert (twin.name, twin.tags, twin.meta) == (doc.name, doc.tags, doc.meta)
    assert b"ormolu" not in pickle.dumps(doc, protocol)
    assert not changes(twin)
    twin.name = "c"
    assert dict(changes(twin)) == {"name": ("b", "c")}


def test_signature_and_docstring(make):
    plain, doc_class = make(), tracked(make())
    assert str(inspect.signature(doc_class)) == str(inspect.signature(plain))
    assert doc_class.__init__.__doc__ == plain.__init__.__doc__
    assert doc_class.__doc__ == plain.__doc__
    assert doc_class.__name__ == plain.__name__
    assert doc_class.__qualname__ == plain.__qualname__
    assert doc_class.__module__ == plain.__module__


def test_what_the_class_says_of_its_fields(make):
    plain, doc_class = make(), tracked(make())
    for name in ("name", "size", "tags", "meta"):
        if "__slots__" not in vars(plain):
            assert hasattr(doc_class, name) == hasattr(plain, name)
    if dataclasses.is_dataclass(plain):
        named = [field.name for field in dataclasses.fields(plain)]
        assert [field.name for field in dataclasses.fields(doc_class)] == named


def test_dataclasses_helpers(twins):
    plain, doc = twins
    if not dataclasses.is_dataclass(plain):
        pytest.skip("no dataclass")
    assert dataclasses.asdict(doc) == dataclasses.asdict(plain)
    assert dataclasses.astuple(doc) == dataclasses.astuple(plain)
    twin = dataclasses.replace(doc, size=3)
    assert (twin.name, twin.size) == ("b", 3)
    assert not changes(twin)


def test_attrs_helpers(twins):
    plain, doc = twins
    if not attrs.has(type(plain)):
        pytest.skip("no attrs class")
    assert attrs.asdict(doc) == attrs.asdict(plain)
    twin = attrs.evolve(doc, size=3)
    assert (twin.name, twin.size) == ("b", 3)
    assert not changes(twin)


def test_pydantic_helpers(twins):
    plain, doc = twins
    if not hasattr(plain, "model_dump"):
        pytest.skip("no model")
    assert doc.model_dump() == plain.model_dump()
    assert doc.model_dump_json() == plain.model_dump_json()
    twin = doc.model_copy(update={"size": 3})
    assert (twin.name, twin.size) == ("b", 3)
    assert not changes(twin)
    again = type(doc).model_validate(doc.model_dump())
    assert again == doc
    assert not changes(again)
    built = type(doc).model_construct(name="n")
    assert not changes(built)
    built.name = "m"
    assert dict(changes(built)) == {"name": ("n", "m")}


def test_untracked_a_class_is_what_it_was(make):
    class_ = tracked(make())
    members = {base: dict(vars(base)) for base in class_.__mro__[:-1]}
    untrack(class_)
    twice = tracked(class_)
    assert twice is class_
    assert {base: set(vars(base)) for base in class_.__mro__[:-1]} == {
        base: set(found) for base, found in members.items()
    }
    untrack(class_)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_left_on_an_untracked_class(name):
    class_ = KINDS[name]()
    if not class_.__weakrefoffset__:
        pytest.skip("cannot be tracked in place")
    members = dict(vars(class_))
    doc = class_(name="a", tags=["x"])
    track(class_)
    busy(doc)
    untrack(class_)
    assert dict(vars(class_)) == members
    assert (doc.name, doc.tags) == ("b", ["z"])
    if hasattr(doc, "__dict__"):
        assert type(vars(doc)) is dict
    with pytest.raises(ormolu.errors.UntrackedInstanceError):
        changes(doc)
    doc.name = "c"
    assert doc.name == "c"


def test_instances_go_as_soon_as_nobody_has_them(doc_class):
    doc = busy(doc_class(name="a", tags=["x"]))
    gone = weakref.ref(doc)
    gc.disable()
    try:
        del doc
        assert gone() is None
    finally:
        gc.enable()


def test_instances_that_refer_to_themselves_are_collected(doc_class):
    doc = doc_class(name="a", tags=["x"])
    doc.meta = {"me": doc}
    doc.meta = {}
    doc.meta["me"] = doc
    assert changes(doc)
    gone = weakref.ref(doc)
    del doc
    gc.collect()
    assert gone() is None


def test_classes_are_collected(make):
    class_ = tracked(make())
    busy(class_(name="a", tags=["x"]))
    gone = weakref.ref(class_)
    del class_
    for _ in range(3):
        gc.collect()
    assert gone() is None


def test_who_has_the_dictionary_at_hand_goes_on_with_it():
    import functools

    @tracked
    @dataclasses.dataclass(eq=False)
    class Doc:
        tags: list

        @functools.cached_property
        def upper(self):
            return [str(tag).upper() for tag in self.tags]

    doc = Doc([object()])
    assert doc.upper is doc.upper
    values = vars(doc)
    doc.tags = [object()]
    values["other"] = 1
    assert doc.other == 1
    del values
    doc.tags = []
    doc.tags = [doc]
    gone = weakref.ref(doc)
    del doc
    gc.collect()
    assert gone() is None


def test_an_instance_that_is_its_own_dictionary():
    @tracked("name")
    class Doc(dict):
        def __init__(self, name):
            self.__dict__ = self
            self.name = name

    doc = Doc("a")
    doc.name = [object()]
    doc.name = "b"
    assert doc == {"name": "b"}
    assert dict(changes(doc)) == {"name": ("a", "b")}
