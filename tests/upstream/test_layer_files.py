"""SQLAlchemy's own tests of its layer pass, and it is ormolu that passes them."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from foreign_bodies import bodies_run

FILES = (
    "test/orm/test_attributes.py",
    "test/orm/test_instrumentation.py",
    "test/orm/test_collection.py",
    "test/ext/test_extendedattr.py",
)
TESTS = 286


def run_layer_files(upstream, data_file, *plugins):
    """Run the four files with SQLAlchemy as it is installed; return the process."""
    # -s: their conftest puts the sdist's own lib/ first where a user site is allowed
    command = [sys.executable, "-s", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    for plugin in (*plugins, "coverage_plugin"):
        command += ["-p", plugin]
    environment = {
        **os.environ,
        "FOREIGN_DATA": str(data_file),
        "PYTHONPATH": str(Path(__file__).parent),
    }
    return subprocess.run(
        [*command, *FILES],
        cwd=upstream,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="module")
def package():
    return Path(importlib.util.find_spec("sqlalchemy").origin).parent


def test_all_pass_on_ormolu_and_no_body_of_sqlalchemys_layer_runs(upstream, package, tmp_path):
    data_file = tmp_path / "coverage"
    result = run_layer_files(upstream, data_file, "ormolu.sqlalchemy.pytest_plugin")
    assert re.search(rf"\b{TESTS} passed", result.stdout), result.stdout[-4000:]
    assert "failed" not in result.stdout.splitlines()[-1]
    assert bodies_run(data_file, package) == []


def test_the_measurement_sees_the_bodies_of_stock(upstream, package, tmp_path):
    data_file = tmp_path / "coverage"
    result = run_layer_files(upstream, data_file)
    assert re.search(rf"\b{TESTS} passed", result.stdout), result.stdout[-4000:]
    ran = bodies_run(data_file, package)
    assert len(ran) > 300
    assert any("InstanceState._modified_event" in name for name in ran)
