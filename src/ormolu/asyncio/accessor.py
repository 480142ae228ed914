"""``awaitable``: an attribute of a class by another name, that is loaded by ``await``."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Generic, Protocol, TypeVar, overload

from ..errors import NoSuchAttributeError
from .loading import load

__all__ = ["awaitable"]

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


class _Declared(Protocol[_T_co]):
    @overload
    def __get__(self, instance: None, owner: Any) -> Any: ...
    @overload
    def __get__(self, instance: object, owner: Any) -> _T_co: ...


class awaitable(Generic[_T]):  # noqa: N801 - it stands where a decorator would
    """Give a class an attribute that is another one of it, to be awaited.

    Args:
        attribute: the attribute as its class declares it, or its name.

    Example:
        >>> import asyncio
        >>> from ormolu.attributes import register_attribute
        >>> from ormolu.instrumentation import register_class
        >>> class Point:
        ...     x_soon = awaitable[int]("x")
        >>> manager = register_class(Point)
        >>> async def measure(state, passive):
        ...     return 5
        >>> attribute = register_attribute(Point, "x", callable_=measure)
        >>> async def read():
        ...     return await Point().x_soon
        >>> asyncio.run(read())
        5
    """

    @overload
    def __init__(self, attribute: str) -> None: ...
    @overload
    def __init__(self, attribute: _Declared[_T]) -> None: ...
    def __init__(self, attribute: Any) -> None:
        self._attribute = attribute
        self._key = attribute if isinstance(attribute, str) else None

    def __set_name__(self, owner: Any, name: str) -> None:
        # what is declared does not know its name yet, and may be exchanged for another later
        for key, member in vars(owner).items():
            if member is self._attribute:
                self._key = key

    @overload
    def __get__(self, instance: None, owner: Any) -> awaitable[_T]: ...
    @overload
    def __get__(self, instance: object, owner: Any) -> Awaitable[_T]: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        if self._key is None:
            raise NoSuchAttributeError(
                f"{owner.__qualname__} has an awaitable of an attribute that is not in the same "
                "class body; give its name",
                class_=owner,
            )
        return load(instance, self._key)
