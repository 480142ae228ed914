"""What a workspace refuses: each time an error that says what to do, and nothing done."""

from dataclasses import dataclass

import pytest
from tests.naming import named

import ormolu
from ormolu import ChangeSet, Workspace, errors


def one(work, key):
    """The node of a key."""
    return next(obj for obj in work if obj.id == key)


@pytest.mark.parametrize("what", ["add", "attach"])
@pytest.mark.parametrize("obj", [3, None, object(), dict, [1]], ids=named)
def test_what_is_not_tracked(graph, node_class, what, obj):
    cy = node_class(id=3, name="Cy")
    with pytest.raises(errors.UntrackedInstanceError, match=r"@ormolu.tracked"):
        getattr(graph, what)(cy, obj)
    assert cy not in graph
    assert len(graph) == 2


@pytest.mark.parametrize("what", ["delete", "discard", "ref"])
def test_what_is_not_in_the_workspace(graph, node_class, what):
    cy = node_class(id=3, name="Cy")
    with pytest.raises(errors.NotInWorkspaceError, match=r"add\(\).*attach\(\)"):
        getattr(graph, what)(cy)
    if what != "ref":
        with pytest.raises(errors.NotInWorkspaceError):
            getattr(graph, what)(one(graph, 1), cy)
    assert one(graph, 1) in graph
    assert not graph.deleted


@pytest.mark.parametrize("what", ["add", "attach"])
def test_two_workspaces_claim_one_object(graph, node_class, what):
    other, cy = Workspace(key="id"), node_class(id=3, name="Cy")
    with pytest.raises(errors.ClaimedError, match=r"another workspace.*discard\(\)"):
        getattr(other, what)(cy, one(graph, 1))
    assert len(other) == 0
    graph.add(cy)


def test_an_object_refers_to_one_of_another_workspace(graph, node_class):
    other, cy = Workspace(key="id"), node_class(id=3, name="Cy")
    other.add(cy)
    cy.best = one(graph, 1)
    for ask in (other.changes, other.commit, other.checkpoint):
        with pytest.raises(errors.ClaimedError, match="another workspace"):
            ask()
    assert (other.new, len(other)) == ((cy,), 1)
    other.rollback()
    assert cy.best is None


def test_two_objects_of_one_name(graph, node_class):
    twin = node_class(id=1, name="Ann")
    with pytest.raises(errors.IdentityConflictError, match=r"another Node 1.*get\(\)"):
        graph.attach(twin)
    with pytest.raises(errors.IdentityConflictError):
        graph.add(twin)
    assert twin not in graph
    graph.attach(twin.__class__(id=4, name="Di"))
    one(graph, 4).id = 1
    with pytest.raises(errors.IdentityConflictError, match=r"two objects .* are Node 1"):
        graph.commit()
    graph.rollback()
    assert one(graph, 4).name == "Di"


def test_two_new_objects_of_one_name(graph, node_class):
    graph.add(node_class(id=3, name="Cy"), node_class(id=3, name="Di"))
    with pytest.raises(errors.IdentityConflictError, match=r"two objects .* are Node 3"):
        graph.changes()


def test_an_attribute_that_is_no_key(node_class):
    work = Workspace(key="idd")
    with pytest.raises(errors.UnknownFieldError, match=r"no attribute 'idd'.*Workspace\(key="):
        work.add(node_class(id=1, name="Ann"))
    assert len(work) == 0


def test_a_key_that_is_not_there_yet():
    @ormolu.tracked("id")
    class Thing:
        pass

    work = Workspace(key="id")
    thing = Thing()
    work.add(thing)
    assert work.ref(thing).number == 1


def test_a_key_that_cannot_be_one(node_class):
    work = Workspace(key="tags")
    with pytest.raises(errors.WorkspaceError, match=r"\['x'\], cannot be one"):
        work.attach(node_class(id=1, name="Ann", tags=["x"]))
    assert len(work) == 0


def test_a_function_for_keys_that_raises(node_class):
    work = Workspace(key=lambda node: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work.add(node_class(id=1, name="Ann"))
    assert len(work) == 0


def test_two_classes_of_one_name(graph):
    @ormolu.tracked
    @dataclass
    class Node:
        id: int

    with pytest.raises(errors.WorkspaceError, match=r"two classes .* named Node"):
        graph.add(Node(5))
    assert len(graph) == 2


def test_a_reference_to_what_has_no_name(node_class):
    work = Workspace(cascade=False)
    ann = node_class(id=1, name="Ann")
    work.attach(ann)
    ann.best = node_class(id=2, name="Bob")
    with pytest.raises(errors.WorkspaceError, match=r"Node #1, best: .*add\(\).*attach\(\)"):
        work.commit()
    assert work.dirty == (ann,)


def test_an_object_in_the_making_can_be_added():
    work = Workspace(key="id")

    @ormolu.tracked
    @dataclass
    class Thing:
        id: int

        def __post_init__(self):
            work.add(self)

    assert work.changes() == {}
    thing = Thing(1)
    assert work.new == (thing,)
    work.commit()
    thing.id = 2
    assert work.dirty == (thing,)


def test_a_class_that_is_not_tracked_any_more(node_class):
    work = Workspace(key="id")
    work.attach(node_class(id=1, name="Ann"))
    ormolu.untrack(node_class)
    with pytest.raises(errors.UntrackedInstanceError):
        work.rollback()
    work.close()
    assert len(work) == 0


def test_a_patch_of_one_object_is_of_its_name():
    changes = ChangeSet()
    for make in (changes.to_merge_patch, changes.to_json_patch):
        with pytest.raises(errors.ArgumentError, match=r"of has to be the name of an object, as"):
            make(object())


class Money:
    def __init__(self, amount):
        raise AssertionError("nobody has asked for that")


class OtherMoney:
    """Of the same name as another one."""


OtherMoney.__name__ = "Money"


def test_an_enumeration_is_one():
    with pytest.raises(errors.PatchError, match=r"a Money is no enumeration, as \$enum says"):
        ormolu.Codec(types=[Money]).decode({"$enum": ["Money", 3]})


@pytest.mark.parametrize(
    "classes",
    [
        (Money, OtherMoney),
        (type("date", (), {}),),
        (type("ref", (), {}),),
        (type("enum", (), {}),),
    ],
    ids=["two", "date", "ref", "enum"],
)
def test_hooks_that_could_not_be_told_apart(classes):
    with pytest.raises(errors.PatchError, match="cannot be told from another"):
        ormolu.Codec(hooks={class_: (vars, class_) for class_ in classes})


@pytest.mark.parametrize(
    ("act", "way_out"),
    [
        (ormolu.rollback, r"ormolu's own, and has methods: call them"),
        (lambda work: work.attach([1]), r"give the objects in it themselves"),
        (lambda work: ormolu.Timeline([1]), r"give the objects in it themselves"),
        (lambda work: work.before_commit(lambda: None), r"it is called with the ChangeSet"),
        (lambda work: Workspace(make=len), r"it is called with the class and the values"),
        (lambda work: Workspace(make=3), r"3 cannot be called back"),
    ],
)
def test_errors_say_what_to_do(act, way_out):
    with pytest.raises((errors.OrmoluError), match=way_out):
        act(Workspace())
