"""A program is run, and its objects are looked at."""

import subprocess
import sys
import textwrap

import pytest

PROGRAM = """
import sys
from ormolu import tracked

@tracked("x")
class Point:
    def __init__(self, x):
        self.x = x

point = Point(1)
point.x = 2
"""


@pytest.fixture
def at_the_prompt(tmp_path):
    """Run a program, type lines, and return what was said."""

    def run(typed, more="", arguments=()):
        pytest.importorskip("sqlalchemy")  # which a program is run on
        program = tmp_path / "program.py"
        program.write_text(textwrap.dedent(PROGRAM + more))
        command = [sys.executable, "-m", "ormolu", "inspect", str(program), *arguments]
        return subprocess.run(
            command, input=typed, capture_output=True, text=True, check=False, cwd=tmp_path
        )

    return run


def test_tracked_objects_are_shown_by_their_state_and_all_else_as_usual(at_the_prompt):
    done = at_the_prompt("point\n_ is point\npoint.x\ninspect(point)\nsys.argv[1:]\n", "", ["-m"])
    assert done.returncode == 0
    assert done.stdout.count("x  2  set  was 1") == 2
    assert "True" in done.stdout and ">>> 2" in done.stdout
    assert "['-m']" in done.stdout


def test_the_program_has_its_own_names(at_the_prompt):
    done = at_the_prompt("inspect\n", "inspect = 'mine'")
    assert "'mine'" in done.stdout


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("sys.exit(3)", "status 3"),
        ("sys.exit()", ""),
    ],
)
def test_however_the_program_ends_there_is_a_prompt(at_the_prompt, ending, said):
    done = at_the_prompt("point\n", ending)
    assert "x  2  set" in done.stdout
    assert said in done.stderr
    assert done.returncode == 0


def test_a_program_that_is_not_there():
    command = [sys.executable, "-m", "ormolu", "inspect", "no_such_program.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
