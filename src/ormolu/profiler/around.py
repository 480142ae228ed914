"""Lines of the program that may read values past the attributes: those with ``__dict__``."""

from __future__ import annotations

import ast
import linecache
import os
import sys
from collections.abc import Iterator
from functools import cache

from .sites import is_of_the_program, short

__all__ = ["lines_that_go_around"]

_NAME = "__dict__"
_MOST = 5


def lines_that_go_around() -> list[str]:
    """Return where the program itself names ``__dict__``, as ``file:line``; five at most."""
    found: list[str] = []
    for path in sorted(_files()):
        for line in _lines(path, os.stat(path).st_mtime_ns if os.path.exists(path) else 0):
            found.append(f"{short(path)}:{line}")
            if len(found) == _MOST:
                return found
    return found


def _files() -> set[str]:
    paths = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    return {path for path in paths if isinstance(path, str) and is_of_the_program(path)}


@cache
def _lines(path: str, changed: int) -> tuple[int, ...]:
    """The lines of a file that name it; ``changed`` is when the file was, for the cache."""
    text = "".join(linecache.getlines(path))
    if _NAME not in text:
        return ()
    try:
        return tuple(_lines_of(ast.parse(text)))
    except (SyntaxError, ValueError):
        return ()


def _lines_of(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        named = isinstance(node, ast.Attribute) and node.attr == _NAME
        if named or (isinstance(node, ast.Constant) and node.value == _NAME):
            yield node.lineno  # type: ignore[attr-defined]
