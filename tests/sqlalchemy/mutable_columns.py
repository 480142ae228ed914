"""Columns whose values change in place, in every way that values come and go.

Run by test_mutable_columns.py on stock SQLAlchemy and on ormolu; prints the name of each
check, and what it has found.
"""

import gc
import json
import pickle
import sys
import weakref
from typing import Any

if sys.argv[1] == "ormolu":
    import ormolu.sqlalchemy

    ormolu.sqlalchemy.install()

from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    Session,
    configure_mappers,
    mapped_column,
)

from ormolu.containers import TrackedDict, TrackedList
from ormolu.ext.mutable import MutableDict, MutableList, MutableSet, as_mutable
from sqlalchemy import (
    ARRAY,
    JSON,
    Integer,
    PickleType,
    create_engine,
    inspect,
    null,
    select,
    update,
)


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: MutableDict.as_mutable(JSON)}


class Described:
    meta: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[list | None] = mapped_column(MutableList.as_mutable(PickleType()))
    numbers: Mapped[list | None] = mapped_column(MutableList.as_mutable(ARRAY(Integer)))


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    meta: Mapped[dict[str, Any] | None] = mapped_column(
        "metadata", MutableDict.as_mutable(JSON), default=dict
    )
    rows: Mapped[list | None] = mapped_column(MutableList.as_mutable(JSON(none_as_null=True)))
    any: Mapped[Any] = mapped_column(as_mutable(JSON), nullable=True)
    late: Mapped[Any] = mapped_column(as_mutable(JSON), nullable=True, deferred=True)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "page"}


class Article(Page):
    readers: Mapped[set | None] = mapped_column(MutableSet.as_mutable(PickleType))
    __mapper_args__ = {"polymorphic_identity": "article"}


class Copied(Described, Base):
    __tablename__ = "copied"
    id: Mapped[int] = mapped_column(primary_key=True)


class Made(MappedAsDataclass, Base):
    __tablename__ = "made"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    meta: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


CHECKS = []
engine = create_engine("sqlite://")
Base.metadata.create_all(engine, [Page.__table__, Made.__table__])


def check(function):
    CHECKS.append(function)
    return function


def modified(page):
    return inspect(page).modified


def stored(session, what, page):
    """What another session finds in the database."""
    session.commit()
    with Session(engine) as other:
        return other.scalar(select(what).where(Page.id == page.id))


def new_page(session, **values):
    page = Page(**values)
    session.add(page)
    session.commit()
    return page


@check
def a_nested_change_is_stored(session):
    page = new_page(session, meta={"a": {"b": [1]}})
    assert type(page.meta) is MutableDict
    assert not modified(page)
    page.meta["a"]["b"].append(2)
    assert modified(page)
    assert page in session.dirty
    return stored(session, Page.meta, page)


@check
def what_is_put_in_tells_as_well(session):
    page = new_page(session, rows=[])
    page.rows.append({"a": []})
    session.commit()
    page.rows[0]["a"].append({"b": {}})
    session.commit()
    page.rows[0]["a"][0]["b"]["c"] = 1
    return stored(session, Page.rows, page)


@check
def a_default_tells_once_it_is_there(session):
    page = new_page(session)
    page.meta["a"] = 1
    assert modified(page)
    session.add(other := Page())
    session.flush()
    other.meta["b"] = []
    session.flush()
    other.meta["b"].append(1)
    return stored(session, Page.meta, page), stored(session, Page.meta, other)


@check
def a_set_tells(session):
    page = Article(readers={"Ann"})
    session.add(page)
    session.commit()
    page.readers |= {"Bob"}
    assert page in session.dirty
    session.commit()
    page.readers.add("Bob")
    assert page not in session.dirty
    return sorted(stored(session, Article.readers, page))


@check
def any_container_tells_where_any_may_be(session):
    found = []
    for value in ({"a": []}, [[1]], 3, None):
        page = new_page(session, any=value, late=value)
        found.append(f"{type(page.any).__name__} {type(page.late).__name__}")
        if isinstance(value, dict):
            page.any["a"].append(page.late["a"].append(5))
        elif isinstance(value, list):
            page.any[0].append(page.late[0].append(5))
        found.append([stored(session, Page.any, page), stored(session, Page.late, page)])
    return found


@check
def what_changes_nothing_is_not_flushed(session):
    page = new_page(session, meta={"a": [1]})
    page.meta["a"].sort()
    page.meta.update(a=page.meta["a"])
    page.meta.pop("none", None)
    page.meta.setdefault("a", 5)
    return modified(page)


