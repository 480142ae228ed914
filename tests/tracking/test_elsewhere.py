"""Classes that keep values where nothing but themselves finds them."""

import copy
import pickle

import attrs
import pytest

from ormolu import (
    ChangeSet,
    Workspace,
    changes,
    checkpoint,
    commit,
    errors,
    on_change,
    rollback,
    tracked,
    untrack,
)
from ormolu.tracking.fields.elsewhere import keeps_elsewhere


class Plain:
    """A class that has it all in a dictionary."""

    def __init__(self, **values):
        object.__setattr__(self, "_all", {})
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name, value):
        if value == "bad":
            raise ValueError(value)
        self._all[name] = value

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._all[name]  # which raises what it raises

    def __delattr__(self, name):
        del self._all[name]


@tracked("x", "tags", "z")
class Config(Plain):
    pass


class Sub(Config):
    pass


@pytest.fixture(params=[Config, Sub])
def config(request):
    return request.param(x=1, tags=["a"])


def test_what_is_assigned_and_what_changes_in_place(config):
    assert not changes(config)
    config.x = 2
    config.tags.append("b")
    config.z = 3
    assert str(changes(config)).splitlines() == [
        "x: 1 -> 2",
        "tags[1]: (nothing) -> 'b'",
        "z: (nothing) -> 3",
    ]
    rollback(config)
    assert config._all == {"x": 1, "tags": ["a"]}
    assert list(vars(config)) == ["_all"]
    assert not changes(config)


def test_what_is_deleted(config):
    del config.x
    assert list(changes(config)) == ["x"]
    rollback(config)
    assert config._all == {"x": 1, "tags": ["a"]}


def test_what_is_refused(config):
    with pytest.raises(ValueError, match="bad"):
        config.x = "bad"
    assert config.x == 1 and not changes(config)


def test_checkpoints_and_listeners(config):
    told = []
    on_change(config, call=lambda event: told.append((event.key, event.old, event.new)))
    with checkpoint(config) as point:
        config.x = 7
        point.rollback()
    assert config.x == 1
    config.x = 9
    commit(config)
    assert told[0] == ("x", 1, 7) and told[-1] == ("x", 1, 9)


def test_copies(config):
    config.x = 2
    for twin in (copy.copy(config), pickle.loads(pickle.dumps(config))):
        assert twin.x == 2 and not changes(twin)


def test_it_is_left_as_it_was():
    class Other(Plain):
        pass

    before = dict(vars(Other))
    tracked("x")(Other)
    Other(x=1).x = 2
    untrack(Other)
    assert dict(vars(Other)) == before


def test_libraries_do_not():
    @attrs.define
    class Doc:
        size: int = attrs.field(validator=attrs.validators.gt(0))

        def __getattr__(self, name):
            raise AttributeError(name)

    assert keeps_elsewhere(Config) and keeps_elsewhere(Plain)
    assert not keeps_elsewhere(Doc)
    assert not keeps_elsewhere(object)


# -- what stands for a value where there is none ----------------------------------------------


@tracked("x", "tags")
class WithFallback:
    """A class that keeps values as any other does."""

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return 0


def test_what_stands_for_a_value_is_none():
    obj = WithFallback()
    obj.x = 5
    assert str(changes(obj)) == "x: (nothing) -> 5"
    rollback(obj)
    assert vars(obj) == {} and obj.x == 0
    obj.x = 0
    commit(obj)
    obj.x = 5
    rollback(obj)
    assert vars(obj) == {"x": 0}


class Finding:
    """A class that finds values without __getattr__."""

    def __init__(self, **values):
        object.__setattr__(self, "_all", {})
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name, value):
        self._all[name] = value

    def __delattr__(self, name):
        del self._all[name]

    def __getattribute__(self, name):
        if name.startswith("_"):
            return object.__getattribute__(self, name)
        found = self._all
        return found[name] if name in found else super().__getattribute__(name)


@pytest.mark.parametrize("in_place", [True, "always"])
def test_a_class_that_finds_all_by_itself(in_place):
    @tracked("x", "tags", in_place=in_place)
    class Doc(Finding):
        pass

    doc = Doc(x=1, tags=["a"])
    doc.x = 2
    doc.tags = ["b"]
    assert str(changes(doc)) == "x: 1 -> 2\ntags[0]: 'a' -> 'b'"
    rollback(doc)
    assert doc._all == {"x": 1, "tags": ["a"]} and not changes(doc)
    with pytest.raises(AttributeError):
        doc.tag  # noqa: B018
    del doc.x
    assert str(changes(doc)) == "x: 1 -> (nothing)"


def test_a_new_object_of_a_patch_says_how_it_is_made():
    @tracked("id", "x")
    class Doc(Plain):
        pass

    work = Workspace(key="id", classes=[Doc])
    patch = ChangeSet.from_merge_patch({"Doc": {"1": {"x": 2}}}, work)
    with pytest.raises(errors.PatchError, match=r"^a .*Doc keeps 'id' in .*Workspace\(make=") as e:
        patch.apply(work)
    assert e.value.key == "id" and not work.objects
    work = Workspace(key="id", classes=[Doc], make=lambda class_, values: class_(**values))
    patch.apply(work)
    assert work.get(Doc, 1).x == 2


def test_what_changes_in_place_where_all_is_found_by_the_class():
    @tracked("tags")
    class Doc(Finding):
        pass

    doc = Doc(tags=["a"])
    doc.tags.append("b")
    assert str(changes(doc)) == "tags[1]: (nothing) -> 'b'"
    commit(doc)
    doc.tags.append("c")
    rollback(doc)
    assert doc.tags == ["a", "b"]
