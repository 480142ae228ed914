"""Programs that run in processes of their own, as what is beneath SQLAlchemy is chosen once."""

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
