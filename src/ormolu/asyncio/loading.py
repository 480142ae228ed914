"""``load``: attributes that are loaded by ``await``."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, overload

from ..core.layer import CORE
from . import loaders
from .requests import Request
from .trips import departures

__all__ = ["load"]

_T_co = TypeVar("_T_co", covariant=True)
_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")


class Attribute(Protocol[_T_co]):
    """An attribute of a class, whose instances have values of some type there."""

    @overload
    def __get__(self, instance: None, owner: Any) -> Any: ...
    @overload
    def __get__(self, instance: object, owner: Any) -> _T_co: ...


@overload
async def load(obj: object, attribute: Attribute[_A], /) -> _A: ...
@overload
async def load(obj: object, first: Attribute[_A], second: Attribute[_B], /) -> tuple[_A, _B]: ...
@overload
async def load(
    obj: object, first: Attribute[_A], second: Attribute[_B], third: Attribute[_C], /
) -> tuple[_A, _B, _C]: ...
@overload
async def load(obj: object, attribute: Any, /) -> Any: ...
@overload
async def load(obj: object, *attributes: Any) -> tuple[Any, ...]: ...
async def load(obj: object, *attributes: Any) -> Any:
    """Return the values of some attributes of an object, loaded if need be.

    What is asked for in the same tick of the event loop is loaded together.  One that has a
    value is not loaded again; one that gets a value while it is loaded keeps that.

    Args:
        obj: an instance of a class that is registered with the layer, or that SQLAlchemy
            maps, where ormolu is beneath it and the object is in an ``AsyncSession``.
        attributes: the attributes, as ``Model.attribute``, or their names.

    Returns:
        the value; of several attributes, a tuple of their values.

    Raises:
        NoSuchAttributeError: the object has no such attribute.
        UntrackedInstanceError: nothing of it can be loaded.
        LoaderError: a loader did not do what a loader has to do.  What a loader raises is
            raised as it is; others that were asked for at the same time are loaded.

    Example:
        >>> import asyncio
        >>> from ormolu.attributes import register_attribute
        >>> from ormolu.instrumentation import register_class
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> async def measure(state, passive):
        ...     return 5
        >>> attribute = register_attribute(Point, "x", callable_=measure)
        >>> asyncio.run(load(Point(), Point.x))
        5
    """
    request = Request(obj, attributes)
    values = await _load(request) if request.missing else request.values()
    return values[0] if len(values) == 1 else values


async def _load(request: Request) -> tuple[Any, ...]:
    if request.state.layer is CORE:
        return await departures().carry(request, CORE, loaders.carry)
    # it is mapped, so SQLAlchemy is there
    from .mapped import carrier_of  # noqa: PLC0415

    by, carrier = carrier_of(request.state, request.missing[0])
    return await departures().carry(request, by, carrier)
