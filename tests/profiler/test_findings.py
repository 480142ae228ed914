"""What is told of a program, and what is not, as it may have been of use."""

import pytest


def titles_unread(done, certain=True):
    return [what for kind, what in done.found(certain) if kind == "unused_columns"]


LOOK = """
with Session(engine) as session:
    for author in session.scalars(select(Author)):
        author.name
        {look}
"""


def test_a_column_that_is_never_read_is_named_with_the_option_that_spares_it(profiled):
    done = profiled(LOOK.format(look="pass"))
    assert titles_unread(done) == ["bio of 5 objects of Author: loaded and never read"]
    (finding,) = done.report["findings"]
    assert "defer(Author.bio)" in finding["advice"]
    assert finding["bytes"] > 5 * 100 and finding["estimated"]


@pytest.mark.parametrize(
    "look",
    [
        "getattr(author, 'bio')",
        "__import__('operator').attrgetter('bio')(author)",
        "__import__('sqlalchemy').inspect(author).attrs.bio.value",
        "author.bio = 'other'",
    ],
)
def test_a_column_that_is_read_or_written_is_not(profiled, look):
    done = profiled(LOOK.format(look=look))
    assert titles_unread(done) == titles_unread(done, certain=False) == []


@pytest.mark.parametrize(
    ("look", "doubt"),
    [
        ("vars(author)", "vars()"),
        ("__import__('copy').copy(author)", "pickled or copied"),
        ("__import__('copy').deepcopy(author)", "pickled or copied"),
        ("__import__('pickle').dumps(author)", "pickled or copied"),
        ("__import__('sqlalchemy').inspect(author).attrs.bio.loaded_value", "inspect()"),
        ("__import__('sqlalchemy').inspect(author).attrs.bio.history", "inspect()"),
        ("__import__('sqlalchemy').inspect(author).attrs.bio.load_history()", "inspect()"),
        ("__import__('sqlalchemy').inspect(author).dict", "dict of their state"),
        ("Session(engine).merge(author)", "merged"),
        ("author.__dict__", "__dict__"),
        ("getattr(author, '__dict__')", "__dict__"),
        ("attributes.instance_dict(author)", "instance_dict"),
        ("attributes.get_history(author, 'bio')", "get_history"),
    ],
)
def test_a_look_past_the_attributes_makes_it_uncertain(profiled, look, doubt):
    done = profiled(LOOK.format(look=look))
    assert titles_unread(done) == []
    doubts = [text for one in done.report["findings"] for text in one["doubts"]]
    assert any(doubt in text for text in doubts), doubts


def test_vars_without_an_argument_are_the_local_ones(profiled):
    done = profiled("def f(x):\n    return vars()\nprint(f(1), vars() is globals())\n")
    assert done.said == "{'x': 1} True\n"


def test_what_is_read_of_any_object_of_a_line_is_read(profiled):
    done = profiled(
        """
        def authors(session):
            return session.scalars(select(Author)).all()

        with Session(engine) as session:
            [author.name for author in authors(session)]
        with Session(engine) as session:
            authors(session)[3].bio
        """
    )
    assert done.report["findings"] == []


def test_what_is_read_after_it_has_expired_and_was_loaded_again_is_read(profiled):
    done = profiled(
        """
        with Session(engine) as session:
            author = session.get(Author, 1)
            session.commit()
            author.name, author.bio
        """
    )
    assert done.found() == []


def test_keys_are_of_use_to_the_mapper(profiled):
    done = profiled(
        """
        with Session(engine) as session:
            [book.title for book in session.scalars(select(Book))]
        """
    )
    assert done.report["findings"] == []


COMPOSED = """
import dataclasses
from sqlalchemy import create_engine, select
from sqlalchemy.orm import *

class Base(DeclarativeBase): pass

@dataclasses.dataclass
class Point:
    x: int
    y: int

class Vertex(Base):
    __tablename__ = "vertex"
    id: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[int] = mapped_column()
    y: Mapped[int] = mapped_column()
    start: Mapped[Point] = composite("x", "y")

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(Vertex.__table__.insert(), [{"x": 1, "y": 2}] * 3)
"""


def test_columns_of_a_composite_are_read_by_it(profiled):
    done = profiled(
        """
        with Session(engine) as session:
            for vertex in session.scalars(select(Vertex)):
                vertex.start.x
        """,
        model=COMPOSED,
    )
    assert done.report["findings"] == []


