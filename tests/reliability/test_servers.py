"""The short form of what is done with real servers, and that it can fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

from reliability.cores import cores_here
from reliability.servers import check, clients, galera_node, postgresql, transfers
from reliability.servers.galera import Galera
from reliability.servers.local import NotInstalledError
from reliability.servers.truth import Truth, changes_between

from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parents[2]


def needs(variable, programs):
    """Skip where no server is to be used, or it is not installed."""
    if not os.environ.get(variable):
        pytest.skip(f"{variable} does not name a server")
    try:
        programs()
    except NotInstalledError as missing:
        pytest.skip(str(missing))


def ignore(line):
    pass


@pytest.fixture
def one_core(monkeypatch):
    """Let the short form run on the core that the tests run on."""
    monkeypatch.setattr(check, "cores_here", lambda: (cores_here()[-1],))


def test_the_recipe_for_clusters_beneath_which_is_ormolu():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "ormolu.sqlalchemy.pytest_plugin"]
    done = subprocess.run(
        [*command, "tests/reliability/recipe.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "16 passed" in done.stdout


@pytest.mark.usefixtures("one_core")
def test_postgresql_is_killed_and_nothing_is_lost():
    needs("ORMOLU_TEST_POSTGRESQL", postgresql.programs)
    figures = check.run(postgresql.PostgreSQL, 20, 15, 12, ignore)
    assert figures["transactions"] == 20
    assert figures["transfers acknowledged"] == 15
    assert figures["server struck"]
    assert figures["connection struck"]
    assert figures["instances compared"]


@pytest.mark.usefixtures("one_core")
def test_a_node_is_killed_mid_flush_and_the_work_goes_on_at_another(monkeypatch):
    needs("ORMOLU_TEST_MARIADB", galera_node.programs)
    monkeypatch.setattr(Galera, "strikes", ({"node": 1, "rival": 4}, 2))
    monkeypatch.setattr(Galera, "storm", lambda cluster, chance: None)  # one kill is enough here
    figures = check.run(Galera, 12, 15, 10, ignore)
    assert figures["transactions"] == 12
    assert figures["transfers acknowledged"] == 15
    assert figures["node struck"]
    assert figures["refused with a conflict"]


def test_servers_that_are_not_installed_are_named(monkeypatch):
    monkeypatch.setattr(galera_node.shutil, "which", lambda *args, **options: None)
    galera_node.programs.cache_clear()
    with pytest.raises(AssertionError, match=r"mariadbd, .*Debian's packages are mariadb-server"):
        check.run(Galera, 1, 1, 1, ignore)


# -- that it can fail ----------------------------------------------------------------------

EMPTY = {"box": {}, "item": {}}
BOX = {"box": {"a": 1}, "item": {}}
BOTH = {"box": {"a": 1}, "item": {"b": [2, "a", []]}}


def truth(*told):
    made = Truth(EMPTY, set())
    made.begin("t")
    for name, *arguments in told:
        getattr(made, name)(*arguments)
    return made


COMMITTED = (("committing", BOTH), ("acknowledged",))
DOUBT = (("committing", BOTH), ("failed",))


@pytest.mark.parametrize(
    ("told", "contents", "ledger", "wrong"),
    [
        (COMMITTED, EMPTY, set(), "committed, and not there"),
        (COMMITTED, BOX, {"t"}, "holds something else"),
        ([("failed",)], EMPTY, {"t"}, "not committed, and there"),
        ([("failed",)], BOX, set(), "holds something else"),
        ([("committing", BOTH), ("failed", True)], BOTH, {"t"}, "not committed, and there"),
        (DOUBT, BOX, {"t"}, "holds something else"),
        (DOUBT, BOX, set(), "holds something else"),
        (DOUBT, EMPTY, {"t"}, "holds something else"),
        (DOUBT, BOTH, set(), "holds something else"),
    ],
)
def test_what_was_lost_or_is_there_in_part_is_found(told, contents, ledger, wrong):
    made = truth(*told)
    made.settle(ledger)
    with pytest.raises(AssertionError, match=wrong):
        made.judge(contents, ledger)


@pytest.mark.parametrize(
    ("told", "contents", "ledger", "ending"),
    [
        (COMMITTED, BOTH, {"t"}, "acknowledged"),
        ([("failed",)], EMPTY, set(), "failed"),
        ([("committing", BOTH), ("failed", True)], EMPTY, set(), "failed"),
        (DOUBT, BOTH, {"t"}, "in doubt, committed"),
        (DOUBT, EMPTY, set(), "in doubt, undone"),
        ([], EMPTY, set(), "failed"),
    ],
)
def test_all_or_nothing_is_right(told, contents, ledger, ending):
    made = truth(*told)
    made.settle(ledger)
    made.judge(contents, ledger)
    assert made.count[ending] == 1


def test_changes_are_rows_that_differ():
    assert changes_between(BOTH, {"box": {"c": 1}, "item": BOTH["item"]}) == {
        "box": {"a": None, "c": 1},
        "item": {},
    }


@pytest.fixture
def prepared(tmp_path):
    url = f"sqlite:///{tmp_path}/servers.db"
    command = [sys.executable, "-m", "reliability.servers.prepare", url]
    subprocess.run(command, cwd=ROOT, check=True)
    engine = create_engine(url)
    yield engine
    engine.dispose()


TRANSFER = (
    "INSERT INTO ledger VALUES ('writer.0')",
    "INSERT INTO transfer VALUES ('writer.0', 1, 2, 5)",
    "UPDATE account SET balance = balance - 5 WHERE id = 1",
    "UPDATE account SET balance = balance + 5 WHERE id = 2",
)


@pytest.mark.parametrize("left_out", [None, 0, 1, 2, 3])
def test_a_transfer_that_is_there_in_part_is_found(prepared, left_out):
    with prepared.begin() as connection:
        for number, statement in enumerate(TRANSFER):
            if number != left_out:
                connection.execute(text(statement))
    if left_out is None:
        transfers.judge([prepared], {"writer.0": [1, 2, 5]})
        with pytest.raises(AssertionError, match="acknowledged, and not there"):
            transfers.judge([prepared], {"writer.1": [1, 2, 5]})
    else:
        with pytest.raises(AssertionError, match="there in part"):
            transfers.judge([prepared], {})


def test_nodes_that_are_not_equal_are_found(prepared, tmp_path):
    other = create_engine(f"sqlite:///{tmp_path}/other.db")
    clients.prepare(type("Server", (), {"urls": [str(other.url)]}))
    with prepared.begin() as connection:
        for statement in TRANSFER:
            connection.execute(text(statement))
    with pytest.raises(AssertionError, match="not equal"):
        transfers.judge([prepared, other], {})
    other.dispose()


MEMORY = """
import random, sys
import ormolu.sqlalchemy
ormolu.sqlalchemy.install()
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from reliability.servers.held import Held
from reliability.servers.model import Base, Box, Item, Ledger
from reliability.servers.work import Draft

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
held, chance = Held(session), random.Random(1)
draft = Draft("d", session, {"box": {}, "item": {}}, chance)
box = draft.make(Box, label="a", size=1)
item = draft.make(Item, label="b", weight=2, box=box)
session.commit()
draft.made.clear()
connection = session.connection()
assert held.agree(connection, None, chance) == 2
CODE
held.agree(connection, draft, chance)
"""


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("box.size = 3", "still to be flushed"),
        ("set_committed_value(box, 'size', 3)", "size is 3 in memory"),
        ("set_committed_value(item, 'box', None)", "in memory"),
        ("set_committed_value(box, 'items', [])", "in memory"),
        ("draft.made.append(box)", "was made by what failed"),
        ("draft.made.append(item)", "was made by what failed"),
        ("session.expunge(box); draft.deleted.append(box)", "should be persistent"),
        ("connection.execute(text('DELETE FROM box'))", "has no row"),
        ("session.add(Box(label='c', size=1))", "still to be flushed"),
    ],
)
def test_memory_that_does_not_agree_is_found(code, wrong):
    program = MEMORY.replace("CODE", code)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "AssertionError" in done.stderr, done.stderr
    assert wrong in done.stderr
