"""What one object costs to load, with more and more of them in the session.

usage: growth.py stock|ormolu [SIZE...]

Prints one JSON object: size -> nanoseconds of one object, and what of that is the
garbage collector's.
"""

from __future__ import annotations

import gc
import json
import sys
import time

from collector import collector_time
from workload import import_orm

SIZES = (1_000, 10_000, 100_000, 1_000_000, 3_000_000)


def measure(size: int) -> tuple[float, float]:
    """Return nanoseconds of one object, and how many of them the collector took."""
    from model import wide_database  # noqa: PLC0415 - not before install()

    make_session, _rows, select_all = wide_database(size)
    best = (float("inf"), 0.0)
    for _ in range(3 if size <= 100_000 else 1):
        gc.collect()
        with collector_time() as spent:
            start = time.perf_counter()
            session = make_session()
            loaded = select_all(session)
            taken = time.perf_counter() - start
        if len(loaded) != size:
            raise AssertionError("the load did not load what it was to load")
        best = min(best, (taken / size * 1e9, spent[0] / size * 1e9))
        del session, loaded
    return best


def main() -> None:
    """Measure each size as the command line says."""
    import_orm(sys.argv[1])
    sizes = [int(size) for size in sys.argv[2:]] or SIZES
    print(json.dumps({size: measure(size) for size in sizes}))


if __name__ == "__main__":
    main()
