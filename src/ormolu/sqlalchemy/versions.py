"""The versions of SQLAlchemy that ormolu can be put beneath."""

from __future__ import annotations

from importlib import metadata

from .. import errors

__all__ = ["SUPPORTED", "check_version", "found_version"]

SUPPORTED = ("2.1.9",)
"""Versions whose own tests pass on ormolu."""


def found_version() -> str | None:
    """Return the version of SQLAlchemy that is installed, without importing it."""
    try:
        return metadata.version("sqlalchemy")
    except metadata.PackageNotFoundError:
        return None


def check_version(version: str | None) -> None:
    """Refuse a version that ormolu does not know.

    Args:
        version: the version found, or ``None`` if there is none.

    Raises:
        UnsupportedVersionError: it is not one of :data:`SUPPORTED`.
    """
    if version in SUPPORTED:
        return
    found = f"SQLAlchemy {version}" if version else "no SQLAlchemy"
    raise errors.UnsupportedVersionError(
        f"{found} is installed here, and ormolu.sqlalchemy knows {', '.join(SUPPORTED)}; "
        f'install one of those: pip install "sqlalchemy=={SUPPORTED[-1]}"'
    )
