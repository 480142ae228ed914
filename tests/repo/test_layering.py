"""What may import what, as docs/explanation.md says."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "ormolu"
EXPLANATION = (ROOT / "docs" / "explanation.md").read_text()

MAY_IMPORT = {
    "_kernel": {"_kernel"},
    "core": {"_kernel", "core", "errors"},
    "containers": {"_kernel", "containers"},
    "ext": {"_kernel", "containers", "core", "ext", "errors", "tracking"},
    "tracking": {"_kernel", "containers", "core", "errors", "tracking"},
    "sqlalchemy": {"_kernel", "core", "ext", "errors", "sqlalchemy"},
    "inspection": {"_kernel", "core", "errors", "inspection", "tracking"},
    # of sqlalchemy, where an object has come from there
    "asyncio": {"_kernel", "asyncio", "core", "errors", "inspection", "sqlalchemy", "tracking"},
    # of sqlalchemy, where it looks at what runs there
    "profiler": {"_kernel", "attributes", "errors", "instrumentation", "profiler", "sqlalchemy"},
    "errors": set(),
    "_backend": {"errors"},
    "__init__": {"_backend", "_kernel", "errors", "inspection", "tracking"},
    "__main__": {"cli"},
    "audit": {"tracking"},
    "instrumentation": {"core"},
    "state": {"_kernel", "core"},
    "collections": {"_kernel", "core"},
    "attributes": {"_kernel", "core"},
    "events": {"core"},
}
# the parts of one layer, from the ground up: each may import those before it
PARTS = {
    "tracking": (
        *("arguments", "faults", "generics", "layer", "uncopied", "values", "declared"),
        *("instances", "fields", "relationships", "targets", "concluding", "verbs"),
        *("classes", "checkpoints"),
        *("listening", "graph_changes", "members", "applying", "documents"),
        *("workspaces", "auditing", "undo"),
    )
}
# in functions alone, or for type checkers
ON_USE_OF_PARTS = {"tracking": {"listening", "workspaces", "undo"}}
THIRD_PARTY = {
    "sqlalchemy": {"sqlalchemy"},
    "cli": {"rich", "sqlalchemy"},
    "profiler/pytest_plugin.py": {"pytest"},
    "ext/mutable.py": {"sqlalchemy"},
    "asyncio/mapped.py": {"sqlalchemy"},
    "tracking/generics.py": {"typing_extensions"},  # which type checkers bring along
}
# in functions that are about that package, for those who have it
ON_USE = {
    "tracking": {"jsonpatch"},
    "ext": {"sqlalchemy"},
    "inspection": {"rich"},
    "profiler": {"jinja2", "markupsafe", "rich", "sqlalchemy"},
}
STANDARD = sys.stdlib_module_names | {"annotationlib"}  # new in 3.14
MODULES = sorted(SOURCE.rglob("*.py"))


def table(heading):
    """Return the rows of the table of the explanation that has this heading, as their cells."""
    _, _, below = EXPLANATION.partition(heading + "\n")
    lines = below.partition("\n\n")[0].splitlines()[1:]
    return [line.strip("| ").split(" | ") for line in lines]


def names_in(cell):
    """Return what is named in a cell of a table."""
    return re.findall(r"`(\w+)`", cell)


def test_the_explanation_says_what_each_part_may_import():
    told = {
        part.strip("`"): names_in(may) if may not in ("nothing", "all") else may
        for part, _, may in table("| part | what it is | may import, of ormolu |")
    }
    assert {part for part, may in told.items() if may == "all"} == {"cli"}
    assert set(told) == {part_of(path) for path in MODULES}
    for part, may in MAY_IMPORT.items():
        own = {part} if (SOURCE / part).is_dir() else set()
        assert may - own == (set() if told[part] == "nothing" else set(told[part])), part
        assert own <= may


def test_the_explanation_has_the_parts_of_a_layer_in_their_order():
    rows = table("| part | what lives there |")
    assert [part.strip("`") for part, _ in rows] == list(PARTS["tracking"])
    told = EXPLANATION.partition("those above it in this table. ")[2].partition("are imported")[0]
    assert set(names_in(told)) == ON_USE_OF_PARTS["tracking"]


def part_of(path):
    """The top-level part of ormolu that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(path, nodes=ast.walk):
    """Yield absolute dotted names of all that a file imports, wherever in it."""
    package = ["ormolu", *path.relative_to(SOURCE).parts[:-1]]
    for node in nodes(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_what_its_layer_may(path):
    part = part_of(path)
    allowed = MAY_IMPORT.get(part)
    for name in imports_of(path):
        root, _, rest = name.partition(".")
        if root == "ormolu":
            imported = rest.split(".")[0]
            if allowed is not None and imported not in ("", "__version__"):
                assert imported in allowed, f"{part} imports {name}"
        elif root not in STANDARD:
            within = (part, path.relative_to(SOURCE).as_posix())
            may = {outside for one in within for outside in THIRD_PARTY.get(one, ())}
            assert root in may | ON_USE.get(part, set()), f"{part} imports {name}"


def at_import(tree):
    """Yield what runs when a module is imported."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not later and not for_types:
            todo += ast.iter_child_nodes(node)


@pytest.mark.parametrize("layer", PARTS)
def test_the_parts_of_a_layer_import_only_what_is_below_them(layer):
    order = [*PARTS[layer], "__init__"]
    files = [path for path in MODULES if part_of(path) == layer]
    owns = [path.relative_to(SOURCE / layer).parts[0].removesuffix(".py") for path in files]
    assert set(owns) == set(order)
    for path, own in zip(files, owns, strict=True):
        below = {*order[: order.index(own)], own}
        at_once = {
            name.split(".")[2] for name in imports_of(path, at_import) if is_of(name, layer)
        }
        assert at_once <= below, path
        at_all = {name.split(".")[2] for name in imports_of(path) if is_of(name, layer)}
        assert at_all <= below | ON_USE_OF_PARTS[layer], path


def is_of(name, layer):
    """Whether a dotted name is that of something within a layer."""
    return name.startswith(f"ormolu.{layer}.")


@pytest.mark.parametrize("part", ON_USE)
def test_what_is_imported_on_use_is_imported_in_functions(part):
    on_use = {
        name.partition(".")[0]
        for path in MODULES
        if part_of(path) == part
        for name in set(imports_of(path)) - set(imports_of(path, at_import))
    }
    assert on_use & ON_USE[part] == ON_USE[part]
    for path in MODULES:
        if part_of(path) == part:
            roots = {name.partition(".")[0] for name in imports_of(path, at_import)}
            own = THIRD_PARTY.get(path.relative_to(SOURCE).as_posix(), set())
            assert not roots & ON_USE[part] - own


def test_the_parser_resolves_relative_imports():
    names = set(imports_of(SOURCE / "core" / "classes.py"))
    assert "ormolu._kernel.dispatch.Dispatch" in names
    assert "ormolu.core.layer.CORE" in names


def test_importing_ormolu_loads_no_third_party_package():
    code = (
        "import sys; before = set(sys.modules)\n"
        "import ormolu, ormolu.instrumentation, ormolu.state, ormolu.attributes\n"
        "import ormolu.collections, ormolu.events, ormolu.ext.instrumentation, ormolu.sqlalchemy\n"
        "import ormolu.asyncio, ormolu.audit, ormolu.ext.audit, ormolu.inspection\n"
        "import ormolu.profiler.asgi, ormolu.profiler.wsgi, ormolu.profiler.page\n"
        "[getattr(ormolu, name) for name in ormolu.__all__]\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "new = {name for name in new if 'cython_' not in name}  # the native core's own\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'ormolu'}))"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
