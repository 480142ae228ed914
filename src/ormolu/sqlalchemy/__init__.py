"""ormolu beneath the SQLAlchemy ORM.

:func:`install`, called before ``sqlalchemy.orm`` is imported, puts ormolu's
layer in the place of SQLAlchemy's own.  The ORM above it is not changed.
"""

from .expiring import trace_expiry
from .fetching import Fetching, fetch_peers, peers
from .remaining import REMAINING
from .seam import MIRRORED, install, installed
from .versions import SUPPORTED

__all__ = [
    "MIRRORED",
    "REMAINING",
    "SUPPORTED",
    "Fetching",
    "fetch_peers",
    "install",
    "installed",
    "peers",
    "trace_expiry",
]
