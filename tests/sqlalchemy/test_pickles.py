"""Pickles made on one layer load on the other, and say the same."""

from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).parent / "pickles.py"


def run(layer, what, file):
    return printed(PROGRAM, layer, what, file).splitlines()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pickles")
    files = {layer: folder / layer for layer in ("stock", "ormolu")}
    for layer, file in files.items():
        run(layer, "write", file)
    return files


@pytest.mark.parametrize("writer", ["stock", "ormolu"])
@pytest.mark.parametrize("reader", ["stock", "ormolu"])
def test_what_one_wrote_the_other_reads(written, writer, reader):
    expected = run("stock", "read", written["stock"])
    assert len(expected) > 100
    assert run(reader, "read", written[writer]) == expected
