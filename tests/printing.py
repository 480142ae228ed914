"""Programs that run in processes of their own, as what is beneath SQLAlchemy is chosen once."""

import re
import subprocess
import sys


def printed(program, *arguments, options=()):
    """Run a program, and return what it has printed.

    Args:
        program: the path of a script, or of a folder with a ``__main__.py``.
        arguments: what it is called with.
        options: the interpreter's own.
    """
    command = [sys.executable, *options, program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def cases_of(program):
    """Return the names of a program's cases, which are functions named ``case_...``."""
    return re.findall(r"^(?:async )?def case_(\w+)", program.read_text(), re.MULTILINE)


def said_by(program, *arguments):
    """Run all cases of a program, in one process; return what each came to, by its name."""
    lines = printed(program, *arguments, options=("-X", "dev")).splitlines()
    return dict(line.split(" ", 1) for line in lines)
