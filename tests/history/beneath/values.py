"""Values that change inside, and values beside columns."""

import copy
import pickle

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, synonym
from sqlalchemy.orm.attributes import flag_modified, get_history

from model import Author, Guarded, Odd, Pair, Tree, Valued, store
from sqlalchemy import event, inspect


def mutable_values_are_dirty_however_they_are_changed():
    """SQLAlchemy 0.8.7 #3051, 0.9.8, 1.0.10 #3605, 1.2.0b1 #3853, 2.0.55 #13643: missed."""

    def joined(author, key, operation, value):
        held = getattr(author, key)
        assert getattr(held, operation)(value) is held

    changes = [
        lambda a: a.facts.setdefault("new", 1),
        lambda a: a.facts.update(new=1),
        lambda a: a.facts.pop("old"),
        lambda a: a.facts.popitem(),
        lambda a: a.facts.clear(),
        lambda a: joined(a, "facts", "__ior__", {"new": 1}),
        lambda a: joined(a, "tags", "__iadd__", ["new"]),
        lambda a: joined(a, "tags", "__imul__", 2),
        lambda a: a.tags.sort(key=str),
        lambda a: a.tags.__setitem__(slice(0, 1), []),
        lambda a: joined(a, "kinds", "__ior__", {"new"}),
        lambda a: joined(a, "kinds", "__iand__", {"new"}),
        lambda a: joined(a, "kinds", "__ixor__", {"old"}),
        lambda a: joined(a, "kinds", "__isub__", {"old"}),
    ]
    session = store(author := Author(facts={"old": 1}, tags=["old"], kinds={"old"}))
    for number, change in enumerate(changes):
        author.facts, author.tags, author.kinds = {"old": 1}, ["old"], {"old"}
        session.commit()
        assert (author.facts, author.tags, author.kinds) == (
            {"old": 1},
            ["old"],
            {"old"},
        )
        change(author)
        assert author in session.dirty, number
        expected = (dict(author.facts), list(author.tags), set(author.kinds))
        session.commit()
        assert (author.facts, author.tags, author.kinds) == expected, number


def several_mutable_values_are_pickled_together():
    """SQLAlchemy 1.4.38 #8133: of several mutable attributes only one was restored."""
    session = store(author := Author(tags=["a"], more=["b"], facts={"c": 1}))
    assert author.tags and author.more and author.facts
    again = pickle.loads(pickle.dumps(author))
    session.expunge_all()
    session.add(again)
    for change in (
        lambda: again.tags.append("x"),
        lambda: again.more.append("y"),
        lambda: again.facts.update(z=2),
    ):
        change()
        assert again in session.dirty
        session.commit()
        assert again.name is None
        assert [again.tags, again.more, again.facts]
    assert (again.tags, again.more, again.facts) == (
        ["a", "x"],
        ["b", "y"],
        {"c": 1, "z": 2},
    )


def a_mutable_value_of_a_merged_instance_knows_its_parent():
    """SQLAlchemy 1.4.41 #8446: merged without a load, values lost the link to their parent."""
    session = store(author := Author(tags=["a"]))
    assert author.tags == ["a"]
    session.expunge(author)
    merged = session.merge(author, load=False)
    merged.tags.append("b")
    assert merged in session.dirty
    session.commit()
    assert merged.tags == ["a", "b"]


def a_mutable_value_of_what_cannot_be_hashed():
    """SQLAlchemy 1.4.0 #6020: the parents of a mutable value were kept by their hash."""
    session = store(tree := Tree(facts={"a": 1}), other := Tree(facts={}))
    assert (tree.facts, other.facts) == ({"a": 1}, {})
    tree.facts["a"] = 2
    other.facts["b"] = 3
    assert [inspect(one).modified for one in (tree, other)] == [True, True]
    session.commit()
    assert (tree.facts, other.facts) == ({"a": 2}, {"b": 3})


def a_mutable_list_is_copied_once():
    """SQLAlchemy 1.3.3 #4603: copying a mutable list gave it its items twice."""
    session = store(author := Author(tags=["a", ["b"]]))
    for copied in (copy.copy(author.tags), copy.deepcopy(author.tags)):
        assert copied == ["a", ["b"]]
        copied.append("c")
    assert author not in session.dirty


def a_value_assigned_to_itself_and_then_flagged():
    """SQLAlchemy 0.8.6 #2997: a flag was lost where the value had been assigned to itself."""
    session = store(author := Author(facts={"a": {"b": 1}}))
    author.facts = author.facts
    author.facts["a"]["b"] = 2
    flag_modified(author, "facts")
    session.commit()
    assert author.facts == {"a": {"b": 2}}


def values_without_truth_are_written():
    """SQLAlchemy 1.0.7 #3469: comparing the values of an update asked what had no truth."""
    session = store(valued := Valued(odd=Odd(1)))
    assert valued.odd.number == 1
    valued.odd = Odd(2)
    session.commit()
    assert valued.odd.number == 2


def a_synonym_has_the_history_of_its_column():
    """SQLAlchemy 1.3.0b2 #3777: the history of a synonym was an AttributeError."""
    session = store(author := Author(name="old"))
    assert author.called == "old"
    author.called = "new"
    assert inspect(author).attrs.called.history == (["new"], (), ["old"])
    assert author in session.dirty


def a_composite_tells_its_old_value():
    """SQLAlchemy 2.0.6 #9460 and 0.7.4: of a composite the old value was not told."""
    session = store(author := Author(range=Pair(1, 2)), empty := Author())
    told = []

    def hear(target, value, old, token):
        told.append(old)

    event.listen(Author.range, "set", hear)
    session.expire(author)
    author.range = Pair(3, 4)
    event.remove(Author.range, "set", hear)
    assert told == [Pair(1, 2)]
    assert get_history(author, "range").deleted == [Pair(1, 2)]
    assert not get_history(empty, "range").added
    session.commit()
    assert author.range == Pair(3, 4)


def validators_hear_what_they_ask_for():
    """SQLAlchemy 0.9.0 #1535, 0.7.7 and 2.0.16 #9820: backrefs and removals in validators."""
    heard = Guarded.heard
    top, one, two = Guarded(), Guarded(), Guarded()
    one.above = top
    assert heard == ["above"]
    heard.clear()
    top.below.append(two)
    assert heard == ["append", "above"]
    heard.clear()
    top.below.remove(two)
    assert heard[0] == "remove"
    assert "append" not in heard
    assert two.above is None


def values_made_by_the_store_are_no_events():
    """SQLAlchemy 1.0.0b1 #3167: a key that the database made was an event of being set."""
    told = []

    def hear(target, value, old, token):
        told.append(value)

    event.listen(Author.id, "set", hear)
    event.listen(Author.tags, "set", hear)
    session = store(author := Author(name="a"))
    event.remove(Author.id, "set", hear)
    event.remove(Author.tags, "set", hear)
    assert told == []
    assert author.id == 1
    author.tags.append("tracked all the same")
    assert author in session.dirty


def properties_can_be_added_while_the_class_is_mapped():
    """SQLAlchemy 2.0.45 #12858: a property added by a listener of the mapping was an error."""

    class Own(DeclarativeBase):
        pass

    def add(mapper, class_):
        mapper.add_property("number", synonym("id"))

    event.listen(Own, "after_mapper_constructed", add, propagate=True)

    class Late(Own):
        __tablename__ = "late"
        id: Mapped[int] = mapped_column(primary_key=True)

    late = Late(number=1)
    assert late.id == 1
    assert inspect(late).attrs.number.history.added == [1]
