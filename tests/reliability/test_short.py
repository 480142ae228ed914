"""The short form of the long runs, and that each of them can fail."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from reliability.fuzz import check as fuzz
from reliability.threads import check as threads

from reliability import memory

ROOT = Path(__file__).resolve().parents[2]


def python(*arguments):
    """Run Python in a process of its own."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
    )


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_stays_where_it_is():
    done = python("-m", "reliability.memory", "20000", "5000", "1")
    assert done.returncode == 0, done.stderr
    assert "'operations': 20000" in done.stdout


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_that_grows_is_found():
    leak = []
    with pytest.raises(AssertionError, match="memory grew"):
        memory.plateau(lambda: leak.append(b"x" * 2_000_000), 10, lambda line: None, "leak")


def test_fuzzing_ends_no_process():
    assert fuzz.run(2, 1, lambda line: None)["calls"] > 1000


@pytest.mark.usefixtures("killed")
def test_a_process_that_ends_is_found():
    with pytest.raises(AssertionError, match="seed 5 ended a process with -9"):
        fuzz.run(1, 5, lambda line: None)


def test_threads_lose_nothing():
    assert threads.run(2, 1, lambda line: None)["tasks"] > 100


LOSING = """
from ormolu import events
from ormolu.instrumentation import manager_of_class
from reliability.threads import work, world

def lose(self):
    class_, keys = self.subclasses[0]
    {loss}
    check(self)

check, world.World.check = world.World.check, lose
work.main(2, 1)
"""


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        ("dict.pop(manager_of_class(class_), 'size')", "has lost frozenset({'size'})"),
        ("events.remove(world.Owner.size, 'set', self._hear)", "has lost its listeners"),
    ],
)
def test_what_threads_lose_is_found(loss, told):
    done = python("-c", LOSING.format(loss=loss))
    assert done.returncode == 1
    assert told in done.stderr


def test_threads_that_fail_are_told_of_with_their_seed(monkeypatch):
    monkeypatch.setattr(threads.sys, "executable", "false")
    with pytest.raises(AssertionError, match=r"reliability.threads.work 0\.\d+ 5 ended with 1"):
        threads.run(0.5, 5, lambda line: None)


def test_a_table_is_printed_and_kept_figures_are_those_of_the_page():
    pytest.importorskip("rich")
    done = python("-m", "reliability", "--only", "fuzz", "--scale", "0.0001", "--seed", "3")
    assert done.returncode == 0, done.stderr
    assert "calls" in done.stdout
    assert "seed 3" in done.stdout
    page = (ROOT / "docs" / "reliability.md").read_text()
    for row in json.loads((ROOT / "reliability" / "kept.json").read_text()).values():
        assert row["passed"]
        assert f"{row['day']}, Python {row['python']}, `--seed {row['seed']}" in page
