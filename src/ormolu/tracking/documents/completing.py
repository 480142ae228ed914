"""Records and new objects made of what a patch says of them, and of what their classes know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..._kernel.sentinels import MISSING
from ...core.faults.wording import an, shown
from ...errors import PatchError
from ..declared.constructing import constructed, init_names
from ..declared.defaults import defaults_of
from ..declared.libraries import kind_of
from ..graph_changes.making import prepare, refused
from ..graph_changes.values import refs_in
from ..values.classes import shape_of
from .expected_type import ExpectedType

__all__ = ["completed", "made_of", "need_all", "record_of"]


def completed(
    class_: type,
    fields: Mapping[str, Any],
    expected_types: Mapping[str, ExpectedType],
    absent: Any = MISSING,
) -> dict[str, Any]:
    """Return the fields of an instance, those that are lacking by their defaults.

    Args:
        class_: the class.
        fields: the values that are given.
        expected_types: what is expected, by name.
        absent: what one becomes that was there and is not any more, or has no default.

    Raises:
        PatchError: one lacks that has no default, and cannot be ``absent``.
    """
    defaults = defaults_of(class_)
    found = dict(fields)
    for key, expected in expected_types.items():
        if key in found:
            continue
        make = defaults.get(key)
        was_there = expected.is_place and expected.values
        if absent is None and expected.may_be_none and (was_there or make is None):
            found[key] = None
        elif make is not None:
            found[key] = make()
        elif key in defaults:
            raise PatchError(
                f"{an(class_.__qualname__)} needs a value of {key!r}, and none is given",
                class_=class_,
                key=key,
            )
    return found


def record_of(class_: type, fields: dict[str, Any]) -> Any:
    """Return a record that its class has made, or has looked at.

    Raises:
        PatchError: the class refuses it.
    """
    names = init_names(class_)
    # what it is to refer to may not be there yet
    if names is None or refs_in(fields):
        need_all(class_, fields, f"say how {an(class_.__qualname__)} is read in Codec(hooks=...)")
        return _filled(class_, fields)
    made, shape = made_of(class_, names, fields), shape_of(class_)
    others = {key: one for key, one in fields.items() if key not in names}
    shape.put_fields(made, others, {})  # type: ignore[union-attr]
    return made


def need_all(class_: type, fields: Iterable[str], way_out: str) -> None:
    """Refuse to make an instance without ``__init__`` that would lack a field.

    Args:
        class_: the class.
        fields: the names of the fields that there are values for.
        way_out: what can be done about it.

    Raises:
        PatchError: a dataclass or an attrs class has a field that only ``__init__`` can make.
    """
    shape = shape_of(class_)
    if shape is None or kind_of(class_) not in ("dataclass", "attrs"):
        return
    for key in shape.names:
        if key not in fields:
            raise PatchError(
                f"{an(class_.__qualname__)} needs a value of {key!r}, which only its __init__ "
                f"makes, and that wants more than fields; give the value, or {way_out}",
                class_=class_,
                key=key,
            )


def made_of(class_: type, names: Mapping[str, str], fields: Mapping[str, Any]) -> Any:
    """Return an instance that its class has made of fields.

    Args:
        class_: the class.
        names: under which names ``__init__`` takes them.
        fields: the values, by name.

    Raises:
        PatchError: the class refuses it.
    """
    try:
        return constructed(class_, names, fields)
    except Exception as error:
        raise PatchError(
            f"no {class_.__qualname__} can be made of {shown(fields)}: {error}", class_=class_
        ) from error


def _filled(class_: type, fields: dict[str, Any]) -> Any:
    """Return a record, made without ``__init__``, its class having looked at its fields."""
    shape: Any = shape_of(class_)
    made = shape.new(class_, None, fields)
    prepare(made, fields)
    shape.put_fields(made, fields, {})
    # a model validates what it is made of, though perhaps not what it is assigned
    validator = getattr(class_, "__pydantic_validator__", None)
    look = partial(setattr, made) if validator is None else partial(_validate, validator, made)
    for key, error in refused(fields, look):
        raise PatchError(
            f"{class_.__qualname__}.{key} cannot be {shown(fields[key])}: {error}",
            class_=class_,
            key=key,
        ) from error
    return made


def _validate(validator: Any, made: Any, key: str, value: Any) -> None:
    validator.validate_assignment(made, key, value)
