"""Which core runs, and that it is the one asked for."""

import json
import subprocess
import sys

import pytest

from ormolu import _backend

_SHOW = (
    "import json, ormolu._backend as b; "
    "print(json.dumps([b.backend(), sorted(set(b.describe().values()))]))"
)


def run(choice, code=_SHOW):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={"ORMOLU_NATIVE": choice, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_off_runs_the_pure_core():
    assert json.loads(run("off").stdout) == ["pure", ["pure"]]


def test_an_unknown_choice_is_refused_by_name():
    result = run("perhaps")
    assert result.returncode == 1
    assert "ORMOLU_NATIVE is 'perhaps', and can be one of auto, require, off" in result.stderr


def test_require_fails_where_the_native_core_is_missing():
    result = run("require")
    if _backend._compiled("state") is not None:
        assert json.loads(result.stdout)[0] == "native"
    else:
        assert result.returncode == 1
        assert "not compiled" in result.stderr
        assert "make native" in result.stderr


def test_no_compiled_module_is_older_than_its_source():
    assert _backend.stale() == []


@pytest.mark.parametrize("name", _backend.KERNEL_MODULES)
def test_every_kernel_module_is_described(name):
    assert _backend.describe()[name] in ("native", "pure")


@pytest.mark.parametrize(
    "module", ["beside", "history", "journal", "lookups", "scalars", "storage"]
)
def test_any_module_of_the_kernel_can_come_first(module):
    """Natively they import each other in a circle."""
    code = f"import ormolu._kernel.{module} as it; print(it.__name__)"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == f"ormolu._kernel.{module}"
