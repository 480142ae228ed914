"""The hottest operations, each alone, to be counted by callgrind.

usage: operations.py stock|ormolu MARKS [NAME...]

``MARKS`` is the library that instructions.py makes of marks.c: it tells callgrind where
an operation begins and where it ends.  Prints the names in the order they were done in.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from itertools import repeat
from typing import Any

COUNT = 5000
"""How many times each operation is done while it is counted."""


def unrolled(statement: str, count: int = COUNT, **names: Any) -> Callable[[], None]:
    """Return a function that does a statement so often that its loop does not count.

    Args:
        statement: what is to be done.
        count: how often, a multiple of 50.
        names: what the statement uses.
    """
    given = ", ".join(f"{name}={name}" for name in names)
    body = "\n        ".join([statement] * 50)
    source = f"def work({given}):\n    for _ in repeat(None, {count // 50}):\n        {body}\n"
    scope = {**names, "repeat": repeat}
    exec(source, scope)
    work: Callable[[], None] = scope["work"]
    return work


def on_objects() -> dict[str, Callable[[], Callable[[], None]]]:
    """Return, by name, what prepares for an operation on objects in no session."""
    from sqlalchemy.orm.attributes import get_history  # noqa: PLC0415 - not before install()

    from model import Child, Parent  # noqa: PLC0415 - the same

    def read() -> Callable[[], None]:
        parent = Parent(a=1)

        return unrolled("parent.a", parent=parent)

    def write() -> Callable[[], None]:
        parent = Parent(a=1)

        return unrolled("parent.a = 2", parent=parent)

    def delete() -> Callable[[], None]:
        parents = [Parent(a=1) for _ in range(COUNT)]

        def work() -> None:
            for parent in parents:
                del parent.a

        return work

    def history() -> Callable[[], None]:
        parent = Parent(a=1)

        return unrolled("get_history(parent, 'a')", parent=parent, get_history=get_history)

    def construct() -> Callable[[], None]:
        def work() -> None:
            for value in range(COUNT):
                Parent(a=value, b=value)

        return work

    def append() -> Callable[[], None]:
        owner, members = Parent(), [Child() for _ in range(COUNT)]

        def work() -> None:
            children = owner.children
            for member in members:
                children.append(member)

        return work

    def assign() -> Callable[[], None]:
        owner, members = Parent(), [Child() for _ in range(COUNT)]
        owner.children = []

        def work() -> None:
            for member in members:
                member.parent = owner

        return work

    chosen = (read, write, delete, history, construct, append, assign)
    return {prepare.__name__: prepare for prepare in chosen}


def on_loaded() -> dict[str, Callable[[], Callable[[], None]]]:
    """Return, by name, what prepares for an operation on what a session has loaded."""
    from model import wide_database  # noqa: PLC0415 - not before install()

    make_session, _rows, select_all = wide_database(COUNT)
    held: list[Any] = []

    def load() -> Callable[[], None]:
        session = make_session()
        select_all(session)
        session.expunge_all()

        def work() -> None:
            held[:] = [session, select_all(session)]

        return work

    def change() -> Callable[[], None]:
        load()()

        def work() -> None:
            for one in held[1]:
                one.c1 = -1

        return work

    def expire() -> Callable[[], None]:
        load()()
        expire_all: Callable[[], None] = held[0].expire_all
        return expire_all

    return {prepare.__name__: prepare for prepare in (load, change, expire)}


def main() -> None:
    """Do what the command line names, all of it by default."""
    layer, marks = sys.argv[1], ctypes.PyDLL(sys.argv[2])
    if layer == "ormolu":
        import ormolu.sqlalchemy  # noqa: PLC0415 - only for this layer

        ormolu.sqlalchemy.install()
    operations = {**on_objects(), **on_loaded()}
    for name in sys.argv[3:] or operations:
        operations[name]()()  # once for what is made with the first use
        work = operations[name]()
        gc.collect()
        gc.disable()
        marks.begin()
        work()
        marks.end(name.encode())
        gc.enable()
        print(name, flush=True)


if __name__ == "__main__":
    main()
