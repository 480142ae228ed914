"""What application code is told of the changes of an object, and who is told."""

import pytest
from listening import Point

import ormolu
from ormolu import (
    changes,
    checkpoint,
    commit,
    on_change,
    rollback,
    track,
    tracked,
    untrack,
)

# -- what is told ------------------------------------------------------------------------


def test_an_assignment_is_told_after_it_has_happened(doc):
    found = []
    on_change(doc, call=lambda event: found.append((event, doc.name)))
    doc.name = "b"
    (event, name), *more = found
    assert (event.obj, event.key, event.old, event.new) == (doc, "name", "a", "b")
    assert (event.kind, event.path, name) == ("set", "name", "b")
    assert not more


def test_what_is_the_same_afterwards_is_not_told(doc, told):
    doc.name = "a"
    doc.tags = ["x"]
    assert told == []


def test_only_the_fields_asked_for_are_told(doc, seen):
    on_change(doc, "size", "tags", call=seen.hear)
    doc.name, doc.size = "b", 1
    doc.tags = []
    assert seen == ["set size: 0 -> 1", "set tags[0]: 'x' -> (nothing)"]


def test_a_field_that_is_deleted_is_told(doc, told):
    if hasattr(type(doc), "__pydantic_fields__"):
        pytest.skip("models do not let go of fields in a way that lasts")
    if hasattr(type(doc), "size"):
        pytest.skip("the class has a value for it")
    del doc.size
    doc.size = 3
    assert told == ["deleted size: 0 -> (nothing)", "set size: (nothing) -> 3"]


def test_a_refused_value_is_not_told(seen):
    @tracked
    class Doc:
        size: int

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if value < 0:
                raise ValueError(value)

    doc = Doc()
    on_change(doc, call=seen.hear)
    with pytest.raises(ValueError, match="-1"):
        doc.size = -1
    doc.size = 1
    assert seen == ["set size: (nothing) -> 1"]


def test_what_a_class_assigns_besides_is_told_once(seen):
    @tracked
    class Base:
        first: str
        last: str

    class Doc(Base):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            super().__setattr__("last", value)

    doc = Doc()
    on_change(doc, call=seen.hear)
    doc.first = "a"
    assert seen == ["set first: (nothing) -> 'a'", "set last: (nothing) -> 'a'"]


def test_all_values_that_are_exchanged_at_once_are_told(doc, told):
    if type(doc).__setattr__.__module__ == "kinds" or not hasattr(doc, "__dict__"):
        pytest.skip("it has none that could be exchanged")
    if hasattr(type(doc), "__pydantic_fields__"):
        pytest.skip("models are not to be treated like that")
    doc.__dict__ = {**vars(doc), "name": "b", "size": 1}
    doc.size = 2
    assert told == ["set name: 'a' -> 'b'", "set size: 0 -> 1", "set size: 1 -> 2"]


def test_a_rollback_is_told(doc, told):
    doc.name = "b"
    doc.tags.append("y")
    del told[:]
    rollback(doc)
    assert sorted(told) == [
        "rolled back name: 'b' -> 'a'",
        "rolled back tags[1]: 'y' -> (nothing)",
    ]


def test_a_rollback_of_one_field_is_told(doc, told):
    doc.name, doc.size = "b", 1
    del told[:]
    rollback(doc, "size")
    assert told == ["rolled back size: 1 -> 0"]


def test_a_rollback_to_a_checkpoint_is_told(doc, told):
    with pytest.raises(RuntimeError), checkpoint(doc):
        doc.name = "b"
        raise RuntimeError
    assert told == ["set name: 'a' -> 'b'", "rolled back name: 'b' -> 'a'"]
    point = checkpoint(doc)
    doc.size = 1
    point.rollback()
    assert told[2:] == ["set size: 0 -> 1", "rolled back size: 1 -> 0"]


def test_listeners_hear_of_a_rollback_when_all_of_it_is_done(doc):
    doc.name, doc.size = "b", 1
    found = []
    on_change(doc, call=lambda event: found.append((doc.name, doc.size, bool(changes(doc)))))
    rollback(doc)
    assert found == [("a", 0, False)] * 2


def test_a_commit_tells_what_was_changed_in_place(doc, told):
    doc.tags.append("y")
    doc.meta["k"]["n"] = 2
    assert told == []
    commit(doc)
    assert sorted(told) == ["in place meta.k.n: 1 -> 2", "in place tags[1]: (nothing) -> 'y'"]
    commit(doc)
    assert len(told) == 2


def test_a_commit_tells_what_was_changed_in_place_after_it_was_told(doc, told):
    doc.tags = ["a"]
    doc.tags.append("b")
    commit(doc)
    assert told == ["set tags[0]: 'x' -> 'a'", "in place tags[1]: (nothing) -> 'b'"]


def test_a_commit_tells_nothing_that_was_told(doc, told):
    doc.name, doc.tags = "b", ["a"]
    del told[:]
    commit(doc)
    assert told == []


