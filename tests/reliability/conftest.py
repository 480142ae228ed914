"""Where the tests of this folder find the long runs, and the modules beside them."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
pytest.register_assert_rewrite("forged_pickles")


@pytest.fixture
def killed(monkeypatch):
    """Each process that is started and waited for is one that ends by signal 9."""
    run = subprocess.run
    command = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    monkeypatch.setattr(subprocess, "run", lambda instead, **options: run(command, **options))
