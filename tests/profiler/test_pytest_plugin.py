"""The pytest plugin, in runs of pytest of their own."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from .conftest import MODEL

TESTS = """
import pytest
from program import *

@pytest.fixture
def session():
    with Session(engine) as session:
        yield session

@pytest.mark.max_lazy_loads(0)
def test_over(session):
    for author in session.scalars(select(Author)):
        author.books

@pytest.mark.max_lazy_loads(5)
def test_within(session):
    for author in session.scalars(select(Author)):
        author.books

@pytest.mark.max_lazy_loads(0)
def test_none(session):
    for author in session.scalars(select(Author).options(selectinload(Author.books))):
        author.books
"""


@pytest.fixture
def run(tmp_path):
    """Run pytest over tests that use the model; return what it did."""

    def run_pytest(*options, tests=TESTS):
        (tmp_path / "program.py").write_text(MODEL)
        (tmp_path / "test_it.py").write_text(textwrap.dedent(tests))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        # whether it is installed or not, by the same name
        command += ["-p", "ormolu.profiler.pytest_plugin", *options]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        )

    return run_pytest


def test_a_test_over_its_budget_fails_and_says_where_and_what_to_do(run):
    done = run("--ormolu-profile")
    assert "1 failed, 2 passed" in done.stdout
    assert "5 attributes were loaded one by one, and max_lazy_loads(0) allows 0" in done.stdout
    assert "5 x Author.books at test_it.py:13; add .options(selectinload(Author.books))" in (
        done.stdout
    )


def test_the_suite_is_reported(run, tmp_path):
    done = run("--ormolu-profile", "--ormolu-profile-json=r.json", "--ormolu-profile-html=r.html")
    assert "ormolu profile" in done.stdout and "N+1" not in done.stderr
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["totals"]["lazy_loads"] == 10
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_budgets_are_checked_wherever_ormolu_is_beneath(run):
    done = run("-p", "ormolu.sqlalchemy.pytest_plugin")
    assert "1 failed, 2 passed" in done.stdout
    assert "ormolu profile" not in done.stdout


def test_budgets_that_nobody_checks_are_told_of(run):
    done = run()
    assert "3 passed" in done.stdout
    assert "budgets of lazy loads of 3 tests were not checked" in done.stdout


def test_a_test_that_fails_by_itself_fails_for_that(run):
    done = run(
        "--ormolu-profile",
        tests="""
        import pytest
        from program import *

        @pytest.mark.max_lazy_loads(0)
        def test_it():
            with Session(engine) as session:
                session.get(Author, 1).books
            raise LookupError("its own")
        """,
    )
    assert "LookupError: its own" in done.stdout and "max_lazy_loads(0) allows" not in done.stdout


def test_a_marker_that_makes_no_sense_is_refused(run):
    done = run(
        "--ormolu-profile",
        tests="""
        import pytest

        @pytest.mark.max_lazy_loads("few")
        def test_it():
            pass
        """,
    )
    assert "takes one number, as in max_lazy_loads(0)" in done.stdout


def test_sqlalchemy_that_is_there_already_is_a_usage_error(run, tmp_path):
    (tmp_path / "early.py").write_text("import sqlalchemy.orm\n")
    done = run("-p", "early", "--ormolu-profile")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "has been imported before" in done.stderr


def test_a_report_that_has_nowhere_to_go_is_a_usage_error(run):
    done = run("--ormolu-profile", "--ormolu-profile-html=/no/such/folder/x.html")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "the directory is not there" in done.stderr and "passed" not in done.stdout


def test_workers_check_budgets_and_the_rest_is_left_to_a_run_without_them(run):
    pytest.importorskip("xdist")
    done = run("--ormolu-profile", "-n", "2")
    assert "1 failed, 2 passed" in done.stdout
    assert "ran in other processes, which checked their budgets" in done.stdout


def test_nobody_who_does_not_ask_has_anything_imported(run):
    done = run(
        tests="""
        import sys

        def test_it():
            ours = [name for name in sys.modules if name.startswith("ormolu.")]
            assert not [name for name in ours if "sqlalchemy" in name]
            assert not [name for name in ours if name.startswith("ormolu.profiler.")
                        and name != "ormolu.profiler.pytest_plugin"]
            assert not [name for name in sys.modules if name.startswith("sqlalchemy")]
            assert "rich.console" not in sys.modules and "jinja2" not in sys.modules
        """
    )
    assert "1 passed" in done.stdout