def test_what_is_assigned_while_an_instance_is_made_is_not_told(doc_class, seen):
    on_change(doc_class, call=seen.hear)
    doc = doc_class(name="a", size=3)
    assert seen == []
    doc.name = "b"
    assert seen == ["set name: 'a' -> 'b'"]


def test_an_instance_can_listen_to_itself_from_the_start(seen):
    @tracked
    class Doc:
        name: str
        size: int

        def __init__(self):
            on_change(self, "name", call=self.measure)
            self.name = "a"
            self.size = 1

        def measure(self, event):
            seen.hear(event)
            self.size = len(event.new)

    class Adopted(Doc):
        def __init__(self):
            super().__init__()
            on_change(self, "size", call=seen.hear)
            self.name = "again"

    for class_ in (Doc, Adopted, Adopted):
        doc = class_()
        assert seen == []
        doc.name = "long"
        assert doc.size == 4
        assert seen.pop(0).startswith("set name")
        assert seen == ([] if class_ is Doc else ["set size: 1 -> 4"])
        del seen[:]


def test_an_instance_of_a_subclass_is_being_made_until_its_own_init_is_over(seen):
    @tracked
    class Base:
        name: str

        def __init__(self):
            self.name = "a"

    class Sub(Base):
        def __init__(self):
            super().__init__()
            self.name = "b"

    on_change(Base, call=seen.hear)
    for _ in range(2):
        assert not changes(Sub())
    assert seen == []


# -- who is told -------------------------------------------------------------------------


def test_a_decorated_function_is_told_and_stays_itself(point):
    @on_change(point, "x")
    def hear(event):
        return found.append(event.new)

    found = []
    point.x = 1
    hear(ormolu.ChangeEvent(point, "x", 1, 2))
    assert found == [1, 2]


def test_a_class_is_listened_to_with_its_subclasses(seen):
    @tracked
    class Base:
        x: int = 0

    class Early(Base):
        pass

    on_change(Base, call=seen.hear)
    on_change(Early, call=seen.hear)

    class Late(Base):
        y: int = 0

    class Apart(Late):
        pass

    for class_, times in ((Base, 1), (Early, 2), (Late, 1), (Apart, 1)):
        del seen[:]
        class_().x = 1
        assert seen == ["set x: 0 -> 1"] * times
    late = Late()
    late.y = 1
    assert seen[1:] == ["set y: 0 -> 1"]


def test_another_instance_is_not_told_of(doc_class, told):
    doc_class(name="b").name = "c"
    assert told == []


def test_a_copy_is_not_listened_to(doc, told):
    import copy

    copy.copy(doc).name = "b"
    copy.deepcopy(doc).name = "b"
    assert told == []


def test_listeners_are_told_in_the_order_in_which_they_came(point):
    order = []
    on_change(Point, call=lambda event: order.append("class")).cancel()
    listening = on_change(Point, call=lambda event: order.append("class"))
    on_change(point, call=lambda event: order.append("first"))
    on_change(point, call=lambda event: order.append("second"))
    with listening:
        point.x = 1
    assert order == ["first", "second", "class"]


def test_a_cancelled_listener_is_told_no_more(point, seen):
    subscription = on_change(point, call=seen.append)
    assert subscription.active
    subscription.cancel()
    assert not subscription.active
    subscription.cancel()
    with on_change(point, call=seen.append):
        pass
    point.x = 1
    assert seen == []


def test_a_listener_can_cancel_itself_and_others_and_subscribe_more(point):
    order = []

    @on_change(point)
    def first(event):
        order.append("first")
        own.cancel()
        second.cancel()
        on_change(point, call=lambda event: order.append("late"))

    own = on_change(point, call=lambda event: order.append("own"))
    second = on_change(point, call=lambda event: order.append("second"))
    point.x = 1
    assert order == ["first"]
    point.x = 2
    assert order == ["first", "first", "late"]


def test_listening_to_a_class_goes_on_when_it_is_tracked_anew(seen):
    @tracked
    class Base:
        x: int = 0

    class Sub(Base):
        y: int = 0

    on_change(Sub, call=seen.hear)
    track(Sub)
    sub = Sub()
    sub.x = 1
    untrack(Base)
    sub.x, sub.y = 2, 1
    assert seen == ["set x: 0 -> 1", "set x: 1 -> 2", "set y: 0 -> 1"]
    untrack(Sub)
    sub.x = 3
    assert len(seen) == 3


@pytest.mark.parametrize("notify", [False, True])
def test_an_event_prints_what_it_told(notify):
    @tracked(notify=notify)
    class Box:
        items: list
        table: dict

        def __init__(self):
            self.items, self.table = [], {}

    box, told = Box(), []
    on_change(box, call=told.append)
    box.items = [1]
    box.items.append(2)
    box.table["a"] = [1]
    box.table["a"].append(2)
    rollback(box)
    printed = [str(event) for event in told]
    assert printed[0] == "items[0]: (nothing) -> 1"
    if notify:
        assert printed[1:4] == [
            "items[1]: (nothing) -> 2",
            "table.a: (nothing) -> [1]",
            "table.a[1]: (nothing) -> 2",
        ]
    assert told[0].new == [1, 2] and told[0].new is not box.items
