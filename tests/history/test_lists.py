"""Lists of members: slices, twins, operators in place."""

import pytest
from tests.core.conftest import commit

from ormolu.attributes import get_history, instance_state
from ormolu.events import listen


def filled(family, count=3):
    f = family()
    parent, children = f.Parent(), [f.Child(str(n)) for n in range(count)]
    parent.children = children
    commit(parent, *children)
    return f, parent, children


def test_a_slice_of_nothing_at_the_front_inserts(family):
    """SQLAlchemy 0.7.11 #2807: assigning to [0:0] of a list did something else."""
    f, parent, children = filled(family)
    new = [f.Child("new"), f.Child("newer")]
    parent.children[0:0] = new
    assert list(parent.children) == new + children
    assert [child.parent for child in new] == [parent, parent]
    assert get_history(parent, "children") == (new, children, [])


def test_a_list_assigned_to_its_own_slice_keeps_its_members(family, heard):
    """SQLAlchemy 1.3.12 #4990: assigning a list to its own full slice first emptied it."""
    f, parent, children = filled(family)
    heard.to(f.Parent.children, "append", "remove")
    parent.children[:] = parent.children
    assert list(parent.children) == children
    assert heard == []
    assert not get_history(parent, "children").has_changes()


def test_a_list_extended_by_itself_ends(family):
    """SQLAlchemy 1.3.12 #4990, its neighbour: a list that is both source and target."""
    _, parent, children = filled(family, 2)
    parent.children += parent.children
    parent.children.extend(parent.children)
    assert list(parent.children) == children * 4


def test_the_tail_of_a_list_may_be_its_own_copy(family):
    """SQLAlchemy 1.3.12 #4990, its neighbour: a slice made from the list that it changes."""
    _, parent, (a, b, c) = filled(family)
    parent.children[1:] = parent.children[:2]
    assert list(parent.children) == [a, a, b]
    assert (a.parent, b.parent, c.parent) == (parent, parent, None)


def test_two_swapped_in_one_statement_stay(family):
    """SQLAlchemy 1.3.0b2 #1103: while two were swapped one was there twice; a backref was lost."""
    _, parent, (a, b, c) = filled(family)
    parent.children[0], parent.children[2] = parent.children[2], parent.children[0]
    assert list(parent.children) == [c, b, a]
    assert [child.parent for child in (a, b, c)] == [parent] * 3
    assert not get_history(parent, "children").has_changes()


@pytest.mark.parametrize(
    "drop",
    [
        lambda members: members.pop(),
        lambda members: members.pop(0),
        lambda members: members.remove(members[0]),
        lambda members: members.__delitem__(0),
        lambda members: members.__delitem__(slice(0, 1)),
        lambda members: members.__setitem__(slice(None), members[:1]),
    ],
    ids=["pop", "pop first", "remove", "del", "del slice", "set slice"],
)
def test_one_of_two_twins_may_go(family, drop):
    """SQLAlchemy 1.3.0b2 #1103: one of two duplicates removed, and the backref was cleared."""
    f = family()
    parent, child = f.Parent(), f.Child()
    parent.children = [child, child]
    drop(parent.children)
    assert list(parent.children) == [child]
    assert child.parent is parent


def test_twins_that_are_replaced_by_one(family):
    """SQLAlchemy 0.5.0 #1232: duplicates of a list were dropped without a word."""
    f = family()
    parent, child = f.Parent(), f.Child()
    parent.children = [child, child]
    assert list(parent.children) == [child, child]
    parent.children = [child]
    assert list(parent.children) == [child]
    assert child.parent is parent
    parent.children = []
    assert child.parent is None


def test_clear_tells_of_each(family, heard):
    """SQLAlchemy 0.9.0: the clear() of Python 3 went past the instrumentation."""
    f, parent, children = filled(family)
    heard.to(f.Parent.children, "remove")
    parent.children.clear()
    assert [child for _, child in heard] == children
    assert [child.parent for child in children] == [None] * 3
    assert get_history(parent, "children") == ([], [], children)


def test_multiplying_in_place_is_a_change(family):
    """SQLAlchemy 2.0.55 #13643: ``*=`` of a list was not seen at all."""
    _, parent, children = filled(family, 1)
    members = parent.children
    members *= 3
    assert list(parent.children) == children * 3
    assert instance_state(parent).modified
    assert list(instance_state(parent).committed_state["children"]) == children


