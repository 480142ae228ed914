"""One process's share of the comparison: measure every row once, on one layer.

usage: workload.py stock|ormolu [--objects N]

Prints one JSON object: row name -> figure, in the unit that compare.py names.
Each row is the best of several repetitions: what disturbs a measurement on a
shared machine only ever makes it slower.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

REPEAT = 5


def best_of(
    work: Callable[[], Any], count: int, prepare: Callable[[], Any] | None = None
) -> float:
    """Return nanoseconds for one of ``count`` units of ``work``, at its best."""
    best = float("inf")
    for _ in range(REPEAT):
        if prepare is not None:
            prepare()
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best / count * 1e9


def import_orm(layer: str) -> float:
    """Import the ORM on ``layer``; return milliseconds."""
    start = time.perf_counter()
    if layer == "ormolu":
        import ormolu.sqlalchemy  # noqa: PLC0415 - its import is part of what is measured

        ormolu.sqlalchemy.install()
    import sqlalchemy.orm  # noqa: F401, PLC0415 - the same

    return (time.perf_counter() - start) * 1e3


def measure_objects() -> dict[str, float]:
    """Return the figures of single objects: read, write, construct, append."""
    from model import Child, Parent  # noqa: PLC0415 - not before install()

    parent = Parent(a=1)
    fresh: list[Child] = []

    def read() -> None:
        for _ in range(100_000):
            parent.a  # noqa: B018 - the read is what is measured

    def write() -> None:
        for value in range(50_000):
            parent.a = value

    def construct() -> None:
        for value in range(10_000):
            Parent(a=value, b=value)

    def make_children() -> None:
        fresh[:] = [Child() for _ in range(5_000)]

    def append() -> None:
        owner = Parent()
        children = owner.children
        for child in fresh:
            children.append(child)

    return {
        "read": best_of(read, 100_000),
        "write": best_of(write, 50_000),
        "construct": best_of(construct, 10_000),
        "append": best_of(append, 5_000, make_children),
    }


def measure_session(objects: int) -> dict[str, float]:
    """Return the figures of a session: load, expire, bytes of each object."""
    from model import wide_database  # noqa: PLC0415 - not before install()

    make_session, select_all = wide_database(objects)
    held: dict[str, Any] = {}

    def load() -> None:
        held["session"] = make_session()
        held["loaded"] = select_all(held["session"])

    def expire() -> None:
        held["session"].expire_all()

    def drop() -> None:
        held.clear()
        gc.collect()

    figures = {"load": best_of(load, objects, drop), "expire": best_of(expire, objects, load)}
    drop()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    load()
    gc.collect()
    figures["bytes"] = (tracemalloc.get_traced_memory()[0] - before) / objects
    tracemalloc.stop()
    if len(held["loaded"]) != objects:
        raise AssertionError("the load did not load what it was to load")
    return figures


def measure(layer: str, objects: int) -> dict[str, float]:
    """Return the figure of every row."""
    imported = import_orm(layer)
    return {**measure_objects(), **measure_session(objects), "import": imported}


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layer", choices=["stock", "ormolu"])
    parser.add_argument("--objects", type=int, default=100_000)
    options = parser.parse_args()
    print(json.dumps(measure(options.layer, options.objects)))


if __name__ == "__main__":
    main()
