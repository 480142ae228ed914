"""The short form of the long runs, and that each of them can fail."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reliability.fuzz import check as fuzz  # noqa: E402

from reliability import memory  # noqa: E402


def python(*arguments):
    """Run a module of the repo in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
    )


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_stays_where_it_is():
    done = python("reliability.memory", "20000", "5000", "1")
    assert done.returncode == 0, done.stderr
    assert "'operations': 20000" in done.stdout


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_that_grows_is_found():
    leak = []
    with pytest.raises(AssertionError, match="memory grew"):
        memory.plateau(lambda: leak.append(b"x" * 2_000_000), 10, lambda line: None, "leak")


def test_fuzzing_ends_no_process():
    assert fuzz.run(2, 1, lambda line: None)["calls"] > 1000


def test_a_process_that_ends_is_found(monkeypatch):
    def killed(command, **options):
        code = "import os; os.kill(os.getpid(), 9)"
        return run([sys.executable, "-c", code], **options)

    run = subprocess.run
    monkeypatch.setattr(fuzz.subprocess, "run", killed)
    with pytest.raises(AssertionError, match="seed 5 ended a process with -9"):
        fuzz.run(1, 5, lambda line: None)


def test_a_table_is_printed_and_kept_figures_are_those_of_the_page():
    pytest.importorskip("rich")
    done = python("reliability", "--only", "fuzz", "--scale", "0.0001", "--seed", "3")
    assert done.returncode == 0, done.stderr
    assert "calls" in done.stdout
    assert "seed 3" in done.stdout
    page = (ROOT / "docs" / "reliability.md").read_text()
    for row in json.loads((ROOT / "reliability" / "kept.json").read_text()).values():
        assert row["passed"]
        assert f"{row['day']}, Python {row['python']}, `--seed {row['seed']}" in page
