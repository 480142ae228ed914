"""In ``sqlalchemy.orm.base``: the symbols, which are compared by identity."""

from __future__ import annotations

from types import ModuleType

from ..._kernel import sentinels
from .door import SQLALCHEMY, adopt_identity

__all__ = ["exchange"]


def exchange(module: ModuleType) -> None:
    """Put the kernel's symbols, and the layer's look-ups, into ``module``."""
    adopt_identity(module, LoaderCallableStatus=sentinels.LoaderCallableStatus)
    for name, member in sentinels.LoaderCallableStatus.__members__.items():
        setattr(module, name, member)
    unknown = {sentinels.NO_VALUE}
    module._never_set = frozenset(unknown)  # type: ignore[attr-defined]
    module._none_set = frozenset(  # type: ignore[attr-defined]
        {None, sentinels.PASSIVE_NO_RESULT, *unknown}
    )
    module.NO_KEY = sentinels.NO_KEY  # type: ignore[attr-defined]
    type.__setattr__(module.EventConstants, "NO_KEY", sentinels.NO_KEY)
    SQLALCHEMY.give_lookups(module)
