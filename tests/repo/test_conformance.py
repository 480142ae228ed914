"""How results of SQLAlchemy's tests are counted and compared."""

import io
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "conformance"))
import environment
from matrix import DATABASES, SUITES, variable_of
from programs import NUMBERS_VARY, ORDER_VARIES, examples_of, what_counts
from results import Result, calls_in, kept, regressions

OUTCOMES = {"a": "passed", "b": "passed", "c": "skipped", "d": "failed", "e": "error"}


def result(layer, outcomes):
    return Result("orm", "2.1.9", "3.13.0", "sqlite", layer, "", 1.0, outcomes)


def test_the_same_outcomes_are_no_regression():
    stock, ours = result("stock", OUTCOMES), result("ormolu", OUTCOMES)
    assert stock.subject == ours.subject
    assert regressions(stock, ours) == {}
    assert (stock.count("passed"), stock.count("failed", "error")) == (2, 2)


@pytest.mark.parametrize("how", ["failed", "error", "skipped", None])
def test_what_passes_on_stock_has_to_pass(how):
    outcomes = {**OUTCOMES, "a": how}
    if how is None:
        del outcomes["a"]
    assert regressions(result("stock", OUTCOMES), result("ormolu", outcomes)) == {
        "a": how or "missing"
    }


def test_what_fails_on_stock_may_pass():
    better = dict.fromkeys(OUTCOMES, "passed")
    assert regressions(result("stock", OUTCOMES), result("ormolu", better)) == {}


def test_a_program_has_to_print_the_same():
    stock, ours = result("stock", {"one": "failed"}), result("ormolu", {"one": "failed"})
    stock.outputs, ours.outputs = {"one": "1"}, {"one": "2"}
    assert regressions(stock, ours) == {"one": "prints something else"}
    ours.outputs = dict(stock.outputs)
    assert regressions(stock, ours) == {}


def test_addresses_and_times_do_not_count_in_what_a_program_prints():
    line = "{} INFO <Node object at 0x{}> [generated in {}s] ('{}', 1.5)"
    one = line.format("2026-11-23 18:05:44,165", "7f4c", "0.00012", "2026-11-23 18:05:44.16")
    two = line.format("2026-11-24 01:00:00,001", "9abc", "3.1e-05", "2026-11-24 01:00:00.5")
    other = one.replace("1.5", "2.5")
    assert what_counts("any", one, "") == what_counts("any", two, "")
    assert what_counts("any", one, "") != what_counts("any", other, "")
    (varying,) = NUMBERS_VARY
    assert what_counts(varying, one, "") == what_counts(varying, other, "")


def test_what_a_server_orders_is_compared_sorted():
    (varying,) = ORDER_VARIES
    assert what_counts(varying, "b\na\n", "") == what_counts(varying, "a\nb\n", "")
    assert what_counts("any", "b\na\n", "") != what_counts("any", "a\nb\n", "")


def test_the_verdict_of_unittest_counts():
    errors = "Warning: {}\nRan 38 tests in {}s\n\nFAILED (errors={})\n"
    one, two, other = (errors.format(*how) for how in (("a", 1, 2), ("b", 3, 2), ("a", 1, 3)))
    assert what_counts("any", "", one) == what_counts("any", "", two)
    assert what_counts("any", "", one) != what_counts("any", "", other)


def test_examples_are_found_by_the_database_that_they_want(tmp_path):
    for name, text in {
        "graphs/tree.py": "sqlite://",
        "graphs/__init__.py": "",
        "paths/paths.py": "postgresql+psycopg2://",
        "performance/many.py": "",
    }.items():
        path = tmp_path / "examples" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert list(examples_of(tmp_path, server=False)) == ["examples.graphs.tree"]
    assert list(examples_of(tmp_path, server=True)) == ["examples.paths.paths"]


def test_a_result_is_kept_and_takes_the_place_of_an_earlier_one(tmp_path):
    result("stock", OUTCOMES).save(tmp_path)
    result("stock", {"a": "passed"}).save(tmp_path)
    result("ormolu", OUTCOMES).save(tmp_path)
    assert [(one.layer, len(one.outcomes)) for one in kept(tmp_path)] == [
        ("ormolu", 5),
        ("stock", 1),
    ]


