"""What an application loads, reads, writes and never uses.

``ormolu profile`` runs a program and reports; :class:`Profile` records a block of code,
:mod:`~ormolu.profiler.asgi` and :mod:`~ormolu.profiler.wsgi` each request of a server, and
``pytest --ormolu-profile`` a suite of tests.  Reads are counted only while something is
recorded: afterwards nothing is slower.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .findings import Finding as Finding
    from .profile import Profile as Profile
    from .report import Report as Report

__all__ = ["Finding", "Profile", "Report"]

_WHERE = {"Finding": "findings", "Profile": "profile", "Report": "report"}


def __getattr__(name: str) -> Any:
    # pytest imports this package in every run that it is installed for
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only where it is asked for

    return getattr(import_module(f".{_WHERE[name]}", __name__), name)
