"""What share of a flush stock SQLAlchemy spends in the layer, and so what there is to gain.

usage: share.py [--parents N]

Prints one JSON object: row name -> share of the time in the modules that ormolu takes the
place of.  The profiler makes every Python call dearer, and the layer is small calls: the
share is an upper bound, and with it what a layer that costs nothing would gain.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
from collections.abc import Callable
from pathlib import Path
from typing import Any

LAYER = frozenset(
    {"attributes.py", "base.py", "collections.py", "identity.py", "instrumentation.py", "state.py"}
)


def share_of(work: Callable[[], object]) -> float:
    """Return which share of the time of ``work`` is spent in the layer, from 0 to 1."""
    profile = cProfile.Profile()
    profile.runcall(work)
    profiled: dict[Any, Any] = vars(pstats.Stats(profile))["stats"]
    inside = whole = 0.0
    for (filename, _line, _name), (_calls, _primitive, own, _total, _callers) in profiled.items():
        path = Path(filename)
        whole += own
        inside += own if path.parent.name == "orm" and path.name in LAYER else 0.0
    return inside / whole


def measure(parents: int) -> dict[str, float]:
    """Return, by the name of the row, the share of flushing new and changed objects."""
    from model import Parent, family_database  # noqa: PLC0415 - SQLAlchemy is slow to import

    make_session, *_ = family_database(parents)
    with make_session() as session:
        session.add_all(Parent(a=1, b=2) for _ in range(parents))
        flush_new = share_of(session.flush)
        session.rollback()
    with make_session() as session:
        loaded = session.query(Parent).all()
        for one in loaded:
            one.a = -1
        flush_changed = share_of(session.flush)
    return {"flush_new": flush_new, "flush_changed": flush_changed}


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parents", type=int, default=10_000, help="objects to flush")
    print(json.dumps(measure(parser.parse_args().parents)))


if __name__ == "__main__":
    main()