def test_columns_that_a_collection_takes_its_keys_from_may_be_read_by_it(profiled):
    keyed = """
from sqlalchemy import ForeignKey

class Box(Base):
    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))

class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    boxes: Mapped[dict[str, "Box"]] = relationship(
        collection_class=column_keyed_dict(Box.__table__.c.name))

Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(Shelf.__table__.insert(), [{"id": 1}])
    connection.execute(Box.__table__.insert(), [{"name": "a", "shelf_id": 1}])
"""
    done = profiled(
        """
        with Session(engine) as session:
            for shelf in session.scalars(select(Shelf).options(selectinload(Shelf.boxes))):
                list(shelf.boxes)
        """,
        model=COMPOSED + keyed,
    )
    assert titles_unread(done) == []
    assert len(titles_unread(done, certain=False)) == 1


# -- relationships ------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["joinedload", "selectinload", "subqueryload"])
def test_a_relationship_that_is_loaded_and_not_read(profiled, option):
    done = profiled(
        f"""
        with Session(engine) as session:
            for author in session.scalars(select(Author).options({option}(Author.books))).unique():
                author.name, author.bio
        """
    )
    (found,) = done.report["findings"]
    assert found["kind"] == "unused_relationship" and found["certain"]
    assert found["attribute"] == "Author.books"
    assert found["count"] == 15


@pytest.mark.parametrize("option", ["joinedload", "selectinload"])
def test_a_relationship_that_spares_others_a_statement_was_of_use(profiled, option):
    done = profiled(
        f"""
        with Session(engine) as session:
            books = session.scalars(select(Book).options({option}(Book.author))).all()
            [book.title for book in books]
            author = session.get(Author, 1)
            author.name, author.bio
        """
    )
    assert [kind for kind, _ in done.found() if kind == "unused_relationship"] == []


def test_a_walk_up_a_tree_is_one_group_however_long(profiled):
    tree = """
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import *

class Base(DeclarativeBase): pass

class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    parent: Mapped["Node | None"] = relationship(remote_side=[id])

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(Node.__table__.insert(), [
        {"id": n, "parent_id": n - 1 or None} for n in range(1, 300)])
"""
    done = profiled(
        """
        with Session(engine) as session:
            node = session.get(Node, 299)
            while node is not None:
                node = node.parent
        """,
        model=tree,
    )
    (found,) = done.report["findings"]
    assert found["kind"] == "n_plus_one" and found["count"] == 298
    assert len(done.report["queries"]) == 2


def test_one_statement_for_each_run_of_a_query_is_no_certain_n_plus_one(profiled):
    done = profiled(
        """
        for number in range(1, 6):
            with Session(engine) as session:
                author = session.get(Author, number)
                author.name, author.bio
                [book.title for book in author.books]
        """
    )
    assert done.found() == []
    (found,) = done.found(certain=False)
    assert found[0] == "n_plus_one"


def test_a_query_that_runs_again_and_again(profiled):
    done = profiled(
        """
        with Session(engine) as session:
            for number in range(1, 13):
                book = session.scalars(select(Book).where(Book.id == number)).one()
                book.title
        """
    )
    assert done.found() == []
    assert [kind for kind, _ in done.found(certain=False)] == ["repeated_query"]


# -- writes and reloads ---------------------------------------------------------------------


def test_writes_of_the_value_that_is_there(profiled):
    done = profiled(
        """
        with Session(engine) as session:
            for author in session.scalars(select(Author)):
                author.name = author.name
                author.bio = "short" if author.id == 1 else author.bio
                author.books = author.books
            new = Author(name="new", bio="")
            new.name = "new"
        """
    )
    writes = {
        one["attribute"]: (one["certain"], one["count"], one["writes"])
        for one in done.report["findings"]
        if one["kind"] == "redundant_writes"
    }
    assert writes == {
        "Author.name": (True, 5, 5),
        "Author.bio": (False, 4, 5),
        "Author.books": (True, 5, 5),
    }


@pytest.mark.parametrize(
    ("expire", "cause"),
    [
        ("session.commit()", "commit"),
        ("session.rollback()", "rollback"),
        ("session.expire_all()", "expire_all()"),
        ("[session.expire(author) for author in authors]", "expire()"),
        ("[session.expire(author, ['name']) for author in authors]", "expire()"),
    ],
)
def test_what_expired_objects_that_are_loaded_again(profiled, expire, cause):
    done = profiled(
        f"""
        with Session(engine) as session:
            authors = session.scalars(select(Author)).all()
            [author.name + author.bio for author in authors]
            {expire}
            [author.name for author in authors]
        """
    )
    (found,) = done.report["findings"]
    assert (found["kind"], found["cause"], found["count"]) == ("reloads", cause, 5)
    assert found["origin"]["line"] == found["site"]["line"] - 1


# -- objects ----------------------------------------------------------------------------------


