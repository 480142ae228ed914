"""Views of objects that SQLAlchemy maps, beneath which ormolu runs."""

import ast
from pathlib import Path

import pytest
from tests.printing import printed

pytest.importorskip("sqlalchemy")


@pytest.fixture(scope="module")
def said():
    """What is printed of each point: the headline, the statuses, and the changes."""
    lines = printed(Path(__file__).parent / "mapped.py").splitlines()
    heads = [at for at, line in enumerate(lines) if line.endswith(" 0")]
    return {lines[at].split()[0]: lines[at : at + 4] for at in heads}


@pytest.mark.parametrize(
    ("point", "headline"),
    [
        ("made", "Author transient 0"),
        ("added", "Author pending 0"),
        ("committed", "Author 1 persistent 0"),
        ("deleted", "Author 1 deleted 0"),
        ("gone", "Author 1 detached 0"),
    ],
)
def test_where_it_is_in_its_life_and_nothing_is_asked_of_the_database(said, point, headline):
    assert said[point][0] == f"{point} {headline}"


@pytest.mark.parametrize(
    ("point", "statuses"),
    [
        ("made", {"name": "set", "about": "unset", "books": "set"}),
        ("committed", {"name": "expired", "about": "expired", "books": "expired"}),
        ("read", {"name": "loaded", "about": "deferred", "books": "never loaded"}),
        ("changed", {"name": "loaded", "about": "deferred", "books": "loaded"}),
        ("deleted", {"letters": "queried"}),
    ],
)
def test_where_each_value_is(said, point, statuses):
    found = ast.literal_eval(said[point][1].strip())
    assert statuses.items() <= found.items()


def test_the_graph_says_what_is_new_dirty_expired_and_deleted(said):
    assert said["made"][2].endswith("[('new',), ('new',)]")
    assert said["committed"][2].endswith("[('expired',)]")
    assert said["changed"][2].endswith("[('dirty',), (), ('new',)]")
    assert "'deleted')" in said["deleted"][2]


def test_who_holds_it_and_who_listens(said):
    assert said["changed"][3].startswith("('Author 1.books',) ('set: __main__.renamed, line ")
