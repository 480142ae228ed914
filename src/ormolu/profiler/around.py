"""Lines of the program that may read values past the attributes, by the names they use."""

from __future__ import annotations

import ast
import linecache
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache

from .sites import is_of_the_program, short

__all__ = ["lines_that_go_around"]

_NAMES = ("__dict__", "instance_dict", "get_history")
_MOST = 5


def lines_that_go_around(also: Iterable[str] = ()) -> list[str]:
    """Return what the program itself names, and where; five lines at most.

    Args:
        also: files of packages that are looked at as well, with what is beside them.

    Example:
        >>> lines_that_go_around()  # doctest: +SKIP
        ['__dict__ at app/model.py:17']
    """
    found: list[str] = []
    for path in sorted(_files({os.path.dirname(file) for file in also})):
        changed = os.stat(path).st_mtime_ns if os.path.exists(path) else 0
        for name, line in _lines(path, changed):
            found.append(f"{name} at {short(path)}:{line}")
            if len(found) == _MOST:
                return found
    return found


def _files(folders: set[str]) -> set[str]:
    paths = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    return {
        path
        for path in paths
        if isinstance(path, str) and (is_of_the_program(path) or os.path.dirname(path) in folders)
    }


@cache
def _lines(path: str, changed: int) -> tuple[tuple[str, int], ...]:
    """The names and lines of a file; ``changed`` is when the file was, for the cache."""
    text = "".join(linecache.getlines(path))
    if not any(name in text for name in _NAMES):
        return ()
    try:
        return tuple(_lines_of(ast.parse(text)))
    except (SyntaxError, ValueError):
        return ()


def _lines_of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        name: object = None
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Constant):
            name = node.value
        if isinstance(name, str) and name in _NAMES:
            yield name, node.lineno  # type: ignore[attr-defined]
