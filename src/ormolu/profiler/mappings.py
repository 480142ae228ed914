"""What a mapping says of its columns: which have a use that is no read."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

__all__ = ["doubtful_classes", "keys_in_use"]


_READERS = ("orjson", "msgspec")
"""Packages that write dataclasses without reading their attributes."""


def keys_in_use(mapper: Any) -> set[str]:
    """Return the attributes that the ORM itself reads: keys, versions, what composites take.

    Primary keys are the identity; foreign keys are read by lazy loads and by flushes, from
    either side of a relationship.
    """
    columns: set[Any] = set(mapper.primary_key)
    columns.update(
        one for one in (mapper.version_id_col, mapper.polymorphic_on) if one is not None
    )
    for table in mapper.tables:
        columns.update(column for column in table.columns if column.foreign_keys)
    for prop in mapper.relationships:
        columns.update(prop.local_columns)
    for other in mapper.registry.mappers:
        for prop in other.relationships:
            columns.update(prop.remote_side)
    keys = {
        mapper._columntoproperty[one].key for one in columns if one in mapper._columntoproperty
    }
    for composite in mapper.composites:
        keys.update(prop.key for prop in composite.props)
    return keys


def doubtful_classes(mapper: Any) -> list[str]:
    """Return why reads of a class may go past its attributes, if the mapping says so."""
    doubts, named = [], mapper.class_.__name__
    if hasattr(mapper.class_, "__pydantic_serializer__"):
        doubts.append(f"{named} is a Pydantic model, which reads its own values")
    if dataclasses.is_dataclass(mapper.class_):
        doubts += [
            f"{named} is a dataclass, of which {name} reads the values itself"
            for name in _READERS
            if name in sys.modules
        ]
    for other in mapper.registry.mappers:
        for prop in other.relationships:
            if prop.collection_class not in (None, list, set) and mapper.isa(prop.mapper):
                name = f"{prop.parent.class_.__name__}.{prop.key}"
                doubts.append(f"the collection class of {name} may read its members")
    return sorted(set(doubts))
