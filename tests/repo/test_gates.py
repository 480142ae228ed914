"""The gates of CI find what they are there to find."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent


def script(folder, name):
    spec = importlib.util.spec_from_file_location(name, PROJECT / folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def wheel(tmp_path):
    check = script("packaging", "check_wheel")

    def make(without=(), also=(), abi="cp313"):
        path = tmp_path / "ormolu-0.1.0-cp313-cp313-linux_x86_64.whl"
        names = [
            f"ormolu/_kernel/{name}.cpython-313-x86_64-linux-gnu.so"
            for name in check.wanted() - set(without)
        ]
        data = set(check.DATA) - set(without)
        with zipfile.ZipFile(path, "w") as archive:
            for name in (*names, *data, *also):
                archive.writestr(name, "")
        return check.problems(path)

    return make


def test_a_wheel_with_all_of_the_native_core_passes(wheel):
    assert wheel() == []


def test_a_wheel_without_part_of_the_native_core_does_not(wheel):
    assert wheel(without=["state"]) == ["state is not compiled"]


@pytest.mark.parametrize("name", ["ormolu/py.typed", "ormolu/profiler/templates/page.js"])
def test_a_wheel_without_what_is_no_code_does_not(wheel, name):
    assert wheel(without=[name]) == [f"{name} is missing"]


def test_a_wheel_with_what_is_not_of_its_abi_or_generated_does_not(wheel):
    other = "ormolu/_kernel/more.cpython-311-x86_64-linux-gnu.so"
    assert wheel(also=[other, "ormolu/_kernel/state.c"]) == [
        f"{other} is not of cp313",
        "ormolu/_kernel/state.c should not be there",
    ]


def test_a_leak_is_found(tmp_path):
    (tmp_path / "test_planted.py").write_text(
        "kept = []\n"
        "def test_that_keeps_something(): kept.append([object() for _ in range(10)])\n"
        "def test_that_keeps_nothing(): [object() for _ in range(10)]\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "leaks", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(tmp_path)],
        env={"PYTHONPATH": str(PROJECT / "tests" / "plugins"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "FAILED test_planted.py::test_that_keeps_something" in done.stdout
