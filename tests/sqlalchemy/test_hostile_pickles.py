"""Pickles of mapped instances that nobody can have made are refused beneath SQLAlchemy too."""

from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).parent / "hostile.py"
# what looks at nothing by itself: the state that it waits in, or is told to be, does
LOADED = {"slots": "PendingCollection", "blank": "InstanceState"}
UNMAPPED = ("unmapped", "adapter of a stranger")


@pytest.fixture(scope="module")
def lines():
    return {layer: printed(PROGRAM, layer).splitlines() for layer in ("stock", "ormolu")}


def test_each_is_refused_in_a_word_that_programs_know(lines):
    told = [line.split("\t->\t") for line in lines["ormolu"] if "\t->\t" in line]
    assert len(told) > 60
    for what, outcome in told:
        if what in LOADED:
            assert outcome == f"loaded\t{LOADED[what]}"
        elif what in UNMAPPED:
            assert outcome == "sqlalchemy\tUnmappedInstanceError"
        else:
            assert outcome == "ormolu\tCorruptPickleError", what


def test_nothing_of_a_pickle_is_called(lines):
    assert lines["ormolu"][-1] == "struck\t0"
    # the attack does work: stock calls what stands for the manager
    assert int(lines["stock"][-1].split("\t")[1]) > 0


def test_what_queries_leave_with_a_state_comes_back(lines):
    for layer in ("stock", "ormolu"):
        assert "callables\t['name']\t['name']" in lines[layer]
        assert "loaded\ta\t['b']" in lines[layer]
    assert "key function\t_AttrGetter" in lines["ormolu"]
    assert "key function\tCalls" in lines["stock"]
