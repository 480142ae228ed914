"""The state of an instance, and the identity map it may belong to."""

from ._kernel.pending import PendingCollection
from .core.lifecycle import IdentityMap
from .core.peers import make_peers
from .core.saving import commit, expire
from .core.state import AttributeState, AttributeStates, InstanceState

__all__ = [
    "AttributeState",
    "AttributeStates",
    "IdentityMap",
    "InstanceState",
    "PendingCollection",
    "commit",
    "expire",
    "make_peers",
]
