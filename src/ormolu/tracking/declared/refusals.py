"""What cannot be tracked, and why; each function raises, or does nothing."""

from __future__ import annotations

import difflib
from _thread import _local
from collections.abc import Collection
from enum import Enum
from typing import Any, NoReturn

from ... import errors
from ...core.faults import class_name, shown
from ...core.layer import CORE
from ...core.names import is_attribute_name
from .declarations import Declarations, is_ours

__all__ = [
    "refuse_built_later",
    "refuse_class",
    "refuse_name",
    "refuse_new",
    "refuse_nothing_found",
    "refuse_roomless",
    "refuse_text",
    "refuse_unknown",
    "way_out",
]

_IMMUTABLE_TYPE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE


def refuse_class(class_: Any) -> None:
    """Refuse what has no instances that could change, or is no class.

    Raises:
        NotAClassError: it is not a class, or is one that cannot be changed itself.
        UntrackableClassError: it has members, or is there for type checkers.
    """
    if not isinstance(class_, type):
        raise CORE.faults.not_a_class(class_)
    if class_.__flags__ & _IMMUTABLE_TYPE:
        raise errors.NotAClassError(
            f"class {class_name(class_)} is built in and cannot be changed; track a class of "
            "your own that is derived from it, or has one as an attribute",
            class_=class_,
        )
    why = _why_untrackable(class_)
    if why:
        raise errors.UntrackableClassError(
            f"class {class_name(class_)} cannot be tracked: {why}", class_=class_
        )


def _why_untrackable(class_: type) -> str | None:
    if issubclass(class_, Enum):
        return "the members of an Enum are constants; track the class that has one as an attribute"
    if vars(class_).get("_is_protocol"):
        return "a Protocol says what other classes have; track the classes that implement it"
    if issubclass(class_, _local):
        return "each thread has values of its own in an instance; have one as a field"
    if issubclass(class_, dict) and hasattr(class_, "__required_keys__"):
        return "the instances of a TypedDict are of class dict; make it a dataclass"
    return None


def way_out(class_: type) -> str:
    """Return the end of a message that says how instances of a class come to be tracked."""
    if class_.__module__.partition(".")[0] == __name__.partition(".")[0]:
        return "it is ormolu's own, and has methods: call them, as in work.rollback()"
    if issubclass(class_, (list, tuple, set, frozenset, dict)):
        return "give the objects in it themselves, of a class with @ormolu.tracked"
    if class_.__flags__ & _IMMUTABLE_TYPE:
        return "it is built in, so give what has one in a field, of a class with @ormolu.tracked"
    name = class_.__qualname__
    return f"decorate it with @ormolu.tracked, or call ormolu.track({name}) once"


def refuse_roomless(class_: type, declared: Declarations) -> None:
    """Refuse a class whose instances can keep no values.

    Raises:
        UntrackableClassError: there is neither a ``__dict__`` nor a slot.
    """
    if declared.has_room:
        return
    if issubclass(class_, tuple):
        why, way_out = "instances are tuples and never change", "make it a dataclass"
    else:
        why = "__slots__ leave its instances no room for attributes"
        way_out = "name the attributes there, or track the subclass that does"
    raise errors.UntrackableClassError(
        f"class {class_name(class_)} cannot be tracked: {why}; {way_out}", class_=class_
    )


def refuse_nothing_found(class_: type) -> NoReturn:
    """Refuse a class of which nothing is known.

    Raises:
        UntrackableClassError: always.
    """
    raise errors.UntrackableClassError(
        f"class {class_name(class_)} has nothing to be tracked: no attribute is annotated or "
        'has a slot; give the names, as in @tracked("x", "y"), or annotate them in the class',
        class_=class_,
    )


def refuse_built_later(class_: type, decorator: str) -> NoReturn:
    """Refuse instances of a class that a decorator has built from one that was tracked.

    Raises:
        UntrackableClassError: always.
    """
    raise errors.UntrackableClassError(
        f"class {class_name(class_)} was tracked before {decorator} built it, so its fields are "
        f"not known: put @tracked above {decorator}",
        class_=class_,
    )


def refuse_text(class_: type, names: object) -> None:
    """Refuse one text, or one of anything, where names have to be several.

    Raises:
        RegistrationError: it is a text, or cannot be iterated over.
    """
    if isinstance(names, str) or not hasattr(type(names), "__iter__"):
        raise errors.RegistrationError(
            f"the names of fields of class {class_name(class_)} have to come in a tuple or "
            f"another collection, not as {shown(names)}; put brackets and a comma around it",
            class_=class_,
        )


def refuse_name(class_: type, name: object) -> None:
    """Refuse what cannot be the name of a field.

    Raises:
        InvalidKeyError: it is not a text, or cannot follow a dot.
        ReservedNameError: it is a name of the interpreter's or of ormolu's.
    """
    if isinstance(name, (list, tuple, set, frozenset)):
        raise errors.InvalidKeyError(
            f"the names of fields of class {class_name(class_)} are arguments of their own, and "
            f"not together in {shown(name)}; put an asterisk before it",
            class_=class_,
        )
    if not isinstance(name, str) or not is_attribute_name(name):
        raise CORE.faults.invalid_key(class_, name)
    if is_ours(name):
        raise errors.ReservedNameError(
            f"{class_name(class_)}.{name} cannot be tracked: the interpreter or ormolu itself "
            "uses the name; choose another one",
            class_=class_,
            key=name,
        )


def refuse_unknown(class_: type, name: str, known: Collection[str], way_out: str = "") -> None:
    """Refuse a name that is not among those that are known.

    Args:
        class_: the class.
        name: the name given.
        known: the names it can be.
        way_out: what to do if it is not meant to be one of them.

    Raises:
        UnknownFieldError: it is not; the message says what it may have been meant to be.
    """
    if name in known:
        return
    close = difflib.get_close_matches(name, known, n=3)
    guess = f"did you mean {_listed(close)}?" if close else f"its fields are {_listed(known)}."
    raise errors.UnknownFieldError(
        f"class {class_name(class_)} has no field {name!r}; {guess}{way_out}",
        class_=class_,
        key=name,
    )


def _listed(names: Collection[str]) -> str:
    return ", ".join(map(repr, names)) or "none"


def refuse_new(class_: type, name: str, declared: Declarations) -> None:
    """Refuse a name that nothing declares, where something has to.

    Raises:
        UnknownFieldError: it is a property that nobody can set, there is no slot for it, or
            the class was made by a library.
    """
    if declared.is_read_only(name):
        raise errors.UnknownFieldError(
            f"{class_name(class_)}.{name} is a property without a setter, so it never changes "
            "by itself; track what it is computed from",
            class_=class_,
            key=name,
        )
    if declared.lacks_room(name):
        refuse_unknown(class_, name, declared.known, " A new one has to be in __slots__.")
    elif declared.kind != "plain":
        refuse_unknown(class_, name, declared.known, " A new one has to be annotated.")