def test_a_result_of_before_a_field_was_added_can_be_read(tmp_path):
    result("stock", OUTCOMES).save(tmp_path)
    (path,) = tmp_path.glob("*.json")
    kept_before = json.loads(path.read_text())
    for name in ("server", "commit", "tracebacks", "outputs", "calls", "foreign"):
        del kept_before[name]
    path.write_text(json.dumps(kept_before))
    assert kept(tmp_path) == [result("stock", OUTCOMES)]


@pytest.mark.parametrize(
    ("outcomes", "foreign", "status"),
    [(OUTCOMES, [], 0), ({**OUTCOMES, "a": "failed"}, [], 1), (OUTCOMES, ["orm/state.py: f"], 1)],
)
def test_the_status_and_what_is_printed_say_what_differs(outcomes, foreign, status):
    pytest.importorskip("rich")
    from rich.console import Console
    from table import show

    stock, ours = result("stock", OUTCOMES), result("ormolu", outcomes)
    ours.foreign, ours.tracebacks = foreign, {"a": "assert 1 == 2"}
    console = Console(file=io.StringIO(), width=120)
    assert show([stock, ours], console) == status
    printed = console.file.getvalue()
    assert ("a: failed\n    assert 1 == 2" in printed) == (outcomes["a"] == "failed")
    assert ("ran SQLAlchemy's orm/state.py: f" in printed) == bool(foreign)


def test_calls_are_read_from_what_the_tests_write():
    text = "# a comment\n\ntest_orm.One linux_3.13 30,12\nb.Two linux_3.13 5\n"
    assert calls_in(text) == {"test_orm.One": 42, "b.Two": 5}


def test_new_releases_are_the_newest_ones_that_are_not_supported(monkeypatch):
    newest = {"sqlalchemy": "2.2.0", "sqlalchemy==2.0.*": "2.0.58", "sqlalchemy==2.1.*": "2.1.10"}
    monkeypatch.setattr(environment, "SUPPORTED", ("2.0.58", "2.1.9"))
    monkeypatch.setattr(environment, "_newest", newest.__getitem__)
    assert environment.new_releases() == ["2.2.0", "2.1.10"]


def test_a_new_release_is_tried_and_a_supported_one_needs_no_leave(monkeypatch):
    monkeypatch.delenv(environment.UNTESTED, raising=False)
    assert environment.environment("99.0")[environment.UNTESTED] == "1"
    assert environment.UNTESTED not in environment.environment(environment.SUPPORTED[0])


@pytest.mark.parametrize(
    ("raised", "left_out", "broken", "status"),
    [(None, 0, 0, 0), ("UnreachableError", 1, 0, 0), ("CannotRunError", 0, 1, 1)],
)
def test_a_run_that_fails_does_not_end_the_others(
    monkeypatch, tmp_path, capsys, raised, left_out, broken, status
):
    pytest.importorskip("rich")
    import run
    import running

    def run_suite(suite, version, database, layer, watch):
        if raised and layer == "stock":
            raise getattr(running, raised)("for a reason")
        return Result(suite.name, version, "3.13.0", database.name, layer, "", 1.0, {})

    monkeypatch.setattr(run, "run_suite", run_suite)
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    monkeypatch.setattr(run.platform, "python_version", lambda: "3.13.0")
    assert run.main(["--suite", "base", "--version", "2.1.9"]) == status
    printed = capsys.readouterr().out
    assert printed.count("left out, for a reason") == left_out
    assert printed.count("could not run, for a reason") == broken
    assert len(kept(tmp_path)) == 2 - left_out - broken


def test_every_suite_names_databases_that_there_are(monkeypatch):
    names = {database.name for database in DATABASES}
    assert all(set(suite.databases) <= names for suite in SUITES)
    (asyncpg,) = (database for database in DATABASES if database.name == "asyncpg")
    monkeypatch.delenv(variable_of("postgresql"), raising=False)
    assert asyncpg.url() is None
    monkeypatch.setenv(variable_of("postgresql"), "postgresql+psycopg://me@here:1/test")
    assert asyncpg.url() == "postgresql+asyncpg://me@here:1/test"
