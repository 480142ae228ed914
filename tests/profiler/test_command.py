"""``ormolu profile``: however a program ends, it ends as it would, and there is a report."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from .conftest import ROOT, run_profiled

READ = """
session = Session(engine)
for author in session.scalars(select(Author)):
    author.name, author.bio, author.books
    [book.title for book in author.books]
"""


def n_plus_one(done):
    return [what for kind, what in done.found() if kind == "n_plus_one"]


def test_the_report_goes_to_stderr_and_the_program_speaks_on_stdout(profiled):
    done = profiled(READ + "print('said')")
    assert done.said == "said\n"
    assert "Author.books was loaded 5 times" in done.errors
    assert "selectinload(Author.books)" in done.errors


@pytest.mark.parametrize(
    ("end", "status", "shown"),
    [
        ("import sys; sys.exit(7)", 7, ""),
        ("import sys; sys.exit('no luck')", 1, "no luck"),
        ("raise LookupError('of the program')", 1, "LookupError: of the program"),
        ("raise KeyboardInterrupt", -signal.SIGINT, "KeyboardInterrupt"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGINT)",
            -signal.SIGINT,
            "KeyboardInterrupt",
        ),
        ("raise BaseException('odd')", 1, "BaseException: odd"),
    ],
)
def test_a_program_that_ends_badly_is_reported_and_ends_the_same(profiled, end, status, shown):
    done = profiled(READ + end, check=False)
    assert done.status == status
    assert shown in done.errors
    assert "cli/run.py" not in done.errors
    assert len(n_plus_one(done)) == 1


def test_a_signal_from_outside_while_it_works(tmp_path, profiled):
    profiled("")  # writes the model where the next can be
    program, target = tmp_path / "program.py", tmp_path / "interrupted.json"
    code = program.read_text() + READ + "print('ready', flush=True)\nimport time\ntime.sleep(60)\n"
    program.write_text(code)
    command = [sys.executable, "-m", "ormolu", "profile", f"--json={target}", str(program)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors and process.returncode == -signal.SIGINT
    assert json.loads(target.read_text())["totals"]["lazy_loads"] == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("end", ["import os; os._exit(0)", "raise SystemExit(0)", "pass"])
def test_a_forked_child_leaves_the_report_to_its_parent(profiled, end):
    done = profiled(
        READ
        + f"""
import os
pid = os.fork()
if pid == 0:
    with Session(engine) as other:
        for book in other.scalars(select(Book)):
            book.title, book.author
    {end}
else:
    os.waitpid(pid, 0)
    print("parent")
