"""The ways in which third-party code uses the layer: stock and ormolu agree in each."""

import json
from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).parent / "idioms"
NAMES = (
    "audited",
    "coerced",
    "descriptors",
    "late",
    "own_collections",
    "association_proxies",
    "pending_and_orphans",
    "mutable_types",
    "hybrids",
    "versions",
    "dataclasses",
    "reflected",
    "mixins",
    "imperative",
    "helpers",
    "inspected",
    "kept",
    "ended",
    "overrides",
    "called",
    "own_dict",
)


def seen_on(layer):
    return json.loads(printed(PROGRAM, layer, options=("-W", "ignore")))


@pytest.fixture(scope="module")
def stock():
    return seen_on("stock")


@pytest.fixture(scope="module")
def ours():
    return seen_on("ormolu")


def test_all_idioms_are_here(stock):
    assert tuple(stock) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_stock_and_ormolu_agree(stock, ours, name):
    assert len(stock[name]) > 1
    for theirs, own in zip(stock[name], ours[name], strict=True):
        assert own == theirs
