"""Where a chain of attribute events began: what each listener is told, and relationships ask."""

from __future__ import annotations

from typing import Any

__all__ = ["AttributeEventToken", "bulk_token_of", "is_told", "parent_token_of"]


class AttributeEventToken:
    """Where a chain of attribute events began, and with what kind of change.

    Listeners receive it as ``initiator``; the two sides of a relationship
    compare it with their own tokens to know where to stop.

    Attributes:
        impl: the attribute implementation the chain began at.
        op: the kind of change, one of the ``OP_*`` symbols.
        parent_token: what stands for the owning attribute.
    """

    __slots__ = ("impl", "op", "parent_token")

    def __init__(self, attribute_impl: Any, op: Any) -> None:
        self.impl: Any = attribute_impl
        self.op: Any = op
        self.parent_token: Any = attribute_impl.parent_token

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AttributeEventToken):
            return NotImplemented
        return other.impl is self.impl and other.op is self.op

    def __hash__(self) -> int:
        return hash((id(self.impl), self.op))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.op} of {self.impl}>"

    @property
    def key(self) -> str:
        """The name of the attribute the chain began at."""
        key: str = self.impl.key
        return key

    def hasparent(self, state: Any) -> bool:
        """Return whether ``state`` is held through that attribute."""
        held: bool = self.impl.hasparent(state)
        return held


def parent_token_of(initiator: Any) -> Any:
    """Return what stands for the attribute that a chain of events began at."""
    if isinstance(initiator, AttributeEventToken):
        token = initiator
        return token.parent_token
    return initiator.parent_token


def is_told(impl: Any, initiator: Any) -> bool:
    """Return whether a chain of events began with this attribute taking something in."""
    if impl._own_append_token is not None:
        return initiator is impl._own_append_token or initiator is impl._own_bulk_token
    return initiator is impl._append_token or initiator is bulk_token_of(impl)


def bulk_token_of(impl: Any) -> Any:
    """Return the token of the replacement of a whole collection, or ``None``."""
    return getattr(impl, "_bulk_replace_token", None)
