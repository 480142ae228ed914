"""Every public name is documented, and every example in a docstring runs."""

import argparse
import ast
import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import ormolu
from ormolu import _backend

NEEDS = {
    "ormolu.asyncio.mapped": "a process of its own",
    "ormolu.cli.demo": "rich",
    "ormolu.ext.mutable": "sqlalchemy",
    "ormolu.sqlalchemy.mirrors": "a process of their own",
    "ormolu.sqlalchemy.fetching.loads": "a process of their own",
}
NATIVE = _backend.backend() == "native"
NAMES = sorted(
    info.name
    for info in pkgutil.walk_packages(ormolu.__path__, "ormolu.")
    if not info.name.startswith(tuple(NEEDS)) and not info.name.endswith("__main__")
    # of the other core, if they lie there
    if NATIVE or info.name.split(".")[-1] not in _backend.NATIVE_MODULES
)
PUBLIC = [name for name in NAMES if not any(part.startswith("_") for part in name.split("."))]
DEMO = Path(ormolu.__file__).parent / "cli" / "demo"
# what their examples import
EXAMPLES_NEED = {"ormolu.ext.audit": "sqlalchemy", "ormolu.ext.mutable": "sqlalchemy"}
ROOT = Path(__file__).parent.parent.parent
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
SECTIONS = dict(re.findall(r"^## `([\w.]+)`\n(.*?)(?=^## |\Z)", REFERENCE, re.M | re.S))
# whose names are reached otherwise
NOT_FOR_IMPORT = {"ormolu.cli", "ormolu.core", "ormolu.tracking"}


@pytest.mark.parametrize("name", NAMES)
def test_a_module_has_a_docstring_and_says_what_it_exports(name):
    module = importlib.import_module(name)
    assert module.__doc__
    assert hasattr(module, "__all__") or module.__file__.endswith("__init__.py")
    # what the kernel exports to itself is of C where it is native
    if not (NATIVE and name.startswith("ormolu._kernel.")):
        for exported in getattr(module, "__all__", ()):
            assert hasattr(module, exported)


def undocumented(name):
    """Yield the public names of a module that have no docstring."""
    module = importlib.import_module(name)
    for exported in getattr(module, "__all__", ()):
        value = getattr(module, exported)
        if (inspect.isclass(value) or inspect.isroutine(value)) and not value.__doc__:
            yield f"{name}.{exported}"
        if inspect.isclass(value) and value.__module__.startswith("ormolu"):
            for part, member in vars(value).items():
                documentable = callable(member) or isinstance(
                    member, (property, classmethod, staticmethod)
                )
                public = not part.startswith("_") and documentable and not inspect.isclass(member)
                if public and not inspect.getdoc(getattr(value, part)):
                    yield f"{name}.{exported}.{part}"


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_have_docstrings(name):
    assert list(undocumented(name)) == []


def test_the_check_sees_a_name_without_a_docstring(monkeypatch):
    import ormolu.events as module

    monkeypatch.setattr(module, "listen", lambda: None)
    assert list(undocumented("ormolu.events")) == ["ormolu.events.listen"]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_in_docstrings_run(name):
    if name in EXAMPLES_NEED:
        pytest.importorskip(EXAMPLES_NEED[name])
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_every_public_function_of_door_one_has_types():
    import ormolu.attributes
    import ormolu.events
    import ormolu.instrumentation

    for module in (ormolu.attributes, ormolu.events, ormolu.instrumentation):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isroutine(value):
                signature = inspect.signature(value)
                # Cython keeps the types of parameters; type checkers read the source
                assert NATIVE or signature.return_annotation is not inspect.Signature.empty, name
                for parameter in signature.parameters.values():
                    assert parameter.annotation is not inspect.Parameter.empty, name


def test_the_repository_names_no_host_of_a_registry():
    root = Path(__file__).parent.parent.parent
    hosts = re.compile(r"(pypi|pythonhosted|npmjs|debian)\.(org|com|net)", re.IGNORECASE)
    suffixes = {".py", ".md", ".toml", ".yaml", ".yml", ".cfg", ""}
    for folder in ("src", "docs", "benchmarks", ".ci"):
        for path in (root / folder).rglob("*"):
            if path.is_file() and path.suffix in suffixes:
                assert not hosts.search(path.read_text(errors="replace")), path


def targets_in(text):
    """Return what a text refers to by its full name, as in :func:`ormolu.commit`."""
    return re.findall(r":(?:func|meth|class):`~?(ormolu\.[\w.]+)(?:\(\))?`", text)


