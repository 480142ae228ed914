"""In ``sqlalchemy.orm.session``: all instances of a session are expired at once.

SQLAlchemy expires them one by one, each with the dictionary of its values; where the
kernel is native, no dictionary is made for it.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from ..._kernel.expiry import expire_all
from ..._kernel.natives import Plan
from .state import InstanceState

__all__ = ["exchange"]


def exchange(module: Any) -> None:
    """Expire natively, by ``expire_all`` and where a transaction ends."""
    if Plan is None:
        return
    expire_session, forget_snapshot = (
        module.Session.expire_all,
        module.SessionTransaction._remove_snapshot,
    )

    @wraps(expire_session)
    def expire_all_of(self: Any) -> None:
        expire_all(self.identity_map.all_states(), self.identity_map._modified)

    @wraps(forget_snapshot)
    def remove_snapshot(self: Any) -> None:
        session = self.session
        if self.nested or not session.expire_on_commit:
            forget_snapshot(self)
            return
        expire_all_of(session)
        InstanceState._detach_states(list(self._deleted), session)
        self._deleted.clear()

    module.Session.expire_all = expire_all_of
    module.SessionTransaction._remove_snapshot = remove_snapshot