@check
def a_value_that_is_replaced_tells_no_more(session):
    page = new_page(session, meta={"a": {}}, rows=[[1]])
    old, inner, row = page.meta, page.meta.pop("a"), page.rows[0]
    page.meta, page.rows = {}, None
    session.commit()
    for container in (old, inner):
        container["b"] = 1
    row.append(2)
    return modified(page), stored(session, Page.meta, page), stored(session, Page.rows, page)


@check
def expired_and_refreshed(session):
    page = new_page(session, meta={"a": [1]}, rows=[1])
    held = page.meta
    session.expire(page)
    held["a"].append(2)
    assert not modified(page)
    page.meta["a"].append(3)
    assert modified(page)
    session.refresh(page)
    assert not modified(page)
    page.meta["a"].append(4)
    session.flush()
    session.expire(page, ["rows"])
    page.rows.append(5)
    return stored(session, Page.meta, page), stored(session, Page.rows, page)


@check
def rolled_back(session):
    page = new_page(session, meta={"a": [1]})
    page.meta["a"].append(2)
    session.flush()
    session.rollback()
    found = str(page.meta)
    page.meta["a"].append(3)
    return found, stored(session, Page.meta, page)


@check
def pickled(session):
    page = new_page(session, meta={"a": [1]}, any=[{}], late={"b": []})
    assert (page.id, page.late) == (page.id, {"b": []})
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        twin = pickle.loads(pickle.dumps(page, protocol))
        assert type(twin.meta) is MutableDict
        assert not modified(twin)
        twin.any[0]["n"] = twin.meta["a"].append(protocol)
        twin.late["b"].append(1)
        assert modified(twin)
        assert not modified(page)
    merged = session.merge(twin)
    assert merged is page
    assert page in session.dirty
    session.commit()
    page.meta["a"].append("merged")
    return stored(session, Page.meta, page), stored(session, Page.any, page)


@check
def merged_without_loading(session):
    page = new_page(session, meta={"a": [1]})
    session.refresh(page)
    session.expunge(page)
    with Session(engine) as other:
        twin = other.merge(page, load=False)
        twin.meta["a"].append(2)
        assert twin in other.dirty
        return stored(other, Page.meta, twin)


@check
def one_value_of_two_objects(session):
    page = new_page(session, meta={"a": [1]}, any={"b": [1]})
    other = new_page(session, meta=page.meta, rows=page.any["b"])
    other.meta = page.meta
    session.flush()
    page.meta["a"].append(2)
    return modified(page), modified(other), type(other.rows).__name__


@check
def updated_in_the_database(session):
    page = new_page(session, meta={"a": [1]})
    statement = update(Page).where(Page.id == page.id).values(meta={"a": [2]})
    session.execute(statement, execution_options={"synchronize_session": "evaluate"})
    page.meta["a"].append(3)
    return stored(session, Page.meta, page)


@check
def what_a_column_refuses(session):
    page = new_page(session, meta={})
    found = []
    for value in ([], 3, "text", {1}):
        try:
            page.meta = value
        except TypeError as error:
            found.append(str(error))
    for value in (None, null(), JSON.NULL):
        page.meta = value
        session.commit()
        found.append(page.meta)
    return found


@check
def the_owner_goes_with_nobody_holding_it(session):
    page = Page(meta={"a": []})
    inner, gone = page.meta["a"], weakref.ref(page)
    del page
    gc.collect()
    inner.append(1)
    return gone() is None


@check
def columns_of_a_mixin_and_of_a_dataclass(session):
    configure_mappers()
    copied = Copied(notes=[[]], numbers=[1], meta={"a": []})
    made = Made(meta={"a": []})
    session.add(made)
    session.commit()
    made.meta["a"].append(1)
    return [type(each).__name__ for each in (copied.notes, copied.numbers, copied.meta, made.meta)]


@check
def they_are_plain_to_others(session):
    page = new_page(session, meta={"a": [{}]}, rows=TrackedList([1]))
    assert type(page.meta["a"]) is TrackedList
    assert type(page.meta["a"][0]) is TrackedDict
    assert type(page.rows) is MutableList
    return f"{page.meta} {json.dumps(page.meta)} {page.meta == {'a': [{}]}}"


for function in CHECKS:
    with Session(engine) as session:
        print(json.dumps([function.__name__, function(session)]))
