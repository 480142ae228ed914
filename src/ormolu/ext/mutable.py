"""Columns of SQLAlchemy whose values are seen to change in place, at any depth.

``sqlalchemy.ext.mutable`` has the same for the outermost dictionary, list or set of a value.
Here the containers in it tell as well::

    from ormolu.ext.mutable import MutableDict

    class Page(Base):
        meta: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON))

    page.meta["tags"].append("new")  # page is modified, and will be flushed

It works with SQLAlchemy as it is, and with :mod:`ormolu.sqlalchemy` beneath it, which then
has to be installed before this module is imported.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias, TypeVar

from sqlalchemy.orm import Mapper, attributes
from sqlalchemy.sql.base import SchemaEventTarget
from sqlalchemy.types import JSON

from sqlalchemy import ClauseElement, event

from ..containers.belonging import Container, Holder, Path, join, take_in
from ..containers.dicts import TrackedDict
from ..containers.lists import TrackedList
from ..containers.sets import TrackedSet
from ..errors import IncompatibleCollectionError

__all__ = ["MutableDict", "MutableList", "MutableSet", "as_mutable"]

_K = TypeVar("_K")
_T = TypeVar("_T")
_V = TypeVar("_V")

_MARK = "_ormolu_mutable"


class _Mutable:
    """What stands in a column for one kind of container.

    Attributes:
        plain: the class that it stands for.
    """

    __slots__ = ()

    plain: ClassVar[type]

    @classmethod
    def as_mutable(cls, sqltype: Any) -> Any:
        """Return a type for columns that hold one.

        Args:
            sqltype: a type of SQLAlchemy whose values are such, as ``JSON``; or an instance.
        """
        return _marked(sqltype, (cls,))

    def __reduce_ex__(self, protocol: Any, /) -> tuple[Any, ...]:
        # an instance that is unpickled has it before it has its values
        _, *parts = tuple(super().__reduce_ex__(protocol))
        return type(self), *parts


class MutableDict(_Mutable, TrackedDict[_K, _V]):
    """A dictionary that has its column flushed when something in it has changed.

    Example:
        >>> from sqlalchemy import JSON, Integer, create_engine
        >>> from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
        >>> class Base(DeclarativeBase): pass
        >>> class Page(Base):
        ...     __tablename__ = "page"
        ...     id = mapped_column(Integer, primary_key=True)
        ...     meta = mapped_column(MutableDict.as_mutable(JSON))
        >>> engine = create_engine("sqlite://")
        >>> Base.metadata.create_all(engine)
        >>> with Session(engine) as session:
        ...     session.add(page := Page(meta={"tags": []}))
        ...     session.commit()
        ...     page.meta["tags"].append("new")
        ...     page in session.dirty
        True
    """

    __slots__ = ()
    plain = dict


class MutableList(_Mutable, TrackedList[_T]):
    """A list that has its column flushed when something in it has changed."""

    __slots__ = ()
    plain = list


class MutableSet(_Mutable, TrackedSet[_T]):
    """A set that has its column flushed when it has changed."""

    __slots__ = ()
    plain = set


_Kinds: TypeAlias = tuple[Any, ...]
_KINDS: _Kinds = (MutableDict, MutableList, MutableSet)


def as_mutable(sqltype: Any) -> Any:
    """Return a type for columns that hold a list, a dictionary or a set, whichever it is.

    Args:
        sqltype: a type of SQLAlchemy whose values are such, as ``JSON``; or an instance.

    Example:
        >>> from sqlalchemy import JSON
        >>> as_mutable(JSON)
        JSON()
    """
    return _marked(sqltype, _KINDS)


# -- which columns have such values ------------------------------------------------------------


def _marked(sqltype: Any, kinds: _Kinds) -> Any:
    type_ = sqltype() if isinstance(sqltype, type) else sqltype
    setattr(type_, _MARK, kinds)
    if isinstance(type_, SchemaEventTarget):
        # of a column that is copied, as those of mixins are, such a type is copied as well
        event.listen(type_, "before_parent_attach", lambda _, column: _mark(column, kinds))
    return type_


def _mark(column: Any, kinds: _Kinds) -> None:
    column.info[_MARK] = kinds


def _kinds_of(column: Any) -> Any:
    return getattr(column.type, _MARK, None) or column.info.get(_MARK)


def _watch_columns(mapper: Any, class_: type) -> None:
    """Have the values of a mapped class exchanged, whichever way they come."""
    own = [each for each in mapper.column_attrs if each.parent is mapper]
    columns = {each.key: kinds for each in own if (kinds := _kinds_of(each.columns[0]))}
    if columns:
        _watch_loads(class_, columns)
        _watch_pickles(class_, columns)
    for key, kinds in columns.items():
        _watch_assignments(getattr(class_, key), key, kinds)


def _watch_loads(class_: type, columns: dict[str, _Kinds]) -> None:
    def came(state: Any, context: Any, keys: Any = None) -> None:
        values, instance = state.dict, state.obj()
        for key in columns if keys is None else columns.keys() & set(keys):
            if key in values:
                values[key] = _taken(instance, key, columns[key], values[key])

    for name in ("load", "refresh", "refresh_flush"):
        event.listen(class_, name, came, raw=True, propagate=True)


def _watch_pickles(class_: type, columns: dict[str, _Kinds]) -> None:
    def pickled(state: Any, parts: dict[str, Any]) -> None:
        found = {key: state.dict[key] for key in columns if key in state.dict}
        parts.setdefault(_MARK, {}).update(found)

    def unpickled(state: Any, parts: dict[str, Any]) -> None:
        for key, value in parts.get(_MARK, {}).items():
            if key in columns and isinstance(value, Container):
                join(value, _Column(state.obj(), key))

    event.listen(class_, "pickle", pickled, raw=True, propagate=True)
    event.listen(class_, "unpickle", unpickled, raw=True, propagate=True)


def _watch_assignments(attribute: Any, key: str, kinds: _Kinds) -> None:
    def assigned(state: Any, value: Any, old: Any, initiator: Any) -> Any:
        taken = _taken(state.obj(), key, kinds, value)
        _refuse_unlike(state.class_, key, kinds, taken)
        return taken

    event.listen(attribute, "set", assigned, raw=True, retval=True, propagate=True)


# -- what comes into them ----------------------------------------------------------------------


def _taken(instance: Any, key: str, kinds: _Kinds, value: Any) -> Any:
    kind = next((kind for kind in kinds if isinstance(value, kind.plain)), None)
    return value if kind is None else take_in(value, _Column(instance, key), kind)


def _refuse_unlike(class_: type, key: str, kinds: _Kinds, value: Any) -> None:
    """Refuse a value that such a column does not hold.

    Raises:
        IncompatibleCollectionError: it is of another kind.
    """
    if kinds == _KINDS or value is None or value is JSON.NULL:
        return
    if not isinstance(value, (*kinds, ClauseElement)):
        names = " or ".join(kind.plain.__name__ for kind in kinds)
        raise IncompatibleCollectionError(
            f"{class_.__qualname__}.{key} holds a {names}, not {type(value).__name__}; assign "
            "one, or have the column of the type that ormolu.ext.mutable.as_mutable() returns, "
            "which takes any value",
            class_=class_,
            key=key,
        )


class _Column(Holder):
    """A mapped attribute that holds a container."""

    __slots__ = ()

    def holds(self, part: Any) -> bool:
        """Return whether the container is its value."""
        instance = self.target()
        return instance is not None and attributes.instance_dict(instance).get(self.key) is part

    def before_change(self) -> bool:
        """Return that it wants to know; SQLAlchemy keeps no values that change in place."""
        return True

    def after_change(self, path: Path, old: Any, new: Any) -> None:
        """Have the session flush it."""
        attributes.flag_modified(self.target(), self.key)


event.listen(Mapper, "mapper_configured", _watch_columns)
