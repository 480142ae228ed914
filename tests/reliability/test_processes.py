"""Processes that end, fork, or hold a second interpreter."""

import subprocess
import sys
import textwrap

import pytest

TRACKED = """
import gc, os, sys, threading, warnings
from ormolu import events
from ormolu.attributes import get_history, instance_state, register_attribute
from ormolu.instrumentation import register_class

class Owner:
    pass

class Member:
    pass

for class_ in (Owner, Member):
    register_class(class_)
    register_attribute(class_, "name")
both = {"useobject": True, "trackparent": True}
register_attribute(Owner, "members", uselist=True, backref="owner", **both)
register_attribute(Member, "owner", backref="members", **both)

def tied():
    owner = Owner()
    owner.name = "a"
    owner.members = [Member(), Member()]
    return owner
"""


def run(code):
    """Return how a process ends that runs the code, and what it says."""
    program = TRACKED + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_process_ends_silently_with_tracked_instances_alive():
    code = """
    kept = [tied() for _ in range(100)]
    kept[0].self = kept
    events.listen(Owner.name, "set", lambda *args: kept.append(args))
    kept[1].name = "b"
    sys.kept = kept
    threading.main_thread().kept = tied()
    """
    assert run(code) == (0, "", "")


def test_a_process_ends_silently_while_del_still_changes_instances():
    code = """
    class Last:
        def __init__(self):
            self.owner = tied()
        def __del__(self):
            self.owner.name = "at the end"
            self.owner.members.clear()
            self.owner.members.append(self.owner.__class__.__new__(type(self.owner)))
    # one is in a cycle, one in a module that goes late
    sys.last = Last()
    loop = [Last()]
    loop.append(loop)
    """
    assert run(code) == (0, "", "")


def test_a_process_ends_silently_while_daemon_threads_work():
    code = """
    def work():
        while True:
            tied().members.pop()
    for _ in range(3):
        threading.Thread(target=work, daemon=True).start()
    for _ in range(50):
        tied()
    """
    assert run(code) == (0, "", "")


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs os.fork")
def test_a_forked_child_has_instances_of_its_own():
    code = """
    owner = tied()
    instance_state(owner)._commit_all(vars(owner))
    warnings.simplefilter("ignore")
    child = os.fork()
    owner.name = "child" if not child else "parent"
    owner.members.pop()
    gc.collect()
    assert get_history(owner, "name").deleted == ["a"]
    assert len(get_history(owner, "members").deleted) == 1
    if not child:
        os._exit(7)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), owner.name)
    """
    assert run(code) == (0, "7 parent\n", "")


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs os.fork")
def test_a_fork_while_another_thread_registers_classes_does_not_hang():
    code = """
    warnings.simplefilter("ignore")
    stop = threading.Event()
    def register():
        while not stop.is_set():
            register_class(type("Made", (), {}))
    thread = threading.Thread(target=register)
    thread.start()
    for _ in range(20):
        child = os.fork()
        if not child:
            register_class(type("Childs", (), {}))
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    stop.set()
    thread.join()
    """
    assert run(code) == (0, "", "")


def test_a_second_interpreter_is_served_or_refused_in_words():
    if sys.version_info >= (3, 13):
        make = "import _interpreters as several; made = several.create()"
        ask = "failure = several.exec(made, code); failed = failure and failure.formatted"
    else:
        make = "import _xxsubinterpreters as several; made = several.create()"
        ask = """
    failed = None
    try:
        several.run_string(made, code)
    except several.RunFailedError as error:
        failed = str(error)"""
    code = f"""
    warnings.simplefilter("ignore")
    {make}
    code = '''
from ormolu.attributes import get_history, register_attribute
from ormolu.instrumentation import register_class
class Point:
    pass
register_class(Point)
register_attribute(Point, "x")
p = Point()
p.x = 1
assert get_history(p, "x").added == [1]
'''
    {ask}
    several.destroy(made)
    assert failed is None or "interpreter" in failed, failed
    """
    assert run(code)[0] == 0, run(code)
