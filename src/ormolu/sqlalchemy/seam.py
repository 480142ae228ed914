"""The seam: when each of SQLAlchemy's layer modules has run, its parts are exchanged.

An import hook lets a module execute, and then puts ormolu's classes and
functions in the place of the module's own, before any other module can import
from it.  Nothing of SQLAlchemy is imported earlier than the program would.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .. import errors
from .fetching.settings import Fetching, Wish, default_fetching, recording
from .versions import SUPPORTED, check_version, found_version

__all__ = ["MIRRORED", "install", "installed"]

MIRRORED = {
    "sqlalchemy.orm.base": "base",
    "sqlalchemy.orm.collections": "collections",
    "sqlalchemy.orm.state": "state",
    "sqlalchemy.orm.attributes": "attributes",
    "sqlalchemy.orm.instrumentation": "instrumentation",
    "sqlalchemy.orm.identity": "identity",
    "sqlalchemy.ext.instrumentation": "ext_instrumentation",
}
"""SQLAlchemy's modules whose parts are exchanged, and the modules here that do it."""

ASSISTED = {
    "sqlalchemy.orm.loading": "loading",
    "sqlalchemy.orm.session": "session",
    "sqlalchemy.orm.strategies": "strategies",
    "sqlalchemy.orm.unitofwork": "unitofwork",
}
"""Modules that are not of the layer, and keep their parts: part of their work is done
by the kernel, or left out where it comes to nothing.  Only of versions that ormolu has
been tested with."""


class _MirroringLoader(Loader):
    """Runs a module with its own loader, then exchanges its parts."""

    def __init__(self, loader: Any, mirror: str) -> None:
        self._loader = loader
        self._mirror = mirror

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        mirror = importlib.import_module(f".{self._mirror}", "ormolu.sqlalchemy.mirrors")
        mirror.exchange(module)

    def __getattr__(self, name: str) -> Any:
        # tools ask a loader for the source, the file, whether it is a package
        return getattr(self._loader, name)


class _Seam(MetaPathFinder):
    """Finds the mirrored modules, and has them loaded by :class:`_MirroringLoader`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        mirror = MIRRORED.get(fullname)
        if fullname in ASSISTED and found_version() in SUPPORTED:
            mirror = ASSISTED[fullname]
        if mirror is None:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: ModuleSpec | None = find(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _MirroringLoader(spec.loader, mirror)
                return spec
        return None


_seam = _Seam()


def installed() -> bool:
    """Return whether ormolu is, or will be, beneath SQLAlchemy in this process."""
    return _seam in sys.meta_path


def install(untested: bool = False, fetch_peers: Wish | None = None) -> None:
    """Put ormolu's layer beneath the SQLAlchemy ORM of this process.

    Call it before anything imports ``sqlalchemy.orm``.  A call that raises has
    changed nothing.

    Args:
        untested: take a version of SQLAlchemy that ormolu has not been tested
            with, if it is 2.0 or newer; ``ORMOLU_UNTESTED_SQLALCHEMY=1`` in the
            environment says the same.
        fetch_peers: how the peers of an object are fetched, unless it is said otherwise
            for a session, a query or an attribute, see
            :func:`ormolu.sqlalchemy.fetch_peers`; as ``ORMOLU_FETCH_PEERS`` in the
            environment says by default, and not at all where it is not set.

    Raises:
        AlreadyInstalledError: it has been called before.
        AlreadyImportedError: ``sqlalchemy.orm`` is imported already.
        UnsupportedVersionError: there is no SQLAlchemy, or one that ormolu does
            not know.
        PeerFetchingError: peers cannot be fetched in this way, or not beneath this version.

    Example:
        >>> import ormolu.sqlalchemy
        >>> ormolu.sqlalchemy.install()  # doctest: +SKIP
        >>> from sqlalchemy.orm import Session  # doctest: +SKIP
    """
    if installed():
        raise errors.AlreadyInstalledError(
            "ormolu is beneath SQLAlchemy already; call install() once, when the program starts"
        )
    imported = [name for name in MIRRORED if name in sys.modules]
    if imported:
        raise errors.AlreadyImportedError(
            f"{imported[0]} has been imported before ormolu.sqlalchemy.install() was called; "
            "call it before anything imports sqlalchemy.orm, or start the program with "
            "'ormolu run'"
        )
    check_version(found_version(), untested)
    fetching = default_fetching() if fetch_peers is None else Fetching.of(fetch_peers)
    if fetching.mode != "off":
        _check_tested()
        recording.on = True
    recording.everywhere = fetching
    sys.meta_path.insert(0, _seam)


def check_recordable() -> None:
    """Check that it can be recorded which objects come in together.

    Raises:
        PeerFetchingError: ormolu is not beneath SQLAlchemy, or beneath a version that it has
            not been tested with.
    """
    if not installed():
        raise errors.PeerFetchingError(
            "peers can only be fetched where ormolu is beneath SQLAlchemy; start the program "
            "with 'ormolu run', or call ormolu.sqlalchemy.install() before anything imports "
            "sqlalchemy.orm"
        )
    _check_tested()


def _check_tested() -> None:
    version = found_version()
    if version not in SUPPORTED:
        raise errors.PeerFetchingError(
            f"peers cannot be fetched beneath SQLAlchemy {version}, which ormolu has not been "
            f"tested with; install {' or '.join(SUPPORTED)}"
        )
