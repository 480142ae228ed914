"""Relationships beneath a session."""

import pickle

from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import raiseload
from sqlalchemy.orm.attributes import get_history, set_committed_value

from model import Author, Book, Left, Right, Shelf, Thing, link, store
from sqlalchemy import inspect, select


def merging_does_not_double_a_collection():
    """SQLAlchemy 0.4.3 #961: merging with a backref had each member twice."""
    session = store()
    merged = session.merge(Author(id=1, books=[Book(id=1, title="a"), Book(id=2, title="b")]))
    assert [book.title for book in merged.books] == ["a", "b"]
    session.commit()
    merged = session.merge(Author(id=1, books=[Book(id=2, title="c")]))
    assert [book.title for book in merged.books] == ["c"]
    session.commit()
    assert session.scalars(select(Book.title)).all() == ["c"]


def twins_of_many_to_many_are_both_written():
    """SQLAlchemy 0.5.0 #1232: a member twice in a list had one row only."""
    session = store(left := Left(rights=[right := Right()]))
    left.rights.append(right)
    session.commit()
    assert len(session.execute(select(link)).all()) == 2
    assert set(right.lefts) == {left}


def what_is_taken_out_before_it_is_written():
    """SQLAlchemy 0.4.4 and 0.8.0 #2655: an orphan still pending was an error, or stayed."""
    session = store(author := Author())
    book = Book(title="brief")
    author.books.append(book)
    assert book in session.new
    author.books.remove(book)
    assert book not in session
    assert inspect(book).transient
    session.commit()
    assert session.scalars(select(Book)).all() == []


def what_is_only_looked_at_is_not_changed():
    """SQLAlchemy 0.9.0 #2833: changing a view made its owner dirty."""
    session = store(author := Author(books=[Book(title="a")]))
    assert len(author.seen) == 1
    author.seen.append(Book(title="stray"))
    assert author not in session.dirty
    assert not get_history(author, "seen").has_changes()
    session.expire(author)
    assert [book.title for book in author.seen] == ["a"]


def a_set_that_has_the_member_already_cascades():
    """SQLAlchemy 1.4.16 #6471 and 2.0.19 #10089: a member put in again was not taken along."""
    for put in (
        lambda shelf, thing: shelf.group.add(thing),
        lambda shelf, thing: setattr(shelf, "group", {thing}),
        lambda shelf, thing: shelf.group.update({thing}),
    ):
        session = store(shelf := Shelf())
        thing = Thing(owner=shelf)
        assert thing not in session
        with session.no_autoflush:
            put(shelf, thing)
        assert thing in session
        session.commit()
        assert shelf.group == {thing}


def a_key_that_is_assigned_after_the_member():
    """SQLAlchemy 2.0.0b1 #8372: a member without its key yet was put under None."""
    session = store(shelf := Shelf())
    with session.no_autoflush:
        assert shelf.things == {}
        late = Thing()
        try:
            late.shelf = shelf
        except InvalidRequestError:
            assert late.shelf is None
        else:
            raise AssertionError(late)
        assert shelf.things == {}
        early = Thing(word="early", shelf=shelf)
        assert shelf.things == {"early": early}


def a_dictionary_of_members_is_pickled_and_goes_on():
    """SQLAlchemy 2.0.20 #10175: such a dictionary could not be changed once it was unpickled."""
    session = store(shelf := Shelf(things={"a": Thing(word="a")}))
    assert shelf.things["a"].word == "a"
    session.expunge_all()
    again = pickle.loads(pickle.dumps(shelf))
    session.add(again)
    again.things["b"] = Thing(word="b")
    del again.things["a"]
    session.commit()
    assert list(again.things) == ["b"]


def what_was_unpickled_with_a_loader_is_pickled_again():
    """SQLAlchemy 2.0.53 #13574: a second pickle of a loader's instance warned of nothing."""
    session = store(Author(name="a"))
    session.expunge_all()
    author = session.scalars(select(Author).options(raiseload(Author.books))).one()
    once = pickle.loads(pickle.dumps(author))
    twice = pickle.loads(pickle.dumps(once))
    session.expunge_all()
    session.add(twice)
    assert twice.name == "a"
    try:
        twice.books  # noqa: B018 - the read raises
    except Exception as error:
        assert "raise" in str(error)
    else:
        raise AssertionError("the option was lost")


def a_refresh_brings_back_what_was_set_as_loaded():
    """SQLAlchemy 0.5.3 #1315: expiring a collection kept what waited to be added to it."""
    session = store(author := Author(books=[Book(title="a")]))
    with session.no_autoflush:
        Book(title="waiting", author=author)
        session.expire(author, ["books"])
        assert [book.title for book in author.books] == ["a"]
    set_committed_value(author, "books", [])
    session.refresh(author)
    assert [book.title for book in author.books] == ["a"]
