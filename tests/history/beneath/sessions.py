"""Instances and the sessions that hold them."""

import gc
import weakref

from sqlalchemy.orm import Session, make_transient, make_transient_to_detached
from sqlalchemy.orm.attributes import get_history

from model import Author, Book, Statements, Tree, store
from sqlalchemy import event, inspect, select


def a_tree_whose_nodes_are_all_alike():
    """SQLAlchemy 0.7.3 #2260 and 0.7.4 #2310: __eq__ and truth of instances were asked for."""
    top, one, two = Tree(id=1), Tree(id=2), Tree(id=3)
    one.above = two.above = top
    session = store(top)
    session.expunge_all()
    again = session.get(Tree, 1)
    assert [below.id for below in again.below] == [2, 3]
    second = again.below[1]
    assert second.above is again
    assert session.get(Tree, 3) is second
    session.add(new := Tree(id=4, above=second))
    session.commit()
    assert new.above is second
    assert [below.id for below in second.below] == [4]


def instances_go_while_their_session_is_gone_through():
    """SQLAlchemy 1.0.0b5 and 1.1.14 #4069: the collector took what a session was working on."""
    session = store(*[Author(name=str(n)) for n in range(30)])
    names = []
    for author in session.scalars(select(Author)).yield_per(5):
        names.append(author.name)
        del author
        gc.collect()
    assert names == [str(n) for n in range(30)]
    assert len(session.identity_map) == 0


def a_changed_instance_stays_and_a_clean_one_goes():
    """SQLAlchemy 0.6.6: an instance with changes was let go, and they with it."""
    session = store(author := Author(name="old"))
    author.facts["quiet"] = 1
    author.name = "new"
    clean = weakref.ref(author)
    del author
    gc.collect()
    assert [changed.name for changed in session.dirty] == ["new"]
    session.commit()
    gc.collect()
    assert clean() is None
    assert session.scalars(select(Author.name)).all() == ["new"]


def a_deleted_instance_that_goes_before_it_is_told():
    """SQLAlchemy 1.1.0 #3808: the instance was collected before its deletion was told of."""
    session = store(Author(name="gone"))
    told = []
    event.listen(session, "persistent_to_deleted", lambda s, instance: told.append(instance.name))
    session.delete(session.scalars(select(Author)).one())
    gc.collect()
    session.flush()
    assert told == ["gone"]


def an_instance_of_a_session_that_is_gone():
    """SQLAlchemy 0.7.3 #2281: instances of a session that was collected could join no other."""
    session = store(author := Author(name="a"))
    engine = session.get_bind()
    assert author.name == "a"
    del session
    gc.collect()
    assert inspect(author).detached
    with Session(engine) as other:
        other.add(author)
        author.name = "b"
        other.commit()
        assert author.name == "b"


def an_instance_that_is_made_transient_with_its_collections():
    """SQLAlchemy 0.8.3 #2773: history failed for what had been persistent and was pending."""
    session = store(author := Author(books=[Book(title="a")]))
    book = author.books[0]
    assert book.author is author
    make_transient(author)
    author.id = None
    session.add(author)
    book.author = None
    book.author = author
    assert [one.title for one in author.books] == ["a"]
    assert get_history(author, "books").sum() == [book]
    session.flush()
    assert book.author_id == author.id


def what_is_deferred_stays_so():
    """SQLAlchemy 1.2.0b3 #4084 and 0.5.2: expiring an instance undid what was deferred."""
    session = store(Author(id=1, name="a", notes="long"))
    session.expunge_all()
    author = Author(id=1)
    make_transient_to_detached(author)
    session.add(author)
    assert author.name == "a"
    assert "notes" in inspect(author).unloaded
    session.expire(author)
    assert author.name == "a"
    assert "notes" in inspect(author).unloaded
    assert author.notes == "long"


def an_expired_instance_that_is_replaced_is_not_loaded():
    """SQLAlchemy 2.0.56 #13711: a flush loaded an expired instance only to warn of it."""
    session = store()
    author = Author(id=1, name="first")
    session.add(author)
    session.flush()
    session.rollback()
    session.add(Author(id=1, name="second"))
    sent = Statements(session)
    session.flush()
    assert sent == []
    session.commit()
    assert session.get(Author, 1).name == "second"
