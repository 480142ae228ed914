"""Which function bodies of SQLAlchemy's own layer ran, as coverage saw it.

A function counts as run when a line of its body was.  Lines of modules and
classes run at import, and do not count.

usage: foreign_bodies.py DATA, with the SQLAlchemy that ran installed
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import coverage

# exchanged as wholes
WHOLE = (
    "orm/state.py",
    "orm/instrumentation.py",
    "orm/identity.py",
    "orm/collections.py",
    "ext/instrumentation.py",
)
# exchanged but for what is about SQL: the expression side of the attributes,
# their proxies, and how a pickled expression finds its attribute again
ATTRIBUTES = "orm/attributes.py"
ABOUT_SQL = (
    "QueryableAttribute.",
    # as series 2.0 calls the next two
    "AdHocHasEntityNamespace.",
    "create_proxied_attribute",
    "_AdHocHasEntityNamespace.",
    "_create_proxied_attribute",
    "_queryable_attribute_unreduce",
    "InstrumentedAttribute.__doc__",
)


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, set[int]]]:
    """Yield the qualified name and the lines of the body of every function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            name = prefix + node.name
            body = [part for part in node.body if not _is_docstring(part)]
            yield (
                name,
                {
                    line
                    for part in body
                    for line in range(part.lineno, (part.end_lineno or part.lineno) + 1)
                },
            )
            yield from functions(node, f"{name}.")


def _is_docstring(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def _lines_run(data_file: Path) -> dict[Path, set[int]]:
    """The lines that ran, by file, from the data of the process and of its workers."""
    lines_of: dict[Path, set[int]] = {}
    for part in data_file.parent.glob(f"{data_file.name}*"):
        data = coverage.CoverageData(str(part))
        data.read()
        for name in data.measured_files():
            lines_of.setdefault(Path(name).resolve(), set()).update(data.lines(name) or ())
    return lines_of


def bodies_run(data_file: Path, package: Path) -> list[str]:
    """Return the name of every function of SQLAlchemy's layer that ran."""
    lines_of = _lines_run(data_file)
    found = []
    for relative in (*WHOLE, ATTRIBUTES):
        path = (package / relative).resolve()
        ran = lines_of.get(path, set())
        for name, lines in functions(ast.parse(path.read_text())):
            about_sql = relative == ATTRIBUTES and name.startswith(ABOUT_SQL)
            if lines & ran and not about_sql:
                found.append(f"{relative}: {name}")
    return found


def _main(data: str) -> int:
    spec = importlib.util.find_spec("sqlalchemy")
    assert spec is not None and spec.origin is not None
    found = bodies_run(Path(data), Path(spec.origin).parent)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
