"""Where ormolu differs from stock SQLAlchemy's layer on purpose, and how to see it.

A step that parts the two is followed by a new world, in which they meet again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import attributes

from .repertoire import Step
from .steps import Peculiar

__all__ = ["Parting", "Watch"]


class Parting(NamedTuple):
    """Why the layers differ after a step.

    Attributes:
        reason: in words.
        is_told: whether the step must still end with the same value or exception.
    """

    reason: str
    is_told: bool = True


_RAISED = Parting("a call-out raised: stock is left half-changed, ormolu is as it was before")
_REFUSED = Parting("an operation was refused: stock is left half-changed")
_FOUND_NOTHING = Parting(
    "stock tells the other side of a removal, and takes the collection for loaded, before it "
    "finds that there is nothing to remove; ormolu looks first",
    is_told=False,
)
_FOUND_NO_REFERENCE = Parting(
    "stock tells of a reference that is deleted before it finds that there is none; where a "
    "listener raises, it ends with that",
    is_told=False,
)
_TOLD_OF_NOTHING = Parting(
    "the same of the other side of a removal, where a listener raises before it is found",
    is_told=False,
)
_NOT_LOADED = Parting(
    "a removal waited for a collection, and what was loaded has no such member: stock raises, "
    "and the collection can never be loaded",
    is_told=False,
)
_KEY_TAKEN = Parting(
    "stock looks in the new collection for a member that the old one has let go of, and raises "
    "where another member has its key by now",
    is_told=False,
)
_SLICES = Parting(
    "stock assigns extended slices item by item, and ends with another message", is_told=False
)
_UNSEEN = Parting(
    "stock does not see |= of a dictionary, nor *= of a list; so nothing at the other side can "
    "refuse it either",
    is_told=False,
)
_TWINS = Parting(
    "the same member is in a list twice, and one goes: the other side keeps the list's owner, "
    "which stock sees for some ways to remove"
)
_STALE_PICKLE = Parting(
    "stock pickles what waits for a collection by the addresses of its members: a copy, or any "
    "other object, that comes to such an address is taken for the member"
)
_NOTHING_TAKEN = Parting("stock takes a dictionary for changed when a pop found nothing")

_ASSERTION = Parting(
    "an assertion of stock's fails: a collection with a pending append was loaded otherwise",
    is_told=False,
)
_PECULIAR = {
    Peculiar.IN_PLACE: _UNSEEN,
    Peculiar.NOTHING_TAKEN: _NOTHING_TAKEN,
    Peculiar.TWINS: _TWINS,
}
_ONLY_LOOK = frozenset({"read", "read_passively", "history", "all_pending"})


def _is_member(impl: Any, state: Any, dict_: Any, value: Any) -> bool:
    """Return whether a collection of stock's has a member."""
    adapter = getattr(dict_.get(impl.key), "_sa_adapter", None)
    return adapter is not None and any(member is value for member in adapter)


class Watch:
    """Watches stock's layer for what it does otherwise."""

    def __init__(self) -> None:
        self._noticed: Parting | None = None
        self._watch("remove", _FOUND_NOTHING)
        self._watch("set_committed_value", _NOT_LOADED)
        self._watch("pop", _KEY_TAKEN, (InvalidRequestError,))
        self._watch_deletion()

    def _watch_deletion(self) -> None:
        """Notice that listeners were told of the end of a reference that there is not."""
        class_ = attributes._ScalarObjectAttributeImpl
        watched: Callable[..., Any] = class_.delete

        def noticing(impl: Any, state: Any, dict_: Any) -> None:
            try:
                watched(impl, state, dict_)
            except AttributeError:
                raise  # its own words
            except BaseException:
                if impl.key not in dict_ and not state.has_identity:
                    self._noticed = self._noticed or _FOUND_NO_REFERENCE
                raise

        class_.delete = noticing

    def _watch(
        self,
        name: str,
        parting: Parting,
        errors: tuple[type[BaseException], ...] = (ValueError, KeyError, IndexError),
    ) -> None:
        class_ = attributes._CollectionAttributeImpl
        watched: Callable[..., Any] = getattr(class_, name)

        def noticing(*args: Any, **kwargs: Any) -> Any:
            try:
                return watched(*args, **kwargs)
            except errors:
                self._noticed = self._noticed or parting
                raise
            except BaseException:
                if name in ("pop", "remove") and not _is_member(*args[:4]):
                    # what a removal at the other side has not found may have been noticed
                    self._noticed = _TOLD_OF_NOTHING
                raise

        setattr(class_, name, noticing)

    def parting(
        self, world: Any, step: Step, value: Any, error: BaseException | None, faulted: bool
    ) -> Parting | None:
        """Return why ormolu is to differ after a step, or ``None``.

        Args:
            world: what the step was taken in.
            step: the step that was taken.
            value: what it gave.
            error: what it raised.
            faulted: whether a call-out was made to raise in it.
        """
        noticed, self._noticed = self._noticed, None
        if faulted:
            return noticed if noticed in (_FOUND_NO_REFERENCE, _TOLD_OF_NOTHING) else _RAISED
        if noticed is not None:
            return noticed
        if step[0] == "pickled" and b"IdentitySet" in world.pickled:
            return _STALE_PICKLE
        if isinstance(value, Peculiar):
            return _PECULIAR[value]
        if isinstance(error, AssertionError):
            return _ASSERTION
        # a look that is refused changes nothing, unless it began to load
        if error is None or (step[0] in _ONLY_LOOK and not isinstance(error, KeyError)):
            return None
        return _SLICES if step[0] == "list_slice" else _REFUSED
