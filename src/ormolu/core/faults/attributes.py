"""Errors of attributes: read, written, loaded, tied to one another."""

from __future__ import annotations

from typing import Any

from ... import errors
from .wording import class_name, instance_name, shown

__all__ = ["AttributeFaults"]


class AttributeFaults:
    """What can be wrong with a value, its loader, and who holds it."""

    def no_value(self, impl: Any, state: Any) -> Exception:
        """There is no value to delete."""
        return errors.NoValueError(
            f"{impl} of {instance_name(state)} has no value to delete; assign one first",
            class_=impl.class_,
            key=impl.key,
        )

    def nothing_to_flag(self, state: Any, key: str) -> Exception:
        """An attribute without a value was to be flagged as modified."""
        return errors.NoValueError(
            f"{class_name(state.class_)}.{key} of {instance_name(state)} cannot be flagged as "
            "modified: it has no value here; read or assign it first",
            class_=state.class_,
            key=key,
        )

    def no_expired_loader(self, state: Any, keys: Any) -> Exception:
        """Expired attributes, and nothing to load them with."""
        return errors.LoaderError(
            f"{', '.join(sorted(keys)) or 'an attribute'} of {instance_name(state)} is expired "
            f"and class {class_name(state.class_)} has no expired_attribute_loader; give one "
            "to register_class(), or do not expire",
            class_=state.class_,
        )

    def loader_left_unset(self, impl: Any, state: Any) -> Exception:
        """The loader said it had set the value, and had not."""
        return errors.LoaderLeftUnsetError(
            f"the loader of {impl} came back without a value for {instance_name(state)}; it "
            f"has to put {impl.key!r} into state.dict (as set_committed_value() does); the "
            "attribute is still to be loaded",
            class_=impl.class_,
            key=impl.key,
        )

    def not_awaited(self, state: Any, key: str | None) -> Exception:
        """A value that only a coroutine can load was read."""
        name = f"{class_name(state.class_)}.{key}"
        return errors.UnawaitedLoadError(
            f"{name} of {instance_name(state)} is not loaded, and its loader is a coroutine "
            f"function, which a read cannot wait for; await ormolu.asyncio.load(obj, {name}) "
            "first",
            class_=state.class_,
            key=key,
        )

    def loader_answered(self, impl: Any, state: Any, symbol: Any) -> Exception:
        """A symbol came where a value was asked for."""
        return errors.LoaderError(
            f"{symbol.name} was to be the value of {impl} of {instance_name(state)}, and is an "
            "answer to another question; give a value, or have the loader return ATTR_WAS_SET "
            "once it has set one, ATTR_EMPTY if there is none",
            class_=impl.class_,
            key=impl.key,
        )

    def not_its_collection(self, impl: Any, state: Any, value: Any) -> Exception:
        """A loader has put something into an instance where its collection has to be."""
        return errors.IncompatibleCollectionError(
            f"{impl} of {instance_name(state)} holds a collection of its own, and its loader has "
            f"put {shown(value)} into state.dict; set the members with set_committed_value()",
            class_=impl.class_,
            key=impl.key,
        )

    def loader_reentered(self, impl: Any, state: Any) -> Exception:
        """The loader goes round in circles."""
        return errors.LoaderReentryError(
            f"the loader of {impl} reads {impl} of {instance_name(state)} itself; inside of a "
            "loader read state.dict, or state.committed_state",
            class_=impl.class_,
            key=impl.key,
        )

    def not_associated(self, impl: Any, state: Any, value: Any) -> Exception:
        """An object was to be removed from where it is not."""
        return errors.NotAMemberError(
            f"{shown(value)} is not the value of {impl} of {instance_name(state)} and cannot be "
            "removed from it; see what is there with get_attribute()",
            class_=impl.class_,
            key=impl.key,
        )

    def parents_not_tracked(self, impl: Any) -> Exception:
        """Who holds an object was asked of an attribute that does not know."""
        return errors.ParentsNotTrackedError(
            f"{impl} is not configured to track parents; register it with trackparent=True",
            class_=impl.class_,
            key=impl.key,
        )

    def stale_parent(self, impl: Any, state: Any, parent: Any) -> Exception:
        """The last known holder is gone."""
        return errors.StaleParentError(
            f"{instance_name(state)} cannot be removed from {instance_name(parent)} along "
            f"{impl}: another holder was recorded later and is gone, so whether this one still "
            "holds it is not known; reload both",
            class_=impl.class_,
            key=impl.key,
        )

    def backref_conflict(self, impl: Any, state: Any, initiator: Any, far_impl: Any) -> Exception:
        """The listeners tie together attributes that do not belong together."""
        return errors.BackrefConflictError(
            f"{instance_name(state)} put into {initiator.parent_token} changes "
            f"{far_impl.parent_token} by way of {impl.parent_token}, which is no side of that "
            "relationship; check the backref of all three",
            class_=impl.class_,
            key=impl.key,
        )
