"""What changes in place in a column is stored, on stock SQLAlchemy and on ormolu."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")

PROGRAM = Path(__file__).parent / "mutable_columns.py"
REFUSED = (
    "Page.meta holds a dict, not {}; assign one, or have the column of the type that "
    "ormolu.ext.mutable.as_mutable() returns, which takes any value"
)
EXPECTED = {
    "a_nested_change_is_stored": {"a": {"b": [1, 2]}},
    "what_is_put_in_tells_as_well": [{"a": [{"b": {"c": 1}}]}],
    "a_default_tells_once_it_is_there": [{"a": 1}, {"b": [1]}],
    "a_set_tells": ["Ann", "Bob"],
    "any_container_tells_where_any_may_be": [
        *("MutableDict MutableDict", [{"a": [None]}, {"a": [5]}]),
        *("MutableList MutableList", [[[1, None]], [[1, 5]]]),
        *("int int", [3, 3]),
        *("NoneType NoneType", [None, None]),
    ],
    "what_changes_nothing_is_not_flushed": False,
    "a_value_that_is_replaced_tells_no_more": [False, {}, None],
    "expired_and_refreshed": [{"a": [1, 4]}, [1, 5]],
    "rolled_back": ["{'a': [1]}", {"a": [1, 3]}],
    "pickled": [{"a": [1, 5, "merged"]}, [{"n": None}]],
    "merged_without_loading": {"a": [1, 2]},
    "one_value_of_two_objects": [True, True, "MutableList"],
    "updated_in_the_database": {"a": [2, 3]},
    "what_a_column_refuses": [
        *(REFUSED.format(name) for name in ("list", "int", "str", "set")),
        *(None, None, None),
    ],
    "the_owner_goes_with_nobody_holding_it": True,
    "columns_of_a_mixin_and_of_a_dataclass": [
        *("MutableList", "MutableList", "MutableDict", "MutableDict"),
    ],
    "they_are_plain_to_others": "{'a': [{}]} {\"a\": [{}]} True",
}


@pytest.fixture(scope="module", params=["stock", "ormolu"])
def found(request):
    return dict(map(json.loads, printed(PROGRAM, request.param).splitlines()))


def test_all_checks_are_here(found):
    assert list(found) == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_check_finds(found, name):
    assert found[name] == EXPECTED[name]


def test_the_examples_in_docstrings_run():
    code = "import doctest, ormolu.ext.mutable as m; print(doctest.testmod(m))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "failed=0, attempted=" in done.stdout, done.stdout
    assert "attempted=0" not in done.stdout


def test_it_has_to_be_imported_after_ormolu_is_installed():
    code = (
        "import ormolu.ext.mutable, ormolu.sqlalchemy, ormolu.errors\n"
        "try: ormolu.sqlalchemy.install()\n"
        "except ormolu.errors.AlreadyImportedError: print('refused')"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "refused"