def test_objects_are_counted_and_who_holds_those_that_are_left(profiled):
    done = profiled(
        """
        session = Session(engine, expire_on_commit=False)
        kept = session.scalars(select(Author).limit(2)).all()
        cache = {"first": session.get(Book, 1)}
        session.add(Author(name="new", bio=""))
        kept[0].name = "other"
        session.delete(session.get(Book, 15))
        session.commit()
        """
    )
    objects = {one["class_"]: one for one in done.report["objects"]}
    author, book = objects["Author"], objects["Book"]
    assert (author["made"], author["loaded"], author["changed"]) == (1, 2, 1)
    assert author["alive"] >= 2 and book["alive"] >= 1
    assert (book["loaded"], book["removed"]) == (2, 1)
    assert any("kept" in holder for holder in author["held_by"]), author["held_by"]
    assert any("cache" in holder for holder in book["held_by"]), book["held_by"]


def test_streams_are_counted_row_by_row(profiled):
    done = profiled(
        """
        with Session(engine) as session:
            for book in session.scalars(select(Book).execution_options(yield_per=2)):
                book.title
        """
    )
    (line,) = done.report["queries"]
    assert (line["rows"], line["objects"]) == (15, 15)


def test_joined_rows_of_one_object_are_one_object(profiled):
    done = profiled(
        """
        with Session(engine) as session:
            statement = select(Author).options(joinedload(Author.books))
            for author in session.scalars(statement).unique():
                author.name, author.bio, [book.title for book in author.books]
        """
    )
    assert {one["class_"]: one["loaded"] for one in done.report["objects"]} == {
        "Author": 5,
        "Book": 15,
    }
    assert done.report["findings"] == []


ADVISED = """
def work(*options):
    with Session(engine) as session:
        for author in session.scalars(select(Author).options(*options)).unique():
            author.name
            for book in author.books:
                book.title, book.author.id

work({options})
"""


def test_what_is_advised_leaves_nothing_to_say(profiled):
    options, statements = [], []
    for _ in range(4):
        done = profiled(ADVISED.format(options=", ".join(options)))
        statements.append(done.report["totals"]["statements"])
        if not done.report["findings"]:
            break
        options += [
            finding["advice"].split(".options(")[1].rsplit(") to the query", 1)[0]
            for finding in done.report["findings"]
        ]
    assert done.report["findings"] == []
    assert statements[0] - statements[-1] == 4  # five lazy loads, for one statement
    assert "defer(Author.bio)" in options and "selectinload(Author.books)" in options


def test_an_option_below_another_is_advised_whole(profiled):
    done = profiled(
        """
        def work(*options):
            with Session(engine) as session:
                for author in session.scalars(select(Author).options(*options)):
                    author.name, author.bio, len(author.books)

        work(selectinload(Author.books))
        """
    )
    (found,) = done.report["findings"]
    assert found["columns"] == ["title"]
    option = found["advice"].split(".options(")[1].rsplit(") to the query", 1)[0]
    again = profiled(
        f"""
        def work(*options):
            with Session(engine) as session:
                for author in session.scalars(select(Author).options(*options)):
                    author.name, author.bio, len(author.books)

        work({option})
        """
    )
    assert again.report["findings"] == []


STAMPED = """
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import *

class Base(DeclarativeBase): pass

class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    stamp: Mapped[str] = mapped_column(server_default=func.now(), onupdate=func.now())
    __mapper_args__ = {arguments}

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(Note.__table__.insert(), [{{"text": "a"}}] * 4)
"""
CHANGED = """
session = Session(engine, expire_on_commit={expires})
notes = session.scalars(select(Note)).all()
for note in notes:
    note.text = "b"
session.{ends}()
[(note.text, note.stamp) for note in notes]
"""


@pytest.mark.parametrize(
    ("ends", "arguments", "expires", "cause"),
    [
        ("flush", {}, True, "flush"),
        ("flush", {"eager_defaults": True}, True, None),
        ("commit", {}, True, "commit"),
        ("commit", {}, False, "flush"),
        ("commit", {"eager_defaults": True}, False, None),
    ],
)
def test_what_is_advised_against_reloads_spares_them(profiled, ends, arguments, expires, cause):
    done = profiled(
        CHANGED.format(ends=ends, expires=expires), model=STAMPED.format(arguments=arguments)
    )
    reloads = [one for one in done.report["findings"] if one["kind"] == "reloads"]
    assert [(one["cause"], one["count"]) for one in reloads] == ([(cause, 4)] if cause else [])
    if cause:
        option = "eager_defaults=True" if cause == "flush" else "expire_on_commit=False"
        assert option in reloads[0]["advice"]