def test_multiplying_by_nothing_takes_everybody_out(family):
    """SQLAlchemy 2.0.55 #13643: ``*=`` of a list was not seen at all."""
    _, parent, children = filled(family, 1)
    members = parent.children
    members *= 3
    members *= 0
    assert children[0].parent is None
    assert instance_state(parent).modified
    assert set(get_history(parent, "children").deleted) == set(children)


def test_clearing_what_is_empty_is_no_change(family):
    """persistent 4.6.0: an empty list that was cleared called itself changed."""
    _, parent, _ = filled(family, 0)
    parent.children.clear()
    del parent.children[:]
    parent.children[:] = []
    assert not get_history(parent, "children").has_changes()
    assert not instance_state(parent).modified


def test_adding_in_place_keeps_the_list(family):
    """SQLAlchemy 1.2.0b1 #3853: ``+=`` went unnoticed."""
    f, parent, children = filled(family, 1)
    members, new = parent.children, f.Child("new")
    parent.children += (new,)
    assert parent.children is members
    assert list(members) == [*children, new]
    assert new.parent is parent
    assert get_history(parent, "children").added == [new]


def test_a_remove_that_is_refused_is_refused_before_it_happens(family):
    """SQLAlchemy 1.3.0b2: the event of list.remove() came after the member had gone."""
    f, parent, children = filled(family)
    seen = []

    def refuse(target, value, initiator):
        seen.append(list(target.children))
        raise ValueError("no")

    listen(f.Parent.children, "remove", refuse)
    with pytest.raises(ValueError, match="no"):
        parent.children.remove(children[1])
    assert seen == [children]
    assert list(parent.children) == children
    assert children[1].parent is parent
    assert not get_history(parent, "children").has_changes()


def test_a_slice_with_a_step_tells_of_each_one(family, heard):
    """traits 6.0.0: a change by a slice with a step was told of in a shape of its own."""
    f, parent, children = filled(family, 4)
    new = [f.Child("even"), f.Child("even too")]
    heard.to(f.Parent.children, "append", "remove")
    parent.children[::2] = new
    assert list(parent.children) == [new[0], children[1], new[1], children[3]]
    assert {child.name for event, child in heard if event == "remove"} == {"0", "2"}
    assert [child for event, child in heard if event == "append"] == new
    with pytest.raises(ValueError):
        parent.children[::2] = [f.Child("alone")]
    assert list(parent.children) == [new[0], children[1], new[1], children[3]]


def test_a_negative_step_deletes_what_it_names(family):
    """traits 6.0.0: a deletion by a slice with a step was told of in a shape of its own."""
    _, parent, children = filled(family, 5)
    del parent.children[3:0:-2]
    assert list(parent.children) == [children[0], children[2], children[4]]
    assert [child.parent is None for child in children] == [False, True, False, True, False]


def test_a_list_extended_by_what_reads_it(family):
    """multidict 7.1.0: an argument that read the container in mid-update crashed or lost pairs."""
    f, parent, _ = filled(family, 2)

    def more():
        for name in "xy":
            yield f.Child(f"{name}{len(parent.children)}")

    parent.children.extend(more())
    assert [child.name for child in parent.children][:2] == ["0", "1"]
    assert len(parent.children) == 4
    assert all(child.parent is parent for child in parent.children)


def test_an_iterable_that_fails_in_the_middle_leaves_both_sides_agreeing(family):
    """multidict 7.1.0: code run in the middle of an update left the container in disorder."""
    f, parent, children = filled(family, 1)
    first = f.Child("first")

    def failing():
        yield first
        raise LookupError("halfway")

    with pytest.raises(LookupError, match="halfway"):
        parent.children.extend(failing())
    assert (first in parent.children) == (first.parent is parent)
    assert children[0].parent is parent
    with pytest.raises(LookupError, match="halfway"):
        parent.children[:] = failing()
    for child in (first, *children):
        assert (child in parent.children) == (child.parent is parent)


def test_none_among_the_members_is_told_of_like_any_other(family, heard):
    """SQLAlchemy 0.8.0b1 #2229: None appended to a collection made no event."""
    f, parent, children = filled(family, 1)
    heard.to(f.Parent.children, "append", "remove")
    parent.children.append(None)
    assert list(parent.children) == [*children, None]
    parent.children.remove(None)
    assert heard == [("append", None), ("remove", None)]
    assert list(parent.children) == children
