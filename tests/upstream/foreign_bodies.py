"""Which function bodies of SQLAlchemy's own layer ran, as coverage saw it.

A function counts as run when a line of its body was.  Lines of modules and
classes run at import, and do not count.
"""

from __future__ import annotations

import ast
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


def bodies_run(data_file: Path, package: Path) -> list[str]:
    """Return the name of every function of SQLAlchemy's layer that ran."""
    data = coverage.CoverageData(str(data_file))
    data.read()
    lines_of = {
        Path(name).resolve(): set(data.lines(name) or ()) for name in data.measured_files()
    }
    found = []
    for relative in (*WHOLE, ATTRIBUTES):
        path = (package / relative).resolve()
        ran = lines_of.get(path, set())
        for name, lines in functions(ast.parse(path.read_text())):
            about_sql = relative == ATTRIBUTES and name.startswith(ABOUT_SQL)
            if lines & ran and not about_sql:
                found.append(f"{relative}: {name}")
    return found
