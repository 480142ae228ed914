"""Run the tests of the core on the ormolu that is installed, far from its sources.

usage: test_installed.py PROJECT
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from imported import imported_from


def main() -> None:
    """Copy the tests to where no sources are, and run them there."""
    project = Path(sys.argv[1]).resolve()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment["ORMOLU_NATIVE"] = "require"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(project / "tests" / "core", Path(folder, "tests", "core"))
        shutil.copy(project / "tests" / "conftest.py", Path(folder, "tests"))
        found = imported_from(sys.executable, environment, Path(folder))
        if found.is_relative_to(project / "src"):
            raise SystemExit(f"the sources are tested and not what is installed: {found}")
        print(f"testing {found}")
        options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib"]
        command = [sys.executable, "-m", "pytest", *options, "tests/core"]
        tested = subprocess.run(command, cwd=folder, env=environment, check=False)
    raise SystemExit(tested.returncode)


if __name__ == "__main__":
    main()
