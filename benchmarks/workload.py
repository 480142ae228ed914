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

from collector import collector_time

REPEAT = 5


def best_of(
    work: Callable[[], Any], count: int, prepare: Callable[[], Any] | None = None
) -> float:
    """Return nanoseconds for one of ``count`` units of ``work``, at its best."""
    best = float("inf")
    for _ in range(REPEAT):
        if prepare is not None:
            prepare()
            # what the preparation leaves to the collector is not to be measured
            gc.collect()
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
    """Return the figures of single objects, in no session."""
    from sqlalchemy.orm.attributes import get_history  # noqa: PLC0415 - the same

    from model import Child, Parent  # noqa: PLC0415 - not before install()
    from operations import unrolled  # noqa: PLC0415 - the same

    parent = Parent(a=1)
    many: list[Any] = []

    read = unrolled("parent.a", 100_000, parent=parent)
    write = unrolled("parent.a = 2", 50_000, parent=parent)
    history = unrolled("get_history(parent, 'a')", 20_000, parent=parent, get_history=get_history)

    def delete() -> None:
        for one in many:
            del one.a

    def construct() -> None:
        for value in range(10_000):
            Parent(a=value, b=value)

    def make_children() -> None:
        many[:] = [Child() for _ in range(5_000)]

    def make_parents() -> None:
        many[:] = [Parent(a=1) for _ in range(5_000)]

    def append() -> None:
        owner = Parent()
        children = owner.children
        for child in many:
            children.append(child)

    return {
        "read": best_of(read, 100_000),
        "write": best_of(write, 50_000),
        "delete": best_of(delete, 5_000, make_parents),
        "history": best_of(history, 20_000),
        "construct": best_of(construct, 10_000),
        "append": best_of(append, 5_000, make_children),
    }


def plain_objects(rows: list[Any]) -> list[Any]:
    """Return an object for each row that has its values as attributes, and nothing else."""

    class Plain:
        pass

    made = []
    for row in rows:
        one = Plain()
        for name, value in zip(row._fields, row, strict=True):
            setattr(one, name, value)
        made.append(one)
    return made


def measure_session(objects: int) -> dict[str, float]:
    """Return the figures of a session of objects with ten columns."""
    from model import wide_database  # noqa: PLC0415 - not before install()

    make_session, rows, select_all = wide_database(objects)
    held: dict[str, Any] = {}

    def load() -> None:
        held["session"] = make_session()
        held["loaded"] = select_all(held["session"])

    def expire() -> None:
        held["session"].expire_all()

    def change() -> None:
        for one in held["loaded"]:
            one.c1 = -1
            one.c6 = "changed"

    def load_and_change() -> None:
        load()
        change()

    def drop() -> None:
        held.clear()
        gc.collect()

    def collected(work: Callable[[], Any]) -> float:
        """Return how many nanoseconds of ``work`` the collector takes for each object."""
        drop()
        with collector_time() as spent:
            work()
        return spent[0] / objects * 1e9

    figures = {
        "rows": best_of(rows, objects, drop),
        "load": best_of(load, objects, drop),
        "collector": min(collected(load) for _ in range(REPEAT)),
        "change": best_of(change, objects, load),
        "expire": best_of(expire, objects, load),
        "expire_changed": best_of(expire, objects, load_and_change),
    }
    drop()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    load()
    gc.collect()
    figures["bytes"] = (tracemalloc.get_traced_memory()[0] - before) / objects
    drop()
    before = tracemalloc.get_traced_memory()[0]
    held["loaded"] = plain_objects(rows())
    gc.collect()
    figures["plain_bytes"] = (tracemalloc.get_traced_memory()[0] - before) / objects
    tracemalloc.stop()
    if len(held["loaded"]) != objects:
        raise AssertionError("the load did not load what it was to load")
    return figures


def measure_graph(parents: int) -> dict[str, float]:
    """Return the figures of parents with ten children each, and of flushes."""
    from model import Child, Parent, family_database  # noqa: PLC0415 - not before install()

    make_session, load_with = family_database(parents)
    held: dict[str, Any] = {}

    def drop() -> None:
        held.clear()
        gc.collect()

    def load(how: str) -> Callable[[], None]:
        def work() -> None:
            held["session"] = make_session()
            held["loaded"] = load_with(held["session"], how)
            if sum(len(one.children) for one in held["loaded"]) != parents * 10:
                raise AssertionError("the load did not load what it was to load")

        return work

    def new() -> None:
        drop()
        held["session"] = make_session()
        held["session"].add_all(Parent(a=1, b=2) for _ in range(parents))

    def flush() -> None:
        held["session"].flush()

    def rollback() -> None:
        held["session"].rollback()

    def change() -> None:
        drop()
        load("selectin")()
        for one in held["loaded"]:
            one.a = -1

    figures = {
        "selectin": best_of(load("selectin"), parents, drop),
        "joined": best_of(load("joined"), parents, drop),
        "flush_new": best_of(flush, parents, new),
        "flush_changed": best_of(flush, parents, change),
    }
    rollback()
    if not isinstance(held["loaded"][0].children[0], Child):
        raise AssertionError("a child is no child")
    return figures


def measure_mapping() -> dict[str, float]:
    """Return how many milliseconds it takes to map and configure 500 classes."""
    from model import map_classes  # noqa: PLC0415 - not before install()

    start = time.perf_counter()
    map_classes(500)
    return {"mapping": (time.perf_counter() - start) * 1e3}


def measure(layer: str, objects: int) -> dict[str, float]:
    """Return the figure of every row."""
    imported = import_orm(layer)
    return {
        **measure_objects(),
        **measure_session(objects),
        **measure_graph(objects // 10),
        **measure_mapping(),
        "import": imported,
    }


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layer", choices=["stock", "ormolu"])
    parser.add_argument("--objects", type=int, default=100_000)
    options = parser.parse_args()
    print(json.dumps(measure(options.layer, options.objects)))


if __name__ == "__main__":
    main()
