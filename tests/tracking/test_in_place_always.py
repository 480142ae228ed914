"""What is held by somebody from before an object was made, and changed behind its back."""

import copy
import pickle
from dataclasses import dataclass, field
from types import SimpleNamespace

import attrs
import pydantic
import pytest

from ormolu import changes, commit, has_changed, rollback, track, tracked
from ormolu.errors import RegistrationError


@tracked(in_place="always")
@dataclass
class Doc:
    name: str = ""
    tags: list = field(default_factory=list)
    meta: dict = field(default_factory=dict)


@tracked(in_place="always")
@attrs.define
class Slotted:
    name: str = ""
    tags: list = attrs.Factory(list)


@tracked(in_place="always")
class Model(pydantic.BaseModel):
    name: str = ""
    tags: object = None


class Heir(Doc):
    """Adopted: nobody has asked for it."""


KINDS = [Doc, Slotted, Model, Heir]


@pytest.fixture(params=KINDS, ids=lambda class_: class_.__name__)
def kind(request):
    return request.param


def test_a_value_that_nobody_has_read(kind):
    kind()  # the first instance of a class that is adopted may be known later
    tags = ["x"]
    doc = kind(name="a", tags=tags)
    assert not has_changed(doc)
    tags.append("y")
    assert dict(changes(doc)) == {"tags": (["x"], ["x", "y"])}
    rollback(doc)
    assert tags == ["x"]


def test_it_is_so_after_a_commit(kind):
    kind()
    tags = ["x"]
    doc = kind(tags=tags)
    commit(doc)
    tags.append("y")
    assert changes(doc)["tags"] == (["x"], ["x", "y"])


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda doc: pickle.loads(pickle.dumps(doc))]
)
def test_a_copy_has_values_of_its_own(kind, copied):
    kind()
    twin = copied(kind(tags=["x"]))
    assert not has_changed(twin)
    twin.tags.append("y")
    assert changes(twin)["tags"] == (["x"], ["x", "y"])


def test_a_subclass_that_goes_on_making_it():
    @tracked(in_place="always")
    class Base:
        tags: list

        def __init__(self, tags):
            self.tags = tags

    @tracked(in_place="always")
    class Derived(Base):
        more: list

        def __init__(self, tags, more):
            super().__init__(tags)
            self.tags.append("made")
            self.more = more

    tags, more = [], []
    made = Derived(tags, more)
    assert not has_changed(made)
    tags.append(1)
    more.append(2)
    assert list(changes(made)) == ["tags", "more"]


def test_one_that_is_not_made_by_its_class_is_looked_at_when_it_is_read():
    class Old(SimpleNamespace):
        pass

    old = Old(tags=[])
    track(Old, "tags", in_place="always")
    old.tags.append(1)
    assert changes(old)["tags"] == ([], [1])


def test_other_classes_are_not_looked_at_so():
    @tracked
    @dataclass
    class Read:
        tags: list

    tags = []
    read = Read(tags)
    tags.append(1)
    assert not has_changed(read)


@pytest.mark.parametrize("how", ["sometimes", None, 2])
def test_anything_else_is_refused(how):
    class Doc:
        tags: list

    with pytest.raises(RegistrationError, match="Doc cannot be tracked with in_place="):
        tracked(in_place=how)(Doc)


def test_it_cannot_be_another_way_later():
    with pytest.raises(Exception, match="in another"):
        tracked(Doc)
    assert tracked(in_place="always")(Doc) is Doc
