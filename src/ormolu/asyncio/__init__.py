"""Attributes that are loaded by ``await``, without greenlets.

Example:
    >>> from ormolu.asyncio import load
    >>> async def names(users):  # doctest: +SKIP
    ...     return await asyncio.gather(*(load(user, User.name) for user in users))
"""

from ..core.batches import for_many
from .accessor import awaitable
from .loading import load

__all__ = ["awaitable", "for_many", "load"]
