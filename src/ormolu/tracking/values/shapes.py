"""How values are taken apart, and put together again.

A value has *content* (what a list or a dictionary holds) and *fields* (attributes).
Both are read and written with the methods of the built-in base, so what a user's
subclass overrides is never called, and neither is ``__init__`` or a ``__new__``.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict, defaultdict, deque
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Final

from ..._kernel.sentinels import MISSING

__all__ = ["SHAPES", "ModelShape", "Shape"]

_Fields = dict[str, Any]


class Shape:
    """How instances of one class are taken apart and put together: here, fields alone.

    Args:
        base: the built-in class whose methods are used.
        names: the names of the fields.
        open: whether all of ``__dict__`` are fields too.
        labels: the names of the members, if they have any, as in a named tuple.
    """

    __slots__ = ("base", "built_in", "fixed", "has_fields", "labels", "names", "open")

    own: tuple[str, ...] = ()
    """Names of fields that the built-in class has."""
    immutable = False
    """Whether the content has to be there when the instance is made."""
    ordered = False
    """Whether the order of keys is part of the value."""

    def __init__(
        self,
        base: Any,
        names: tuple[str, ...] = (),
        open: bool = False,
        labels: tuple[str, ...] = (),
    ) -> None:
        self.base = base
        self.names = (*self.own, *names)
        self.open = open
        self.built_in = False
        self.labels = labels
        self.has_fields = open or bool(self.names)
        self.fixed = self.immutable and not self.has_fields

    def look(self, value: Any) -> Any:
        """Return the content as a plain container: to be read only, it may be the value."""
        return None

    def content(self, value: Any) -> Any:
        """Return a plain copy of the content."""
        return None

    def new(self, class_: type, content: Any, fields: _Fields) -> Any:
        """Return a new instance, empty unless it is immutable."""
        return self.base.__new__(class_)

    def fits(self, value: Any, content: Any, fields: _Fields) -> bool:
        """Return whether a value of the class can be given that content in place."""
        return True

    def same_content(self, kept: Any, now: Any) -> bool:
        """Return whether content that has no members, such as bytes, is the same."""
        return True

    def put(self, value: Any, content: Any) -> None:
        """Exchange the content."""

    def fields(self, value: Any) -> _Fields:
        """Return the fields that have a value."""
        found = dict(_attributes(value)) if self.open else {}
        try:
            for name in self.names:
                found[name] = object.__getattribute__(value, name)
        except AttributeError:
            self._fields_that_are_set(value, found)
        return found

    def _fields_that_are_set(self, value: Any, found: _Fields) -> None:
        for name in self.names:
            with suppress(AttributeError):  # of a slot, or a field, without a value
                found[name] = object.__getattribute__(value, name)

    def put_fields(self, value: Any, fields: _Fields, now: _Fields) -> None:
        """Give fields their values where they have others now, and none if none is named."""
        for name in now.keys() - fields.keys():
            self._delete(value, name)
        for name, new in fields.items():
            if name not in now or now[name] is not new:
                self._set(value, name, new)

    def _set(self, value: Any, name: str, new: Any) -> None:
        if name in self.names:
            object.__setattr__(value, name, new)
        else:
            _attributes(value)[name] = new

    def _delete(self, value: Any, name: str) -> None:
        if name in self.names:
            object.__delattr__(value, name)
        else:
            del _attributes(value)[name]

    def aside(self, value: Any) -> Any:
        """Return what a new instance needs and no comparison looks at.

        That is a tuple, first in it a dictionary of values or ``None``; or it is ``None``.
        """
        return None

    def put_aside(self, value: Any, aside: Any) -> None:
        """Give an instance what :meth:`aside` returned."""


class _Lists(Shape):
    __slots__ = ()

    def look(self, value: Any) -> Any:
        return value if type(value) is list else list.copy(value)

    def content(self, value: Any) -> Any:
        return list.copy(value)

    def put(self, value: Any, content: Any) -> None:
        list.__setitem__(value, slice(None), content)


class _Deques(Shape):
    __slots__ = ()

    own = ("maxlen",)

    def look(self, value: Any) -> Any:
        return list(deque.__iter__(value))

    content = look

    def new(self, class_: type, content: Any, fields: _Fields) -> Any:
        made: deque[Any] = deque.__new__(class_)
        deque.__init__(made, (), fields["maxlen"])
        return made

    def fits(self, value: Any, content: Any, fields: _Fields) -> bool:
        return bool(object.__getattribute__(value, "maxlen") == fields["maxlen"])

    def put(self, value: Any, content: Any) -> None:
        deque.clear(value)
        deque.extend(value, content)

    def _set(self, value: Any, name: str, new: Any) -> None:
        if name != "maxlen":  # that can only be given to a new one, and was
            Shape._set(self, value, name, new)


class _Tuples(Shape):
    __slots__ = ()

    immutable = True

    def look(self, value: Any) -> Any:
        return value if type(value) is tuple else self.content(value)

    def content(self, value: Any) -> Any:
        return list(tuple.__iter__(value))

    def new(self, class_: type, content: Any, fields: _Fields) -> Any:
        return tuple.__new__(class_, content)


class _Dicts(Shape):
    __slots__ = ()

    def look(self, value: Any) -> Any:
        return value if type(value) is dict else self.content(value)

    def content(self, value: Any) -> Any:
        if type(value) is dict:
            return value.copy()
        # dict.copy asks a subclass that overrides __iter__ for its keys
        return dict(dict.items(value))

    def put(self, value: Any, content: Any) -> None:
        dict.clear(value)
        dict.update(value, content)


class _DefaultDicts(_Dicts):
    __slots__ = ()

    own = ("default_factory",)


class _OrderedDicts(Shape):
    __slots__ = ()

    ordered = True

    def look(self, value: Any) -> Any:
        return dict(OrderedDict.items(value))

    content = look

    def put(self, value: Any, content: Any) -> None:
        OrderedDict.clear(value)
        for key, member in content.items():
            OrderedDict.__setitem__(value, key, member)


class _Sets(Shape):
    __slots__ = ()

    def look(self, value: Any) -> Any:
        return value if type(value) is self.base else set(value)

    def content(self, value: Any) -> Any:
        return set(value)  # which copies the table, and asks no __iter__

    def put(self, value: Any, content: Any) -> None:
        set.clear(value)
        set.update(value, content)


class _FrozenSets(_Sets):
    __slots__ = ()

    immutable = True

    def new(self, class_: type, content: Any, fields: _Fields) -> Any:
        return frozenset.__new__(class_, content)


class _ByteArrays(Shape):
    __slots__ = ()

    def look(self, value: Any) -> Any:
        return value if type(value) is self.base else self.content(value)

    def content(self, value: Any) -> Any:
        return self.base.__getitem__(value, slice(None))

    def same_content(self, kept: Any, now: Any) -> bool:
        return bool(kept == now)

    def put(self, value: Any, content: Any) -> None:
        self.base.__setitem__(value, slice(None), content)


class _Arrays(_ByteArrays):
    __slots__ = ()

    def new(self, class_: type, content: Any, fields: _Fields) -> Any:
        return array.__new__(class_, content.typecode)

    def fits(self, value: Any, content: Any, fields: _Fields) -> bool:
        return bool(self.look(value).typecode == content.typecode)

    def same_content(self, kept: Any, now: Any) -> bool:
        # nan is not equal to itself, and -0.0 is equal to 0.0
        if kept.typecode != now.typecode:
            return False
        return bool(kept == now or kept.tobytes() == now.tobytes())


class ModelShape(Shape):
    """Models of Pydantic 2: declared fields, and extra ones in a dictionary of their own.

    Which fields were given, and the private attributes, are no part of the value.
    """

    __slots__ = ()

    def fields(self, value: Any) -> _Fields:
        found = Shape.fields(self, value)
        found.update(_extra(value) or ())
        return found

    def _set(self, value: Any, name: str, new: Any) -> None:
        if name in self.names:
            object.__setattr__(value, name, new)
        else:
            _extra(value)[name] = new

    def _delete(self, value: Any, name: str) -> None:
        if name in self.names:
            object.__delattr__(value, name)
        else:
            del _extra(value)[name]

    def aside(self, value: Any) -> Any:
        private = _slot(value, "__pydantic_private__")
        given = frozenset(_slot(value, "__pydantic_fields_set__") or ())
        return (private and dict(private), given, _extra(value) is not None)

    def put_aside(self, value: Any, aside: Any) -> None:
        private, given, has_extra = aside
        if _slot(value, "__pydantic_private__", MISSING) is MISSING:  # it is new
            object.__setattr__(value, "__pydantic_private__", private and dict(private))
        extra = _slot(value, "__pydantic_extra__", MISSING)
        if extra is MISSING or has_extra is (extra is None):
            object.__setattr__(value, "__pydantic_extra__", {} if has_extra else None)
        object.__setattr__(value, "__pydantic_fields_set__", set(given))


def _attributes(value: Any) -> _Fields:
    found: _Fields = object.__getattribute__(value, "__dict__")
    return found


def _extra(value: Any) -> Any:
    return _slot(value, "__pydantic_extra__")


def _slot(value: Any, name: str, default: Any = None) -> Any:
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return default


SHAPES: Final[dict[type, type[Shape]]] = {
    list: _Lists,
    tuple: _Tuples,
    dict: _Dicts,
    defaultdict: _DefaultDicts,
    OrderedDict: _OrderedDicts,
    set: _Sets,
    frozenset: _FrozenSets,
    deque: _Deques,
    bytearray: _ByteArrays,
    array: _Arrays,
    SimpleNamespace: Shape,
}
"""The built-in classes that are taken apart, and how."""
