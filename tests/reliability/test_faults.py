"""A call-out raises, or memory runs out; ``make reliability`` does all of it."""

import pytest

pytest.importorskip("sqlalchemy")

from reliability.cores import cores_here
from reliability.faults import alone, application, check, starving
from reliability.faults.injecting import attempt

from ormolu._kernel.journal import Journal

CORES = cores_here()


def silent(line):
    """Tell nobody."""


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("door", ["core", "sqlalchemy"])
def test_an_exception_from_any_call_out_leaves_all_as_it_was(core, door):
    figures = alone.ask("check", core, door, 0.004, 11, silent)
    assert figures["faults"] > 200


@pytest.mark.skipif("native" not in CORES, reason="needs the native core")
@pytest.mark.skipif(not starving.is_possible(), reason="needs CPython's _testcapi")
@pytest.mark.parametrize("door", ["core", "sqlalchemy"])
def test_an_operation_without_memory_leaves_all_as_it_was(door):
    figures = alone.ask("starving", "native", door, 0.02, 11, silent)
    assert figures["refused"] > 200


def test_what_is_not_taken_back_is_found(monkeypatch):
    if "native" in CORES:
        pytest.skip("a native journal cannot be broken from outside")
    monkeypatch.setattr(Journal, "undo", lambda self, mark: None)
    with pytest.raises(AssertionError, match="was not taken back"):
        check.check("core", 0.02, 11, silent)


def test_call_outs_are_found_where_they_are():
    value = application.Value(1)
    assert attempt(lambda: value == value).called == ["__eq__"]
    failed = attempt(lambda: [hash(value), value == value], 2, KeyError("injected"))
    assert failed.called == ["__hash__", "__eq__"]
    assert failed.kind == "KeyError"


def test_a_process_that_fails_says_where(monkeypatch):
    monkeypatch.setattr(alone.sys, "executable", "/bin/false")
    with pytest.raises(
        AssertionError, match=r"pure core, door core, part 0\.1, seed 3: ended with"
    ):
        alone.ask("check", "pure", "core", 0.1, 3, silent)
