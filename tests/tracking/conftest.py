"""Tracked classes of every kind."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from kinds import FROZEN, KINDS
from listening import Holder, Point, Seen

import ormolu


@pytest.fixture(params=KINDS)
def make(request):
    """Makes a class that is not tracked yet."""
    return KINDS[request.param]


@pytest.fixture
def doc_class(make):
    """A tracked class of some kind."""
    return ormolu.tracked(make())


@pytest.fixture
def doc(doc_class):
    """An instance of it."""
    return doc_class(name="a", tags=["x"], meta={"k": {"n": 1}})


@pytest.fixture(params=FROZEN)
def frozen_class(request):
    """A tracked class whose instances cannot be assigned to."""
    return ormolu.tracked(FROZEN[request.param]())


@pytest.fixture
def seen():
    """Takes down what a listener is told."""
    return Seen()


@pytest.fixture
def told(doc, seen):
    """What is told of ``doc``."""
    ormolu.on_change(doc, call=seen.hear)
    return seen


@pytest.fixture
def point():
    """An instance of a small tracked class."""
    return Point()


@pytest.fixture
def holder(seen):
    """An instance whose containers tell."""
    holder = Holder()
    ormolu.on_change(holder, call=seen.hear)
    return holder
