"""How results of SQLAlchemy's tests are counted and compared."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "conformance"))
from matrix import DATABASES, SUITES, variable_of
from results import Result, kept, regressions

OUTCOMES = {"a": "passed", "b": "passed", "c": "skipped", "d": "failed", "e": "error"}


def result(layer, outcomes):
    return Result("orm", "2.1.9", "3.13.0", "sqlite", layer, "", 1.0, outcomes)


def test_the_same_outcomes_are_no_regression():
    stock, ours = result("stock", OUTCOMES), result("ormolu", OUTCOMES)
    assert stock.subject == ours.subject
    assert regressions(stock, ours) == []
    assert (stock.count("passed"), stock.count("failed", "error")) == (2, 2)


@pytest.mark.parametrize("how", ["failed", "error", "skipped", None])
def test_what_passes_on_stock_has_to_pass(how):
    outcomes = {**OUTCOMES, "a": how}
    if how is None:
        del outcomes["a"]
    assert regressions(result("stock", OUTCOMES), result("ormolu", outcomes)) == [
        f"a: {how or 'missing'}"
    ]


def test_what_fails_on_stock_may_pass():
    better = dict.fromkeys(OUTCOMES, "passed")
    assert regressions(result("stock", OUTCOMES), result("ormolu", better)) == []


def test_a_result_is_kept_and_takes_the_place_of_an_earlier_one(tmp_path):
    result("stock", OUTCOMES).save(tmp_path)
    result("stock", {"a": "passed"}).save(tmp_path)
    result("ormolu", OUTCOMES).save(tmp_path)
    assert [(one.layer, len(one.outcomes)) for one in kept(tmp_path)] == [
        ("ormolu", 5),
        ("stock", 1),
    ]


def test_every_suite_names_databases_that_there_are(monkeypatch):
    names = {database.name for database in DATABASES}
    assert all(set(suite.databases) <= names for suite in SUITES)
    (asyncpg,) = (database for database in DATABASES if database.name == "asyncpg")
    monkeypatch.delenv(variable_of("postgresql"), raising=False)
    assert asyncpg.url() is None
    monkeypatch.setenv(variable_of("postgresql"), "postgresql+psycopg://me@here:1/test")
    assert asyncpg.url() == "postgresql+asyncpg://me@here:1/test"
