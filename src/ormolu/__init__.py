"""Class instrumentation: knows, for every instance, what changed, and from what.

ormolu registers ordinary classes for state tracking.  The layer is in
:mod:`ormolu.instrumentation`, :mod:`ormolu.state`, :mod:`ormolu.attributes`,
:mod:`ormolu.collections`, :mod:`ormolu.events` and
:mod:`ormolu.ext.instrumentation`; :mod:`ormolu.sqlalchemy` puts it beneath the
SQLAlchemy ORM.
"""

from ._backend import choose as _choose

__version__ = "0.1.0"

__all__ = ["__version__"]

_choose()
