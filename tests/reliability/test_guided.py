"""Fuzzing by libFuzzer, for a second."""

import pytest
from reliability.cores import cores_here
from reliability.fuzz import guided


def silent(line):
    """Tell nobody."""


@pytest.mark.skipif(not guided.is_possible(), reason="needs atheris: make .venv/.fuzz")
def test_inputs_that_reach_something_new_are_found():
    assert guided.run(cores_here(), 2, 1, silent)["inputs kept"] > 2


def test_a_process_that_ends_is_told_of(monkeypatch):
    monkeypatch.setattr(guided.sys, "executable", "/bin/false")
    with pytest.raises(AssertionError, match="of the pure core, seed 1, ended with"):
        guided.run(("pure",), 1, 1, silent)
