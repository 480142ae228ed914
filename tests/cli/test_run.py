"""A program under ``ormolu run`` finds the world as under ``python``."""

import os
import signal
import subprocess
import sys
import textwrap
import zipapp

import pytest

pytest.importorskip("sqlalchemy")


@pytest.fixture
def script(tmp_path):
    def write(source, name="program.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))
        return path

    return write


def start(*arguments, command=("-m", "ormolu", "run"), **options):
    return subprocess.run(
        [sys.executable, *command, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def both(*arguments, **options):
    """Run under python and under ormolu."""
    return start(*arguments, command=(), **options), start(*arguments, **options)


def test_the_orm_is_on_ormolu(script):
    path = script(
        """
        from sqlalchemy.orm import InstanceState
        print(InstanceState.__mro__[1].__module__)
        """
    )
    assert start(path).stdout.strip() == "ormolu.core.state"


def test_arguments_path_and_main_are_as_python_gives_them(script):
    path = script(
        """
        import pickle, sys, threading
        class Here: pass
        print(sys.argv, sys.path[0], __name__, __file__, __spec__)
        print(sys.modules["__main__"].Here is Here)
        print(type(pickle.loads(pickle.dumps(Here()))) is Here)
        import atexit
        atexit.register(lambda: print("main at exit:", hasattr(sys.modules["__main__"], "Here")))
        """
    )
    plain, ours = both(path, "--help", "-m", "x")
    assert ours.stderr == plain.stderr == ""
    assert ours.stdout == plain.stdout
    assert "main at exit: True" in ours.stdout


@pytest.mark.parametrize("ending", ["3", "'goodbye'", "None", ""])
def test_exit_status_and_message(script, ending):
    path = script(f"import sys\nsys.exit({ending})\n")
    plain, ours = both(path)
    assert (ours.returncode, ours.stderr) == (plain.returncode, plain.stderr)


def test_an_exception_shows_the_frames_of_the_program_only(script):
    path = script("def fail():\n    return 1 / 0\n\nfail()\n")
    plain, ours = both(path)
    assert ours.returncode == 1
    assert ours.stderr == plain.stderr


def test_a_syntax_error_is_shown_as_python_shows_it(script):
    path = script("def broken(:\n    pass\n")
    plain, ours = both(path)
    assert (ours.returncode, ours.stderr) == (plain.returncode, plain.stderr)


def test_an_excepthook_of_the_program_is_called(script):
    path = script(
        """
        import sys
        sys.excepthook = lambda kind, error, tb: print("hooked", kind.__name__)
        raise KeyError
        """
    )
    result = start(path)
    assert (result.stdout.strip(), result.returncode) == ("hooked KeyError", 1)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_as_it_ends_python(script, name):
    path = script(f"import os, signal\nos.kill(os.getpid(), signal.{name})\nprint('alive')\n")
    plain, ours = both(path)
    assert ours.returncode == plain.returncode == -getattr(signal, name)
    assert ours.stdout == plain.stdout


def test_a_module_by_name(script, tmp_path):
    script("import sys\nprint(sys.argv, __name__, __package__)\n", "pack/__main__.py")
    plain = start("-m", "pack", "a", "--help", command=(), cwd=tmp_path)
    ours = start("-m", "pack", "a", "--help", cwd=tmp_path)
    assert ours.stdout == plain.stdout
    assert ours.stderr == ""


def test_a_directory_and_an_archive(script, tmp_path):
    script("import beside\nprint(beside.VALUE)\n", "app/__main__.py")
    script("VALUE = 7\n", "app/beside.py")
    archive = tmp_path / "app.pyz"
    zipapp.create_archive(tmp_path / "app", archive)
    assert start(tmp_path / "app").stdout == "7\n"
    assert start(archive).stdout == "7\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["missing.py"], "there is no such file"),
        (["-m", "no_such_module_here"], "there is no such module"),
        (["."], "a directory without a __main__.py"),
    ],
)
def test_a_program_that_is_not_there_is_named_without_a_traceback(tmp_path, arguments, reason):
    result = start(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert reason in result.stderr
    assert arguments[-1] in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unsupported_version_is_said_in_one_line(script, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.metadata as m\nm.version = lambda name: '0.9'\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    result = start(script("print('ran')"), env=environment)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("ormolu: SQLAlchemy 0.9 is installed here")
    assert len(result.stderr.splitlines()) == 1
