"""All that is to be had in SQLAlchemy's layer modules is to be had beneath ormolu too."""

import json
from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")

NAMES = Path(__file__).parent / "names.py"


def names_on(layer):
    return json.loads(printed(NAMES, layer))


@pytest.fixture(scope="module")
def stock():
    return names_on("stock")


@pytest.fixture(scope="module")
def ours():
    return names_on("ormolu")


def can_be_called_alike(theirs, own):
    """Whether what the one signature takes, the other takes too; both may be untold."""
    if theirs is None or own is None or theirs == own:
        return True
    return {"VAR_POSITIONAL", "VAR_KEYWORD"} <= {kind for _, kind, _ in own}


def test_no_name_is_missing(stock, ours):
    assert sum(map(len, stock.values())) > 400
    for module, names in stock.items():
        assert set(names) <= set(ours[module]), module


def test_each_is_what_it_was(stock, ours):
    for module, names in stock.items():
        for name, about in names.items():
            own = ours[module][name]
            # where it is from, too: pickles and reprs say it
            for what in ("kind", "module", "qualname", "bases"):
                assert own.get(what) == about.get(what), (module, name)
            if "parameters" in about:
                assert can_be_called_alike(about["parameters"], own["parameters"]), (module, name)


def test_classes_have_the_same_public_members(stock, ours):
    for module, names in stock.items():
        for name, about in names.items():
            members = ours[module][name].get("members", {})
            for member, parameters in about.get("members", {}).items():
                assert member in members, (module, name, member)
                if "value" not in (parameters, members[member]):
                    assert can_be_called_alike(parameters, members[member]), (name, member)
