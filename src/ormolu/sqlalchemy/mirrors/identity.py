"""In ``sqlalchemy.orm.identity``: the identity map."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from ..._kernel.identity import WeakIdentityMap
from .door import SQLALCHEMY, adopt_identity

__all__ = ["exchange"]


class IdentityMap(WeakIdentityMap):
    """The identity map of a session, by the name that SQLAlchemy exports."""

    layer: ClassVar[Any] = SQLALCHEMY


class _WeakInstanceDict(IdentityMap):
    """The identity map that sessions make."""


def exchange(module: ModuleType) -> None:
    """Put ormolu's identity map into ``module``."""
    adopt_identity(
        module,
        IdentityMap=IdentityMap,
        _WeakInstanceDict=_WeakInstanceDict,
        _killed=IdentityMap._refuse,
    )
