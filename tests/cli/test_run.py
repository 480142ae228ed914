"""A program under ``ormolu run`` finds the world as under ``python``."""

import os
import py_compile
import signal
import subprocess
import sys
import textwrap
import zipapp
import zipfile

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


@pytest.fixture
def _minded_sigint():
    # what a shell starts in the background ignores SIGINT, and so do its children
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_minded_sigint")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_as_it_ends_python(script, name):
    path = script(f"import os, signal\nos.kill(os.getpid(), signal.{name})\nprint('alive')\n")
    plain, ours = both(path)
    assert ours.returncode == plain.returncode == -getattr(signal, name)
    assert (ours.stdout, ours.stderr) == (plain.stdout, plain.stderr)


def test_a_module_by_name(script, tmp_path):
    script("import sys\nprint(sys.argv, __name__, __package__)\n", "pack/__main__.py")
    plain = start("-m", "pack", "a", "--help", command=(), cwd=tmp_path)
    ours = start("-m", "pack", "a", "--help", cwd=tmp_path)
    assert ours.stdout == plain.stdout
    assert ours.stderr == ""


def test_a_script_is_compiled_without_our_future_imports(script):
    path = script("class A:\n    x: int\nprint(A.__annotations__)\n")
    assert start(path).stdout == "{'x': <class 'int'>}\n"


@pytest.mark.parametrize("first", ["program.py", "./program.py", "-m"])
def test_the_namespace_of_main_is_as_python_gives_it(script, tmp_path, first):
    script(
        """
        import sys
        print({k: type(v).__name__ for k, v in vars().items() if k[0] == "_"}, __file__)
        print(sys.argv, sys.path[0])
        """
    )
    arguments = [first, *(["program"] if first == "-m" else []), "--", "a", "--help", "-m"]
    plain, ours = both(*arguments, cwd=tmp_path)
    assert ours.stdout == plain.stdout
    assert ours.stderr == plain.stderr == ""


def test_a_relative_path_in_a_traceback_is_as_python_has_it(script, tmp_path):
    # named so that its frames could be taken for those of the standard library
    script("raise ValueError('no')\n", "my_runpy.py")
    plain, ours = both("my_runpy.py", cwd=tmp_path)
    assert (ours.returncode, ours.stderr) == (1, plain.stderr)


def test_a_module_that_fails_shows_no_frames_but_its_own(script, tmp_path):
    script("1 / 0\n", "pack/tool.py")
    shown = start("-m", "pack.tool", cwd=tmp_path).stderr
    assert "tool.py" in shown
    assert "runpy" not in shown
    assert "cli" not in shown


def test_a_package_may_import_the_orm(script, tmp_path):
    script("import sqlalchemy.orm\n", "pack/__init__.py")
    script(
        "from sqlalchemy.orm import InstanceState as S; print(S.__mro__[1].__module__)\n",
        "pack/tool.py",
    )
    result = start("-m", "pack.tool", cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("ormolu.core.state\n", "")


def test_what_a_package_itself_lacks_is_its_own_error(script, tmp_path):
    script("import lacking_here\n", "pack/__init__.py")
    script("", "pack/tool.py")
    result = start("-m", "pack.tool", cwd=tmp_path)
    assert result.returncode == 1
    assert "ModuleNotFoundError: No module named 'lacking_here'" in result.stderr


def test_an_error_of_ormolu_in_the_program_is_the_programs(script):
    path = script("from ormolu import errors\nraise errors.InstallError('mine')\n")
    plain, ours = both(path)
    assert (ours.returncode, ours.stderr) == (1, plain.stderr)


def test_a_compiled_script(script, tmp_path):
    compiled = py_compile.compile(str(script("print('ran')\n")), str(tmp_path / "it.pyc"))
    assert start(compiled).stdout == "ran\n"


def test_other_processes_find_the_classes_of_main(script):
    path = script(
        """
        import multiprocessing
        class Here: pass
        def same(value): return value
        if __name__ == "__main__":
            for method in ("fork", "spawn"):
                with multiprocessing.get_context(method).Pool(1) as pool:
                    print(type(pool.apply(same, (Here(),))) is Here)
        """
    )
    assert start(path).stdout == "True\nTrue\n"


def test_a_pipe_that_is_closed_ends_it_as_it_ends_python(script):
    path = script("for number in range(100_000):\n    print(number)\n")
    ends = []
    for command in ([], ["-m", "ormolu", "run"]):
        process = subprocess.Popen(
            [sys.executable, *command, path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.stdout.readline()
        process.stdout.close()
        shown = process.stderr.read()
        process.stderr.close()
        ends.append((process.wait(), shown))
    assert "BrokenPipeError" in ends[0][1]
    assert ends[1] == ends[0]


def test_a_directory_and_an_archive(script, tmp_path):
    script("import beside\nprint(beside.VALUE)\n", "app/__main__.py")
    script("VALUE = 7\n", "app/beside.py")
    archive = tmp_path / "app.pyz"
    zipapp.create_archive(tmp_path / "app", archive)
    assert start(tmp_path / "app").stdout == "7\n"
    assert start(archive).stdout == "7\n"
    # what it is, not how it is called, makes it one
    assert start(archive.rename(tmp_path / "plain")).stdout == "7\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["missing.py"], "there is no such file"),
        (["-m", "no_such_module_here"], "there is no such module"),
        (["-m", "no_such_module_here.part"], "there is no such module"),
        (["-m", ".relative"], "there is no such module"),
        (["-m", "sys"], "it has no Python code"),
        (["-m", "pack"], "a package without a __main__"),
        (["."], "a directory without a __main__.py"),
        (["empty.zip"], "a zip file without a __main__.py"),
    ],
)
def test_a_program_that_is_not_there_is_named_without_a_traceback(tmp_path, arguments, reason):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").touch()
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("other.py", "")
    result = start(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
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
