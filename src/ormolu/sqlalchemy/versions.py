"""The versions of SQLAlchemy that ormolu can be put beneath."""

from __future__ import annotations

import os
from importlib import metadata

from .. import errors
from .series import Series, series_of

__all__ = ["SUPPORTED", "UNTESTED", "check_version", "found_series", "found_version"]

SUPPORTED = ("2.0.58", "2.1.9")
"""Versions whose own tests pass on ormolu."""

UNTESTED = "ORMOLU_UNTESTED_SQLALCHEMY"
"""The environment variable that, set to ``1``, has other versions taken too."""


def found_version() -> str | None:
    """Return the version of SQLAlchemy that is installed, without importing it."""
    try:
        return metadata.version("sqlalchemy")
    except metadata.PackageNotFoundError:
        return None


def found_series() -> Series:
    """Return the series of the SQLAlchemy that is installed.

    Raises:
        UnsupportedVersionError: there is none, or it is older than all series.
    """
    version = found_version()
    series = series_of(version) if version else None
    if series is None:
        raise _unsupported(version, f"install one of those: {_install()}")
    return series


def check_version(version: str | None, untested: bool = False) -> None:
    """Refuse a version that ormolu does not know.

    Args:
        version: the version found, or ``None`` if there is none.
        untested: take any version of a known series, and newer ones; so does
            :data:`UNTESTED` in the environment.

    Raises:
        UnsupportedVersionError: it is not one of :data:`SUPPORTED`.
    """
    if version in SUPPORTED:
        return
    if version is None or series_of(version) is None:
        raise _unsupported(version, f"install one of those: {_install()}")
    if not untested and os.environ.get(UNTESTED) != "1":
        raise _unsupported(
            version,
            f"install one of those ({_install()}), or, to try it with this one, call "
            f"install(untested=True) or set {UNTESTED}=1",
        )


def _install() -> str:
    return f'pip install "sqlalchemy=={SUPPORTED[-1]}"'


def _unsupported(version: str | None, way_out: str) -> errors.UnsupportedVersionError:
    found = f"SQLAlchemy {version}" if version else "no SQLAlchemy"
    return errors.UnsupportedVersionError(
        f"{found} is installed here, and ormolu.sqlalchemy has been tested with "
        f"{' and '.join(SUPPORTED)}; {way_out}"
    )
