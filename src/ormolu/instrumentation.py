"""Registration of classes for state tracking.

Example:
    >>> class Point: pass
    >>> manager = register_class(Point)
    >>> manager_of_class(Point) is manager
    True
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .core.classes import ClassManager
from .core.layer import CORE
from .core.registry import CORE_REGISTRY

__all__ = [
    "ClassManager",
    "is_instrumented",
    "manager_of_class",
    "opt_manager_of_class",
    "register_class",
    "unregister_class",
]


def register_class(
    class_: type,
    finalize: bool = True,
    *,
    expired_attribute_loader: Callable[[Any, set[str], int], None] | None = None,
    init_method: Callable[..., None] | None = None,
) -> ClassManager[Any]:
    """Register a class, and return its manager; the same one at each call.

    Args:
        class_: the class.
        finalize: instrument ``__init__`` as well, and tell listeners of
            ``class_instrument``; to be done once, now or in a later call.
        expired_attribute_loader: ``(state, keys, passive)``, called to load
            expired attributes; subclasses use it unless they have their own. One that
            is a coroutine function is awaited by :func:`ormolu.asyncio.load`, and
            returns the values by name.
        init_method: the ``__init__`` of a class that has none of its own.

    Raises:
        NotAClassError: it is not a class, or is one that cannot be changed.
        LayoutError: its instances have no room for state or weak references.
        ConflictingManagersError: its hierarchy has another instrumentation.

    Example:
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> register_class(Point) is manager
        True
    """
    manager: ClassManager[Any] = CORE_REGISTRY.register_class(
        class_,
        finalize=finalize,
        expired_attribute_loader=expired_attribute_loader,
        init_method=init_method,
    )
    return manager


def unregister_class(class_: type, *, force: bool = False) -> None:
    """Take everything that registration has put on a class off it again.

    Args:
        class_: the class.
        force: do it while instances are alive; they keep their values and are
            no longer tracked.

    Raises:
        UnregisteredClassError: the class is not registered.
        InstancesAliveError: instances of it are alive, and ``force`` is not given.

    Example:
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> unregister_class(Point)
        >>> opt_manager_of_class(Point) is None
        True
    """
    CORE_REGISTRY.unregister_class(class_, force=force)


def manager_of_class(class_: type) -> ClassManager[Any]:
    """Return the manager of ``class_`` itself, not of a base class.

    Args:
        class_: the class.

    Raises:
        UnregisteredClassError: it is not registered.

    Example:
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> manager_of_class(Point) is manager
        True
    """
    manager: ClassManager[Any] = CORE.manager_of(class_)
    return manager


def opt_manager_of_class(class_: Any) -> ClassManager[Any] | None:
    """Return the manager of ``class_`` itself, or ``None``.

    Args:
        class_: the class; anything that is none has no manager.

    Example:
        >>> class Point: pass
        >>> opt_manager_of_class(Point) is None
        True
        >>> manager = register_class(Point)
        >>> opt_manager_of_class(Point) is manager
        True
    """
    manager: ClassManager[Any] | None = (
        CORE.opt_manager_of(class_) if isinstance(class_, type) else None
    )
    return manager


def is_instrumented(instance: Any, key: str) -> bool:
    """Return whether ``key`` is an instrumented attribute of an instance.

    Args:
        instance: an instance of a registered class.
        key: the name.

    Example:
        >>> from ormolu.attributes import register_attribute
        >>> class Point: pass
        >>> manager = register_class(Point)
        >>> _ = register_attribute(Point, "x")
        >>> is_instrumented(Point(), "x"), is_instrumented(Point(), "y")
        (True, False)
    """
    return manager_of_class(type(instance)).is_instrumented(key, search=True)
