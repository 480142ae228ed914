"""Fields that are watched are read where their values lie; what is there may be anything."""

import pickle
from dataclasses import dataclass, field

import pytest

from ormolu import changes, on_change, tracked
from ormolu.containers import TrackedDict, TrackedList


class Unequal:
    """A key that cannot be compared."""

    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise ArithmeticError


def notifying(**options):
    @tracked(notify=True)
    @dataclass(**options)
    class Post:
        tags: list = field(default_factory=list)
        meta: dict = field(default_factory=dict)
        title: str = ""

    return Post


@pytest.fixture(params=[{}, {"slots": True}], ids=["dictionary", "slots"])
def post_class(request):
    return notifying(**request.param)


def heard(obj, act):
    found = []
    with on_change(obj, call=lambda event: found.append(str(event))):
        act()
    return found


def test_the_same_container_is_returned_until_another_is_assigned(post_class):
    post = post_class(["a"])
    tags = post.tags
    assert type(tags) is TrackedList and post.tags is tags
    post.tags = ["b"]
    assert post.tags is not tags and type(post.tags) is TrackedList


def test_what_was_put_there_past_the_class_is_exchanged_when_it_is_read(post_class):
    post = post_class(["a"])
    plain = ["b"]
    if hasattr(post, "__dict__"):
        vars(post)["tags"] = plain
    else:
        object.__setattr__(post, "tags", plain)
    assert type(post.tags) is TrackedList
    assert heard(post, lambda: post.tags.append("c")) == ["tags[1]: (nothing) -> 'c'"]


def test_a_container_of_another_object_tells_of_both_once_it_was_read(post_class):
    first, second = post_class(["a"]), post_class()
    if hasattr(second, "__dict__"):
        vars(second)["tags"] = first.tags
    else:
        object.__setattr__(second, "tags", first.tags)
    assert second.tags is first.tags
    assert heard(second, lambda: first.tags.append("b")) == ["tags[1]: (nothing) -> 'b'"]


def test_a_container_of_another_field_tells_of_both(post_class):
    post = post_class(meta={"a": 1})
    post.tags = post.meta
    assert post.tags is post.meta and type(post.tags) is TrackedDict
    assert len(heard(post, lambda: post.meta.update(b=2))) == 2


def test_keys_that_cannot_be_compared_do_not_matter_to_a_read(post_class):
    inner = {}
    post = post_class(meta={Unequal(): inner})
    (held,) = post.meta.values()
    post.tags = held
    assert post.tags is held
    assert heard(post, lambda: held.update(a=1))


def test_there_may_be_none_or_anything_else(post_class):
    post = post_class(None, 7)
    assert (post.tags, post.meta) == (None, 7)
    del post.tags
    with pytest.raises(AttributeError, match="tags"):
        post.tags  # noqa: B018
    with pytest.raises(AttributeError, match="tags"):
        del post.tags
    post.tags = []
    assert type(post.tags) is TrackedList


def test_a_subclass_of_a_container_that_tells_stays_what_it_is(post_class):
    class Tags(TrackedList):
        pass

    post = post_class(Tags("ab"))
    assert type(post.tags) is Tags
    assert heard(post, lambda: post.tags.append("c")) == ["tags[2]: (nothing) -> 'c'"]


@tracked
@dataclass(slots=True)
class Slotted:
    items: list
    other: list = field(default_factory=list)


@tracked
@dataclass(slots=True)
class Wider(Slotted):
    more: list = field(default_factory=list)


@pytest.mark.parametrize("make", [Slotted, Wider])
def test_slots_are_read_and_written_where_they_are(make):
    obj = make([1])
    assert obj.items == [1]
    obj.items.append(2)
    obj.other = [obj]  # the instance holds its state from now on, in one of its slots
    obj.items.append(3)
    obj.items.append(4)
    obj.other[0] = None
    assert changes(obj) == {"items": ([1], [1, 2, 3, 4]), "other": ([], [None])}
    obj.items = [5]
    obj.items = [6]
    assert obj.items == [6]
    assert changes(obj)["items"] == ([1], [6])
    del obj.items
    with pytest.raises(AttributeError, match="items"):
        obj.items  # noqa: B018
    again = pickle.loads(pickle.dumps(make([1])))
    assert again.items == [1] and not changes(again)


def test_the_descriptor_of_a_class_is_for_its_instances_only():
    for stranger in (object(), 1, "text", type("Other", (), {"__slots__": ("a", "b", "c")})()):
        with pytest.raises(TypeError, match="items"):
            vars(Slotted)["items"].__get__(stranger, type(stranger))
        with pytest.raises(TypeError, match="items"):
            vars(Slotted)["items"].__set__(stranger, [1])