def found(target):
    """Return what a full name stands for, or raise."""
    parts = target.split(".")
    for count in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:count])
        try:
            value = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not name.startswith(error.name):  # it is there, and imports what is not
                raise
            continue
        for part in parts[count:]:
            value = getattr(value, part)
        return value
    raise LookupError(target)


def test_what_docstrings_refer_to_is_there():
    source = Path(ormolu.__file__).parent
    told = {
        target: path
        for path in source.rglob("*.py*")
        if path.suffix in (".py", ".pyx", ".pxd")
        for target in targets_in(path.read_text())
    }
    assert len(told) > 10
    for target, path in told.items():
        try:
            found(target)
        except (AttributeError, LookupError):
            pytest.fail(f"{path.relative_to(source)} refers to {target}, which is not there")


def test_the_check_sees_a_reference_to_nothing():
    (target,) = targets_in("see :func:`ormolu.comit`, and :func:`commit` of the module")
    with pytest.raises(AttributeError):
        found(target)
    assert found("ormolu.Workspace.commit") is ormolu.Workspace.commit


# -- docs/reference.md ------------------------------------------------------------------


def with_examples():
    """Return the modules of which the reference says that all in them has an example."""
    (told,) = re.findall(
        r"^Each class and function of (.*?) has\s+an example", REFERENCE, re.M | re.S
    )
    return re.findall(r"`([\w.]+)`", told)


def rows(section):
    """Return the names that the tables of a section begin their rows with."""
    return re.findall(r"^\| `(\w+)` \|", SECTIONS[section], re.MULTILINE)


def test_the_reference_has_every_module_that_is_to_be_imported():
    above = {".".join(name.split(".")[:2]) for name in PUBLIC} - NOT_FOR_IMPORT
    assert above - set(SECTIONS) == {"ormolu.ext"}
    assert {name for name in PUBLIC if name.startswith("ormolu.ext.")} <= set(SECTIONS)


@pytest.mark.parametrize("name", SECTIONS)
def test_the_reference_has_every_name_of_a_module_and_no_other(name):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    assert sorted(rows(name)) == sorted(importlib.import_module(name).__all__)


def test_the_reference_says_of_errors_what_their_docstrings_say():
    for name, also, when in re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*) \|$", SECTIONS["ormolu.errors"], re.MULTILINE
    ):
        error = getattr(ormolu.errors, name)
        assert also == ", ".join(f"`{base.__name__}`" for base in error.__bases__)
        told = " ".join(inspect.getdoc(error).split("\n\n")[0].split()).removesuffix(".")
        assert when == told.replace("``", "`"), name


def without_example(name):
    """Yield the classes and functions of a module whose docstring has no example."""
    module = importlib.import_module(name)
    for exported in module.__all__:
        value = getattr(module, exported)
        takes = inspect.isclass(value) or inspect.isroutine(value)
        if takes and not re.search(r"^ *Example:\n +>>> ", value.__doc__, re.MULTILINE):
            yield f"{name}.{exported}"


@pytest.mark.parametrize("name", with_examples())
def test_what_is_said_to_have_an_example_has_one(name):
    assert list(without_example(name)) == []


def test_the_check_sees_a_name_without_an_example(monkeypatch):
    import ormolu.instrumentation as module

    monkeypatch.setattr(module.register_class, "__doc__", "Register a class.")
    assert list(without_example(module.__name__)) == ["ormolu.instrumentation.register_class"]


def test_the_reference_has_every_command_and_option():
    from ormolu.cli import main

    told = REFERENCE.partition("## The command line")[2].partition("\n## ")[0]
    (commands,) = [
        action
        for action in main._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    for name, command in commands.choices.items():
        assert f"| `ormolu {name}" in told
        for action in command._actions:
            for option in action.option_strings:
                of = re.search(rf"^\| `{option}\b.*?` \| .*`{name}`", told, re.MULTILINE)
                assert of or option in ("-h", "--help", "-m"), f"{name} {option}"


def test_the_reference_has_every_variable_of_the_environment():
    told = set(re.findall(r"^\| `(ORMOLU_\w+)` \|", REFERENCE, re.MULTILINE))
    used = {
        node.value
        for path in (*Path(ormolu.__file__).parent.rglob("*.py"), ROOT / "setup.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and re.fullmatch(r"ORMOLU_[A-Z_]+", str(node.value))
    }
    assert told == used
