"""Which line of a stack is the program's own."""

import json
import threading

import pytest

from ormolu.sqlalchemy.callers import application_frame
from ormolu.sqlalchemy.origins import Origin, origin_of_file

SERIALIZER = """
def dump(obj):
    return obj.value

def alone(obj, found):
    found.append(obj.value)
"""
PACKAGED = """
class Asking:
    @property
    def value(self):
        frame = application_frame()
        return frame and (frame.f_code.co_name, frame.f_globals["__name__"])
"""


@pytest.fixture
def serializer(tmp_path):
    """A module of a package that is installed."""
    path = tmp_path / "site-packages" / "serializer.py"
    names = {"__name__": "serializer"}
    exec(compile(SERIALIZER, str(path), "exec"), names)
    return names


@pytest.fixture
def asking(tmp_path):
    """Tells, from within an installed package, where it was asked from."""
    names = {"__name__": "models", "application_frame": application_frame}
    exec(compile(PACKAGED, str(tmp_path / "site-packages" / "models.py"), "exec"), names)
    return names["Asking"]()


def test_packages_are_passed_over(serializer, asking):
    assert serializer["dump"](asking) == ("test_packages_are_passed_over", __name__)


def test_where_no_line_is_the_programs_one_of_a_package_is_named(serializer, asking):
    found = []
    thread = threading.Thread(target=serializer["alone"], args=(asking, found))
    thread.start()
    thread.join()
    assert found == [("value", "models")]


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        (__file__, Origin.PROGRAM),
        ("<stdin>", Origin.PROGRAM),
        ("<frozen importlib._bootstrap>", Origin.STANDARD),
        (json.__file__, Origin.STANDARD),
        (pytest.__file__, Origin.PACKAGE),
    ],
)
def test_whose_a_file_is(path, origin):
    assert origin_of_file(path) is origin
