"""The parts of the profiler that need no program."""

import io
import sys
from itertools import pairwise

import pytest

from ormolu.profiler import around
from ormolu.profiler.around import lines_that_go_around
from ormolu.profiler.calls import Calls
from ormolu.profiler.flame import boxes_of
from ormolu.profiler.sites import Site, call_path, here, is_of_the_program
from ormolu.profiler.speed import nanoseconds_per_read, nanoseconds_per_write
from ormolu.profiler.timeline import KINDS, Timeline

MS = 1_000_000


def test_the_nearest_line_is_this_one():
    site = here()
    assert (site.path, site.function) == (__file__, "test_the_nearest_line_is_this_one")
    assert here().line == site.line + 2
    assert call_path()[-1].path == __file__


def test_what_packages_call_is_found_through_them():
    def key(_):
        return here().line

    assert sorted([1], key=lambda _: 0) == [1]
    line = list(map(key, [1]))
    assert line == [key.__code__.co_firstlineno + 1]


@pytest.mark.parametrize(
    ("path", "own"),
    [
        (__file__, True),
        (io.__file__, False),
        (pytest.__file__, False),
        ("<string>", True),
        ("<frozen importlib._bootstrap>", False),
        (sys.modules["ormolu"].__file__, False),
    ],
)
def test_whose_a_file_is(path, own):
    assert is_of_the_program(path) is own


def test_a_site_is_told_from_the_working_directory(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert str(Site(str(tmp_path / "a" / "b.py"), 3, "f")) == "a/b.py:3"
    assert str(Site("/elsewhere/b.py", 3, "f")) == "/elsewhere/b.py:3"
    assert str(Site("<stdin>", 1, "<module>")) == "<stdin>:1"


def test_a_timeline_keeps_its_size_and_loses_nothing():
    timeline = Timeline(0)
    for at in range(10_000):
        timeline.add(KINDS[at % len(KINDS)], at * MS)
    assert len(timeline.counts) <= 240
    assert sum(map(sum, timeline.counts)) == 10_000
    assert timeline.width * len(timeline.counts) >= 10_000 * MS


def test_an_odd_number_of_intervals_is_halved_whole():
    timeline = Timeline(0)
    for at in range(239):
        timeline.add("query", at * MS)
    timeline.add("query", 1_000 * MS)
    assert sum(map(sum, timeline.counts)) == 240


def sites(*names):
    return tuple(Site("a.py", line, name) for line, name in enumerate(names, 1))


def test_calls_count_what_is_below_them():
    calls = Calls()
    calls.add(sites("main", "one"), 30)
    calls.add(sites("main", "two"), 10)
    calls.add(sites("main"), 5)
    (main,) = calls.below.values()
    assert (calls.loads, calls.nanoseconds) == (main.loads, main.nanoseconds) == (3, 45)
    assert {below.site.function: below.nanoseconds for below in main.below.values()} == {
        "one": 30,
        "two": 10,
    }


def test_ways_without_end_are_cut():
    calls = Calls()
    for number in range(20_000):
        calls.add((Site("a.py", number, "f"),), 1)
    assert calls.loads == 20_000 and calls.size <= 5_000


def test_boxes_lie_below_each_other_and_do_not_overlap():
    calls = Calls()
    for name, nanoseconds in (("one", 60), ("two", 30), ("three", 10)):
        calls.add(sites("main", name), nanoseconds)
    boxes = boxes_of(calls)
    assert [box.depth for box in boxes] == [0, 1, 2, 2, 2]
    below = [box for box in boxes if box.depth == 2]
    assert [round(box.time[1] - box.time[0], 9) for box in below] == [0.6, 0.3, 0.1]
    assert all(a.time[1] <= b.time[0] + 1e-9 for a, b in pairwise(below))
    assert below[-1].number[1] == pytest.approx(1)


def test_there_is_no_box_of_nothing():
    assert boxes_of(Calls()) == []


def test_a_program_that_names_dict_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(around, "_MOST", 10_000)  # other tests name it as well
    module = tmp_path / "going_around.py"
    module.write_text("import sys\ndef values(obj):\n    return obj.__dict__\n")
    monkeypatch.syspath_prepend(tmp_path)
    __import__("going_around")
    try:
        assert any(line.endswith("going_around.py:3") for line in lines_that_go_around())
    finally:
        del sys.modules["going_around"]


def test_files_of_a_package_are_looked_at_where_it_is_what_asks(tmp_path, monkeypatch):
    monkeypatch.setattr(around, "_MOST", 10_000)
    package = tmp_path / "site-packages"
    package.mkdir()
    module = package / "shipped.py"
    module.write_text("def values(obj):\n    return obj.__dict__\n")
    monkeypatch.syspath_prepend(package)
    __import__("shipped")
    try:
        lines = [line for line in lines_that_go_around() if "shipped" in line]
        assert lines == []
        (line,) = [one for one in lines_that_go_around([str(module)]) if "shipped" in one]
        assert line.endswith("shipped.py:2")
    finally:
        del sys.modules["shipped"]


def test_the_units_are_of_a_plausible_size():
    for unit in (nanoseconds_per_read(), nanoseconds_per_write()):
        assert 1 < unit < 100_000
