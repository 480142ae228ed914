"""What differs between the series of SQLAlchemy that ormolu can be put beneath.

All of it is here: everything else is written for the newest series.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KNOWN_SERIES", "Series", "series_of"]

_UNDERSCORED_IN_2_1 = frozenset(
    {
        "_AttributeImpl",
        "_CollectionAttributeImpl",
        "_DeferredColumnLoader",
        "_HasCollectionAdapter",
        "_LazyLoader",
        "_LoadDeferredColumns",
        "_LoadLazyAttribute",
        "_ScalarAttributeImpl",
        "_ORMCompileState",
        "_ScalarObjectAttributeImpl",
        "_SelectInLoader",
        "_WeakInstanceDict",
        "_backref_listeners",
        "_prepare_instrumentation",
        "_register_attribute",
        "_register_attribute_impl",
        "_register_descriptor",
        "_track_cascade_events",
        "_unregister_attribute",
    }
)


@dataclass(frozen=True)
class Series:
    """One series of releases, such as 2.1, as far as the layer beneath it goes.

    Attributes:
        name: the first two numbers of its versions.
        bare_names: what 2.1 names with an underscore has none yet.
        has_first_init: there is an event for the first instance of a class.
        has_converter: a collection may convert what is assigned to it.
        has_empty_values: an attribute of any kind has an empty value, dynamic and
            write-only ones included.
    """

    name: str
    bare_names: bool = False
    has_first_init: bool = False
    has_converter: bool = False
    has_empty_values: bool = False

    def name_of(self, name: str) -> str:
        """Return what the newest series calls ``name`` as this one calls it."""
        return name[1:] if self.bare_names and name in _UNDERSCORED_IN_2_1 else name


KNOWN_SERIES = (
    Series("2.0", bare_names=True, has_first_init=True, has_converter=True, has_empty_values=True),
    Series("2.1"),
)
"""The series that ormolu knows, oldest first."""


def series_of(version: str) -> Series | None:
    """Return the series of a version; the newest one for a version newer than all.

    Args:
        version: as the package states it, such as ``"2.1.9"``.

    Returns:
        the series, or ``None`` for a version older than all of them.
    """
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    known = [one for one in KNOWN_SERIES if _numbers(one) <= numbers]
    return known[-1] if known else None


def _numbers(series: Series) -> tuple[int, ...]:
    return tuple(map(int, series.name.split(".")))
