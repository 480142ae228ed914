"""Every public name is documented, and every example in a docstring runs."""

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
