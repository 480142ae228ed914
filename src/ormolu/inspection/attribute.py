"""What is known of one attribute of one object at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._kernel.history import History
from .._kernel.sentinels import MISSING
from .shortening import shorten

__all__ = ["KINDS", "AttributeView"]

KINDS = ("value", "object", "collection")
"""What an attribute can hold."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class AttributeView:
    """One attribute of one object, as it was when it was looked at.

    Attributes:
        key: its name.
        kind: ``"value"``, ``"object"`` or ``"collection"``.
        status: where its value is: ``"loaded"`` or ``"set"``, ``"expired"``, ``"deferred"``,
            ``"never loaded"``, ``"deleted"``, ``"unset"``, ``"queried"`` for one that is asked
            of the store each time, or ``"not read"`` for what only a call of the program's
            could tell.
        value: the value; :data:`ormolu.MISSING` where none is at hand.
        old: what it was at the last commit, if that is known and it has changed; else
            :data:`ormolu.MISSING`.
        history: its :class:`ormolu.History`; ``None`` if a comparison of the program's raised,
            and for what SQLAlchemy composes of others.
        flags: what else there is to say, in words.
        listeners: who is told of changes of it, each as ``event: function``.
        shown: the value as text of one line; empty where none is at hand.
        change: what has come and gone, as text of one line; empty if it has not changed.
    """

    key: str
    kind: str
    status: str
    value: Any = MISSING
    old: Any = MISSING
    history: History | None = None
    flags: tuple[str, ...] = ()
    listeners: tuple[str, ...] = ()
    shown: str = field(init=False)
    change: str = field(init=False)

    def __post_init__(self) -> None:
        # now: a value may be changed in place before it is shown
        object.__setattr__(self, "shown", "" if self.value is MISSING else shorten(self.value))
        object.__setattr__(self, "change", self._change() if self.changed else "")

    @property
    def changed(self) -> bool:
        """Whether it has another value than at the last commit."""
        return "changed" in self.flags

    def _change(self) -> str:
        if self.history is None:
            return "not comparable"
        if self.kind == "collection":
            return ", ".join(_signed(self.history))
        if self.old is not MISSING:
            return f"was {shorten(self.old, 40)}"
        return "new" if self.status == "set" else "was not known"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.line()}>"

    def line(self) -> str:
        """Return all of it as text of one line."""
        parts = [f"{self.key}: {self.shown or '-'} ({self.status})"]
        parts += [text for text in (self.change, ", ".join(self.flags)) if text]
        parts += [f"told: {one}" for one in self.listeners]
        return "; ".join(parts)


def _signed(history: History) -> list[str]:
    added = [f"+{shorten(member, 30)}" for member in history.added]
    return added + [f"-{shorten(member, 30)}" for member in history.deleted]
