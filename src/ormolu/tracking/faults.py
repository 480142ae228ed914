"""The errors of the core, for those who have decorated a class and know of nothing else."""

from __future__ import annotations

from typing import Any

from .. import errors
from ..core.faults import Faults, class_name, instance_name, shown

__all__ = ["TrackedFaults"]


class TrackedFaults(Faults):
    """Says of what goes wrong in relationships what can be done about it in door 3."""

    def unreadable_instance(self, instance: Any, key: str | None) -> Exception:
        """Something that is not tracked stands where an object with relationships has to."""
        name = class_name(type(instance))
        return errors.UntrackedInstanceError(
            f"{shown(instance)} is not tracked; decorate {name} with @ormolu.tracked, or call "
            f"ormolu.track({name})",
            class_=type(instance),
            key=key,
        )

    def untracked_member(self, impl: Any, value: Any) -> Exception:
        """Something that is not tracked was put into a relationship."""
        kind = class_name(type(value))
        return errors.UntrackedInstanceError(
            f"{shown(value)} cannot be put into {impl}: related() fields hold objects of tracked "
            f"classes, and {kind} is not tracked; put an object there whose class is decorated "
            "with @ormolu.tracked",
            class_=impl.class_,
            key=impl.key,
        )

    def no_such_attribute(self, class_: Any, key: str) -> Exception:
        """The other side of a relationship does not have the field that is to follow."""
        name = class_name(class_)
        return errors.NoSuchAttributeError(
            f"{name} has no related() field {key!r}, which back_populates names at the other side "
            f"of a relationship: put no {name} there, give {name} that field, or correct "
            "back_populates",
            class_=class_,
            key=key,
        )

    def one_sided(self, attribute: Any, class_: type, other: Any) -> Exception:
        """What stands at the other side of a relationship does not follow it."""
        name, far = class_name(attribute.class_), f"{class_name(class_)}.{other.key}"
        what = "is no related() field" if not other.relates else "does not name it back"
        return errors.RelationshipError(
            f"{name}.{attribute.key} is kept in step with {far}, which {what}: declare {far} as "
            f"related(back_populates={attribute.key!r}), or leave out back_populates at {name}",
            class_=class_,
            key=other.key,
        )

    def foreign_collection(self, impl: Any, state: Any, value: Any) -> Exception:
        """Something else has been put in the place of a collection, past the class."""
        return errors.CollectionError(
            f"{impl} of {instance_name(state)} has {shown(value)} in the place of its "
            f"collection; take that out of vars() of the object, and assign to {impl.key} instead",
            class_=impl.class_,
            key=impl.key,
        )

    def unkeyed_member(self, collection: Any, value: Any, initiator: Any) -> Exception:
        """The key of a member of a keyed dictionary is not known."""
        return errors.CollectionError(
            f"{shown(value)} has no value for the key of {_keyed(collection)}; set it before the "
            "object is put there, or correct related(key=...)"
        )

    def misfit_key(self, collection: Any, value: Any, key: Any, own: Any) -> Exception:
        """An object was to be put under another key than its own."""
        return errors.CollectionError(
            f"{shown(value)} has the key {shown(own)}, so it cannot be put under {shown(key)} in "
            f"{_keyed(collection)}; put it under its own, or give the object another key first"
        )


def _keyed(collection: Any) -> str:
    """How a message calls a dictionary of objects."""
    adapter = getattr(collection, "_sa_adapter", None)
    return "a dictionary of objects" if adapter is None else str(adapter.attr)
