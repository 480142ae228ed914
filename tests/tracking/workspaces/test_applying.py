"""Change sets applied to another copy of the graph: all of it, or nothing."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import attrs
import pydantic
import pytest
from tests.tracking.workspaces.nodes import workspace_of

import ormolu
from ormolu import MISSING, Change, Changes, ChangeSet, ObjectChange, Ref, Workspace, errors


@pytest.fixture
def copy(node_class):
    """The same graph as ``graph`` once more."""
    return workspace_of(node_class)


def one(work, key):
    """The node of a key."""
    return next(obj for obj in work if obj.id == key)


def edit(graph, node_class):
    """Changes of every kind."""
    ann, bob = one(graph, 1), one(graph, 2)
    cy = node_class(id=3, name="Cy", tags=["new"], best=ann)
    di = node_class(id=4, name="Di", best=cy, friends=[cy])
    cy.friends.append(di)
    ann.name = "Anna"
    ann.tags.append("y")
    ann.best = di
    ann.friends[:] = [cy, di]
    graph.delete(bob)


def test_a_copy_becomes_the_same(graph, copy, node_class):
    edit(graph, node_class)
    found = graph.changes()
    assert found.apply(copy) == ()
    assert copy.changes() == found
    ann, di = one(copy, 1), one(copy, 4)
    assert ann.best is di
    assert ann.friends == [di.best, di]
    assert di.best.friends[0] is di
    assert [obj.id for obj in copy.new] == [4, 3]
    assert [obj.id for obj in copy.deleted] == [2]
    assert not set(map(id, copy)) & set(map(id, graph))


def test_turned_round_it_takes_all_back(graph, node_class):
    before = [(obj.id, obj.name, list(obj.tags)) for obj in graph]
    edit(graph, node_class)
    found = graph.commit()
    found.inverted().apply(graph)
    after = [(obj.id, obj.name, list(obj.tags)) for obj in graph if obj not in graph.deleted]
    assert sorted(after) == before
    assert one(graph, 1).best.name == "Bob"
    assert graph.changes() == ChangeSet(found.inverted().values())


def test_values_are_copied(graph, copy):
    one(graph, 1).tags.append("y")
    found = graph.changes()
    found.apply(copy)
    one(copy, 1).tags.append("z")
    assert found["Node", 1].fields["tags"].new == ["x", "y"]
    assert one(graph, 1).tags == ["x", "y"]


def test_a_new_object_is_not_changed(graph, copy, node_class):
    graph.add(node_class(id=3, name="Cy"))
    graph.changes().apply(copy)
    assert not ormolu.has_changed(one(copy, 3))
    one(copy, 3).tags.append("x")
    assert ormolu.has_changed(one(copy, 3))


def test_a_key_that_changes(graph, copy):
    one(graph, 2).id = 7
    one(graph, 1).friends.append(one(graph, 7))
    graph.changes().apply(copy)
    assert one(copy, 1).friends == [one(copy, 7)] * 2


def test_an_object_without_a_key_is_made_once_more(node_class):
    works = [Workspace(key="id", classes=[node_class]) for _ in range(2)]
    for work in works:
        work.attach(node_class(id=1, name="Ann"))
    works[1].add(node_class(id=None, name="Bob"))
    works[0].add(node_class(id=None, name="Cy"))
    one(works[0], 1).best = works[0].new[0]
    works[0].changes().apply(works[1])
    assert [obj.name for obj in works[1]] == ["Ann", "Bob", "Cy"]
    assert one(works[1], 1).best.name == "Cy"


# -- conflicts --------------------------------------------------------------------------------


def conflicting(graph, copy):
    """A change set, and other changes in the copy."""
    one(graph, 1).name, one(graph, 1).tags = "Anna", ["y"]
    one(graph, 2).name = "Rob"
    one(copy, 1).name = "Anne"
    one(copy, 1).tags.append("z")
    return graph.changes()


def test_all_conflicts_are_reported_and_nothing_is_changed(graph, copy):
    found = conflicting(graph, copy)
    before = copy.changes()
    with pytest.raises(errors.ConflictError) as caught:
        found.apply(copy)
    assert [
        (one.ref, one.key, one.expected, one.found, one.wanted) for one in caught.value.conflicts
    ] == [
        (Ref("Node", 1), "name", "Ann", "Anne", "Anna"),
        (Ref("Node", 1), "tags", ["x"], ["x", "z"], ["y"]),
    ]
    text = str(caught.value)
    assert "Node 1, name: expected 'Ann', found 'Anne', wanted 'Anna'" in text
    assert 'on_conflict="ours"' in text
    assert copy.changes() == before
    assert one(copy, 2).name == "Bob"


def test_ours_leaves_what_is_there(graph, copy):
    decided = conflicting(graph, copy).apply(copy, "ours")
    assert [conflict.key for conflict in decided] == ["name", "tags"]
    assert (one(copy, 1).name, one(copy, 1).tags, one(copy, 2).name) == ("Anne", ["x", "z"], "Rob")


def test_theirs_is_what_the_change_set_says(graph, copy):
    conflicting(graph, copy).apply(copy, "theirs")
    assert (one(copy, 1).name, one(copy, 1).tags, one(copy, 2).name) == ("Anna", ["y"], "Rob")


def test_a_function_decides_of_each_conflict(graph, copy):
    found = conflicting(graph, copy)
    found.apply(copy, lambda conflict: "theirs" if conflict.key == "name" else "ours")
    assert (one(copy, 1).name, one(copy, 1).tags) == ("Anna", ["x", "z"])


def test_a_side_that_there_is_not(graph, copy):
    with pytest.raises(errors.PatchError, match=r"not 'mine'"):
        conflicting(graph, copy).apply(copy, "mine")
    assert one(copy, 1).name == "Anne"


def test_the_same_change_on_both_sides_is_no_conflict(graph, copy):
    for work in (graph, copy):
        one(work, 1).name = "Anna"
        one(work, 1).tags.append("y")
    assert graph.changes().apply(copy) == ()
    assert graph.changes() == copy.changes()


def changed(key, **fields):
    fields = {name: Change(*both) for name, both in fields.items()}
    return ObjectChange(Ref("Node", key), "changed", Changes(fields))


def deleted(key, **fields):
    fields = {name: Change(old, MISSING) for name, old in fields.items()}
    return ObjectChange(Ref("Node", key), "deleted", Changes(fields))


def new(key, **fields):
    fields = {name: Change(MISSING, value) for name, value in fields.items()}
    return ObjectChange(Ref("Node", key), "new", Changes(fields))


def test_an_object_that_is_not_there(graph):
    found = ChangeSet([changed(9, name=("a", "b")), deleted(8), changed(1, name=("Ann", "Anna"))])
    with pytest.raises(errors.ConflictError, match="Node 9: it is changed, and is not there"):
        found.apply(graph)
    with pytest.raises(errors.ConflictError) as caught:
        found.apply(graph, "theirs")
    assert len(caught.value.conflicts) == 1
    assert one(graph, 1).name == "Ann"
    assert len(found.apply(graph, "ours")) == 2
    assert one(graph, 1).name == "Anna"


def test_a_new_object_that_is_there(graph):
    found = ChangeSet([new(2, id=2, name="Bert", tags=[], best=None, friends=[])])
    with pytest.raises(errors.ConflictError, match="Node 2: it is new, and is there already"):
        found.apply(graph)
    found.apply(graph, "ours")
    assert one(graph, 2).name == "Bob"
    found.apply(graph, "theirs")
    assert (one(graph, 2).name, one(graph, 2).best) == ("Bert", None)


def test_a_deleted_object_that_has_changed(graph):
    found = ChangeSet([deleted(2, name="Bob")])
    one(graph, 2).name = "Rob"
    with pytest.raises(errors.ConflictError, match="name: expected 'Bob', found 'Rob'"):
        found.apply(graph)
    found.apply(graph, "ours")
    assert not graph.deleted
    found.apply(graph, "theirs")
    assert graph.deleted == (one(graph, 2),)


def test_a_reference_to_what_is_not_there(graph):
    ref = Ref("Node", 9)
    in_new = ChangeSet([new(3, id=3, name="Cy", tags=[], best=ref, friends=[])])
    for side in ("raise", "ours", "theirs"):
        with pytest.raises(errors.ConflictError, match="Node 3, best: it is to refer to Node 9"):
            in_new.apply(graph, side)
    in_old = ChangeSet([changed(1, friends=([Ref("Node", 2)], [ref]), name=("Ann", "Anna"))])
    with pytest.raises(errors.ConflictError):
        in_old.apply(graph, "theirs")
    in_old.apply(graph, "ours")
    assert (one(graph, 1).friends, one(graph, 1).name) == ([one(graph, 2)], "Anna")


# -- two sides in one value -------------------------------------------------------------------


@ormolu.tracked
@dataclass(eq=False)
class Sheet:
    id: int
    cells: dict = field(default_factory=dict)
    marks: set = field(default_factory=set)
    other: object = None


def sheets(**fields):
    """Two copies of a sheet, in a workspace each."""
    works = []
    for _ in range(2):
        work = Workspace(key="id")
        work.attach(Sheet(1, **deepcopy(fields)))
        works.append(work)
    return (*works, *(work.objects[0] for work in works))


def test_changes_of_other_keys_are_both_kept():
    mine, theirs, my, their = sheets(cells={"a": 1, "b": {"x": 1, "y": 1}, "c": 1})
    my.cells["a"] = 2
    my.cells["b"]["x"] = 2
    del my.cells["c"]
    their.cells["b"]["y"] = 3
    their.cells["d"] = 4
    mine.changes().apply(theirs)
    assert their.cells == {"a": 2, "b": {"x": 2, "y": 3}, "d": 4}


def test_the_same_key_is_a_conflict_of_that_key():
    mine, theirs, my, their = sheets(cells={"a": {"x": 1}, "b": 1})
    my.cells["a"]["x"], my.cells["b"] = 2, 2
    their.cells["a"]["x"] = 3
    with pytest.raises(errors.ConflictError, match=r"cells.a.x: expected 1, found 3, wanted 2"):
        mine.changes().apply(theirs)
    mine.changes().apply(theirs, "ours")
    assert their.cells == {"a": {"x": 3}, "b": 2}


def test_changes_of_other_members_are_both_kept():
    mine, theirs, my, their = sheets(marks={1, 2, 3})
    my.marks ^= {1, 4}
    their.marks ^= {2, 5}
    mine.changes().apply(theirs)
    assert their.marks == {3, 4, 5}


def test_what_is_kept_may_refer_to_objects():
    mine, theirs, my, their = sheets(cells={})
    my.cells["a"] = 1
    other = Sheet(2)
    their.cells["b"] = other
    mine.changes().apply(theirs)
    assert their.cells == {"b": other, "a": 1}
    assert their.cells["b"] is other


# -- what refuses -----------------------------------------------------------------------------


def test_a_value_that_a_validator_refuses_changes_nothing():
    @ormolu.tracked
    @attrs.define(eq=False)
    class Account:
        id: int
        balance: int = attrs.field(validator=attrs.validators.ge(0))

    work = Workspace(key="id")
    accounts = [Account(i, 10) for i in range(3)]
    work.attach(*accounts)
    fields = Changes({"balance": Change(10, 5)})
    wrong = Changes({"balance": Change(10, -5)})
    found = ChangeSet(
        [
            ObjectChange(
                Ref("Account", 7),
                "new",
                Changes({"id": Change(MISSING, 7), "balance": Change(MISSING, 1)}),
            ),
            ObjectChange(Ref("Account", 0), "changed", fields),
            ObjectChange(Ref("Account", 1), "changed", wrong),
        ]
    )
    with pytest.raises(ValueError, match=">= 0"):
        found.apply(work)
    assert [account.balance for account in accounts] == [10] * 3
    assert len(work) == 3
    assert not work.changes()
    refused = ChangeSet(
        [
            ObjectChange(
                Ref("Account", 7),
                "new",
                Changes({"id": Change(MISSING, 7), "balance": Change(MISSING, -1)}),
            )
        ]
    )
    with pytest.raises(ValueError, match=">= 0"):
        refused.apply(work)
    assert len(work) == 3


def test_fields_are_assigned_in_an_order_that_validators_take():
    @ormolu.tracked
    class Span(pydantic.BaseModel, validate_assignment=True):
        id: int
        start: int
        end: int

        @pydantic.model_validator(mode="after")
        def _ordered(self):
            if self.start > self.end:
                raise ValueError("the end comes first")
            return self

    work = Workspace(key="id", classes=[Span])
    span = Span(id=1, start=1, end=2)
    work.attach(span)
    later = Changes({"start": Change(1, 5), "end": Change(2, 6)})
    ChangeSet([ObjectChange(Ref("Span", 1), "changed", later)]).apply(work)
    assert (span.start, span.end) == (5, 6)
    values = Changes(
        {key: Change(MISSING, value) for key, value in {"id": 2, "start": 1, "end": 2}.items()}
    )
    ChangeSet([ObjectChange(Ref("Span", 2), "new", values)]).apply(work)
    assert work.get(Span, 2).model_dump() == {"id": 2, "start": 1, "end": 2}
    assert work.get(Span, 2).model_fields_set == {"id", "start", "end"}
    wrong = Changes({"start": Change(5, 9)})
    with pytest.raises(pydantic.ValidationError, match="the end comes first"):
        ChangeSet([ObjectChange(Ref("Span", 1), "changed", wrong)]).apply(work)
    assert span.start == 5


def test_values_are_converted_as_the_class_does():
    @ormolu.tracked
    @attrs.define
    class Thing:
        id: int = attrs.field(converter=int)
        size: int = attrs.field(converter=int)

    work = Workspace(key="id", classes=[Thing])
    work.attach(Thing(1, 2))
    changes = [
        ObjectChange(Ref("Thing", 1), "changed", Changes({"size": Change(2, "7")})),
        ObjectChange(
            Ref("Thing", 2),
            "new",
            Changes({"id": Change(MISSING, "2"), "size": Change(MISSING, "3")}),
        ),
    ]
    ChangeSet(changes).apply(work)
    assert [(thing.id, thing.size) for thing in work] == [(1, 7), (2, 3)]


def frozen_classes():
    @dataclass(frozen=True)
    class Thing:
        id: int
        tags: list = field(default_factory=list)

    yield Thing

    @attrs.frozen
    class Thing:
        id: int
        tags: list = attrs.field(factory=list)

    yield Thing

    class Thing(pydantic.BaseModel, frozen=True):
        id: int
        tags: list = []

    yield Thing


@pytest.mark.parametrize("class_", list(frozen_classes()), ids=["dataclass", "attrs", "pydantic"])
def test_objects_that_never_change_are_made_and_changed_in_place(class_):
    class_ = ormolu.tracked(class_)
    works = [Workspace(key="id", classes=[class_]) for _ in range(2)]
    for work in works:
        work.attach(class_(id=1, tags=["x"]))
    works[0].get(class_, 1).tags.append("y")
    works[0].add(class_(id=2, tags=["z"]))
    tags = works[1].get(class_, 1).tags
    works[0].changes().apply(works[1])
    assert works[1].changes() == works[0].changes()
    assert tags == ["x", "y"]
    found = ChangeSet([ObjectChange(Ref("Thing", 1), "changed", Changes({"id": Change(1, 5)}))])
    with pytest.raises(errors.PatchError, match=r"Thing.id cannot be assigned"):
        found.apply(works[1])


def test_a_class_says_how_its_objects_are_made():
    @ormolu.tracked("id", "other")
    class Thing:
        def __init__(self, id, other=None):
            self.id = id
            self.other = other
            self.cache = {}

    made = []

    def make(class_, values):
        made.append(values)
        return class_(**values)

    work = Workspace(key="id", classes=[Thing], make=make)
    source = Workspace(key="id")
    one, other = Thing(1), Thing(2)
    one.other, other.other = other, one
    source.add(one)
    source.changes().apply(work)
    assert made[0] == {"id": 1}
    first, second = work
    assert first.other is second
    assert second.other is first
    assert first.cache == {}
    wrong = Workspace(key="id", classes=[Thing], make=lambda class_, values: None)
    with pytest.raises(errors.PatchError, match=r"was to make a .*Thing, and made None"):
        source.changes().apply(wrong)
    assert len(wrong) == 0


def test_a_class_whose_new_wants_more():
    @ormolu.tracked("id")
    class Thing:
        def __new__(cls, id):
            return object.__new__(cls)

        def __init__(self, id):
            self.id = id

    source = Workspace(key="id")
    source.add(Thing(1))
    with pytest.raises(errors.PatchError, match=r"Workspace\(make=...\)"):
        source.changes().apply(Workspace(key="id", classes=[Thing]))


def test_a_class_that_is_not_known(graph):
    found = ChangeSet([ObjectChange(Ref("Nod", 1), "new")])
    with pytest.raises(errors.PatchError, match=r"no class 'Nod', did you mean 'Node'\?.*classes"):
        found.apply(graph)


def test_a_class_that_is_not_tracked():
    class Thing:
        pass

    found = ChangeSet([ObjectChange(Ref("Thing", 1), "new")])
    with pytest.raises(errors.PatchError, match=r"Thing is not tracked.*@ormolu.tracked"):
        found.apply(Workspace(classes=[Thing]))


def test_a_field_that_there_is_none_of(graph):
    for change in (changed(1, nam=(1, 2)), new(3, nam=1), deleted(1, nam=1)):
        with pytest.raises(
            errors.PatchError, match=r"no tracked field 'nam', did you mean 'name'"
        ):
            ChangeSet([changed(2, name=("Bob", "Rob")), change]).apply(graph)
    assert one(graph, 2).name == "Bob"


def test_a_setter_that_raises_in_the_middle_changes_nothing(graph):
    found = ChangeSet([changed(1, name=("Ann", "Anna")), changed(2, name=("Bob", "Rob"))])
    type_ = type(one(graph, 1))
    own = type_.__setattr__

    def fail(self, name, value):
        if value == "Rob":
            raise OSError("refused")
        own(self, name, value)

    type_.__setattr__ = fail
    try:
        with pytest.raises(OSError, match="refused"):
            found.apply(graph)
    finally:
        type_.__setattr__ = own
    assert one(graph, 1).name == "Ann"
    assert not graph.changes()


# -- what is not committed yet ----------------------------------------------------------------


@ormolu.tracked
@dataclass(eq=False)
class Part:
    id: int
    other: Any = None


def test_changes_are_taken_back_where_a_key_has_changed():
    work = Workspace(key="id")
    part, other = Part(1), Part(2)
    work.attach(part, other)
    part.id, part.other, other.other = 7, other, part
    found = work.changes()
    found.inverted().apply(work)
    assert (part.id, part.other, other.other) == (1, None, None)
    assert not work.changes()
    part.id, other.id = 2, 1
    found = work.changes()
    again = Workspace(key="id")
    again.attach(Part(1), Part(2))
    found.apply(again)
    assert again.changes() == found


@pytest.mark.parametrize("look", [False, True])
def test_what_was_reached_meanwhile_is_known(look):
    def graph():
        work = Workspace(key="id")
        part = Part(1)
        work.attach(part)
        return work, part

    work, part = graph()
    part.other = Part(2, "x")
    found = work.changes()
    found.inverted().apply(work)
    assert part.other is None and not work.changes()
    work, part = graph()
    part.other = Part(2, "y")
    if look:
        work.changes()
    with pytest.raises(errors.ConflictError, match="it is new, and is there already"):
        found.apply(work)
    assert part.other.other == "y"
