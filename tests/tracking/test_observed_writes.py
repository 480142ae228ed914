"""Classes that assign in their own way: the short way and the long one record the same."""

from dataclasses import dataclass, field
from typing import Any

import attrs
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ormolu import changes, commit, on_change, previous_changes, rollback, tracked
from ormolu.tracking.layer import TRACKED


def validating_model():
    class Doc(pydantic.BaseModel, validate_assignment=True, extra="allow"):
        name: str = "a"
        size: int = 0
        tags: list[str] = []
        slug: str = "a"
        _seen: int = pydantic.PrivateAttr(default=0)

        @pydantic.field_validator("size")
        @classmethod
        def small(cls, size):
            if size > 8:
                raise ValueError("too large")
            return size

        @pydantic.model_validator(mode="after")
        def slugged(self):
            # past validation, which would ask this very validator
            vars(self)["slug"] = self.name
            if self.name == "bad":
                vars(self)["tags"] = ["half", "done"]
                raise ValueError("a bad name")
            return self

    return Doc


def plain_model():
    class Doc(pydantic.BaseModel, extra="allow"):
        name: str = "a"
        size: int = 0
        tags: list[str] = []
        slug: str = "a"

    return Doc


def with_validators():
    @attrs.define
    class Doc:
        name: str = attrs.field(default="a", converter=str)
        size: int = attrs.field(default=0, validator=attrs.validators.le(8))
        tags: list[str] = attrs.Factory(list)
        slug: str = "a"

    return Doc


def with_own_setattr():
    @dataclass
    class Doc:
        name: str = "a"
        size: int = 0
        tags: list[str] = field(default_factory=list)
        slug: str = "a"

        def __setattr__(self, name: str, value: Any) -> None:
            object.__setattr__(self, name, value)
            if name == "name":
                object.__setattr__(self, "slug", value)
            if name == "name" and value == "bad":
                self.tags = ["half", "done"]
                raise ValueError("a bad name")

    return Doc


def that_exchanges_its_dictionary():
    class Doc:
        name: str
        size: int
        tags: list[str]
        slug: str

        def __init__(self) -> None:
            self.name, self.size, self.tags, self.slug = "a", 0, [], "a"

        def __setattr__(self, name: str, value: Any) -> None:
            vars(self)[name] = value
            object.__setattr__(self, "__dict__", dict(reversed(vars(self).items())))

    return Doc


MAKERS = [
    validating_model,
    plain_model,
    with_validators,
    with_own_setattr,
    that_exchanges_its_dictionary,
]

ACTS = st.one_of(
    st.tuples(st.just("name"), st.sampled_from(["a", "b", "bad", 5])),
    st.tuples(st.just("size"), st.sampled_from([0, 1, 9, "2", None])),
    st.tuples(st.just("tags"), st.sampled_from([[], ["x"], ["x", "y"], 3])),
    st.tuples(st.just("slug"), st.sampled_from(["a", "z"])),
    st.tuples(st.just("other"), st.sampled_from([1, 2])),
    st.tuples(st.sampled_from(["append", "read", "delete", "commit", "rollback"]), st.none()),
)


def do(doc, act, value):
    """Do one thing, and return what came of it."""
    try:
        match act:
            case "append":
                doc.tags.append("z")
            case "read":
                doc.tags  # noqa: B018
            case "delete":
                del doc.size
            case "commit":
                commit(doc)
            case "rollback":
                rollback(doc)
            case _:
                setattr(doc, act, list(value) if isinstance(value, list) else value)
    except (ValueError, TypeError, AttributeError) as error:
        return type(error), str(error)
    return None


def seen(doc):
    """All that is to be seen of it."""
    fields = {name: getattr(doc, name, None) for name in ("name", "size", "tags", "slug", "other")}
    marks = getattr(doc, "model_fields_set", None)
    return fields, marks, dict(changes(doc)), dict(previous_changes(doc))


@pytest.mark.parametrize("make", MAKERS)
@given(acts=st.lists(ACTS, max_size=12))
def test_both_ways_come_to_the_same(make, acts):
    quick, thorough = tracked(make()), tracked(make())
    TRACKED.manager_of(thorough).gate.storages = None
    first, second = quick(), thorough()
    for act in acts:
        assert do(first, *act) == do(second, *act)
        assert seen(first) == seen(second)


@pytest.fixture(params=["quick", "thorough"])
def model(request):
    model = tracked(validating_model())
    if request.param == "thorough":
        TRACKED.manager_of(model).gate.storages = None
    return model


def test_what_a_validator_sets_is_recorded_too(model):
    doc = model()
    doc.name = "b"
    assert changes(doc) == {"name": ("a", "b"), "slug": ("a", "b")}
    rollback(doc)
    assert (doc.name, doc.slug, doc.model_fields_set) == ("a", "a", set())


def test_of_what_a_validator_refuses_nothing_is_left(model):
    doc = model(name="b", tags=["x"])
    tags = doc.tags
    with pytest.raises(pydantic.ValidationError, match="a bad name"):
        doc.name = "bad"
    assert (doc.name, doc.slug) == ("b", "b")
    assert doc.tags is tags and tags == ["x"]
    assert not changes(doc)
    assert doc.model_fields_set == {"name", "tags"}


def test_who_listens_from_a_validator_on_hears_of_it(model):
    heard = []

    class Listening(model):
        @pydantic.model_validator(mode="after")
        def listened(self):
            on_change(self, call=lambda event: heard.append(event.key))
            return self

    doc = Listening.model_construct()
    doc.size = 1
    doc.size = 2
    assert "size" in heard


def test_private_and_further_values_are_no_fields(model):
    doc = model()
    doc._seen = 3
    doc.other = 1
    assert not changes(doc)
    assert (doc._seen, doc.other) == (3, 1)