"""
    )
    assert done.said.splitlines()[-1] == "parent"
    assert done.report["totals"]["lazy_loads"] == 5
    assert done.errors.count("ormolu profile") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_workers_of_multiprocessing_are_not_reported(profiled):
    done = profiled(
        """
        import multiprocessing

        def work(number):
            with Session(engine) as session:
                return len(session.get(Author, number).books)

        context = multiprocessing.get_context("fork")
        engine.dispose()
        with context.Pool(2) as pool:
            print(len(pool.map(str, range(4))))
        """
    )
    assert done.said == "4\n"
    assert done.errors.count("ormolu profile") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_what_a_child_may_have_read_is_not_certain_to_be_unread(profiled):
    done = profiled(
        """
        import os

        with Session(engine) as session:
            authors = session.scalars(select(Author)).all()
            pid = os.fork()
            if pid == 0:
                print([author.bio[:4] for author in authors][0], flush=True)
                os._exit(0)
            os.waitpid(pid, 0)
        """
    )
    assert done.said == "born\n" and done.found() == []
    (found,) = done.report["findings"]
    assert found["doubts"] == ["the program forked, and a child may have read it"]


def test_who_ends_by_os_exit_has_no_report(profiled, tmp_path):
    done = profiled(READ + "import os; os._exit(3)", check=False)
    assert done.status == 3 and done.report is None


def test_threads_and_what_is_done_at_exit_are_part_of_it(profiled):
    done = profiled(
        """
        import atexit, threading, time

        def work():
            time.sleep(0.2)
            with Session(engine) as session:
                for author in session.scalars(select(Author)):
                    author.books

        def at_exit():
            with Session(engine) as session:
                for book in session.scalars(select(Book)):
                    book.author

        atexit.register(at_exit)
        threading.Thread(target=work).start()
        """,
        model=_on_file(),
    )
    assert len(n_plus_one(done)) == 2


def _on_file():
    from .conftest import MODEL

    return MODEL.replace('"sqlite://"', '"sqlite:///program.sqlite"')


def test_arguments_are_the_programs_own(profiled):
    done = profiled("import sys; print(sys.argv[1:])", arguments=["--json", "-m", "x"])
    assert done.said == "['--json', '-m', 'x']\n"
    assert done.report["program"].endswith("program.py --json -m x")


def test_a_module_is_run_by_its_name(tmp_path):
    (tmp_path / "said.py").write_text("import sys\nprint(sys.argv[1:], __name__)\n")
    done = run_profiled(tmp_path, "-m", "said", arguments=["a"])
    assert done.said == "['a'] __main__\n"
    assert done.report["program"] == "-m said a"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--html=/no/such/folder/x.html"], "the directory is not there"),
        (["--html=."], "it is a directory"),
    ],
)
def test_a_report_that_has_nowhere_to_go_is_refused_before_anything_runs(
    tmp_path, options, reason
):
    program = tmp_path / "program.py"
    program.write_text("print('ran')")
    command = [sys.executable, "-m", "ormolu", "profile", *options, str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert reason in done.stderr and "Traceback" not in done.stderr


def test_what_is_not_there_is_refused_without_a_report(tmp_path):
    done = run_profiled(tmp_path, "nothing.py", check=False)
    assert done.status == 2 and done.report is None
    assert "there is no such file" in done.errors


def test_a_syntax_error_is_the_programs_own(profiled):
    done = profiled("def f(:\n", check=False)
    assert done.status == 1
    assert "SyntaxError" in done.errors


def test_a_program_without_an_orm_has_a_report_of_nothing(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("print(1)")
    done = run_profiled(tmp_path, str(program))
    assert done.report["findings"] == [] and done.report["totals"]["statements"] == 0
    assert "Nothing that could be spared was seen." in done.errors


def test_the_json_has_its_version_and_what_the_documentation_names(profiled):
    report = profiled(READ).report
    assert report["schema"] == 1
    assert set(report) == {
        "schema",
        "tool",
        "program",
        "final",
        "seconds",
        "totals",
        "times",
        "findings",
        "queries",
        "loads",
        "statements",
        "objects",
        "calls",
        "timeline",
    }
    assert report["calls"]["loads"] == report["totals"]["statements"]
    assert sum(map(sum, report["timeline"]["counts"])) == report["totals"]["statements"]
    assert sum(one["count"] for one in report["statements"]) == report["totals"]["statements"]


def keys_of(value):
    if isinstance(value, dict):
        yield from value
        value = value.values()
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        for part in value:
            yield from keys_of(part)


def test_each_key_of_the_json_is_documented(profiled):
    report = profiled(READ + "author.name = author.name\nsession.commit()\nauthor.name").report
    names = re.findall(r"`(\w+)`", (ROOT / "docs" / "profiling.md").read_text())
    # what is called by the names of the program
    report["objects"] = [{**one, "held_by": {}} for one in report["objects"]]
    assert set(keys_of(report)) - {"tool"} <= set(names)


def test_time_is_where_it_was_spent(profiled):
    begun = time.perf_counter()
    report = profiled(READ).report
    assert 0 < sum(report["times"].values()) <= report["seconds"] < time.perf_counter() - begun
    assert report["times"]["database"] > 0 and report["times"]["rows"] > 0


WITHOUT = """
import sys
sys.modules[{package!r}] = None
from ormolu.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("package", "options", "status"),
    [("rich", [], 2), ("jinja2", ["--html=page.html"], 2), ("jinja2", [], 0)],
)
def test_a_package_that_is_missing_is_named_before_anything_runs(
    tmp_path, package, options, status
):
    program = tmp_path / "program.py"
    program.write_text("print('ran')")
    command = [sys.executable, "-c", WITHOUT.format(package=package), "profile", *options]
    done = subprocess.run(
        [*command, str(program)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == status
    assert done.stdout == ("" if status else "ran\n")
    if status:
        assert f"the report needs {package}" in done.stderr
        assert 'pip install "ormolu[profile]"' in done.stderr
